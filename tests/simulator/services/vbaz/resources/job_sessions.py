# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job sessions: the list, one, its log, and stopping it."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ..errors import invalid, json_answer, not_found
from ..listing import Model, page
from ..parameters import PAGING, Parameter, identifier, moment, one_of, read_query
from ..server import VbazServer
from ..sessions import views
from ..sessions.filters import Wanted, from_query
from ..sessions.session import JobSession, session_number
from ..versions import FIRST, root
from ..vocabulary import FILTER_TYPES, FIRST_TYPES, STATUSES

PATH = "/jobSessions"
FILTERS = (
    *PAGING,
    Parameter("PolicyId", identifier),
    Parameter("Filter"),
    Parameter("Status", one_of(STATUSES), many=True),
    Parameter("Types", one_of(FILTER_TYPES), many=True),
    Parameter("FromUtc", moment),
    Parameter("ToUtc", moment),
    Parameter("ResourceId"),
)


def listed(server: VbazServer, call: Call, version: str) -> Response:
    query = read_query(call, version, server.switches, FILTERS)
    wanted = from_query(query, server.switches.name_filter == "equals")
    server.catalogue.look_at_all()
    numbers = server.catalogue.numbers(known(wanted, version))

    def show(number: int) -> Model:
        return shown(server, call, server.catalogue.session(number), version)

    return page(server, call, PATH, numbers, show, query)


def known(wanted: Wanted, version: str) -> Wanted:
    """The filter, limited in v1 to the types that it knows."""
    return wanted.among(FIRST_TYPES) if version == FIRST else wanted


def shown(server: VbazServer, call: Call, session: JobSession, version: str) -> Model:
    return views.entity(session, root(call), version, server.switches.nulls == "emit")


def one(server: VbazServer, call: Call, version: str, session_id: str) -> Response:
    server.catalogue.look(_find(server, session_id, version))
    return json_answer(shown(server, call, _find(server, session_id, version), version))


def log(server: VbazServer, call: Call, version: str, session_id: str) -> Response:
    server.catalogue.look(_find(server, session_id, version))
    return json_answer(views.log(_find(server, session_id, version), version))


def stop(server: VbazServer, call: Call, version: str, session_id: str) -> Response:
    session = _find(server, session_id, version)
    if not session.running:
        raise invalid(sessionId="The session is not running.")
    server.catalogue.stop(session)
    return Response(status=204)


def _find(server: VbazServer, session_id: str, version: str) -> JobSession:
    session = server.catalogue.find(session_number(session_id))
    if session is None or views.shown_id(session, version) != session_id.lower():
        raise not_found("Session", session_id)
    return session


ROUTES = (
    Route("GET", f"/api/<version>{PATH}", listed),
    Route("GET", f"/api/<version>{PATH}/<session_id>", one),
    Route("GET", f"/api/<version>{PATH}/<session_id>/log", log),
    Route("POST", f"/api/<version>{PATH}/<session_id>/stop", stop),
)
