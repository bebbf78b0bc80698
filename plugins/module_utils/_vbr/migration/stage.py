# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Staging jobs: what is changed so that a moved job cannot run on two servers, and the journal of what was changed.

The import endpoint knows no disabled job (facts/vbr.md 2.3), so a job goes in without its automatic schedule and is
disabled right after. The journal, a file beside the bundle, holds what was changed until cutover; it never holds a
secret.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..._core.compare import value_at
from ..._core.errors import InvalidInput
from ..._core.files import write_file
from .bundle import dump
from .collection import Record

JOURNAL_FORMAT = "backupfleet.rest/journal/1"
SCHEDULE_FLAG = "schedule.runAutomatically"
PENDING = "pending"
STAGED = "staged"


def runs_by_itself(job: Record) -> bool:
    """Whether the job's schedule starts it."""
    return bool(value_at(job, ("schedule", "runAutomatically")))


def asleep(job: Record) -> Record:
    """The job without its automatic start; everything else of the schedule stays."""
    return {**job, "schedule": {**(job.get("schedule") or {}), "runAutomatically": False}}


@dataclass
class Journal:
    """What was staged on one target: job name -> state and the true value of what was changed.

    `pending` is written before jobs are sent, `staged` when they are proved disabled; a run that died in between leaves
    `pending`, and the next one knows which jobs are its own and have to be put to sleep. Names are taken exactly:
    another job may differ by case only.
    """

    path: Path | None
    target: str
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def note(self, job: Record, state: str) -> None:
        """Remember a job in this state. What its schedule was when it was noted first is kept."""
        name = str(job.get("name"))
        noted = self.jobs.get(name, {})
        before = noted.get(SCHEDULE_FLAG, runs_by_itself(job))
        self.jobs[name] = {"name": name, "state": state, SCHEDULE_FLAG: before}

    def mark_staged(self, name: str) -> None:
        """The job is proved disabled; one that was never noted stays unknown."""
        if name in self.jobs:
            self.jobs[name]["state"] = STAGED

    def state(self, name: str) -> str:
        """The state of a job; `""` if it was never noted."""
        return str(self.jobs.get(name, {}).get("state", ""))

    def write(self) -> None:
        if self.path:
            write_file(self.path, dump({"format": JOURNAL_FORMAT, "target": self.target, "jobs": self.jobs}))


def read_journal(path: Path | None, target: str) -> Journal:
    """The journal of earlier runs, or an empty one. Raises InvalidInput when it belongs to another target."""
    if path is None or not os.path.exists(path):
        return Journal(path, target)
    try:
        # A pipe would be waited for.
        content = json.loads(path.read_text(encoding="utf-8") if path.is_file() else "")
        jobs = {str(entry["name"]): dict(entry) for entry in content["jobs"].values()}
        mine = isinstance(content, Mapping) and content["format"] == JOURNAL_FORMAT and content["target"] == target
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InvalidInput(f"The journal {path} cannot be read.", "Name another file as journal.") from None
    if not mine:
        raise InvalidInput(f"The journal {path} belongs to another target server.", "Name another file as journal.")
    return Journal(path, target, jobs)
