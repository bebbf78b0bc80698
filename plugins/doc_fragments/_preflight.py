# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a preflight is documented by: its two servers, and its codes as notes, which are made from their table."""

from __future__ import annotations

import yaml

from ..module_utils._vbr.preflight.codes import CODES
from ._connection import peer
from ._vbr import PORT, VERSION


def noted(code: str) -> str:
    """A code as a note: its severity, what it means, what to do."""
    rule = CODES[code]
    return f"V({code}) ({rule.severity}) - {rule.meaning}. {rule.remedy}"


class ModuleDocFragment:
    """The options O(source) and O(target), and every code."""

    # Annotated, because ansible-test takes a plain assignment for a literal.
    DOCUMENTATION: str = yaml.safe_dump(
        {
            "options": {
                **peer("source", "The server to move from.", PORT, VERSION),
                **peer("target", "The server to move to.", PORT, VERSION),
            },
            "notes": [noted(code) for code in CODES],
            "requirements": ["requests"],
        },
        sort_keys=False,
    )
