# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which jobs of a cutover go on with their chains, by which call, and what nobody can undo of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..._core.compare import fold
from ..._core.failures import Failed, by_reason, in_words, listed
from ..migration.bundle import Bundle
from ..migration.chains import (
    ATTACH_BACKUP,
    MOVE,
    REPLICA_MAPPING,
    SOURCE_BACKUP,
    WAYS,
    Adoption,
    Chain,
    clicks,
    way_of,
)
from ..migration.findings import Finding
from ..migration.first_runs import remarks
from ..migration.journal_entries import JournalJob
from ..migration.kinds import JOBS
from ..migration.stage import AT_REST, CUT_OVER, PENDING, Journal
from ..revisions import NEWEST_FIRST
from .plan import ActualHandover, DesiredHandover, HandoverItem, record_of
from .rescan import repository_name

# How far a job has come on its way to its chain, in the journal.
ASKED, ADOPTED, NOT_ADOPTED = "asked", "adopted", "not adopted"
MANY = (REPLICA_MAPPING, ATTACH_BACKUP)
WHAT_STAYS = {
    SOURCE_BACKUP: "the target's job owns the backup then",
    MOVE: "the backup is moved to the target's job, and the source may not find it where it was",
    ATTACH_BACKUP: "the backup belongs to the computer on the target then",
    REPLICA_MAPPING: "the first run of the target may remove the snapshots, and so the points, of the mapped replicas",
}
BEFORE_THE_SOURCE_RUNS = "Rescan the repositories on the source before its jobs run again, and look at their next run."


def with_adoptions(
    items: Sequence[HandoverItem], desired: DesiredHandover, actual: ActualHandover, warnings: list[str]
) -> list[HandoverItem]:
    """The items with how each goes on with its chain, as far as the option says so; a warning for those that do not."""
    if not desired.adopt:
        return list(items)
    left: list[Failed] = []
    found = [(item, _adoption_of(item, desired, actual, left)) for item in items]
    warnings += anew(left)
    warnings += _no_way_back([(item.name, adoption.way.name) for item, adoption in found if adoption])
    return [_adopting(item, adoption) for item, adoption in found]


def _adopting(item: HandoverItem, adoption: Adoption | None) -> HandoverItem:
    """The item with how it goes on with its chain; one that is brought in first is given it by the next run."""
    if adoption is None or item.phase != CUT_OVER:
        return item
    # What lies there is to be known first.
    return replace(item, adopts=adoption, rescans=item.rescans or adoption.repository)


def anew(left: Iterable[Failed]) -> list[str]:
    """A line per reason why jobs go on without what they have on the source."""
    return [f"Without its chain, the next run on the target starts anew: {line}" for line in in_words(by_reason(left))]


def _adoption_of(
    item: HandoverItem, desired: DesiredHandover, actual: ActualHandover, left: list[Failed]
) -> Adoption | None:
    """How a job goes on with its chain, be it there or still to be brought in; what it has and may not is added."""
    source, target = item.standing.source, item.standing.target
    chains = actual.chains.get(fold(source.id), ()) if source else ()
    comes = item.phase in (AT_REST, PENDING)
    done = item.standing.job.phase == CUT_OVER or item.stuck or not (comes or target)
    if done or source is None or not chains:
        return None
    job_type = target.type if target else source.type
    way = way_of(job_type, actual.target.revision)
    by_hand = clicks(job_type)
    if way is None or way.name not in desired.adopt:
        why = f"{actual.target.revision} has no call for it." if way is None else f"adopt does not name {way.name}."
        left.append(Failed(JOBS.name, item.name, f"{why} {by_hand}"))
        return None
    chains = _where_it_writes(chains, repository_name(record_of(actual.source, source)))
    if not chains or (len(chains) > 1 and way.name not in MANY):
        why = (
            f"it has {len(chains) or 'no'} chains in the repository that it writes to, and which is meant is not clear."
        )
        left.append(Failed(JOBS.name, item.name, f"{why} {by_hand}"))
        return None
    place = repository_name(record_of(actual.target, target)) if target else ""
    return Adoption(way, chains, place or chains[0].repository)


def _where_it_writes(chains: Sequence[Chain], repository: str) -> tuple[Chain, ...]:
    """Those of the chains that lie in the repository of the job now; replicas lie in none."""
    return tuple(
        chain
        for chain in chains
        if not chain.repository or not repository or fold(chain.repository) == fold(repository)
    )


def _no_way_back(ways: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What is to be known before: for each way, the jobs of which a rollback does not undo it."""
    for way, said in WHAT_STAYS.items():
        names = [name for name, its_way in ways if its_way == way]
        if names:
            yield f"{len(names)} job(s) take over their chains, which no rollback undoes ({said}): {listed(names)}."


def state_of(job: JournalJob) -> str:
    """How far a job has come on its way to its chain; `""` where the journal does not say it in words of ours."""
    state, way = job.chain.get("state") or "", job.chain.get("way") or ""
    return state if state in (ASKED, ADOPTED, NOT_ADOPTED) and way in ("", *WAYS) else ""


def may_be_gone(job: JournalJob) -> bool:
    """Whether a job of the target may have taken over what the job of the source has made."""
    return state_of(job) in (ASKED, ADOPTED)


def still_anew(bundle: Bundle, journal: Journal) -> list[Finding] | None:
    """What a plan says of first runs, without the jobs that may have their chains by now; None if none has."""
    revision = next((made.revision for made in journal.created.values() if made.kind == JOBS.name), "")
    if revision not in NEWEST_FIRST or not any(map(may_be_gone, journal.jobs.values())):
        return None
    types = {fold(job.id): job.type for job in bundle.states or () if job.chains}
    jobs = ((job, types.get(fold(job.source_id))) for job in journal.jobs.values())
    return list(remarks(((job.name, kind) for job, kind in jobs if kind and not may_be_gone(job)), revision))


def given_back(jobs: Iterable[JournalJob]) -> Iterator[str]:
    """What a rollback leaves as it is: the chains that jobs of the target have taken over, or may have."""
    everything = list(jobs)
    for state, verb in ((ADOPTED, "took over"), (ASKED, "may have taken over")):
        names = [job.name for job in everything if state_of(job) == state]
        if names:
            said = f"{len(names)} job(s) {verb} their chains on the target, which is not undone: {listed(names)}."
            yield f"{said} {BEFORE_THE_SOURCE_RUNS}"
