# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The estate of a server as items that can be given back to it: every list read once, names in the place of ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..automation import Automation
from ..client import Vbr
from ..resource.as_code import item, state
from ..resource.codecs import Named, Ref
from ..resource.endpoint import Endpoint, Lists, Row
from ..resource.places import Steps
from ..resource.schema import Resource
from ..resources.kinds import KINDS
from ..revisions import rank

SERVERS = "managed_servers"


class ListedNames:
    """Who is who on a server, from its lists."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def name_of(self, ref: Ref, given: Mapping[str, Any]) -> str | None:
        """A name that no other object of the list has; its id if there is no such name."""
        places: dict[Steps, Any] = {(name,): value for name, value in given.items() if value}
        found = (self._lists.matching(path, places) for path in ref.lists if places)
        rows = next(filter(None, found), [])
        if len(rows) != 1:
            return None
        names = (str(rows[0][by]) for by in ref.by if rows[0].get(by))
        alone = (name for name in names if len(self._lists.found(Named(ref, name, ""))) == 1)
        return next(alone, str(rows[0]["id"]))

    def id_of(self, named: Named) -> str:
        return self._lists.id_of(named)


def as_code(service: Vbr) -> dict[str, Any]:
    """The estate as `vbr_estate` takes it, kind by kind, and what of it no option describes."""
    lists = Lists(service)
    names = ListedNames(lists)
    # The backup server is listed among the servers it manages, and nobody can make it.
    itself = Automation(service).identity(lists.rows(KINDS[SERVERS].path)).all_names
    estate: dict[str, Any] = {}
    left_out: list[dict[str, Any]] = []
    for kind, resource in KINDS.items():
        if rank(service.revision) < rank(resource.since):
            estate[kind] = {} if resource.singleton else []
            continue
        if resource.singleton:
            estate[kind] = item(resource, Endpoint(service, resource).read(), service.revision, names)
            continue
        estate[kind] = []
        for row in lists.rows(resource.path):
            made = kind != SERVERS or row["name"] not in itself
            found = item(resource, row, service.revision, names) if made else None
            if found is None:
                left_out.append({"kind": kind, "id": row["id"], "name": _called(row), "type": row.get("type")})
            else:
                estate[kind].append({**found, **state(resource, _state_of(lists, resource, row), service.revision)})
    return {"resource": estate, "left_out": left_out}


def _state_of(lists: Lists, resource: Resource, row: Row) -> Row:
    """What shows the state of an object: itself, or its row in the list of states."""
    toggle = resource.toggle
    if toggle is None or not toggle.path or rank(lists.service.revision) < rank(toggle.since):
        return row
    return next(iter(lists.matching(toggle.path, {("id",): row["id"]})), row)


def _called(row: Row) -> str | None:
    return next((str(row[name]) for name in ("name", "username", "hint", "description") if row.get(name)), None)
