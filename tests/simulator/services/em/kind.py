# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What describes a kind of objects that Enterprise Manager lists, and the links to and from its objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...core.call import Call
from ...core.store import Row
from .estate import Estate
from .shapes.description import Scalar, Shape, Value

ENTITY = "?format=Entity"
Link = dict[str, Any]
Linked = Callable[[Call, Estate, Row], list[Link]]


def href(call: Call, path: str) -> str:
    """The address of a path below /api/, under the host that the client has called."""
    return f"{call.request.host_url}api/{path}"


def link(call: Call, rel: str, path: str, type_name: str | None = None, name: str | None = None) -> Link:
    return {"Rel": rel, "Type": type_name, "Href": href(call, path), "Name": name}


def no_links(call: Call, estate: Estate, row: Row) -> list[Link]:
    return []


@dataclass(frozen=True)
class Column:
    """A property that a query filters and sorts by."""

    value: Callable[[Estate, Row], Any]
    type: Scalar = Scalar.TEXT


@dataclass(frozen=True)
class Kind:
    """A kind of objects. `table` is its table in the store and its path.

    An entity is its name and id, the links `up`, `actions` and `down`, and the properties of `body`.
    """

    type: str
    table: str
    plural: str
    shape: Shape
    collection: Shape
    body: Callable[[Estate, Row], Value]
    columns: Mapping[str, Column]
    up: Linked = no_links
    down: Linked = no_links
    actions: Linked = no_links
    administrators_only: bool = False

    def path(self, row: Row) -> str:
        return f"{self.table}/{row['id']}"

    def uid(self, row: Row) -> str:
        return uid(self.type, row["id"])

    def reference(self, call: Call, estate: Estate, row: Row) -> Value:
        """A row as a reference: its name, and a link to the entity."""
        alternate = link(call, "Alternate", self.path(row) + ENTITY, self.type, row["name"])
        links = [*self.up(call, estate, row), alternate, *self.down(call, estate, row)]
        return self._named(call, row, f"{self.type}Reference", "", links)

    def entity(self, call: Call, estate: Estate, row: Row) -> Value:
        """A row as an entity, whole."""
        alternate = link(call, "Alternate", self.path(row), f"{self.type}Reference", row["name"])
        up, actions, down = (links(call, estate, row) for links in (self.up, self.actions, self.down))
        return self._named(call, row, self.type, ENTITY, [*up, alternate, *actions, *down]) | self.body(estate, row)

    def _named(self, call: Call, row: Row, type_name: str, suffix: str, links: list[Link]) -> Value:
        return {
            "Type": type_name,
            "Href": href(call, self.path(row) + suffix),
            "Name": row["name"],
            "UID": self.uid(row),
            "Links": links,
        }


def uid(type_name: str, row_id: str) -> str:
    """A unique id (facts/em.md 8)."""
    return f"urn:veeam:{type_name}:{row_id}"
