# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's examples of each type of job and of the kinds of ordinary REST, created in a simulated server.

What an example refers to is put there under the id that it names; then the server takes it, and gives it back.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from simulator.services.vbr.kinds import BY_NAME
from simulator.services.vbr.rest.directory import AD_OBJECTS, directory_objects
from simulator.services.vbr.rest.job_bodies import machines
from simulator.services.vbr.rest.references import references
from simulator.services.vbr.rest.resource import GENERIC
from simulator.services.vbr.rest.table import HOST_TYPES, MOUNT_SERVERS, PROXY_TYPES, ROLES
from simulator.services.vbr.rest.types import TYPES
from simulator.services.vbr.revisions import FIRST_BUILDS, older
from simulator.testing import Server, simulated_pair
from support.vbr_caller import VbrCaller

from . import Contract, ContractObserver
from .samples import sample
from .schemas import component_name

BUILDS = dict(FIRST_BUILDS)
REVISIONS = ("1.3-rev0", "1.3-rev1", "1.3-rev2")
# What every model has and no new object.
ADDED = ("id", "isDisabled")
INFRASTRUCTURE = "/api/v1/backupInfrastructure"
# List -> the kind, and the types of which objects are made here; none: all.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    **{each.path: (each.kind.name, ()) for each in (*GENERIC, MOUNT_SERVERS, ROLES)},
    f"{INFRASTRUCTURE}/managedServers": ("managedServers", tuple(HOST_TYPES)),
    f"{INFRASTRUCTURE}/proxies": ("proxies", tuple(PROXY_TYPES)),
}
# What a new object has and a model has not, and what is a secret or the other way round.
ONLY_NEW = {
    "creationMode",
    "existingAccount",
    "newAccount",
    "clientCertificate",
    "serverCertificate",
    "vmObject",
    "tag",
}
ONLY_NEW |= {"hostId", "setAsDefault", "hvServers"}
VARIANTS = range(6)
AGENT, VM = {"Agent"}, {"VSphere", "VMware", "CloudDirector"}
MEANT = {"HyperVBackup": {"HyperV"}}
# The discriminator of backups has platforms that their enum has not.
OTHER_PLATFORM = "platformName: 'GoogleCloud'"
ANY_ID = "7c1d8a54-41f3-4d5e-8a58-4b1f8e6d3001"
NOTHING = (None, "00000000-0000-0000-0000-000000000000")
UNSAID = (("useAgentManagementCredentials", False),)
SERVERS = {"VSphere": ("viHosts", "ViHost"), "HyperV": ("otherHosts", "HvServer")}
CLOUD = ("cloudDirectorHosts", "CloudDirectorHost")


def answers(document: Mapping[str, Any], path: str) -> Iterator[Any]:
    """The examples of the good answers of a list and of one object, and those of requests."""
    for place in (path, f"{path}/{{id}}"):
        for operation in document["paths"].get(place, {}).values():
            if not isinstance(operation, dict):
                continue
            bodies = [answer for status, answer in operation.get("responses", {}).items() if status.startswith("2")]
            for body in (*bodies, operation.get("requestBody") or {}):
                for content in (body.get("content") or {}).values():
                    yield from _examples(document, content)


def _examples(document: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[Any]:
    if "example" in content:
        yield content["example"]
    for example in content.get("examples", {}).values():
        name = component_name(example.get("$ref", ""))
        yield document["components"]["examples"][name]["value"] if name else example["value"]


def jobs(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each different job of the examples, as it is created: without what only a model has, and without nulls."""
    found: dict[str, dict[str, Any]] = {}
    for answer in answers(document, "/api/v1/jobs"):
        rows = answer["data"] if isinstance(answer.get("data"), list) else [answer]
        for row in rows:
            body = without_nulls({name: value for name, value in row.items() if name not in ADDED})
            for number, copied in enumerate(body.get("secondaryTargets", ())):
                # The examples call both a job and its copies Example Job 1.
                copied["name"] = f"{copied['name']} copy {number}"
                copied.pop("primaryJobId", None)
            if body.get("type") in TYPES and TYPES[body["type"]].since:
                found.setdefault(json.dumps(body, sort_keys=True), body)
    return list(found.values())


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(each) for name, each in value.items() if each is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list) else value


def provide(server: Server, body: dict[str, Any], of: str = "jobs") -> None:
    """Put what an example of a kind refers to into the server."""
    estate, store = server.service.estate, server.service.store
    for _field, row_id, tables in list(references(body, of)):
        if not any(estate.has(table, row_id) for table in tables):
            kind = BY_NAME.get(tables[0])
            if kind is None:
                store.add(tables[0], {"name": row_id, "job": "", "repository": "", "objects": []}, row_id)
            else:
                _stand_in(server, kind.name, row_id)
    for found in of_directories(body):
        # The server has it under an id of its own, which whoever names it has looked up.
        store.add(AD_OBJECTS, {"name": found["fullName"], "type": found["type"]})
        known = directory_objects(estate, estate.get(BY_NAME["adDomains"], found["domainId"]))
        (found["id"],) = {each["id"] for each in known if each["fullName"] == found["fullName"]}
    for machine in machines(body):
        platform = machine.get("platform", "VSphere")
        group, kind_of = SERVERS.get(platform, CLOUD)
        if not estate.named(BY_NAME["managedServers"], machine["hostName"]):
            host = {"name": machine["hostName"], "description": "", "type": kind_of}
            estate.add(BY_NAME["managedServers"], group, host, {}, {})
        store.add("inventoryObjects", {"objectId": "", **machine})
    after = (body.get("schedule") or {}).get("afterThisJob") or {}
    if after.get("isEnabled") and not estate.named(BY_NAME["jobs"], after["jobName"]):
        estate.add(BY_NAME["jobs"], "otherJobs", {"name": after["jobName"], "type": "Unknown"}, {}, {})


def of_directories(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of directories that a body names."""
    if isinstance(value, list):
        for each in value:
            yield from of_directories(each)
    elif isinstance(value, dict) and {"domainId", "fullName"} <= {*value}:
        yield value
    elif isinstance(value, dict):
        yield from of_directories(list(value.values()))


def _stand_in(server: Server, kind: str, row_id: str) -> None:
    group = BY_NAME[kind].groups[-1]
    body = {"name": row_id, "description": "", "type": "Unknown", "path": row_id, "serverName": row_id}
    body |= {"azureTenantId": row_id, "protectionGroupId": row_id, "username": row_id, "uniqueId": row_id}
    server.service.estate.add(BY_NAME[kind], group.name, body, {}, {}, row_id)


def folded(value: Any) -> Any:
    """What is said, letter case apart: the examples have enums in any, ids of zeros, and flags that need no saying."""
    if isinstance(value, dict):
        said = {name: each for name, each in value.items() if (name, each) not in UNSAID and each not in NOTHING}
        return {name: folded(each) for name, each in said.items()}
    if isinstance(value, list):
        return [folded(each) for each in value]
    return value.casefold() if isinstance(value, str) else value


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_job_of_the_examples_can_be_created(contract: Contract, revision: str) -> None:
    refused: dict[str, str] = {}
    changed: dict[str, Any] = {}
    seen = set()
    for number, body in enumerate(jobs(contract.document(revision))):
        with simulated_pair(source_build=BUILDS[revision]) as pair:
            provide(pair.source, body)
            caller = VbrCaller(pair.source, revision)
            answer = caller("POST", "/jobs", json=copy.deepcopy(body))
            seen.add(body["type"])
            if answer.status_code != 201:
                refused[f"{number} {body['type']}"] = answer.text
                continue
            given = {name: value for name, value in without_nulls(answer.json()).items() if name not in ADDED}
            for copied in given.get("secondaryTargets", ()):
                del copied["primaryJobId"]
            if folded(given) != folded(body):
                changed[f"{number} {body['type']}"] = (given, body)
    assert refused == {}
    assert changed == {}
    wanted = {name for name, each in TYPES.items() if each.since and not older(revision, each.since)}
    assert revision != REVISIONS[-1] or seen == wanted


def platforms(value: Any) -> Iterator[str]:
    """The platforms of the objects of inventories in a body."""
    if isinstance(value, dict):
        yield from (each for name, each in value.items() if name == "platform")
        for each in value.values():
            yield from platforms(each)
    elif isinstance(value, list):
        for each in value:
            yield from platforms(each)


def samples(contract: Contract, revision: str) -> Iterator[dict[str, Any]]:
    """Every documented field of each type of job: those with objects of the platform that the type is for."""
    mapping = contract.document(revision)["components"]["schemas"]["JobSpec"]["discriminator"]["mapping"]
    for kind, reference in mapping.items():
        for variant in VARIANTS if kind in TYPES else ():
            body = sample(contract, revision, {"$ref": reference}, variant) | {"type": kind}
            if set(platforms(body)) <= MEANT.get(kind, AGENT if "Agent" in kind else VM):
                yield body


@pytest.mark.parametrize("revision", ("1.2-rev1", *REVISIONS))
def test_every_field_of_every_type_of_job_in_every_revision(contract: Contract, revision: str) -> None:
    found = set()
    for body in samples(contract, revision):
        with simulated_pair(source_build=BUILDS[REVISIONS[-1]]) as pair:
            provide(pair.source, body)
            answer = VbrCaller(pair.source, revision)("POST", "/jobs", json=body)
            assert answer.status_code == 201, (body["type"], answer.text)
            given = {name: value for name, value in answer.json().items() if name in body}
            for each in (*given.get("secondaryTargets", ()), *body.get("secondaryTargets", ())):
                each.pop("primaryJobId", None)
            assert given == {name: value for name, value in body.items() if name in given or name != "isDisabled"}
            pair.source.app.observers.append(judge := ContractObserver(contract))
            for shown_in in ("1.2-rev1", *REVISIONS):
                if not older(shown_in, TYPES[body["type"]].since):
                    VbrCaller(pair.source, shown_in).get(f"/jobs/{answer.json()['id']}")
            assert not [each for each in judge.violations if OTHER_PLATFORM not in each], body["type"]
            found.add(body["type"])
    assert found == {name for name, each in TYPES.items() if each.since and not older(revision, each.since)}


def created(caller: VbrCaller, path: str, body: dict[str, Any]) -> str:
    """Creates an object, waits for it, and returns its id."""
    answer = caller("POST", path, json=body)
    assert answer.status_code == 201, (path, body.get("type"), answer.text)
    made = answer.json()
    if "sessionType" in made:
        made = caller.get(f"/sessions/{made['id']}")
        assert made["result"]["result"] == "Success", (path, body.get("type"), made["result"])
    return str(made.get("resourceId") or made["id"])


def new_objects(contract: Contract, revision: str, path: str, only: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Every documented field of each type of a kind, and the vendor's own examples of new objects."""
    document = contract.document(revision)
    operation = document["paths"].get(path, {}).get("post")
    if operation is None:
        return
    content = operation["requestBody"]["content"]["application/json"]
    component = document["components"]["schemas"][component_name(content["schema"]["$ref"])]
    mapping = (component.get("discriminator") or {}).get("mapping") or {"": content["schema"]["$ref"]}
    for kind, reference in mapping.items():
        for variant in VARIANTS if kind in only or not only else ():
            body = sample(contract, revision, {"$ref": reference}, variant) | ({"type": kind} if kind else {})
            if set(platforms(body)) <= VM | AGENT:
                yield body
    for example in _examples(document, content):
        if set(mapping) == {""} or example.get("type") in (only or mapping):
            yield _mended(without_nulls(example))


def _mended(example: dict[str, Any]) -> dict[str, Any]:
    """An example whose names and ids are ones that a new object can have."""
    changes = {"hostId": example.pop("hostid")} if "hostid" in example else {}
    if example.get("azureTenantId") in NOTHING and "creationMode" in example:
        changes |= {"azureTenantId": ANY_ID}
    if "manageBackups" in example:
        changes |= {"name": f"{example['name']} again"}
    return {**example, **changes}


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("revision", ("1.2-rev1", *REVISIONS))
def test_every_field_of_every_kind_in_every_revision(contract: Contract, revision: str, path: str) -> None:
    kind, only = KINDS[path]
    place = path.removeprefix("/api/v1")
    for body in new_objects(contract, revision, path, only):
        with simulated_pair(source_build=BUILDS[REVISIONS[-1]]) as pair:
            provide(pair.source, body, kind)
            caller = VbrCaller(pair.source, revision)
            one = f"{place}/{created(caller, place, copy.deepcopy(body))}" + ("/details" if kind == "roles" else "")
            pair.source.app.observers.append(
                judge := ContractObserver(contract, expected=lambda each: each.status == 404)
            )
            for shown_in in ("1.2-rev1", *REVISIONS):
                VbrCaller(pair.source, shown_in)("GET", one)
            model = caller.get(one)
            assert set(body) - set(model) <= ONLY_NEW, body.get("type")
            if "put" in contract.document(revision)["paths"].get(f"{path}/{{id}}", {}):
                caller("PUT", one.removesuffix("/details"), json=model).raise_for_status()
                assert caller.get(one) == model
            assert judge.violations == []
            assert pair.source.app.defects == []
