# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as JSON, in the spelling of server 12 (PascalCase) or 13 (camelCase), and JSON read in the first of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..shapes.description import Attribute, Kind, Part, Shape, Value
from .xml import Unreadable

TYPE = "application/json"
CONTENT_TYPE = f"{TYPE}; charset=utf-8"
# What the service tells last of an entity, in this order (facts/em.md 4).
LAST = ("Name", "UID", "Links", "Href", "Type")


@dataclass(frozen=True)
class Style:
    """How servers differ: in the case of keys, and in which absent properties and empty lists are null."""

    camel: bool = False
    all_nulls: bool = False
    null_lists: bool = False


def write(shape: Shape, value: Value, style: Style) -> bytes:
    """A document in UTF-8; the name of the root is not told."""
    return json.dumps(_object(shape, value, style), ensure_ascii=False).encode()


def _object(shape: Shape, value: Value, style: Style) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for part in shape.parts:
        if value.get(part.name) is not None:
            told[part.name] = _part(part, value[part.name], style)
        elif part.null or style.all_nulls:
            told[part.name] = None
    for attribute in shape.attributes:
        if value.get(attribute.name) is not None or attribute.null:
            told[attribute.name] = value.get(attribute.name)
    if shape.text:
        told[shape.text] = value[shape.text]
    ordered = sorted(told, key=lambda name: LAST.index(name) if name in LAST else -1)
    key: Callable[[str], str] = camel_case if style.camel else str
    return {key(name): told[name] for name in ordered}


def _part(part: Part, value: Any, style: Style) -> Any:
    of = part.of
    if part.many:
        items = [item if isinstance(of, Kind) else _object(of, item, style) for item in value]
        return items if items or not style.null_lists else None
    return value if isinstance(of, Kind) else _object(of, value, style)


def camel_case(name: str) -> str:
    """As .NET does it: a run of capitals is lowered up to the one that begins the next word (uid, taskId)."""
    letters = list(name)
    for number, letter in enumerate(letters):
        following = letters[number + 1] if number + 1 < len(letters) else ""
        if not letter.isupper() or (number > 0 and following and not following.isupper()):
            break
        letters[number] = letter.lower()
    return "".join(letters)


def read(shape: Shape, document: bytes) -> Value:
    """The value of a document; raises Unreadable on whatever the shape does not know. The order of keys is free."""
    try:
        sent = json.loads(document)
    except ValueError:
        raise Unreadable("not JSON") from None
    value: Value = _value(shape, sent)
    return value


def _value(of: Kind | Shape, sent: Any) -> Any:
    if isinstance(of, Kind):
        return _scalar(of, sent)
    if not isinstance(sent, dict):
        raise Unreadable(f"{of.tag} is not an object")
    known: dict[str, Part | Attribute] = {part.name: part for part in of.parts}
    known |= {attribute.name: attribute for attribute in of.attributes}
    value: Value = {}
    for name, item in sent.items():
        if name == of.text:
            value[name] = item
        elif name not in known:
            raise Unreadable(f"{of.tag} has no {name}")
        elif item is not None:
            value[name] = _taken(known[name], item)
    return value


def _taken(of: Part | Attribute, item: Any) -> Any:
    if isinstance(of, Attribute):
        return _scalar(of.kind, item)
    if not of.many:
        return _value(of.of, item)
    if not isinstance(item, list):
        raise Unreadable(f"{of.name} is not a list")
    return [_value(of.of, each) for each in item]


def _scalar(kind: Kind, sent: Any) -> Any:
    """Flags and numbers may come as text: the vendor's own examples send them so."""
    if isinstance(sent, dict | list):
        raise Unreadable("an object where a value is expected")
    if kind is Kind.FLAG and isinstance(sent, str):
        if sent.lower() not in ("true", "false"):
            raise Unreadable(f"{sent!r} is neither true nor false")
        return sent.lower() == "true"
    if kind is Kind.NUMBER and isinstance(sent, str):
        if not sent.lstrip("-").isdigit():
            raise Unreadable(f"{sent!r} is no number")
        return int(sent)
    return str(sent) if kind is Kind.TEXT else sent
