# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's examples and every documented field of the automation section, moved to a server that has the same."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator.demo import TARGET, read_seed
from simulator.services.vbr.estate import seal
from simulator.services.vbr.kind import Body, Group, Reference, name_of
from simulator.services.vbr.kinds import KINDS
from simulator.services.vbr.revisions import FIRST_BUILDS, older
from simulator.services.vbr.shapes.rules import parse, places
from simulator.testing import Server, simulated_pair
from support.estates import exported
from support.tasks import drive

from . import REVISIONS, Contract
from .samples import import_body
from .schemas import component_name

BUILDS = dict(FIRST_BUILDS)
VARIANTS = range(12)
# One in many variants of a job is of the type that is moved.
VARIANTS_OF_JOBS = range(48)
TARGET_HOST, SOURCE_HOST = "backupserver02.tech.local", "srv04.tech.local"
# The schemas allow any type in these lists, and objects of all platforms in a job.
TYPES = {
    "credentials": ("Standard", "Linux"),
    "azureStorage": ("AzureStorage",),
    "azureCompute": ("AzureCompute",),
    "amazon": ("Amazon",),
    "google": ("Google",),
    "proxies": ("ViProxy",),
    "jobs": ("VSphereBackup",),
}
FOREIGN = ("HyperV", "CloudDirector", "Agent", "Nutanix", "Proxmox")

# By kind, each record with its list.
Records = dict[str, list[tuple[Group, Body]]]
BY_NAME = {kind.name: kind for kind in KINDS}


def examples(document: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """The collections that the vendor gives as examples of the export of a kind."""
    answer = document["paths"][f"/api/v1/automation/{kind}/export"]["post"]["responses"]["200"]
    for example in answer["content"]["application/json"].get("examples", {}).values():
        name = component_name(example.get("$ref", ""))
        yield document["components"]["examples"][name]["value"] if name else example["value"]


def records(contract: Contract, revision: str) -> Records:
    """Every record of the examples, and those of each list with every documented field."""
    found: Records = {}
    for kind in KINDS:
        if older(revision, kind.since):
            continue
        variants = VARIANTS_OF_JOBS if kind.name == "jobs" else VARIANTS
        made = (import_body(contract, revision, kind.name, variant) or {} for variant in variants)
        collections = [*examples(contract.document(revision), kind.name), *map(_of_vsphere, made)]
        rows = (
            (group, parse(group.rules, body, revision))
            for group in kind.moving
            for collection in collections
            for body in copy.deepcopy(collection.get(group.name, []))
        )
        found[kind.name] = [(group, body) for group, body in rows if _is_exported(group, body)]
        _distinct(found[kind.name])
    return found


def _of_vsphere(collection: dict[str, Any]) -> dict[str, Any]:
    """The same, with the objects of other platforms as objects of vSphere, which are the only ones that are moved."""
    text = json.dumps(collection)
    for word in FOREIGN:
        text = text.replace(f'"platform": "{word}"', '"platform": "VSphere"')
    found: dict[str, Any] = json.loads(text)
    return found


def _is_exported(group: Group, body: Body) -> bool:
    return group.name not in TYPES or body["type"] in TYPES[group.name]


def _distinct(rows: list[tuple[Group, Body]]) -> None:
    for number, (group, body) in enumerate(rows):
        for name in ("name", "username", "hint", "connectionName", "account", "accessKey"):
            if isinstance(body.get(name), str):
                body[name] = f"{body[name]} {number}"
        if "uniqueId" in body:
            body["uniqueId"] = f"{group.name}-{number}"


def agree(found: Records) -> None:
    """Whatever a record names is there, by the names that it has there."""
    for rows in found.values():
        for number, (group, body) in enumerate(rows):
            for reference in group.references:
                others = found.get(reference.kind, [])
                for container, key in places(body, reference.path) if others else ():
                    container[key] = _named(container[key], reference, others[number % len(others)][1])


def _named(value: Any, reference: Reference, other: Body) -> Any:
    """What stands in the place of a reference to another record."""
    if not reference.name:
        return other["uniqueId"] if reference.path.endswith("UniqueId") else name_of(BY_NAME[reference.kind], other)
    if not isinstance(value, dict):
        return value
    said = {reference.name: name_of(BY_NAME[reference.kind], other)}
    return {**value, **said, **({reference.tag: other["uniqueId"]} if reference.tag else {})}


def fill(server: Server, found: Records) -> None:
    for kind, rows in found.items():
        for group, body in rows:
            server.service.estate.add(BY_NAME[kind], group.name, *seal(group, copy.deepcopy(body)), {})


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_is_there_already_is_kept(
    contract: Contract, revision: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    found = records(contract, revision)
    agree(found)
    seed = json.loads(json.dumps(read_seed(TARGET)).replace(TARGET_HOST, SOURCE_HOST))
    with simulated_pair(source_build=BUILDS[revision], target_build=BUILDS[revision], source_seed=seed) as pair:
        for server in pair.servers:
            fill(server, found)
        bundle = exported(pair, tmp_path / "bundle", api_version=revision)
        for check in (True, False):
            result = drive("import", pair.target, check=check, src=bundle, api_version=revision)
            assert not result.get("failed"), result["msg"]
            assert [item for item in result["plan"] if item["action"] != "keep"] == []
            assert result["changed"] is False
        kept = Counter(item["kind"] for item in result["plan"])
        record_property(revision, dict(kept))
        assert {kind: len(rows) for kind, rows in found.items() if kept[kind] < len(rows)} == {}
