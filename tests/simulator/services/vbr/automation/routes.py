# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the automation section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import json_answer, not_found
from ..kinds import BY_NAME, Kind
from ..listing import by_field, page, pattern_matches
from ..revisions import older
from ..server import VbrServer, shape
from .exporting import export_objects
from .importing import import_objects
from .views import log_model, session_model

PREFIX = "/api/v1/automation"
COLUMNS = by_field("name", "sessionType", "creationTime", "endTime", "state", "initiatedBy") | {
    "Result": lambda model: (model.get("result") or {}).get("result")
}


def _kind(call: Call, name: str) -> Kind:
    kind = BY_NAME.get(name)
    if kind is None or older(shape(call), kind.since):
        raise NotFound
    return kind


def export(server: VbrServer, call: Call, kind: str) -> Response:
    return export_objects(server, call, _kind(call, kind))


def import_(server: VbrServer, call: Call, kind: str) -> Response:
    return import_objects(server, call, _kind(call, kind))


def _session(server: VbrServer, session_id: str) -> Row:
    row = server.sessions.get(session_id)
    if row is None:
        raise not_found(session_id)
    return row


def list_sessions(server: VbrServer, call: Call) -> Response:
    models = [session_model(row, shape(call)) for row in server.sessions.rows()]
    chosen = [model for model in models if _chosen(model, call.query)]
    return page(chosen, dict, call.query, COLUMNS, server.switches.page_size)


def _chosen(model: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    created, ended = str(model["creationTime"]), str(model["endTime"] or "")
    result = (model["result"] or {}).get("result", "None")
    return (
        ("nameFilter" not in query or pattern_matches(query["nameFilter"], model["name"]))
        and created >= query.get("createdAfterFilter", "")
        and ("createdBeforeFilter" not in query or created <= query["createdBeforeFilter"])
        and ("endedAfterFilter" not in query or ended >= query["endedAfterFilter"])
        and ("endedBeforeFilter" not in query or (bool(ended) and ended <= query["endedBeforeFilter"]))
        and query.get("typeFilter", model["sessionType"]) == model["sessionType"]
        and query.get("stateFilter", model["state"]) == model["state"]
        and query.get("resultFilter", result) == result
        and query.get("jobIdFilter", model["id"]) == model["id"]
    )


def get_session(server: VbrServer, call: Call, session_id: str) -> Response:
    return json_answer(session_model(_session(server, session_id), shape(call)))


def get_logs(server: VbrServer, call: Call, session_id: str) -> Response:
    return json_answer(log_model(_session(server, session_id), shape(call)))


def stop_session(server: VbrServer, call: Call, session_id: str) -> Response:
    server.sessions.stop(_session(server, session_id))
    return json_answer({})


ROUTES = (
    Route("POST", f"{PREFIX}/<kind>/export", export, reads=True),
    Route("POST", f"{PREFIX}/<kind>/import", import_),
    Route("GET", f"{PREFIX}/sessions", list_sessions),
    Route("GET", f"{PREFIX}/sessions/<session_id>", get_session),
    Route("GET", f"{PREFIX}/sessions/<session_id>/logs", get_logs),
    Route("POST", f"{PREFIX}/sessions/<session_id>/stop", stop_session),
)
