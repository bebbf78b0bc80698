# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types as data: each is written down once, and every face reads and writes its values by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

Release = tuple[int, ...]
EVER: Release = ()


@dataclass(frozen=True)
class Scalar:
    """A value without parts: string, uri, time, secret, integer or boolean."""

    name: str


STRING = Scalar("string")
URI = Scalar("uri")
TIME = Scalar("time")
SECRET = Scalar("secret")
INTEGER = Scalar("integer")
BOOLEAN = Scalar("boolean")


@dataclass(frozen=True)
class Enum:
    """A word out of a set; `since` names those that came later."""

    values: tuple[str, ...]
    since: Mapping[str, Release] = field(default_factory=dict, hash=False)

    def served_by(self, release: Release) -> tuple[str, ...]:
        return tuple(value for value in self.values if self.since.get(value, EVER) <= release)


@dataclass(frozen=True)
class ListOf:
    """A list; sets travel like lists."""

    item: Type


@dataclass(frozen=True)
class MapOf:
    """Values by name; the faces differ most in how they write one."""

    value: Type


@dataclass(frozen=True)
class Field:
    """`since` is the first release that knows the field; older ones neither show nor take it."""

    name: str
    type: Type
    optional: bool = False
    since: Release = EVER


@dataclass(frozen=True)
class Structure:
    """Named fields under the structure's full name, which only the typed face writes."""

    name: str
    fields: tuple[Field, ...]

    def served_by(self, release: Release) -> tuple[Field, ...]:
        return tuple(each for each in self.fields if each.since <= release)


Type = Scalar | Enum | ListOf | MapOf | Structure


def maybe(name: str, kind: Type, since: Release = EVER) -> Field:
    """An optional field."""
    return Field(name, kind, optional=True, since=since)


def all_optional(fields: Iterable[Field]) -> tuple[Field, ...]:
    return tuple(replace(each, optional=True) for each in fields)


def release_of(version: str) -> Release:
    """ "8.0.2.00100" as (8, 0, 2, 100)."""
    return tuple(int(part) for part in version.split("."))
