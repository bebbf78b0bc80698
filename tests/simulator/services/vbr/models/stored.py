# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a model of a plain resource becomes inside."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import bad_request
from ..kinds import Body

Model = dict[str, Any]


class Stored(NamedTuple):
    """The list the object belongs to, the object in the stored spelling with its secrets, and marks beside it."""

    group: str
    body: Body
    state: dict[str, Any]


def require(model: Model, *names: str) -> None:
    """Raises a 400 that lists what is missing; null is missing."""
    missing = [name for name in names if model.get(name) is None]
    if missing:
        raise bad_request(f"{', '.join(missing)} is required")
