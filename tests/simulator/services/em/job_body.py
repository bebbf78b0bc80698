# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entity of a job: its own properties, and links to the actions that it offers."""

from __future__ import annotations

from ...core.call import Call
from ...core.store import Row
from .estate import JOBS, Estate
from .kind import Link, link, uid
from .shapes.description import Value
from .shapes.job import INFO_OF

# A copy of all restore points has the second type, also when it runs periodically (facts/em.md 5).
COPIES = ("BackupCopy", "ImmediateBackupCopy")
REPLICA = "Replica"
IMMEDIATE = "ImmediateBackupCopy"
# Action that starts or stops something -> the operation of its task, and the word in the task's message.
TRIGGERS = {
    "start": ("StartJob", "start"),
    "stop": ("StopJob", "stop"),
    "retry": ("RetryJob", "retry"),
    "sync": ("StartJobSync", "sync"),
}


def triggers_of(row: Row) -> tuple[str, ...]:
    """The triggers of a job: copy jobs are synchronised; all others are started, stopped and retried."""
    return ("sync",) if row["jobType"] in COPIES else ("start", "stop", "retry")


def job_actions(call: Call, estate: Estate, row: Row) -> list[Link]:
    """Links to the actions that a job offers. Deleting a job has no link (facts/em.md 5)."""
    here = f"{JOBS}/{row['id']}"
    links = [] if row["jobType"] in COPIES else [link(call, "Edit", here, "Job")]
    if row.get("clonable", True):
        links.append(link(call, "Clone", f"{here}?action=clone"))
    links.append(link(call, "ToggleScheduleEnabled", f"{here}?action=toggleScheduleEnabled"))
    links += [link(call, action.capitalize(), f"{here}?action={action}") for action in triggers_of(row)]
    return links


def job_down(call: Call, estate: Estate, row: Row) -> list[Link]:
    sessions = "ReplicaJobSessionReferenceList" if row["jobType"] == REPLICA else "BackupJobSessionReferenceList"
    folder = "replicaSessions" if row["jobType"] == REPLICA else "backupSessions"
    return [link(call, "Down", f"{JOBS}/{row['id']}/{folder}", sessions)]


def job_body(estate: Estate, row: Row) -> Value:
    """A job without an enabled schedule has no next run. No property names its repository (facts/em.md 5)."""
    mode = "ImmediateCopyMode" if row["jobType"] == IMMEDIATE else "Standart"
    planned = row["scheduleConfigured"] and row["scheduleEnabled"]
    return {
        "JobType": row["jobType"],
        "Platform": row["platform"],
        "Description": row["description"],
        "ScheduleConfigured": row["scheduleConfigured"],
        "ScheduleEnabled": row["scheduleEnabled"],
        "NextRun": row.get("nextRun") if planned else None,
        "JobScheduleOptions": {mode: row.get("schedule") or {}},
        "JobInfo": {INFO_OF[row["jobType"]]: _info(row)},
    }


def _info(row: Row) -> Value:
    """The properties of all types of jobs; the shape of each type shows some of them."""
    return {
        "Includes": {"ObjectInJobs": [_included(each) for each in row.get("includes", [])]},
        "SimpleRetentionPolicy": {"RetainCycles": row.get("retainCycles", 7)},
        "LinkedJobIncludes": {"LinkedJobObjects": [_linked(each) for each in row.get("linkedJobs", [])]},
    }


def _included(each: Value) -> Value:
    return {
        "Type": "ObjectInJob",
        "Links": [],
        "ObjectInJobId": each["id"],
        "HierarchyObjRef": each["reference"],
        "Name": each["name"],
        "DisplayName": each["name"],
        "Order": each.get("order", 0),
    }


def _linked(each: Value) -> Value:
    return {"ObjectInJobId": each["id"], "LinkedJobUid": uid("Job", each["job"])}
