# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON-RPC at exactly `POST /api`: typed values, the session in the body, errors as 200 (facts/vcsa.md 5.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkzeug import Request, Response

from ....core.bodies import read_json
from ....core.call import Call
from ..vapi import typed
from ..vapi.errors import VapiError, structure_of, value_of
from ..vapi.operations import Operation
from ..vapi.types import Release
from .face import Credentials, Face
from .http import JSON

PATH = "/api"
BY_PASSWORD = "com.vmware.vapi.std.security.user_pass"
BY_SESSION = "com.vmware.vapi.std.security.session_id"


def parameters(request: Request) -> dict[str, Any]:
    """The `params` of the envelope; an empty object when there are none."""
    return _object(_envelope(request).get("params"))


def _envelope(request: Request) -> dict[str, Any]:
    try:
        return _object(read_json(request.get_data()))
    except ValueError:
        return {}


def _object(sent: Any) -> dict[str, Any]:
    return sent if isinstance(sent, dict) else {}


def _credentials(call: Call) -> Credentials:
    security = _object(_object(parameters(call.request).get("ctx")).get("securityCtx"))
    if security.get("schemeId") == BY_PASSWORD:
        return Credentials(username=str(security.get("userName", "")), password=str(security.get("password", "")))
    if security.get("schemeId") == BY_SESSION:
        return Credentials(str(security.get("sessionId", "")))
    return Credentials()


def _arguments(
    call: Call, operation: Operation, path: Mapping[str, str], release: Release, lenient: bool
) -> dict[str, Any]:
    arguments: dict[str, Any] = typed.read(operation.input, parameters(call.request).get("input"), release)
    return arguments


def _answer(call: Call, operation: Operation, value: Any, release: Release) -> Response:
    return _respond(call, {"output": None if operation.gives is None else typed.write(operation.gives, value, release)})


def _explain(call: Call, problem: VapiError, release: Release) -> Response:
    fields = typed.write(structure_of(problem.kind), value_of(problem), release)[typed.STRUCTURE]
    return _respond(call, {"error": {"ERROR": fields}}, problem.code or 200)


def _respond(call: Call, result: Any, status: int = 200) -> Response:
    envelope = {"jsonrpc": "2.0", "id": _envelope(call.request).get("id"), "result": result}
    return Response(json.dumps(envelope), status, content_type=JSON)


RPC = Face("rpc", _credentials, _arguments, _answer, _explain)
