# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: list, read, create, clone, replace, delete, enable, disable."""

from __future__ import annotations

from itertools import count

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..bodies import object_sent
from ..errors import bad_request, json_answer
from ..kinds import JOBS
from ..models.job import show_job
from ..models.new_job import new_job_needs, replaced_job_needs, stored_job
from ..revisions import older
from ..server import VbrServer, shape
from ..shapes.rules import copy_json
from .reading import Reading
from .writing import Writing

READING = Reading(
    "/api/v1/jobs",
    JOBS,
    show_job,
    columns=("name", "type", "description"),
    equal={"typeFilter": "type"},
)
WRITING = Writing(READING, stored_job, new_job_needs)


def replace_job(server: VbrServer, call: Call, row_id: str) -> Response:
    replaced_job_needs(object_sent(call))
    return WRITING.replace(server, call, row_id)


def delete_job(server: VbrServer, call: Call, row_id: str) -> Response:
    job = READING.row(server, row_id)
    if running(server, job) is not None:
        raise bad_request(f"Unable to delete job {job['body']['name']}: it is running", "UnknownError")
    return WRITING.delete(server, call, row_id)


def clone_job(server: VbrServer, call: Call, row_id: str) -> Response:
    """A copy under a name of its own."""
    if older(shape(call), "1.3-rev0"):
        raise NotFound
    job = READING.row(server, row_id)
    body = copy_json(job["body"])
    taken = {row["body"]["name"] for row in server.estate.rows(JOBS)}
    names = (f"{body['name']}_clone{number}" for number in count(1))
    body["name"] = next(name for name in names if name not in taken)
    row = server.estate.add(JOBS, job["group"], body, dict(job["secrets"]), dict(job["state"]))
    return json_answer(show_job(row, server.estate, shape(call)), 201)


def running(server: VbrServer, job: Row) -> Row | None:
    """The session in which the job is at work."""
    sessions = (row for row in server.sessions.rows() if row["job"] == job["id"] and row["ended"] is None)
    return next(sessions, None)


def _set_disabled(server: VbrServer, call: Call, row_id: str, disabled: bool) -> Response:
    """Only a disabled job carries a mark, so that a job enabled again is like one never disabled."""
    state = READING.row(server, row_id)["state"]
    state.pop("disabled", None)
    state |= {"disabled": True} if disabled else {}
    return json_answer({}) if older(shape(call), "1.3-rev1") else Response(status=204)


def enable_job(server: VbrServer, call: Call, row_id: str) -> Response:
    return _set_disabled(server, call, row_id, False)


def disable_job(server: VbrServer, call: Call, row_id: str) -> Response:
    return _set_disabled(server, call, row_id, True)


ROUTES = (
    *READING.routes(),
    Route("POST", READING.path, WRITING.create),
    Route("PUT", f"{READING.path}/<row_id>", replace_job),
    Route("DELETE", f"{READING.path}/<row_id>", delete_job),
    Route("POST", f"{READING.path}/<row_id>/clone", clone_job),
    Route("POST", f"{READING.path}/<row_id>/enable", enable_job),
    Route("POST", f"{READING.path}/<row_id>/disable", disable_job),
)
