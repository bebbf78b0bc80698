# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a session and its log look in each revision, and the answer that starts a session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.store import Row
from ..errors import json_answer
from ..kind import Model
from ..revisions import older
from ..server import shape
from ..shapes.rules import ZERO_ID
from .running import Sessions, Task

AUTOMATION = "Automation"
# Type of session -> its name in the first revisions.
OLD_TYPES = {"BackupJob": "Job"}
WHOLE = 100


def session_model(row: Row, revision: str) -> Model:
    """A session. Its end and its result are null while it runs."""
    total = row["total"]
    model: Model = {
        "id": row["id"],
        "name": row["name"],
        "activityId" if older(revision, "1.2-rev1") else "jobId": row["job"] or row["id"],
        "sessionType": OLD_TYPES.get(row["type"], row["type"]) if older(revision, "1.2-rev1") else row["type"],
        "creationTime": row["created"],
        "endTime": row["ended"],
        "state": row["state"],
        "progressPercent": WHOLE if row["ended"] or not total else WHOLE * row["done"] // total,
        "result": _result(row),
        "resourceId": row["resource"],
        "resourceReference": None,
        "parentSessionId": None,
        "usn": row["usn"],
    }
    if not older(revision, "1.2-rev1"):
        model |= {"platformName": "VMware", "platformId": ZERO_ID}
    if not older(revision, "1.3-rev0"):
        model["initiatedBy"] = row["by"]
    if not older(revision, "1.3-rev1"):
        model["relatedSessionId"] = row.get("related")
    return model


def _result(row: Row) -> Model | None:
    if row["ended"] is None:
        return None
    return {"result": row["result"], "message": _message(row), "isCanceled": row["canceled"]}


def _message(row: Row) -> str:
    """How many objects of an import failed; of any other work, why it failed."""
    failed = [record for record in row["records"] if record["status"] == "Failed"]
    if row["type"] == AUTOMATION:
        return f"{len(failed)} of {row['total']} objects failed" if failed else ""
    return "; ".join(record["description"] for record in failed)


def log_model(row: Row, revision: str) -> Model:
    """Newest record first."""
    records = [dict(record) for record in reversed(row["records"])]
    if not older(revision, "1.3-rev0"):
        nothing: Any = "" if older(revision, "1.3-rev2") else []
        for record in records:
            record["additionalInfo"] = nothing
    return {"totalRecords": len(records), "records": records}


def start(
    call: Call,
    sessions: Sessions,
    name: str,
    session_type: str,
    tasks: Sequence[Task],
    status: int = 201,
    job: str = "",
) -> Response:
    """Open a session for these tasks and answer with it. The answer always shows it as starting."""
    stuck = "stick_session" in call.faults
    row = sessions.open(name, session_type, tasks, call.account.username, stuck, job)
    answer = json_answer(session_model(row, shape(call)), status)
    sessions.begin(row)
    return answer
