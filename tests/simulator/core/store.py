# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of one instance: rows by kind and id, with deterministic ids, as one JSON document."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from .bodies import copy_json

NAMESPACE = uuid.UUID("5d0a4a1c-0b5e-5a52-9d55-6f2f5c1a7e10")

Row = dict[str, Any]


class Store:
    """`{kind: {id: row}}`. Ids are predictable: they depend on the owner, the kind and how many rows came before."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._kinds: dict[str, dict[str, Row]] = {}
        self._counters: dict[str, int] = {}

    def new_id(self, kind: str) -> str:
        number = self._counters[kind] = self._counters.get(kind, 0) + 1
        return str(uuid.uuid5(NAMESPACE, f"{self._owner}/{kind}/{number}"))

    def add(self, kind: str, row: Row, row_id: str | None = None) -> Row:
        row["id"] = row_id or self.new_id(kind)
        self._kinds.setdefault(kind, {})[row["id"]] = row
        return row

    def get(self, kind: str, row_id: object) -> Row | None:
        """The row, or None: nothing has an id that is no text."""
        return self._kinds.get(kind, {}).get(row_id.lower()) if isinstance(row_id, str) else None

    def remove(self, kind: str, row_id: str) -> None:
        del self._kinds[kind][row_id]

    def rows(self, kind: str) -> Iterator[Row]:
        """The rows of a kind, oldest first; the caller may change the store meanwhile."""
        return iter(list(self._kinds.get(kind, {}).values()))

    def count(self, kind: str) -> int:
        return len(self._kinds.get(kind, {}))

    def dump(self) -> dict[str, Any]:
        return {"counters": dict(self._counters), "rows": copy_json(self._kinds)}

    def load(self, document: dict[str, Any]) -> None:
        self._counters = dict(document["counters"])
        self._kinds = copy_json(document["rows"])

    def clear(self) -> None:
        self._counters = {}
        self._kinds = {}
