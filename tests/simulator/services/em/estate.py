# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of the backup servers as Enterprise Manager knows them: rows of the store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.names import folded
from ...core.store import Row, Store

SERVERS, REPOSITORIES, JOBS, BACKUPS = "backupServers", "repositories", "jobs", "backups"
TABLES = (SERVERS, REPOSITORIES, JOBS, BACKUPS)
TASKS = "tasks"
# A change of the estate as data: the values of a row, new or existing, or None for one that is removed.
Change = dict[str, Any]


class Estate:
    """Servers, repositories, jobs and backups, which refer to each other by id."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def load(self, document: dict[str, Any]) -> None:
        """Add the tables of a seed; a reference to nothing is a KeyError."""
        for table in TABLES:
            for row in document.get(table, []):
                self.store.add(table, dict(row), row.get("id"))
        for row in (*self.store.rows(REPOSITORIES), *self.store.rows(JOBS)):
            self.server_of(row)

    def rows(self, table: str) -> Iterator[Row]:
        return self.store.rows(table)

    def get(self, table: str, row_id: str) -> Row | None:
        return self.store.get(table, row_id)

    def server_of(self, row: Row) -> Row:
        """The backup server of a repository or a job; of a backup, that of its repository."""
        if "backupServer" not in row:
            return self.server_of(self.found(REPOSITORIES, row["repository"]))
        return self.found(SERVERS, row["backupServer"])

    def found(self, table: str, row_id: str) -> Row:
        row = self.get(table, row_id)
        if row is None:
            raise KeyError(f"{table} has no {row_id}")
        return row

    def actual(self, table: str) -> dict[str, Row]:
        """The rows by id as the backup servers have them, with the changes that lists do not show yet."""
        rows = {row["id"]: row for row in self.rows(table)}
        for change in (change for change in self._pending() if change["table"] == table):
            row = changed(rows.pop(change["id"], None), change)
            if row is not None:
                rows[change["id"]] = row
        return rows

    def _pending(self) -> Iterator[Change]:
        for task in self.rows(TASKS):
            yield from task["outcome"]["changes"] if task["outcome"] else ()

    def job_named(self, name: str, server_id: str) -> bool:
        """Whether a server has a job of that name; the case of letters does not matter."""
        jobs = self.actual(JOBS).values()
        return any((folded(job["name"]), job["backupServer"]) == (folded(name), server_id) for job in jobs)

    def apply(self, change: Change) -> None:
        """Make a change visible in the lists."""
        table, row_id = change["table"], change["id"]
        old = self.get(table, row_id)
        new = changed(old, change)
        if new is not None:
            self.store.add(table, new, row_id)
        elif old is not None:
            self.store.remove(table, row_id)


def changed(row: Row | None, change: Change) -> Row | None:
    """A row after a change; None when it is removed, or was removed before the change came."""
    if change["row"] is None or (row is None and not change["new"]):
        return None
    return {**(row or {}), **change["row"], "id": change["id"]}


def add(table: str, row_id: str, **fields: Any) -> Change:
    """A new row."""
    return {"table": table, "id": row_id, "new": True, "row": fields}


def put(table: str, row_id: str, **fields: Any) -> Change:
    """New values of an existing row."""
    return {"table": table, "id": row_id, "new": False, "row": fields}


def drop(table: str, row_id: str) -> Change:
    return {"table": table, "id": row_id, "new": False, "row": None}
