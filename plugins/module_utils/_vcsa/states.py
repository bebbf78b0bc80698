# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two vocabularies in which an appliance tells the state of a job, as one (facts/vcsa.md 2, state enums)."""

from __future__ import annotations

from typing import Any

PENDING, RUNNING, BLOCKED = "pending", "running", "blocked"
SUCCEEDED, FAILED, UNKNOWN = "succeeded", "failed", "unknown"
STATES = (PENDING, RUNNING, BLOCKED, SUCCEEDED, FAILED, UNKNOWN)
ENDED = (SUCCEEDED, FAILED)

# A job itself says NONE, INPROGRESS, SUCCEEDED, FAILED; its details say the others.
WORDS = {
    "NONE": PENDING,
    "PENDING": PENDING,
    "INPROGRESS": RUNNING,
    "RUNNING": RUNNING,
    "BLOCKED": BLOCKED,
    "SUCCEEDED": SUCCEEDED,
    "FAILED": FAILED,
}


def state_of(word: Any) -> str:
    return WORDS.get(word.upper(), UNKNOWN) if isinstance(word, str) else UNKNOWN


def ended(word: Any) -> bool:
    return state_of(word) in ENDED
