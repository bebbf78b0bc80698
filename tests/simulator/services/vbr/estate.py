# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of one server: rows in the store, with secrets sealed beside the body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core import secrets
from ...core.bodies import copy_json
from ...core.clock import Clock, write_time
from ...core.names import folded
from ...core.store import Row, Store
from .kind import Body, Group, Kind, identity_of, name_of, same_text
from .kinds import ALL_KINDS, BY_NAME, JOBS, MANAGED_SERVERS, REPOSITORIES
from .machines import Machines
from .rest.table import MOUNT_SERVERS as MOUNTS
from .shapes.rules import places
from .storages import Storages, owned_place
from .switches import EXACT, THIS_SERVER, VbrSwitches

STATE = "_state"
MOUNT_SERVERS = MOUNTS.kind
# What a server may call its own host.
OWN_HOST = "This server"


class Estate:
    """Adds, finds and changes objects. A row is {id, group, body, secrets, state, created, changed}.

    `state` is what no collection of automation has: backupServer, builtin, hidden, singleUse, byCertificate, disabled,
    leaving, offline, usedGB, freeGB, and the extents in a mode. `storages` is shared by the servers that can reach the
    same storage.
    """

    def __init__(self, store: Store, clock: Clock, switches: VbrSwitches, storages: Storages | None = None) -> None:
        self._store = store
        self._clock = clock
        self._switches = switches
        self.storages = storages or Storages()
        self.storages.join(self)
        self.machines = Machines()
        # The rows under a key of an index, by their ids: many jobs may have one name.
        self._index: dict[tuple[str, ...], dict[tuple[str, ...], dict[str, Row]]] = {}

    def rows(self, kind: Kind) -> Iterator[Row]:
        return self._store.rows(kind.name)

    def repositories(self) -> Iterator[Row]:
        return self.rows(REPOSITORIES)

    def records(self, table: str) -> Iterator[Row]:
        """The rows of a table that is of no kind, for the servers that share the storage."""
        return self._store.rows(table)

    def get(self, kind: Kind, row_id: str) -> Row | None:
        return self._store.get(kind.name, row_id)

    def has(self, table: str, row_id: str) -> bool:
        """Whether an object of a kind, or a row of another table, has this id."""
        return self._store.get(table, row_id) is not None

    def add(
        self,
        kind: Kind,
        group: str,
        body: Body,
        sealed: dict[str, str],
        state: dict[str, Any],
        row_id: str | None = None,
    ) -> Row:
        """Add an object: its body in the stored shape, with blank secrets, and the sealed secrets by path."""
        now = write_time(self._clock.now())
        row: Row = {"group": group, "body": body, "secrets": sealed, "state": state, "created": now, "changed": now}
        self._store.add(kind.name, row, row_id)
        self._list(kind, row)
        if kind is REPOSITORIES:
            self.storages.connect(row)
        return row

    def replace(self, kind: Kind, row: Row, body: Body, sealed: dict[str, str]) -> None:
        """Give a row a new body and new secrets; it keeps no other secret."""
        self._unlist(kind, row)
        moved = kind is REPOSITORIES and owned_place(body) != owned_place(row["body"])
        row.update(body=body, secrets=sealed, changed=write_time(self._clock.now()))
        self._list(kind, row)
        if moved:
            self.storages.connect(row)

    def remove(self, kind: Kind, row: Row) -> None:
        self._unlist(kind, row)
        self._store.remove(kind.name, row["id"])
        mounted = self.get(MOUNT_SERVERS, row["id"]) if kind is MANAGED_SERVERS else None
        if mounted is not None:
            # A mount server is a managed server, and goes with it.
            self.remove(MOUNT_SERVERS, mounted)

    def tick(self) -> None:
        """Called at each request: counts down for how many more requests a deleted server stays listed."""
        for row in self.rows(MANAGED_SERVERS):
            if "leaving" in row["state"]:
                row["state"]["leaving"] -= 1
                if row["state"]["leaving"] <= 0:
                    self.remove(MANAGED_SERVERS, row)

    def reindex(self) -> None:
        """Build the indexes again after the store was replaced."""
        self._index.clear()
        self.machines.clear()
        for kind in ALL_KINDS:
            for row in self.rows(kind):
                self._list(kind, row)

    def _list(self, kind: Kind, row: Row) -> None:
        for index, key in _index_keys(kind, row["body"]):
            self._index.setdefault(index, {}).setdefault(key, {})[row["id"]] = row
        if kind is JOBS:
            self.machines.note(row["id"], row["body"])

    def _unlist(self, kind: Kind, row: Row) -> None:
        for index, key in _index_keys(kind, row["body"]):
            self._index[index][key].pop(row["id"], None)
        if kind is JOBS:
            self.machines.forget(row["id"])

    def twin(self, kind: Kind, body: Body) -> Row | None:
        """An existing object with the same identity as the body: the same name or unique id."""
        for paths in kind.identity:
            key = identity_of(body, paths)
            alike = [] if key is None else self._alike((kind.name, *paths), key)
            exact = [row for row in alike if identity_of(row["body"], paths) == key]
            found = self._meant(alike, exact)
            if found:
                return found[0]
        return None

    def named(self, kind: Kind, name: str) -> list[Row]:
        alike = self._alike((kind.name,), (name,))
        alike = [row for row in alike if kind.referred in ("", row["body"].get("type"))]
        return self._meant(alike, [row for row in alike if name_of(kind, row["body"]) == name])

    def _alike(self, index: tuple[str, ...], key: tuple[str, ...]) -> list[Row]:
        return list(self._index.get(index, {}).get(_folded(key), {}).values())

    def _meant(self, alike: list[Row], exact: list[Row]) -> list[Row]:
        """Of rows that differ by case only, those that are written as asked for, or all: if the server ignores case."""
        return exact if exact or self._switches.names == EXACT else alike

    def id_of(self, kind: Kind, name: str, unique_id: str | None = None) -> str | None:
        """The id of the object that a reference by name (and unique id) means; None when there is none."""
        found = self.named(kind, name)
        exact = [row for row in found if unique_id and same_text(row["body"].get("uniqueId"), unique_id)]
        rows = exact or ([] if unique_id else found)
        return str(rows[0]["id"]) if rows else None

    def id_by_unique_id(self, kind: Kind, unique_id: str) -> str | None:
        found = (row["id"] for row in self.rows(kind) if same_text(row["body"].get("uniqueId"), unique_id))
        return next(found, None)

    def shown_host(self, name: str) -> str:
        """The host of this name, as proxies show it."""
        return OWN_HOST if self._says_own() and self._is_own(name) else name

    def meant_host(self, name: str) -> str:
        """The name of the host that a proxy of a collection means."""
        own = (row["body"]["name"] for row in self.rows(MANAGED_SERVERS) if self._is_own(row["body"]["name"]))
        return str(next(own, name)) if self._says_own() and name == OWN_HOST else name

    def _says_own(self) -> bool:
        return self._switches.own_host == THIS_SERVER

    def _is_own(self, name: str) -> bool:
        return any(row["state"].get("backupServer") for row in self.named(MANAGED_SERVERS, name))

    def load(self, collections: dict[str, Any]) -> None:
        """Add the collections of a seed: {kind: {group: [object]}} in the newest shape; an object may have `_state`."""
        for kind in ALL_KINDS:
            for group_name, objects in collections.get(kind.name, {}).items():
                group = kind.group(group_name)
                for body in copy_json(objects):
                    state = body.pop(STATE, {})
                    self.add(kind, group_name, *seal(group, body), state)

    def holds_secret(self, question: dict[str, Any]) -> bool:
        """Whether {kind, id | name | uniqueId, field, value} holds; raises LookupError when there is no such object."""
        kind = BY_NAME[str(question["kind"])]
        for row in self.rows(kind):
            asked = (
                question.get("id") in (None, row["id"])
                and question.get("uniqueId") in (None, row["body"].get("uniqueId"))
                and question.get("name") in (None, name_of(kind, row["body"]))
            )
            if asked:
                sealed = row["secrets"].get(str(question["field"]), "")
                return secrets.matches(sealed, str(question["value"]))
        raise LookupError(f"no such {kind.noun}")


def _index_keys(kind: Kind, body: Body) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Under which keys of which indexes a body is found: one index per identity, and one of names."""
    for paths in kind.identity:
        key = identity_of(body, paths)
        if key is not None:
            yield (kind.name, *paths), _folded(key)
    yield (kind.name,), _folded((name_of(kind, body),))


def _folded(key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(folded, key))


def seal(group: Group, body: Body) -> tuple[Body, dict[str, str]]:
    """A copy of a body with blank secrets, and the sealed secrets by path."""
    blank: Body = copy_json(body)
    sealed: dict[str, str] = {}
    for path in group.secrets:
        for number, (container, key) in enumerate(places(blank, path)):
            if isinstance(container[key], str) and container[key]:
                # Of several, as in a list, the first one has the path itself.
                sealed[f"{path} {number}" if number else path] = secrets.seal(container[key])
                container[key] = ""
    return blank, sealed
