# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the body of a request."""

from __future__ import annotations

import json
from typing import Any

from ...core.call import Call
from .errors import bad_request


def object_sent(call: Call) -> dict[str, Any]:
    """The JSON object in the request; anything else is a 400."""
    try:
        sent = json.loads(call.request.get_data())
    except ValueError:
        raise bad_request("The request body is not JSON") from None
    if not isinstance(sent, dict):
        raise bad_request("The request body must be an object")
    return sent
