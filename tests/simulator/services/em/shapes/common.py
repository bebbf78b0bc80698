# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes that all entities share: links, references, pages, errors."""

from __future__ import annotations

from .description import Attribute, Child, Scalar, Shape, attributes, one, row, wrapped

LINK = Shape("Link", attributes("Rel", "Type", "Href", "Name"))
LINKS = wrapped("Links", "Link", LINK)
ENTITY = attributes("Type", "Href", "Name", "UID")

REFERENCE = Shape("Ref", ENTITY, (LINKS,))
REFERENCES = Shape("EntityReferences", (), (row("Refs", "Ref", REFERENCE),))

PAGES = Shape(
    "PagingInfo",
    tuple(Attribute(name, Scalar.NUMBER) for name in ("PageNum", "PageSize", "PagesCount")),
    (LINKS,),
)

ERROR = Shape(
    "Error",
    (Attribute("Message"), Attribute("StatusCode", Scalar.NUMBER), Attribute("Status", null=True)),
    (one("FirstChanceExceptionMessage", null=True), one("StackTrace", null=True)),
)


def list_of(tag: str, shape: Shape) -> Shape:
    """A collection of entities: its own element, and in JSON a property of the same name (facts/em.md 4)."""
    return Shape(tag, (), (row(tag, shape.tag, shape),))


def query_result(lists: tuple[Shape, ...]) -> Shape:
    """The answer of a query, with the order of its children; `lists` is what may stand under Entities."""
    entities = Shape("Entities", (), tuple(one(shape.tag, shape) for shape in lists))
    children: tuple[Child, ...] = (
        one("Refs", Shape("Refs", (), (row("Refs", "Ref", REFERENCE),)), null=True),
        one("Entities", entities, null=True),
        one("Resources", Shape("Resources"), null=True),
        LINKS,
        one("PagingInfo", PAGES, null=True),
    )
    return Shape("QueryResult", (), children)
