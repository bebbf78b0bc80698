# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conformance: the vendor's own examples of the newest revision, read from the vendor's file when the tests run.

They go into a simulated server by import and come back by export as they were; then our collection moves them on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from conformance.preparing import blank, filled
from contract import ContractObserver
from contract.checker import Contract
from contract.documents import SpecificationsMissing, find_documents, read_document, spec_directory
from simulator.testing import Pair, Server, simulated_pair
from support.tasks import drive, secrets_for

REVISION, BUILD = "1.3-rev2", "13.1.0.411"
KINDS = (
    "credentials",
    "cloudcredentials",
    "encryptionPasswords",
    "managedServers",
    "repositories",
    "proxies",
    "jobs",
)
# What the examples refer to and none of them holds: an account, and the repository of the job under the id it is
# meant by (the example of a repository has the same name and another id, so that both cannot be on one server).
MISSING_ACCOUNT = {
    "username": "root",
    "password": "Vp3&linux+root%Jw=#",
    "description": "",
    "uniqueId": "made-up-root",
    "type": "Standard",
}
REPOSITORY_OF_THE_JOB = "b1d4e7c0-3a2f-4d8b-9c6e-1f5a8b2d9e30"


@pytest.fixture(scope="module")
def examples() -> dict[str, Any]:
    """Kind -> the collection of the vendor's example, with a secret in every place that has none."""
    try:
        document = read_document(find_documents(spec_directory())[REVISION])
    except SpecificationsMissing as reason:
        pytest.skip(str(reason))
    return {kind: filled(kind, _example(document, kind)) for kind in KINDS}


def _example(document: dict[str, Any], kind: str) -> dict[str, Any]:
    body = document["paths"][f"/api/v1/automation/{kind}/import"]["post"]["requestBody"]["content"]["application/json"]
    (example,) = body["examples"].values()
    if "$ref" in example:
        example = document["components"]["examples"][example["$ref"].rpartition("/")[2]]
    value: dict[str, Any] = example["value"]
    return value


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Two servers that have nothing, every exchange with which is held against the vendor's documents."""
    nothing: dict[str, Any] = {"estate": {}}
    with simulated_pair(
        source_build=BUILD, target_build=BUILD, source_seed=nothing, target_seed=nothing, clock="polls"
    ) as pair:
        judge = ContractObserver(Contract.load())
        for server in pair.servers:
            server.app.observers.append(judge)
        yield pair
        assert not judge.violations
        assert judge.judged


class VbrCaller:
    """One signed-in conversation in plain `requests`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.headers = {"x-api-version": REVISION}
        form = {"grant_type": "password", "username": server.username, "password": server.password}
        token = requests.post(f"{server.url}/api/oauth2/token", data=form, headers=self.headers, timeout=10).json()
        self.headers["Authorization"] = f"Bearer {token['access_token']}"

    def import_(self, kind: str, collection: dict[str, Any]) -> list[dict[str, Any]]:
        """Imports, waits, and returns the log; the session ended well."""
        session = self._call("POST", f"{kind}/import", collection)
        while session["state"] != "Stopped":
            session = self._call("GET", f"sessions/{session['id']}")
        log: list[dict[str, Any]] = self._call("GET", f"sessions/{session['id']}/logs")["records"]
        assert session["result"]["result"] == "Success", log
        return log

    def export(self, kind: str) -> dict[str, Any]:
        collection: dict[str, Any] = self._call("POST", f"{kind}/export", {})
        return collection

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.server.url}/api/v1/automation/{path}"
        answer = requests.request(method, url, json=body, headers=self.headers, timeout=10)
        answer.raise_for_status()
        return answer.json()


def bring_in(server: Server, examples: dict[str, Any], kinds: Iterable[str]) -> VbrCaller:
    """Imports the examples of these kinds; returns the conversation, to go on with."""
    caller = VbrCaller(server)
    caller.import_("credentials", {"credentials": [MISSING_ACCOUNT]})
    for kind in kinds:
        log = caller.import_(kind, examples[kind])
        assert len(log) == sum(len(rows) for rows in examples[kind].values())
    return caller


def with_the_repository_the_job_means(examples: dict[str, Any]) -> dict[str, Any]:
    """The examples with another id for the repository."""
    (repository,) = examples["repositories"]["WindowsLocalRepositories"]
    renumbered = {**repository, "uniqueId": REPOSITORY_OF_THE_JOB}
    return {**examples, "repositories": {**examples["repositories"], "WindowsLocalRepositories": [renumbered]}}


def differences(examples: dict[str, Any], exported: dict[str, Any]) -> list[Any]:
    """The records of the examples that are not in the export as they are, secrets blank."""
    return [record for name, rows in blank(examples).items() for record in rows if record not in exported[name]]


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_comes_back_as_it_went_in(pair: Pair, examples: dict[str, Any], kind: str) -> None:
    if kind == "jobs":
        examples = with_the_repository_the_job_means(examples)
    caller = bring_in(pair.target, examples, KINDS[: KINDS.index(kind) + 1])
    assert differences(examples[kind], caller.export(kind)) == []


def test_our_collection_moves_the_examples(pair: Pair, examples: dict[str, Any], tmp_path: Path) -> None:
    """Verbatim, but for the repository every installation makes for itself: the target's own one takes its place."""
    examples = with_the_repository_the_job_means(examples)
    bring_in(pair.source, examples, KINDS)
    (repository,) = examples["repositories"]["WindowsLocalRepositories"]
    repository = {**repository, "uniqueId": "5D0F6E52-7B8C-4C39-9E21-4A6B8D1C7F03"}
    own = {**examples["repositories"], "WindowsLocalRepositories": [repository]}
    pair.target.seed({"estate": {"repositories": {"WindowsLocalRepositories": [repository]}}})

    exported = drive("export", pair.source, dest=str(tmp_path))
    secrets = secrets_for({"secrets": exported["secrets_needed"]})
    moved = drive("import", pair.target, src=str(tmp_path), secrets=secrets)
    assert not moved.get("failed"), moved

    arrived = VbrCaller(pair.target)
    expected = {**examples, "repositories": own, "jobs": {"jobs": [_backing_up_to(repository, examples)]}}
    assert [found for kind in KINDS for found in differences(expected[kind], arrived.export(kind))] == []


def _backing_up_to(repository: dict[str, Any], examples: dict[str, Any]) -> dict[str, Any]:
    (job,) = examples["jobs"]["jobs"]
    reference = {name: repository[name] for name in ("name", "uniqueId")}
    return {**job, "storage": {**job["storage"], "backupRepository": reference}}
