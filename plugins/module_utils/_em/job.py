# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done with a job of Enterprise Manager that is there: on, off, started, stopped, retried, synced, gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._core.errors import InvalidInput, NotFound, TimedOut, quoted
from .._core.operation import Operation, Params, Progress, Result
from .._core.option import Option
from .._core.polling import follow
from .client import Em
from .jobs import READ_SECONDS, Directory, changed_anyway, path_of, read_job, scheduled, shown_job
from .rows import TOGGLE, Row, id_of, offers, server_of
from .tasks import Deed, carried_out
from .words import WAIT, WRITING, open_service

ABSENT = "absent"
SCHEDULED: Mapping[str, bool] = {"enabled": True, "disabled": False}


@dataclass(frozen=True)
class Call:
    """What is asked of the server: the action, the Rel of the link that offers it, and the operation of its task."""

    action: str
    rel: str
    operation: str


CALLS: Mapping[str, Call] = {
    "started": Call("start", "Start", "StartJob"),
    "stopped": Call("stop", "Stop", "StopJob"),
    "retried": Call("retry", "Retry", "RetryJob"),
    "synced": Call("sync", "Sync", "StartJobSync"),
}


@dataclass(frozen=True)
class Seen:
    """The job, None if there is none, and what its backup server is called."""

    job: dict[str, Any] | None
    server_name: str = ""


@dataclass(frozen=True)
class JobPlan:
    """What is to be done with a job. `state` is the one that is asked for."""

    job: dict[str, Any] | None
    server_name: str
    name: str
    state: str
    changed: bool
    timeout: float

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        header = f"job {self.name} on {self.server_name}"
        before, after = f"state: {self._before()}\n", f"state: {self.state}\n"
        return [{"before": before, "after": after, "before_header": header, "after_header": header}]

    def _before(self) -> str:
        """The state as far as the server tells it; it does not tell whether a job is running."""
        if self.state in SCHEDULED:
            return next(state for state, on in SCHEDULED.items() if on is not SCHEDULED[self.state])
        return "present" if self.state == ABSENT else "unknown"

    def report(self) -> Result:
        return {"resource": self.job or {}, "backup_server": self.server_name, "message": ""}


def look(service: Em, wish: Params, _progress: Progress) -> Seen:
    directory = Directory(service)
    if wish["state"] == ABSENT:
        server = directory.server_id(wish["backup_server"]) if wish["backup_server"] else ""
        if not directory.jobs(wish["name"], server):
            return Seen(None)
    job = directory.job("name", wish["name"], wish["backup_server"])
    return Seen(job, directory.server_name(server_of(job)))


def plan(wish: Params, seen: Seen) -> JobPlan:
    state, job = wish["state"], seen.job
    call = CALLS.get(state)
    rel = call.rel if call else TOGGLE if state in SCHEDULED else ""
    if job is not None and rel and not offers(job, rel):
        can = [name for name, other in CALLS.items() if offers(job, other.rel)]
        raise InvalidInput(
            f"Job {quoted(job['Name'])} of type {job.get('JobType')} cannot be {state}: the server does not offer it.",
            f"It can be {', '.join(can)}." if can else "",
        )
    changed = job is not None and (state not in SCHEDULED or job.get("ScheduleEnabled") is not SCHEDULED[state])
    name = str(job["Name"]) if job else wish["name"]
    return JobPlan(job, seen.server_name, name, state, changed, float(wish[WAIT]))


def apply(service: Em, plan: JobPlan, progress: Progress) -> Result:
    job = plan.job or {}
    progress(f"job {plan.name}: {plan.state}")
    if plan.state in SCHEDULED:
        return {"resource": scheduled(service, job, SCHEDULED[plan.state], plan.timeout)}
    if plan.state == ABSENT:
        _delete(service, job, plan.timeout)
        return {"resource": {}}
    call = CALLS[plan.state]
    deed = Deed("POST", path_of(id_of(job)), call.operation, {"action": call.action})
    result = carried_out(service, deed, plan.timeout).get("Result")
    message = result.get("Message") if isinstance(result, Mapping) else ""
    with changed_anyway():
        return {"resource": shown_job(service, id_of(job)), "message": message or ""}


def _delete(service: Em, job: Row, timeout: float) -> None:
    job_id = id_of(job)

    def gone() -> bool:
        try:
            read_job(service, job_id)
        except NotFound:
            return True
        return False

    def late(_seen: bool | None) -> TimedOut:
        told = f"the job is still shown after {READ_SECONDS:g} seconds"
        return TimedOut(told, service=service.SERVICE, request=f"GET {path_of(job_id)}")

    try:
        carried_out(service, Deed("DELETE", path_of(job_id), "DeleteJob", done=gone), timeout)
    except NotFound:
        # Someone else was faster.
        if not gone():
            raise
    with changed_anyway():
        follow(gone, bool, service.clock, READ_SECONDS, late)


JOB = Operation(
    client=Em,
    open=open_service,
    options={
        "name": Option(required=True),
        "backup_server": Option(),
        "state": Option(required=True, choices=(*SCHEDULED, *CALLS, ABSENT)),
        **WRITING,
    },
    look=look,
    plan=plan,
    apply=apply,
)
