# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of jobs: what each is doing, which here is nothing or being disabled."""

from __future__ import annotations

from typing import Any

from ....core.routing import Route
from ....core.store import Row
from ..estate import Estate
from ..kinds import JOBS, REPOSITORIES
from ..revisions import older
from ..shapes.infrastructure import CASE_WAVE
from .reading import Reading

Model = dict[str, Any]


def show_state(row: Row, estate: Estate, revision: str) -> Model:
    """Jobs never run here; a job that is not disabled is inactive."""
    body = row["body"]
    repository = body["storage"]["backupRepository"]
    lowered = older(revision, CASE_WAVE)
    status = "Disabled" if row["state"].get("disabled") else "Inactive"
    model: Model = {
        "id": row["id"],
        "name": body["name"],
        "type": "Backup" if older(revision, "1.3-rev0") else body["type"],
        "description": body["description"],
        "status": status.lower() if lowered else status,
        "lastRun": None,
        "lastResult": "None",
        "nextRun": None,
        "workload": "vm" if lowered else "Vm",
        "repositoryId": estate.id_of(REPOSITORIES, repository["name"], repository.get("uniqueId")),
        "repositoryName": repository["name"],
        "objectsCount": len(body["virtualMachines"].get("includes") or []),
        "sessionId": None,
    }
    if not older(revision, "1.3-rev0"):
        model |= {"highPriority": bool(body["isHighPriority"]), "progressPercent": 0, "nextRunPolicy": None}
    return model


READING = Reading(
    "/api/v1/jobs/states",
    JOBS,
    show_state,
    columns=("name", "type", "status", "lastRun", "lastResult", "nextRun", "description"),
    equal={
        "idFilter": "id",
        "typeFilter": "type",
        "statusFilter": "status",
        "lastResultFilter": "lastResult",
        "workloadFilter": "workload",
        "repositoryIdFilter": "repositoryId",
        "isHighPriorityJobFilter": "highPriority",
        "objectsCountFilter": "objectsCount",
    },
)
ROUTES = (Route("GET", READING.path, READING.list),)
