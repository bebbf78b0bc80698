# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as XML, in the one namespace of the service; and XML read without entities or document types."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from ..shapes.description import Attribute, Kind, Part, Shape, Value

NAMESPACE = "http://www.veeam.com/ent/v1.0"
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>'
TYPE = "application/xml"
CONTENT_TYPE = f"{TYPE}; charset=utf-8"


class Unreadable(ValueError):
    """The document is not what the shape says."""


class Disordered(Unreadable):
    """An element is known, but stands where the order of the description does not have it."""


def write(shape: Shape, value: Value) -> bytes:
    """A document in UTF-8; the namespace is told once, at the root."""
    root = _element(shape.tag, shape, value)
    root.attrib = {"xmlns": NAMESPACE, **root.attrib}
    text: bytes = ElementTree.tostring(root, encoding="utf-8")
    return DECLARATION + text


def _element(tag: str, of: Kind | Shape, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(tag)
    if isinstance(of, Kind):
        element.text = _text(value)
        return element
    for attribute in of.attributes:
        if value.get(attribute.name) is not None:
            element.set(attribute.name, _text(value[attribute.name]))
    if of.text:
        element.text = _text(value[of.text])
    for part in of.parts:
        if value.get(part.name) is not None:
            element.extend(_elements(part, value[part.name]))
    return element


def _elements(part: Part, value: Any) -> list[ElementTree.Element]:
    found = [_element(part.element, part.of, each) for each in (value if part.many else [value])]
    if not part.wrapped:
        return found
    wrapper = ElementTree.Element(part.name)
    wrapper.extend(found)
    return [wrapper]


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def read(shape: Shape, document: bytes, ordered: bool = True) -> Value:
    """The value of a document; raises Unreadable on whatever the shape does not know, Disordered on a wrong order."""
    try:
        root: ElementTree.Element = defusedxml.ElementTree.fromstring(document, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise Unreadable(type(error).__name__) from None
    if root.tag != _qualified(shape.tag):
        raise Unreadable(f"the root is not {shape.tag}")
    value: Value = _value(shape, root, ordered)
    return value


def _value(of: Kind | Shape, element: ElementTree.Element, ordered: bool) -> Any:
    if isinstance(of, Kind):
        return _scalar(of, element.text or "")
    value = {each.name: _attribute(each, element) for each in of.attributes if each.name in element.attrib}
    if of.text:
        value[of.text] = (element.text or "").strip()
    known = {_qualified(part.outermost): number for number, part in enumerate(of.parts)}
    last = 0
    for child in element:
        if child.tag not in known:
            raise Unreadable(f"{of.tag} has no {child.tag}")
        number = known[child.tag]
        if ordered and number < last:
            raise Disordered(f"{of.parts[number].name} stands after {of.parts[last].name}")
        last = max(last, number)
        _take(of.parts[number], child, value, ordered)
    return value


def _take(part: Part, child: ElementTree.Element, value: Value, ordered: bool) -> None:
    if not part.many:
        value[part.name] = _value(part.of, child, ordered)
        return
    items = list(child) if part.wrapped else [child]
    value.setdefault(part.name, []).extend(_value(part.of, item, ordered) for item in items)


def _attribute(attribute: Attribute, element: ElementTree.Element) -> Any:
    return _scalar(attribute.kind, element.attrib[attribute.name])


def _scalar(kind: Kind, text: str) -> Any:
    if kind is Kind.FLAG:
        if text.strip().lower() not in ("true", "false", "1", "0"):
            raise Unreadable(f"{text!r} is neither true nor false")
        return text.strip().lower() in ("true", "1")
    if kind is Kind.NUMBER:
        if not text.strip().lstrip("-").isdigit():
            raise Unreadable(f"{text!r} is no number")
        return int(text)
    return text


def _qualified(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"
