# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent to create or change an object by ordinary REST: its record, without what only a server says. Pure.

Inside one revision an object that is shown and one that is created are the same but for a few fields
(facts/vbr_beyond_automation.md 2.4); what is more than a field left out stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..._core.compare import value_at
from .collection import Record
from .kind import LINK, linked
from .kinds import ENTRA_TENANTS, JOB_PERMISSIONS, JOBS, KINDS, KMS_SERVERS, MANAGED_SERVERS, USERS, VM_EXCLUSIONS
from .links import BACKUPS, is_link, without

# A copy of what a file backup makes is a job of its own, which is created as such.
COPIES_INSIDE = "secondaryTargets"
PEM, PFX = "Pem", "Pfx"


def new_body(kind: str, record: Record) -> Record:
    """What is sent to create the object of a record; links stand in it still."""
    rest = KINDS[kind].rest
    body = without(record, rest.only_read) if rest else record
    made = _OF_KIND.get(kind)
    cleaned: Record = _without_nothing(made(body, record) if made else body)
    return cleaned


def changed_body(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> Record:
    """An object as its server has it, with what is wanted otherwise; lists are replaced whole."""
    changed = dict(row)
    for key, value in wanted.items():
        there = changed.get(key)
        if value is not None:
            changed[key] = changed_body(there, value) if isinstance(value, dict) and isinstance(there, dict) else value
    return changed


def _job(body: Record, _record: Record) -> Record:
    # Its backups stay where they are: a link to one is no link on another server.
    return {key: _without_backups(value) for key, value in body.items() if key != COPIES_INSIDE}


def _without_backups(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_backups(item) for item in node if not _is_backup(item)]
    if isinstance(node, dict):
        return {key: _without_backups(value) for key, value in node.items() if not _is_backup(value)}
    return node


def _is_backup(value: Any) -> bool:
    """Whether it is the link to a backup, or an object with one as its id."""
    if is_link(value):
        return bool(value[LINK] == BACKUPS)
    return isinstance(value, Mapping) and is_link(value.get("id")) and bool(value["id"][LINK] == BACKUPS)


def _exclusion(_body: Record, record: Record) -> Record:
    return {"vmObject": record.get("inventoryObject")}


def _user(body: Record, _record: Record) -> Record:
    """A new user takes built-in roles only; it gets the others by a call of its own. Up to 1.3-rev1 there are none."""
    return {**body, "roles": [role for role in body.get("roles") or [] if role.get("isBuiltIn") is not False]}


def _permissions(body: Record, _record: Record) -> Record:
    """An owner is named."""
    return {**body, "owner": linked(body.get("owner")) or body.get("owner")}


def _tenant(body: Record, record: Record) -> Record:
    """The account that it has is shown, but for its secret."""
    shown = {"applicationId": value_at(record, ("authentication", "applicationId"))}
    given = value_at(body, ("existingAccount", "authentication")) or {}
    return {**body, "creationMode": "ExistingAccount", "existingAccount": {"authentication": {**shown, **given}}}


def _key_server(body: Record, _record: Record) -> Record:
    """What kind of file a certificate comes from is not shown: one with a password is taken for a PFX."""
    return {name: _certificate(value) if name.endswith("Certificate") else value for name, value in body.items()}


def _certificate(given: Mapping[str, Any]) -> Record:
    return {"formatType": PFX if given.get("password") else PEM, **given}


def _server(body: Record, record: Record) -> Record:
    """A cluster gets the names of its hosts, which it shows as servers of their own."""
    if record.get("type") != "HvCluster":
        return body
    names = [row.get("hvServerName") for row in record.get("childServers") or [] if isinstance(row, Mapping)]
    return {**body, "hvServers": [{"hvServerName": name} for name in names if name]}


def _without_nothing(node: Any) -> Any:
    """The same without null members: servers show them, and refuse some (facts/vbr_beyond_automation.md 6, 17)."""
    if isinstance(node, list):
        return [_without_nothing(item) for item in node]
    if isinstance(node, dict):
        return {key: _without_nothing(value) for key, value in node.items() if value is not None}
    return node


_OF_KIND: Mapping[str, Callable[[Record, Record], Record]] = {
    JOBS.name: _job,
    VM_EXCLUSIONS.name: _exclusion,
    USERS.name: _user,
    JOB_PERMISSIONS.name: _permissions,
    ENTRA_TENANTS.name: _tenant,
    KMS_SERVERS.name: _key_server,
    MANAGED_SERVERS.name: _server,
}
