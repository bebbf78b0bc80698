# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: list, read, replace, enable, disable, delete."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..bodies import object_sent
from ..errors import bad_request, json_answer
from ..kinds import JOBS
from ..models.job import read_job, show_job
from ..revisions import older
from ..server import VbrServer, shape
from .reading import Reading

READING = Reading(
    "/api/v1/jobs",
    JOBS,
    show_job,
    columns=("name", "type", "description"),
    equal={"typeFilter": "type"},
)


def replace_job(server: VbrServer, call: Call, row_id: str) -> Response:
    """Takes the whole object; what the request leaves out is gone afterwards."""
    row = READING.row(server, row_id)
    model = object_sent(call)
    body = read_job(model, server.estate, shape(call))
    missing = [name for name in JOBS.groups[0].required if name not in body]
    if missing:
        raise bad_request(f"{', '.join(missing)} is required")
    twin = server.estate.twin(JOBS, body)
    if twin is not None and twin is not row:
        raise bad_request(f"A job named {body['name']} exists already", "UnknownError")
    if isinstance(model.get("isDisabled"), bool):
        _mark(row, model["isDisabled"])
    server.estate.replace(JOBS, row, body, row["secrets"])
    return json_answer(show_job(row, server.estate, shape(call)))


def delete_job(server: VbrServer, call: Call, row_id: str) -> Response:
    server.estate.remove(JOBS, READING.row(server, row_id))
    return Response(status=204)


def _mark(row: Row, disabled: bool) -> None:
    """Only a disabled job carries a mark, so that a job enabled again is like one never disabled."""
    if disabled:
        row["state"]["disabled"] = True
    else:
        row["state"].pop("disabled", None)


def _set_disabled(server: VbrServer, call: Call, row_id: str, disabled: bool) -> Response:
    _mark(READING.row(server, row_id), disabled)
    return json_answer({}) if older(shape(call), "1.3-rev1") else Response(status=204)


def enable_job(server: VbrServer, call: Call, row_id: str) -> Response:
    return _set_disabled(server, call, row_id, False)


def disable_job(server: VbrServer, call: Call, row_id: str) -> Response:
    return _set_disabled(server, call, row_id, True)


ROUTES = (
    *READING.routes(),
    Route("PUT", f"{READING.path}/<row_id>", replace_job),
    Route("DELETE", f"{READING.path}/<row_id>", delete_job),
    Route("POST", f"{READING.path}/<row_id>/enable", enable_job),
    Route("POST", f"{READING.path}/<row_id>/disable", disable_job),
)
