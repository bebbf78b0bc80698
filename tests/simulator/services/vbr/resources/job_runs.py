# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of jobs: start, stop, retry; what a run does, object by object, and which chained jobs it starts."""

from __future__ import annotations

from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..bodies import optional_object
from ..chains import add_points, objects_of, repository_of
from ..errors import bad_request, json_answer
from ..kind import same_text
from ..kinds import JOBS, REPOSITORIES
from ..rest.job_bodies import give_to_computers, kept_by_id
from ..revisions import CASE_WAVE, before
from ..server import VbrServer, only_since, revision_of, shape
from ..sessions.running import Outcome, Task, work
from ..sessions.views import session_model, start
from .jobs import READING, running
from .repository_states import offline
from .scale_out_repositories import extents_of

SESSION_TYPE = "BackupJob"
STATUSES = {"Success": "Succeeded", "Warning": "Warning", "Failed": "Failed"}


def start_job(server: VbrServer, call: Call, row_id: str) -> Response:
    """Start a job, but not a disabled or running one (an assumption). A job without objects gets no session (204)."""
    job, payload = READING.row(server, row_id), _payload(call)
    if payload and "performActiveFull" not in payload:
        raise bad_request("performActiveFull is required")
    return _run(server, call, job, "Full" if payload.get("performActiveFull") else "Increment", payload)


def retry_job(server: VbrServer, call: Call, row_id: str) -> Response:
    """Run a job again whose last run did not succeed."""
    only_since(call, "1.3-rev0")
    job, payload = READING.row(server, row_id), _payload(call)
    last = last_run(server, job)
    if last is None or last["result"] == "Success":
        raise bad_request(f"Job {job['body']['name']} has nothing to retry", "UnknownError")
    return _run(server, call, job, "Retry", payload)


def stop_job(server: VbrServer, call: Call, row_id: str) -> Response:
    """Stop a run; gracefully means at the next request. The name of the field was misspelled up to 1.1-rev1."""
    job, payload = READING.row(server, row_id), _payload(call)
    field = "gracefullStop" if before(revision_of(call), "1.1-rev2") else "gracefulStop"
    if payload and field not in payload:
        raise bad_request(f"{field} is required")
    session = running(server, job)
    if session is None:
        raise bad_request(f"Job {job['body']['name']} is not running", "UnknownError")
    end = server.sessions.wind_down if payload.get(field, True) else server.sessions.stop
    end(session)
    return json_answer(session_model(session, shape(call)), 201)


def last_run(server: VbrServer, job: Row) -> Row | None:
    runs = [row for row in server.sessions.rows() if row["job"] == job["id"]]
    return runs[-1] if runs else None


def _payload(call: Call) -> dict[str, Any]:
    return optional_object(call)


def _run(server: VbrServer, call: Call, job: Row, how: str, payload: dict[str, Any]) -> Response:
    name = job["body"]["name"]
    if job["state"].get("disabled") and server.switches.disabled_jobs == "refuse":
        raise bad_request(f"Job {name} is disabled", "UnknownError")
    if running(server, job) is not None:
        raise bad_request(f"Job {name} is running already", "UnknownError")
    tasks = _tasks(job, how, bool(payload.get("startChainedJobs")))
    if not tasks:
        return Response(status=204)
    return start(call, server.sessions, name, SESSION_TYPE, tasks, job=job["id"])


def _tasks(job: Row, how: str, starts_chained: bool) -> list[Task]:
    names = objects_of(job)
    tasks: list[Task] = [{"do": "back up", "how": how, "object": name, "job": job["id"]} for name in names]
    return tasks + ([{"do": "start chained", "job": job["id"]}] if tasks and starts_chained else [])


@work("back up")
def back_up(server: VbrServer, task: Task) -> Outcome:
    """Makes a restore point, unless the storage has gone over to another server or a host is offline."""
    job = server.estate.get(JOBS, task["job"])
    trouble = _trouble(server, job) if job else "The job is gone"
    if trouble:
        return Outcome("Failed", f"Processing {task['object']}", trouble)
    result = server.switches.job_result
    if job and result != "Failed":
        how = "" if task["how"] == "Retry" else task["how"]
        add_points(server.store, server.estate, server.clock, job, [task["object"]], how or "Increment")
    text = {"Success": f"{task['how']} backup done", "Warning": "Low on space", "Failed": "The snapshot failed"}[result]
    return Outcome(STATUSES[result], f"Processing {task['object']}", text)


def _trouble(server: VbrServer, job: Row) -> str:
    """Why a job cannot write to its repository, or to an extent of it; empty if it can."""
    repository = repository_of(server.estate, job)
    if repository is None:
        # A policy may keep its backups on the machine itself or on a share.
        return "" if kept_by_id(job) else "The repository is gone"
    names = extents_of(repository["body"]) or [repository["body"]["name"]]
    for row in (row for name in names for row in server.estate.named(REPOSITORIES, name)):
        owner = server.estate.storages.owner(row["body"])
        if owner is not None and owner is not row:
            return f"Repository {row['body']['name']} is owned by another backup server"
        if offline(server.estate, row):
            return f"Repository {row['body']['name']} is not available"
    return ""


@work("start chained")
def start_chained(server: VbrServer, task: Task) -> Outcome:
    """Starts the jobs that run after this one."""
    job = server.estate.get(JOBS, task["job"])
    chained = [row for row in server.estate.rows(JOBS) if job and _follows(row, job["body"]["name"])]
    for row in chained:
        session = server.sessions.open(
            row["body"]["name"], SESSION_TYPE, _tasks(row, "Increment", True), "", job=row["id"]
        )
        server.sessions.begin(session)
    names = ", ".join(row["body"]["name"] for row in chained)
    return Outcome("Succeeded", "Starting chained jobs", names or "There are none")


def _follows(job: Row, name: str) -> bool:
    after = (job["body"].get("schedule") or {}).get("afterThisJob") or {}
    disabled = job["state"].get("disabled")
    return bool(after.get("isEnabled")) and same_text(after.get("jobName"), name) and not disabled


def send_policy(server: VbrServer, call: Call, row_id: str) -> Response:
    """Push a policy to its agents, or make them forget what they know of their chain."""
    only_since(call, CASE_WAVE)
    job = READING.row(server, row_id)
    if "Agent" not in job["body"]["type"]:
        raise bad_request(f"Job {job['body']['name']} is no job of agents", "UnknownError")
    name = "Agent Management"
    return start(
        call, server.sessions, name, "Infrastructure", [{"do": "send policy", "job": job["id"]}], job=job["id"]
    )


@work("send policy")
def sent_policy(server: VbrServer, task: Task) -> Outcome:
    """The computers know what the policy was at that moment."""
    job = server.estate.get(JOBS, task["job"])
    if job is not None:
        give_to_computers(job)
    return Outcome("Succeeded", "Configuration of agents", "Applied", task["job"])


ROUTES = (
    Route("POST", f"{READING.path}/<row_id>/applyConfiguration", send_policy),
    Route("POST", f"{READING.path}/<row_id>/clearCache", send_policy),
    Route("POST", f"{READING.path}/<row_id>/start", start_job),
    Route("POST", f"{READING.path}/<row_id>/stop", stop_job),
    Route("POST", f"{READING.path}/<row_id>/retry", retry_job),
)
