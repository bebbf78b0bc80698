# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observes a simulated Enterprise Manager and checks each exchange by our own contract (facts/em.md).

    server.app.observers.append(observer := EmContractObserver()); ...; assert not observer.violations

Both sides are checked: the answers of the server, and the requests of the client that it accepted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from . import observer
from .em_entities import answered_with
from .em_values import judge_json, judge_xml

XML, JSON = "application/xml", "application/json"
SESSION, CHALLENGE = "X-RestSvcSessionId", "WWW-Authenticate"
FIRST_ERROR_STATUS, UNAUTHORIZED, ACCEPTED, CREATED = 400, 401, 202, 201
# The status with which a read-only simulator refuses writes.
READ_ONLY = 599


class Exchange(observer.Exchange, Protocol):
    """An exchange with the headers of its answer."""

    @property
    def response_headers(self) -> Mapping[str, str]:
        """The headers of the answer."""


class EmContractObserver:
    """Collects `violations` of the exchanges that it observes; `judged` counts the checked ones.

    It ignores injected faults, dropped connections, and exchanges that break the contract on purpose (`expected`).
    `camel` is the case that the keys of JSON must have; None accepts both.
    """

    def __init__(self, *, expected: Callable[[Exchange], bool] | None = None, camel: bool | None = None) -> None:
        self.violations: list[str] = []
        self.judged = 0
        self._expected = expected
        self._camel = camel

    def __call__(self, exchange: Exchange) -> None:
        if exchange.status in (None, READ_ONLY) or exchange.faults or (self._expected and self._expected(exchange)):
            return
        self.judged += 1
        name = f"{exchange.method} {exchange.path} ({exchange.status})"
        found = [*_answer(exchange, self._camel), *_request(exchange)]
        self.violations += [f"{name}: {sentence}" for sentence in found]


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _answer(exchange: Exchange, camel: bool | None) -> Iterator[str]:
    known = answered_with(exchange.method, exchange.path, _wants_entity(exchange))
    status = exchange.status or 0
    if status >= FIRST_ERROR_STATUS:
        yield from _headers(exchange)
        yield from _document("Error", exchange, camel)
        return
    if known is None:
        yield "nothing is known of such a request"
        return
    if status != known[0]:
        yield f"the status of success is {known[0]}"
    yield from _headers(exchange)
    if known[1]:
        yield from _document(known[1], exchange, camel)
    elif exchange.response_body:
        yield "there is a body, but none is due"


def _wants_entity(exchange: Exchange) -> bool:
    return "entity" in [value.lower() for value in exchange.query.get("format", ())]


def _headers(exchange: Exchange) -> Iterator[str]:
    headers = _lowered(exchange.response_headers)
    if exchange.status == UNAUTHORIZED and not headers.get(CHALLENGE.lower(), "").startswith("Basic"):
        yield f"there is no {CHALLENGE}"
    if exchange.status == CREATED and not (
        headers.get(SESSION.lower()) and headers.get("set-cookie", "").startswith(f"{SESSION}=")
    ):
        yield "there is no token in header and cookie"


def _document(root: str, exchange: Exchange, camel: bool | None) -> Iterator[str]:
    """The answer is JSON when Accept names it, and XML otherwise."""
    wanted = JSON if JSON in _lowered(exchange.headers).get("accept", "").lower() else XML
    answered = _lowered(exchange.response_headers).get("content-type", "")
    if not answered.startswith(wanted):
        yield f"the answer is {answered or 'nothing'}, not {wanted}"
        return
    body = exchange.response_body
    yield from judge_json(root, body, camel) if wanted == JSON else judge_xml(root, body)
    if root == "Task" and wanted == JSON:
        yield from _task({key.lower(): value for key, value in json.loads(body).items()}, exchange.status or 0)
    host = _lowered(exchange.headers).get("host", "")
    if host and b"href" in body.lower() and f"://{host}/api/".encode() not in body:
        yield f"its addresses are not on {host}"


def _task(task: Mapping[str, Any], status: int) -> Iterator[str]:
    """A running task has no result, any other has one; a new task is running (facts/em.md 7)."""
    if (task["state"] == "Running") != (task.get("result") is None):
        yield f"the task is {task['state']} and has {'no' if task.get('result') is None else 'a'} result"
    if status == ACCEPTED and task["state"] != "Running":
        yield f"a task that was begun is {task['state']}"


def _request(exchange: Exchange) -> Iterator[str]:
    """A careful client sends one format for body and answer, and a clone as in the examples."""
    headers = _lowered(exchange.headers)
    kind, accept = headers.get("content-type", ""), headers.get("accept", "")
    if (exchange.status or 0) >= FIRST_ERROR_STATUS or not exchange.body:
        return
    if not (kind.split(";")[0] == accept and accept in (XML, JSON)):
        yield f"it is sent as {kind or 'nothing'} and accepts {accept or 'nothing'}"
        return
    if exchange.method == "POST" and exchange.query.get("action") == ["clone"]:
        judge = judge_json if kind.startswith(JSON) else judge_xml
        yield from (f"request: {sentence}" for sentence in judge("JobCloneSpec", exchange.body))
