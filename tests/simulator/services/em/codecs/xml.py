# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as XML in the namespace of the service; XML is read without entities and document types."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from ..shapes.description import Attribute, Child, Scalar, Shape, Value

NAMESPACE = "http://www.veeam.com/ent/v1.0"
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>'
TYPE = "application/xml"
CONTENT_TYPE = f"{TYPE}; charset=utf-8"
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


class Unreadable(ValueError):
    """The document does not have the shape."""


class Disordered(Unreadable):
    """An element of the document stands in the wrong place."""


def write(shape: Shape, value: Value) -> bytes:
    """A document in UTF-8, with the namespace at its root."""
    root = _element(shape.tag, shape, value)
    root.attrib = {"xmlns": NAMESPACE, **root.attrib}
    text: bytes = ElementTree.tostring(root, encoding="utf-8")
    return DECLARATION + text


def _element(tag: str, of: Scalar | Shape, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(tag)
    if isinstance(of, Scalar):
        element.text = _text(value)
        return element
    for attribute in of.attributes:
        if value.get(attribute.name) is not None:
            element.set(attribute.name, _text(value[attribute.name]))
    if of.text:
        element.text = _text(value[of.text])
    for child in of.children:
        if value.get(child.name) is not None:
            element.extend(_elements(child, value[child.name]))
    return element


def _elements(child: Child, value: Any) -> list[ElementTree.Element]:
    found = [_element(child.element, child.of, each) for each in (value if child.many else [value])]
    if not child.wrapped:
        return found
    wrapper = ElementTree.Element(child.name)
    wrapper.extend(found)
    return [wrapper]


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def read(shape: Shape, document: bytes, ordered: bool = True) -> Value:
    """The value of a document; raises Unreadable when it does not have the shape, Disordered on a wrong order."""
    try:
        root: ElementTree.Element = defusedxml.ElementTree.fromstring(document, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise Unreadable(type(error).__name__) from None
    if root.tag != _qualified(shape.tag):
        raise Unreadable(f"the root is not {shape.tag}")
    value: Value = _value(shape, root, ordered)
    return value


def _value(of: Scalar | Shape, element: ElementTree.Element, ordered: bool) -> Any:
    if isinstance(of, Scalar):
        return _scalar(of, element.text or "")
    value = {each.name: _attribute(each, element) for each in of.attributes if each.name in element.attrib}
    if of.text:
        value[of.text] = (element.text or "").strip()
    known = {_qualified(child.outermost): number for number, child in enumerate(of.children)}
    last = 0
    for node in element:
        if node.tag not in known:
            raise Unreadable(f"{of.tag} has no {node.tag}")
        number = known[node.tag]
        if ordered and number < last:
            raise Disordered(f"{of.children[number].name} stands after {of.children[last].name}")
        last = max(last, number)
        _read_child(of.children[number], node, value, ordered)
    return value


def _read_child(child: Child, node: ElementTree.Element, value: Value, ordered: bool) -> None:
    if not child.many:
        value[child.name] = _value(child.of, node, ordered)
        return
    items = list(node) if child.wrapped else [node]
    value.setdefault(child.name, []).extend(_value(child.of, item, ordered) for item in items)


def _attribute(attribute: Attribute, element: ElementTree.Element) -> Any:
    return _scalar(attribute.kind, element.attrib[attribute.name])


def _scalar(kind: Scalar, text: str) -> Any:
    if kind is Scalar.FLAG:
        if text.strip().lower() not in ("true", "false", "1", "0"):
            raise Unreadable(f"{text!r} is neither true nor false")
        return text.strip().lower() in ("true", "1")
    if kind is Scalar.NUMBER:
        if not WHOLE_NUMBER.fullmatch(text.strip()):
            raise Unreadable(f"{text!r} is no number")
        return int(text)
    return text


def _qualified(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"
