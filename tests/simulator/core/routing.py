# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes as data: which function of a service answers which method and path; and where route tables are found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

from werkzeug import Request, Response
from werkzeug.routing import Map, Rule

READING = ("GET", "HEAD")


@dataclass(frozen=True)
class Route:
    """One operation: `handler(service, call, **arguments)`.

    A `public` operation needs no sign-in. `reads` marks a POST that changes no state (sign-in, export), which passes
    when the instance is read-only. The whole answer of a `confidential` operation is a secret.
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
    """Finds the route of a request, and the arguments in its path."""

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


def modules_of(package: ModuleType) -> Iterator[ModuleType]:
    """Every module of a package, by name. A service finds its resource files so: a new file is listed nowhere."""
    for name in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        yield importlib.import_module(f"{package.__name__}.{name}")
