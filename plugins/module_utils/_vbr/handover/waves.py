# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which jobs have to be cut over together: those that share what waits for the cutover, a bucket for example. Pure.

Such an object is brought in when no job of the source uses it any more. A job that is put to rest before that would be
off on both servers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..._core.errors import quoted
from ..._core.failures import Failed, listed
from ..migration.kinds import JOBS
from ..migration.stage import COMING_TO_REST, NOT_YET_THERE, PENDING, WAITING, JournalJob


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
