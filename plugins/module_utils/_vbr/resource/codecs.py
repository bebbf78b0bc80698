# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a value is written where the payload has it in another form than the option: references, choices, times. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from ..._core.errors import InvalidInput
from ..._core.times import format_time, time_of_day, typed_time
from ..private_keys import READ_IT, not_a_key
from ..revisions import in_force, rank
from .places import Body, Part, Steps, put


class Codec(Protocol):
    def encode(self, name: str, value: Any, revision: str) -> Any:
        """The value of the option `name` as a payload has it. Raises InvalidInput."""


@runtime_checkable
class Within(Protocol):
    """A codec of a free object, which knows what the ids within it can mean."""

    def ref_at(self, path: tuple[str, ...]) -> Ref | None:
        """What an id at a path, without places in lists, can mean; None if nobody can tell."""


@dataclass(frozen=True)
class Named:
    """A name in the place of what its object `gives`, until the server was asked. `field` says where, for messages."""

    ref: Ref
    name: str
    field: str
    gives: str = "id"


@dataclass(frozen=True)
class Ref:
    """A name that means an object of the list at `path`, found by one of the fields `by`.

    Its field `gives` is sent; with `parts`, an object that has several of its fields, each in its place. What is not in
    that list may be in the one at the path `also`. `only` are values that the object has, where others of its list may
    bear its name. What is known by another object (`owner`) may be called by the name of that one, too.
    """

    path: str
    what: str
    by: tuple[str, ...] = ("name",)
    gives: str = "id"
    parts: Mapping[str, Part] = field(default_factory=dict)
    also: str = ""
    only: Mapping[str, str] = field(default_factory=dict)
    owner: Owner | None = None

    @property
    def lists(self) -> tuple[str, ...]:
        return (self.path, self.also) if self.also else (self.path,)

    def encode(self, name: str, value: Any, revision: str) -> Any:
        """What stands for the name until its object is known; an empty name stays empty."""
        if not value:
            return value
        if not self.parts:
            return Named(self, str(value), name, self.gives)
        body: Body = {}
        for gives, part in self.parts.items():
            if part.when.in_revision(revision):
                put(body, part.steps(gives, revision), Named(self, str(value), name, gives))
        return body


@dataclass(frozen=True)
class Owner:
    """The object by which another one is known: which it can be, and where its id stands in that one."""

    ref: Ref
    at: Steps


@dataclass(frozen=True)
class Enum:
    """Choices that older revisions write otherwise: with a small first letter, or as another word.

    `earlier` has the other words by the last revision that has them: {"1.2-rev1": {"VSphereBackup": "Backup"}}.
    """

    small_letters_until: str = ""
    earlier: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def encode(self, _name: str, value: Any, revision: str) -> Any:
        if not isinstance(value, str):
            return value
        words = in_force(self.earlier, revision)
        if words is not None:
            return words.get(value, value)
        small = bool(self.small_letters_until) and rank(revision) <= rank(self.small_letters_until)
        return value[:1].lower() + value[1:] if small else value

    def words(self, choice: str) -> set[str]:
        """How any revision may say it: servers do not keep to their own (facts/updates.md)."""
        return {choice, *(words.get(choice, choice) for words in self.earlier.values())}


@dataclass(frozen=True)
class TimeOfDay:
    """A time such as 22:00, which is 10:00 PM up to the revision `twelve_hours_until`."""

    twelve_hours_until: str

    def encode(self, _name: str, value: Any, revision: str) -> str:
        moment = typed_time(str(value))
        return format_time(moment, rank(revision) <= rank(self.twelve_hours_until))

    def decode(self, value: Any) -> Any:
        moment = time_of_day(str(value))
        return format_time(moment, twelve_hours=False) if moment else value


@dataclass(frozen=True)
class SingleOrList:
    """A list of which revisions up to `single_until` take one element, without the list around it."""

    element: Codec
    single_until: str

    def encode(self, name: str, value: Any, revision: str) -> Any:
        parts = [self.element.encode(name, part, revision) for part in value]
        if rank(revision) > rank(self.single_until):
            return parts
        if len(parts) > 1:
            raise InvalidInput(f"{name} takes one name in API revision {revision}, not {len(parts)}.")
        return next(iter(parts), None)


@dataclass(frozen=True)
class PrivateKey:
    """A private key, which is sent as it was given."""

    def encode(self, name: str, value: str, _revision: str) -> str:
        """Raises InvalidInput."""
        said = not_a_key(value)
        if said:
            raise InvalidInput(f"{name} {said}, and no private key.", READ_IT)
        return value


def reference_of(codec: Codec | None) -> Ref | None:
    """The reference that a codec writes, one or several; None if it writes none."""
    codec = codec.element if isinstance(codec, SingleOrList) else codec
    return codec if isinstance(codec, Ref) else None
