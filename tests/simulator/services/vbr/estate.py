# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of one server: rows in the store, with their secrets sealed and never in the body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core import secrets
from ...core.clock import Clock, stamp
from ...core.store import Row, Store
from .kinds import BY_NAME, KINDS, Body, Group, Kind, fingerprint, name_of
from .shapes.rules import copy_json, places

STATE = "_state"


class Estate:
    """Adds, finds and shows objects. A row is {id, group, body, secrets, state, created, changed}.

    `state` holds what no collection carries: backupServer, builtin, hidden, singleUse, disabled.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._index: dict[tuple[str, ...], dict[tuple[str, ...], list[Row]]] = {}

    def rows(self, kind: Kind) -> Iterator[Row]:
        return self._store.rows(kind.name)

    def get(self, kind: Kind, row_id: str) -> Row | None:
        return self._store.get(kind.name, row_id)

    def add(self, kind: Kind, group: str, body: Body, sealed: dict[str, str], state: dict[str, Any]) -> Row:
        """Takes a body in the stored spelling, its secrets taken out and sealed."""
        now = stamp(self._clock.now())
        row: Row = {"group": group, "body": body, "secrets": sealed, "state": state, "created": now, "changed": now}
        self._store.add(kind.name, row)
        self._list(kind, row)
        return row

    def replace(self, kind: Kind, row: Row, body: Body, sealed: dict[str, str]) -> None:
        """Gives a row a new body and new secrets; a secret that is not among them is gone."""
        row.update(body=body, secrets=sealed, changed=stamp(self._clock.now()))
        self.reindex()

    def remove(self, kind: Kind, row: Row) -> None:
        self._store.remove(kind.name, row["id"])
        self.reindex()

    def reindex(self) -> None:
        """Finds everything anew; needed whenever rows change other than by being added."""
        self._index.clear()
        for kind in KINDS:
            for row in self.rows(kind):
                self._list(kind, row)

    def _list(self, kind: Kind, row: Row) -> None:
        for paths in kind.identity:
            mark = fingerprint(row["body"], paths)
            if mark is not None:
                self._index.setdefault((kind.name, *paths), {}).setdefault(mark, []).append(row)
        name = (name_of(kind, row["body"]).casefold(),)
        self._index.setdefault((kind.name,), {}).setdefault(name, []).append(row)

    def twin(self, kind: Kind, body: Body) -> Row | None:
        """The object that has the same name or unique id as the body."""
        for paths in kind.identity:
            mark = fingerprint(body, paths)
            found = [] if mark is None else self._index.get((kind.name, *paths), {}).get(mark, [])
            if found:
                return found[0]
        return None

    def named(self, kind: Kind, name: str) -> list[Row]:
        return list(self._index.get((kind.name,), {}).get((name.casefold(),), []))

    def load(self, collections: dict[str, Any]) -> None:
        """Adds seed collections: {kind: {group: [object]}}, in the newest spelling, each with an optional `_state`."""
        for kind in KINDS:
            for group_name, objects in collections.get(kind.name, {}).items():
                group = kind.group(group_name)
                for body in copy_json(objects):
                    state = body.pop(STATE, {})
                    self.add(kind, group_name, *seal(group, body), state)

    def holds_secret(self, question: dict[str, Any]) -> bool:
        """Answers {kind, id | name | uniqueId, field, value}; raises LookupError when there is no such object."""
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


def seal(group: Group, body: Body) -> tuple[Body, dict[str, str]]:
    """A copy of a body with its secrets blanked, and the fingerprints of those secrets by path."""
    blank: Body = copy_json(body)
    sealed: dict[str, str] = {}
    for path in group.secrets:
        for container, key in places(blank, path):
            if isinstance(container[key], str) and container[key]:
                sealed[path] = secrets.seal(container[key])
                container[key] = ""
    return blank, sealed
