# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second server of a cutover, as every connection is documented."""

from __future__ import annotations

import yaml

from ._connection import peer
from ._vbr import PORT, VERSION

WHAT = (
    "The server that the jobs come from. No environment variable says where it is or who signs in. With V(auto) the "
    "revision is that of the bundle, so that jobs can be compared with it."
)


class ModuleDocFragment:
    """The option O(source)."""

    # Annotated, because ansible-test takes a plain assignment for a literal.
    DOCUMENTATION: str = yaml.safe_dump(
        {"options": {"source": {**peer("source", WHAT, PORT, VERSION)["source"], "required": True}}}, sort_keys=False
    )
