# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be read from the body of a job that automation does not move: what it protects, where to, and its copies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....core.bodies import copy_json
from ....core.store import Row
from ..estate import Estate
from ..kind import Body, Model
from ..kinds import JOBS, REPOSITORIES, SCALE_OUT_REPOSITORIES
from ..shapes.rules import places, values
from .table import OTHER_JOBS, TENANTS
from .types import TYPES

GROUP = OTHER_JOBS.name
# The copies of a job that stand in it as well as in the list.
COPIED = ("FileBackup", "ObjectStorageBackup", "EntraIDAuditLogBackup")
TARGETS, COPY, PRIMARY = "secondaryTargets", "FileBackupCopy", "primaryJobId"
# Where a job says which repository it writes to, and what it protects.
REPOSITORY_PATHS = (
    "storage.backupRepositoryId",
    "storage.destination.backupRepositoryId",
    "target.backupRepositoryId",
    "backupRepository.backupRepositoryId",
    "backupRepositoryId",
)
OBJECT_PATHS = (
    "virtualMachines.includes[]",
    "computers[]",
    "sourceObjects.includes.jobs[]",
    "sourceObjects.includes.backups[]",
    "sourceObjects.includes.repositories[]",
    "linkedJobs.includes[]",
    "objects[]",
    "sources[]",
)
# Where a body has objects of an inventory, which must be there.
MACHINES = ("virtualMachines.includes[]", "virtualMachines.excludes.vms[]", "destination.host", "destination.datastore")


def is_other(model: Model) -> bool:
    """Whether a job is of a type that automation does not move."""
    return model.get("type") in TYPES


def kept_by_id(row: Row) -> bool:
    """Whether a job is kept as such a job is, with the ids of what it refers to."""
    return bool(row["group"] == GROUP)


def copies_of(estate: Estate, row: Row) -> Iterator[Row]:
    """The copy jobs of a job of files."""
    if row["body"]["type"] in COPIED:
        jobs = (job for job in estate.rows(JOBS) if job["body"]["type"] == COPY)
        yield from (job for job in jobs if job["body"].get(PRIMARY) == row["id"])


def machines(body: Body) -> Iterator[Body]:
    """The objects of an inventory that a job names."""
    for path in MACHINES:
        yield from (each for each in values(body, path) if isinstance(each, dict) and each.get("platform") != "Agent")


def object_names(body: Body) -> list[str]:
    """What a run of the job goes through."""
    found = [container[key] for path in OBJECT_PATHS for container, key in places(body, path)]
    names = [str(each.get("name") or each.get("path") or body["name"]) for each in found if isinstance(each, dict)]
    return names or [str(body["name"])]


def repository_of_other(estate: Estate, body: Body) -> Row | None:
    """The repository, plain or scale-out, that a job writes to; None for one that writes elsewhere."""
    ids: list[Any] = [each for path in REPOSITORY_PATHS for each in values(body, path) if each]
    for tenant in values(body, "storage.tenantId") if not ids else []:
        row = estate.get(TENANTS.kind, str(tenant))
        ids += [row["body"].get("cacheRepositoryId")] if row else []
    for kind in (REPOSITORIES, SCALE_OUT_REPOSITORIES):
        row = estate.get(kind, str(ids[0])) if ids else None
        if row is not None:
            return row
    return None


def copied(targets: list[Body] | None) -> list[Body]:
    """The copies among secondary targets; the others are jobs of other sorts, which it only names."""
    return [each for each in targets or [] if each.get("type", COPY) == COPY]


def taken(estate: Estate, row_id: str | None, targets: list[Body] | None) -> list[str]:
    """The names of copies that other jobs have."""
    rows = ((str(each["name"]), estate.named(JOBS, str(each["name"]))) for each in copied(targets))
    return [
        name for name, found in rows if any(each["body"].get(PRIMARY) != row_id or row_id is None for each in found)
    ]


def spread(estate: Estate, row: Row, targets: list[Body] | None) -> None:
    """Make jobs of the copies that stand in a job: the list of them is that of the job."""
    if targets is None:
        return
    others = [each for each in targets if each not in copied(targets)]
    row["body"] |= {TARGETS: others} if others else {}
    wanted = {str(each["name"]): each for each in copied(targets)}
    for copy in list(copies_of(estate, row)):
        if copy["body"]["name"] not in wanted:
            estate.remove(JOBS, copy)
    there = {copy["body"]["name"]: copy for copy in copies_of(estate, row)}
    for name, target in wanted.items():
        body = {"type": COPY, **copy_json(target), PRIMARY: row["id"]}
        for left_out in ("id", "isDisabled"):
            body.pop(left_out, None)
        if name in there:
            estate.replace(JOBS, there[name], body, {})
        else:
            estate.add(JOBS, GROUP, body, {}, {})


def give_to_computers(job: Row) -> None:
    """The computers of a policy know what it was when they were given it: at its creation, and when somebody asks."""
    automatic = bool((job["body"].get("schedule") or {}).get("runAutomatically"))
    job["state"]["applied"] = {"enabled": not job["state"].get("disabled"), "automatic": automatic}
