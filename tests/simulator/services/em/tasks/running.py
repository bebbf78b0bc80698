# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks as time passes: they are Running, then OperationFinished, then Finished (facts/em.md 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from ....core.clock import LOOK, PASSING, Clock
from ....core.store import Row
from ..accounts import Logon
from ..estate import TASKS, Estate
from ..switches import EmSwitches
from .work import WORK, Arguments

RUNNING, DONE, FINISHED = "Running", "OperationFinished", "Finished"
DONE_SHARE = 0.5


class Tasks:
    """Keeps the tasks of all logon sessions and moves the running ones on.

    The work is done on the backup server when a task is OperationFinished; the lists of Enterprise Manager show it when
    the task is Finished, or `listing_lag` requests later. A task goes on when its logon session has ended.
    """

    def __init__(self, estate: Estate, clock: Clock, switches: EmSwitches) -> None:
        self._estate, self._clock, self._switches = estate, clock, switches
        self._moving: list[Row] = []

    def of(self, logon: Logon) -> Iterator[Row]:
        """The tasks of a session, oldest first."""
        return (row for row in self._estate.rows(TASKS) if row["session"] == logon.session_id and not row["gone"])

    def get(self, logon: Logon, task_id: str) -> Row | None:
        return next((row for row in self.of(logon) if row["task"] == task_id), None)

    def open(self, logon: Logon, operation: str, work: str, arguments: Arguments, stuck: bool = False) -> Row:
        """Open a task that is about to run; a stuck one never ends. Ids are counted per logon session."""
        logon.tasks += 1
        row: Row = {
            "session": logon.session_id,
            "task": f"task-{logon.tasks}",
            "operation": operation,
            "work": work,
            "arguments": arguments,
            "state": RUNNING,
            "started": self._clock.timestamp(),
            "looks": 0,
            "stuck": stuck,
            "gone": False,
            "outcome": None,
            "lag": 0,
        }
        self._estate.store.add(TASKS, row)
        self._moving.append(row)
        return row

    def begin(self, row: Row) -> None:
        """Do work that takes no time now: the task has been answered as running before."""
        if self._clock.mode == "instant":
            self._advance(row)

    def tick(self) -> None:
        """Called at each request: tasks move on as far as the clock says."""
        for row in list(self._moving):
            row["looks"] += PASSING
            self._advance(row)

    def look(self, row: Row) -> Row:
        """Called before a task is shown, which is a look at it; returns the task."""
        if row["state"] != FINISHED:
            row["looks"] += LOOK - PASSING
            self._advance(row)
        return row

    def settle(self) -> None:
        """End every task that can end, as if enough time had passed."""
        for row in list(self._moving):
            if not row["stuck"]:
                self._move(row, 1.0)
                self._show(row)

    def remove(self, row: Row) -> None:
        """Delete a task; one whose work is not done yet never does it."""
        row["gone"] = True
        if row["state"] == RUNNING:
            self._moving = [other for other in self._moving if other is not row]

    def restart(self) -> None:
        """Find the tasks that are not finished after the store was replaced."""
        self._moving = [row for row in self._estate.rows(TASKS) if _moves(row)]

    def _advance(self, row: Row) -> None:
        if row["stuck"]:
            return
        if row["state"] == FINISHED:
            row["lag"] -= 1
        self._move(row, self._clock.share(row["started"], row["looks"]))
        if row["state"] == FINISHED and row["lag"] <= 0:
            self._show(row)

    def _move(self, row: Row, share: float) -> None:
        if row["state"] == RUNNING and share >= DONE_SHARE:
            row["state"] = DONE
            row["outcome"] = asdict(WORK[row["work"]](self._estate, self._switches, row["arguments"]))
        if row["state"] == DONE and share >= 1.0:
            row["state"] = FINISHED
            row["lag"] = self._switches.listing_lag

    def _show(self, row: Row) -> None:
        for change in row["outcome"]["changes"]:
            self._estate.apply(change)
        row["outcome"]["changes"] = []
        self._moving = [other for other in self._moving if other is not row]


def _moves(row: Row) -> bool:
    if row["gone"] and row["state"] == RUNNING:
        return False
    return row["state"] != FINISHED or bool(row["outcome"]["changes"])
