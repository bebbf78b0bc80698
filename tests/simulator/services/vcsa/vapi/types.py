# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types as data; all faces read and write values by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

Release = tuple[int, ...]
EVER: Release = ()


@dataclass(frozen=True)
class Scalar:
    """A single value: string, uri, time, secret, integer or boolean."""

    name: str


STRING = Scalar("string")
URI = Scalar("uri")
TIME = Scalar("time")
SECRET = Scalar("secret")
INTEGER = Scalar("integer")
BOOLEAN = Scalar("boolean")


@dataclass(frozen=True)
class Enum:
    """One of some words; `since` says which release brought a word, if not the first."""

    values: tuple[str, ...]
    since: Mapping[str, Release] = field(default_factory=dict, hash=False)

    def served_by(self, release: Release) -> tuple[str, ...]:
        return tuple(value for value in self.values if self.since.get(value, EVER) <= release)


@dataclass(frozen=True)
class ListOf:
    """A list; sets are sent as lists."""

    item: Type


@dataclass(frozen=True)
class MapOf:
    """A map of names to values; each face writes it in another way."""

    value: Type


@dataclass(frozen=True)
class Field:
    """A field of a structure. Releases before `since` neither show nor accept it."""

    name: str
    type: Type
    optional: bool = False
    since: Release = EVER


@dataclass(frozen=True)
class Structure:
    """Named fields. Only JSON-RPC writes the full name of the structure."""

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
