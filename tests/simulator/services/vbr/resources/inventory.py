# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The virtual infrastructure: browsed with GET in all revisions, and with filter expressions since 1.2."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ..bodies import optional_object
from ..errors import bad_request, json_answer, not_found
from ..estate import Estate
from ..kind import Body, same_text
from ..kinds import MANAGED_SERVERS
from ..listing import by_field, page, pattern_matches
from ..machines import mark_of
from ..revisions import TAG_WAVE, older
from ..server import VbrServer, only_since, shape
from ..shapes.infrastructure import inventory_rules
from ..shapes.rules import render

# A row of this table is one more object of a root: {hostName, type, name, objectId}.
FURTHER = "inventoryObjects"
# Type of a managed server -> platform and type of the root that it is.
ROOTS = {
    "ViHost": ("VSphere", "Host"),
    "CloudDirectorHost": ("CloudDirector", "CloudDirectorServer"),
    "HvServer": ("HyperV", "Host"),
    "HvCluster": ("HyperV", "Cluster"),
    "SCVMM": ("HyperV", "Scvmm"),
}
# The content of every vCenter: type, name, id within it, size.
BROWSED_SINCE = "1.2-rev0"
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
FOREIGN_CONTENT = {
    "HyperV": (
        ("VirtualMachine", "payroll01", "5f1a6c1e-1d0b-4c57-9a0f-1c6d7f0a1001", "60 GB"),
        ("VirtualMachine", "intranet02", "5f1a6c1e-1d0b-4c57-9a0f-1c6d7f0a1002", "90 GB"),
        ("Tag", "daily", "5f1a6c1e-1d0b-4c57-9a0f-1c6d7f0a1003", "N/A"),
    ),
    "CloudDirector": (
        ("Organization", "Orion", "urn:vcloud:org:7c1d8a54-41f3-4d5e-8a58-4b1f8e6d2001", "N/A"),
        ("vApp", "shop", "urn:vcloud:vapp:7c1d8a54-41f3-4d5e-8a58-4b1f8e6d2002", "N/A"),
        ("VirtualMachine", "shop-db", "urn:vcloud:vm:7c1d8a54-41f3-4d5e-8a58-4b1f8e6d2003", "75 GB"),
    ),
}


def hosts(estate: Estate) -> Iterator[Body]:
    """The roots of the inventory: the hosts of machines among the managed servers."""
    for row in estate.rows(MANAGED_SERVERS):
        platform, kind = ROOTS.get(row["body"].get("type"), ("", ""))
        if platform:
            kind = "vCenterServer" if row["body"].get("viHostType") == "VC" else kind
            name = row["body"]["name"]
            yield {**_object(name, kind, name, f"{kind}-{name}", "N/A"), "platform": platform}


def objects(estate: Estate, host: str) -> list[Body]:
    """The objects of a root, each once, with those that jobs name; empty when there is no such root."""
    root = next((each for each in hosts(estate) if same_text(each["name"], host)), None)
    if root is None:
        return []
    of_jobs = (each for other in estate.storages.estates for each in other.machines.of(host))
    found = [*_content(estate, root), *(_object(root["name"], *_named(each)) for each in of_jobs)]
    return list(
        {
            (each["type"], each["objectId"], each["name"]): {**each, "platform": root["platform"]} for each in found
        }.values()
    )


def _content(estate: Estate, root: Body) -> Iterator[Body]:
    """What a root has of itself."""
    yield root
    yield from (_object(root["name"], *each) for each in FOREIGN_CONTENT.get(root["platform"], CONTENT))
    for each in (each for other in estate.storages.estates for each in other.records(FURTHER)):
        if same_text(each["hostName"], root["name"]):
            yield _object(root["name"], *_named(each))


def _named(machine: Body) -> tuple[str, str, str, str]:
    return machine["type"], machine["name"], machine["objectId"], "N/A"


def knows(estate: Estate, vm: Body) -> bool:
    """Whether the inventory has an object that a job names, or another job names it already, on whichever server.

    A host that is no root of the inventory has nothing but what jobs name.
    """
    if any(vm in other.machines for other in estate.storages.estates):
        return True
    roots = (each for each in hosts(estate) if same_text(each["name"], vm.get("hostName")))
    return any(mark_of(vm) == mark_of(each) for root in roots for each in _content(estate, root))


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


PATH = "/api/v1/inventory"
COLUMNS = by_field("name", "objectId", "type")
RULES = inventory_rules("shown")
PROPERTIES = (
    "platform",
    "size",
    "hostName",
    "name",
    "type",
    "objectId",
    "urn",
    "id",
    "parentObjectId",
    "protectionGroupId",
)
OPERATIONS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda there, wanted: there == wanted,
    "notequals": lambda there, wanted: there != wanted,
    "contains": lambda there, wanted: wanted in there,
    "startswith": lambda there, wanted: there.startswith(wanted),
    "endswith": lambda there, wanted: there.endswith(wanted),
    "in": lambda there, wanted: there in [part.strip() for part in wanted.split(",")],
}


def _shown(found: Body, revision: str) -> Body:
    """Before 1.2 the size stood beside the object."""
    shown: Body = render(RULES, {"shown": found}, revision)["shown"]
    if not older(revision, TAG_WAVE):
        return shown
    plain = {name: shown[name] for name in ("type", "hostName", "name", "objectId")}
    return {"inventoryObject": plain, "size": found["size"]}


def _objects(server: VbrServer, call: Call, host: str) -> list[Body]:
    found = objects(server.estate, host)
    if not found or (older(shape(call), "1.3-rev0") and found[0]["platform"] == "HyperV"):
        raise not_found(host)
    return found


def list_hosts(server: VbrServer, call: Call) -> Response:
    return _listed(server, call, [each for each in hosts(server.estate) if each["platform"] == "VSphere"])


def list_objects(server: VbrServer, call: Call, host: str) -> Response:
    return _listed(server, call, _objects(server, call, host))


def _listed(server: VbrServer, call: Call, found: list[Body]) -> Response:
    chosen = [each for each in found if _chosen(each, call)]
    return page(chosen, lambda each: _shown(each, shape(call)), call.query, COLUMNS, server.switches.page_size)


def _chosen(found: Body, call: Call) -> bool:
    pattern, kind, object_id = (call.query.get(f"{name}Filter") for name in ("name", "type", "objectId"))
    return (
        (pattern is None or pattern_matches(pattern, found["name"]))
        and kind in (None, found["type"])
        and object_id in (None, found["objectId"])
    )


def browse_hosts(server: VbrServer, call: Call) -> Response:
    old = older(shape(call), "1.3-rev0")
    return browsed(server, call, [each for each in hosts(server.estate) if not (old and each["platform"] == "HyperV")])


def browse_objects(server: VbrServer, call: Call, host: str) -> Response:
    return browsed(server, call, _objects(server, call, host))


def browsed(server: VbrServer, call: Call, found: list[Body], shown: bool = False) -> Response:
    """A page of these objects, narrowed by the expression in the body; `shown` ones are as the revision has them."""
    only_since(call, BROWSED_SINCE)
    question = optional_object(call)
    paging = question.get("pagination") or {}
    skip, limit = paging.get("skip") or 0, paging.get("limit") or server.switches.page_size
    expression = question.get("filter")
    chosen = [each for each in found if expression is None or _fits(each, expression)]
    rows = [each if shown else _shown(each, shape(call)) for each in chosen[skip : skip + limit]]
    pagination = {"total": len(chosen), "count": len(rows), "skip": skip, "limit": limit}
    return json_answer({"data": rows, "pagination": pagination, "hierarchyType": question.get("hierarchyType")})


def _fits(found: Body, expression: Any) -> bool:
    """Whether an object fits a filter expression: a comparison of one property, or expressions joined by and or or."""
    if expression.get("type") == "GroupExpression":
        parts = [_fits(found, part) for part in expression.get("items") or []]
        return all(parts) if str(expression.get("operation")).lower() == "and" else any(parts)
    names = {name.lower(): name for name in PROPERTIES}
    name = names.get(str(expression.get("property")).lower())
    operation = OPERATIONS.get(str(expression.get("operation")).lower())
    if name is None or operation is None:
        raise bad_request("The filter expression is not understood")
    return operation(str(found.get(name)).casefold(), str(expression.get("value")).casefold())


ROUTES = (
    Route("GET", f"{PATH}/vmware/hosts", list_hosts),
    Route("GET", f"{PATH}/vmware/hosts/<host>", list_objects),
    Route("POST", PATH, browse_hosts, reads=True),
    Route("POST", f"{PATH}/<host>", browse_objects, reads=True),
)
