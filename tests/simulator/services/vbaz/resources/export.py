# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The export of job sessions: a CSV or XML file; in v1, and by a switch in older versions, a JSON page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from werkzeug import Response

from ....core.bodies import read_json
from ....core.call import Call
from ....core.routing import Route
from ..errors import INVALID, JSON, Problem
from ..listing import frame
from ..parameters import Check, identifier, moment, one_of
from ..server import VbazServer
from ..sessions.documents import as_csv, as_page, as_xml
from ..sessions.filters import Wanted, from_options
from ..sessions.session import JobSession
from ..versions import FIRST, OLDER
from ..vocabulary import COARSE_TYPES, STATUSES, WORKLOADS
from .job_sessions import PATH, known, shown

CSV, XML, BYTES = "text/csv", "application/xml", "application/octet-stream"
# The names are invented, like the content.
FILES: Mapping[str, tuple[Callable[[Iterable[JobSession]], Iterator[bytes]], str]] = {
    CSV: (as_csv, "JobSessions.csv"),
    XML: (as_xml, "JobSessions.xml"),
}
# Field -> its check, and whether it is a list.
OPTIONS: Mapping[str, tuple[Check, bool]] = {
    "jobSessionIds": (str, True),
    "policyId": (identifier, False),
    "filter": (str, False),
    "status": (one_of(STATUSES), True),
    "sessionTypes": (one_of(COARSE_TYPES), True),
    "workloadTypes": (one_of(WORKLOADS), True),
    "fromUtc": (moment, False),
    "toUtc": (moment, False),
}


def export(server: VbazServer, call: Call, version: str) -> Response:
    switches = server.switches
    if (version == FIRST and switches.v1_export == "page") or (version in OLDER and switches.older_export == "page"):
        return _page(server, call, version)
    wanted = from_options(_options(call), server.switches.name_filter == "equals")
    media_type = _media_type(server, call)
    write, name = FILES[media_type]
    numbers = server.catalogue.numbers(known(wanted, version))

    def content() -> Iterator[bytes]:
        return write(server.catalogue.iterate(numbers))

    response = Response(content(), content_type=BYTES if server.switches.export_type == "octet-stream" else media_type)
    if server.switches.export_disposition == "attachment":
        response.headers["Content-Disposition"] = f"attachment; filename={name}"
    if server.switches.export_length == "declared":
        response.headers["Content-Length"] = str(sum(len(piece) for piece in content()))
    return response


def _page(server: VbazServer, call: Call, version: str) -> Response:
    """All sessions in one page. v1 has no options, so the body is ignored (seed 002)."""
    numbers = server.catalogue.numbers(known(Wanted(), version))
    head, tail = frame(server, call, PATH, len(numbers))
    models = (shown(server, call, session, version) for session in server.catalogue.iterate(numbers))
    return Response(as_page(head, models, tail), content_type=JSON)


def _media_type(server: VbazServer, call: Call) -> str:
    accepted = call.request.accept_mimetypes
    found = accepted.best_match(FILES) if accepted else CSV
    if found is None and server.switches.other_accept == "refuse":
        raise Problem(415, "The media type is not supported.")
    return found or CSV


def _options(call: Call) -> dict[str, Any]:
    """Read the body and check each field. An empty one, of any type, exports everything."""
    body = call.request.get_data()
    if not body.strip():
        return {}
    if call.request.mimetype != "application/json":
        raise Problem(415, "The media type is not supported.")
    try:
        options = read_json(body)
    except ValueError:
        raise Problem(400, INVALID, {"$": ["The request body is not JSON."]}) from None
    if options is None:
        return {}
    if not isinstance(options, dict):
        raise Problem(400, INVALID, {"$": ["The request body must be an object."]})
    errors = {f"$.{name}" if name not in OPTIONS else name: _wrong(name, value) for name, value in options.items()}
    errors = {name: texts for name, texts in errors.items() if texts}
    if errors:
        raise Problem(400, INVALID, errors)
    return options


def _wrong(name: str, value: Any) -> list[str]:
    """What is wrong with a field; null is always right."""
    if name not in OPTIONS:
        return [f"There is no field {name} here."]
    check, many = OPTIONS[name]
    if value is None:
        return []
    if isinstance(value, list) != many:
        return ["The value must be a list." if many else "The value must not be a list."]
    found = []
    for each in value if many else [value]:
        try:
            if not isinstance(each, str):
                raise ValueError(f"The value '{each}' is not valid.")
            check(each)
        except ValueError as error:
            found.append(str(error))
    return found


ROUTES = (Route("POST", f"/api/<version>{PATH}/export", export, reads=True),)
