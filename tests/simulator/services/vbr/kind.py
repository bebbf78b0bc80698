# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What describes a kind of objects: Kind, Group and Reference, from which the tables of `kinds` are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...core.names import folded
from .shapes.rules import Rule, values

# An object as it is stored, and as a plain resource shows and takes it.
Body = dict[str, Any]
Model = dict[str, Any]


@dataclass(frozen=True)
class Reference:
    """Where an object names another one: the value at `path` is the name or, with `name`, an object with that field.

    `tag` is the field with the unique id of the other object. `only_if` is `path=true|false`: the reference counts only
    when that flag has that value. An object that is not of the kind may be of the kind `also`.
    """

    path: str
    kind: str
    name: str = ""
    tag: str = ""
    only_if: str = ""
    also: str = ""


@dataclass(frozen=True)
class Group:
    """One list of a collection: how revisions write its objects (`rules`), what these require and refer to.

    Automation has no list for a group that does not `move`: it exists in the plain resources only. `plain` are paths
    that only the plain resource shows. A group with `ids` has the ids of other objects where others have names.
    """

    name: str
    rules: tuple[Rule, ...]
    required: tuple[str, ...]
    since: str = "1.0-rev2"
    secrets: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    moves: bool = True
    plain: tuple[str, ...] = ()
    ids: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of objects. `names` are the paths that may hold an object's name; the first one that exists counts.

    `identity` are tuples of paths; no two objects may have the same values at the paths of one tuple. Where types share
    their names, other objects mean the one of the type `referred`. `seen` says of types that came later which revision
    is the first to list them.
    """

    name: str
    noun: str
    groups: tuple[Group, ...]
    names: tuple[str, ...]
    identity: tuple[tuple[str, ...], ...]
    filters: tuple[str, ...] = ("ids", "types", "names")
    required_groups: tuple[str, ...] = ()
    since: str = "1.0-rev2"
    referred: str = ""
    seen: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def moving(self) -> tuple[Group, ...]:
        """The groups that automation has a list for."""
        return tuple(group for group in self.groups if group.moves)

    def group(self, name: str) -> Group:
        """The group of that name; raises LookupError when the kind has none."""
        for group in self.groups:
            if group.name == name:
                return group
        raise LookupError(f"{self.name} has no list {name}")


def name_of(kind: Kind, body: Body) -> str:
    """The name by which other objects refer to an object."""
    found = (value for path in kind.names for value in values(body, path) if value)
    return str(next(found, ""))


def same_text(left: Any, right: Any) -> bool:
    """Whether names or tags are equal as the database of a real server compares them: without regard to case."""
    return folded(str(left)) == folded(str(right))


def identity_of(body: Body, paths: Sequence[str]) -> tuple[str, ...] | None:
    """The values at the paths of an identity; None when one is missing."""
    parts = tuple(str(value) for path in paths for value in values(body, path)[:1] if value)
    return parts if len(parts) == len(paths) else None
