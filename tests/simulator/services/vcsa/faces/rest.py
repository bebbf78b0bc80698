# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`/rest`: values are wrapped in their names, maps are lists of pairs, most errors are 400 (facts/vcsa.md 0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ..vapi import plain
from ..vapi.errors import PREFIX as ERROR_PREFIX
from ..vapi.errors import VapiError, structure_of, value_of
from ..vapi.operations import Operation
from ..vapi.types import Release
from . import http
from .face import Face

PREFIX = "/rest"


def _arguments(
    call: Call, operation: Operation, path: Mapping[str, str], release: Release, lenient: bool
) -> dict[str, Any]:
    """Read body and query: the vendor's client sends the arguments of a GET in a JSON body."""
    fields = http.not_in_path(operation, path)
    given = http.body(call)
    if call.request.method == "GET" and isinstance(given, dict):
        given = http.query(call, fields) | given
    return plain.read_fields(fields, given, release, lenient, "body") | dict(path)


def _answer(call: Call, operation: Operation, value: Any, release: Release) -> Response:
    written = None if operation.gives is None else {"value": plain.write(operation.gives, value, release, pairs=True)}
    return http.respond(call, operation, value, written, operation.rest.status)


def _explain(call: Call, problem: VapiError, release: Release) -> Response:
    value = plain.write(structure_of(problem.kind), value_of(problem), release, pairs=True)
    status = http.STATUSES.get(problem.kind, http.DEFAULT_STATUS)
    return http.respond_error({"type": ERROR_PREFIX + problem.kind, "value": value}, problem, status)


REST = Face("rest", http.credentials, _arguments, _answer, _explain)
