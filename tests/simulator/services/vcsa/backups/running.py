# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup jobs: one runs at a time, from INPROGRESS to SUCCEEDED or FAILED as time passes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ....core.clock import LOOK, PASSING, Clock
from ....core.secrets import seal
from ....core.store import Row, Store
from ..switches import VcsaSwitches
from ..vapi.errors import Message, error, own
from ..vapi.scalars import read_time, write_time

TABLE = "jobs"
MANUAL, SCHEDULED = "MANUAL", "SCHEDULED"
INPROGRESS, SUCCEEDED, FAILED = "INPROGRESS", "SUCCEEDED", "FAILED"
WHOLE, ALMOST = 100, 99
SECRETS = ("backup_password", "location_password")
ID_FORMAT = "%Y%m%d-%H%M%S"


@dataclass(frozen=True)
class Order:
    """A backup to be made. With `failure`, the messages with which it will fail."""

    request: Mapping[str, Any]
    parts: list[str]
    location: str
    type: str
    user: str
    schedule: str = ""
    sealed: Mapping[str, str] = field(default_factory=dict)
    failure: list[Message] = field(default_factory=list)
    sticks: bool = False


class Jobs:
    """The backup jobs of one appliance. `succeeded` is called with each job that succeeds."""

    def __init__(self, store: Store, clock: Clock, switches: VcsaSwitches, succeeded: Callable[[Row], None]) -> None:
        self._store, self._clock, self._switches, self._succeeded = store, clock, switches, succeeded

    def rows(self) -> list[Row]:
        """The jobs in the order of lists."""
        rows = sorted(self._store.rows(TABLE), key=lambda row: str(row["id"]))
        return rows if self._switches.list_order == "oldest" else rows[::-1]

    def get(self, job_id: str) -> Row:
        row = self._store.get(TABLE, job_id)
        if row is None:
            raise error("not_found", "job.unknown", f"There is no backup job '{job_id}'.", job_id)
        return row

    def running(self) -> Row | None:
        return next(self._running(), None)

    def refuse_second(self) -> None:
        """Raise VapiError when a backup is running: only one may run at a time."""
        if self.running() is not None:
            raise error("feature_in_use", "job.busy", "Another backup or restore is at work.")

    def start(self, order: Order, version: str, build: str) -> Row:
        """Open a job that is about to run."""
        now = self._clock.now()
        row = _row(order.request, order.parts, order.location, version, build) | {
            "state": INPROGRESS,
            "created": write_time(now),
            "started": now.timestamp(),
            "type": order.type,
            "schedule": order.schedule,
            "user": order.user,
            "failure": order.failure,
            "sticks": order.sticks,
        }
        row["secrets"] |= order.sealed
        return self._store.add(TABLE, row, self._new_id(now, build))

    def remember(self, past: Mapping[str, Any], version: str, build: str) -> Row:
        """Add a past job from a seed."""
        started, ended = read_time(past["start_time"]), read_time(past["end_time"])
        row = _row(past, list(past["parts"]), past["location"], version, build) | {
            "state": past["state"],
            "created": past["start_time"],
            "started": started.timestamp(),
            "ended": past["end_time"],
            "duration": int((ended - started).total_seconds()),
            "progress": past.get("progress", WHOLE),
            "messages": past.get("messages", []),
            "type": past.get("type", MANUAL),
            "user": past["user"],
        }
        return self._store.add(TABLE, row, past["id"])

    def begin(self, row: Row) -> None:
        """Do work that takes no time now."""
        if self._clock.mode == "instant":
            self._advance(row)

    def tick(self) -> None:
        """Called at each request: running jobs move on as far as the clock says."""
        for row in self._running():
            row["looks"] += PASSING
            self._advance(row)

    def look(self, row: Row) -> Row:
        """Called before a job is shown, which is a look at it; returns the job."""
        if row["state"] == INPROGRESS:
            row["looks"] += LOOK - PASSING
            self._advance(row)
        return row

    def settle(self) -> None:
        """End every job that can end, as if enough time had passed."""
        for row in self._running():
            if not row["sticks"]:
                self._finish(row)

    def cancel(self, row: Row) -> bool:
        """Cancel a job, which ends after `cancel_looks` looks; returns whether it was running."""
        if row["state"] != INPROGRESS:
            return False
        row["cancel_after"] = row["looks"] + self._switches.cancel_looks * LOOK
        if self._switches.cancel_looks == 0:
            self._end(row, FAILED, [own("job.canceled", "The backup was canceled.")])
        return True

    def _running(self) -> Iterator[Row]:
        return (row for row in self._store.rows(TABLE) if row["state"] == INPROGRESS)

    def _new_id(self, now: datetime, build: str) -> str:
        """An id from the time of the job; when it is taken, from the next second that is free."""
        moment = now.astimezone(UTC)
        while self._store.get(TABLE, job_id := f"{moment.strftime(ID_FORMAT)}-{build}") is not None:
            moment += timedelta(seconds=1)
        return job_id

    def _advance(self, row: Row) -> None:
        if row["cancel_after"] is not None:
            if row["looks"] >= row["cancel_after"]:
                self._end(row, FAILED, [own("job.canceled", "The backup was canceled.")])
            return
        share = self._clock.share(row["started"], row["looks"])
        row["duration"] = self._age(row)
        row["progress"] = max(row["progress"], min(ALMOST, math.floor(share * WHOLE)))
        if share >= 1.0 and not row["sticks"]:
            self._finish(row)

    def _finish(self, row: Row) -> None:
        if row["failure"]:
            self._end(row, FAILED, row["failure"])
        elif self._switches.job_outcome == FAILED:
            text = self._switches.job_message or "The backup failed."
            self._end(row, FAILED, [own("job.failed", text)])
        else:
            row["progress"] = WHOLE
            text = self._switches.job_message
            self._end(row, SUCCEEDED, [own("job.note", text)] if text else [])
            self._succeeded(row)

    def _end(self, row: Row, state: str, messages: list[Message]) -> None:
        row.update(state=state, messages=messages, ended=write_time(self._clock.now()), duration=self._age(row))

    def _age(self, row: Row) -> int:
        return max(0, int(self._clock.timestamp() - row["started"]))


def _row(request: Mapping[str, Any], parts: list[str], location: str, version: str, build: str) -> Row:
    """The row of a job that has not begun."""
    return {
        "ended": None,
        "duration": 0,
        "looks": 0,
        "progress": 0,
        "messages": [],
        "cancel_after": None,
        "parts": parts,
        "location": location,
        "location_user": request.get("location_user") or "",
        "comment": request.get("comment") or "",
        "fast_backup": request.get("fast_backup"),
        "schedule": "",
        "version": version,
        "build": build,
        "failure": [],
        "sticks": False,
        "secrets": {name: seal(request.get(name) or "") for name in SECRETS},
    }
