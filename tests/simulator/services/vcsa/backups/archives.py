# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives: the directories that backups leave at their location, until the retention of a schedule removes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ....core.store import Row, Store
from ..switches import VcsaSwitches
from .locations import base_of
from .running import MANUAL, SCHEDULED

TABLE = "archives"
NOT_IN_A_NAME = re.compile(r"[^\w.-]")
LETTERS = {MANUAL: "M", SCHEDULED: "S"}


def name_of(job: Row, version: str) -> str:
    """The name of an archive: M_8.0.2.00100_20231209-074557_comment (facts/vcsa.md 3)."""
    day_and_time = job["id"].rpartition("-")[0]
    return f"{LETTERS[job['type']]}_{version}_{day_and_time}_{NOT_IN_A_NAME.sub('_', job['comment'])}"


class Archives:
    """The archives of one appliance at all locations."""

    def __init__(self, store: Store, switches: VcsaSwitches) -> None:
        self._store, self._switches = store, switches

    def add(self, job: Row, system_name: str) -> Row:
        """Add the archive that a finished job has written."""
        directory = job["directory"]
        return self._store.add(
            TABLE,
            {
                "archive": directory.rpartition("/")[2],
                "base": base_of(job["location"]),
                "location": directory,
                "system_name": system_name,
                "started": job["created"],
                "completed": job["ended"],
                "version": job["version"],
                "comment": job["comment"],
                "parts": job["parts"],
                "schedule": job["schedule"],
            },
        )

    def at(self, location: str, system_name: str | None = None) -> list[Row]:
        """The archives at a location, oldest first."""
        rows: Iterator[Row] = self._store.rows(TABLE)
        found = [row for row in rows if row["base"] == base_of(location)]
        return [row for row in found if system_name in (None, row["system_name"])]

    def at_directory(self, location: str) -> Row | None:
        return next((row for row in self._store.rows(TABLE) if base_of(row["location"]) == base_of(location)), None)

    def prune(self, location: str, keep: int) -> None:
        """Remove the oldest archives beyond `keep`; the switch `retention_prunes` says whether manual ones count."""
        counted = [row for row in self.at(location) if row["schedule"] or self._switches.retention_prunes == "all"]
        for row in counted[: max(0, len(counted) - keep)]:
            self._store.remove(TABLE, row["id"])


def summary(row: Row) -> dict[str, Any]:
    return {
        "archive": row["archive"],
        "timestamp": row["started"],
        "version": row["version"],
        "comment": row["comment"],
    }


def info(row: Row) -> dict[str, Any]:
    kept = {name: row[name] for name in ("location", "parts", "version", "system_name", "comment")}
    return {"timestamp": row["completed"], **kept}
