# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task ends, and what it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..estate import Change


@dataclass(frozen=True)
class Outcome:
    """What the task tells at its end; `related` is the id of a job it points to, `changes` what the lists will show."""

    message: str
    success: bool = True
    related: str | None = None
    changes: list[Change] = field(default_factory=list)


OK = "Ok"


def failed(message: str) -> Outcome:
    return Outcome(message, success=False)
