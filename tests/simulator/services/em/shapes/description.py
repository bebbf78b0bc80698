# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an entity is described: Shape, Attribute, Child, Scalar. Both formats are written and read by one description.

A value is a dict by the names of its attributes and children; one that is missing or None is absent. JSON follows from
XML (facts/em.md 4): the name of the root is dropped, attributes become properties, `<Links><Link/></Links>` a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

Value = dict[str, Any]


class Scalar(Enum):
    """The type of a single value: text, a flag (true or false), or a number, which JSON writes without quotes."""

    TEXT = "text"
    FLAG = "flag"
    NUMBER = "number"


@dataclass(frozen=True)
class Attribute:
    """A property that is an attribute in XML. With `null`, JSON shows it as null when it is absent."""

    name: str
    kind: Scalar = Scalar.TEXT
    null: bool = False


@dataclass(frozen=True)
class Child:
    """A property that is an element in XML.

    A list (`many`) is a row of elements called `tag`, inside an element called `name` if `wrapped`. With `null`, JSON
    shows an absent property as null. A request without a `required` one fails inside the server.
    """

    name: str
    of: Scalar | Shape = Scalar.TEXT
    many: bool = False
    wrapped: bool = False
    tag: str = ""
    null: bool = False
    required: bool = False

    @property
    def element(self) -> str:
        """The name of the XML element of each of its values."""
        return self.tag or self.name

    @property
    def outermost(self) -> str:
        """The name of its outermost XML element."""
        return self.name if self.wrapped else self.element


@dataclass(frozen=True)
class Shape:
    """An entity: attributes and children in the order of XML. `text` is the JSON name of the text of the element."""

    tag: str
    attributes: tuple[Attribute, ...] = ()
    children: tuple[Child, ...] = ()
    text: str = ""


def one(name: str, of: Scalar | Shape = Scalar.TEXT, *, null: bool = False, required: bool = False) -> Child:
    """A property with one value."""
    return Child(name, of, null=null, required=required)


def row(name: str, tag: str, of: Scalar | Shape = Scalar.TEXT) -> Child:
    """A list whose elements stand directly among the others."""
    return Child(name, of, many=True, tag=tag)


def wrapped(name: str, tag: str, of: Scalar | Shape = Scalar.TEXT) -> Child:
    """A list whose elements stand inside a wrapping element, which JSON does not have."""
    return Child(name, of, many=True, wrapped=True, tag=tag)


def attributes(*names: str) -> tuple[Attribute, ...]:
    """Attributes that are text."""
    return tuple(Attribute(name) for name in names)
