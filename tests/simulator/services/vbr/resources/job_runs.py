# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs at work: start, stop, retry; what a run does, object by object, and which jobs it wakes."""

from __future__ import annotations

from typing import Any

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..bodies import object_sent
from ..errors import bad_request, json_answer
from ..kinds import JOBS, same_text
from ..revisions import older
from ..server import VbrServer, shape
from ..sessions.deeds import deed
from ..sessions.routes import start
from ..sessions.running import Done, Task
from ..sessions.views import session_model
from .jobs import READING, running

SESSION_TYPE = "BackupJob"
STATUSES = {"Success": "Succeeded", "Warning": "Warning", "Failed": "Failed"}


def start_job(server: VbrServer, call: Call, row_id: str) -> Response:
    """A job that is disabled or at work is not started (an assumption); one without objects makes no session."""
    job, wish = READING.row(server, row_id), _wish(call)
    if wish and "performActiveFull" not in wish:
        raise bad_request("performActiveFull is required")
    return _run(server, call, job, "Full" if wish.get("performActiveFull") else "Increment", wish)


def retry_job(server: VbrServer, call: Call, row_id: str) -> Response:
    """Only what went wrong is done again."""
    if older(shape(call), "1.3-rev0"):
        raise NotFound
    job, wish = READING.row(server, row_id), _wish(call)
    last = last_run(server, job)
    if last is None or last["result"] == "Success":
        raise bad_request(f"Job {job['body']['name']} has nothing to retry", "UnknownError")
    return _run(server, call, job, "Retry", wish)


def stop_job(server: VbrServer, call: Call, row_id: str) -> Response:
    """Graceful: what is at hand is finished first. The field was misspelt up to 1.1."""
    job, wish = READING.row(server, row_id), _wish(call)
    field = "gracefullStop" if older(shape(call), "1.2-rev1") else "gracefulStop"
    if wish and field not in wish:
        raise bad_request(f"{field} is required")
    session = running(server, job)
    if session is None:
        raise bad_request(f"Job {job['body']['name']} is not running", "UnknownError")
    end = server.sessions.wind_down if wish.get(field, True) else server.sessions.stop
    end(session)
    return json_answer(session_model(session, shape(call)), 201)


def last_run(server: VbrServer, job: Row) -> Row | None:
    runs = [row for row in server.sessions.rows() if row["job"] == job["id"]]
    return runs[-1] if runs else None


def _wish(call: Call) -> dict[str, Any]:
    return object_sent(call) if call.request.get_data() else {}


def _run(server: VbrServer, call: Call, job: Row, how: str, wish: dict[str, Any]) -> Response:
    name = job["body"]["name"]
    if job["state"].get("disabled"):
        raise bad_request(f"Job {name} is disabled", "UnknownError")
    if running(server, job) is not None:
        raise bad_request(f"Job {name} is running already", "UnknownError")
    tasks = _tasks(job, how, bool(wish.get("startChainedJobs")))
    if not tasks:
        return Response(status=204)
    return start(call, server.sessions, name, SESSION_TYPE, tasks, job=job["id"])


def _tasks(job: Row, how: str, chained: bool) -> list[Task]:
    included = job["body"]["virtualMachines"].get("includes") or []
    tasks: list[Task] = [{"do": "back up", "how": how, "object": each["name"]} for each in included]
    return tasks + ([{"do": "start chained", "job": job["id"]}] if tasks and chained else [])


@deed("back up")
def back_up(server: VbrServer, task: Task) -> Done:
    result = server.switches.job_result
    text = {"Success": f"{task['how']} backup done", "Warning": "Low on space", "Failed": "The snapshot failed"}[result]
    return Done(STATUSES[result], f"Processing {task['object']}", text)


@deed("start chained")
def start_chained(server: VbrServer, task: Task) -> Done:
    """Starts the jobs that run after this one."""
    job = server.estate.get(JOBS, task["job"])
    woken = [row for row in server.estate.rows(JOBS) if job and _follows(row, job["body"]["name"])]
    for row in woken:
        session = server.sessions.open(
            row["body"]["name"], SESSION_TYPE, _tasks(row, "Increment", True), "", job=row["id"]
        )
        server.sessions.begin(session)
    names = ", ".join(row["body"]["name"] for row in woken)
    return Done("Succeeded", "Starting chained jobs", names or "There are none")


def _follows(job: Row, name: str) -> bool:
    after = job["body"]["schedule"].get("afterThisJob") or {}
    asleep = job["state"].get("disabled")
    return bool(after.get("isEnabled")) and same_text(after.get("jobName"), name) and not asleep


ROUTES = (
    Route("POST", f"{READING.path}/<row_id>/start", start_job),
    Route("POST", f"{READING.path}/<row_id>/stop", stop_job),
    Route("POST", f"{READING.path}/<row_id>/retry", retry_job),
)
