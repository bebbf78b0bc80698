# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reference can mean: the objects that a target has, or will have, by their keys, names and unique ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ..._core.compare import fold
from .collection import Estate, Record, records
from .kinds import KINDS, MANAGED_SERVERS, PROXIES, host_of, lookup_keys, unique_id
from .references import Reference

# The field that names a record in references, for kinds where it is not `name` (facts/vbr.md 2.3).
_NAME_FIELDS = {
    "credentials": ("username",),
    "cloudcredentials": ("account", "accessKey", "connectionName"),
    "encryptionPasswords": ("hint",),
}
# Two accounts may share a user name: a reference with an id must not fall back to another record of that name.
MEANT_BY_ID = frozenset({"credentials", "cloudcredentials", "encryptionPasswords"})


def name_of(kind: str, record: Record) -> str:
    """The name by which references mean this record."""
    if kind == PROXIES.name:
        return host_of(record)
    fields = _NAME_FIELDS.get(kind, ("name",))
    return next((str(record[field]) for field in fields if record.get(field)), "")


@dataclass(frozen=True)
class IndexedObject:
    """An object that can be referred to. `existing` says whether the target has it; else it is to be created.

    Of one that the target does not export only the name is known; its `record` is empty.
    """

    kind: str
    key: str
    name: str
    unique: str
    existing: bool
    record: Record


class EstateIndex:
    """The objects of an estate by kind, key, name and unique id, compared without regard to case."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], IndexedObject] = {}
        self._by_name: defaultdict[tuple[str, str], list[IndexedObject]] = defaultdict(list)
        self._by_unique: defaultdict[tuple[str, str], list[IndexedObject]] = defaultdict(list)

    def add_estate(self, estate: Estate) -> None:
        """Add what a server has."""
        for kind, collection in estate.items():
            for _list, record in records(collection):
                self.add(kind, record, existing=True)

    def add(self, kind: str, record: Record, *, existing: bool) -> None:
        """Add an object. What was added first keeps its key."""
        added = IndexedObject(kind, KINDS[kind].key(record), name_of(kind, record), unique_id(record), existing, record)
        for key in lookup_keys(kind, record):
            self._by_key.setdefault((kind, key), added)
        self._by_name[kind, fold(added.name)].append(added)
        if added.unique:
            self._by_unique[kind, fold(added.unique)].append(added)

    def add_named(self, kind: str, name: str) -> None:
        """Add an object of the target that its export leaves out: nothing but its name is known.

        A host of that name is that host. A repository or a job of that name is of another sort than those that are
        moved: it can be referred to, and is not taken for one of them.
        """
        if name and not any(other.existing for other in self._by_name[kind, fold(name)]):
            added = IndexedObject(kind, name, name, "", existing=True, record={})
            self._by_name[kind, fold(name)].append(added)
            if kind == MANAGED_SERVERS.name:
                self._by_key[kind, fold(name)] = added

    def of_key(self, kind: str, key: str) -> IndexedObject | None:
        """The object of this key; what the target has comes before what is to be created."""
        return self._by_key.get((kind, fold(key)))

    def taken(self, kind: str, key: str, unique: str) -> IndexedObject | None:
        """The target's object that has this unique id, if it goes by another key."""
        same = self._by_unique.get((kind, fold(unique)), []) if unique else []
        return next((other for other in same if other.existing and fold(other.key) != fold(key)), None)

    def meant(self, reference: Reference) -> list[IndexedObject]:
        """What a reference can mean: nothing, one object, or several (which is ambiguous)."""
        if reference.unique:
            by_unique = self._by_unique.get((reference.kind, fold(reference.unique)), [])
            if by_unique or reference.kind in MEANT_BY_ID:
                return by_unique or self._by_hint(reference)
        return self._by_name.get((reference.kind, fold(reference.name)), []) if reference.name else []

    def _by_hint(self, reference: Reference) -> list[IndexedObject]:
        """An encryption password without a unique id is known by its hint."""
        found = self.of_key(reference.kind, reference.unique)
        return [found] if found and not found.unique else []

    def names(self, kind: str) -> Iterable[str]:
        """The candidates a message can offer."""
        return sorted({indexed.name for (of, _key), indexed in self._by_key.items() if of == kind})
