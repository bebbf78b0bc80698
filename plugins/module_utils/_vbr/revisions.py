# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API revisions of a backup server: which are known, how two compare, and what changed names when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from .._core.errors import quoted

# Oldest first. A new one is written down in this place.
REVISIONS: tuple[str, ...] = (
    "1.0-rev2",
    "1.1-rev0",
    "1.1-rev1",
    "1.1-rev2",
    "1.2-rev0",
    "1.2-rev1",
    "1.3-rev0",
    "1.3-rev1",
    "1.3-rev2",
)
NEWEST_FIRST = REVISIONS[::-1]

# The last revisions with older names, each for many fields at once (facts/vbr.md 1.3, seed 001).
# A unique id is called tag, a switch enableThis or autoThat, and times are on a clock of twelve hours.
OLD_NAMES_UNTIL = "1.1-rev0"
NEW_NAMES_SINCE = "1.1-rev1"
# vSphere is called VMware, its backup job Backup.
VMWARE_UNTIL = "1.2-rev1"
# Values of enumerations begin with a small letter.
SMALL_LETTERS_UNTIL = "1.3-rev0"
# From this version of the product on (facts/vbr.md 1.3).
THIRTEEN, THIRTEEN_SINCE = 13, "1.3-rev0"

Span = frozenset[str]
Entry = TypeVar("Entry")


# Every field of a record is asked for it, and there are few revisions.
@lru_cache(maxsize=64)
def rank(revision: str) -> tuple[int, ...]:
    """A revision as something to compare: 1.3-rev0 comes after 1.2-rev1, and `""` before all of them."""
    return tuple(map(int, re.findall(r"\d+", revision)))


def in_letters_of(revision: str, word: str) -> str:
    """A word of an enumeration as a revision writes it."""
    return word[:1].lower() + word[1:] if rank(revision) <= rank(SMALL_LETTERS_UNTIL) else word


def is_thirteen(build: str, revision: str) -> bool:
    """Whether a server is of version 13 or later, by its build, or by its revision if it does not say its build."""
    major = build.partition(".")[0]
    return int(major) >= THIRTEEN if major.isdigit() else rank(revision) >= rank(THIRTEEN_SINCE)


def in_force(table: Mapping[str, Entry], revision: str) -> Entry | None:
    """What a table says of a revision, None if nothing. Its keys are the last revisions that an entry is true for:
    in_force({"1.1-rev0": "tag"}, "1.0-rev2") is "tag".
    """
    ended = [last for last in table if rank(revision) <= rank(last)]
    return table[min(ended, key=rank)] if ended else None


def position(revision: str) -> int:
    """Where a known revision stands among them, 0 for the oldest. Raises ValueError for an unknown one."""
    if revision not in REVISIONS:
        raise ValueError(f"API revision {quoted(revision)} is not one of {', '.join(REVISIONS)}")
    return REVISIONS.index(revision)


def since(revision: str) -> Span:
    """The known revisions from this one on. Raises ValueError for an unknown one."""
    return frozenset(REVISIONS[position(revision) :])


def until(revision: str) -> Span:
    """The known revisions up to this one, and this one."""
    return frozenset(REVISIONS[: position(revision) + 1])


def only(*revisions: str) -> Span:
    return frozenset(REVISIONS[position(revision)] for revision in revisions)
