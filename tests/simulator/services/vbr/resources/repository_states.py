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
    """All repositories have the same size and are online; object storage has neither host nor path."""
    body = row["body"]
    host = body.get("hostName")
    model: Model = {
        "id": row["id"],
        "name": body["name"],
        "type": body["type"],
        "description": body["description"],
        "hostId": estate.id_of(MANAGED_SERVERS, host) if host else None,
        "hostName": host,
        "path": (body.get("repository") or {}).get("path"),
        "capacityGB": CAPACITY_GB,
        "freeGB": CAPACITY_GB - USED_GB,
        "usedSpaceGB": USED_GB,
    }
    if not older(revision, TAG_WAVE):
        model["isOnline"] = True
    if not older(revision, "1.3-rev0"):
        model["isOutOfDate"] = False
    return model


READING = Reading(
    "/api/v1/backupInfrastructure/repositories/states",
    REPOSITORIES,
    show_state,
    columns=("name", "type", "description", "host", "path", "capacityGB", "freeGB", "usedSpaceGB"),
    equal={"idFilter": "id", "typeFilter": "type", "isOnlineFilter": "isOnline", "isOutOfDateFilter": "isOutOfDate"},
)
ROUTES = (Route("GET", READING.path, READING.list),)
