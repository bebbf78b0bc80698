# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the kinds of things that Enterprise Manager lists, in one description each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...core.call import Call
from ...core.store import Row
from .estate import Estate
from .links import Link, href, link
from .shapes.description import Kind as Scalar
from .shapes.description import Shape, Value

ENTITY = "?format=Entity"
Linked = Callable[[Call, Estate, Row], list[Link]]


def no_links(call: Call, estate: Estate, row: Row) -> list[Link]:
    return []


@dataclass(frozen=True)
class Column:
    """A property that a query filters and sorts by."""

    value: Callable[[Estate, Row], Any]
    kind: Scalar = Scalar.TEXT


@dataclass(frozen=True)
class Kind:
    """`table` is its place in the store and its path; `up`, `down` and `deeds` are its links, `body` its own parts."""

    type: str
    table: str
    plural: str
    shape: Shape
    collection: Shape
    body: Callable[[Estate, Row], Value]
    columns: Mapping[str, Column]
    up: Linked = no_links
    down: Linked = no_links
    deeds: Linked = no_links
    administrators_only: bool = False

    def path(self, row: Row) -> str:
        return f"{self.table}/{row['id']}"

    def uid(self, row: Row) -> str:
        return uid(self.type, row["id"])

    def reference(self, call: Call, estate: Estate, row: Row) -> Value:
        """How a row is told in lists: its name, and where the rest is."""
        alternate = link(call, "Alternate", self.path(row) + ENTITY, self.type, row["name"])
        links = [*self.up(call, estate, row), alternate, *self.down(call, estate, row)]
        return self._named(call, row, f"{self.type}Reference", "", links)

    def entity(self, call: Call, estate: Estate, row: Row) -> Value:
        """The row whole."""
        alternate = link(call, "Alternate", self.path(row), f"{self.type}Reference", row["name"])
        around = (self.up, self.deeds, self.down)
        up, deeds, down = (of(call, estate, row) for of in around)
        return self._named(call, row, self.type, ENTITY, [*up, alternate, *deeds, *down]) | self.body(estate, row)

    def _named(self, call: Call, row: Row, type_name: str, suffix: str, links: list[Link]) -> Value:
        return {
            "Type": type_name,
            "Href": href(call, self.path(row) + suffix),
            "Name": row["name"],
            "UID": self.uid(row),
            "Links": links,
        }


def uid(type_name: str, row_id: str) -> str:
    """The one form of unique ids (facts/em.md 8)."""
    return f"urn:veeam:{type_name}:{row_id}"
