# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Converts Swagger 2.0 documents to the shape that the checker reads, and adds errors that they leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .operations import JSON

Node = dict[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")
_SCHEMA_WORDS = ("type", "format", "items", "enum")
_REFERENCE = "#/components/schemas/"

# Any operation answers so to whoever is not signed in or not in the administrators' group, or when sign-in is not
# possible; the documents of the appliance declare it nowhere (facts/vcsa.md 1).
_EVERYWHERE = {
    "/api/": {
        "401": "VapiStdErrorsUnauthenticated",
        "403": "VapiStdErrorsUnauthorized",
        "503": "VapiStdErrorsServiceUnavailable",
    },
    "/rest/": {
        "401": "vapi.std.errors.unauthenticated_error",
        "403": "vapi.std.errors.unauthorized_error",
        "503": "vapi.std.errors.service_unavailable_error",
    },
}


def at_action(path: str, action: str) -> str:
    """The path of an operation with its action, by which operations of one path differ, as part of the path."""
    return f"{path}/?{action}" if action else path


def modern(documents: Sequence[Mapping[str, Any]]) -> Node:
    """Several documents as one in the shape of OpenAPI 3, as far as the checker reads it."""
    paths: Node = {}
    schemas: Node = {}
    for document in documents:
        schemas |= document["definitions"]
        for path, methods in document["paths"].items():
            place, _mark, action = path.partition("?")
            operations = {method: _operation(place, methods[method]) for method in _METHODS if method in methods}
            paths.setdefault(at_action(place, action), {}).update(operations)
    return {"paths": paths, "components": {"schemas": schemas}}


def _operation(path: str, operation: Mapping[str, Any]) -> Node:
    parameters = operation.get("parameters", [])
    body = next((parameter for parameter in parameters if parameter["in"] == "body"), None)
    made: Node = {
        "parameters": [_parameter(each) for each in parameters if each["in"] != "body"],
        "responses": _responses(path, operation["responses"]),
    }
    if body is not None:
        made["requestBody"] = {"content": {JSON: {"schema": body["schema"]}}, "required": body.get("required", False)}
    return made


def _parameter(parameter: Mapping[str, Any]) -> Node:
    schema = {word: parameter[word] for word in _SCHEMA_WORDS if word in parameter}
    return {**{word: parameter.get(word) for word in ("name", "in", "required")}, "schema": schema}


def _responses(path: str, declared: Mapping[str, Any]) -> Node:
    made = {status: _response(response.get("schema")) for status, response in declared.items()}
    prefix = next(prefix for prefix in _EVERYWHERE if path.startswith(prefix))
    for status, name in _EVERYWHERE[prefix].items():
        made.setdefault(status, _response({"$ref": _REFERENCE + name}))
    return made


def _response(schema: Any) -> Node:
    return {} if schema is None else {"content": {JSON: {"schema": schema}}}
