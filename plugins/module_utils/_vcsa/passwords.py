# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The appliance's rules for backup passwords, checked before anything is sent (seed 003, facts/vcsa.md 3)."""

from __future__ import annotations

import re

from .._core.errors import InvalidInput

SHORTEST, LONGEST = 8, 20
RULES = {
    f"{SHORTEST} to {LONGEST} characters": re.compile(r".{8,20}", re.S),
    "an upper case letter": re.compile(r".*[A-Z].*", re.S),
    "a lower case letter": re.compile(r".*[a-z].*", re.S),
    "a digit": re.compile(r".*[0-9].*", re.S),
    "a special character": re.compile(r".*[^0-9A-Za-z].*", re.S),
    "visible ASCII characters only": re.compile(r"[!-~]*"),
}


def check(password: str) -> None:
    """Raises InvalidInput that names the rules a password breaks, and never the password."""
    broken = [rule for rule, pattern in RULES.items() if not pattern.fullmatch(password)]
    if broken:
        raise InvalidInput(
            f"backup_password is none that the appliance takes; it lacks: {', '.join(broken)}.",
            f"What it takes has {', '.join(RULES)}.",
        )
