# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an automation session and its log look in each revision."""

from __future__ import annotations

from typing import Any

from ....core.store import Row
from ..revisions import older
from .sessions import NO_ID

Model = dict[str, Any]
WHOLE = 100


def session_model(row: Row, revision: str) -> Model:
    """Null while unknown: the end and the result of a session that runs, and what it is about."""
    total = row["total"]
    model: Model = {
        "id": row["id"],
        "name": row["name"],
        "activityId" if older(revision, "1.2-rev1") else "jobId": row["id"],
        "sessionType": "Automation",
        "creationTime": row["created"],
        "endTime": row["ended"],
        "state": row["state"],
        "progressPercent": WHOLE if row["ended"] or not total else WHOLE * row["done"] // total,
        "result": _result(row),
        "resourceId": None,
        "resourceReference": None,
        "parentSessionId": None,
        "usn": row["usn"],
    }
    if not older(revision, "1.2-rev1"):
        model |= {"platformName": "VMware", "platformId": NO_ID}
    if not older(revision, "1.3-rev0"):
        model["initiatedBy"] = row["by"]
    if not older(revision, "1.3-rev1"):
        model["relatedSessionId"] = None
    return model


def _result(row: Row) -> Model | None:
    if row["ended"] is None:
        return None
    failed = sum(record["status"] == "Failed" for record in row["records"])
    message = f"{failed} of {row['total']} objects failed" if failed else ""
    return {"result": row["result"], "message": message, "isCanceled": row["canceled"]}


def log_model(row: Row, revision: str) -> Model:
    """Newest record first."""
    records = [dict(record) for record in reversed(row["records"])]
    if not older(revision, "1.3-rev0"):
        nothing: Any = "" if older(revision, "1.3-rev2") else []
        for record in records:
            record["additionalInfo"] = nothing
    return {"totalRecords": len(records), "records": records}
