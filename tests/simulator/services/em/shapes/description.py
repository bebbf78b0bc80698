# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words in which an entity is described; from one description both formats are written and read.

A value is a dict by the names of its attributes and parts; what is missing or None is absent. How XML becomes JSON is
told in facts/em.md 4: the root's name is dropped, attributes become properties, `<Links><Link/></Links>` a plain list.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

Value = dict[str, Any]


class Kind(Enum):
    """A scalar: text as it is, a flag as true or false, a number without quotes in JSON."""

    TEXT = "text"
    FLAG = "flag"
    NUMBER = "number"


@dataclass(frozen=True)
class Attribute:
    """A property that is an attribute in XML; one that is `null` is told in JSON even when it is absent."""

    name: str
    kind: Kind = Kind.TEXT
    null: bool = False


@dataclass(frozen=True)
class Part:
    """A property that is an element in XML.

    A list (`many`) is a row of elements called `tag`, inside an element called `name` if `wrapped`. What is `null` is
    told in JSON even when it is absent; a request without what is `required` fails inside the server.
    """

    name: str
    of: Kind | Shape = Kind.TEXT
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
        """The name of the XML element that a reader meets first."""
        return self.name if self.wrapped else self.element


@dataclass(frozen=True)
class Shape:
    """An entity: attributes and parts in the order of XML. `text` is what JSON calls the text of the element."""

    tag: str
    attributes: tuple[Attribute, ...] = ()
    parts: tuple[Part, ...] = ()
    text: str = ""


def one(name: str, of: Kind | Shape = Kind.TEXT, *, null: bool = False, required: bool = False) -> Part:
    """A property with one value."""
    return Part(name, of, null=null, required=required)


def row(name: str, tag: str, of: Kind | Shape = Kind.TEXT) -> Part:
    """A list whose elements stand directly among the others."""
    return Part(name, of, many=True, tag=tag)


def wrapped(name: str, tag: str, of: Kind | Shape = Kind.TEXT) -> Part:
    """A list whose elements stand in one of their own, which JSON does not have."""
    return Part(name, of, many=True, wrapped=True, tag=tag)


def attributes(*names: str) -> tuple[Attribute, ...]:
    """Attributes that are text."""
    return tuple(Attribute(name) for name in names)
