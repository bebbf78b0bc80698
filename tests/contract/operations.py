# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the documented operation behind a method and a concrete path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

_PLACEHOLDER = re.compile(r"\\{(\w+)\\}")


@dataclass(frozen=True)
class Parameter:
    name: str
    place: str
    required: bool
    schema: dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One documented operation; `path_values` are the values of `{id}` and the like."""

    document: Mapping[str, Any]
    body: Mapping[str, Any]
    path_values: Mapping[str, str]

    @cached_property
    def parameters(self) -> list[Parameter]:
        declared = (self._resolve(parameter) for parameter in self.body.get("parameters", ()))
        return [Parameter(p["name"], p["in"], bool(p.get("required")), p.get("schema", {})) for p in declared]

    @property
    def request(self) -> Mapping[str, Any]:
        return self._resolve(self.body.get("requestBody", {}))

    @property
    def statuses(self) -> list[str]:
        return sorted(self.body["responses"])

    def response(self, status: int) -> Mapping[str, Any] | None:
        declared = self.body["responses"].get(str(status))
        return None if declared is None else self._resolve(declared)

    def _resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in node:
            return node
        target: Any = self.document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        resolved: Mapping[str, Any] = target
        return resolved


class OperationTable:
    """The operations of one vendor document."""

    def __init__(self, document: Mapping[str, Any]):
        self._document = document
        # A path without placeholders comes before one with placeholders that matches it too.
        templates = sorted(document["paths"], key=lambda path: path.count("{"))
        self._patterns = [(re.compile(_PLACEHOLDER.sub(r"(?P<\1>[^/]+)", re.escape(path))), path) for path in templates]

    def find(self, method: str, path: str) -> Operation | str:
        """The operation, or the sentence that says why there is none."""
        for pattern, template in self._patterns:
            match = pattern.fullmatch(path)
            if match is None:
                continue
            body = self._document["paths"][template].get(method.lower())
            if body is not None:
                return Operation(self._document, body, match.groupdict())
            return f"{method} is not documented for {template}"
        return f"path {path} is not documented"
