# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which field of a record names which other object, and how such a name is read and rewritten.

The automation interface refers by name, often with the other record's unique id beside it (facts/vbr.md 2.3). The
fields are recognised by their own name wherever they occur in a record, so that a reference in a part of a job nobody
foresaw is found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import is_not
from typing import Any, TypeAlias

from ..._core.errors import quoted
from .kinds import Record


@dataclass(frozen=True)
class Reference:
    """A name in one record that means another object. `unique` is the id given beside the name, `''` when there is
    none.
    """

    kind: str
    name: str
    unique: str
    field: str

    def __str__(self) -> str:
        return f"{self.kind} {quoted(self.name or self.unique)}" + (
            f" [{self.unique}]" if self.name and self.unique else ""
        )


# What to write in the place of a reference; returning it unchanged leaves the record as it is.
Visit = Callable[[Reference], Reference]


@dataclass(frozen=True)
class Pair:
    """A reference spelt as an object: the keys of its name and of its unique id, in the spellings of all revisions."""

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
class Name:
    """A reference spelt as a bare string."""

    kind: str


_HOST = Name("managedServers")
_CREDENTIALS = Pair("credentials", "credentialsName", ("credentialsTag",))
_CLOUD = Pair("cloudcredentials", "name", ("tag", "uniqueId"))
_REPOSITORY = Pair("repositories", "name", ("uniqueId", "tag"))
_PROXY = Pair("proxies", "name", ("uniqueId", "tag"))
_ENCRYPTION = Pair("encryptionPasswords", "", ("encryptionPasswordUniqueId", "encryptionPasswordTag"))
_PREDECESSOR = Pair("jobs", "jobName")

Shape: TypeAlias = "Pair | Name"
_BRANCHES = (dict, list)

# kind -> field -> the shapes its value may have. Two pairs under one field are told apart by the name key they hold.
FIELDS: Mapping[str, Mapping[str, tuple[Shape, ...]]] = {
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
}


def needs(kind: str) -> set[str]:
    """The kinds that records of a kind can refer to."""
    return {shape.kind for shapes in FIELDS[kind].values() for shape in shapes}


def references(kind: str, record: Record) -> list[Reference]:
    """Every reference of a record, in the order of its fields."""
    found: list[Reference] = []

    def note(reference: Reference) -> Reference:
        found.append(reference)
        return reference

    rewrite(kind, record, note)
    return found


def rewrite(kind: str, record: Record, visit: Visit) -> Record:
    """The record with what `visit` makes of each reference; parts without a change are shared with the original."""
    rewritten: Record = _walk(FIELDS[kind], record, "", visit)
    return rewritten


def _walk(fields: Mapping[str, tuple[Shape, ...]], node: Any, path: str, visit: Visit) -> Any:
    """A dict or list after the visit of every reference in it. It meets every value of an estate: it has to be lean."""
    if isinstance(node, list):
        items = [_walk(fields, item, path, visit) if isinstance(item, _BRANCHES) else item for item in node]
        return items if any(map(is_not, items, node)) else node
    changed = {}
    for key, value in node.items():
        refers, branches = key in fields, isinstance(value, _BRANCHES)
        if not refers and not branches:
            continue
        place = f"{path}.{key}" if path else key
        new = _meet(fields[key], value, place, visit) if refers else value
        new = _walk(fields, new, place, visit) if branches else new
        if new is not value:
            changed[key] = new
    return {**node, **changed} if changed else node


def _meet(shapes: tuple[Shape, ...], value: Any, place: str, visit: Visit) -> Any:
    """The value of a reference field (one reference or a list of them) after the visit."""
    if isinstance(value, list):
        items = [_meet(shapes, item, place, visit) for item in value]
        return items if any(map(is_not, items, value)) else value
    for shape in shapes:
        if isinstance(shape, Name) and isinstance(value, str) and value:
            old = Reference(shape.kind, value, "", place)
            new = visit(old)
            return value if new is old else new.name
        if isinstance(shape, Pair) and isinstance(value, dict):
            pair = shape.read(value, place)
            if pair is not None and (not shape.name or shape.name in value):
                seen = visit(pair)
                return value if seen is pair else shape.write(value, seen)
    return value
