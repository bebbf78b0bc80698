# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as JSON: written with the keys of server 12 (PascalCase) or 13 (camelCase), read with those of server 12."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ....core.bodies import read_json
from ..shapes.description import Attribute, Child, Scalar, Shape, Value
from .xml import WHOLE_NUMBER, Unreadable

TYPE = "application/json"
CONTENT_TYPE = f"{TYPE}; charset=utf-8"
# The properties that the service writes last, in this order (facts/em.md 4).
LAST = ("Name", "UID", "Links", "Href", "Type")


@dataclass(frozen=True)
class Style:
    """How servers differ: the case of keys, and whether absent properties and empty lists are null."""

    camel: bool = False
    all_nulls: bool = False
    null_lists: bool = False


def write(shape: Shape, value: Value, style: Style) -> bytes:
    """A document in UTF-8. JSON has no name for the root."""
    return json.dumps(_object(shape, value, style), ensure_ascii=False).encode()


def _object(shape: Shape, value: Value, style: Style) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for child in shape.children:
        if value.get(child.name) is not None:
            written[child.name] = _part(child, value[child.name], style)
        elif child.null or style.all_nulls:
            written[child.name] = None
    for attribute in shape.attributes:
        if value.get(attribute.name) is not None or attribute.null:
            written[attribute.name] = value.get(attribute.name)
    if shape.text:
        written[shape.text] = value[shape.text]
    ordered = sorted(written, key=lambda name: LAST.index(name) if name in LAST else -1)
    key: Callable[[str], str] = camel_case if style.camel else str
    return {key(name): written[name] for name in ordered}


def _part(child: Child, value: Any, style: Style) -> Any:
    of = child.of
    if child.many:
        items = [item if isinstance(of, Scalar) else _object(of, item, style) for item in value]
        return items if items or not style.null_lists else None
    return value if isinstance(of, Scalar) else _object(of, value, style)


def camel_case(name: str) -> str:
    """Lower the first capitals of a name as .NET does: UID is uid, TaskId is taskId, UIDList is uidList."""
    letters = list(name)
    for number, letter in enumerate(letters):
        next_letter = letters[number + 1] if number + 1 < len(letters) else ""
        if not letter.isupper() or (number > 0 and next_letter and not next_letter.isupper()):
            break
        letters[number] = letter.lower()
    return "".join(letters)


def read(shape: Shape, document: bytes) -> Value:
    """The value of a document, with keys in any order; raises Unreadable on a key that the shape does not have."""
    try:
        sent = read_json(document)
    except ValueError:
        raise Unreadable("not JSON") from None
    value: Value = _value(shape, sent)
    return value


def _value(of: Scalar | Shape, sent: Any) -> Any:
    if isinstance(of, Scalar):
        return _scalar(of, sent)
    if not isinstance(sent, dict):
        raise Unreadable(f"{of.tag} is not an object")
    known: dict[str, Child | Attribute] = {child.name: child for child in of.children}
    known |= {attribute.name: attribute for attribute in of.attributes}
    value: Value = {}
    for name, item in sent.items():
        if name == of.text:
            value[name] = item
        elif name not in known:
            raise Unreadable(f"{of.tag} has no {name}")
        elif item is not None:
            value[name] = _read_property(known[name], item)
    return value


def _read_property(of: Child | Attribute, item: Any) -> Any:
    if isinstance(of, Attribute):
        return _scalar(of.kind, item)
    if not of.many:
        return _value(of.of, item)
    if not isinstance(item, list):
        raise Unreadable(f"{of.name} is not a list")
    return [_value(of.of, each) for each in item]


def _scalar(kind: Scalar, sent: Any) -> Any:
    """Read one value. Flags and numbers may be text: the vendor's own examples send them so."""
    if isinstance(sent, dict | list):
        raise Unreadable("an object where a value is expected")
    if kind is Scalar.TEXT:
        return str(sent)
    text = str(sent).lower()
    if kind is Scalar.FLAG:
        if text not in ("true", "false"):
            raise Unreadable(f"{sent!r} is neither true nor false")
        return text == "true"
    if not WHOLE_NUMBER.fullmatch(text):
        raise Unreadable(f"{sent!r} is no number")
    return int(text)
