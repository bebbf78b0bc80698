# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which jobs have to be cut over together: those that share what waits for the cutover, a bucket for example. Pure.

Such an object is brought in when no job of the source uses it any more. A job that is put to rest before that would be
off on both servers. Jobs that start after one another, or copy what another one makes, had better go together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..._core.errors import quoted
from ..._core.failures import NAMES_SHOWN, Failed, listed
from ..migration.collection import Record
from ..migration.journal_entries import JournalJob
from ..migration.kinds import JOBS
from ..migration.sites import references
from ..migration.stage import COMING_TO_REST, CUT_OVER, NOT_YET_THERE, PENDING, WAITING


def torn(chosen: Collection[JournalJob], others: Collection[JournalJob]) -> Iterator[Failed]:
    """The chosen jobs that are not on the target yet and share something with one of the others that is not at rest.

    Each says which others are to be chosen too, also those that share something with these only.
    """
    awake = _Sharing([job for job in others if job.phase in (WAITING, COMING_TO_REST)])
    for job in chosen:
        if job.phase in NOT_YET_THERE or is_half_brought(job):
            groups = awake.groups(job)
            if groups:
                yield Failed(JOBS.name, job.name, _reason(job, groups))


def is_half_brought(job: JournalJob) -> bool:
    """Whether an import that brought it in after its source came to rest was broken off: the next one ends that."""
    return job.phase == PENDING and job.rested


Need = tuple[str, str]


@dataclass
class _Group:
    """Jobs of which each shares something with another one, in their order, and all that they need."""

    jobs: list[str] = field(default_factory=list)
    needs: set[Need] = field(default_factory=set)


class _Sharing:
    """Jobs by what they share, be it with a job that shares it with a third."""

    def __init__(self, jobs: Collection[JournalJob]) -> None:
        of_need: dict[Need, list[JournalJob]] = {}
        for job in jobs:
            for need in job.needs:
                of_need.setdefault(need, []).append(job)
        self._of_need: dict[Need, _Group] = {}
        order = {job.name: number for number, job in enumerate(jobs)}
        for first in of_need:
            if first not in self._of_need:
                self._join(first, of_need, order)

    def _join(self, first: Need, of_need: Mapping[Need, list[JournalJob]], order: Mapping[str, int]) -> None:
        group, left, names = _Group(needs={first}), [first], set[str]()
        while left:
            need = left.pop()
            self._of_need[need] = group
            for job in of_need[need]:
                if job.name not in names:
                    names.add(job.name)
                    left += [other for other in job.needs if other not in group.needs]
                    group.needs.update(job.needs)
        group.jobs = sorted(names, key=order.__getitem__)

    def groups(self, job: JournalJob) -> list[_Group]:
        """Those with which a job shares something."""
        found = {id(group): group for need in job.needs if (group := self._of_need.get(need))}
        return list(found.values())


def _reason(job: JournalJob, groups: Collection[_Group]) -> str:
    shared = [need for need in job.needs if any(need in group.needs for group in groups)]
    # What the jobs use says more than which of them needs which.
    shared = [need for need in shared if need[0] != JOBS.name] or shared
    count = sum(len(group.jobs) for group in groups)
    first = [quoted(name) for group in groups for name in group.jobs[:NAMES_SHOWN]]
    return (
        f"it shares {listed([f'{kind} {quoted(key)}' for kind, key in shared])} with jobs that would stay awake on the "
        "source. Name these too in jobs (vbr_cutover_jobs in the role), or leave it out: "
        f"{listed(first, count)}."
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
