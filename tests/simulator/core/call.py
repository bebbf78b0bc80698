# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request on its way through an application, and what is kept of it once it is answered."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException

from .bodies import read_json

if TYPE_CHECKING:
    from .routing import Route


class Dropped(ConnectionResetError):
    """Raised to break the connection: both gates show it to the client as a lost connection."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "connection dropped by the simulator")


@dataclass
class Call:
    """A request under way: the middlewares read it and write on it what they find out."""

    request: Request
    route: Route | None = None
    missing: HTTPException | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    sent: int = 0
    account: Any = None
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Whether the request may change state; for an unknown path the method decides."""
        if self.route is not None:
            return self.route.writes
        return self.request.method not in ("GET", "HEAD", "OPTIONS")

    @property
    def query(self) -> Mapping[str, str]:
        """First value of each query parameter; names keep their case."""
        return self.request.args


Proceed = Callable[[], Response]
Middleware = Callable[[Call, Proceed], Response]


@dataclass(frozen=True)
class Exchange:
    """One exchange as an observer gets it: both bodies, not redacted; the simulator never stores it.

    Of a long stream `response_body` is only the beginning, and `response_whole` is false. `status` is None when the
    connection was dropped. `faults` names the fault rules that fired, so that a contract checker can distinguish an
    injected answer from one of the service. The answer of a `confidential` exchange is a secret as a whole.
    """

    service: str
    instance: str
    rule: str | None
    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    status: int | None
    response_headers: Mapping[str, str]
    response_body: bytes
    response_whole: bool = True
    faults: tuple[str, ...] = ()
    confidential: bool = False

    @cached_property
    def json(self) -> Any:
        """The request's JSON, None when it has none."""
        return parse_json(self.body) if "json" in self.headers.get("Content-Type", "") else None

    @cached_property
    def response_json(self) -> Any:
        """The answer's JSON, None when it has none."""
        return parse_json(self.response_body)


def parse_json(body: bytes) -> Any:
    """The JSON value in a body, or None when there is none."""
    if not body:
        return None
    try:
        return read_json(body)
    except ValueError:
        return None
