# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions: the same operations on those of imports, which are under /automation only, and on all others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import json_answer, not_found
from ..listing import by_field, page, pattern_matches
from ..server import VbrServer, shape
from ..sessions.running import Sessions
from ..sessions.views import log_model, session_model

COLUMNS = by_field("name", "sessionType", "creationTime", "endTime", "state", "initiatedBy") | {
    "Result": lambda model: (model.get("result") or {}).get("result")
}
SessionsOf = Callable[[VbrServer], Sessions]


def session_routes(prefix: str, of: SessionsOf) -> tuple[Route, ...]:
    """List, read, log and stop, for the sessions that `of` gives."""

    def found(server: VbrServer, session_id: str) -> Row:
        row = of(server).get(session_id)
        if row is None:
            raise not_found(session_id)
        return row

    def listed(server: VbrServer, call: Call) -> Response:
        models = [session_model(of(server).look(row), shape(call)) for row in of(server).rows()]
        chosen = [model for model in models if _chosen(model, call)]
        return page(chosen, dict, call.query, COLUMNS, server.switches.page_size)

    def one(server: VbrServer, call: Call, session_id: str) -> Response:
        return json_answer(session_model(of(server).look(found(server, session_id)), shape(call)))

    def log(server: VbrServer, call: Call, session_id: str) -> Response:
        return json_answer(log_model(of(server).look(found(server, session_id)), shape(call)))

    def stop(server: VbrServer, call: Call, session_id: str) -> Response:
        of(server).stop(found(server, session_id))
        return json_answer({})

    return (
        Route("GET", prefix, listed),
        Route("GET", f"{prefix}/<session_id>", one),
        Route("GET", f"{prefix}/<session_id>/logs", log),
        Route("POST", f"{prefix}/<session_id>/stop", stop),
    )


def _chosen(model: Mapping[str, Any], call: Call) -> bool:
    query = call.query
    created, ended = str(model["creationTime"]), str(model["endTime"] or "")
    result = (model["result"] or {}).get("result", "None")
    job_id = model.get("jobId") or model.get("activityId")
    return (
        ("nameFilter" not in query or pattern_matches(query["nameFilter"], model["name"]))
        and created >= query.get("createdAfterFilter", "")
        and ("createdBeforeFilter" not in query or created <= query["createdBeforeFilter"])
        and ("endedAfterFilter" not in query or ended >= query["endedAfterFilter"])
        and ("endedBeforeFilter" not in query or (bool(ended) and ended <= query["endedBeforeFilter"]))
        and _one_of(call, "typeFilter", model["sessionType"])
        and _one_of(call, "stateFilter", model["state"])
        and _one_of(call, "resultFilter", result)
        and query.get("jobIdFilter", job_id) == job_id
    )


def _one_of(call: Call, name: str, value: str) -> bool:
    """Whether a filter lets the value pass; from 1.3 on the parameter may be repeated."""
    return value in (call.request.args.getlist(name) or [value])


ROUTES = (
    *session_routes("/api/v1/sessions", lambda server: server.sessions),
    *session_routes("/api/v1/automation/sessions", lambda server: server.imports),
)
