# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of backup repositories: where each one is, and how full it is."""

from __future__ import annotations

from ....core.routing import Route
from ....core.store import Row
from ..estate import Estate
from ..kind import Model
from ..kinds import MANAGED_SERVERS, REPOSITORIES
from ..plain.reading import Reading
from ..revisions import TAG_WAVE, older

CAPACITY_GB = 1024.0
USED_GB = 256.0


def show_state(row: Row, estate: Estate, revision: str) -> Model:
    """All repositories have the same size and are online unless their state says otherwise; object storage has neither
    host nor path.
    """
    body, state = row["body"], row["state"]
    used = float(state.get("usedGB", USED_GB))
    free = float(state.get("freeGB", CAPACITY_GB - used))
    host = body.get("hostName")
    model: Model = {
        "id": row["id"],
        "name": body["name"],
        "type": body["type"],
        "description": body["description"],
        "hostId": estate.id_of(MANAGED_SERVERS, host) if host else None,
        "hostName": host,
        "path": (body.get("repository") or {}).get("path"),
        "capacityGB": used + free,
        "freeGB": free,
        "usedSpaceGB": used,
    }
    if not older(revision, TAG_WAVE):
        model["isOnline"] = not offline(estate, row)
    if not older(revision, "1.3-rev0"):
        model["isOutOfDate"] = False
    return model


def offline(estate: Estate, row: Row) -> bool:
    """Whether a repository cannot be reached: by itself, or because its host is offline."""
    hosts = estate.named(MANAGED_SERVERS, str(row["body"].get("hostName") or ""))
    return any(each["state"].get("offline") for each in (row, *hosts))


READING = Reading(
    "/api/v1/backupInfrastructure/repositories/states",
    REPOSITORIES,
    show_state,
    columns=("name", "type", "description", "host", "path", "capacityGB", "freeGB", "usedSpaceGB"),
    equal={"idFilter": "id", "typeFilter": "type", "isOnlineFilter": "isOnline", "isOutOfDateFilter": "isOutOfDate"},
)
ROUTES = (Route("GET", READING.path, READING.list),)
