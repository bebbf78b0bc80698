# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The virtual infrastructure behind a server: what its vCenters hold, and whatever its jobs speak of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .estate import Estate
from .kinds import JOBS, MANAGED_SERVERS, Body, same_text
from .shapes.jobs import INVENTORY
from .shapes.rules import values

HOSTS = "viHosts"
# What every vCenter of this world has: type, name, id within it, size.
CONTENT = (
    ("Datacenter", "Prague", "datacenter-21", "N/A"),
    ("Cluster", "cluster01", "domain-c26", "N/A"),
    ("Host", "esx03.tech.local", "host-28", "N/A"),
    ("ResourcePool", "Services", "resgroup-27", "N/A"),
    ("Folder", "Templates", "group-v31", "N/A"),
    ("Datastore", "datastore1", "datastore-29", "2 TB"),
    ("VirtualMachine", "filesrv02", "vm-45006", "43.5 GB"),
    ("VirtualMachine", "srv01", "vm-34739", "120 GB"),
    ("VirtualMachine", "srv02", "vm-32843", "80 GB"),
    # Two machines in two folders may have one name.
    ("VirtualMachine", "twin", "vm-50001", "10 GB"),
    ("VirtualMachine", "twin", "vm-50002", "10 GB"),
)
TOLD = ("type", "hostName", "name", "objectId")


def hosts(estate: Estate) -> Iterator[Body]:
    """The roots: the vCenters and hosts that are managed servers."""
    for row in estate.rows(MANAGED_SERVERS):
        if row["group"] == HOSTS:
            kind = "vCenterServer" if row["body"].get("viHostType") == "VC" else "Host"
            name = row["body"]["name"]
            yield _object(name, kind, name, f"{kind}-{name}", "N/A")


def objects(estate: Estate, host: str) -> list[Body]:
    """What one of them holds, each object once; nothing if there is no such root."""
    root = next((each for each in hosts(estate) if same_text(each["name"], host)), None)
    if root is None:
        return []
    found = [root, *(_object(root["name"], *each) for each in CONTENT)]
    found += [_object(root["name"], vm["type"], vm["name"], vm["objectId"], "N/A") for vm in _spoken_of(estate, host)]
    return list({each["objectId"]: each for each in found}.values())


def knows(estate: Estate, vm: Body) -> bool:
    """Whether an object of a job is one of these, or a job has it already."""
    host = str(vm.get("hostName"))
    there = [*objects(estate, host), *_spoken_of(estate, host)]
    return any(all(same_text(vm.get(name), each[name]) for name in TOLD) for each in there)


def _spoken_of(estate: Estate, host: str) -> Iterator[Body]:
    for row in estate.rows(JOBS):
        for path in INVENTORY:
            for vm in values(row["body"], path):
                if same_text(vm.get("hostName"), host) and vm.get("objectId"):
                    yield vm


def _object(host: str, kind: str, name: str, object_id: str, size: str) -> Any:
    return {
        "platform": "VSphere",
        "type": kind,
        "hostName": host,
        "name": name,
        "objectId": object_id,
        "size": size,
        "urn": f"vc:{host};{kind.lower()}:{object_id}",
    }
