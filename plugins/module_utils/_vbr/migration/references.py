# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which field of a record names which other object, how that is written, and which objects it can mean.

The automation interface refers by name, often with the other record's unique id beside it (facts/vbr.md 2.3). The
fields are recognised by their own name wherever they occur in a record, so that a reference in a part of a job nobody
foresaw is found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

from ..._core.compare import Names, fold
from ..._core.errors import quoted
from .collection import Estate, Record, records
from .kind import BY_HAND, LINK, linked
from .kinds import KINDS, MANAGED_SERVERS, PROXIES, host_of, is_of_default_type, lookup_keys, unique_id
from .links import LINKS


class Reference(NamedTuple):
    """A name in one record that means another object. `unique` is the id given beside the name, `''` when there is
    none.
    """

    kind: str
    name: str
    unique: str
    field: str
    # Whether it is a link: these have keys where objects have names that their server gave them.
    by_key: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {quoted(self.name or self.unique)}" + (
            f" [{self.unique}]" if self.name and self.unique else ""
        )


@dataclass(frozen=True)
class ObjectForm:
    """A reference written as an object: the keys of its name and of its unique id, as all revisions call them."""

    kind: str
    name: str = ""
    unique: tuple[str, ...] = ()

    def read(self, value: Mapping[str, Any], field: str) -> Reference | None:
        if value.get("isEnabled") is False:
            # A switched-off setting may keep a name that means nothing any more.
            return None
        name = str(value.get(self.name) or "")
        unique = next((str(value[key]) for key in self.unique if value.get(key)), "")
        return Reference(self.kind, name, unique, field) if name or unique else None

    def write(self, value: Record, new: Reference) -> Record:
        changed = {key: new.unique or None for key in self.unique if key in value}
        if self.name and self.name in value:
            changed[self.name] = new.name
        return {**value, **changed}


@dataclass(frozen=True)
class TextForm:
    """A reference written as a bare string."""

    kind: str


@dataclass(frozen=True)
class LinkForm:
    """A reference of ordinary REST: a link in the place of an id, which names the kind itself."""

    name: str = "name"

    def read(self, value: Mapping[str, Any], field: str) -> Reference | None:
        kind = str(value.get(LINK) or "")
        # A backup has no kind: none is moved, and none can be missing.
        if kind not in KINDS:
            return None
        return Reference(kind, linked(value), str(value.get("uniqueId") or ""), field, kind not in MEANT_BY_ID)

    def write(self, value: Record, new: Reference) -> Record:
        return {**value, "name": new.name, **({"uniqueId": new.unique} if "uniqueId" in value else {})}


_LINK = LinkForm()
_HOST = TextForm("managedServers")
_CREDENTIALS = ObjectForm("credentials", "credentialsName", ("credentialsTag",))
_CLOUD = ObjectForm("cloudcredentials", "name", ("tag", "uniqueId"))
_REPOSITORY = ObjectForm("repositories", "name", ("uniqueId", "tag"))
_PROXY = ObjectForm("proxies", "name", ("uniqueId", "tag"))
_ENCRYPTION = ObjectForm("encryptionPasswords", "", ("encryptionPasswordUniqueId", "encryptionPasswordTag"))
_PREDECESSOR = ObjectForm("jobs", "jobName")

ReferenceForm: TypeAlias = "ObjectForm | TextForm | LinkForm"

Fields: TypeAlias = Mapping[str, tuple[ReferenceForm, ...]]
# Where a link can stand in objects that go by ordinary REST, and what those name without one.
_LINKED: Fields = {
    **{end.rpartition(".")[2]: (_LINK,) for end in LINKS},
    **dict.fromkeys(("repository", "job", "owner"), (_LINK,)),
    **dict.fromkeys(("backupServerName", "viServerName", "hvServerName"), (_HOST,)),
}
# kind -> field -> the forms its value may have. Two objects under one field differ in the key of their name.
_AUTOMATED: Mapping[str, Fields] = {
    "credentials": {},
    "cloudcredentials": {},
    "encryptionPasswords": {},
    "managedServers": {"credentials": (_CREDENTIALS,), "viCredentials": (_CREDENTIALS,)},
    "repositories": {
        "hostName": (_HOST,),
        "mountServerName": (_HOST,),
        "gatewayServerName": (_HOST,),
        "gatewayServers": (_HOST,),
        "credentials": (_CREDENTIALS, _CLOUD),
    },
    "proxies": {"hostName": (_HOST,)},
    "jobs": {
        "hostName": (_HOST,),
        "shippingServerNames": (_HOST,),
        "proxies": (_HOST, _PROXY),
        "backupRepository": (_REPOSITORY,),
        "afterThisJob": (_PREDECESSOR,),
        "encryption": (_ENCRYPTION,),
        **dict.fromkeys(("credentials", "creds", "windowsCreds", "linuxCreds"), (_CREDENTIALS,)),
    },
    "vmExclusions": {"hostName": (_HOST,)},
    "datastoreLatencies": {"hostName": (_HOST,)},
    "roles": {"hostName": (_HOST,)},
}
REFERENCE_FIELDS: Mapping[str, Fields] = {kind: {**_LINKED, **_AUTOMATED.get(kind, {})} for kind in KINDS}


def referred_kinds(kind: str) -> set[str]:
    """The kinds that records of a kind, as the automation section has them, can refer to."""
    return {
        form.kind for forms in _AUTOMATED.get(kind, {}).values() for form in forms if not isinstance(form, LinkForm)
    }


# -- what a reference can mean -----------------------------------------------------------------------------------------

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
    if not KINDS[kind].automated:
        # Links have its key, which is not the name of everything that has a name.
        return KINDS[kind].key(record)
    return next((str(record[field]) for field in _NAME_FIELDS.get(kind, ("name",)) if record.get(field)), "")


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


# By kind: what goes by a name there.
_ByKind: TypeAlias = defaultdict[str, Names[Any]]


class EstateIndex:
    """The objects of an estate by kind, key, name and unique id, compared without regard to case."""

    def __init__(self) -> None:
        self._by_key: _ByKind = defaultdict(Names)
        self._by_name: _ByKind = defaultdict(Names)
        self._by_unique: _ByKind = defaultdict(Names)
        self._by_hand: set[tuple[str, str]] = set()
        # The candidates of a kind, and what a kind, name and unique id mean: hundreds of references ask for the same.
        self._candidates: dict[str, list[str]] = {}
        self._meant: dict[tuple[str, str, str], list[IndexedObject]] = {}

    def add_by_hand(self, estate: Estate) -> None:
        """Add what the source has and no call brings over."""
        for kind, collection in estate.items():
            for record in collection.get(BY_HAND) or []:
                for each in filter(None, (kind, KINDS[kind].space)):
                    self._by_hand.add((each, fold(KINDS[kind].key(record))))

    def is_by_hand(self, reference: Reference) -> bool:
        """Whether somebody has to create on the target what a reference means."""
        return (reference.kind, fold(reference.name)) in self._by_hand

    def add_estate(self, estate: Estate) -> None:
        """Add what a server has."""
        for kind, collection in estate.items():
            for _list, record in records(collection):
                self.add(kind, record, existing=True)

    def add(self, kind: str, record: Record, *, existing: bool) -> None:
        """Add an object. What was added first keeps its key."""
        added = IndexedObject(kind, KINDS[kind].key(record), name_of(kind, record), unique_id(record), existing, record)
        self._forget()
        for key in lookup_keys(kind, record):
            self._by_key[kind].setdefault(key, added)
        # Another proxy of the same host is not meant by jobs of the kind that is moved.
        if kind != PROXIES.name or is_of_default_type(record):
            for each in filter(None, (kind, KINDS[kind].space)):
                self._by_name[each].setdefault(added.name, []).append(added)
        if added.unique:
            self._by_unique[kind].setdefault(added.unique, []).append(added)

    def add_proxy(self, name: str, host: str) -> None:
        """Say how the target calls the proxy of a host: it is referred to by this name, and found by either."""
        self._forget()
        keys, names = self._by_key[PROXIES.name], self._by_name[PROXIES.name]
        exported = next(iter(self._called(names, host)), IndexedObject(PROXIES.name, host, host, "", True, {}))
        added = replace(exported, name=name)
        keys.put(added.key, added)
        names.put(added.key, [added])
        if fold(name) != fold(host):
            names.setdefault(name, []).append(added)

    def add_named(self, kind: str, name: str) -> None:
        """Add an object of the target that its export leaves out: nothing but its name is known.

        A host of that name is that host. A repository or a job of that name is of another sort than those that are
        moved: it can be referred to, and is not taken for one of them.
        """
        if name and not any(other.existing for other in self._called(self._by_name[kind], name)):
            self._forget()
            added = IndexedObject(kind, name, name, "", existing=True, record={})
            self._by_name[kind].setdefault(name, []).append(added)
            if kind == MANAGED_SERVERS.name:
                self._by_key[kind].put(name, added)

    def of_key(self, kind: str, key: str, besides: Container[str] = frozenset()) -> list[IndexedObject]:
        """The objects that a key can mean: several, if they differ by case only and none is written like it.

        What the target has comes before what is to be created. `besides` are other keys that are asked for, too.
        """
        return list(self._by_key[kind].meant(key, besides).values())

    def taken(self, kind: str, key: str, unique: str) -> IndexedObject | None:
        """The target's object that has this unique id, if it goes by another key."""
        same = self._called(self._by_unique[kind], unique) if unique else []
        return next((other for other in same if other.existing and fold(other.key) != fold(key)), None)

    def meant(self, reference: Reference) -> list[IndexedObject]:
        """What a reference can mean: nothing, one object, or several (which is ambiguous)."""
        asked = reference.kind, reference.name, reference.unique
        if asked not in self._meant:
            self._meant[asked] = self._looked_up(reference)
        return self._meant[asked]

    def _looked_up(self, reference: Reference) -> list[IndexedObject]:
        if reference.unique:
            by_unique = self._called(self._by_unique[reference.kind], reference.unique)
            if by_unique or reference.kind in MEANT_BY_ID:
                return by_unique or self._by_hint(reference)
        if not reference.name:
            return []
        # A link has the key of an object where no name tells it from another one.
        return self._called(self._by_name[reference.kind], reference.name) or self.of_key(
            reference.kind, reference.name
        )

    @staticmethod
    def _called(names: Names[list[IndexedObject]], name: str) -> list[IndexedObject]:
        return [each for alike in names.meant(name).values() for each in alike]

    def _by_hint(self, reference: Reference) -> list[IndexedObject]:
        """An encryption password without a unique id is known by its hint."""
        return [found for found in self.of_key(reference.kind, reference.unique) if not found.unique]

    def _forget(self) -> None:
        """What was asked for may mean something else now."""
        self._candidates.clear()
        self._meant.clear()

    def names(self, kind: str) -> list[str]:
        """The candidates a message can offer."""
        if kind not in self._candidates:
            self._candidates[kind] = sorted({indexed.name for _key, indexed in self._by_key[kind].items()} - {""})
        return self._candidates[kind]
