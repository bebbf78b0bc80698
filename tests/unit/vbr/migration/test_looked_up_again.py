# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has ids of one server only, datastores, computers, objects of a directory, is looked up on the target again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.services.vbr.plain.proxy_names import DEFAULT_PROXY
from simulator.services.vbr.plain.singleton import TABLE
from simulator.services.vbr.rest.directory import GONE, directory_objects
from simulator.services.vbr.rest.table import AD_DOMAINS, PROTECTION_GROUPS
from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.headquarters import Moment, Move, Result, moment, rows
from support.tasks import drive
from support.vbr_caller import VbrCaller

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.1.0.411"
LATENCY = "/api/v1/generalOptions/storageLatency"
STORES = f"{LATENCY}/datastores"
LAPTOPS = "Laptops"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Moment:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        made = Move(pair, tmp_path_factory.mktemp("again") / "bundle")
        made.export()
        return moment(made)


@pytest.fixture
def move(exported: Moment, tmp_path: Path) -> Iterator[Move]:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        yield exported.again(pair, tmp_path)


def latency(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = drive("rest", server, path=LATENCY)["resource"]
    return found


def stores(server: Server) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = latency(server)["storageLatencyControlOptions"]["advancedOptions"]
    return found


def line(result: Result, kind: str, key: str = "") -> dict[str, Any]:
    (found,) = [row for row in result["plan"] if row["kind"] == kind and (not key or row["key"] == key)]
    return dict(found)


def findings(result: Result, kind: str) -> list[dict[str, Any]]:
    return [each for each in result["findings"] if each["kind"] == kind and each["severity"] != "info"]


# --- datastores -------------------------------------------------------------------------------------------------------


def test_a_latency_goes_to_the_datastore_of_its_name(move: Move) -> None:
    result = move.brought_in()

    (made,) = stores(move.pair.target)
    assert result["created"]["datastoreLatencies"] == ["vcenter01.tech.local/datastore1"]
    (there,) = stores(move.pair.source)
    assert {**made, "id": ""} == {**there, "id": ""}
    assert move.brought_in()["changed"] is False


def test_the_setting_itself_names_the_stores_of_its_own_server(move: Move) -> None:
    move.brought_in(on_existing="update")

    (made,) = stores(move.pair.target)
    assert made["id"] != stores(move.pair.source)[0]["id"]
    assert latency(move.pair.target)["storageLatencyControlEnabled"] is True
    again = move.brought_in(on_existing="update")
    assert again["changed"] is False
    assert line(again, "storageLatency")["action"] == "keep"


def test_a_datastore_that_the_target_does_not_know_is_said_before_the_first_write(move: Move) -> None:
    row = move.pair.source.service.store.get(TABLE, LATENCY.lower())
    assert row is not None
    (option,) = row["body"]["storageLatencyControlOptions"]["advancedOptions"]
    option["storageObject"]["name"] = "datastore9"
    move.export()
    # A host that is not there yet cannot be asked.
    move.brought_in(kinds=["credentials", "managedServers"])
    move.pair.target.app.journal.clear()

    result = move.brought_in()

    assert line(result, "datastoreLatencies")["action"] == "blocked"
    (said,) = findings(result, "datastoreLatencies")
    assert said["code"] == "not-in-inventory" and "no Datastore 'datastore9'" in said["message"]
    assert not [each for each in writes(move.pair.target) if STORES in each]


def test_it_follows_its_host_to_another_name(move: Move) -> None:
    renamed = {"vcenter01.tech.local": "vcenter09.tech.local"}

    result = move.bring_in(check=True, rename={"hosts": renamed})

    assert line(result, "datastoreLatencies")["key"] == "vcenter09.tech.local/datastore1"


def test_it_is_changed_and_removed_as_others_are(move: Move) -> None:
    move.brought_in()
    row = move.pair.target.service.store.get(TABLE, LATENCY.lower())
    assert row is not None
    row["body"]["storageLatencyControlOptions"]["advancedOptions"][0]["latencyLimitMs"] = 50
    assert line(move.brought_in(), "datastoreLatencies")["action"] == "drift"

    move.brought_in(on_existing="update")

    assert stores(move.pair.target)[0]["latencyLimitMs"] == 5
    move.hand_over("rolled_back", remove=True)
    assert stores(move.pair.target) == []


def test_a_null_list_of_them_is_an_empty_one(move: Move) -> None:
    body = {"storageLatencyControlEnabled": False, "storageLatencyControlOptions": None}
    move.pair.source.faults.add(do="status", status=200, path=f"{LATENCY}$", body=body, times=0)

    assert move.export()["counts"]["datastoreLatencies"] == 0


def test_a_list_of_them_that_is_none_is_said(move: Move) -> None:
    body = {"storageLatencyControlEnabled": False, "storageLatencyControlOptions": {"advancedOptions": ["x"]}}
    move.pair.source.faults.add(do="status", status=200, path=f"{LATENCY}$", body=body, times=0)

    result = drive("whole_export", move.pair.source, dest=str(move.bundle))

    assert "advancedOptions" in json.dumps(result.get("findings", [])) + str(result.get("msg"))


# --- traffic rules ----------------------------------------------------------------------------------------------------


def test_rules_of_traffic_get_ids_of_the_target(move: Move) -> None:
    drive("rest", move.pair.source, path="/api/v1/trafficRules")
    row = move.pair.source.service.store.get(TABLE, "/api/v1/trafficrules")
    assert row is not None
    ends = dict.fromkeys(("sourceIPStart", "sourceIPEnd", "targetIPStart", "targetIPEnd"), "192.0.2.1")
    row["body"]["trafficRules"] = [{"id": "5f1a6c1e-1d0b-4c57-9a0f-00000000ee01", "name": "Night", **ends}]
    move.export()

    move.brought_in(on_existing="update")

    (rule,) = drive("rest", move.pair.target, path="/api/v1/trafficRules")["resource"]["trafficRules"]
    assert rule["name"] == "Night" and rule["id"] != "5f1a6c1e-1d0b-4c57-9a0f-00000000ee01"
    assert line(move.brought_in(on_existing="update"), "trafficRules")["action"] == "keep"


# --- objects of a directory -------------------------------------------------------------------------------------------


def known(server: Server) -> dict[str, str]:
    """What the target calls the objects of its domain."""
    (domain,) = [
        row for row in server.service.estate.rows(AD_DOMAINS.kind) if row["body"]["serverName"] == "dc01.orion.local"
    ]
    return {each["fullName"]: each["id"] for each in directory_objects(server.service.estate, domain)}


def test_objects_of_a_directory_get_the_ids_of_the_target(move: Move) -> None:
    move.brought_in(stage_anyway=[LAPTOPS])

    (group,) = [row for row in rows(move.pair.target, "agents/protectionGroups") if row["name"] == LAPTOPS]
    found = {each["fullName"]: each["id"] for each in group["activeDirectory"]["objects"]}
    ids = known(move.pair.target)
    assert found == {name: ids[name] for name in found}
    assert len(found) == len(headquarters.LAPTOPS)
    again = move.brought_in(stage_anyway=[LAPTOPS])
    assert again["changed"] is False
    assert line(again, "protectionGroups", LAPTOPS)["action"] == "keep"


@pytest.mark.parametrize("how", ["gone", "twice"])
def test_one_that_is_not_there_or_twice_is_said_before_the_first_write(move: Move, how: str) -> None:
    domains = ["credentials", "adDomains"]
    move.brought_in(kinds=domains)
    target = move.pair.target
    if how == "gone":
        target.service.store.add(GONE, {"name": "laptop01"})
    else:
        twins = [{"id": f"5f1a6c1e-1d0b-4c57-9a0f-00000000dd0{number}"} for number in (1, 2)]
        same = {"fullName": "laptop01", "distinguishedName": "CN=laptop01,DC=orion,DC=local", "type": "Computer"}
        answer = [{**each, **same, "domainId": "x"} for each in twins]
        page = {"data": answer, "pagination": {"total": 2, "count": 2, "skip": 0, "limit": 200}}
        target.faults.add(do="status", status=200, path="/activeDirectory/domains/", body=page, times=0)
    target.app.journal.clear()

    result = move.brought_in(stage_anyway=[LAPTOPS])

    found = line(result, "protectionGroups", LAPTOPS)
    assert found["action"] == "blocked"
    (said,) = [each for each in findings(result, "protectionGroups") if each["key"] == LAPTOPS]
    assert said["code"] == "not-in-inventory" and "laptop01" in said["message"]
    assert LAPTOPS not in {row["body"]["name"] for row in target.service.estate.rows(PROTECTION_GROUPS.kind)}


def test_one_whose_place_changed_is_known_by_its_name(move: Move) -> None:
    (group,) = [
        row for row in move.pair.source.service.estate.rows(PROTECTION_GROUPS.kind) if row["body"]["name"] == LAPTOPS
    ]
    group["body"]["activeDirectory"]["objects"][0]["distinguishedName"] = "CN=laptop01,OU=Old,DC=orion,DC=local"
    move.export()

    result = move.brought_in(stage_anyway=[LAPTOPS])

    assert LAPTOPS in result["created"]["protectionGroups"]


# --- computers, and the proxy that every server has -------------------------------------------------------------------

SCHEDULE = {"runAutomatically": False}
IRIS = {"type": "IrisBackup", "name": "Ward records", "description": "", "schedule": SCHEDULE}
STORE = "Main Big Repository"


def new_job(server: Server, body: dict[str, Any]) -> None:
    caller = VbrCaller(server, "1.3-rev2")
    caller("POST", "/jobs", json=body).raise_for_status()


def job_of(server: Server, name: str) -> dict[str, Any]:
    (found,) = [row for row in rows(server, "jobs") if row["name"] == name]
    whole: dict[str, Any] = drive("rest", server, path=f"/api/v1/jobs/{found['id']}")["resource"]
    return whole


def test_a_computer_that_a_job_names_by_id_gets_the_one_of_the_target(move: Move) -> None:
    entities = rows(move.pair.source, "agents/discoveredEntities")
    (wards,) = [row for row in rows(move.pair.source, "agents/protectionGroups") if row["name"] == "Wards"]
    ward = next(row for row in entities if row["protectionGroupId"] == wards["id"])
    (store,) = [row for row in rows(move.pair.source, "backupInfrastructure/repositories") if row["name"] == STORE]
    storage = {"backupRepositoryId": store["id"]}
    new_job(move.pair.source, {**IRIS, "sources": [{"entityId": ward["id"]}], "storage": storage})
    move.export()

    planned = move.brought_in()

    late = line(planned, "jobs", IRIS["name"])
    assert late["phase"] == "cutover" and "'Wards', which waits for the cutover" in late["reason"]
    move.hand_over()
    move.brought_in(phase="cutover")
    (source,) = job_of(move.pair.target, IRIS["name"])["sources"]
    there = {row["id"]: row["name"] for row in rows(move.pair.target, "agents/discoveredEntities")}
    assert source["entityId"] != ward["id"] and there[source["entityId"]] == ward["name"]
    assert move.brought_in(phase="cutover")["changed"] is False


def test_the_proxy_that_every_server_has_is_that_of_the_target(move: Move) -> None:
    """A link has the key of a proxy, its host, and not the name that all servers give their own one."""
    (own,) = [row for row in rows(move.pair.source, "backupInfrastructure/proxies") if row["name"] == DEFAULT_PROXY]
    example = next(row for row in rows(move.pair.source, "jobs") if row["type"] == "CloudDirectorBackup")
    model = job_of(move.pair.source, example["name"])
    model["storage"]["backupProxies"] = {"autoSelectEnabled": False, "proxyIds": [own["id"]]}
    kept = {name: value for name, value in model.items() if name not in ("id", "isDisabled")}
    new_job(move.pair.source, {**kept, "name": "By our own proxy"})
    move.export()

    move.brought_in()

    (proxy,) = job_of(move.pair.target, "By our own proxy")["storage"]["backupProxies"]["proxyIds"]
    here = {row["id"]: row["name"] for row in rows(move.pair.target, "backupInfrastructure/proxies")}
    assert proxy != own["id"] and here[proxy] == DEFAULT_PROXY
