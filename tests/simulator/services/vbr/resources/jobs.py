# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: list, states, read, change, enable, disable, delete."""

from __future__ import annotations

from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import JSON, json_answer, not_found
from ..kinds import JOBS
from ..listing import by_field, page, pattern_matches
from ..revisions import older
from ..server import VbrServer, shape
from ..shapes.rules import render

PREFIX = "/api/v1/jobs"
COLUMNS = by_field("name", "type", "description")


def _job(server: VbrServer, job_id: str) -> Row:
    row = server.estate.get(JOBS, job_id)
    if row is None:
        raise not_found(job_id)
    return row


def job_model(row: Row, revision: str) -> dict[str, Any]:
    body = render(JOBS.groups[0].rules, row["body"], revision)
    model: dict[str, Any] = {key: body[key] for key in ("name", "type", "description", "isHighPriority") if key in body}
    return {"id": row["id"], **model, "isDisabled": bool(row["state"].get("disabled"))}


def list_jobs(server: VbrServer, call: Call) -> Response:
    models = [job_model(row, shape(call)) for row in server.estate.rows(JOBS)]
    wanted = call.query.get("nameFilter", "*")
    chosen = [model for model in models if pattern_matches(wanted, model["name"])]
    return page(chosen, call.query, COLUMNS, server.switches.page_size)


def get_job(server: VbrServer, call: Call, job_id: str) -> Response:
    return json_answer(job_model(_job(server, job_id), shape(call)))


def _set_disabled(server: VbrServer, call: Call, job_id: str, disabled: bool) -> Response:
    _job(server, job_id)["state"]["disabled"] = disabled
    return json_answer({}) if older(shape(call), "1.3-rev1") else Response(status=204, content_type=JSON)


def enable_job(server: VbrServer, call: Call, job_id: str) -> Response:
    return _set_disabled(server, call, job_id, False)


def disable_job(server: VbrServer, call: Call, job_id: str) -> Response:
    return _set_disabled(server, call, job_id, True)


ROUTES = (
    Route("GET", PREFIX, list_jobs),
    Route("GET", f"{PREFIX}/<job_id>", get_job),
    Route("POST", f"{PREFIX}/<job_id>/enable", enable_job),
    Route("POST", f"{PREFIX}/<job_id>/disable", disable_job),
)
