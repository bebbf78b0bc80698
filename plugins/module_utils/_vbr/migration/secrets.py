# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets of records: which a record needs, which are missing, filling them in, blanking them, and their slots.

An export holds no secret, and an import refuses a record without one (facts/vbr.md 2.3), so each has to come from the
user. What a record needs is a list of alternatives: a Linux account wants a password or a private key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..._core.compare import Names, value_at
from ..._core.errors import quoted
from ..private_keys import READ_IT, not_a_key
from .collection import Collection, Estate, Record, records
from .findings import WARNING, Finding
from .kind import Kind
from .kinds import KINDS
from .references import EstateIndex, name_of
from .sites import references

# What a user gives: kind -> key of the record -> name of the secret -> value.
GivenSecrets = Mapping[str, Mapping[str, Mapping[str, str]]]


# -- the secrets of one record -----------------------------------------------------------------------------------------


def alternatives(kind: Kind, record: Record) -> list[list[str]]:
    """The sets of secrets of which one must be complete; empty when the record needs none.

    Sources: facts/vbr.md 2.5 (required fields); for Linux accounts that either suffices is an assumption.
    """
    match kind.name, str(record.get("type") or "").lower():
        case "credentials", "managedservice":
            return []
        case "credentials", "linux":
            return [["password"], ["private_key"]]
        case ("credentials", _) | ("encryptionPasswords", _):
            return [["password"]]
        case "cloudcredentials", "azurestorage":
            return [["shared_key"]]
        case "cloudcredentials", "azurecompute":
            return [["application_secret"], ["certificate", "certificate_password"]]
        case "cloudcredentials", _:
            return [["secret_key"]]
        case "kmsServers", _:
            return [["server_certificate", "client_certificate"]]
        case "entraTenants", _:
            return [["application_secret"]]
    return []


def held(kind: Kind, record: Record) -> dict[str, str]:
    """The secrets a record has values for, by the user's words for them."""
    return {secret.name: value for secret in kind.secrets if (value := _get(record, secret.path))}


def missing(kind: Kind, record: Record) -> list[list[str]]:
    """The alternatives that are left open; empty when the record has all it needs."""
    has = held(kind, record)
    wanted = alternatives(kind, record)
    return [] if any(has.keys() >= set(names) for names in wanted) else wanted


def filled(kind: Kind, record: Record, given: Mapping[str, str]) -> Record:
    """The record with the given secrets in their places; the original is left as it was."""
    for secret in kind.secrets:
        if given.get(secret.name):
            record = _put(record, secret.path, given[secret.name])
    return record


def blanked(kind: Kind, record: Record) -> Record:
    """The record without any secret, as an export should have it; the same object when it had none."""
    for secret in kind.secrets:
        if _get(record, secret.path):
            record = _put(record, secret.path, "")
    return record


def _get(record: Mapping[str, Any], path: tuple[str, ...]) -> str:
    return str(value_at(record, path) or "")


def _put(record: Record, path: tuple[str, ...], value: str) -> Record:
    first, *rest = path
    if not rest:
        return {**record, first: value}
    return {**record, first: _put(record.get(first) or {}, tuple(rest), value)}


# -- what the user gives -----------------------------------------------------------------------------------------------


class Given:
    """What the user gave, by the kind and the key of a record."""

    def __init__(self, given: GivenSecrets) -> None:
        self._by_kind = {kind: Names((by_key or {}).items()) for kind, by_key in given.items()}

    def of(self, kind: str, key: str) -> Mapping[str, str]:
        """What was given for one record. Raises InvalidInput if several keys could mean it."""
        return (self._by_kind[kind].get(key) if kind in self._by_kind else None) or {}


def complaints(given: Any) -> list[str]:
    """What is wrong with the structure of what the user gave; sentences that quote no value."""
    if not isinstance(given, Mapping):
        return ["secrets must be a dictionary: kind, key of the record, name of the secret, value."]
    wrong = []
    for name, by_key in given.items():
        kind = KINDS.get(name)
        if kind is None or not kind.secrets:
            known = ", ".join(kind.name for kind in KINDS.values() if kind.secrets)
            # Ansible makes a dictionary of `a=b`: what is no word may be half a secret that stands in the wrong place.
            strange = quoted(name) if str(name).isidentifier() else "of that name"
            wrong.append(f"secrets has no kind {strange}; it takes {known}.")
        elif not isinstance(by_key, Mapping):
            wrong.append(f"secrets.{name} must be a dictionary of keys.")
        else:
            wrong += [line for key, fields in by_key.items() for line in _complaints_of_record(kind, key, fields)]
    return wrong


def _complaints_of_record(kind: Kind, key: str, fields: Any) -> Iterable[str]:
    place = f"secrets.{kind.name}[{quoted(key)}]"
    known = [secret.name for secret in kind.secrets]
    if not isinstance(fields, Mapping):
        yield f"{place} must be a dictionary of {', '.join(known)}."
        return
    for name, value in fields.items():
        if name not in known:
            yield f"{place} has no field {quoted(name)}; it takes {', '.join(known)}."
        elif value is not None and not isinstance(value, str):
            yield f"{place}.{name} must be a string; put it in quotes."
        elif name == "private_key" and (said := not_a_key(value or "")):
            yield f"{place}.{name} {said}, and no private key. {READ_IT}"


# -- the secrets of an export ------------------------------------------------------------------------------------------


def without_secrets(kind: str, collection: Collection) -> tuple[Collection, list[Finding]]:
    """The collection with every secret blanked. A server exports none; one that does is reported, and not believed."""
    found = []
    clean: Collection = {}
    for list_name, rows in collection.items():
        clean[list_name] = rows
        if isinstance(rows, list) and KINDS[kind].secrets:
            clean[list_name] = [blanked(KINDS[kind], row) if isinstance(row, dict) else row for row in rows]
            for new, old in zip(clean[list_name], rows, strict=True):
                if new is not old:
                    what = "the server sent a secret; it was not kept."
                    found.append(Finding(WARNING, "secret-in-export", what, "", kind, KINDS[kind].key(old)))
    return clean, found


def slots(estate: Estate) -> Iterator[dict[str, Any]]:
    """One slot per record that needs a secret: kind, key, name, the alternatives, and the objects that use it."""
    users = _users(estate)
    for kind, collection in estate.items():
        for _list, record in records(collection):
            wanted = alternatives(KINDS[kind], record)
            if wanted:
                key = KINDS[kind].key(record)
                yield slot(kind, key, record, wanted, users[kind, key])


def slot(kind: str, key: str, record: Record, wanted: list[list[str]], users: Iterable[str]) -> dict[str, Any]:
    """What a record needs, and who needs it."""
    return {
        "kind": kind,
        "key": key,
        "name": name_of(kind, record),
        "needs_one_of": wanted,
        "used_by": list(users),
    }


def _users(estate: Estate) -> defaultdict[tuple[str, str], dict[str, None]]:
    """Who refers to which record: (kind, key) -> `kind/key` of the users, each once, in order."""
    index = EstateIndex()
    index.add_estate(estate)
    users: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for kind, collection in estate.items():
        for _list, record in records(collection):
            user = f"{kind}/{KINDS[kind].key(record)}"
            for reference in references(kind, record):
                # Nobody asks who uses what has no secret.
                for meant in index.meant(reference) if KINDS[reference.kind].secrets else ():
                    users[meant.kind, meant.key][user] = None
    return users
