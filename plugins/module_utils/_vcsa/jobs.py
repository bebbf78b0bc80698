# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup jobs of an appliance as results show them, the states they go through, and the parts that a backup can have.

Pure. Sources: facts/vcsa.md 2 (state enums) and 3 (parts).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._core.errors import InvalidInput
from .._core.polling import ended_badly
from .._core.shape import BOOLEAN, NUMBER, STRING, Shape, shaped
from .._core.times import moment_of
from .locations import Location, location_reported

JobRow = dict[str, Any]
Parts = list[Mapping[str, Any]]

PENDING, RUNNING, BLOCKED = "pending", "running", "blocked"
SUCCEEDED, FAILED, UNKNOWN = "succeeded", "failed", "unknown"
STATES = (PENDING, RUNNING, BLOCKED, SUCCEEDED, FAILED, UNKNOWN)
ENDED = (SUCCEEDED, FAILED)
# The words of both enums: a job itself says NONE, INPROGRESS, SUCCEEDED or FAILED, its details say the others.
STATES_BY_WORD = {
    "NONE": PENDING,
    "PENDING": PENDING,
    "INPROGRESS": RUNNING,
    "RUNNING": RUNNING,
    "BLOCKED": BLOCKED,
    "SUCCEEDED": SUCCEEDED,
    "FAILED": FAILED,
}
# What is used of a job and of its details; the messages have two forms, see `text_of`.
JOB: Shape = {
    "id!": STRING,
    "state!": STRING,
    "progress": NUMBER,
    "start_time": STRING,
    "end_time": STRING,
    "messages": [],
}
DETAILS: Shape = {
    "status": STRING,
    "start_time": STRING,
    "end_time": STRING,
    "location": STRING,
    "type": STRING,
    "progress": {"total": NUMBER, "completed": NUMBER},
    "messages": [],
}
PART: Shape = {"id!": STRING, "selected_by_default": BOOLEAN, "optional": BOOLEAN}
# The appliance's verdict on a request to start or to cancel a backup; besides these, OK.
REFUSED, DOUBTED = "FAIL", "WARNING"
FROM_DETAILS = ("location", "location_user", "type", "size", "duration", "fast_backup", "build", "user")
# After its clock was corrected, an appliance may have a backup that begins a little later than now. A backup that
# begins later than this has no known age.
AHEAD_SECONDS = 300


# -- states and messages -----------------------------------------------------------------------------------------------


def state_of(word: Any) -> str:
    """The state that a word of either enum means: state_of("INPROGRESS") is "running"."""
    if ended_badly(word):
        return FAILED
    return STATES_BY_WORD.get(word.upper(), UNKNOWN) if isinstance(word, str) else UNKNOWN


def has_ended(row: JobRow) -> bool:
    return row["state"] in ENDED


def text_of(message: Any) -> str:
    """The text of a localizable message; some builds have a plain text in its place."""
    if isinstance(message, Mapping):
        return str(message.get("default_message") or message.get("localized") or message.get("id") or "")
    return str(message or "")


def texts(messages: Any) -> list[str]:
    """The texts of a list of localizable messages."""
    return [text_of(message) for message in messages] if isinstance(messages, list) else []


def reason(messages: Iterable[str]) -> str:
    """Messages of an appliance as the reason in one of our own."""
    return "; ".join(messages) or "no reason given"


# -- jobs --------------------------------------------------------------------------------------------------------------


is_job = shaped(JOB)


def job_row(job_id: str, job: Mapping[str, Any] | None = None, details: Mapping[str, Any] | None = None) -> JobRow:
    """One job in one shape, from the job itself, its details, or both; then the job's own state is the newer one."""
    job, details = job or {}, details or {}
    raw = str(job.get("state") or details.get("status") or "")
    return {
        "id": job_id,
        "state": state_of(raw),
        "raw_state": raw,
        "progress": job["progress"] if "progress" in job else percent_done(details),
        "start_time": job.get("start_time") or details.get("start_time"),
        "end_time": job.get("end_time") or details.get("end_time"),
        "messages": texts(job.get("messages")) or texts(details.get("messages")),
        **{name: details[name] for name in FROM_DETAILS if details.get(name) is not None},
    }


def percent_done(details: Mapping[str, Any]) -> int:
    """How much of a job is done. Details count in units of their own."""
    counted = details.get("progress")
    if isinstance(counted, Mapping) and counted.get("total"):
        return int(100 * int(counted.get("completed") or 0) / int(counted["total"]))
    return 100 if state_of(details.get("status")) in ENDED else 0


def newest_first(rows: Iterable[JobRow]) -> list[JobRow]:
    """Jobs by when they began, and then by their ids, which begin with the time too."""
    return sorted(rows, key=lambda row: (str(row["start_time"] or "9"), str(row["id"])), reverse=True)


def job_at_work(rows: Iterable[JobRow]) -> JobRow | None:
    """The job that is still at work, if any."""
    return next((row for row in newest_first(rows) if not has_ended(row)), None)


def is_at(row: JobRow, place: Location) -> bool:
    """Whether a job's backup is at this place."""
    actual = location_reported(str(row.get("location") or ""))
    return actual is not None and place.holds(actual)


@dataclass(frozen=True)
class Success:
    """A backup that succeeded, and how many seconds ago it began: its content is as old as that."""

    row: JobRow
    age: float


def last_success(rows: Iterable[JobRow], now: datetime, place: Location | None = None) -> Success | None:
    """The newest backup that succeeded, at a place if one is given."""
    for row in newest_first(rows):
        began = moment_of(row["start_time"])
        if row["state"] != SUCCEEDED or began is None or not (place is None or is_at(row, place)):
            continue
        age = (now - began).total_seconds()
        if age >= -AHEAD_SECONDS:
            return Success(row, max(age, 0.0))
    return None


# -- parts -------------------------------------------------------------------------------------------------------------


def check_parts(wanted: Iterable[str] | None, parts: Parts) -> None:
    """Refuse parts that the appliance does not have. Raises InvalidInput that names those it has."""
    known = [str(part["id"]) for part in parts]
    unknown = [part for part in wanted or [] if part not in known]
    if unknown:
        raise InvalidInput(
            f"The appliance has no part {', '.join(unknown)}.", f"Its parts are: {', '.join(known) or 'none'}."
        )


def selected_parts(parts: Parts) -> list[str]:
    """The parts that the appliance selects by itself."""
    return [str(part["id"]) for part in parts if part.get("selected_by_default")]


def required_parts(parts: Parts) -> frozenset[str]:
    """The parts that are in every backup, requested or not."""
    return frozenset(str(part["id"]) for part in parts if part.get("optional") is False)


def part_row(part: Mapping[str, Any], megabytes: int | None) -> dict[str, Any]:
    """A part as results show it."""
    return {
        "id": part["id"],
        "name": text_of(part.get("name")),
        "description": text_of(part.get("description")),
        "selected_by_default": bool(part.get("selected_by_default")),
        "optional": bool(part.get("optional")),
        "size_mb": megabytes,
    }
