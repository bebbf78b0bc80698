# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a job: start it, stop it, try again what went wrong, and wait for how it ends (facts/vbr.md 3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from ..._core.compare import closest, fold, value_at
from ..._core.errors import InvalidInput, TaskFailed, UnknownOutcome, quoted
from ..._core.operation import Operation, Params, Progress, Result
from ..._core.option import Option
from ..._core.polling import started
from ..automation import RESULTS, Session, log_of, result_of
from ..client import IDENTIFIED, Vbr, finished, is_page, is_session
from ..handover.jobs import graceful_field
from ..resource.endpoint import SESSIONS
from ..resource.places import NO_ID
from ..resources.job import JOBS
from ..revisions import rank

DEFAULT_WAIT_SECONDS = 86_400
START, STOP, RETRY = "start", "stop", "retry"
WARNING = "Warning"
TO_RETRY = ("Failed", WARNING)
RETRY_SINCE = "1.3-rev0"
# Sessions of a job come newest first; a few of them may be of its upkeep.
RECENT = 20
GOES_ON = "The server goes on with it. Run the task again: a job that is at work is waited for, and not started anew."
MAY_RUN = (
    "The request may have been carried out: look at the last run of the job. Run again, the task waits for a job that "
    "is at work, and starts any other."
)


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
    found = _called(service, name)
    if len(found) != 1:
        several = f": {', '.join(quoted(row['name']) for row in found)}" if found else ""
        there = "are several jobs" if found else "is no job"
        raise InvalidInput(f"There {there} {quoted(name)}{several}.", "Correct the name.")
    return JobRuns(found[0], _latest(service, str(found[0]["id"])), service.revision)


def _called(service: Vbr, name: str) -> list[dict[str, Any]]:
    """The jobs that a name can mean; those that are written just so, if there are such."""
    # The filter takes * for anything, so that a name that holds one cannot be asked for; and it may tell upper case
    # from lower case, so that what it hides is looked for.
    for narrow in (() if "*" in name else ({"nameFilter": name},)) + (None,):
        found = [row for row in service.pages(JOBS, narrow, row=IDENTIFIED) if fold(row.get("name")) == fold(name)]
        if found:
            return closest(found, (name, itemgetter("name")))
    return []


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
    cancel = desired["cancel_chained_jobs"]
    chained = {} if cancel is None else {"cancelChainedJobs": cancel}
    if chained and rank(revision) < rank(RETRY_SINCE):
        raise InvalidInput(f"cancel_chained_jobs needs API revision {RETRY_SINCE}; this is {revision}.")
    return {graceful_field(revision): desired["graceful"], **chained}


def _retry_body(desired: Params, _revision: str) -> Mapping[str, Any]:
    return {"startChainedJobs": desired["start_chained_jobs"]}


BODIES = {START: _start_body, STOP: _stop_body, RETRY: _retry_body}


def apply(service: Vbr, plan: RunPlan, progress: Progress) -> Result:
    session = _begun(service, plan, progress) if plan.changed else plan.latest
    # What this task has begun is judged however soon it ends, and whether its answer arrived or not.
    if session is None or not (plan.changed if finished(session) else plan.wait):
        return _run_of(session)
    with started(GOES_ON, changed=plan.changed, session_id=str(session["id"])):
        return _ended(service, plan, session, progress)


def _ended(service: Vbr, plan: RunPlan, session: Session, progress: Progress) -> Result:
    """The run at its end. Raises TaskFailed if it did not end well."""
    path = f"{SESSIONS}/{quote(str(session['id']), safe='')}"
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
    """The session that the work is done in; None if the server has nothing to do.

    Raises UnknownOutcome if no answer and no look at the job gives it.
    """
    path = f"{JOBS}/{quote(str(plan.job['id']), safe='')}/{plan.action}"
    progress(f"job {plan.job.get('name')}: {plan.action}")
    answer: Any = None
    unknown = UnknownOutcome(
        "the answer is no session of this job's run", service=service.SERVICE, request=f"POST {path}"
    )
    try:
        answer = service.call("POST", path, dict(plan.body))
        if plan.action == STOP:
            return plan.latest
        if answer is None and _is_empty(plan.job):
            return None
    except UnknownOutcome as lost:
        unknown = lost
    if _is_run(answer, plan):
        return dict(answer)
    # Sending it again could run the job twice, so look whether it runs by now.
    with started(MAY_RUN):
        session = _latest(service, str(plan.job["id"]))
    if plan.action == STOP and session is not None:
        return plan.latest
    if session is None or _is_known(session, plan):
        unknown.hint = MAY_RUN
        raise unknown
    return session


def _is_run(answer: Any, plan: RunPlan) -> bool:
    """Whether this is a session of the job, as far as it says, and not that of the run before."""
    if not is_session(answer) or (plan.action == START and _is_known(answer, plan)):
        return False
    jobs = {fold(answer[key]) for key in ("jobId", "activityId") if answer.get(key) not in (None, "", NO_ID)}
    return not jobs or fold(plan.job["id"]) in jobs


def _is_known(session: Session, plan: RunPlan) -> bool:
    return plan.latest is not None and fold(session["id"]) == fold(plan.latest["id"])


def _is_empty(job: Mapping[str, Any]) -> bool:
    """Whether a job says that it has no objects: the server has nothing to run then, and answers with no session."""
    objects = value_at(job, ("virtualMachines", "includes"))
    return isinstance(objects, list) and not objects


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
