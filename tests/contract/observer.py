# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listens to a simulator application and judges each VBR exchange by the vendor's documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import parse_qs

from .checker import Contract
from .operations import FORM

_REVISION_HEADER = "x-api-version"
_API_PREFIX = "/api/"


class Exchange(Protocol):
    """What is read from a simulator's exchange. Headers are looked up without regard to letter case."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> Mapping[str, str | Sequence[str]]: ...
    @property
    def request_headers(self) -> Mapping[str, str]: ...
    @property
    def request_body(self) -> bytes: ...
    @property
    def request_json(self) -> Any: ...
    @property
    def status(self) -> int: ...
    @property
    def response_json(self) -> Any: ...


class ContractObserver:
    """Collects `violations`. `expected` says which exchanges break the contract on purpose (injected faults)."""

    def __init__(
        self, contract: Contract, *, expected: Callable[[Exchange], bool] | None = None, strict_nulls: bool = False
    ):
        self.violations: list[str] = []
        self.judged = 0
        self._contract = contract
        self._expected = expected
        self._strict_nulls = strict_nulls

    def __call__(self, exchange: Exchange) -> None:
        headers = {name.lower(): value for name, value in exchange.request_headers.items()}
        revision = headers.get(_REVISION_HEADER, "")
        # Another revision is refused before anything else is looked at, or has no document to be judged by.
        if revision not in self._contract.revisions or not exchange.path.startswith(_API_PREFIX):
            return
        if self._expected is not None and self._expected(exchange):
            return
        self.judged += 1
        self.violations += self._contract.check(
            exchange.method,
            exchange.path,
            exchange.query,
            _request_value(exchange, headers),
            exchange.status,
            exchange.response_json,
            revision,
            strict_nulls=self._strict_nulls,
        )


def _request_value(exchange: Exchange, headers: Mapping[str, str]) -> Any:
    if not headers.get("content-type", "").startswith(FORM):
        return exchange.request_json
    fields = parse_qs(exchange.request_body.decode("utf-8"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}
