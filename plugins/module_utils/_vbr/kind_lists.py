# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of a server, kind by kind: each is read once until it is read anew, and many of them side by side.

Source: facts/vbr_beyond_automation.md 1 (operations).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from .._core.compare import value_at
from .._core.errors import Failure
from .._core.shape import STRING, Shape, shaped
from .client import Vbr
from .migration import links
from .migration.access import LIST, access_of
from .migration.kind import Kind, Rest, link
from .migration.kinds import JOB_PERMISSIONS, JOBS, KINDS
from .migration.listed import MOVING_JOB_TYPES
from .migration.references import MEANT_BY_ID
from .migration.signs import signs_of
from .seen import ends_reading

BACKUPS = "/api/v1/backups"
# What is used of a row: its id, if it has one, and what it may be called.
ROW: Mapping[str, Any] = {"id": STRING, "name": STRING, "type": STRING}

Row = dict[str, Any]


class KindLists:
    """The lists of one server, by kind; and that of its backups, which are no kind."""

    def __init__(self, service: Vbr) -> None:
        self.service = service
        self._rows: dict[str, list[Row]] = {}
        # Why a list that was read beforehand is not there.
        self._refused: dict[str, Failure] = {}

    def serves(self, kind: Kind) -> bool:
        """Whether the revision in use has the list of a kind, or signs of it."""
        shown = kind.rest is not None or bool(signs_of(kind.name))
        return shown and kind.served_in(self.service.revision)

    def rows(self, name: str) -> list[Row]:
        """The rows of a list; none where the server has no such list. Raises RestError."""
        if name in self._refused:
            raise self._refused[name]
        if name not in self._rows:
            self._rows[name] = self._read(name)
        return self._rows[name]

    def forget(self, name: str) -> None:
        """Have a list read anew."""
        self._rows.pop(name, None)
        self._refused.pop(name, None)

    def read(self, names: Iterable[str]) -> None:
        """Read the lists of these kinds side by side. What the server refuses is an error when it is asked for.

        Raises RestError, for what is wrong with more than one list.
        """
        kinds = [KINDS[name] for name in names if name not in MEANT_BY_ID]
        owners = {kind.name: kind.rest.part_of for kind in kinds if kind.rest and kind.rest.part_of}
        whole = [kind.name for kind in kinds if kind.name not in owners]
        # First what the others are parts of.
        for group in (dict.fromkeys([*whole, *owners.values()]), owners):
            unread = [name for name in group if name not in self._rows]
            attempts = self.service.lanes.tried(unread, self._read, ends_reading)
            self._rows |= {each.item: each.value or [] for each in attempts if each.error is None}
            self._refused |= {each.item: each.error for each in attempts if each.error is not None}

    def _read(self, name: str) -> list[Row]:
        if name == links.BACKUPS:
            return self.service.pages(BACKUPS, row=ROW)
        kind = KINDS[name]
        rest = kind.rest
        if rest is None or not self.serves(kind):
            return []
        if rest.singleton:
            return [self.service.call("GET", rest.path, fits=shaped({}))]
        if rest.part_of:
            owners = self.rows(rest.part_of)
            # What belongs to jobs that no call makes goes with them.
            owners = [row for row in owners if rest.part_of != JOBS.name or str(row.get("type")) in MOVING_JOB_TYPES]
            return self.service.lanes.each(owners, lambda owner: self._part(kind, rest, owner))
        if rest.shown_in:
            path, *steps = rest.shown_in
            shape: Shape = [{**ROW, "id!": STRING}]
            for step in reversed(steps):
                shape = {step: shape}
            return value_at(self.service.call("GET", path, fits=shaped(shape)), steps) or []
        return self.service.pages(rest.path, row=ROW)

    def _part(self, kind: Kind, rest: Rest, owner: Row) -> Row:
        found = self.part(kind, path_of(kind, owner["id"]))
        return {**found, "id": owner["id"], rest.owner: link(rest.part_of, owner["name"])}

    def part(self, kind: Kind, path: str) -> Row:
        """What is part of something, as it is changed."""
        if kind.name == JOB_PERMISSIONS.name:
            return access_of(self.service.call("GET", path, fits=shaped(LIST)))
        return dict(self.service.call("GET", path, fits=shaped({})))


def path_of(kind: Kind, row_id: str = "") -> str:
    """Where a list is, or one of its objects."""
    path, step = kind.rest.path if kind.rest else "", quote(str(row_id), safe="")
    if kind.rest and kind.rest.part_of:
        return path.format(id=step)
    return f"{path}/{step}" if step else path
