# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which jobs have to be cut over together: those that share what waits for the cutover, a bucket for example. Pure.

Such an object is brought in when no job of the source uses it any more. A job that is put to rest before that would be
off on both servers. Jobs that start after one another, or copy what another one makes, had better go together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ..._core.errors import quoted
from ..._core.failures import Failed, listed
from ..migration.collection import Record
from ..migration.kinds import JOBS
from ..migration.references import references
from ..migration.stage import COMING_TO_REST, CUT_OVER, NOT_YET_THERE, PENDING, WAITING, JournalJob


def torn(chosen: Collection[JournalJob], others: Collection[JournalJob]) -> Iterator[Failed]:
    """The chosen jobs that are not on the target yet and share something with one of the others that is not at rest.

    Each says which others are to be chosen too, also those that share something with these only.
    """
    awake = [job for job in others if job.phase in (WAITING, COMING_TO_REST)]
    for job in chosen:
        if job.phase in NOT_YET_THERE or is_half_brought(job):
            together = _together(job, awake)
            if together:
                yield Failed(JOBS.name, job.name, _reason(job, together))


def is_half_brought(job: JournalJob) -> bool:
    """Whether an import that brought it in after its source came to rest was broken off: the next one ends that."""
    return job.phase == PENDING and job.rested


def _together(job: JournalJob, awake: Collection[JournalJob]) -> list[JournalJob]:
    """Those of the others that share something with the job, or with one that does."""
    needed, found = set(job.needs), [False] * len(awake)
    grows = True
    while grows:
        grows = False
        for number, other in enumerate(awake):
            if not found[number] and needed & set(other.needs):
                found[number] = grows = True
                needed |= set(other.needs)
    return [other for number, other in enumerate(awake) if found[number]]


def _reason(job: JournalJob, together: Collection[JournalJob]) -> str:
    shared = [need for need in job.needs if any(need in other.needs for other in together)]
    # What the jobs use says more than which of them needs which.
    shared = [need for need in shared if need[0] != JOBS.name] or shared
    return (
        f"it shares {listed([f'{kind} {quoted(key)}' for kind, key in shared])} with jobs that would stay awake on the "
        "source. Name these too in jobs (vbr_cutover_jobs in the role), or leave it out: "
        f"{listed([quoted(other.name) for other in together])}."
    )


def parted(chosen: Iterable[JournalJob], others: Iterable[JournalJob], definitions: Iterable[Record]) -> Iterator[str]:
    """What to warn of if jobs that stay on the source need runs of jobs that are handed over, or the other way round.

    `definitions` are the jobs as the source has them. What is disabled needs no run.
    """
    go, stay = ({job.source_name or job.name for job in jobs if not job.disabled} for jobs in (chosen, _open(others)))
    found = []
    for record in definitions:
        name = str(record.get("name"))
        needed = sorted(_needed_by(record))
        there, other = (go, stay) if name in go else (stay, go)
        found += [f"{quoted(name)} (of {quoted(one)})" for one in needed if name in there and one in other]
    if found:
        yield (
            f"{len(found)} job(s) need the runs of another one, which will be on the other server: {listed(found)}. "
            "They do nothing until both are on one server: name them in jobs (vbr_cutover_jobs in the role) together."
        )


def _open(jobs: Iterable[JournalJob]) -> Iterator[JournalJob]:
    return (job for job in jobs if job.phase != CUT_OVER)


def _needed_by(record: Record) -> set[str]:
    """The jobs that a job starts after or whose backups it copies; a start that is switched off is none."""
    after = (record.get("schedule") or {}).get("afterThisJob") or {}
    off = after.get("jobName") if after.get("isEnabled") is False else None
    return {found.name for found in references(JOBS.name, record) if found.kind == JOBS.name and found.name != off}
