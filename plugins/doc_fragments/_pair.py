# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both servers of a move, neither of which has to be given."""

from __future__ import annotations

import yaml

from ._connection import peer
from ._vbr import PORT, VERSION


class ModuleDocFragment:
    """The options O(source) and O(target)."""

    # Annotated, because ansible-test takes a plain assignment for a literal.
    DOCUMENTATION: str = yaml.safe_dump(
        {
            "options": {
                **peer("source", "The server that the jobs come from. It is not asked if omitted.", PORT, VERSION),
                **peer("target", "The server that the jobs go to. It is not asked if omitted.", PORT, VERSION),
            },
            "requirements": ["requests"],
        },
        sort_keys=False,
    )
