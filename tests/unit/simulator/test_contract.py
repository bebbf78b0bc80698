# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer in every revision, checked by the vendor's documents: the shipped estate and every known field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from contract import REVISIONS, Contract, ContractObserver
from contract.samples import import_body
from simulator.services.vbr.estate import seal
from simulator.services.vbr.kinds import KINDS, Group, Kind
from simulator.services.vbr.revisions import older
from simulator.services.vbr.shapes.rules import parse, render
from simulator.testing import Server, simulated_pair
from support.vbr_caller import VbrCaller

INFRASTRUCTURE = "/backupInfrastructure"
LISTS = (
    "/credentials",
    "/cloudCredentials",
    "/encryptionPasswords",
    f"{INFRASTRUCTURE}/managedServers",
    f"{INFRASTRUCTURE}/repositories",
    f"{INFRASTRUCTURE}/proxies",
    "/jobs",
)
VARIANTS = range(4)
# A vSphere job holds vSphere objects; the samples hold those of all platforms.
FOREIGN = ('"HyperV"', '"CloudDirector"', '"Agent"', '"Nutanix"', '"Proxmox"')
# The schemas allow these types where a server would never put them, or where a revision has no word for them.
TYPES = {
    "credentials": "Standard",
    "azureStorage": "AzureStorage",
    "azureCompute": "AzureCompute",
    "amazon": "Amazon",
    "google": "Google",
    "proxies": "ViProxy",
    "jobs": "VSphereBackup",
}
UUID = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"


@pytest.fixture(params=REVISIONS)
def caller(request: pytest.FixtureRequest) -> Iterator[VbrCaller]:
    """A caller of a server that serves the revision."""
    build = "12.3.1.1139" if request.param < "1.3" else "13.1.0.411"
    with simulated_pair(source_build=build) as pair:
        yield VbrCaller(pair.source, request.param)


def judged(contract: Contract, server: Server) -> ContractObserver:
    observer = ContractObserver(contract)
    server.app.observers.append(observer)
    return observer


def kinds_of(revision: str) -> list[Kind]:
    return [kind for kind in KINDS if not older(revision, kind.since)]


def read_everything(caller: VbrCaller) -> None:
    for path in LISTS:
        if path == "/cloudCredentials" and older(caller.revision, "1.1-rev0"):
            continue
        for row in caller.get(path)["data"]:
            assert caller.get(f"{path}/{row['id']}") == row
    for path in ("/jobs/states", "/serverTime", "/serverCertificate", "/automation/sessions"):
        caller.get(path)


def test_the_shipped_estate(contract: Contract, caller: VbrCaller) -> None:
    observer = judged(contract, caller.server)
    for kind in kinds_of(caller.revision):
        caller.import_(kind.name, caller.export(kind.name))
    read_everything(caller)
    job = caller.get("/jobs")["data"][0]
    for method, tail in (("POST", "/disable"), ("POST", "/enable"), ("PUT", ""), ("DELETE", "")):
        body = {"json": job} if method == "PUT" else {}
        assert caller(method, f"/jobs/{job['id']}{tail}", **body).ok
    caller.token(grant_type="refresh_token", refresh_token=caller.tokens["refresh_token"])
    assert observer.violations == []
    assert observer.judged > 40


def test_errors(contract: Contract, caller: VbrCaller) -> None:
    observer = judged(contract, caller.server)
    caller("POST", "/automation/jobs/import", json={"jobs": []})
    caller("GET", f"/automation/sessions/{UUID}")
    caller("GET", f"/jobs/{UUID}")
    caller.token(grant_type="password", username="x", password="y")
    caller.session.headers["Authorization"] = "Bearer nonsense"
    caller("GET", "/jobs")
    del caller.session.headers["Authorization"]
    caller("GET", "/jobs")
    assert observer.violations == []


def realistic(kind: Kind, group: Group, body: dict[str, Any]) -> dict[str, Any]:
    body["type"] = TYPES.get(group.name, body.get("type"))
    if kind.name == "encryptionPasswords":
        del body["type"]
    if kind.name == "cloudcredentials":
        body["uniqueId"] = UUID
    for settings in (body.get("sshSettings"), body.get("account")):
        if settings and "sshTimeOutMs" in settings:
            settings["sshTimeOutMs"] = 20_000
        if settings and "credentials" in settings:
            settings["credentials"]["type"] = "Amazon"
    return body


def samples(contract: Contract, revision: str, variant: int) -> Iterator[tuple[Kind, Group, dict[str, Any]]]:
    """One object of every list of every kind with every field the revision documents, as it is stored."""
    for kind in kinds_of(revision):
        collection = import_body(contract, revision, kind.name, variant) or {}
        foreign = kind.name in ("jobs", "proxies") and any(word in json.dumps(collection) for word in FOREIGN)
        for group in kind.groups:
            for body in [] if foreign else collection.get(group.name, []):
                yield kind, group, realistic(kind, group, parse(group.rules, body, revision))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("written_in", REVISIONS)
def test_every_field_in_every_revision(contract: Contract, written_in: str, variant: int) -> None:
    objects = list(samples(contract, written_in, variant))
    troubles = []
    for shown_in in REVISIONS:
        for kind, group, body in objects:
            if not older(shown_in, group.since):
                collection = {group.name: [render(group.rules, body, shown_in)]}
                troubles += contract.check_collection(shown_in, kind.name, collection)
    assert troubles == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_a_revision_says_comes_back_as_it_was(contract: Contract, revision: str) -> None:
    for variant in VARIANTS:
        for kind in kinds_of(revision):
            collection = import_body(contract, revision, kind.name, variant) or {}
            for group in kind.groups:
                for body in collection.get(group.name, []):
                    assert render(group.rules, parse(group.rules, body, revision), revision) == body


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_field_in_the_plain_lists(contract: Contract, caller: VbrCaller, variant: int) -> None:
    for kind, group, body in samples(contract, caller.revision, variant):
        caller.server.service.estate.add(kind, group.name, *seal(group, body), {})
    observer = judged(contract, caller.server)
    read_everything(caller)
    for job in caller.get("/jobs")["data"]:
        assert caller("PUT", f"/jobs/{job['id']}", json=job).json() == job
    assert observer.violations == []
