# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks one document of Enterprise Manager, XML or JSON, by the tables of `contract.em_entities`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import defusedxml.ElementTree

from .em_entities import CHOICES, ENTITIES, FLAGS, NAMESPACE, NUMBERS, PATTERNS, VALUES, Child, Entity

ONE = 1


def judge_xml(root: str, document: bytes) -> list[str]:
    """What is wrong with a document whose root should be this element."""
    try:
        element: ElementTree.Element = defusedxml.ElementTree.fromstring(document, forbid_dtd=True)
    except ElementTree.ParseError as error:
        return [f"not well-formed: {error}"]
    foreign = [each.tag for each in element.iter() if not each.tag.startswith(f"{{{NAMESPACE}}}")]
    if foreign:
        return [f"{foreign[0]} is not in the namespace of the service"]
    if _name(element) != root:
        return [f"the root is {_name(element)}, not {root}"]
    return list(_element(element))


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _element(element: ElementTree.Element) -> Iterator[str]:
    name = _name(element)
    if name == "Links":
        yield from _links(element)
        return
    entity = ENTITIES.get(name, Entity({}, ()))
    yield from _attributes(name, entity, dict(element.attrib))
    names = [_name(child) for child in element]
    order = [child.element for child in entity.children]
    yield from (f"{name} has no {child}" for child in names if child not in order)
    yield from (
        f"{name} has no {child.element}, which it must"
        for child in entity.children
        if not child.optional and child.element not in names
    )
    yield from (
        f"{name} has {child.element} more than once"
        for child in entity.children
        if not child.many and names.count(child.element) > 1
    )
    if [each for each in order for found in names if found == each] != [each for each in names if each in order]:
        yield f"{name} has its children in the order {' '.join(names)}"
    yield from _one_choice(name, len(names))
    if not entity.children and not names:
        yield from _scalar(name, element.text or "", xml=True)
    for child in element:
        yield from _element(child)


def _links(element: ElementTree.Element) -> Iterator[str]:
    yield from (f"Links holds {_name(child)}" for child in element if _name(child) != "Link")
    for child in element:
        yield from _element(child)


def _attributes(name: str, entity: Entity, found: dict[str, str]) -> Iterator[str]:
    yield from (f"{name} has no attribute {each}" for each in found if each not in entity.attributes)
    missing = [each for each, needed in entity.attributes.items() if needed and each not in found]
    yield from (f"{name} has no attribute {each}, which it must" for each in missing)
    for each, text in found.items():
        yield from _scalar(each, text, xml=True)


def _one_choice(name: str, count: int) -> Iterator[str]:
    if name in CHOICES and count != ONE:
        yield f"{name} holds {count} of its kinds, not one"


def _scalar(name: str, value: Any, xml: bool) -> Iterator[str]:
    """Check one value; in XML numbers and flags are text."""
    if name in FLAGS:
        fine = value in ("true", "false") if xml else isinstance(value, bool)
    elif name in NUMBERS:
        fine = str(value).isdigit() if xml else isinstance(value, int) and not isinstance(value, bool)
    elif name in PATTERNS:
        fine = isinstance(value, str) and PATTERNS[name].fullmatch(value) is not None
    else:
        fine = isinstance(value, str) and value in VALUES.get(name, {value})
    if not fine:
        yield f"{name} is {value!r}"


def judge_json(root: str, document: bytes, camel: bool | None = None) -> list[str]:
    """What is wrong with a document. All its keys have the same case; with `camel` True or False, that one."""
    try:
        value = json.loads(document)
    except ValueError as error:
        return [f"not JSON: {error}"]
    found = _keys(value)
    is_camel = bool(found) and all(key == lowered(key) for key in found)
    if is_camel and camel is not False:
        return list(_object(root, value, lowered))
    return list(_object(root, value, str)) if not camel else [f"the keys are not camelCase: {sorted(found)[:3]}"]


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for each in value.values() for key in _keys(each)}
    return {key for each in value for key in _keys(each)} if isinstance(value, list) else set()


def lowered(name: str) -> str:
    """A name as server 13 writes it, with its first word in lower case: JobType is jobType, UID is uid."""
    capitals = len(name) - len(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    first = capitals if capitals in (0, 1, len(name)) else capitals - 1
    return name[:first].lower() + name[first:]


def _object(name: str, value: Any, convert: Any) -> Iterator[str]:
    entity = ENTITIES[name]
    if not isinstance(value, dict):
        yield f"{name} is no object"
        return
    children = {convert(child.key): child for child in entity.children}
    attributes = {convert(each): needed for each, needed in entity.attributes.items()}
    words = {convert(each): each for each in entity.attributes}
    text = {convert("Value")} if name == "Day" else set()
    yield from (f"{name} has no {key}" for key in value if key not in {*children, *attributes, *text})
    needed = [key for key, child in children.items() if not child.optional]
    needed += [key for key, must in attributes.items() if must]
    yield from (f"{name} has no {key}, which it must" for key in needed if key not in value)
    for key, item in value.items():
        if key in children:
            yield from _child(name, children[key], item, convert)
        elif key in attributes and (item is not None or attributes[key]):
            yield from _scalar(words[key], item, xml=False)
    yield from _one_choice(name, sum(1 for item in value.values() if item is not None))


def _child(name: str, child: Child, item: Any, convert: Any) -> Iterator[str]:
    many = child.many or child.element == "Links"
    if item is None:
        if not (many or child.optional):
            yield f"{name} has null for {child.key}"
        return
    if not many:
        yield from _single(child.element, item, convert)
        return
    if not isinstance(item, list):
        yield f"{name} has no list of {child.element}"
        return
    for each in item:
        yield from _single("Link" if child.element == "Links" else child.element, each, convert)


def _single(element: str, item: Any, convert: Any) -> Iterator[str]:
    if element in ENTITIES:
        yield from _object(element, item, convert)
    else:
        yield from _scalar(element, item, xml=False)
