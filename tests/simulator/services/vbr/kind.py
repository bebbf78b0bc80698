# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kind of objects is: the words that `kinds` is written in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .shapes.rules import Rule, values

# An object as it is stored, and as a plain resource shows and takes it.
Body = dict[str, Any]
Model = dict[str, Any]


@dataclass(frozen=True)
class Reference:
    """Where an object names another one: by the value itself (`name` empty) or by fields of an object.

    `tag` is the field that holds the other's unique id. `only_if` is `path=true|false`: a flag that must be so for the
    reference to mean anything. What is not of the kind may be of the kind `also`.
    """

    path: str
    kind: str
    name: str = ""
    tag: str = ""
    only_if: str = ""
    also: str = ""


@dataclass(frozen=True)
class Group:
    """One list of a collection: the types it holds, since which revision, how it is spelt, what it must carry.

    A group that does not `move` exists in the plain resources only: automation has no list for it. `plain` are paths
    that only the plain resource shows.
    """

    name: str
    rules: tuple[Rule, ...]
    required: tuple[str, ...]
    since: str = "1.0-rev2"
    secrets: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    moves: bool = True
    plain: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of objects. `names` are the paths that may hold an object's name; the first that is there counts.

    `identity` lists the path tuples of which none may be equal in two objects.
    """

    name: str
    noun: str
    groups: tuple[Group, ...]
    names: tuple[str, ...]
    identity: tuple[tuple[str, ...], ...]
    filters: tuple[str, ...] = ("ids", "types", "names")
    required_groups: tuple[str, ...] = ()
    since: str = "1.0-rev2"

    @property
    def moving(self) -> tuple[Group, ...]:
        """The lists that a collection has."""
        return tuple(group for group in self.groups if group.moves)

    def group(self, name: str) -> Group:
        """Raises LookupError for a list this kind does not have."""
        for group in self.groups:
            if group.name == name:
                return group
        raise LookupError(f"{self.name} has no list {name}")


def name_of(kind: Kind, body: Body) -> str:
    """The name others call an object by."""
    found = (value for path in kind.names for value in values(body, path) if value)
    return str(next(found, ""))


def same_text(left: Any, right: Any) -> bool:
    """Names and tags are compared as the database behind a real server does: without regard to case."""
    return str(left).casefold() == str(right).casefold()


def identity_of(body: Body, paths: Sequence[str]) -> tuple[str, ...] | None:
    """The values of an identity, ready to compare; None when one of them is missing."""
    parts = tuple(str(value).casefold() for path in paths for value in values(body, path)[:1] if value)
    return parts if len(parts) == len(paths) else None
