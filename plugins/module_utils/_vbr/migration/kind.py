# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words in which a kind of object is declared: its natural key, its secrets, how ordinary REST has it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._core.compare import value_at
from ..revisions import rank
from .collection import Record

# The lists of a collection that hold what goes by ordinary REST, and what no call moves; the latter marks it, too.
BY_REST = "byRest"
BY_HAND = "byHand"
# Lists that no revision of the automation section has.
BESIDES = (BY_REST, BY_HAND)
# The mark of what stands in the place of an id: it holds the kind of the object that is meant.
LINK = "refersTo"


def link(kind: str, name: str, unique: str = "") -> Record:
    """What stands in the place of an id: the kind of the object that is meant, its name, its unique id if that tells
    it from others.
    """
    return {LINK: kind, "name": name, **({"uniqueId": unique} if unique else {})}


def linked(value: Any) -> str:
    """The name in the place of an id; `''` where there is none."""
    return str(value.get("name") or "") if isinstance(value, Mapping) else ""


def by_inventory_object(name: str) -> Callable[[Record], str]:
    """The natural key of what has an object of the inventory in a field: the host of that, and its name."""

    def key(record: Record) -> str:
        return "/".join(str(value_at(record, (name, part)) or "") for part in ("hostName", "name")).strip("/")

    return key


@dataclass(frozen=True)
class Secret:
    """One secret of a record: the user's word for it, and the path of the field in the record."""

    name: str
    path: tuple[str, ...]


# By the first revision that has them: the types of object that can be created.
Types = Mapping[str, tuple[str, ...]]
# Where objects of any type, or of none, can be created.
ANY_TYPE = "*"


@dataclass(frozen=True)
class Rest:
    """How ordinary REST has a kind: its list, and what can be created of it.

    `types` are those that can be created, where none is named the objects are only looked up. `only_read` are fields,
    dotted, that a new object must not have. Where the list shows them `in_part`, each is read at its own path, which
    ends with `details`. `then` are fields that a new object takes by a call of its own, each with the end of its path.
    A `singleton` is at `path` itself: it is always there, and only changed. What is `part_of` the objects of another
    kind is one of them at a path with {id}, and only changed, too; the field `owner` of its record is the link to that,
    and those in `by_post` are changed by calls of their own, each with the end of its path. What has no list at its
    path is `shown_in` another object: its path, and the fields on the way. `updates` says whether it can be changed.
    """

    path: str
    types: Types = field(default_factory=dict)
    only_read: tuple[str, ...] = ()
    in_part: bool = False
    details: str = ""
    then: Mapping[str, str] = field(default_factory=dict)
    singleton: bool = False
    part_of: str = ""
    owner: str = "repository"
    by_post: Mapping[str, str] = field(default_factory=dict)
    shown_in: tuple[str, ...] = ()
    updates: bool = True

    def types_in(self, revision: str) -> frozenset[str]:
        """The types that a revision can create."""
        return frozenset(each for since, types in self.types.items() if rank(since) <= rank(revision) for each in types)

    @property
    def always_there(self) -> bool:
        """Whether nobody creates or removes it."""
        return self.singleton or bool(self.part_of)


@dataclass(frozen=True)
class Kind:
    """One kind. `natural_key` names a record to people and finds it on the other server, without regard to case.

    `since` is the first revision that has the kind, `""` if all have it (facts/vbr.md 2.1). `automated` are those that
    the automation section exports and imports. `space` is the kind among whose objects a reference by name looks for
    it, too: a scale-out repository is named where a repository can be. What is `of_host` has the id of its host, and
    what is `of_store` names a datastore, all of whose ids are of one server.
    """

    name: str
    natural_key: Callable[[Record], str]
    filters: tuple[str, ...] = ("types", "names")
    secrets: tuple[Secret, ...] = ()
    since: str = ""
    automated: bool = False
    space: str = ""
    of_host: bool = False
    of_store: bool = False
    rest: Rest | None = None

    def served_in(self, revision: str) -> bool:
        """Whether a revision has the kind."""
        return rank(self.since) <= rank(revision)

    def key(self, record: Record) -> str:
        """The natural key of a record; of what no call moves there is nothing but its key."""
        return str(record[BY_HAND]) if BY_HAND in record else self.natural_key(record)
