# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done with the jobs of one server by ordinary REST: read, replace, enable, disable, stop, see what is at work.

Sources: facts/vbr.md 2.4 (sessions), 3.9 (jobs and their states).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ..._core.compare import fold
from ..._core.errors import NotFound, ServerFault
from ..._core.shape import STRING, Shape, asked_for, shaped
from ..client import Vbr
from ..revisions import rank

JOBS = "/api/v1/jobs"
STATES = f"{JOBS}/states"
SESSIONS = "/api/v1/sessions"
# Statuses of jobs that are not at work, folded.
AT_REST = frozenset({"inactive", "disabled", "enabled", "stopped"})
# Every state of the session of such a job but the end.
WORKING = (
    "Working",
    "Starting",
    "Stopping",
    "Pausing",
    "Resuming",
    "Postprocessing",
    "WaitingRepository",
    "WaitingSlot",
    "WaitingTape",
)
# The field was called gracefullStop for a while.
GRACEFULL_UNTIL = "1.1-rev1"
JOB: Mapping[str, Shape] = {"id!": STRING, "name!": STRING, "schedule": {}}
STATE: Shape = {"id!": STRING, "status": STRING}
SESSION_OF_JOB: Shape = {"id!": STRING, "state": STRING, "jobId": STRING, "activityId": STRING}


def graceful_field(revision: str) -> str:
    """What a request to stop calls it that the machine at work is finished first."""
    return "gracefullStop" if rank(revision) <= rank(GRACEFULL_UNTIL) else "gracefulStop"


class JobCalls:
    """The jobs of a signed-in server, each by its id."""

    def __init__(self, service: Vbr) -> None:
        self.service = service

    def read(self, job_id: str, shape: Mapping[str, Shape] | None = None) -> dict[str, Any]:
        """The whole job. The list may hold less of it (facts/updates.md). `shape` is of what is used of it besides."""
        is_it, is_job = asked_for(job_id), shaped({**JOB, **(shape or {})})
        path = _path(job_id)
        model: dict[str, Any] = self.service.call("GET", path, fits=lambda value: is_job(value) and is_it(value))
        return model

    def replace(self, job_id: str, model: Mapping[str, Any]) -> None:
        self.service.call("PUT", _path(job_id), dict(model))

    def enable(self, job_id: str) -> None:
        self.service.call("POST", f"{_path(job_id)}/enable")

    def disable(self, job_id: str) -> None:
        self.service.call("POST", f"{_path(job_id)}/disable")

    def stop(self, job_id: str) -> None:
        """Ask a run to end after the machine that it is at."""
        self.service.call("POST", f"{_path(job_id)}/stop", {graceful_field(self.service.revision): True})

    def shown_at_work(self) -> frozenset[str]:
        """The folded ids of the jobs that the list of states shows at work."""
        try:
            states = self.service.pages(STATES, row=STATE)
        except (ServerFault, NotFound):
            # A newer server may fail on it under an older revision (facts/vbr.md 1.3).
            return self._in_session()
        return frozenset(fold(row["id"]) for row in states if fold(row.get("status")) not in AT_REST)

    def working(self, ours: frozenset[str]) -> frozenset[str]:
        """Those of our jobs, by their folded ids, that are at work.

        A disabled job may be shown as disabled while it works, so that sessions are asked for where no job is shown.
        """
        return (self.shown_at_work() & ours) or (self._in_session() & ours)

    def _in_session(self) -> frozenset[str]:
        """The jobs that have a session in any state but the end."""

        def jobs_in(state: str) -> set[str]:
            rows = self.service.pages(SESSIONS, {"stateFilter": state}, row=SESSION_OF_JOB)
            # A server that does not know the filter sends all.
            found = [row for row in rows if fold(row.get("state")) == fold(state)]
            return {fold(row.get("jobId") or row.get("activityId")) for row in found}

        return frozenset().union(*self.service.lanes.each(WORKING, jobs_in))


def _path(job_id: str) -> str:
    return f"{JOBS}/{quote(job_id, safe='')}"
