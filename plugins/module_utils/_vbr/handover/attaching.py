# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of agent policies: each is attached to the computer that made it.

Source: facts/vbr_beyond_automation.md 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from ..._core.compare import fold
from ..._core.errors import InvalidInput, quoted
from ..._core.shape import STRING, Shape
from ..client import IDENTIFIED, Vbr
from ..kind_lists import BACKUPS

ENTITIES = "/api/v1/agents/discoveredEntities"
GROUPS = "/api/v1/agents/protectionGroups"
GROUP = "ProtectionGroup"
# What is used of a policy.
POLICY: Mapping[str, Shape] = {"computers": [dict.fromkeys(("id", "name", "type"), STRING)]}


def attaching(service: Vbr, policy: Mapping[str, Any], ids: Iterable[str]) -> Callable[[], None]:
    """What attaches each of these backups to the computer of the policy that it is of; nothing is sent before.

    Raises InvalidInput, RestError.
    """
    owners = _owners(service, policy, ids)

    def attach() -> None:
        for owner, backup in owners.items():
            service.call("POST", f"{ENTITIES}/{quote(owner, safe='')}/attachBackup", {"backupIds": backup})

    return attach


def is_attached(service: Vbr, policy: Mapping[str, Any], ids: Iterable[str]) -> bool:
    """Whether each of these backups is attached to its computer. Raises InvalidInput, RestError."""
    for owner, wanted in _owners(service, policy, ids).items():
        path = f"{ENTITIES}/{quote(owner, safe='')}/backups"
        there = {fold(row["id"]) for row in service.pages(path, row=IDENTIFIED)}
        if not set(map(fold, wanted)) <= there:
            return False
    return True


def _owners(service: Vbr, policy: Mapping[str, Any], ids: Iterable[str]) -> dict[str, list[str]]:
    """The backups of each computer, by its id."""
    computers = _computers(service, policy)
    found: dict[str, list[str]] = {}
    for backup in ids:
        path = f"{BACKUPS}/{quote(backup, safe='')}/objects"
        named = {fold(row.get("name")) for row in service.pages(path, row=IDENTIFIED)}
        owners = [row_id for row_id, name in computers.items() if name in named]
        if len(owners) != 1 or len(named) != 1:
            raise InvalidInput(
                f"the backup {quoted(backup)} is of {len(named)} computers, {len(owners)} of them of the "
                "policy: whose it is is not clear."
            )
        found.setdefault(owners[0], []).append(backup)
    return found


def _computers(service: Vbr, policy: Mapping[str, Any]) -> dict[str, str]:
    """The folded name of each computer of a policy, by its id; those of a group that it names as a whole, too."""
    found: dict[str, str] = {}
    for one in policy.get("computers") or ():
        if fold(one.get("type")) == fold(GROUP):
            if not one.get("id"):
                raise InvalidInput("the policy names a protection group and not which.")
            path = f"{GROUPS}/{quote(one['id'], safe='')}/discoveredEntities"
            found |= {str(row["id"]): fold(row.get("name")) for row in service.pages(path, row=IDENTIFIED)}
        elif one.get("id"):
            found[one["id"]] = fold(one.get("name"))
    return found
