# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the backup servers have, as Enterprise Manager knows it: rows of the store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.store import Row, Store

SERVERS, REPOSITORIES, JOBS, BACKUPS = "backupServers", "repositories", "jobs", "backups"
TABLES = (SERVERS, REPOSITORIES, JOBS, BACKUPS)
TASKS = "tasks"
# A change of the estate as data: the row that is put into a table, or None for one that goes.
Change = dict[str, Any]


class Estate:
    """Servers, repositories, jobs and backups, which refer to each other by id."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def load(self, document: dict[str, Any]) -> None:
        """Takes the tables of a seed; a reference to nothing is a KeyError."""
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

    def job_named(self, name: str, server_id: str) -> bool:
        """Whether a server has such a job, or is making one; names are told apart without regard to case."""
        wanted = (name.casefold(), server_id)
        known = (*self.rows(JOBS), *self._coming())
        return any((str(row.get("name")).casefold(), row.get("backupServer")) == wanted for row in known)

    def _coming(self) -> Iterator[Row]:
        """The jobs that the servers have and the lists do not show yet."""
        for task in self.rows(TASKS):
            changes = (task["outcome"] or {"changes": []})["changes"]
            yield from (change["row"] for change in changes if change["table"] == JOBS and change["row"])

    def apply(self, change: Change) -> None:
        """Makes a change; one that was made meanwhile is no error."""
        table, row_id, row = change["table"], change["id"], change["row"]
        if row is not None:
            self.store.add(table, {**(self.get(table, row_id) or {}), **row}, row_id)
        elif self.get(table, row_id) is not None:
            self.store.remove(table, row_id)


def put(table: str, row_id: str, **fields: Any) -> Change:
    """A new row, or new values of one that is there."""
    return {"table": table, "id": row_id, "row": fields}


def drop(table: str, row_id: str) -> Change:
    return {"table": table, "id": row_id, "row": None}
