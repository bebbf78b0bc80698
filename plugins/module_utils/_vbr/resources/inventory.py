# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of the virtual infrastructure that jobs and proxies name, completed by what only the server can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ..._core.compare import fold, value_at
from ..._core.errors import InvalidInput, quoted
from ..._core.option import REQUIRED, choice
from ..._core.shape import STRING, shaped
from ..resource.places import Body, Path
from ..resource.schema import Field
from ..revisions import OLD_NAMES_UNTIL, VMWARE_UNTIL, in_letters_of, rank

TYPES = (
    "VirtualMachine",
    "Template",
    "VirtualApp",
    "ResourcePool",
    "Folder",
    "Host",
    "Cluster",
    "ComputeResource",
    "Datacenter",
    "vCenterServer",
    "Datastore",
    "DatastoreCluster",
    "StoragePolicy",
    "Tag",
    "Category",
    "Multitag",
)
# Up to this revision a job shows what it includes together with its size, each in an object of its own.
WRAPPED_UNTIL = OLD_NAMES_UNTIL
# From this revision on the inventory is asked with a POST; the GET of the ones before is of VMware alone.
BROWSED_SINCE = "1.2-rev0"
WRAPPER = "inventoryObject"
# In which view of a server a type of object is found, if not among its hosts and clusters.
VIEWS = {
    **dict.fromkeys(("Folder", "Template"), "VmsAndTemplates"),
    **dict.fromkeys(("Datastore", "DatastoreCluster", "StoragePolicy"), "DatastoresAndVms"),
    **dict.fromkeys(("Tag", "Category", "Multitag"), "VmsAndTags"),
}
MOST_NAMESAKES = 200
IDENTITY = ("type", "hostName", "name", "objectId")
GIVEN_WITH_IT = ("platform", "hostName", "name", "objectId", "urn")
# Where they stand in a job, in a proxy, and in the settings of storage latency.
LISTS = (
    "virtualMachines.includes",
    "virtualMachines.excludes.vms",
    "virtualMachines.excludes.disks",
    "guestProcessing.appAwareProcessing.appSettings",
    "guestProcessing.guestFSIndexing.indexingSettings",
    "guestProcessing.guestCredentials.credentialsPerMachine",
    "server.connectedDatastores.datastores",
    "storageLatencyControlOptions.advancedOptions",
)
# How revisions call vSphere.
VSPHERE_WORDS = ("VMware", "VSphere")
# Under which key an element of a list has the object, where the element is not the object itself.
HOLDERS = ("vmObject", "datastore", "storageObject", WRAPPER)

IS_INVENTORY = shaped({"data!": [{"type": STRING, **dict.fromkeys(GIVEN_WITH_IT, STRING)}]})


def inventory_object(wrapped: bool = False) -> dict[str, Field]:
    """The options of one object; `wrapped` where old revisions put a wrapper around it."""

    def at(key: str) -> Path:
        return Path(key, earlier={WRAPPED_UNTIL: f"{WRAPPER}.{key}"} if wrapped else {})

    return {
        "host_name": Field(REQUIRED, at=at("hostName")),
        "name": Field(REQUIRED, at=at("name")),
        "type": Field(choice(*TYPES, default="VirtualMachine"), at=at("type")),
        "object_id": Field(at=at("objectId")),
    }


def fill(service: Any, body: Body, actual: Mapping[str, Any] | None) -> Body:
    """The payload with the id and the platform of every object in it. Raises InvalidInput for one that is unknown."""
    known = list(_objects(actual or {}))
    for vm in _objects(body):
        vm.update(_completion(service, vm, known))
    if actual is None and rank(service.revision) <= rank(WRAPPED_UNTIL):
        _unwrap(body)
    return body


def complete(service: Any, vm: Body) -> None:
    """Give one object its id and its platform; one of another platform is sent as it stands. Raises InvalidInput."""
    if vm.get("platform") in (None, "", *VSPHERE_WORDS):
        vm.update(_completion(service, vm, []))


def _objects(body: Mapping[str, Any]) -> Iterator[Body]:
    for path in LISTS:
        for element in _list_at(body, path):
            if isinstance(element, dict):
                found = next((element[holder] for holder in HOLDERS if holder in element), element)
                # What settings say of another platform is sent as it stands.
                if isinstance(found, dict) and found.get("platform") in (None, "", *VSPHERE_WORDS):
                    yield found


def _list_at(body: Any, path: str) -> list[Any]:
    found = value_at(body, path.split("."))
    return found if isinstance(found, list) else []


def _completion(service: Any, vm: Body, known: list[Body]) -> Body:
    """What is to be added to an object: from those the job has, or else from the server's inventory."""
    twin = next((other for other in known if _same(vm, other)), None)
    if twin is None and not vm.get("objectId"):
        twin = _found(service, vm)
    own, known_of_it = ({name: each[name] for name in GIVEN_WITH_IT if each.get(name)} for each in (vm, twin or {}))
    # What the job has is compared with itself: it is not given a platform that its server does not say.
    given = {} if twin in known else _platform(service.revision)
    return {**given, **own, **known_of_it}


def _same(desired: Body, other: Body) -> bool:
    """Whether the other object is the desired one, as far as that is named."""
    return all(fold(desired[name]) == fold(other.get(name)) for name in IDENTITY if desired.get(name))


def _platform(revision: str) -> Body:
    """How a revision calls vSphere; the first ones knew nothing else and do not say it."""
    if rank(revision) <= rank(WRAPPED_UNTIL):
        return {}
    return {"platform": "VMware" if rank(revision) <= rank(VMWARE_UNTIL) else "VSphere"}


def _found(service: Any, vm: Body) -> Body:
    """The one object of the inventory that is meant."""
    rows = [row for row in _inventory(service, vm) if _same(vm, row)]
    # Names that differ in case only are the same to a person, but not to vSphere.
    rows = [row for row in rows if row.get("name") == vm.get("name")] or rows
    if len(rows) == 1:
        return rows[0]
    where = f"{vm.get('hostName')} has"
    if rows:
        ids = ", ".join(str(row.get("objectId")) for row in rows)
        raise InvalidInput(
            f"{where} {len(rows)} {vm.get('type')} objects {quoted(vm.get('name'))}: {ids}.", "Give object_id."
        )
    raise InvalidInput(f"{where} no {vm.get('type')} {quoted(vm.get('name'))}.", "Correct the name, or give object_id.")


def _inventory(service: Any, vm: Body) -> list[Body]:
    """The objects of the inventory that bear the name."""
    host, name, view = str(vm.get("hostName")), str(vm.get("name")), VIEWS.get(str(vm.get("type")), "HostsAndClusters")
    root = vm.get("type") == "vCenterServer"
    if rank(service.revision) < rank(BROWSED_SINCE):
        path = "/api/v1/inventory/vmware/hosts" + ("" if root else f"/{quote(host, safe='')}")
        narrow = {"nameFilter": name} if "*" not in name else {}
        rows = service.pages(path, narrow if root else {**narrow, "hierarchyTypeFilter": view})
        return [row[WRAPPER] if isinstance(row.get(WRAPPER), dict) else row for row in rows]
    equals = in_letters_of(service.revision, "Equals")
    question = {
        "pagination": {"skip": 0, "limit": MOST_NAMESAKES},
        "filter": {"type": "PredicateExpression", "property": "name", "operation": equals, "value": name},
    }
    path = "/api/v1/inventory" + ("" if root else f"/{quote(host, safe='')}")
    question |= {} if root else {"hierarchyType": view}
    answer = service.call("POST", path, question, writes=False, fits=IS_INVENTORY)
    return list(answer["data"])


def _unwrap(body: Body) -> None:
    """A new job is sent without the wrappers."""
    for path in LISTS:
        found = _list_at(body, path)
        found[:] = [part.get(WRAPPER, part) if isinstance(part, Mapping) else part for part in found]
