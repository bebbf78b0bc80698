# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operation of em_job: an existing job is enabled, disabled, started, stopped, retried, synced or removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._core.errors import BadAnswer, InvalidInput, NotFound, TimedOut, quoted
from .._core.operation import Operation, Params, Progress, Result
from .._core.option import TEXT, Option
from .._core.polling import poll, started
from .client import FORMAT, Em, open_service
from .jobs import SHOWN_SECONDS, Lookup, job_path, proved, read_job, set_schedule, wait_until_shown
from .rows import TOGGLE, Row, id_of, offers, server_of
from .tasks import WAIT, WAIT_TIMEOUT, TaskRequest, run_task

ABSENT = "absent"
SCHEDULED: Mapping[str, bool] = {"enabled": True, "disabled": False}


@dataclass(frozen=True)
class JobAction:
    """An action of the server on a job, the Rel of the link that offers it, and the operation of its task."""

    name: str
    rel: str
    operation: str


ACTIONS: Mapping[str, JobAction] = {
    "started": JobAction("start", "Start", "StartJob"),
    "stopped": JobAction("stop", "Stop", "StopJob"),
    "retried": JobAction("retry", "Retry", "RetryJob"),
    "synced": JobAction("sync", "Sync", "StartJobSync"),
}


@dataclass(frozen=True)
class ActualJob:
    """The job, None if there is none, and the name of its backup server."""

    job: dict[str, Any] | None
    server_name: str = ""


@dataclass(frozen=True)
class JobPlan:
    """A job and its desired state."""

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
        """The state as far as the server says it; it does not say whether a job is running."""
        if self.state in SCHEDULED:
            return next(state for state, on in SCHEDULED.items() if on is not SCHEDULED[self.state])
        return "present" if self.state == ABSENT else "unknown"

    def report(self) -> Result:
        return {"resource": self.job or {}, "backup_server": self.server_name, "message": ""}


def look(service: Em, desired: Params, _progress: Progress) -> ActualJob:
    lookup = Lookup(service)
    if desired["state"] == ABSENT:
        server = lookup.server_id(desired["backup_server"]) if desired["backup_server"] else ""
        if not lookup.jobs(desired["name"], server):
            return ActualJob(None)
    job = lookup.job("name", desired["name"], desired["backup_server"])
    return ActualJob(job, lookup.server_name(server_of(job)))


def plan(desired: Params, actual: ActualJob) -> JobPlan:
    state, job = desired["state"], actual.job
    action = ACTIONS.get(state)
    rel = action.rel if action else TOGGLE if state in SCHEDULED else ""
    if job is not None and rel and not offers(job, rel):
        can = [name for name, other in ACTIONS.items() if offers(job, other.rel)]
        raise InvalidInput(
            f"Job {quoted(job['Name'])} of type {job.get('JobType')} cannot be {state}: the server does not offer it.",
            f"It can be {', '.join(can)}." if can else "",
        )
    changed = job is not None and (state not in SCHEDULED or job.get("ScheduleEnabled") is not SCHEDULED[state])
    name = str(job["Name"]) if job else desired["name"]
    return JobPlan(job, actual.server_name, name, state, changed, float(desired[WAIT_TIMEOUT]))


def apply(service: Em, plan: JobPlan, progress: Progress) -> Result:
    job = plan.job or {}
    progress(f"job {plan.name}: {plan.state}")
    if plan.state in SCHEDULED:
        return {"resource": set_schedule(service, job, SCHEDULED[plan.state], plan.timeout)}
    if plan.state == ABSENT:
        _delete(service, job, plan.timeout)
        return {"resource": {}}
    action = ACTIONS[plan.state]
    request = TaskRequest("POST", job_path(id_of(proved(service, job))), action.operation, {"action": action.name})
    result = run_task(service, request, plan.timeout).get("Result")
    message = result.get("Message") if isinstance(result, Mapping) else ""
    with started():
        return {"resource": wait_until_shown(service, id_of(job)), "message": message or ""}


def _delete(service: Em, job: Row, timeout: float) -> None:
    """Remove a job, and wait until Enterprise Manager does not show it any more."""
    job_id = id_of(job)

    def listed() -> bool:
        return bool(Lookup(service).jobs(str(job["Name"]), server_of(job)))

    def gone() -> bool:
        try:
            read_job(service, job_id)
        except NotFound:
            # A job that is known by another id is still there.
            return not listed()
        return False

    def late(_gone: bool | None) -> TimedOut:
        complaint = f"the job is still shown after {SHOWN_SECONDS:g} seconds"
        return TimedOut(complaint, service=service.SERVICE, request=f"GET {job_path(job_id)}")

    try:
        proved(service, job)
        run_task(service, TaskRequest("DELETE", job_path(job_id), "DeleteJob", done=gone), timeout)
    except (NotFound, BadAnswer):
        # Someone else was faster, if it is in no list either.
        if listed():
            raise
    with started():
        poll(gone, bool, service.clock, SHOWN_SECONDS, late)


JOB = Operation(
    client=Em,
    open=open_service,
    options={
        "name": Option(required=True),
        "backup_server": TEXT,
        "state": Option(required=True, choices=(*SCHEDULED, *ACTIONS, ABSENT)),
        **FORMAT,
        **WAIT,
    },
    look=look,
    plan=plan,
    apply=apply,
)
