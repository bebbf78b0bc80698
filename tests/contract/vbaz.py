# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks exchanges by the vendor's document of Veeam Backup for Azure, more strictly than those of VBR.

    application.observers.append(observer := VbazObserver(VbazContract.load())); ...; assert not observer.violations

Null is allowed only where the document allows it. There is one document, that of v8.1; older versions, down to v3, are
checked by it too, because the simulator answers them alike. The first version has no document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs

from . import observer
from .checker import Revision, check_parameters, check_request
from .documents import ENVIRONMENT_VARIABLE, SpecificationsMissing, read_document, spec_directory
from .operations import FORM, JSON, Operation

VERSION = "v8.1"
FILE = f"vba-{VERSION}.json"
PROBLEM = "application/problem+json"
_JUDGED = re.compile(r"^/api/(oauth2|v8\.1|v[3-8])(/|$)")
_BINDER, _COMMAS = "x-veeam-model-binder", "CsvModelBinder"
_FIRST_ERROR_STATUS = 400
# Status that servers answer though no operation lists it (facts/vbaz.md 6) -> its schema.
UNLISTED: Mapping[int, str] = {
    400: "ProblemDetails400",
    403: "ProblemDetails403",
    404: "ProblemDetails404",
    415: "ProblemDetails415",
}
# A rejected token and a version that is not served may be answered without a body.
BODILESS = frozenset({401, 404})


class Exchange(observer.Exchange, Protocol):
    """An exchange with the headers of its answer."""

    @property
    def response_headers(self) -> Mapping[str, str]:
        """The headers of the answer."""


class VbazContract:
    """The vendor's document. Every check returns sentences; `[]` means as documented."""

    def __init__(self, file: Path):
        self._document = Revision(VERSION, partial(read_document, file))

    @classmethod
    def load(cls, spec_dir: Path | str | None = None) -> VbazContract:
        """The contract in `spec_dir`, else `spec_directory()`; raises `SpecificationsMissing`. It is read late."""
        directory = spec_directory() if spec_dir is None else Path(spec_dir)
        file = directory / FILE
        if not file.is_file():
            raise SpecificationsMissing(
                f"the vendor's OpenAPI file {FILE} is not in {directory}; set {ENVIRONMENT_VARIABLE} to its folder"
            )
        return cls(file)

    @property
    def document(self) -> Mapping[str, Any]:
        """The vendor's document itself, for tests that read enums from it."""
        return self._document.document

    def check(self, exchange: Exchange) -> list[str]:
        """What is wrong with one exchange. The request is checked only when the server accepted it."""
        path = re.sub(r"^/api/v[^/]+", f"/api/{VERSION}", exchange.path)
        operation = self._document.operations.find(exchange.method, path)
        if isinstance(operation, str):
            return [] if exchange.status == 404 else [f"{exchange.method} {exchange.path}: {operation}"]
        found = self._check_response(operation, exchange)
        if (exchange.status or 0) < _FIRST_ERROR_STATUS:
            found += check_parameters(self._document, operation, _query(operation, exchange.query))
            found += check_request(self._document, operation, _request_value(exchange), True)
        return [f"{exchange.method} {exchange.path}: {sentence}" for sentence in found]

    def _check_response(self, operation: Operation, exchange: Exchange) -> list[str]:
        status = exchange.status or 0
        declared = operation.response(status)
        if declared is None and status not in UNLISTED:
            return [f"status {status} is not documented (only {', '.join(operation.statuses)})"]
        content: Mapping[str, Any] = (declared or {}).get("content", {})
        if declared is None:
            content = {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{UNLISTED[status]}"}}}
        if not exchange.response_body:
            return [] if not content or status in BODILESS else [f"status {status} came without its body"]
        return self._check_content(content, exchange, status)

    def _check_content(self, content: Mapping[str, Any], exchange: Exchange, status: int) -> list[str]:
        media_type = _header(exchange.response_headers, "content-type").partition(";")[0].strip()
        if media_type not in content:
            documented = ", ".join(content) or "no body"
            return [f"status {status} came as {media_type}, documented is {documented}"]
        if media_type not in (JSON, PROBLEM):
            return []
        if exchange.response_json is None:
            return [f"status {status} came without JSON"]
        return self._document.violations(content[media_type]["schema"], "response", exchange.response_json, True)


class VbazObserver:
    """Collects `violations` of the exchanges that it observes; `judged` counts the checked ones.

    It ignores injected faults, dropped connections, the first version, and exchanges that break the contract on purpose
    (`expected`).
    """

    def __init__(self, contract: VbazContract, *, expected: Callable[[Exchange], bool] | None = None):
        self.violations: list[str] = []
        self.judged = 0
        self._contract = contract
        self._expected = expected

    def __call__(self, exchange: Exchange) -> None:
        if exchange.status is None or exchange.faults or not _JUDGED.match(exchange.path):
            return
        if self._expected is not None and self._expected(exchange):
            return
        self.judged += 1
        self.violations += self._contract.check(exchange)


def _query(operation: Operation, query: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """The query, with values split at commas where the document says that one value is a list."""
    bound = {each["name"] for each in operation.body.get("parameters", ()) if _COMMAS in each.get(_BINDER, "")}
    return {
        name: [part for value in values for part in value.split(",")] if name in bound else values
        for name, values in query.items()
    }


def _request_value(exchange: Exchange) -> Any:
    if not _header(exchange.headers, "content-type").startswith(FORM):
        return exchange.json
    fields = parse_qs(exchange.body.decode("utf-8"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
