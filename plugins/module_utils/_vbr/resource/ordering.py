# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of objects of one kind that refer to one another: what is referred to comes first. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from ..._core.compare import closest, fold, value_at
from ..._core.errors import InvalidInput, quoted
from ..._core.failures import listed
from ..._core.operation import Params
from ..._core.sequence import Circle, needed_first
from .codecs import Named, Ref
from .payload import ABSENT, label
from .schema import KEY, Field, Resource


def in_order(resource: Resource, items: Sequence[Params]) -> list[Params]:
    """Items of one kind, each after those that it names. Raises InvalidInput if some wait for one another."""
    needs = _needs(resource, items)
    try:
        return [items[number] for number in needed_first(needs)]
    except Circle as circle:
        names = listed([quoted(label(resource, items[number])) for number in circle.members])
        raise InvalidInput(
            f"These items of kind {resource.kind} wait for one another: {names}.", "Let one of them wait for none."
        ) from None


def as_far_as_possible(resource: Resource, items: Sequence[Params]) -> list[Params]:
    """The same order for what a server has; in a circle, the order it came in."""
    try:
        return in_order(resource, items)
    except InvalidInput:
        return list(items)


def _needs(resource: Resource, items: Sequence[Params]) -> dict[int, list[int]]:
    """By the number of each item, the numbers of those it names."""
    called: dict[str, list[tuple[str, int]]] = {}
    keys = [name for name, spec in resource.fields.items() if spec.role is KEY]
    for number, each in enumerate(items):
        for name in (str(each[key]) for key in keys if each.get(key)):
            called.setdefault(fold(name), []).append((name, number))
    return {number: _meant(resource, each, called) for number, each in enumerate(items)}


def _meant(resource: Resource, each: Params, called: Mapping[str, list[tuple[str, int]]]) -> list[int]:
    if each.get("state") == ABSENT:
        return []
    given = _named(resource, resource.fields, each)
    return [number for name in given for _name, number in closest(called.get(fold(name), []), (name, itemgetter(0)))]


def refuse_contradictions(resource: Resource, items: Sequence[Params]) -> None:
    """Raises InvalidInput if an item needs another one that is to go."""
    for number, needed in _needs(resource, items).items():
        for other in (items[each] for each in needed if items[each].get("state") == ABSENT):
            raise InvalidInput(
                f"Item {quoted(label(resource, items[number]))} of kind {resource.kind} needs "
                f"{quoted(label(resource, other))}, which is to be absent.",
                "Let the first need another one, or let the second stay.",
            )


def refuse_circles(resource: Resource, rows: Sequence[Mapping[str, Any]], changed: int, revision: str) -> None:
    """Raises InvalidInput if one of the first `changed` rows waits for itself; `rows` are all as they are going to be.

    What the server has in a circle already is not this task's.
    """
    called = {
        (name, fold(value)): number
        for number, row in enumerate(rows)
        for name, value in row.items()
        if isinstance(value, str)
    }
    needs = [
        [
            called[mark]
            for gives, value in shown_references(resource, resource.fields, row, revision)
            if (mark := (gives, fold(value))) in called
        ]
        for row in rows
    ]
    try:
        needed_first(dict(enumerate(needs)))
    except Circle:
        # Whether one of these is in it is looked for only where there is one.
        starts = range(changed)
    else:
        return
    for start in starts:
        way = _way_back(needs, start)
        if way:
            names = listed([quoted(str(rows[number].get("name"))) for number in way])
            raise InvalidInput(
                f"With this task, objects of kind {resource.kind} would wait for one another: {names}. "
                "Not all of them are items of it: the server has the others so.",
                "Let one of them wait for none.",
            )


def _way_back(needs: Sequence[Sequence[int]], start: int) -> list[int]:
    """The numbers from `start` over what is needed to `start` again; none if no way leads there."""
    came: dict[int, int] = {}
    ahead = [(start, need) for need in needs[start]]
    while ahead:
        before, number = ahead.pop()
        if number in came:
            continue
        came[number] = before
        if number == start:
            way = [start, before]
            while way[-1] != start:
                way.append(came[way[-1]])
            return way[::-1]
        ahead += [(number, need) for need in needs[number]]
    return []


def _own(resource: Resource, ref: Ref | None) -> bool:
    return ref is not None and resource.path in ref.lists


def _named(resource: Resource, fields: Mapping[str, Field], given: Params) -> Iterator[str]:
    """The names of objects of the own kind that options give, at any depth."""
    for name, spec in fields.items():
        value = given.get(name)
        for part in value if isinstance(value, list) else [value]:
            if spec.fields is not None and isinstance(part, Mapping):
                yield from _named(resource, spec.fields, part)
            elif part and _own(resource, spec.ref):
                yield str(part)


def shown_references(
    resource: Resource, fields: Mapping[str, Field], row: Mapping[str, Any], revision: str
) -> Iterator[tuple[str, str]]:
    """What an object says of others of its own kind: a field of theirs and its value, such as a name.

    A reference that is switched off says nothing.
    """
    for name, spec in fields.items():
        flag = spec.flag and value_at(row, spec.flag.part.steps(name, revision))
        if spec.flag and flag is (not spec.flag.given):
            continue
        value = value_at(row, spec.steps(name, revision))
        for part in value if isinstance(value, list) else [value]:
            if spec.fields is not None and isinstance(part, Mapping):
                yield from shown_references(resource, spec.fields, part, revision)
            elif part and spec.ref and _own(resource, spec.ref) and isinstance(part, str | Named):
                yield spec.ref.gives, part.name if isinstance(part, Named) else part
