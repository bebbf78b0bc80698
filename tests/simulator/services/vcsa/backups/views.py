# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a backup is shown: as the status of its job, and in the details, which have other words for the same state."""

from __future__ import annotations

from typing import Any

from ....core.store import Row
from ..vapi.errors import own
from .parts import COMMON, MEGABYTE, SEAT, SUPERVISORS
from .running import INPROGRESS, WHOLE

Model = dict[str, Any]
PRODUCT = "vCenter Server"
SERVICE = "com.vmware.appliance.recovery.backup.job"
WORKING = ("duration", "size", "progress", "start_time")
# Status in the details -> the fields that exist with it, and no others (facts/vcsa.md 2, union rule).
FIELDS = {
    "PENDING": (),
    "BLOCKED": ("start_time",),
    "RUNNING": WORKING,
    "SUCCEEDED": (*WORKING, "end_time"),
    "FAILED": (*WORKING, "end_time"),
}
MEGABYTES = {part.id: part.megabytes for part in (COMMON, SEAT, SUPERVISORS)}


def job_status(row: Row) -> Model:
    return {
        "id": row["id"],
        "state": row["state"],
        "messages": row["messages"],
        "progress": row["progress"],
        "start_time": row["created"],
        "end_time": row["ended"],
    }


def details(row: Row, status_of_running: str) -> Model:
    """The details of a job; `status_of_running` is the status that a running job shows."""
    status = status_of_running if row["state"] == INPROGRESS else row["state"]
    measures = {name: value for name, value in _measures(row).items() if name in FIELDS[status]}
    return measures | {
        "location": row["directory"],
        "location_user": row["location_user"],
        "type": row["type"],
        "messages": row["messages"],
        "build": {"version_name": PRODUCT, "version": row["version"], "build_number": row["build"]},
        "fast_backup": row["fast_backup"],
        "description": own("job.description", "Backup of the appliance"),
        "service": SERVICE,
        "operation": "create",
        "status": status,
        "cancelable": row["state"] == INPROGRESS,
        "user": row["user"],
    }


def _measures(row: Row) -> Model:
    whole = sum(MEGABYTES[part] for part in row["parts"]) * MEGABYTE
    message = own("job.progress", f"{row['progress']} %", str(row["progress"]))
    return {
        "duration": row["duration"],
        "size": whole * row["progress"] // WHOLE,
        "progress": {"total": WHOLE, "completed": row["progress"], "message": message},
        "start_time": row["created"],
        "end_time": row["ended"],
    }
