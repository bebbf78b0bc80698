# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observes an application of the simulator and checks each VBR exchange by the vendor's documents."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Protocol
from urllib.parse import parse_qs

from .checker import Contract
from .operations import FORM

_REVISION_HEADER = "x-api-version"
_API_PREFIX = "/api/"


class Exchange(Protocol):
    """The part of `simulator.core.call.Exchange` that is used here; nothing of the simulator is imported."""

    @property
    def method(self) -> str:
        """The HTTP method."""

    @property
    def path(self) -> str:
        """The path without its query."""

    @property
    def query(self) -> Mapping[str, Sequence[str]]:
        """The query, each parameter with its values."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the request."""

    @property
    def body(self) -> bytes:
        """The bytes of the request."""

    @property
    def json(self) -> Any:
        """The JSON of the request, None if it has none."""

    @property
    def status(self) -> int | None:
        """The status of the answer, None if there was none."""

    @property
    def response_body(self) -> bytes:
        """The bytes of the answer."""

    @property
    def response_json(self) -> Any:
        """The JSON of the answer, None if it has none."""

    @property
    def faults(self) -> Sequence[str]:
        """The faults that were injected."""


class ContractObserver:
    """Collects `violations` of the exchanges that it observes; `judged` counts the checked ones.

    It ignores injected faults, dropped connections, other services, revisions without a document, and exchanges that
    break the contract on purpose (`expected`).
    """

    def __init__(
        self,
        contract: Contract,
        *,
        expected: Callable[[Exchange], bool] | None = None,
        strict_nulls: bool = False,
    ):
        self.violations: list[str] = []
        self.judged = 0
        self._contract = contract
        self._expected = expected
        self._strict_nulls = strict_nulls

    def __call__(self, exchange: Exchange) -> None:
        headers = {name.lower(): value for name, value in exchange.headers.items()}
        revision = headers.get(_REVISION_HEADER, "")
        if exchange.status is None or not self._concerned(exchange, revision):
            return
        self.judged += 1
        key = (revision, self._strict_nulls, headers.get("content-type", ""), *_as_sent(exchange))
        found = self._contract.judged.get(key)
        if found is None:
            found = self._contract.judged[key] = self._contract.check(
                exchange.method,
                exchange.path,
                exchange.query,
                _request_value(exchange, headers),
                exchange.status,
                exchange.response_json,
                revision,
                strict_nulls=self._strict_nulls,
            )
        self.violations += found

    def _concerned(self, exchange: Exchange, revision: str) -> bool:
        if revision not in self._contract.revisions or not exchange.path.startswith(_API_PREFIX):
            return False
        return not exchange.faults and (self._expected is None or not self._expected(exchange))


def _as_sent(exchange: Exchange) -> tuple[Hashable, ...]:
    """What a judgement rests on. Bodies by their digests: they are long, and may hold secrets."""
    query = tuple((name, tuple(values)) for name, values in exchange.query.items())
    bodies = (blake2b(body, digest_size=16).digest() for body in (exchange.body, exchange.response_body))
    return (exchange.method, exchange.path, query, exchange.status, *bodies)


def _request_value(exchange: Exchange, headers: Mapping[str, str]) -> Any:
    if not headers.get("content-type", "").startswith(FORM):
        return exchange.json
    fields = parse_qs(exchange.body.decode("utf-8"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}
