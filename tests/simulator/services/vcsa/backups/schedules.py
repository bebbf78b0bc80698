# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schedules of an appliance: added, changed, removed and shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ....core.secrets import seal
from ....core.store import Row, Store
from ..switches import VcsaSwitches
from ..vapi.errors import error
from .running import SECRETS

TABLE = "schedules"
SHOWN = ("parts", "location", "location_user", "enable", "recurrence_info", "retention_info", "fast_backup")


class Schedules:
    """The schedules of one appliance, by name."""

    def __init__(self, store: Store, switches: VcsaSwitches) -> None:
        self._store, self._switches = store, switches

    def rows(self) -> Iterator[Row]:
        return self._store.rows(TABLE)

    def find(self, name: str) -> Row | None:
        return next((row for row in self.rows() if row["name"] == name), None)

    def get(self, name: str) -> Row:
        row = self.find(name)
        if row is None:
            raise error("not_found", "schedule.unknown", f"There is no schedule '{name}'.", name)
        return row

    def add(self, name: str, spec: Mapping[str, Any], parts: list[str]) -> Row:
        if self.find(name) is not None:
            raise error("already_exists", "schedule.exists", f"There is a schedule '{name}' already.", name)
        if self._switches.second_schedule == "refuse" and self._store.count(TABLE):
            raise error("already_exists", "schedule.second", "There is a schedule already, and no place for a second.")
        row: Row = {field: spec.get(field) for field in SHOWN}
        row |= {"name": name, "parts": parts, "enable": spec.get("enable") is not False}
        row["secrets"] = {field: seal(spec.get(field) or "") for field in SECRETS}
        return self._store.add(TABLE, row)

    def change(self, row: Row, spec: Mapping[str, Any], parts: list[str]) -> None:
        """Change a schedule. Unset fields stay as they are, so nothing can be cleared."""
        row.update({field: spec[field] for field in SHOWN if spec.get(field) is not None})
        row["parts"] = parts
        row["secrets"].update({field: seal(spec[field]) for field in SECRETS if spec.get(field) is not None})

    def remove(self, row: Row) -> None:
        self._store.remove(TABLE, row["id"])


def view(row: Row) -> dict[str, Any]:
    """A schedule as it is shown: without passwords, and without whether it has any."""
    return {field: row[field] for field in SHOWN}
