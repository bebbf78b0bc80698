# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks both REST styles of the vCenter by the vendor's Swagger files; JSON-RPC has no document.

    application.observers.append(observer := VcsaObserver(vcsa_contract)); ...; assert not observer.violations

Tests take the session fixture `vcsa_contract` (`from contract.fixtures import vcsa_contract`), which skips by name
where the files are absent. Undeclared fields and nulls are violations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from .checker import QueryValue, Revision, judge
from .documents import present, read_document, spec_directory
from .observer import Exchange
from .vcsa_swagger import at_action, modern

# Newest first. The files about sessions exist for one release and hold for both.
RELEASES = ("8.0.2", "7.0.3")
SESSIONS = ("vcsa-8.0.2-session.json", "vcsa-8.0.2-cis.json")
PREFIXES = ("/api/", "/rest/")
_ACTIONS = ("action", "~action")


class VcsaContract:
    """The vendor's documents of the releases. Every check returns sentences; `[]` means as documented."""

    def __init__(self, directory: Path):
        names = {release: (f"vcsa-{release}-appliance.json", *SESSIONS) for release in RELEASES}
        files = present({name: directory / name for each in names.values() for name in each}, directory)
        self._revisions = {
            release: Revision(release, partial(_read, [files[name] for name in each]))
            for release, each in names.items()
        }

    @classmethod
    def load(cls, spec_dir: Path | str | None = None) -> VcsaContract:
        """The contract in `spec_dir`, else `spec_directory()`; raises `SpecificationsMissing`. Files are read late."""
        return cls(spec_directory() if spec_dir is None else Path(spec_dir))

    def check(
        self,
        method: str,
        path: str,
        query: Mapping[str, QueryValue],
        request_json: Any,
        status: int,
        response_json: Any,
        release: str = RELEASES[0],
    ) -> list[str]:
        """What is wrong with one exchange; the request is checked only when the server accepted it."""
        plain = {name: values for name, values in query.items() if name not in _ACTIONS}
        found = judge(
            self._revisions[release],
            method,
            at_action(path, _action(query)),
            plain,
            request_json,
            status,
            response_json,
            strict_nulls=True,
        )
        return [f"{method} {path} ({release}): {sentence}" for sentence in found]


def _read(files: Sequence[Path]) -> dict[str, Any]:
    return modern([read_document(file) for file in files])


def _action(query: Mapping[str, QueryValue]) -> str:
    for name in _ACTIONS:
        if name in query:
            value = query[name]
            return f"{name}={value if isinstance(value, str) else value[-1]}"
    return ""


class VcsaObserver:
    """Collects `violations` of the REST exchanges that it observes; `judged` counts the checked ones.

    It ignores injected faults, dropped connections, JSON-RPC, and exchanges that break the contract on purpose
    (`expected`).
    """

    def __init__(
        self,
        contract: VcsaContract,
        *,
        release: str = RELEASES[0],
        expected: Callable[[Exchange], bool] | None = None,
    ):
        self.violations: list[str] = []
        self.judged = 0
        self._contract = contract
        self._release = release
        self._expected = expected

    def __call__(self, exchange: Exchange) -> None:
        if exchange.status is None or exchange.faults or not exchange.path.startswith(PREFIXES):
            return
        if self._expected is not None and self._expected(exchange):
            return
        self.judged += 1
        self.violations += self._contract.check(
            exchange.method,
            exchange.path,
            exchange.query,
            exchange.json,
            exchange.status,
            exchange.response_json,
            self._release,
        )
