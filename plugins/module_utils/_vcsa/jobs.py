# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup jobs as results tell them: one shape for what a job says of itself and what its details say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._core.times import moment_of
from .locations import Location, read
from .parts import text_of
from .states import SUCCEEDED, ended, state_of

Row = dict[str, Any]
Told = Mapping[str, Any]
# A clock that was set right may leave a backup that begins a little later than now; more than that is no age at all.
AHEAD_SECONDS = 300
FROM_DETAILS = ("location", "location_user", "type", "size", "duration", "fast_backup", "build", "user")


def is_job(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value.get("id")) and "state" in value


def texts(messages: Any) -> list[str]:
    """The words of a list of localizable messages."""
    return [text_of(message) for message in messages] if isinstance(messages, list) else []


def as_row(job_id: str, job: Told | None = None, details: Told | None = None) -> Row:
    """One job, by what it says of itself (the newer word, if both are given) and by its details."""
    job, details = job or {}, details or {}
    raw = str(job.get("state") or details.get("status") or "")
    return {
        "id": job_id,
        "state": state_of(raw),
        "raw_state": raw,
        "progress": job["progress"] if "progress" in job else percent(details),
        "start_time": job.get("start_time") or details.get("start_time"),
        "end_time": job.get("end_time") or details.get("end_time"),
        "messages": texts(job.get("messages")) or texts(details.get("messages")),
        **{name: details[name] for name in FROM_DETAILS if details.get(name) is not None},
    }


def percent(details: Told) -> int:
    """How much of a job is done. Details count in units of their own."""
    counted = details.get("progress")
    if isinstance(counted, Mapping) and counted.get("total"):
        return int(100 * int(counted.get("completed") or 0) / int(counted["total"]))
    return 100 if ended(details.get("status")) else 0


def by_age(rows: Iterable[Row]) -> list[Row]:
    """The newest first: by when they began, and by their ids, which begin with the time too."""
    return sorted(rows, key=lambda row: (str(row["start_time"] or "9"), str(row["id"])), reverse=True)


def working(rows: Iterable[Row]) -> Row | None:
    """The job that is at work, if any."""
    return next((row for row in by_age(rows) if not ended(row["raw_state"])), None)


@dataclass(frozen=True)
class Success:
    """A backup that succeeded, and how many seconds ago it began: what it holds is as old as that."""

    row: Row
    age: float


def last_success(rows: Iterable[Row], now: datetime, place: Location | None = None) -> Success | None:
    """The newest backup that succeeded, at a place if one is given."""
    for row in by_age(rows):
        began = moment_of(row["start_time"])
        if row["state"] != SUCCEEDED or began is None or not (place is None or at(row, place)):
            continue
        age = (now - began).total_seconds()
        if age >= -AHEAD_SECONDS:
            return Success(row, max(age, 0.0))
    return None


def at(row: Row, place: Location) -> bool:
    """Whether a job's backup is at this place."""
    there = read(str(row.get("location") or ""))
    return there is not None and place.holds(there)
