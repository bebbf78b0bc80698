# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups: list, read, their objects and their files, and forgetting or deleting one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..chains import BACKUPS, FORGOTTEN, FULL_BYTES, INCREMENT_BYTES, points_of
from ..errors import json_answer, not_found
from ..kind import Model
from ..kinds import JOBS, REPOSITORIES, SCALE_OUT_REPOSITORIES
from ..listing import by_field, flag, page
from ..plain.records import Records
from ..plain.second_person import guard
from ..rest.types import TYPES
from ..revisions import TAG_WAVE, before, older
from ..server import VbrServer, only_since, revision_of, shape
from ..sessions.running import Outcome, Task, work
from ..sessions.views import start
from ..shapes.rules import ZERO_ID

# The id of the platform VMware is the same on every server.
PLATFORM = ZERO_ID
# What the type of a job says of the platform of its backups.
PLATFORMS = {
    "HyperV": "HyperV",
    "CloudDirector": "CloudDirector",
    "WindowsAgent": "WindowsPhysical",
    "LinuxAgent": "LinuxPhysical",
    "File": "UnstructuredData",
    "ObjectStorage": "UnstructuredData",
    "EntraID": "EntraID",
}
FILES_SINCE = DELETED_SINCE = TAG_WAVE
PER_CENT = 100
FORGETTING = "forget backup"
FILE_COLUMNS = by_field("name", "dataSize", "backupSize", "creationTime")


def show_backup(server: VbrServer, row: Row, revision: str) -> Model:
    """The id of the job is null of a backup that was imported, or whose job is gone."""
    job = server.estate.get(JOBS, row["job"])
    policy = "policyTag" if older(revision, TAG_WAVE) else "policyUniqueId"
    model: Model = {
        "id": row["id"],
        "jobId": job["id"] if job else None,
        policy: None,
        "name": row["name"],
        "platformName": _platform(row),
        "platformId": PLATFORM,
        "creationTime": row["created"],
        "repositoryId": row["repository"],
    }
    if not older(revision, "1.3-rev0"):
        kinds = (REPOSITORIES, SCALE_OUT_REPOSITORIES)
        found = next(filter(None, (server.estate.get(kind, row["repository"]) for kind in kinds)), None)
        model |= {
            "repositoryName": found["body"]["name"] if found else None,
            "jobType": _job_type(row, revision),
        }
    return model


def _job_type(row: Row, revision: str) -> str:
    """A type that a revision has no word for is unknown to it."""
    kind = str(row.get("jobType", "VSphereBackup"))
    return "Unknown" if kind in TYPES and older(revision, TYPES[kind].listed) else kind


def _platform(row: Row) -> str:
    """That of the type of its job; a row of jobs that have no list says it itself."""
    if row.get("platform"):
        return str(row["platform"])
    kind = str(row.get("jobType", ""))
    return next((platform for word, platform in PLATFORMS.items() if word in kind), "VMware")


READING = Records(
    "/api/v1/backups",
    BACKUPS,
    show_backup,
    ("name", "creationTime", "platformId", "jobId"),
    equal={"jobIdFilter": "jobId", "platformIdFilter": "platformId", "jobTypeFilter": "jobType"},
)
ONE = f"{READING.path}/<row_id>"


def show_object(each: dict[str, Any], backup: Row, revision: str) -> Model:
    model: Model = {
        "id": each["id"],
        "name": each["name"],
        "type": "VM",
        "platformName": "VMware",
        "platformId": PLATFORM,
        "restorePointsCount": len(each["points"]),
    }
    if not older(revision, "1.1-rev0"):
        model |= {
            "objectId": f"vm-{each['id'][:8]}",
            "viType": "VirtualMachine",
            "path": f"vcenter\\{each['name']}",
        }
    if not older(revision, "1.3-rev0"):
        model["lastRunFailed"] = False
    if not older(revision, "1.3-rev2"):
        model |= {"backupId": backup["id"], "size": FULL_BYTES}
    return model


def list_objects(server: VbrServer, call: Call, row_id: str) -> Response:
    backup, revision = READING.row(server, row_id), shape(call)
    models = [show_object(each, backup, revision) for each in backup["objects"]]
    return page(models, dict, call.query, by_field("name"), server.switches.page_size)


def show_file(backup: Row, each: dict[str, Any], point: dict[str, Any], revision: str) -> Model:
    size = FULL_BYTES if point["type"] == "Full" else INCREMENT_BYTES
    ending = "vbk" if point["type"] == "Full" else "vib"
    stamp = datetime.fromisoformat(point["created"]).strftime("%Y-%m-%dT%H%M%S")
    model: Model = {
        "id": point["file"],
        "name": f"{each['name']}D{stamp}.{ending}",
        "backupId": backup["id"],
        "restorePointIds": [point["id"]],
        "dataSize": 2 * size,
        "backupSize": size,
        "dedupRatio": PER_CENT,
        "compressRatio": PER_CENT // 2,
        "creationTime": point["created"],
        "gfsPeriods": point["gfs"] or ["None"],
    }
    if older(revision, "1.3-rev2"):
        return model | {"objectId": each["id"]}
    return model | {"objectIds": [each["id"]], "severity": "Clean"}


def list_files(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, FILES_SINCE)
    backup, revision = READING.row(server, row_id), shape(call)
    wanted = call.query.get("gfsPeriodFilter")
    files = [show_file(backup, each, point, revision) for each, point in points_of(backup)]
    chosen = [file for file in files if wanted is None or wanted in file["gfsPeriods"]]
    return page(chosen, dict, call.query, FILE_COLUMNS, server.switches.page_size)


def one_file(server: VbrServer, call: Call, row_id: str, file_id: str) -> Response:
    only_since(call, FILES_SINCE)
    backup = READING.row(server, row_id)
    for each, point in points_of(backup):
        if point["file"] == file_id:
            return json_answer(show_file(backup, each, point, shape(call)))
    raise not_found(file_id)


def delete(server: VbrServer, call: Call, row_id: str) -> Response:
    """Delete the files, or with fromDB only the record of them: then a rescan finds the backup again."""
    only_since(call, DELETED_SINCE)
    backup = READING.row(server, row_id)
    guard(server, call)
    task: Task = {"do": FORGETTING, "id": backup["id"], "files": not flag(call.query, "fromDB", False)}
    status = 200 if before(revision_of(call), "1.3-rev0") else 201
    return start(call, server.sessions, "Backup Deletion", "DeleteBackup", [task], status)


@work(FORGETTING)
def forget(server: VbrServer, task: Task) -> Outcome:
    row = server.store.get(BACKUPS, task["id"])
    if row is None:
        return Outcome("Failed", "Backup Deletion", f"Resource with ID {task['id']} does not exist")
    server.store.remove(BACKUPS, row["id"])
    if not task["files"]:
        server.store.add(FORGOTTEN, row, row["id"])
    done = "Files deleted" if task["files"] else "Removed from the configuration"
    return Outcome("Succeeded", f"Deletion of {row['name']}", done, row["id"])


ROUTES = (
    *READING.routes(),
    Route("DELETE", ONE, delete),
    Route("GET", f"{ONE}/objects", list_objects),
    Route("GET", f"{ONE}/backupFiles", list_files),
    Route("GET", f"{ONE}/backupFiles/<file_id>", one_file),
)
