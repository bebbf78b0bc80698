# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a seed leaves to be filled in: ids, which it gives as `@` and a name, and what every server has."""

from __future__ import annotations

import uuid
from typing import Any

from ....core.bodies import copy_json
from ....core.store import NAMESPACE
from ..estate import Estate
from ..kind import Body
from ..kinds import ALL_KINDS, BY_NAME, MANAGED_SERVERS
from .references import tables_at
from .table import MOUNT_SERVERS, ROLES

NAMED = "@"
# The roles of every server: their names since 1.3-rev2, and before.
BUILT_IN = {
    "Backup Administrator": "Veeam Backup Administrator",
    "Backup Operator": "Veeam Backup Operator",
    "Backup Viewer": "Veeam Backup Viewer",
    "Restore Operator": "Veeam Restore Operator",
    "Tape Operator": "Veeam Tape Operator",
    "Security Administrator": "Veeam Security Administrator",
}
SETTINGS: Body = {
    "writeCacheFolder": "C:\\ProgramData\\Veeam\\Backup\\IRCache",
    "vPowerNFSEnabled": True,
    "vPowerNFSPortSettings": {"mountPort": 1058, "vPowerNFSPort": 2049},
}


def lasting_id(name: str) -> str:
    """An id that is the same on every server."""
    return str(uuid.uuid5(NAMESPACE, name))


def finish_seed(estate: Estate) -> None:
    """Put ids in the place of names; raises LookupError for a name that nothing has."""
    for name in BUILT_IN:
        body: Body = {"name": name, "description": ""}
        estate.add(ROLES.kind, ROLES.kind.name, body, {}, {"builtin": True}, lasting_id(name))
    for kind in ALL_KINDS:
        for row in estate.rows(kind):
            if kind.group(row["group"]).moves is False:
                row["body"] = _with_ids(row["body"], estate, (kind.name,))
    estate.reindex()
    for host in estate.rows(MANAGED_SERVERS):
        if host["state"].get("backupServer") and estate.get(MOUNT_SERVERS.kind, host["id"]) is None:
            body = {"hostId": host["id"], "settings": copy_json(SETTINGS)}
            estate.add(MOUNT_SERVERS.kind, MOUNT_SERVERS.kind.name, body, {}, {"default": True}, host["id"])


def _with_ids(value: Any, estate: Estate, around: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {name: _with_ids(each, estate, (*around, name)) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_ids(each, estate, around) for each in value]
    if not isinstance(value, str) or not value.startswith(NAMED):
        return value
    return _id_of(estate, tables_at(around), value.removeprefix(NAMED), ".".join(around))


def _id_of(estate: Estate, tables: tuple[str, ...], name: str, place: str) -> str:
    for table in tables:
        kind = BY_NAME.get(table)
        named = (row for row in estate.records(table) if row.get("name") == name) if kind is None else ()
        found = [*named] if kind is None else estate.named(kind, name)
        if found:
            return str(found[0]["id"])
    raise LookupError(f"nothing is called {name} ({place})")
