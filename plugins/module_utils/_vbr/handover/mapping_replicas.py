# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replica jobs that go on with the replicas that are there: which machine is the replica of which. Pure.

A job that maps skips each machine that is not mapped, so that it maps all of its machines or none. No server says what
a replica machine is called: its name is that of the original with the suffix of the job.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..._core.compare import fold, value_at
from ..._core.errors import InvalidInput, quoted
from ..._core.failures import listed
from ..._core.shape import BOOLEAN, STRING, Shape
from ..migration.collection import Record
from ..migration.links import REPORTED

MACHINE = "VirtualMachine"
SUFFIX, HOST = ("jobSettings", "replicaNameSuffix"), ("destination", "host", "hostName")
INCLUDES, MAPPING = ("virtualMachines", "includes"), ("seeding", "replicaMapping")
# What is used of a replica job.
JOB: Mapping[str, Shape] = {
    "virtualMachines": {"includes": [{"name!": STRING, "type": STRING}]},
    "destination": {"host": {"hostName": STRING}},
    "jobSettings": {"replicaNameSuffix": STRING},
    "seeding": {"replicaMapping": {"isEnabled": BOOLEAN, "mappingRules": [{"originalVM": {}, "replicaVM": {}}]}},
}
SKIPPED = "A job that maps replicas skips what is not mapped, so that none is."
# Finds a machine by its host and its name. Raises InvalidInput unless there is exactly one.
Find = Callable[[str, str], Record]


def mapped(model: Mapping[str, Any], replicated: frozenset[str], find: Find) -> dict[str, Any]:
    """A replica job with each of its machines mapped. `replicated` are the folded names of those that have points.

    Raises InvalidInput for a job of which a machine cannot be mapped.
    """
    machines = _machines(model)
    others = [str(one.get("name")) for one in machines if fold(one.get("type")) != fold(MACHINE)]
    if others or not machines:
        raise InvalidInput(f"it does not name machines only, but {listed(others) or 'none'}. {SKIPPED}")
    new = [str(one["name"]) for one in machines if fold(one["name"]) not in replicated]
    if new:
        raise InvalidInput(f"the source has no replica of {listed(list(map(quoted, new)))}. {SKIPPED}")
    suffix, host = str(value_at(model, SUFFIX) or ""), str(value_at(model, HOST) or "")
    if not suffix:
        raise InvalidInput("it has no suffix for the names of its replicas, so that nobody can tell them from others.")
    rules = [{"originalVM": one, "replicaVM": find(host, f"{one['name']}{suffix}")} for one in map(_plain, machines)]
    seeding = model.get("seeding") if isinstance(model.get("seeding"), dict) else {}
    return {**model, "seeding": {**(seeding or {}), "replicaMapping": {"isEnabled": True, "mappingRules": rules}}}


def is_mapped(model: Mapping[str, Any]) -> bool:
    """Whether each machine of a replica job is mapped."""
    mapping = value_at(model, MAPPING)
    if not isinstance(mapping, Mapping) or not mapping.get("isEnabled"):
        return False
    rules = [rule for rule in mapping.get("mappingRules") or () if isinstance(rule, Mapping)]
    known = {fold(value_at(rule, ("originalVM", "name"))) for rule in rules if rule.get("replicaVM")}
    machines = _machines(model)
    return bool(machines) and all(fold(one.get("name")) in known for one in machines)


def _machines(model: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = value_at(model, INCLUDES)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _plain(found: Mapping[str, Any]) -> dict[str, Any]:
    """An inventory object without what a server only reports of it."""
    return {name: value for name, value in found.items() if name not in REPORTED and value is not None}
