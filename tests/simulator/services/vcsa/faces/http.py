# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the two REST styles share: credentials in headers, arguments in path, query and body, cookies."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from werkzeug import Response

from ....core.bodies import read_json
from ....core.call import Call
from ..vapi.errors import VapiError, own
from ..vapi.operations import Operation
from ..vapi.types import BOOLEAN, INTEGER, Field, ListOf, Structure, Type
from .face import Credentials

SESSION_HEADER = "vmware-api-session-id"
# A client that sends this wants no cookie.
HEADER_ONLY = "vmware-use-header-authn"
ACTIONS = ("action", "~action")
JSON = "application/json"
STATUSES = {
    "unauthenticated": 401,
    "unauthorized": 403,
    "not_found": 404,
    "operation_not_found": 404,
    "internal_server_error": 500,
    "service_unavailable": 503,
}
DEFAULT_STATUS = 400
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


def credentials(call: Call) -> Credentials:
    """The session in the header, else in the cookie; and the name and password of basic authentication."""
    request, basic = call.request, call.request.authorization
    session = request.headers.get(SESSION_HEADER) or request.cookies.get(SESSION_HEADER, "")
    if basic is None or basic.type != "basic":
        return Credentials(session)
    return Credentials(session, basic.username or "", basic.password or "")


def not_in_path(operation: Operation, path: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(field for field in operation.takes if field.name not in path)


def body(call: Call) -> Any:
    """The JSON in the body of a request; an empty object when there is no body."""
    raw = call.request.get_data()
    if not raw:
        return {}
    try:
        return read_json(raw)
    except ValueError:
        raise VapiError("invalid_request", own("body.json", "The request body is not JSON.")) from None


def query(call: Call, fields: tuple[Field, ...]) -> dict[str, Any]:
    """The query as a value: `loc_spec.location=x` is {"loc_spec": {"location": "x"}}."""
    kinds = {field.name: field.type for field in fields}
    found: dict[str, Any] = {name: {} for name, kind in kinds.items() if isinstance(kind, Structure)}
    for name, values in call.request.args.lists():
        if name in ACTIONS:
            continue
        owner, dot, rest = name.partition(".")
        kind = kinds.get(owner)
        if dot and isinstance(kind, Structure):
            found[owner][rest] = _from_text(_field(kind, rest), values)
        else:
            found[name] = _from_text(kind, values)
    return found


def _field(structure: Structure, name: str) -> Type | None:
    return next((field.type for field in structure.fields if field.name == name), None)


def _from_text(kind: Type | None, values: list[str]) -> Any:
    text = values[-1]
    if isinstance(kind, ListOf):
        return values
    if kind == INTEGER and WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if kind == BOOLEAN and text in ("true", "false"):
        return text == "true"
    return text


def respond(call: Call, operation: Operation, value: Any, written: Any, status: int) -> Response:
    """The answer. That to a sign-in also sets the cookie of the session, unless the client wants none."""
    content = b"" if written is None else json.dumps(written).encode()
    response = Response(content, status, content_type=JSON)
    if operation.signs_in and call.request.headers.get(HEADER_ONLY, "").lower() != "true":
        response.set_cookie(SESSION_HEADER, value, secure=True, httponly=True)
    return response


def respond_error(written: Any, problem: VapiError, status: int) -> Response:
    return Response(json.dumps(written), problem.code or status, content_type=JSON)
