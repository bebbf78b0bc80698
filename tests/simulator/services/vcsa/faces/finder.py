# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the operation of a request, in any of the three faces."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from werkzeug import Request
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from ....core.routing import Route
from ..vapi.errors import VapiError, own
from ..vapi.operations import Operation
from . import api, rest, rpc
from .face import OPERATION, PATH, Face, serve
from .http import ACTIONS

Actions = dict[str, tuple[Route, Operation]]


def face_of(path: str) -> Face | None:
    """The face of a path: exactly `/api` is JSON-RPC, paths below it are REST."""
    if path == rpc.PATH:
        return rpc.RPC
    if path.startswith(f"{rest.PREFIX}/"):
        return rest.REST
    return api.API if path.startswith(f"{api.PREFIX}/") else None


class Faces:
    """The routes of a table of operations: REST by path and action, JSON-RPC by name."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._by_name: dict[tuple[str, str], Operation] = {}
        self._actions: dict[tuple[str, str], Actions] = {}
        for operation in operations:
            self._by_name[operation.service, operation.name] = operation
            served = [(rest.PREFIX, operation.rest), (api.PREFIX, operation.api)]
            if operation.alias is not None:
                served.append((rest.PREFIX, operation.alias))
            for prefix, place in served:
                rule = prefix + place.rule
                route = _route(place.method, rule, operation)
                self._actions.setdefault((place.method, rule), {})[place.action] = (route, operation)
        rules = [Rule(rule, methods=[method], endpoint=(method, rule)) for method, rule in self._actions]
        self._map = Map(rules, strict_slashes=False, merge_slashes=False)

    def match(self, request: Request) -> tuple[Route, dict[str, Any]]:
        if request.path == rpc.PATH and request.method == "POST":
            operation = self._called(request)
            return _route("POST", rpc.PATH, operation), {OPERATION: operation, PATH: {}}
        place, path = self._map.bind_to_environ(request.environ).match()
        actions = self._actions[place]
        wanted = next((request.args[name] for name in ACTIONS if name in request.args), "")
        if wanted not in actions:
            raise NotFound
        route, operation = actions[wanted]
        return route, {OPERATION: operation, PATH: dict(path)}

    def _called(self, request: Request) -> Operation:
        asked = rpc.parameters(request)
        service, name = str(asked.get("serviceId")), str(asked.get("operationId"))
        operation = self._by_name.get((service, name))
        if operation is None:
            raise VapiError("operation_not_found", own("operation.unknown", f"No operation {service}.{name}."))
        return operation


def _route(method: str, rule: str, operation: Operation) -> Route:
    return Route(method, rule, serve, public=operation.signs_in, reads=operation.reads, confidential=operation.signs_in)
