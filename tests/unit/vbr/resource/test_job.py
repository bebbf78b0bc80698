# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as code beyond the quartet: what is there is known again, nothing is lost, and names are looked up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.services.vbr.kinds import JOBS
from simulator.testing import Pair, Server, simulated_pair
from support.estates import exported, secrets_of
from support.falsified import ZERO_ID
from support.quartet import BUILDS
from support.tasks import drive

NAME = "Backup Job 2"
VCENTER = "vcenter02.tech.local"
POOL = {"host_name": VCENTER, "type": "ResourcePool", "name": "likhtarovich"}
SERVER = {"host_name": VCENTER, "name": "srv01"}
# The job of the seed, in the words of the module.
AS_IT_IS: dict[str, Any] = {
    "name": NAME,
    "description": "Created by REST API",
    "high_priority": False,
    "virtual_machines": {
        "includes": [POOL],
        "excludes": {
            "vms": [],
            "disks": [{"vm_object": POOL, "remove_from_vm_configuration": True}],
            "templates": {"enabled": True, "exclude_from_incremental": True},
        },
    },
    "repository": "main big repository",
    "proxies": [],
    "retention": {"type": "RestorePoints", "quantity": 7},
    "backup_mode": "Incremental",
    "encryption_password_hint": "",
    "application_aware_processing": False,
    "guest_indexing": True,
    "guest_credentials": "tech\\username02",
    "schedule": {
        "daily": {"enabled": False, "time": "10:00 PM", "kind": "Everyday"},
        "monthly": {"enabled": True, "time": "22:00", "day_number": "Second", "day_of_week": "Saturday"},
        "periodically": {"enabled": False, "kind": "Hours", "frequency": 24},
        "continuously": False,
        "after_job": "",
        "retry": {"enabled": True, "count": 3, "wait_minutes": 10},
    },
}


@pytest.fixture(params=BUILDS.items(), ids=lambda build: build[0])
def spoken(request: pytest.FixtureRequest, contract: Contract) -> Iterator[tuple[str, Server]]:
    """A revision, and a server with the seed's estate that has it as its newest; every exchange is judged."""
    revision, build = request.param
    observer = ContractObserver(contract)
    with simulated_pair(source_build=build) as pair:
        pair.source.app.observers.append(observer)
        yield revision, pair.source
    # One test sends what no document knows, and calls it so.
    assert [violation for violation in observer.violations if "future" not in violation] == []


@pytest.fixture
def source(pair: Pair) -> Server:
    """A server that speaks 1.2-rev1."""
    return pair.source


def keep(server: Server, check: bool = False, **options: Any) -> dict[str, Any]:
    result = drive("job", server, check=check, **options)
    assert not result.get("failed"), result["msg"]
    return result


def sent(server: Server, method: str = "PUT") -> dict[str, Any]:
    """What was sent last to change or make a job."""
    bodies = [
        entry["body"]
        for entry in server.journal.entries
        if entry["method"] == method and entry["path"].startswith("/api/v1/jobs")
    ]
    return dict(bodies[-1])


def stored(server: Server, name: str = NAME) -> dict[str, Any]:
    return next(row for row in server.service.estate.rows(JOBS) if row["body"]["name"] == name)


def asked_inventory(server: Server) -> int:
    return sum(count for path, count in server.journal.counts.items() if "/inventory" in path)


def test_the_seeds_job_is_known_again(spoken: tuple[str, Server]) -> None:
    _revision, server = spoken
    server.readonly()
    for state in ("present", "enabled"):
        result = keep(server, state=state, **AS_IT_IS)
        assert (result["changed"], result["action"], result["diff"]) == (False, "none", [])
    assert asked_inventory(server) == 0


@pytest.mark.parametrize("builds", [("11.0.1.1261", "12.3.1.1139"), ("12.3.1.1139", "13.1.0.411")], ids=str)
def test_a_migrated_job_is_known_again_and_woken(builds: tuple[str, str], tmp_path: Path) -> None:
    with simulated_pair(source_build=builds[0], target_build=builds[1]) as pair:
        bundle = exported(pair, tmp_path / "bundle")
        imported = drive("import", pair.target, src=bundle, secrets=secrets_of(bundle))
        assert imported["created"]["jobs"] == [NAME]

        pair.target.readonly()
        asleep = {**AS_IT_IS, "schedule": {**AS_IT_IS["schedule"], "run_automatically": False}}
        result = keep(pair.target, state="disabled", **asleep)
        assert (result["changed"], result["diff"]) == (False, [])

        pair.target.readonly(False)
        awake = {**AS_IT_IS, "schedule": {"run_automatically": True}}
        assert keep(pair.target, state="enabled", **awake)["changed"] is True
        assert keep(pair.target, state="enabled", **awake)["changed"] is False
        assert keep(pair.target, **AS_IT_IS)["resource"]["isDisabled"] is False


def test_the_whole_model_of_a_server_changes_nothing_as_settings(spoken: tuple[str, Server]) -> None:
    _revision, server = spoken
    (model,) = drive("info", server, resource="jobs")["resources"]
    server.readonly()
    result = keep(server, name=NAME, settings=model)
    assert (result["changed"], result["diff"]) == (False, [])


def test_names_stand_for_ids_in_settings_at_any_depth(spoken: tuple[str, Server]) -> None:
    _revision, server = spoken
    machine = {"includes": [SERVER]}
    named = {"storage": {"backupRepositoryId": "main big repository"}}
    made = keep(server, name="Free", virtual_machines=machine, settings=named)["resource"]
    stores = drive("info", server, resource="repositories")["resources"]
    assert made["storage"]["backupRepositoryId"] in {
        row["id"] for row in stores if row["name"] == "Main Big Repository"
    }
    server.readonly()
    assert keep(server, name="Free", virtual_machines=machine, settings=named)["changed"] is False
    same = {"storage": {"backupRepositoryId": made["storage"]["backupRepositoryId"]}}
    assert keep(server, name="Free", settings=same)["changed"] is False


def test_a_name_in_settings_that_nothing_has_is_said_with_its_field(pair: Pair) -> None:
    settings = {"guestProcessing": {"guestInteractionProxies": {"proxyIds": ["nobody"]}}}
    result = drive("job", pair.source, name=NAME, settings=settings)
    assert result["failed"]
    assert (
        "settings.guestProcessing.guestInteractionProxies.proxyIds: there is no managedServers 'nobody'"
        in result["msg"]
    )
    assert "enterprise05.tech.local" in result["msg"]


def test_a_new_job_does_not_run_by_itself(spoken: tuple[str, Server]) -> None:
    _revision, server = spoken
    new = {"name": "Quiet", "virtual_machines": {"includes": [SERVER]}, "repository": "Main Big Repository"}
    made = keep(server, **new, schedule={"daily": {"time": "22:00"}})["resource"]
    assert (made["schedule"]["runAutomatically"], made["schedule"]["daily"]["isEnabled"]) == (False, True)
    assert made["isDisabled"] is False
    assert made["storage"]["retentionPolicy"] == {"type": "Days", "quantity": 7}


def test_each_revision_gets_its_own_words(spoken: tuple[str, Server]) -> None:
    revision, server = spoken
    keep(
        server,
        name="Words",
        virtual_machines={"includes": [SERVER]},
        repository="Main Big Repository",
        encryption_password_hint="Long-term archive",
        guest_credentials="linux01",
        schedule={"daily": {"time": "22:30", "days": ["Sunday"]}},
    )
    body = sent(server, "POST")
    old, tagged = revision < "1.3", revision < "1.2"
    assert body["type"] == ("Backup" if old else "VSphereBackup")
    assert body["schedule"]["daily"]["localTime"] == ("10:30 PM" if tagged else "22:30")
    assert body["schedule"]["daily"]["days"] == (["sunday"] if revision < "1.3-rev1" else ["Sunday"])
    (vm,) = body["virtualMachines"]["includes"]
    assert vm["objectId"] == "vm-34739"
    assert vm.get("platform") == (None if tagged else "VMware" if old else "VSphere")
    encryption = body["storage"]["advancedSettings"]["storageData"]["encryption"]
    names = (
        ("encryptionPasswordIdOrNull", "encryptionPasswordTag")
        if tagged
        else (
            "encryptionPasswordId",
            "encryptionPasswordUniqueId",
        )
    )
    assert (set(encryption), encryption["isEnabled"]) == ({"isEnabled", *names}, True)
    guest = body["guestProcessing"]["guestCredentials"]
    guest = guest if old else guest["credentials"]
    assert set(guest) == ({"credsId", "credsType"} if tagged else {"credentialsId", "credentialsType"})


def test_what_nobody_here_knows_survives_an_update(spoken: tuple[str, Server]) -> None:
    _revision, server = spoken
    body = stored(server)["body"]
    body["futureSection"] = {"deep": [1, 2]}
    body["storage"]["futureField"] = "kept"
    body["virtualMachines"]["includes"][0]["futureMark"] = "kept too"

    keep(server, name=NAME, description="New", virtual_machines={"includes": [SERVER, POOL]})

    body = stored(server)["body"]
    assert body["description"] == "New"
    assert (body["futureSection"], body["storage"]["futureField"]) == ({"deep": [1, 2]}, "kept")
    marks = {vm["name"]: vm.get("futureMark") for vm in body["virtualMachines"]["includes"]}
    assert marks == {"srv01": None, "likhtarovich": "kept too"}
    assert "vm-34739" in json.dumps(sent(server))
    assert asked_inventory(server) == 1


def test_only_what_differs_is_shown(source: Server) -> None:
    result = keep(source, name=NAME, retention={"quantity": 9}, schedule={"monthly": {"time": "4:00"}})
    (diff,) = result["diff"]
    assert diff["before"] == {"storage.retentionPolicy.quantity": 7, "schedule.monthly.localTime": "22:00"}
    assert diff["after"] == {"storage.retentionPolicy.quantity": 9, "schedule.monthly.localTime": "04:00"}


@pytest.mark.parametrize("times", [("4:00", "04:00:00"), ("04:00 AM", "4:00")], ids=str)
def test_one_time_has_many_spellings(source: Server, times: tuple[str, str]) -> None:
    there, desired = times
    stored(source)["body"]["schedule"]["daily"]["localTime"] = there
    source.readonly()
    assert keep(source, name=NAME, schedule={"daily": {"time": desired}})["changed"] is False


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"repository": "Main"}, ("repository", "no backup repository 'Main'", "Main Big Repository")),
        ({"proxies": ["nobody"]}, ("proxies", "no backup proxy 'nobody'", "enterprise05.tech.local")),
        ({"encryption_password_hint": "none"}, ("encryption_password_hint", "Long-term archive")),
        ({"guest_credentials": "nobody"}, ("guest_credentials", "no credentials record 'nobody'", "username01")),
        ({"schedule": {"after_job": "none"}}, ("after_job", "no job 'none'", NAME)),
        ({"schedule": {"daily": {"time": "25:00"}}}, ("25:00", "no time of day")),
        # What YAML makes of 22:30 without quotes.
        ({"schedule": {"daily": {"time": "1350"}}}, ("no time of day", "in quotes", '"22:30"')),
        ({"schedule": {"monthly": {"last_day": True}}}, ("last_day needs API revision 1.3-rev0",)),
        ({"virtual_machines": {"includes": [{**SERVER, "name": "srv99"}]}}, ("no VirtualMachine 'srv99'", VCENTER)),
        ({"virtual_machines": {"includes": [{**SERVER, "name": "twin"}]}}, ("vm-50001", "vm-50002", "object_id")),
        ({"virtual_machines": {"includes": [{**SERVER, "host_name": "esx99"}]}}, ("esx99",)),
    ],
    ids=lambda part: part[0] if isinstance(part, tuple) else None,
)
def test_a_miss_says_what_there_is(source: Server, options: dict[str, Any], words: tuple[str, ...]) -> None:
    source.readonly()
    result = drive("job", source, name=NAME, **options)
    assert result.get("failed") is True
    assert not [word for word in words if word not in result["msg"]], result["msg"]


def test_a_new_job_without_what_it_needs_is_refused_before_anything_is_sent(source: Server) -> None:
    source.readonly()
    result = drive("job", source, check=True, name="Nightly")
    assert "There is no job 'Nightly', and to make it virtual_machines, repository is needed" in result["msg"]


def test_a_job_that_others_follow_stays(source: Server) -> None:
    options = {"virtual_machines": {"includes": [SERVER]}, "repository": "Main Big Repository"}
    keep(source, name="Follower", schedule={"after_job": NAME}, **options)
    result = drive("job", source, name=NAME, state="absent")
    assert "in use by job 'Follower'" in result["msg"]


def test_a_lost_answer_makes_no_second_job(source: Server) -> None:
    source.faults.add(do="drop_after", method="POST", path="/jobs$")
    options = {"virtual_machines": {"includes": [SERVER]}, "repository": "Main Big Repository"}
    result = keep(source, name="Once", **options)
    assert (result["changed"], result["resource"]["name"]) == (True, "Once")
    assert source.journal.counts["POST /api/v1/jobs"] == 1


@pytest.mark.parametrize("kind", ["Folder", "Datastore", "vCenterServer"])
def test_containers_are_found_in_their_own_view(spoken: tuple[str, Server], kind: str) -> None:
    _revision, server = spoken
    name = {"Folder": "Templates", "Datastore": "datastore1", "vCenterServer": VCENTER}[kind]
    includes = [{"host_name": VCENTER, "type": kind, "name": name}]
    keep(server, name="Container", virtual_machines={"includes": includes}, repository="Main Big Repository")
    assert stored(server, "Container")["body"]["virtualMachines"]["includes"][0]["type"] == kind


def test_an_id_of_zeros_is_none_and_goes_back_as_it_came(spoken: tuple[str, Server]) -> None:
    _revision, server = spoken
    server.switch(zero_ids="on")
    sent: list[Any] = []
    server.app.observers.append(lambda exchange: sent.append(exchange.json) if exchange.method == "PUT" else None)
    assert keep(server, **AS_IT_IS)["changed"] is False
    keep(server, name=NAME, description="Another")
    encryption = sent[0]["storage"]["advancedSettings"]["storageData"]["encryption"]
    assert ZERO_ID in (encryption.get("encryptionPasswordId"), encryption.get("encryptionPasswordIdOrNull"))
    for hint in ("Long-term archive", ""):
        wanted = {"name": NAME, "encryption_password_hint": hint}
        assert keep(server, **wanted)["changed"] is True
        assert keep(server, **wanted)["changed"] is False
        assert keep(server, check=True, **wanted)["changed"] is False
