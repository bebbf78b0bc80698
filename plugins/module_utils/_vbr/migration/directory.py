# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding what a reference means: the objects a target has, or will have, by their names and unique ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ..._core.compare import fold
from .kinds import KINDS, Estate, Record, answers_to, records, unique_id
from .references import Reference

# The field that names a record in references, for kinds where it is not `name` (facts/vbr.md 2.3).
_NAME_FIELDS = {
    "credentials": ("username",),
    "cloudcredentials": ("account", "accessKey", "connectionName"),
    "encryptionPasswords": ("hint",),
}
# Two accounts may share a user name: a reference with an id must not fall back to another record of that name.
STRICT = frozenset({"credentials", "cloudcredentials", "encryptionPasswords"})


def name_of(kind: str, record: Record) -> str:
    """The name by which references mean this record."""
    if kind == "proxies":
        return str((record.get("server") or {}).get("hostName") or "")
    fields = _NAME_FIELDS.get(kind, ("name",))
    return next((str(record[field]) for field in fields if record.get(field)), "")


@dataclass(frozen=True)
class Known:
    """An object that can be referred to. `existing` tells what the target has from what is to be created."""

    kind: str
    key: str
    name: str
    unique: str
    existing: bool
    record: Record


class Directory:
    """All objects of a target by kind, key, name and unique id; compared without regard to case."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], Known] = {}
        self._by_name: defaultdict[tuple[str, str], list[Known]] = defaultdict(list)
        self._by_unique: defaultdict[tuple[str, str], list[Known]] = defaultdict(list)

    def add_estate(self, estate: Estate) -> None:
        """Add what a target has."""
        for kind, collection in estate.items():
            for _list, record in records(collection):
                self.add(kind, record, existing=True)

    def add(self, kind: str, record: Record, *, existing: bool) -> None:
        known = Known(kind, KINDS[kind].key(record), name_of(kind, record), unique_id(record), existing, record)
        for key in answers_to(kind, record):
            self._by_key.setdefault((kind, key), known)
        self._by_name[kind, fold(known.name)].append(known)
        if known.unique:
            self._by_unique[kind, fold(known.unique)].append(known)

    def add_named(self, kind: str, name: str) -> None:
        """Add an object of the target that its export leaves out: nothing but its name is known.

        A host of that name is that host. A repository or a job of that name is of another sort than those that are
        moved: it can be referred to, and is not taken for one of them.
        """
        if name and not any(known.existing for known in self._by_name[kind, fold(name)]):
            known = Known(kind, name, name, "", existing=True, record={})
            self._by_name[kind, fold(name)].append(known)
            if kind == "managedServers":
                self._by_key[kind, fold(name)] = known

    def of_key(self, kind: str, key: str) -> Known | None:
        return self._by_key.get((kind, fold(key)))

    def taken(self, kind: str, key: str, unique: str) -> Known | None:
        """The target's object that has this unique id, if it goes by another key."""
        same = self._by_unique.get((kind, fold(unique)), []) if unique else []
        return next((known for known in same if known.existing and fold(known.key) != fold(key)), None)

    def meant(self, reference: Reference) -> list[Known]:
        """What a reference can mean: nothing, one object, or several (which is ambiguous)."""
        if reference.unique:
            by_unique = self._by_unique.get((reference.kind, fold(reference.unique)), [])
            if by_unique or reference.kind in STRICT:
                return by_unique or self._by_hint(reference)
        return self._by_name.get((reference.kind, fold(reference.name)), []) if reference.name else []

    def _by_hint(self, reference: Reference) -> list[Known]:
        """An encryption password without a unique id is known by its hint."""
        known = self.of_key(reference.kind, reference.unique)
        return [known] if known and not known.unique else []

    def names(self, kind: str) -> Iterable[str]:
        """The candidates a message can offer."""
        return sorted({known.name for (of, _key), known in self._by_key.items() if of == kind})
