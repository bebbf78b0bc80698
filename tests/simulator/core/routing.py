# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes as data: which function of a service answers which method and path; and where route tables are found."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

from werkzeug import Request, Response
from werkzeug.routing import BaseConverter, Map, Rule

READING = ("GET", "HEAD")
VARIABLE = re.compile(r"<(\w+)>")
# Letters beyond ASCII are data, and their lower case may have another length.
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


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


class Guid(BaseConverter):
    """An id in a path. Any other word there is the name of something that is not served."""

    regex = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Router:
    """Finds the route of a request without regard to case, as ASP.NET does; what stands in the path keeps its case.

    Raises werkzeug's NotFound or MethodNotAllowed. `guids` are the variables that match nothing but an id.
    Making one takes longer than answering a request: make one per service, not one per instance.
    """

    def __init__(self, routes: Iterable[Route], guids: Collection[str] = ()) -> None:
        served = tuple(routes)
        self.operations = frozenset((route.method, route.rule) for route in served)
        self._patterns = {rule: _pattern(rule) for _method, rule in self.operations}
        rules = [Rule(_lowered(route.rule, guids), methods=[route.method], endpoint=route) for route in served]
        self._map = Map(rules, strict_slashes=False, merge_slashes=False, converters={"guid": Guid})

    def match(self, request: Request) -> tuple[Route, dict[str, Any]]:
        adapter = self._map.bind_to_environ(request.environ)
        path = adapter.path_info
        route, _lowered_arguments = adapter.match(path_info=path.translate(LOWER))
        found = self._patterns[route.rule].fullmatch(path if path.startswith("/") else f"/{path}")
        return route, {} if found is None else found.groupdict()


def _lowered(rule: str, guids: Collection[str]) -> str:
    """The rule with its own words in lower case; the names of its variables stay."""
    words = VARIABLE.split(rule)
    return "".join(
        (f"<guid:{word}>" if word in guids else f"<{word}>") if number % 2 else word.translate(LOWER)
        for number, word in enumerate(words)
    )


def _pattern(rule: str) -> re.Pattern[str]:
    """Finds the variables of the rule in a path that matches it in lower case."""
    words = VARIABLE.split(rule)
    parts = (f"(?P<{word}>[^/]+)" if number % 2 else re.escape(word) for number, word in enumerate(words))
    return re.compile("".join(parts).removesuffix("/") + "/?", re.IGNORECASE | re.ASCII)


def modules_of(package: ModuleType) -> Iterator[ModuleType]:
    """Every module of a package, by name. A service finds its resource files so: a new file is listed nowhere."""
    for name in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        yield importlib.import_module(f"{package.__name__}.{name}")
