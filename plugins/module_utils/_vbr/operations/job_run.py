# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a job: start it, stop it, try again what went wrong, and wait for how it ends (facts/vbr.md 3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._core.compare import fold
from ..._core.errors import InvalidInput, TaskFailed, UnknownOutcome, quoted
from ..._core.operation import Operation, Params, Progress, Result
from ..._core.option import Option
from ..._core.polling import started
from ..automation import RESULTS, Session, log_of, result_of
from ..client import IDENTIFIED, Vbr, finished, is_page, is_session
from ..resource.endpoint import SESSIONS
from ..resources.job import JOBS
from ..revisions import rank

DEFAULT_WAIT_SECONDS = 86_400
START, STOP, RETRY = "start", "stop", "retry"
WARNING = "Warning"
TO_RETRY = ("Failed", WARNING)
RETRY_SINCE = "1.3-rev0"
# The field was called gracefullStop for a while.
GRACEFULL_UNTIL = "1.1-rev1"
# Sessions of a job come newest first; a few of them may be of its upkeep.
RECENT = 20
GOES_ON = "The server goes on with it. Run the task again: a job that is at work is waited for, and not started anew."


@dataclass(frozen=True)
class JobRuns:
    """A job and its latest session, if it has ever run; `revision` is what the server speaks."""

    job: Mapping[str, Any]
    latest: Session | None
    revision: str

    @property
    def running(self) -> bool:
        return self.latest is not None and not finished(self.latest)


@dataclass(frozen=True)
class RunPlan:
    """What will be done with a job. `latest` is its session so far."""

    job: Mapping[str, Any]
    latest: Session | None
    action: str
    body: Mapping[str, Any]
    changed: bool
    was_running: bool
    wait: bool
    timeout: float

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        states = ("Working", "Stopped") if self.action == STOP else ("Stopped", "Working")
        before, after = (f"state: {state}\n" for state in states)
        header = f"job {self.job.get('name')}"
        return [{"before": before, "after": after, "before_header": header, "after_header": header}]

    def report(self) -> Result:
        return {
            "job": {"id": self.job["id"], "name": self.job.get("name")},
            "was_running": self.was_running,
            **_run_of(self.latest),
        }


def look(service: Vbr, desired: Params, _progress: Progress) -> JobRuns:
    if desired["action"] == RETRY and rank(service.revision) < rank(RETRY_SINCE):
        raise InvalidInput(
            f"A job can be retried since API revision {RETRY_SINCE}; this is {service.revision}.", "Start it."
        )
    name = desired["name"]
    # The filter takes * for anything; a name that holds one cannot be asked for.
    narrow = None if "*" in name else {"nameFilter": name}
    found = [row for row in service.pages(JOBS, narrow, row=IDENTIFIED) if fold(row.get("name")) == fold(name)]
    if len(found) != 1:
        raise InvalidInput(f"There {'are several jobs' if found else 'is no job'} {quoted(name)}.", "Correct the name.")
    return JobRuns(found[0], _latest(service, str(found[0]["id"])), service.revision)


def _latest(service: Vbr, job_id: str) -> Session | None:
    """The newest session of a job; one that is still at work is it, whenever it began."""
    query = {"jobIdFilter": job_id, "orderColumn": "CreationTime", "orderAsc": "false", "limit": RECENT, "skip": 0}
    rows: list[Session] = service.call("GET", SESSIONS, params=query, fits=is_page)["data"]
    own = [row for row in rows if is_session(row) and job_id in (row.get("jobId"), row.get("activityId"))]
    own.sort(key=lambda row: (not finished(row), str(row.get("creationTime"))), reverse=True)
    return own[0] if own else None


def plan(desired: Params, seen: JobRuns) -> RunPlan:
    action = desired["action"]
    body = BODIES[action](desired, seen.revision)
    timeout = float(desired["wait_timeout"])
    return RunPlan(seen.job, seen.latest, action, body, _due(action, seen), seen.running, desired["wait"], timeout)


def _due(action: str, seen: JobRuns) -> bool:
    """Whether there is anything to do: a job that runs is not started again, and only a bad run is retried."""
    if action == STOP or seen.running:
        return action == STOP and seen.running
    return action == START or (seen.latest is not None and result_of(seen.latest)[0] in TO_RETRY)


def _start_body(desired: Params, _revision: str) -> Mapping[str, Any]:
    return {"performActiveFull": desired["active_full"], "startChainedJobs": desired["start_chained_jobs"]}


def _stop_body(desired: Params, revision: str) -> Mapping[str, Any]:
    field = "gracefullStop" if rank(revision) <= rank(GRACEFULL_UNTIL) else "gracefulStop"
    cancel = desired["cancel_chained_jobs"]
    chained = {} if cancel is None else {"cancelChainedJobs": cancel}
    if chained and rank(revision) < rank(RETRY_SINCE):
        raise InvalidInput(f"cancel_chained_jobs needs API revision {RETRY_SINCE}; this is {revision}.")
    return {field: desired["graceful"], **chained}


def _retry_body(desired: Params, _revision: str) -> Mapping[str, Any]:
    return {"startChainedJobs": desired["start_chained_jobs"]}


BODIES = {START: _start_body, STOP: _stop_body, RETRY: _retry_body}


def apply(service: Vbr, plan: RunPlan, progress: Progress) -> Result:
    session = _begun(service, plan, progress) if plan.changed else plan.latest
    if session is None or finished(session) or not plan.wait:
        return _run_of(session)
    with started(GOES_ON, changed=plan.changed, session_id=str(session["id"])):
        return _ended(service, plan, session, progress)


def _ended(service: Vbr, plan: RunPlan, session: Session, progress: Progress) -> Result:
    """The run at its end. Raises TaskFailed if it did not end well."""
    path = f"{SESSIONS}/{session['id']}"
    progress(f"job {plan.job.get('name')}: waiting for session {session['id']}")
    session = service.settle(path, plan.timeout)
    run = {**_run_of(session), "log": log_of(service, path)}
    if plan.action == STOP or run["result"] not in TO_RETRY:
        return run
    said = service.http.secrets.line(str(run["message"])) or "no reason given"
    if run["result"] == WARNING:
        return {**run, "warnings": [f"Job {plan.job.get('name')} ended with a warning: {said}"]}
    facts = {key: value for key, value in run.items() if key != "message"}
    raise TaskFailed(f"job {quoted(plan.job.get('name'))} failed: {said}", service=service.SERVICE, **facts)


def _begun(service: Vbr, plan: RunPlan, progress: Progress) -> Session | None:
    """The session that the work is done in; None if the server has nothing to do."""
    job_id = str(plan.job["id"])
    progress(f"job {plan.job.get('name')}: {plan.action}")
    try:
        session = service.call("POST", f"{JOBS}/{job_id}/{plan.action}", dict(plan.body))
    except UnknownOutcome:
        # Sending it again could run the job twice, so look whether it runs by now.
        session = _latest(service, job_id)
        known = plan.latest["id"] if plan.latest else None
        if session is None or (plan.action != STOP and session["id"] == known):
            raise
    if plan.action == STOP:
        return plan.latest
    return session if is_session(session) else None


def _run_of(session: Session | None) -> Result:
    """What a session says about itself; one that there is not has no result."""
    result, message = result_of(session or {})
    return {
        "resource": session or {},
        "finished": session is None or finished(session),
        "result": result,
        "message": message,
    }


JOB_RUN = Operation(
    client=Vbr,
    options={
        "name": Option(required=True),
        "action": Option(default=START, choices=(START, STOP, RETRY)),
        "active_full": Option(type="bool", default=False),
        "start_chained_jobs": Option(type="bool", default=False),
        "graceful": Option(type="bool", default=True),
        "cancel_chained_jobs": Option(type="bool"),
        "wait": Option(type="bool", default=True),
        "wait_timeout": Option(type="int", default=DEFAULT_WAIT_SECONDS),
    },
    look=look,
    plan=plan,
    apply=apply,
    words={"result": RESULTS},
    waits=True,
)
