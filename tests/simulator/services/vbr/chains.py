# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups: the chains of restore points that jobs leave in repositories, and what a rescan makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ...core.bodies import copy_json
from ...core.clock import Clock, write_time
from ...core.store import Row, Store
from .estate import Estate
from .kind import Body
from .kinds import JOBS, REPOSITORIES, SCALE_OUT_REPOSITORIES
from .rest.job_bodies import kept_by_id, object_names, repository_of_other
from .shapes.rules import places, values

if TYPE_CHECKING:
    from .server import VbrServer

BACKUPS = "backups"
# Those whose files are there though their record was deleted.
FORGOTTEN = "forgottenBackups"
# What a seed says of a job: the restore points that it has made, as {"type": "Full", "gfs": ["Weekly"]}.
POINTS = "points"
FULL_BYTES, INCREMENT_BYTES = 40_000_000_000, 2_000_000_000
OLDEST_FIRST = "Full"
EXTENTS = "performanceTier.performanceExtents[].extent"


def lay_down(store: Store, estate: Estate, clock: Clock) -> None:
    """Give each job of a seed the backup that the seed says it has."""
    for job in estate.rows(JOBS):
        points = job["state"].pop(POINTS, [])
        names = objects_of(job)
        for point in points:
            add_points(store, estate, clock, job, names, point["type"], point.get("gfs", []))


def objects_of(job: Row) -> list[str]:
    """The names of what a job protects."""
    if kept_by_id(job):
        return object_names(job["body"])
    return [each["name"] for each in job["body"]["virtualMachines"].get("includes") or []]


# Where a job says which chain it goes on with.
SOURCES = ("storage.sourceBackupId", "backupRepository.sourceBackupId")


def named_chains(store: Store, body: Body) -> list[Row]:
    """The chains that a job says it goes on with."""
    found = (store.get(BACKUPS, row_id) for path in SOURCES for row_id in values(body, path))
    return [row for row in found if row is not None]


def forget_named(body: Body) -> None:
    """A job that says nothing of the chain that it was given."""
    for path in SOURCES:
        for container, key in list(places(body, path)):
            container.pop(key, None)


def adopt(store: Store, job: Row) -> None:
    """A job that names a chain which no job has goes on with it."""
    for backup in named_chains(store, job["body"]):
        if not backup["job"]:
            backup["job"] = job["id"]


def repository_of(estate: Estate, job: Row) -> Row | None:
    """The repository, plain or scale-out, that a job writes to."""
    if kept_by_id(job):
        return repository_of_other(estate, job["body"])
    meant = job["body"]["storage"]["backupRepository"]
    for kind in (REPOSITORIES, SCALE_OUT_REPOSITORIES):
        row_id = estate.id_of(kind, meant["name"], meant.get("uniqueId"))
        if row_id:
            return estate.get(kind, row_id)
    return None


def add_points(
    store: Store, estate: Estate, clock: Clock, job: Row, names: Sequence[str], how: str = "", gfs: Sequence[str] = ()
) -> None:
    """A restore point of each of these machines in the backup of a job; the first one of a machine is full."""
    repository = repository_of(estate, job)
    # At the latest, a run goes on with the chain that its job names.
    adopt(store, job)
    backup = _backup_of(store, job) or store.add(
        BACKUPS,
        {
            "name": job["body"]["name"],
            "job": job["id"],
            "repository": repository["id"] if repository else "",
            "jobType": job["body"]["type"],
            "created": write_time(clock.now()),
            "objects": [],
        },
    )
    for name in names:
        found = next((each for each in backup["objects"] if each["name"] == name), None)
        if found is None:
            found = {"id": store.new_id("backupObjects"), "name": name, "points": []}
            backup["objects"].append(found)
        found["points"].append(
            {
                "id": store.new_id("restorePoints"),
                "file": store.new_id("backupFiles"),
                "type": how if how and found["points"] else OLDEST_FIRST,
                "gfs": list(gfs),
                "created": write_time(clock.now()),
            }
        )


def _backup_of(store: Store, job: Row) -> Row | None:
    return next((row for row in store.rows(BACKUPS) if row["job"] == job["id"]), None)


def points_of(backup: Row) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every restore point of a backup, with the object that it is of."""
    for each in backup["objects"]:
        for point in each["points"]:
            yield each, point


def find(server: VbrServer, repository: Row) -> int:
    """A rescan: what other servers have in this storage, and what this one has forgotten, is known here as imported.

    Returns how many backups it found.
    """
    store, estate = server.store, server.estate
    pool = _pool_of(estate, repository)
    known = {each["id"] for row in store.rows(BACKUPS) for each in row["objects"]}
    there = [row for row in store.rows(FORGOTTEN) if row["repository"] == repository["id"]]
    for other_estate, other in estate.storages.beside(repository["body"], estate):
        lies_in = {other["id"], _pool_of(other_estate, other)["id"]}
        there += [row for row in other_estate.records(BACKUPS) if row["repository"] in lies_in]
    found = [row for row in there if not known & {each["id"] for each in row["objects"]}]
    for row in found:
        if store.get(FORGOTTEN, row["id"]):
            store.remove(FORGOTTEN, row["id"])
        store.add(BACKUPS, copy_json({**row, "job": "", "repository": pool["id"]}))
    return len(found)


def _pool_of(estate: Estate, repository: Row) -> Row:
    """The scale-out repository that a repository is an extent of; else the repository itself."""
    name = repository["body"]["name"]
    pools = (row for row in estate.rows(SCALE_OUT_REPOSITORIES) if name in values(row["body"], EXTENTS))
    return next(pools, repository)
