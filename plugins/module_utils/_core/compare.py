# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing the desired with the actual: field by field, only what is desired, secrets left out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import Any, Generic, TypeVar

from .errors import InvalidInput, quoted
from .times import time_of_day

Found = TypeVar("Found")

# Fields whose letters' case is the user's own; any other single word is an enum, which servers spell as they like.
FREE_TEXT = frozenset({"name", "description", "username", "hint", "notes", "subject", "command"})
# How many names are suggested for a misspelt one, and how like it they have to be.
NEAREST = 3
LIKENESS = 0.5
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
        "clientSecret",
        "communityString",
        "handshakeCode",
        "keyFile",
        "keyOrPassword",
        "newSecretKey",
        "recoveryToken",
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
    """What not to compare, and how: fields by name at any depth, fields by dotted path, lists that are sets.

    `defaults` are values by dotted path that nobody gave: they are no difference where the server says nothing.
    """

    names: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    unordered: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)


def fold(name: Any) -> str:
    """A name as it is compared: character by character without regard to case, as .NET's OrdinalIgnoreCase compares.

    fold("STRASSE") is fold("strasse"), and none of fold("Straße"). Null is like nothing, and true is like True.
    """
    text = str(name if name is not None else "")
    return text.lower() if text.isascii() else "".join(map(_fold_character, text))


@cache
def _fold_character(character: str) -> str:
    """One character for all that have one capital. None becomes two, and none beyond ASCII becomes one of ASCII."""
    if character.isascii():
        return character.lower()
    # Where the capital is two characters, Unicode has a simple one only if it is the title's letter, too.
    capital = next((each for each in (character.upper(), character.title()) if len(each) == 1), character)
    return character if capital.isascii() else capital


def alike(name: str, known: Iterable[str], likeness: float = LIKENESS) -> list[str]:
    """Of the known names the few that a misspelt one may mean, the likest first; case does not count."""
    there = {fold(each): each for each in known}
    return [there[each] for each in difflib.get_close_matches(fold(name), there, NEAREST, likeness)]


def wildcard(text: str) -> re.Pattern[str]:
    """What folded names a text means in which an asterisk stands for anything; use its fullmatch."""
    return re.compile(".*".join(re.escape(part) for part in fold(text).split("*")), re.S)


def means_any(pattern: str, names: Collection[str]) -> bool:
    """Whether a name in which an asterisk stands for anything means one of these folded names."""
    return fold(pattern) in names or ("*" in pattern and any(map(wildcard(pattern).fullmatch, names)))


class Patterns:
    """Names in which an asterisk stands for anything, to be looked up together."""

    def __init__(self, texts: Iterable[str]) -> None:
        every = [*texts]
        self._plain = {fold(text) for text in every if "*" not in text}
        self._wild = [wildcard(text) for text in every if "*" in text]

    def __bool__(self) -> bool:
        return bool(self._plain or self._wild)

    def means(self, name: Any) -> bool:
        """Whether one of them means a name."""
        folded = fold(name)
        return folded in self._plain or any(wanted.fullmatch(folded) for wanted in self._wild)


def closest(found: Iterable[Found], *names: tuple[Any, Callable[[Found], Any]]) -> list[Found]:
    """Of what was found by folded names, that which is written exactly like them, or all where nothing is.

    `names` are pairs of a name and where it stands in what was found, the most important one first.
    """
    left = list(found)
    for name, place in names:
        left = [each for each in left if str(place(each)) == str(name)] or left
    return left


class Names(Generic[Found]):
    """What goes by a name. The exact spelling wins; otherwise a name is found without regard to case."""

    def __init__(self, entries: Iterable[tuple[str, Found]] = ()) -> None:
        self._by_fold: dict[str, dict[str, Found]] = {}
        for name, value in entries:
            self.put(name, value)

    def put(self, name: str, value: Found) -> None:
        self._by_fold.setdefault(fold(name), {})[name] = value

    def setdefault(self, name: str, value: Found) -> Found:
        """What is written exactly so; the value, from now on, if there is nothing."""
        return self._by_fold.setdefault(fold(name), {}).setdefault(name, value)

    def meant(self, name: Any, besides: Container[str] = frozenset()) -> dict[str, Found]:
        """All that a name can mean, by its spelling: nothing, one, or several that differ by case only.

        `besides` are names that are given as well: what is written like one of them is meant by that one.
        """
        alike = self._by_fold.get(fold(name), {})
        if str(name) in alike:
            return {str(name): alike[str(name)]}
        return {other: value for other, value in alike.items() if other not in besides}

    def get(self, name: Any) -> Found | None:
        """What a name means, None if nothing. Raises InvalidInput that names all if it can mean several."""
        found = self.meant(name)
        if len(found) > 1:
            several = ", ".join(map(quoted, sorted(found)))
            raise InvalidInput(f"{quoted(name)} can mean {several}.", "Write it exactly like the one that is meant.")
        return next(iter(found.values()), None)

    def items(self) -> Iterator[tuple[str, Found]]:
        for alike in self._by_fold.values():
            yield from alike.items()

    def __bool__(self) -> bool:
        return bool(self._by_fold)


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
    if desired is None or desired == actual or (actual is None and leave.defaults.get(path) == desired):
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
    return field not in FREE_TEXT and desired.isalnum() and fold(desired) == fold(actual)
