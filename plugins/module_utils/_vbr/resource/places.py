# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a value stands in a payload, when it exists there, and how it is put there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._core.compare import SECRET, drift
from ..revisions import in_force, rank

Body = dict[str, Any]
# By this a server may say that there is no object.
NO_ID = "00000000-0000-0000-0000-000000000000"
Steps = tuple[str, ...]


@dataclass(frozen=True)
class Path:
    """A dotted path in a payload: Path("storage.retentionPolicy"); `""` is the option's name in camelCase.

    Where these differ, `earlier` has the older paths by the last revision that had them, and `on_create` is the path in
    the payload of a new object.
    """

    dotted: str = ""
    earlier: Mapping[str, str] = field(default_factory=dict)
    on_create: str = ""

    def steps(self, name: str, revision: str) -> Steps:
        """The keys of the path, from the top of the payload of a revision."""
        return _steps(in_force(self.earlier, revision) or self.dotted or camel(name))

    @property
    def created(self) -> Steps:
        return _steps(self.on_create)


def _steps(dotted: str) -> Steps:
    return tuple(dotted.split("."))


@dataclass(frozen=True)
class When:
    """When a value exists: the first and the last revision that have it, and the types of object that have it.

    `choices` says since when there are choices that did not come with the value.
    """

    since: str = ""
    until: str = ""
    types: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)

    def in_revision(self, revision: str) -> bool:
        return rank(self.since) <= rank(revision) <= rank(self.until or revision)


EVERYWHERE = When()


@dataclass(frozen=True)
class Part:
    """A place beside the value of an option: a part of a reference, or the flag that says whether there is one."""

    at: Path | str = ""
    when: When = EVERYWHERE

    def steps(self, name: str, revision: str) -> Steps:
        return as_path(self.at).steps(name, revision)


def as_path(at: Path | str) -> Path:
    """A path, also where only its dotted form was written."""
    return at if isinstance(at, Path) else Path(at)


def camel(name: str) -> str:
    """snake_case as payloads have it: backup_repository is backupRepository."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Body:
    """`base` with `over` laid upon it: objects are merged, all else is replaced; null in `over` leaves `base` alone.

    Of a list in `over`, an object that `base` has with further fields is taken from `base`.
    """
    merged = dict(base)
    for key, value in over.items():
        there = merged.get(key)
        if isinstance(value, Mapping):
            merged[key] = merge(there if isinstance(there, Mapping) else {}, value)
        elif isinstance(value, list) and isinstance(there, list):
            merged[key] = [_fuller(part, there) for part in value]
        elif value is not None:
            merged[key] = value
    return merged


def _fuller(element: Any, there: list[Any]) -> Any:
    """The object of a list that has all that this element has, with its secrets; the element if there is none."""
    objects = (part for part in there if isinstance(element, Mapping) and isinstance(part, Mapping))
    found = next((part for part in objects if not drift(element, part)), None)
    return element if found is None else _with_secrets(found, element)


def _with_secrets(found: Mapping[str, Any], given: Mapping[str, Any]) -> Body:
    """An object with the secrets that another one has in their places."""
    left = dict(found)
    for key, value in given.items():
        if is_secret(key, value):
            left[key] = value
        elif isinstance(value, Mapping):
            there = found.get(key)
            left[key] = _with_secrets(there if isinstance(there, Mapping) else {}, value)
    return left


def is_secret(key: str, value: Any) -> bool:
    """Whether this is a secret, by its name."""
    return key in SECRET and isinstance(value, str) and bool(value)


def without_secrets(value: Any) -> Any:
    """What a server has or gets, without the secrets in it: some servers show theirs."""
    if isinstance(value, Mapping):
        return {key: without_secrets(part) for key, part in value.items() if not is_secret(key, part)}
    return [without_secrets(part) for part in value] if isinstance(value, list) else value


def put(body: Body, path: Steps, value: Any) -> None:
    """Put a value into a payload; an object is merged into the one that stands there."""
    for step in path[:-1]:
        body = body.setdefault(step, {})
    there = body.get(path[-1])
    body[path[-1]] = merge(there, value) if isinstance(there, dict) and isinstance(value, dict) else value


def take(body: Body, path: Steps) -> Any:
    """Remove a value from a payload, and what is empty without it; returns it, None if there is none."""
    first, *rest = path
    if not rest:
        return body.pop(first, None)
    within = body.get(first)
    value = take(within, tuple(rest)) if isinstance(within, dict) else None
    if within == {}:
        del body[first]
    return value
