# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server only reports, in every revision: licence, backups, mounts, task sessions, events, accounts."""

from __future__ import annotations

from typing import Any

import pytest

from contract import REVISIONS, Contract, ContractObserver
from simulator.core.store import Row
from simulator.services.vbr.kinds import REPOSITORIES
from simulator.services.vbr.revisions import older
from simulator.testing import Pair, Server, simulated_pair
from support.estates import bucket
from support.vbr_caller import VbrCaller

INSTANT = "/restore/instantRecovery"
# Path below /api/v1 -> the first revision that has it.
LISTS = {
    "/license": "1.2-rev1",
    "/license/instances": "1.2-rev1",
    "/license/sockets": "1.2-rev1",
    "/license/capacity": "1.2-rev1",
    "/services": "1.0-rev2",
    "/backups": "1.0-rev2",
    "/backupObjects": "1.0-rev2",
    "/restorePoints": "1.2-rev1",
    "/taskSessions": "1.2-rev1",
    f"{INSTANT}/vSphere/vm": "1.2-rev1",
    f"{INSTANT}/vSphere/fcd": "1.2-rev1",
    f"{INSTANT}/hyperV/vm": "1.3-rev0",
    f"{INSTANT}/azure/vm": "1.3-rev0",
    f"{INSTANT}/unstructuredData": "1.3-rev1",
    "/dataIntegration": "1.2-rev1",
    "/authorization/events": "1.2-rev1",
    "/security/settings": "1.3-rev1",
    "/security/users": "1.3-rev1",
    "/backupInfrastructure/wanAccelerators": "1.2-rev1",
    "/backupInfrastructure/repositories/states": "1.0-rev2",
    "/backupInfrastructure/proxies/states": "1.3-rev0",
    "/replicas": "1.2-rev1",
    "/jobs/states": "1.0-rev2",
    "/highAvailabilityCluster": "1.3-rev2",
}
JOB = "Backup Job 2"


def filled(server: Server) -> None:
    """Something in every list."""
    rows: dict[str, Row] = {
        "licensedWorkloads": {"name": "tape01", "type": "Tape", "platform": "File2TapeServer", "used": 1.0},
        "instantRecoveries": {"name": "vm1", "job": JOB},
        "publishedDisks": {"name": "vm2", "job": JOB},
        "wanAccelerators": {"name": "wan01"},
        "replicas": {"name": "replica", "type": "Regular"},
        "otherJobs": {"name": "Tapes", "type": "Unknown"},
        "highAvailabilityCluster": {"name": "cluster01"},
    }
    for table, row in rows.items():
        server.service.store.add(table, row)
    server.service.store.add("replicas", {"name": "continuous", "type": "CDP"})
    server.switch(four_eyes="refuse")
    for row in server.service.estate.repositories():
        row["state"]["offline"] = True


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_list_in_every_revision(contract: Contract, revision: str) -> None:
    with simulated_pair(source_build="12.3.1.1139" if revision < "1.3" else "13.1.0.411") as pair:
        caller = VbrCaller(pair.source, revision)
        run(caller, pair.source)
        filled(pair.source)
        pair.source.app.observers.append(observer := ContractObserver(contract))
        for path, since in LISTS.items():
            if older(revision, since):
                continue
            for row in caller.get(path).get("data") or []:
                if "id" in row and not path.endswith(("/states", "/users")):
                    assert caller.get(f"{path}/{row['id']}") == row
        for backup in caller.get("/backups")["data"]:
            assert caller.get(f"/backups/{backup['id']}/objects")["data"]
            if not older(revision, "1.2-rev1"):
                [first, *_more] = caller.get(f"/backups/{backup['id']}/backupFiles")["data"]
                assert caller.get(f"/backups/{backup['id']}/backupFiles/{first['id']}") == first
        for each in caller.get("/backupObjects")["data"]:
            assert caller.get(f"/backupObjects/{each['id']}/restorePoints")["data"]
        if revision == "1.1-rev0":
            assert caller.get(f"{INSTANT}/vmware/vm")["data"]
        if older(revision, "1.2-rev1"):
            points = caller.get("/objectRestorePoints")["data"]
            assert caller.get(f"/objectRestorePoints/{points[0]['id']}") == points[0]
        assert observer.violations == []


def test_what_a_revision_does_not_have_is_not_found() -> None:
    with simulated_pair() as pair:
        caller = VbrCaller(pair.source, "1.2-rev1")
        for path, since in LISTS.items():
            assert caller("GET", path).status_code == (404 if older("1.2-rev1", since) else 200), path


def test_a_server_in_no_cluster_has_none() -> None:
    with simulated_pair(source_build="13.1.0.411") as pair:
        assert VbrCaller(pair.source, "1.3-rev2")("GET", "/highAvailabilityCluster").status_code == 400


def run(caller: VbrCaller, server: Server, job: str = JOB) -> str:
    """Runs a job to its end; returns its result."""
    [found] = [row for row in caller.get("/jobs")["data"] if row["name"] == job]
    started = caller("POST", f"/jobs/{found['id']}/start", json={"performActiveFull": False})
    started.raise_for_status()
    return str(caller.get(f"/sessions/{started.json()['id']}")["result"]["result"])


def test_a_run_leaves_a_restore_point() -> None:
    with simulated_pair() as pair:
        caller = VbrCaller(pair.source, "1.2-rev1")
        before = caller.get("/restorePoints")["pagination"]["total"]
        assert run(caller, pair.source) == "Success"
        assert caller.get("/restorePoints")["pagination"]["total"] > before
        assert {row["state"] for row in caller.get("/taskSessions")["data"]} == {"Stopped"}


def test_files_are_found_by_their_gfs_period() -> None:
    with simulated_pair() as pair:
        caller = VbrCaller(pair.source, "1.2-rev1")
        [backup] = caller.get("/backups")["data"]
        pair.source.service.store.get("backups", backup["id"])["objects"][0]["points"][0]["gfs"] = ["Weekly"]
        files = caller.get(f"/backups/{backup['id']}/backupFiles", gfsPeriodFilter="Weekly")["data"]
        assert [file["gfsPeriods"] for file in files] == [["Weekly"]]
        assert caller.get(f"/backups/{backup['id']}/backupFiles", gfsPeriodFilter="Yearly")["data"] == []


def test_what_is_forgotten_is_found_by_a_rescan() -> None:
    with simulated_pair() as pair:
        caller = VbrCaller(pair.source, "1.2-rev1")
        [backup] = caller.get("/backups")["data"]
        assert caller("DELETE", f"/backups/{backup['id']}", params={"fromDB": "true"}).status_code == 200
        assert caller.get("/backups")["data"] == []
        caller("POST", "/backupInfrastructure/repositories/rescan", json={"repositoryIds": [backup["repositoryId"]]})
        [again] = caller.get("/backups")["data"]
        assert again["jobId"] is None
        caller("DELETE", f"/backups/{again['id']}")
        caller("POST", "/backupInfrastructure/repositories/rescan", json={"repositoryIds": [backup["repositoryId"]]})
        assert caller.get("/backups")["data"] == []


# -- who owns a storage ------------------------------------------------------------------------------------------------

BUCKET = bucket("AKIATECHLOCALEXAMPLE", "0B6F1C52-6C4E-4B0D-9C53-5A2C1C7A1E03", "5B6D4C1E-0000-4000-8000-000000000001")
APPLIANCE: dict[str, Any] = {
    "type": "DellDataDomain",
    "name": "Appliance",
    "description": "",
    "dellDataDomain": {"ddServername": "dd01.tech.local"},
    "repository": {"path": "unit1"},
}


def connect(server: Server, group: str, body: dict[str, Any]) -> Row:
    return server.service.estate.add(REPOSITORIES, group, dict(body), {}, {})


def moved_to(server: Server, name: str) -> None:
    """Every job of the server writes to the repository from now on."""
    for job in server.service.store.rows("jobs"):
        job["body"]["storage"]["backupRepository"] = {"name": name, "uniqueId": None}


@pytest.mark.parametrize(
    ("group", "body"),
    [("S3CompatibleStorages", BUCKET), ("DellDataDomainAppliances", APPLIANCE)],
    ids=("bucket", "unit"),
)
def test_the_second_server_becomes_the_owner(group: str, body: dict[str, Any]) -> None:
    with simulated_pair() as pair:
        caller = VbrCaller(pair.source, "1.2-rev1")
        connect(pair.source, group, body)
        moved_to(pair.source, body["name"])
        assert run(caller, pair.source) == "Success"
        connect(pair.target, group, {**body, "name": "The same"})
        assert run(caller, pair.source) == "Failed"
        latest = caller.get("/sessions")["data"][-1]
        assert "owned by another backup server" in latest["result"]["message"]


def test_an_import_takes_the_storage_too() -> None:
    with simulated_pair() as pair:
        source, target = VbrCaller(pair.source, "1.2-rev1"), VbrCaller(pair.target, "1.2-rev1")
        connect(pair.source, "S3CompatibleStorages", BUCKET)
        moved_to(pair.source, "Bucket")
        credentials = source.export("cloudcredentials")
        for rows in credentials.values():
            for row in rows or []:
                row |= {name: "long-enough-secret-0123" for name in ("sharedKey", "secretKey") if name in row}
        target.import_("cloudcredentials", credentials)
        session = target.import_("repositories", source.export("repositories", types=["S3Compatible"]))
        assert session["result"]["result"] == "Success", session["records"]
        assert run(source, pair.source) == "Failed"


def test_a_share_may_be_used_by_two_servers() -> None:
    with simulated_pair() as pair:
        share = next(row for row in pair.source.service.estate.repositories() if row["body"]["type"] == "Nfs")
        moved_to(pair.source, share["body"]["name"])
        caller, target = VbrCaller(pair.source, "1.2-rev1"), VbrCaller(pair.target, "1.3-rev1")
        assert run(caller, pair.source) == "Success"
        taken = connect(pair.target, "NfsRepositories", share["body"])
        assert run(caller, pair.source) == "Success"
        assert target.get("/backups")["data"] == []
        target("POST", "/backupInfrastructure/repositories/rescan", json={"repositoryIds": [taken["id"]]})
        assert {row["jobId"] for row in target.get("/backups")["data"]} <= {None}


def test_ownership_survives_a_snapshot() -> None:
    with simulated_pair() as pair:
        first, second = connect(pair.source, "S3CompatibleStorages", BUCKET), None
        before = pair.target.snapshot()
        second = connect(pair.target, "S3CompatibleStorages", BUCKET)
        storages = pair.source.service.estate.storages
        assert storages.owner(BUCKET)["id"] == second["id"]
        pair.target.restore(before)
        assert storages.owner(BUCKET)["id"] == first["id"]


# -- what is away, what is refused -------------------------------------------------------------------------------------


def test_a_host_that_is_offline_takes_its_repositories_along() -> None:
    with simulated_pair(source_build="13.1.0.411") as pair:
        for row in pair.source.service.store.rows("managedServers"):
            row["state"]["offline"] = row["body"]["name"] == "enterprise05.tech.local"
        caller = VbrCaller(pair.source, "1.3-rev2")
        status = {row["name"]: row["status"] for row in caller.get("/backupInfrastructure/managedServers")["data"]}
        assert status["enterprise05.tech.local"] == "Unavailable"
        assert status["vcenter01.tech.local"] == "Available"
        states = caller.get("/backupInfrastructure/repositories/states")["data"]
        assert [row["name"] for row in states if not row["isOnline"]] == ["Linux Direct Backup Repository 1"]
        proxies = caller.get("/backupInfrastructure/proxies/states")["data"]
        assert {row["hostName"] for row in proxies if not row["isOnline"]} <= {"enterprise05.tech.local"}


@pytest.mark.parametrize(("mode", "status"), [("refuse", 400), ("pending", 204)])
def test_four_eyes_keep_a_repository(pair: Pair, mode: str, status: int) -> None:
    pair.source.switch(four_eyes=mode)
    caller = VbrCaller(pair.source, "1.2-rev1")
    path = "/backupInfrastructure/repositories"
    unused = next(row for row in caller.get(path)["data"] if row["type"] == "Nfs")
    assert caller("DELETE", f"{path}/{unused['id']}").status_code == status
    assert unused["id"] in {row["id"] for row in caller.get(path)["data"]}
    events = caller.get("/authorization/events")["data"]
    assert "enabled" in events[-1]["name"] if mode == "refuse" else events[0]["state"] == "Pending"
    pair.source.switch(four_eyes="off")
    assert caller("DELETE", f"{path}/{unused['id']}").status_code == 204


def test_a_licence_expires() -> None:
    with simulated_pair() as pair:
        caller = VbrCaller(pair.source, "1.2-rev1")
        assert caller.get("/license")["status"] == "Valid"
        pair.source.service.store.get("license", "license")["status"] = "Expired"
        assert caller.get("/license")["status"] == "Expired"
