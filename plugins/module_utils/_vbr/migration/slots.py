# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secret slots: which secrets an estate will need on the target and who waits for them. And an export's last wash."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from . import secrets as secret
from .directory import Directory, name_of
from .findings import WARNING, Finding
from .kinds import KINDS, Collection, Estate, records
from .references import references


def slots(estate: Estate) -> Iterator[dict[str, Any]]:
    """One slot per record that needs a secret: kind, key, name, the alternatives, and the objects that use it."""
    users = _users(estate)
    for kind, collection in estate.items():
        for _list, record in records(collection):
            wanted = secret.alternatives(KINDS[kind], record)
            if wanted:
                key = KINDS[kind].key(record)
                yield {
                    "kind": kind,
                    "key": key,
                    "name": name_of(kind, record),
                    "needs_one_of": wanted,
                    "used_by": list(users[kind, key]),
                }


def without_secrets(kind: str, collection: Collection) -> tuple[Collection, list[Finding]]:
    """The collection with every secret blank. A server exports none; one that does is told of, and not believed."""
    found = []
    clean: Collection = {}
    for name, rows in collection.items():
        clean[name] = rows
        if isinstance(rows, list) and KINDS[kind].secrets:
            washed = [secret.blank(KINDS[kind], row) if isinstance(row, dict) else row for row in rows]
            for new, old in zip(washed, rows, strict=True):
                if new is not old:
                    found.append(
                        Finding(
                            WARNING,
                            "secret-in-export",
                            "the server sent a secret; it was not kept.",
                            "",
                            kind,
                            KINDS[kind].key(old),
                        )
                    )
            clean[name] = washed
    return clean, found


def _users(estate: Estate) -> defaultdict[tuple[str, str], dict[str, None]]:
    """Who refers to which record: (kind, key) -> `kind/key` of the users, each once, in order."""
    directory = Directory()
    for kind, collection in estate.items():
        for _list, record in records(collection):
            directory.add(kind, record, existing=False)
    users: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for kind, collection in estate.items():
        for _list, record in records(collection):
            user = f"{kind}/{KINDS[kind].key(record)}"
            for reference in references(kind, record):
                for meant in directory.meant(reference):
                    users[meant.kind, meant.key][user] = None
    return users
