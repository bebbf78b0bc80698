# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gate before a simulated server that keeps every exchange and falsifies one value of one answer."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.gates.adapter import intercept
from simulator.testing import Server
from support.fuzz.values import Falsification, falsified

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What differs between two requests of one kind.
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{6,}", re.I)


@dataclass(frozen=True)
class Recorded:
    """One exchange of a task: what was asked, and what was answered."""

    request: str
    sent: bytes
    status: int
    body: bytes

    @property
    def sent_json(self) -> Any:
        """What was sent, if that is JSON."""
        try:
            return json.loads(self.sent)
        except ValueError:
            return None

    @property
    def kind(self) -> str:
        """The request without the ids in it."""
        return IDENTIFIER.sub("*", self.request)


@dataclass
class Falsifier:
    """The server, but for one value. `exchanges` are those of the task so far."""

    application: WSGIApplication
    lie: Falsification | None = None
    exchanges: list[Recorded] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        head: dict[str, Any] = {}

        def keep(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            head.update(status=status, headers=headers)

        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        body = b"".join(self.application({**environ, "wsgi.input": io.BytesIO(sent)}, keep))
        number = len(self.exchanges)
        request = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        self.exchanges.append(Recorded(request, sent, int(head["status"][:3]), body))
        if self.lie is not None and self.lie.exchange == number:
            body = falsified(body, self.lie.place, self.lie.how)
        headers = [(name, value) for name, value in head["headers"] if name.lower() != "content-length"]
        start_response(head["status"], [*headers, ("Content-Length", str(len(body)))])
        return [body]


@contextmanager
def falsifying(server: Server, lie: Falsification | None = None) -> Iterator[Falsifier]:
    """Inside, whoever asks the server asks through this gate."""
    gate = Falsifier(server.app, lie)
    with intercept({server.url: gate}):
        yield gate
