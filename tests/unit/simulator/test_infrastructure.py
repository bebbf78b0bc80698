# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers, repositories, scale-out repositories and proxies: written in sessions, shown in every revision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contract import REVISIONS, Contract, ContractObserver
from simulator.testing import Pair, Server, simulated_pair
from support.quartet import BUILDS
from support.vbr_caller import VbrCaller

PREFIX = "/backupInfrastructure"
SERVERS, REPOSITORIES, PROXIES = (f"{PREFIX}/{name}" for name in ("managedServers", "repositories", "proxies"))
SCALE_OUT = f"{PREFIX}/scaleOutRepositories"
NOWHERE = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"
SMB, NFS = "Backup Repository SMB", "Linux NFS Backup Repository 1"
Modern = Callable[[str], VbrCaller]


@pytest.fixture(params=REVISIONS)
def caller(request: pytest.FixtureRequest) -> Iterator[VbrCaller]:
    """A caller of a server that has the revision as its newest."""
    with simulated_pair(source_build=BUILDS[request.param]) as pair:
        yield VbrCaller(pair.source, request.param)


def watched(contract: Contract, server: Server) -> ContractObserver:
    observer = ContractObserver(contract)
    server.app.observers.append(observer)
    return observer


def rows(caller: VbrCaller, path: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in caller.get(path)["data"]}


def ended(caller: VbrCaller, response: Any) -> dict[str, Any]:
    """The session that an operation was answered with, at its end."""
    assert response.status_code == 201, response.text
    session: dict[str, Any] = caller.get(f"/sessions/{response.json()['id']}")
    assert session["state"] == "Stopped"
    return session


def succeed(caller: VbrCaller, method: str, path: str, **request: Any) -> None:
    session = ended(caller, caller(method, path, **request))
    assert session["result"]["result"] == "Success", session["result"]["message"]


def united(caller: VbrCaller, **other: Any) -> dict[str, Any]:
    """A scale-out repository of two extents with a policy."""
    extents = [rows(caller, REPOSITORIES)[name]["id"] for name in (SMB, NFS)]
    policy = [{"extentId": extent, "allowedBackups": "All"} for extent in extents]
    model = {
        "name": "United",
        "description": "",
        "performanceTier": {"performanceExtents": [{"id": extent} for extent in extents]},
        "placementPolicy": {"type": "Performance", "settings": policy},
        **other,
    }
    succeed(caller, "POST", SCALE_OUT, json=model)
    return rows(caller, SCALE_OUT)["United"]


@pytest.mark.parametrize("path", [SERVERS, REPOSITORIES, PROXIES])
def test_putting_back_what_was_read_changes_nothing(caller: VbrCaller, path: str, contract: Contract) -> None:
    observer = watched(contract, caller.server)
    before = rows(caller, path)
    for model in before.values():
        succeed(caller, "PUT", f"{path}/{model['id']}", json=model)
    assert rows(caller, path) == before
    assert observer.violations == []


def test_states_are_what_the_documents_say(caller: VbrCaller, contract: Contract) -> None:
    with_states = caller.revision >= "1.3"
    assert caller("GET", f"{PROXIES}/states").status_code == (200 if with_states else 404)
    observer = watched(contract, caller.server)
    for path in (REPOSITORIES, PROXIES) if with_states else (REPOSITORIES,):
        assert rows(caller, f"{path}/states").keys() == rows(caller, path).keys()
    assert observer.violations == []


def test_a_scale_out_repository_in_every_revision(contract: Contract) -> None:
    """Made by a client of 1.2, and shown to all."""
    with simulated_pair(source_build=BUILDS["1.2-rev1"]) as pair:
        united(VbrCaller(pair.source, "1.2-rev1"), capacityTier={"isEnabled": False, "extents": []})
        observer = watched(contract, pair.source)
        for revision in ("1.0-rev2", "1.1-rev0", "1.2-rev1"):
            assert "United" in rows(VbrCaller(pair.source, revision), SCALE_OUT)
        assert observer.violations == []


def test_modes_of_extents(modern: Modern, contract: Contract) -> None:
    for revision in ("1.1-rev0", "1.2-rev1", "1.3-rev0", "1.3-rev2"):
        caller = modern(revision)
        caller.server.reset()
        caller = modern(revision)
        observer = watched(contract, caller.server)
        row = united(caller)
        first = row["performanceTier"]["performanceExtents"][0]["id"]
        for mode in ("Sealed", "Maintenance"):
            succeed(caller, "POST", f"{SCALE_OUT}/{row['id']}/enable{mode}Mode", json={"repositoryIds": [first]})
        shown = caller.get(f"{SCALE_OUT}/{row['id']}")["performanceTier"]["performanceExtents"]
        both = ["Maintenance", "Sealed"] if revision >= "1.3" else "Maintenance"
        assert [extent["status"] for extent in shown] == [both, ["Normal"] if revision >= "1.3" else "Normal"]
        assert observer.violations == []


def test_1_0_reads_scale_out_repositories_but_does_not_write_them() -> None:
    with simulated_pair(source_build=BUILDS["1.0-rev2"]) as pair:
        caller = VbrCaller(pair.source, "1.0-rev2")
        assert rows(caller, SCALE_OUT) == {}
        assert caller("POST", SCALE_OUT, json={}).status_code == 404


@pytest.mark.parametrize(
    ("path", "model", "word"),
    [
        (SERVERS, {"name": "x", "description": "", "type": "LinuxHost"}, "credentialsId"),
        (SERVERS, {"name": "x", "description": "", "type": "NutanixCluster"}, "NutanixCluster"),
        (SERVERS, {"name": "x", "description": "", "type": "ViHost", "credentialsId": NOWHERE}, NOWHERE),
        (REPOSITORIES, {"name": "x", "description": "", "type": "WinLocal", "repository": {}}, "hostId"),
        (REPOSITORIES, {"name": "x", "description": "", "type": "ExtendableRepository"}, "ExtendableRepository"),
        (PROXIES, {"description": "", "type": "ViProxy"}, "server"),
        (PROXIES, {"description": "", "type": "NutanixAHV", "server": {"hostId": NOWHERE}}, "NutanixAHV"),
        (SCALE_OUT, {"name": "x", "description": ""}, "performanceTier"),
    ],
)
def test_what_is_refused(modern: Modern, path: str, model: dict[str, Any], word: str) -> None:
    answer = modern("1.3-rev2")("POST", path, json=model)
    assert answer.status_code == 400
    assert word in answer.json()["message"]


def test_a_name_that_is_taken_fails_the_session(source: VbrCaller) -> None:
    model = {name: value for name, value in rows(source, REPOSITORIES)[SMB].items() if name not in ("id", "uniqueId")}
    session = ended(source, source("POST", REPOSITORIES, json=model))
    assert (session["result"]["result"], SMB in session["result"]["message"]) == ("Failed", True)


def test_a_deleted_server_stays_listed_for_a_while(pair: Pair, source: VbrCaller) -> None:
    pair.source.switch(deletion_lag=4)
    server = rows(source, SERVERS)["vcenter01.tech.local"]
    succeed(source, "DELETE", f"{SERVERS}/{server['id']}")
    found = [source("GET", f"{SERVERS}/{server['id']}").status_code for _look in range(4)]
    assert found == [200, 200, 404, 404]


def test_the_backup_server_cannot_be_deleted(source: VbrCaller) -> None:
    itself = rows(source, SERVERS)["srv04.tech.local"]
    assert source("DELETE", f"{SERVERS}/{itself['id']}").status_code == 400


def test_a_fingerprint_is_the_same_on_every_server(pair: Pair) -> None:
    question = {"serverName": "linux09.tech.local", "type": "LinuxHost", "credentialsStorageType": "SingleUse"}
    proofs = [
        VbrCaller(server, "1.2-rev1")("POST", "/connectionCertificate", json=question).json() for server in pair.servers
    ]
    assert proofs[0] == proofs[1]
    assert proofs[0]["fingerprint"].startswith("ssh-ed25519 256 ")


def test_several_gateways_are_kept_and_exported_as_one(source: VbrCaller) -> None:
    servers = [rows(source, SERVERS)[name]["id"] for name in ("enterprise05.tech.local", "srv04.tech.local")]
    share = rows(source, REPOSITORIES)[NFS]
    share["share"]["gatewayServer"] = {"autoSelectEnabled": False, "gatewayServerIds": servers}
    succeed(source, "PUT", f"{REPOSITORIES}/{share['id']}", json=share)
    assert rows(source, REPOSITORIES)[NFS]["share"]["gatewayServer"]["gatewayServerIds"] == servers
    (exported,) = source.export("repositories")["NfsRepositories"]
    assert exported["share"]["gatewayServer"] == {
        "autoSelectEnabled": False,
        "gatewayServerName": "enterprise05.tech.local",
    }


def test_automation_knows_no_scale_out_repositories(source: VbrCaller) -> None:
    assert source("POST", "/automation/scaleOutRepositories/export", json={}).status_code == 404
