# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The storage behind repositories, which outlives a server: who owns it, and who else has a repository there.

Object storage and deduplicating appliances with a catalogue have one owner, the backup server that connected last. A
directory or a share may be used by several servers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...core.store import Row
from .kind import Body

if TYPE_CHECKING:
    from .estate import Estate

# Sections of a repository that name a storage which only one server can own, and what of them says which one it is.
OWNED = {
    "bucket": ("bucketName", "folderName"),
    "container": ("containerName", "folderName"),
    "dellDataDomain": ("ddServername",),
    "hpeStoreOnce": ("storeOnceServerName",),
}
POINTS = ("servicePoint", "regionType", "regionId")
# The field of a row that says when its server connected to the storage.
CONNECTED = "connected"


def owned_place(body: Body) -> str:
    """The storage of a repository if it can have one owner only; empty for any other."""
    for section, fields in OWNED.items():
        if isinstance(body.get(section), dict):
            account = body.get("account") or {}
            path = (body.get("repository") or {}).get("path")
            parts = [body[section].get(field) for field in fields] + [account.get(point) for point in POINTS]
            return json.dumps([section, *parts, path])
    return ""


def place(body: Body) -> str:
    """The storage of any repository: a directory of a host, a share, or one that has an owner."""
    path = (body.get("repository") or {}).get("path")
    share = (body.get("share") or {}).get("sharePath")
    return owned_place(body) or json.dumps([body.get("hostName"), path or share])


class Storages:
    """What the servers that share it know of each other: the estates of all of them.

    Everything is kept in their rows, so that a snapshot of each is a snapshot of all.
    """

    def __init__(self) -> None:
        self._estates: list[Estate] = []

    def join(self, estate: Estate) -> None:
        self._estates.append(estate)

    @property
    def estates(self) -> tuple[Estate, ...]:
        """The servers that reach the same storage reach the same hosts and directories too."""
        return tuple(self._estates)

    def connect(self, row: Row) -> None:
        """A server connects to the storage of a repository, and becomes its owner."""
        if owned_place(row["body"]):
            row[CONNECTED] = 1 + max((other.get(CONNECTED, 0) for _estate, other in self._rows()), default=0)

    def owner(self, body: Body) -> Row | None:
        """The repository, on whichever server, by which this storage is owned; None if it has no owner."""
        wanted = owned_place(body)
        rows = [row for _estate, row in self._rows() if wanted and owned_place(row["body"]) == wanted]
        return max(rows, key=lambda row: row.get(CONNECTED, 0), default=None)

    def beside(self, body: Body, mine: Estate) -> Iterator[tuple[Estate, Row]]:
        """The repositories of other servers in the same storage."""
        wanted = place(body)
        for estate, row in self._rows():
            if estate is not mine and place(row["body"]) == wanted:
                yield estate, row

    def _rows(self) -> Iterator[tuple[Estate, Row]]:
        for estate in self._estates:
            for row in estate.repositories():
                yield estate, row
