# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to falsify one value of an answer, in JSON and in XML, and where in an answer there are values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import defusedxml.ElementTree

# The steps to a value: keys and indexes.
Place = tuple[str | int, ...]
ABSENT, BOM = "absent", "byte order mark"
DEPTH, DIGITS = 90_000, 5_000
# What stands in the place of a value, as JSON text.
IN_JSON = {
    "text": '"falsified"',
    "number": "7",
    "null": "null",
    "list": '["falsified"]',
    "object": '{"falsified": "x"}',
    "boolean": "true",
    "empty text": '""',
    "empty list": "[]",
    "empty object": "{}",
    "digits": "9" * DIGITS,
    "not a number": "NaN",
    "surrogate": '"\\ud800"',
    "deep": "[" * DEPTH + "]" * DEPTH,
}
# The same for a text or an attribute in XML.
IN_XML = {"text": "falsified", "number": "7", "empty text": "", "digits": "9" * DIGITS, "boolean": "true"}
ATTRIBUTE, CHARACTERS, ELEMENTS = "attribute", "characters", "elements"
MARK = "@falsified@"


@dataclass(frozen=True)
class Falsification:
    """One value of one answer, by the number of its exchange and its place, and what is done to it."""

    exchange: int
    place: Place
    how: str


def ways(body: bytes) -> Iterator[tuple[Place, str]]:
    """Every place in a body with each way to falsify it; nothing for a body that is neither JSON nor XML."""
    if not body.strip():
        return
    yield (), BOM
    if body.lstrip().startswith(b"<"):
        yield from _ways_in_element(defusedxml.ElementTree.fromstring(body), ())
        return
    try:
        value = json.loads(body)
    except ValueError:
        return
    for place, actual in _places(value, ()):
        yield from ((place, how) for how, text in IN_JSON.items() if json.dumps(actual) != text)
        if place:
            yield place, ABSENT


def falsified(body: bytes, place: Place, how: str) -> bytes:
    """A body with one value falsified."""
    if how == BOM:
        return b"\xef\xbb\xbf" + body
    if body.lstrip().startswith(b"<"):
        return _falsified_xml(body, place, how)
    holder = {"whole": json.loads(body)}
    *way, last = ("whole", *place)
    found: Any = holder
    for step in way:
        found = found[step]
    if how == ABSENT:
        del found[last]
    else:
        found[last] = MARK
    return json.dumps(holder["whole"]).replace(f'"{MARK}"', IN_JSON.get(how, "")).encode()


def at(value: Any, place: Place) -> Any:
    """What stands at a place of a value. Raises LookupError, TypeError."""
    for step in place:
        value = value[step]
    return value


def replaced(value: Any, place: Place, part: Any) -> Any:
    """A copy of a value with another part at a place."""
    if not place:
        return part
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = replaced(copy[place[0]], place[1:], part)
    return copy


def type_changes(body: bytes, place: Place, how: str) -> bool:
    """Whether the value is of another JSON type afterwards, which no server means in earnest."""
    if how in (BOM, ABSENT, "null", "empty text", "empty list", "empty object") or body.lstrip().startswith(b"<"):
        return False
    found = at(json.loads(body), place)
    if how in ("surrogate", "deep", "digits", "not a number"):
        return how != "surrogate" and not (how == "digits" and _kind(found) == "number")
    return found is not None and _kind(found) != _kind(json.loads(IN_JSON[how]))


def _kind(value: Any) -> str:
    kinds = {bool: "boolean", int: "number", float: "number", str: "text", list: "list", dict: "object"}
    return kinds.get(type(value), "null")


def _places(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Each value; of a list only the first and the last row, which stand for the others."""
    yield place, value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _places(part, (*place, key))
    if isinstance(value, list):
        for index in sorted({0, len(value) - 1}) if value else ():
            yield from _places(value[index], (*place, index))


# -- XML ---------------------------------------------------------------------------------------------------------------


def _ways_in_element(element: ElementTree.Element, place: Place) -> Iterator[tuple[Place, str]]:
    for name in element.attrib:
        yield from (((*place, ATTRIBUTE, name), how) for how in (*IN_XML, ABSENT))
    yield from (((*place, CHARACTERS), how) for how in IN_XML)
    if len(element):
        yield (*place, ELEMENTS), ABSENT
    for index in sorted({0, len(element) - 1}) if len(element) else ():
        yield (*place, index), ABSENT
        yield from _ways_in_element(element[index], (*place, index))


def _falsified_xml(body: bytes, place: Place, how: str) -> bytes:
    root = defusedxml.ElementTree.fromstring(body)
    holder = ElementTree.Element("holder")
    holder.append(root)
    above, element = holder, root
    for at, step in enumerate(place):
        if isinstance(step, int):
            above, element = element, element[step]
        elif step == ATTRIBUTE:
            name = str(place[at + 1])
            element.attrib.pop(name) if how == ABSENT else element.set(name, IN_XML[how])
            break
        elif step == ELEMENTS:
            element[:] = []
        else:
            element.text = IN_XML[how]
            element[:] = []
    if place and isinstance(place[-1], int):
        above.remove(element)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document
