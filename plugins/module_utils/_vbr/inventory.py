# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking up on a server what has ids of that server only: machines, computers, datastores, objects of a directory.

Sources: facts/vbr_beyond_automation.md 2.1 (directories) and 2.2 (inventory objects).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from .._core.compare import fold
from .._core.errors import InvalidInput, quoted
from .._core.shape import STRING, shaped
from .client import Vbr
from .migration import links
from .migration.collection import Record
from .migration.kinds import PROTECTION_GROUPS
from .revisions import VMWARE_UNTIL, in_letters_of, rank

INVENTORY = "/api/v1/inventory"
PHYSICAL = f"{INVENTORY}/physical"
DOMAINS = f"{INVENTORY}/activeDirectory/domains"
MOST_NAMESAKES = 200
# The list of all computers that protection groups have found, and the field that has the id of one.
ENTITIES, ENTITY_ID = "/api/v1/agents/discoveredEntities", "entityId"
ENTITY = {"id!": STRING, "name!": STRING, "protectionGroupId!": STRING, "type": STRING}
IS_INVENTORY = shaped({"data!": [{"type": STRING, "name": STRING, "id": STRING, "objectId": STRING}]})
DIRECTORY_OBJECT = {"id!": STRING, "fullName": STRING, "distinguishedName": STRING, "type": STRING}
# Where a platform shows what holds the files of its machines.
STORES = {"VSphere": "HostsAndDatastores", "HyperV": "HostsAndVolumes"}

Row = dict[str, Any]


class Inventory:
    """What one server can be asked about other systems. `rows` gives the list of a kind."""

    def __init__(self, service: Vbr, rows: Callable[[str], list[Row]]) -> None:
        self.service = service
        self._rows = rows
        self._entities: dict[str, Row] = {}

    def complete(self, found: Record, of_store: bool = False) -> None:
        """Give an inventory object the ids that it has on this server. Raises InvalidInput.

        Those of machines of vSphere are the same on all servers that know their vCenter; a store is asked for anyway.
        """
        if found.get("platform") == "VMware" and rank(self.service.revision) > rank(VMWARE_UNTIL):
            found["platform"] = "VSphere"
        if not (of_store or links.is_looked_up_again(found)):
            return
        agent = found["platform"] == links.AGENT
        rows = self._computers(found) if agent else self._objects_of_host(found, of_store)
        same = [row for row in rows if fold(row.get("name")) == fold(found.get("name"))]
        same = [row for row in same if fold(row.get("type")) == fold(found.get("type"))] or same
        if len(same) != 1:
            where = "its protection group" if agent else found.get("hostName")
            raise InvalidInput(
                f"{where} has {len(same) or 'no'} {found.get('type')} {quoted(found.get('name'))} on the target.",
                "Rescan it there, or correct the name.",
            )
        found.update({key: same[0][key] for key in links.OF_ONE_SERVER if same[0].get(key) is not None})

    def with_computers(self, node: Any) -> Any:
        """The same with an inventory object for each id of a computer that a protection group has found.

        Only jobs of the application InterSystems IRIS name computers so; to complete the object gives the id elsewhere.
        """
        if isinstance(node, list):
            return [self.with_computers(each) for each in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get(ENTITY_ID), str) and not self._entities:
            self._entities = {fold(row["id"]): row for row in self.service.pages(ENTITIES, row=ENTITY)}
        known = self._entities.get(fold(node.get(ENTITY_ID)))
        if not known:
            return {key: self.with_computers(value) for key, value in node.items()}
        kept = {key: known.get(key) for key in ("name", "type", "protectionGroupId")}
        return {**node, ENTITY_ID: {"platform": links.AGENT, **kept}}

    def complete_directory(self, found: Record) -> None:
        """Give an object of a directory the id that it has on this server. Raises InvalidInput.

        It is known by its distinguished name, or, where no object has that, by its name and type.
        """
        path = f"{DOMAINS}/{quote(str(found.get('domainId') or ''), safe='')}"
        name = str(found.get("fullName") or "")
        same = self._alike(found, self.service.pages(path, {"fullNameFilter": name}, row=DIRECTORY_OBJECT))
        # A filter may know patterns, and tell upper from lower case.
        same = same or self._alike(found, self.service.pages(path, row=DIRECTORY_OBJECT))
        if len(same) != 1:
            raise InvalidInput(
                f"the directory has {len(same) or 'no'} {found.get('type')} {quoted(name)} "
                f"({found.get('distinguishedName')}) as the target sees it.",
                "See to it that the domain on the target is the same, or take the object out of the group.",
            )
        found["id"] = same[0]["id"]

    @staticmethod
    def _alike(found: Record, rows: list[Row]) -> list[Row]:
        place = fold(found.get("distinguishedName"))
        here = [row for row in rows if place and fold(row.get("distinguishedName")) == place]
        names = ("fullName", "type")
        return here or [row for row in rows if all(fold(row.get(each)) == fold(found.get(each)) for each in names)]

    def _computers(self, found: Record) -> list[Row]:
        """The computers of a protection group, and the group itself, which can be meant as a whole."""
        group = str(found.get("protectionGroupId") or "")
        body = {"pagination": {"skip": 0, "limit": MOST_NAMESAKES}, "filter": self._named(found)}
        path = f"{PHYSICAL}/{quote(group, safe='')}"
        rows = self.service.call("POST", path, body, writes=False, fits=IS_INVENTORY)["data"]
        groups = [row for row in self._rows(PROTECTION_GROUPS.name) if fold(row["id"]) == fold(group)]
        return [*rows, *({"id": row["id"], "name": row["name"], "type": "ProtectionGroup"} for row in groups)]

    def machine(self, host: str, name: str) -> Record:
        """The only virtual machine of a name in the inventory of a host. Raises InvalidInput."""
        rows = self._objects_of_host({"hostName": host, "name": name})
        same = [row for row in rows if fold(row.get("name")) == fold(name) and row.get("type") == "VirtualMachine"]
        if len(same) != 1:
            raise InvalidInput(f"{host} has {len(same) or 'no'} machine {quoted(name)}.")
        return {key: value for key, value in same[0].items() if key not in links.REPORTED and value is not None}

    def _objects_of_host(self, found: Record, of_store: bool = False) -> list[Row]:
        body: Row = {"pagination": {"skip": 0, "limit": MOST_NAMESAKES}, "filter": self._named(found)}
        hierarchy = STORES.get(str(found.get("platform"))) if of_store else None
        body |= {"hierarchyType": hierarchy} if hierarchy else {}
        path = f"{INVENTORY}/{quote(str(found.get('hostName')), safe='')}"
        rows: list[Row] = self.service.call("POST", path, body, writes=False, fits=IS_INVENTORY)["data"]
        return rows

    @classmethod
    def with_entity_ids(cls, node: Any) -> Any:
        """The same with the id of each completed object that stands where a body has an id."""
        if isinstance(node, list):
            return [cls.with_entity_ids(each) for each in node]
        if not isinstance(node, dict):
            return node
        found = {key: cls.with_entity_ids(value) for key, value in node.items()}
        entity = found.get(ENTITY_ID)
        return {**found, ENTITY_ID: entity.get("id")} if isinstance(entity, dict) else found

    def _named(self, found: Record) -> Row:
        equals = in_letters_of(self.service.revision, "Equals")
        return {"type": "PredicateExpression", "property": "name", "operation": equals, "value": found.get("name")}
