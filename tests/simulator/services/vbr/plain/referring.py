# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects refer to an object. References are stored as names, so a renamed object is renamed in all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....core.bodies import copy_json
from ....core.store import Row
from ..automation.references import meant
from ..estate import Estate
from ..kind import Body, Kind, Reference, name_of, same_text
from ..kinds import ALL_KINDS, ENCRYPTION_PASSWORDS
from ..rest.references import refers
from ..shapes.rules import Place, places

# An object that refers to another one: its kind, its row, and the reference.
Referrer = tuple[Kind, Row, Reference]


def referrers(estate: Estate, kind: Kind, row: Row) -> Iterator[Referrer]:
    """Every reference to the object, with the object that has it."""
    for other_kind in ALL_KINDS:
        aimed = {
            group.name: [reference for reference in group.references if kind.name in (reference.kind, reference.also)]
            for group in other_kind.groups
        }
        for other in estate.rows(other_kind) if any(aimed.values()) else ():
            for reference in aimed[other["group"]]:
                if other is not row and any(_places(estate, kind, row, reference, other["body"])):
                    yield other_kind, other, reference


def users(estate: Estate, kind: Kind, row: Row) -> list[str]:
    """The objects that refer to this one, each once, as a message names them: `job Backup Job 1`."""
    named = ((other_kind, other) for other_kind, other, _ref in referrers(estate, kind, row))
    found = (
        f"{other_kind.noun} {name_of(other_kind, other['body'])}"
        for other_kind, other in (*named, *holders(estate, str(row["id"])))
    )
    return list(dict.fromkeys(found))


def holders(estate: Estate, row_id: str) -> Iterator[tuple[Kind, Row]]:
    """The objects whose bodies have the id of an object."""
    for kind in ALL_KINDS:
        holding = {group.name for group in kind.groups if group.ids}
        for row in estate.rows(kind) if holding else ():
            if row["group"] in holding and row["id"] != row_id and refers(row["body"], kind.name, row_id):
                yield kind, row


def rename(estate: Estate, kind: Kind, row: Row, body: Body) -> None:
    """Make all references to the object use the name and the unique id of its new body."""
    if _called(kind, row["body"]) == _called(kind, body):
        return
    for other_kind, other, reference in list(referrers(estate, kind, row)):
        changed = copy_json(other["body"])
        for container, key in list(_places(estate, kind, row, reference, changed)):
            container[key] = _pointing(reference, container[key], kind, body)
        estate.replace(other_kind, other, changed, other["secrets"])


def _called(kind: Kind, body: Body) -> tuple[str, Any]:
    """What others may call an object."""
    return name_of(kind, body), body.get("uniqueId")


def _places(estate: Estate, kind: Kind, row: Row, reference: Reference, body: Body) -> Iterator[Place]:
    """The places in a body where the reference means this object."""
    if not meant(reference, body):
        return
    for container, key in places(body, reference.path):
        if _means(estate, kind, row, reference, container[key]):
            yield container, key


def _means(estate: Estate, kind: Kind, row: Row, reference: Reference, value: Any) -> bool:
    if not value:
        return False
    if kind is ENCRYPTION_PASSWORDS:
        return same_text(value, row["body"].get("uniqueId"))
    if not reference.name:
        return bool(estate.id_of(kind, str(value)) == row["id"])
    tag = value.get(reference.tag) if reference.tag else None
    return bool(estate.id_of(kind, str(value.get(reference.name)), tag) == row["id"])


def _pointing(reference: Reference, value: Any, kind: Kind, body: Body) -> Any:
    if kind is ENCRYPTION_PASSWORDS:
        return body.get("uniqueId")
    if not reference.name:
        return name_of(kind, body)
    tag = {reference.tag: body.get("uniqueId")} if reference.tag and value.get(reference.tag) else {}
    return {**value, reference.name: name_of(kind, body), **tag}
