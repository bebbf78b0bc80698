# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of a job: its own properties, and what may be done with it."""

from __future__ import annotations

from ...core.call import Call
from ...core.store import Row
from .estate import JOBS, Estate
from .kind import uid
from .links import Link, link
from .shapes.description import Value
from .shapes.job import INFO_OF

# The copy of everything at once is told by a word of its own, also when it is periodic (facts/em.md 5).
COPIES = ("BackupCopy", "ImmediateBackupCopy")
REPLICA = "Replica"
IMMEDIATE = "ImmediateBackupCopy"
# What may be asked of a job, and the operation and the word with which its task speaks of it.
ACTIONS = {
    "start": ("StartJob", "start"),
    "stop": ("StopJob", "stop"),
    "retry": ("RetryJob", "retry"),
    "sync": ("StartJobSync", "sync"),
}


def actions_of(row: Row) -> tuple[str, ...]:
    """Copy jobs are synchronised; all others are started, stopped and retried."""
    return ("sync",) if row["jobType"] in COPIES else ("start", "stop", "retry")


def job_deeds(call: Call, estate: Estate, row: Row) -> list[Link]:
    """Only what has a link can be done; that a job can be deleted is told by none (facts/em.md 5)."""
    here = f"{JOBS}/{row['id']}"
    links = [] if row["jobType"] in COPIES else [link(call, "Edit", here, "Job")]
    if row.get("clonable", True):
        links.append(link(call, "Clone", f"{here}?action=clone"))
    links.append(link(call, "ToggleScheduleEnabled", f"{here}?action=toggleScheduleEnabled"))
    links += [link(call, action.capitalize(), f"{here}?action={action}") for action in actions_of(row)]
    return links


def job_down(call: Call, estate: Estate, row: Row) -> list[Link]:
    sessions = "ReplicaJobSessionReferenceList" if row["jobType"] == REPLICA else "BackupJobSessionReferenceList"
    folder = "replicaSessions" if row["jobType"] == REPLICA else "backupSessions"
    return [link(call, "Down", f"{JOBS}/{row['id']}/{folder}", sessions)]


def job_body(estate: Estate, row: Row) -> Value:
    """A job that does not run by itself has no next run; its repository is told nowhere (facts/em.md 5)."""
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
    """Each type of job shows some of this, as its shape says."""
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
