# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions: long work that is done task by task as time passes, imports and all other work alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ....core.clock import LOOK, PASSING, Clock, write_time
from ....core.store import Row, Store
from ..switches import VbrSwitches

if TYPE_CHECKING:
    from ..server import VbrServer

STARTING_SHARE = 1 / 3
Task = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How a task ended, as the log shows it: Succeeded, Warning or Failed; and the id of the object it was about."""

    status: str
    title: str
    text: str
    resource_id: str | None = None


Work = Callable[["VbrServer", Task], Outcome]
# What a session can do, by the name that a task gives as {"do": name, …}: so a task is plain JSON and can be saved.
WORK: dict[str, Work] = {}


def work(name: str) -> Callable[[Work], Work]:
    """Registers a function as the work of that name."""

    def register(function: Work) -> Work:
        if name in WORK:
            raise ValueError(f"two functions are registered as the work '{name}'")
        WORK[name] = function
        return function

    return register


class Sessions:
    """Keeps the sessions of one table of the store and moves the running ones on; `perform` does one task.

    Tasks that are done stay done when a session is stopped.
    """

    def __init__(
        self, store: Store, clock: Clock, switches: VbrSwitches, table: str, perform: Callable[[Task], Outcome]
    ) -> None:
        self._store, self._clock, self._switches = store, clock, switches
        self._table, self._perform = table, perform
        self._running: list[Row] = []

    def rows(self) -> Iterator[Row]:
        return self._store.rows(self._table)

    def get(self, row_id: str) -> Row | None:
        return self._store.get(self._table, row_id)

    def open(
        self, name: str, session_type: str, tasks: Sequence[Task], username: str, stuck: bool = False, job: str = ""
    ) -> Row:
        """Open a session that is about to work. A stuck one never ends and does nothing. `job` is the id of its job."""
        row: Row = {
            "name": name,
            "type": session_type,
            "job": job,
            "created": write_time(self._clock.now()),
            "started": self._clock.timestamp(),
            "ended": None,
            "state": "Starting",
            "result": None,
            "canceled": False,
            "looks": 0,
            "stuck": stuck,
            "done": 0,
            "total": len(tasks),
            "tasks": list(tasks),
            "records": [],
            "resource": None,
            "by": username,
            "usn": self._store.count(self._table) + 1,
        }
        self._store.add(self._table, row)
        self._running.append(row)
        return row

    def begin(self, row: Row) -> None:
        """Do work that takes no time now: the session has been answered as starting before."""
        if self._clock.mode == "instant":
            self._advance(row)

    def tick(self) -> None:
        """Called at each request: running sessions move on as far as the clock says."""
        for row in list(self._running):
            row["looks"] += PASSING
            self._advance(row)

    def look(self, row: Row) -> Row:
        """Called before a session is shown, which is a look at it; returns the session."""
        if row["ended"] is None:
            row["looks"] += LOOK - PASSING
            self._advance(row)
        return row

    def stop(self, row: Row) -> None:
        """End a session where it is; what it has done stays."""
        if row["ended"] is None:
            row["canceled"] = True
            self._end(row, "Failed")

    def wind_down(self, row: Row) -> None:
        """End a session at the next request; no further task is begun."""
        if row["ended"] is None:
            row.update(state="Stopping", canceled=True)

    def settle(self) -> None:
        """End every session that can end, as if enough time had passed."""
        for row in list(self._running):
            if not row["stuck"]:
                self._work(row, row["total"])

    def restart(self) -> None:
        """Find the running sessions again after the store was replaced."""
        self._running = [row for row in self.rows() if row["ended"] is None]

    def _advance(self, row: Row) -> None:
        if row["state"] == "Stopping":
            self._end(row, "Failed")
            return
        share = self._clock.share(row["started"], row["looks"])
        if share > STARTING_SHARE:
            row["state"] = "Working"
        if not row["stuck"]:
            # The last task waits for the end, so that a session that still works never shows all of its work.
            ready = row["total"] if share >= 1.0 else min(math.floor(share * row["total"]), row["total"] - 1)
            self._work(row, ready, end=share >= 1.0)

    def _work(self, row: Row, ready: int, end: bool = True) -> None:
        while row["done"] < ready:
            self._note(row, self._perform(row["tasks"][row["done"]]))
            row["done"] += 1
        if end:
            self._end(row, self._result(row))

    def _note(self, row: Row, outcome: Outcome) -> None:
        row["resource"] = outcome.resource_id
        row["records"].append(
            {
                "id": len(row["records"]) + 1,
                "status": outcome.status,
                "startTime": row["created"],
                "updateTime": write_time(self._clock.now()),
                "title": outcome.title,
                "description": outcome.text,
            }
        )

    def _result(self, row: Row) -> str:
        statuses = [record["status"] for record in row["records"]]
        if "Failed" in statuses:
            return "Failed" if set(statuses) == {"Failed"} else self._switches.partial_result
        return "Warning" if "Warning" in statuses else "Success"

    def _end(self, row: Row, result: str) -> None:
        row.update(state="Stopped", result=result, ended=write_time(self._clock.now()), tasks=[])
        self._running = [other for other in self._running if other is not row]
