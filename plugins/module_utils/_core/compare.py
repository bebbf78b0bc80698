# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing the desired with the actual: field by field, only what is desired, secrets left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from .times import time_of_day

# Fields whose letters' case is the user's own; any other single word is an enum, which servers spell as they like.
FREE_TEXT = frozenset({"name", "description", "username", "hint", "notes", "subject", "command"})
# Times of day: 4:00 and 04:00 are one, and so is 04:00 AM.
TIME = "ocalTime"
SECRET = frozenset(
    {
        "password",
        "privateKey",
        "passphrase",
        "rootPassword",
        "sharedKey",
        "secretKey",
        "secret",
        "certificate",
    }
)


@dataclass(frozen=True)
class Drift:
    """One field that differs: dotted path, the server's value, the desired value."""

    field: str
    before: Any
    after: Any

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Leave:
    """What not to compare, and how: fields by name at any depth, fields by dotted path, lists that are sets."""

    names: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    unordered: frozenset[str] = frozenset()


def fold(name: Any) -> str:
    """A name as it is compared: without regard to case; null is like nothing, and true is like True."""
    return str(name if name is not None else "").casefold()


def value_at(body: Any, path: Iterable[str]) -> Any:
    """The value at a path of keys, None where there is none: value_at({"a": {"b": 1}}, ("a", "b")) is 1."""
    for step in path:
        body = body.get(step) if isinstance(body, Mapping) else None
    return body


def drift(desired: Mapping[str, Any], actual: Mapping[str, Any], leave: Leave = Leave()) -> list[Drift]:
    """The fields of `desired` that `actual` has otherwise. Null in `desired` leaves the field alone."""
    leave = replace(leave, names=leave.names | SECRET)
    return [found for found in _differences(desired, actual, "", leave) if found.field not in leave.paths]


def _differences(desired: Any, actual: Any, path: str, leave: Leave) -> Iterator[Drift]:
    # Nearly everything is equal, whole branches at a time.
    if desired is None or desired == actual:
        return
    if isinstance(desired, dict):
        there = actual if isinstance(actual, dict) else {}
        for key, value in desired.items():
            if key not in leave.names or isinstance(value, dict):
                yield from _differences(value, there.get(key), f"{path}.{key}" if path else key, leave)
    elif not _same(desired, actual, path, leave):
        yield Drift(path, actual, desired)


def _same(desired: Any, actual: Any, path: str, leave: Leave) -> bool:
    if isinstance(desired, list):
        return _same_list(desired, actual if isinstance(actual, list) else [], path, leave)
    if isinstance(desired, dict):
        return not any(True for _difference in _differences(desired, actual, path, leave))
    if isinstance(desired, str):
        return _same_text(desired, actual, path.rpartition(".")[2])
    return bool(desired == actual or (not desired and actual is None))


def _same_list(desired: list[Any], actual: list[Any], path: str, leave: Leave) -> bool:
    if len(desired) != len(actual):
        return False
    if path in leave.unordered:
        return all(any(_same(one, other, path, leave) for other in actual) for one in desired)
    return all(_same(one, other, path, leave) for one, other in zip(desired, actual, strict=True))


def _same_text(desired: str, actual: Any, field: str) -> bool:
    if actual is None:
        return not desired
    if desired == actual or not isinstance(actual, str):
        return bool(desired == actual)
    if field.endswith(TIME):
        time = time_of_day(desired)
        return time is not None and time == time_of_day(actual)
    return field not in FREE_TEXT and desired.isalnum() and desired.casefold() == actual.casefold()
