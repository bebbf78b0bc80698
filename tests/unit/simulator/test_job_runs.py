# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that are created, run and chained; and the inventory that their objects are from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.testing import Pair
from support.vbr_caller import VbrCaller

Modern = Callable[[str], VbrCaller]
REVISIONS = ("1.1-rev0", "1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")
VCENTER = "vcenter02.tech.local"
SERVER = {"type": "VirtualMachine", "hostName": VCENTER, "name": "srv01", "objectId": "vm-34739"}


def only_job(caller: VbrCaller) -> dict[str, Any]:
    (row,) = caller.get("/jobs")["data"]
    return dict(row)


def spec(caller: VbrCaller, **other: Any) -> dict[str, Any]:
    """The required fields of a new job."""
    revision = caller.revision
    repository = caller.get("/backupInfrastructure/repositories")["data"][0]["id"]
    automatic = "autoSelection" if revision < "1.2" else "autoSelectEnabled"
    platform = {} if revision < "1.2" else {"platform": "VMware" if revision < "1.3" else "VSphere"}
    common = {
        "name": "New",
        "type": "Backup" if revision < "1.3" else "VSphereBackup",
        "description": "",
        "virtualMachines": {"includes": [{**SERVER, **platform}]},
    }
    sections = {
        "isHighPriority": False,
        "storage": {
            "backupRepositoryId": repository,
            "backupProxies": {automatic: True},
            "retentionPolicy": {"type": "Days", "quantity": 7},
        },
        "guestProcessing": {"appAwareProcessing": {"isEnabled": False}, "guestFSIndexing": {"isEnabled": False}},
        "schedule": {"runAutomatically": False},
    }
    return {**common, **(sections if revision < "1.2" else {}), **other}


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_new_job_is_whole(modern: Modern, contract: Contract, revision: str) -> None:
    caller = modern(revision)
    observer = ContractObserver(contract)
    caller.server.app.observers.append(observer)
    answer = caller("POST", "/jobs", json=spec(caller))
    assert answer.status_code == 201
    job = answer.json()
    assert caller.get(f"/jobs/{job['id']}") == job
    assert caller("PUT", f"/jobs/{job['id']}", json=job).json() == job
    assert (job["isDisabled"], job["schedule"]["runAutomatically"]) == (False, False)
    assert observer.violations == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"name": None}, "name"),
        ({"name": "Backup Job 2"}, "exists already"),
        ({"type": "HyperVBackup"}, "HyperVBackup"),
        ({"virtualMachines": {"includes": [{**SERVER, "objectId": "vm-1", "platform": "VMware"}]}}, "srv01"),
        ({"virtualMachines": {"includes": [{**SERVER, "hostName": "esx99", "platform": "VMware"}]}}, "esx99"),
        ({"guestProcessing": {"appAwareProcessing": {"isEnabled": True}}}, "guestFSIndexing"),
        ({"schedule": {"runAutomatically": True, "afterThisJob": {"isEnabled": True, "jobName": "none"}}}, "none"),
    ],
)
def test_new_jobs_that_are_refused(source: VbrCaller, change: dict[str, Any], word: str) -> None:
    answer = source("POST", "/jobs", json=spec(source, **change))
    assert answer.status_code == 400
    assert word in answer.json()["message"]
    assert len(source.get("/jobs")["data"]) == 1


def test_the_oldest_revisions_want_every_section(modern: Modern) -> None:
    caller = modern("1.1-rev0")
    answer = caller("POST", "/jobs", json={**spec(caller), "schedule": None})
    assert (answer.status_code, "schedule" in answer.json()["message"]) == (400, True)


def test_a_job_moves_while_it_runs(modern: Modern) -> None:
    caller = modern("1.3-rev2")
    caller.server.clock.change({"mode": "polls", "polls": 4})
    job = only_job(caller)

    def state() -> tuple[Any, ...]:
        (row,) = caller.get("/jobs/states")["data"]
        return row["status"], row["lastResult"], row["sessionId"], row["lastRun"]

    assert state() == ("Inactive", "None", None, None)
    session = caller("POST", f"/jobs/{job['id']}/start").json()
    moment = session["creationTime"]
    assert state() == ("Starting", "None", session["id"], moment)
    assert state() == ("Running", "None", session["id"], moment)
    caller.get(f"/sessions/{session['id']}")
    assert state() == ("Stopped", "Success", session["id"], moment)


def test_a_running_job_is_neither_started_nor_deleted(source: VbrCaller) -> None:
    source.server.clock.change({"mode": "polls", "polls": 100})
    path = f"/jobs/{only_job(source)['id']}"
    assert source("POST", f"{path}/start").status_code == 201
    for answer in (source("POST", f"{path}/start"), source("DELETE", path)):
        assert (answer.status_code, "running" in answer.json()["message"]) == (400, True)


@pytest.mark.parametrize(
    ("revision", "right", "wrong"),
    [
        ("1.1-rev0", "gracefullStop", "gracefulStop"),
        ("1.1-rev1", "gracefullStop", "gracefulStop"),
        ("1.1-rev2", "gracefulStop", "gracefullStop"),
        ("1.2-rev1", "gracefulStop", "gracefullStop"),
    ],
)
def test_the_misspelled_field(modern: Modern, revision: str, right: str, wrong: str) -> None:
    caller = modern(revision)
    caller.server.clock.change({"mode": "polls", "polls": 100})
    path = f"/jobs/{only_job(caller)['id']}"
    caller("POST", f"{path}/start")
    assert right in caller("POST", f"{path}/stop", json={wrong: True}).json()["message"]
    stopping = caller("POST", f"{path}/stop", json={right: True})
    assert (stopping.status_code, stopping.json()["state"]) == (201, "Stopping")
    ended = caller.get(f"/sessions/{stopping.json()['id']}")
    assert (ended["state"], ended["result"]["isCanceled"]) == ("Stopped", True)


def test_how_a_run_ends_can_be_chosen(pair: Pair, source: VbrCaller) -> None:
    path = f"/jobs/{only_job(source)['id']}/start"
    for result in ("Warning", "Failed", "Success"):
        pair.source.switch(job_result=result)
        session = source.get(f"/sessions/{source('POST', path).json()['id']}")
        assert session["result"]["result"] == result


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_inventory_in_both_ways(modern: Modern, contract: Contract, revision: str) -> None:
    caller = modern(revision)
    # The question that 1.1 does not know is not in its document either.
    observer = ContractObserver(contract, expected=lambda exchange: exchange.status == 404)
    caller.server.app.observers.append(observer)
    old = caller.get(f"/inventory/vmware/hosts/{VCENTER}", nameFilter="srv0*")["data"]
    assert [row.get("inventoryObject", row)["name"] for row in old] == ["srv01", "srv02"]
    roots = caller.get("/inventory/vmware/hosts")["data"]
    assert VCENTER in [row.get("inventoryObject", row)["name"] for row in roots]
    predicate = {"type": "PredicateExpression", "property": "name", "operation": "Equals", "value": "twin"}
    predicate["operation"] = "equals" if revision < "1.3-rev1" else "Equals"
    answer = caller("POST", f"/inventory/{VCENTER}", json={"filter": predicate, "pagination": {"limit": 1}})
    if revision < "1.2":
        assert answer.status_code == 404
    else:
        assert [row["objectId"] for row in answer.json()["data"]] == ["vm-50001"]
        assert answer.json()["pagination"]["total"] == 2
        assert len(caller("POST", "/inventory", json={}).json()["data"]) == len(roots)
    assert caller("GET", "/inventory/vmware/hosts/esx99").status_code == 404
    assert observer.violations == []


def test_filter_expressions(source: VbrCaller) -> None:
    def names(*items: dict[str, Any], operation: str = "and") -> list[str]:
        filter_ = {"type": "GroupExpression", "operation": operation, "items": list(items)}
        return [row["name"] for row in source("POST", f"/inventory/{VCENTER}", json={"filter": filter_}).json()["data"]]

    def one(name: str, operation: str, value: str) -> dict[str, Any]:
        return {"type": "PredicateExpression", "property": name, "operation": operation, "value": value}

    machines = one("Type", "in", "VirtualMachine, Folder")
    assert names(machines, one("name", "startsWith", "srv")) == ["srv01", "srv02"]
    assert names(one("name", "endsWith", "02"), one("name", "contains", "esx"), operation="or") == [
        "esx03.tech.local",
        "filesrv02",
        "srv02",
    ]
    assert "twin" not in names(machines, one("name", "notEquals", "twin"))
    unknown = source("POST", f"/inventory/{VCENTER}", json={"filter": one("colour", "equals", "red")})
    assert unknown.status_code == 400


def test_a_running_job_is_in_a_snapshot(pair: Pair, source: VbrCaller) -> None:
    pair.source.clock.change({"mode": "polls", "polls": 100})
    session = source("POST", f"/jobs/{only_job(source)['id']}/start").json()
    document = pair.source.snapshot()
    source("POST", f"/sessions/{session['id']}/stop")
    pair.source.restore(document)
    assert source.get(f"/sessions/{session['id']}")["state"] in ("Starting", "Working")
