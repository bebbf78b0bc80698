# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replica job is mapped as a whole or not at all: what it lacks is named."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.handover.mapping_replicas import is_mapped, mapped

HOST = "esx.orion.local"


def machine(name: str, kind: str = "VirtualMachine") -> dict[str, Any]:
    return {"platform": "VSphere", "hostName": HOST, "type": kind, "name": name, "objectId": f"id of {name}"}


def model(*includes: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "virtualMachines": {"includes": list(includes)},
        "destination": {"host": machine("esx01", "Host")},
        "jobSettings": {"replicaNameSuffix": "_r", **settings},
    }


def find(host: str, name: str) -> dict[str, Any]:
    assert host == HOST
    return machine(name)


def test_each_machine_is_mapped_and_nothing_that_is_only_reported_is_sent() -> None:
    job = {**model({**machine("a"), "size": "1 GB", "urn": None}, machine("B")), "seeding": {"initialSeeding": {}}}
    made = mapped(job, frozenset({"a", "b"}), find)
    rules = made["seeding"]["replicaMapping"]["mappingRules"]
    assert [(rule["originalVM"]["name"], rule["replicaVM"]["name"]) for rule in rules] == [("a", "a_r"), ("B", "B_r")]
    assert rules[0]["originalVM"] == machine("a") and made["seeding"]["initialSeeding"] == {}
    assert is_mapped(made) and not is_mapped(job)


@pytest.mark.parametrize(
    ("job", "replicated", "said"),
    [
        (model(machine("a"), machine("Shop", "Folder")), {"a"}, "it does not name machines only, but Shop."),
        (model(), {"a"}, "it does not name machines only, but none."),
        (model(machine("a"), machine("b")), {"a"}, "the source has no replica of 'b'."),
        (model(machine("a"), replicaNameSuffix=""), {"a"}, "it has no suffix"),
        (model(machine("a"), replicaNameSuffix=None), {"a"}, "it has no suffix"),
    ],
)
def test_what_cannot_be_mapped_as_a_whole_is_refused(job: dict[str, Any], replicated: set[str], said: str) -> None:
    with pytest.raises(InvalidInput, match=said.replace(".", r"\.")):
        mapped(job, frozenset(replicated), find)


def test_a_machine_that_was_added_since_is_not_mapped() -> None:
    made = mapped(model(machine("a")), frozenset({"a"}), find)
    made["virtualMachines"]["includes"].append(machine("b"))
    assert not is_mapped(made)
    made["virtualMachines"]["includes"].pop()
    made["seeding"]["replicaMapping"]["isEnabled"] = False
    assert not is_mapped(made)
