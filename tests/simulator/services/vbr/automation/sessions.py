# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Automation sessions: an import at work, object by object, as time passes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ....core.clock import Clock, stamp
from ....core.store import Row, Store
from ..estate import Estate
from ..kinds import BY_NAME, Body, Kind
from ..switches import VbrSwitches

SESSIONS = "automationSessions"
STARTING_SHARE = 1 / 3
NO_ID = "00000000-0000-0000-0000-000000000000"
Task = dict[str, Any]


class Sessions:
    """Keeps sessions and moves the running ones on.

    A task is {name, group, body, secrets, trouble}: an object about to be created, or the reason why it will not be.
    Objects appear one after another while the session works, and stay if it is stopped: nothing is rolled back.
    """

    def __init__(self, store: Store, clock: Clock, estate: Estate, switches: VbrSwitches) -> None:
        self._store, self._clock, self._estate, self._switches = store, clock, estate, switches
        self._running: list[Row] = []

    def rows(self) -> Iterator[Row]:
        return self._store.rows(SESSIONS)

    def get(self, row_id: str) -> Row | None:
        return self._store.get(SESSIONS, row_id)

    def open(self, kind: Kind, tasks: list[Task], username: str, stuck: bool = False) -> Row:
        """A session about to work; a stuck one works for ever and gets nothing done."""
        row: Row = {
            "kind": kind.name,
            "name": f"Import of {kind.name}",
            "created": stamp(self._clock.now()),
            "started": self._clock.timestamp(),
            "ended": None,
            "state": "Starting",
            "result": None,
            "canceled": False,
            "looks": 0,
            "stuck": stuck,
            "done": 0,
            "total": len(tasks),
            "tasks": tasks,
            "records": [],
            "by": username,
            "usn": self._store.count(SESSIONS) + 1,
        }
        self._store.add(SESSIONS, row)
        self._running.append(row)
        return row

    def begin(self, row: Row) -> None:
        """Lets work that takes no time happen now, after the session has been answered as starting."""
        if self._clock.mode == "instant":
            self._advance(row)

    def tick(self) -> None:
        """A request has arrived: running sessions move on by what the clock says."""
        for row in list(self._running):
            row["looks"] += 1
            self._advance(row)

    def stop(self, row: Row) -> None:
        """Ends a session where it is: what it has created stays."""
        if row["ended"] is None:
            row["canceled"] = True
            self._end(row, "Failed")

    def settle(self) -> None:
        """Ends every session that can end, as if enough time had passed."""
        for row in list(self._running):
            if not row["stuck"]:
                self._work(row, row["total"])

    def restart(self) -> None:
        """Finds the running sessions again after the store was replaced."""
        self._running = [row for row in self.rows() if row["ended"] is None]

    def _advance(self, row: Row) -> None:
        share = self._clock.share(row["started"], row["looks"])
        if share > STARTING_SHARE:
            row["state"] = "Working"
        if not row["stuck"]:
            # The last object waits for the end, so that a session that still works never shows all of them.
            ready = row["total"] if share >= 1.0 else min(math.floor(share * row["total"]), row["total"] - 1)
            self._work(row, ready, end=share >= 1.0)

    def _work(self, row: Row, ready: int, end: bool = True) -> None:
        kind = BY_NAME[row["kind"]]
        while row["done"] < ready:
            task = row["tasks"][row["done"]]
            status, text = self._create(kind, task)
            self._note(row, kind, task, status, text)
            row["done"] += 1
        if end:
            self._end(row, self._result(row))

    def _create(self, kind: Kind, task: Task) -> tuple[str, str]:
        """Log status and text of one object."""
        if task["trouble"]:
            return "Failed", task["trouble"]
        twin = self._estate.twin(kind, task["body"])
        if twin is None:
            self._estate.add(kind, task["group"], task["body"], task["secrets"], {})
            return "Succeeded", "Created"
        if self._switches.duplicates == "skip":
            return "Warning", "Exists already, skipped"
        untouchable = twin["state"].get("backupServer") or twin["state"].get("builtin")
        if self._switches.duplicates == "overwrite" and not untouchable:
            self._estate.replace(kind, twin, task["body"], task["secrets"])
            return "Succeeded", "Exists already, overwritten"
        return "Failed", "An object with this name or unique ID exists already"

    def _note(self, row: Row, kind: Kind, task: Task, status: str, text: str) -> None:
        now = stamp(self._clock.now())
        record: Body = {
            "id": len(row["records"]) + 1,
            "status": status,
            "startTime": row["created"],
            "updateTime": now,
            "title": f"Import of {kind.noun} {task['name']}",
            "description": text,
        }
        row["records"].append(record)

    def _result(self, row: Row) -> str:
        statuses = [record["status"] for record in row["records"]]
        if "Failed" in statuses:
            return "Failed" if set(statuses) == {"Failed"} else self._switches.partial_result
        return "Warning" if "Warning" in statuses else "Success"

    def _end(self, row: Row, result: str) -> None:
        row.update(state="Stopped", result=result, ended=stamp(self._clock.now()), tasks=[])
        self._running = [other for other in self._running if other is not row]
