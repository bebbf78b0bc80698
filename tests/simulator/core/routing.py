# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes as data: which function of a service answers which method and path."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from werkzeug import Request, Response
from werkzeug.routing import Map, Rule

READING = ("GET", "HEAD")


@dataclass(frozen=True)
class Route:
    """One operation: `handler(service, call, **arguments)`.

    `public` operations need no sign-in; `reads` marks a POST that changes no state (login, export), which the
    read-only switch lets pass; of a `confidential` one the answer as a whole is a secret, whatever its fields are
    called.
    """

    method: str
    rule: str
    handler: Callable[..., Response]
    public: bool = False
    reads: bool = False
    confidential: bool = False

    @property
    def writes(self) -> bool:
        return not self.reads and self.method not in READING


class Finder(Protocol):
    """Says which route a request takes, and with which arguments."""

    def match(self, request: Request) -> tuple[Route, dict[str, Any]]:
        """Raises an HTTPException when there is none."""


class Router:
    """Finds the route of a request; raises werkzeug's NotFound or MethodNotAllowed.

    Making one takes longer than answering a request: make one per service, not one per instance.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        rules = [Rule(route.rule, methods=[route.method], endpoint=route) for route in routes]
        self._map = Map(rules, strict_slashes=False, merge_slashes=False)

    def match(self, request: Request) -> tuple[Route, dict[str, Any]]:
        route, arguments = self._map.bind_to_environ(request.environ).match()
        return route, dict(arguments)
