# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`/api`: the body is the structure itself, maps are objects, each error has its status (facts/vcsa.md 0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ..vapi import plain
from ..vapi.errors import VapiError, structure_of, value_of
from ..vapi.operations import Operation
from ..vapi.types import Release, Structure
from . import http
from .face import Face

PREFIX = "/api"
STATUSES = {**http.STATUSES, "error": 500}


def _arguments(
    call: Call, operation: Operation, path: Mapping[str, str], release: Release, lenient: bool
) -> dict[str, Any]:
    fields = http.not_in_path(operation, path)
    only = fields[0] if len(fields) == 1 else None
    bare = only.type if only is not None and isinstance(only.type, Structure) else None
    asked = fields if bare is None else bare.fields
    given = http.query(call, asked) if call.request.method == "GET" else http.body(call)
    if only is None or bare is None:
        return plain.read_fields(fields, given, release, lenient, "body") | dict(path)
    return {only.name: plain.read(bare, given, release, lenient)} | dict(path)


def _answer(call: Call, operation: Operation, value: Any, release: Release) -> Response:
    written = None if operation.gives is None else plain.write(operation.gives, value, release, pairs=False)
    return http.respond(call, operation, value, written, operation.api.status)


def _explain(call: Call, problem: VapiError, release: Release) -> Response:
    value = plain.write(structure_of(problem.kind), value_of(problem), release, pairs=False)
    return http.respond_error(value, problem, STATUSES.get(problem.kind, http.DEFAULT_STATUS))


API = Face("api", http.credentials, _arguments, _answer, _explain)
