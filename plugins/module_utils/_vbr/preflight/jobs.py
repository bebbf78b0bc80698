# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about jobs: what they keep and how, what they wait for, what runs, and which no call makes. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..._core.compare import fold
from ..._core.errors import quoted
from ..migration.findings import Finding
from ..migration.kinds import JOBS
from ..migration.listed import CREATED_JOB_TYPES, MOVED_JOB_TYPES
from ..migration.retention import POLICY, RESTORE_POINTS, in_words
from .codes import Judge, finding
from .facts import Move

REVERSE = "ReverseIncremental"
AT_WORK = frozenset({"running", "starting", "stopping"})
MOUNTED = frozenset({"Mounted", "Mounting"})
RUNS_OF_JOBS = frozenset({"BackupJob", "Job"})


def restore_points(move: Move) -> Iterator[Finding]:
    for name, job in move.jobs() if move.target and move.target.is_thirteen else ():
        policy = (job.get("storage") or {}).get("retentionPolicy") or {}
        said = in_words(job, move.days_per_point)
        if said:
            yield finding("restore-points-converted", said, JOBS.name, name, ".".join(POLICY), "it is converted.")
        elif fold(policy.get("type")) == fold(RESTORE_POINTS):
            said = f"it keeps {policy.get('quantity')} restore points."
            field = "storage.retentionPolicy.type"
            yield finding("restore-points-retention", said, JOBS.name, name, field, "it keeps restore points.")


def reverse_incremental(move: Move) -> Iterator[Finding]:
    for name, job in move.jobs() if move.target and move.target.is_thirteen else ():
        settings = (job.get("storage") or {}).get("advancedSettings") or {}
        if settings.get("backupModeType") == REVERSE:
            field = "storage.advancedSettings.backupModeType"
            yield finding("reverse-incremental", "it is reverse incremental.", JOBS.name, name, field)


def gfs(move: Move) -> Iterator[Finding]:
    fulls = {fold(name) for name in move.source.fulls} if move.source else set()
    for name, _job in move.jobs():
        if fold(name) in fulls:
            yield finding("gfs-fulls-at-risk", "its chain has full backups that GFS keeps.", JOBS.name, name)


def other_types(move: Move) -> Iterator[Finding]:
    moved = MOVED_JOB_TYPES | move.types_by_rest(JOBS)
    for row in move.source.rows("job_states") if move.source else ():
        kind = str(row.get("type") or "")
        if kind and kind not in moved:
            code = "job-not-moved" if kind in CREATED_JOB_TYPES else "job-by-hand"
            said = f"it is of type {kind}."
            yield finding(code, said, JOBS.name, str(row.get("name")), cause=said)


def predecessors(move: Move) -> Iterator[Finding]:
    moved = {fold(name) for name, _job in move.jobs()}
    there = {fold(row.get("name")) for row in (move.target.rows("job_states") if move.target else ())}
    readable = move.target is not None and "job_states" in move.target.lists
    for name, job in move.jobs() if readable else ():
        after = (job.get("schedule") or {}).get("afterThisJob") or {}
        if after.get("isEnabled") and after.get("jobName") and fold(after["jobName"]) not in moved | there:
            said = f"it runs after {quoted(str(after['jobName']))}."
            yield finding("predecessor-stays", said, JOBS.name, name, "schedule.afterThisJob")


def running(move: Move) -> Iterator[Finding]:
    for row in move.source.rows("job_states") if move.source else ():
        if fold(row.get("status")) in AT_WORK:
            yield finding("job-running", f"it is {row['status']}.", JOBS.name, str(row.get("name")))


def sessions(move: Move) -> Iterator[Finding]:
    """What is not the run of a job: those are reported already."""
    for row in move.source.rows("sessions") if move.source else ():
        if row.get("sessionType") not in RUNS_OF_JOBS:
            said = f"{quoted(str(row.get('name')))} ({row.get('sessionType')}) is {row.get('state')}."
            yield finding("session-running", said, cause=str(row.get("sessionType")))


def mounts(move: Move) -> Iterator[Finding]:
    if not move.source:
        return
    for name in ("mounts", "hyperv_mounts"):
        for row in move.source.rows(name):
            if row.get("state") in MOUNTED:
                said = f"{quoted(str(row.get('vmName')))} runs from a backup."
                yield finding("mount-active", said, cause="machines run from a backup.")
    for row in move.source.rows("published"):
        if row.get("mountState") in MOUNTED:
            said = f"disks of {quoted(str(row.get('restorePointName')))} are published."
            yield finding("mount-active", said, cause="disks are published.")


RULES: tuple[Judge, ...] = (
    restore_points,
    reverse_incremental,
    gfs,
    other_types,
    predecessors,
    running,
    sessions,
    mounts,
)
