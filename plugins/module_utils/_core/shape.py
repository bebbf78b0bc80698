# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of answers: what a client goes on to use has to be of the type that it takes it for.

A shape is data: `{"id!": STRING, "pagination": {"total": NUMBER}, "data!": [{"name": STRING}]}` is an object with an id
and a list of objects. A mark of exclamation says that a field has to be there; any other may be absent or null. What a
shape does not name may be anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from .answer import Fits, Misfit

STRING, NUMBER, BOOLEAN = "a text", "a number", "true or false"
# One of these three.
PLAIN = "a plain value"
# Whatever there is.
ANYTHING = "anything"
NEEDED = "!"
Shape: TypeAlias = "str | Mapping[str, Shape] | list[Shape]"
TYPES: Mapping[str, type | tuple[type, ...]] = {
    STRING: str,
    NUMBER: (int, float),
    BOOLEAN: bool,
    PLAIN: (str, int, float),
    ANYTHING: object,
}
WHOLE = "the answer"


def shaped(shape: Shape) -> Fits:
    """The check whether an answer is of this shape. It raises Misfit that names the field."""

    def fits(value: Any) -> bool:
        check(value, shape)
        return True

    return fits


def of_shape(value: Any, shape: Shape) -> bool:
    """Whether a value is of this shape, where another one is an answer too."""
    try:
        check(value, shape)
    except Misfit:
        return False
    return True


def check(value: Any, shape: Shape, place: str = "") -> None:
    """Raises Misfit if a value is not of this shape. `place` is where it stands, for the message."""
    if isinstance(shape, str):
        if not isinstance(value, TYPES[shape]) or (shape == NUMBER and isinstance(value, bool)):
            raise Misfit(f"{place or WHOLE} is {called(value)}, not {shape}")
    elif isinstance(shape, Mapping):
        if not isinstance(value, Mapping):
            raise Misfit(f"{place or WHOLE} is {called(value)}, not an object")
        for name, part in shape.items():
            _check_field(value, name, part, place)
    else:
        if not isinstance(value, list):
            raise Misfit(f"{place or WHOLE} is {called(value)}, not a list")
        for part in shape:
            for number, row in enumerate(value):
                check(row, part, f"{place}[{number}]")


def _check_field(value: Mapping[str, Any], name: str, shape: Shape, place: str) -> None:
    field = name.removesuffix(NEEDED)
    inside = f"{place}.{field}" if place else field
    found = value.get(field)
    if name.endswith(NEEDED) and found in (None, ""):
        raise Misfit(f"{inside} is missing")
    if found is not None:
        check(found, shape, inside)


def called(value: Any) -> str:
    """What a value is, in words; the value itself may be long, or secret."""
    if isinstance(value, bool):
        return BOOLEAN
    kinds: tuple[tuple[Any, str], ...] = (
        (str, STRING),
        ((int, float), NUMBER),
        (list, "a list"),
        (Mapping, "an object"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")


def shape_like(value: Any) -> Shape:
    """The shape of a value: what is compared with it has objects, lists and plain values in the same places."""
    if isinstance(value, Mapping):
        return {name: shape_like(part) for name, part in value.items() if part is not None}
    if not isinstance(value, list):
        return PLAIN
    parts = [shape_like(part) for part in value]
    # Several objects in a list need not have the same fields.
    objects = [part for part in parts if isinstance(part, Mapping)]
    return [{name: part for each in objects for name, part in each.items()}] if objects else parts[:1]


def asked_for(identifier: str, field: str = "id") -> Fits:
    """The check whether an object is the one that was asked for by its id."""

    def fits(value: Any) -> bool:
        check(value, {f"{field}{NEEDED}": STRING})
        if value[field].lower() != identifier.lower():
            raise Misfit(f"{field} is another one than the one that was asked for")
        return True

    return fits
