# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deciding a cutover or a rollback: what is desired and what both servers show becomes a plan, or one refusal. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..._core.compare import Drift, alike, fold, wildcard
from ..._core.errors import InvalidInput, quoted
from ..._core.failures import Failed, by_reason, in_words, listed
from ..migration.bundle import Bundle, ServerIdentity
from ..migration.collection import Record, records
from ..migration.convert import convert
from ..migration.journal_entries import JournalJob
from ..migration.kinds import JOBS
from ..migration.retention import in_days
from ..migration.stage import (
    AT_REST,
    COMING_TO_REST,
    CUT_OVER,
    CUTTING_OVER,
    NOT_YET_THERE,
    PENDING,
    ROLLED_BACK,
    ROLLING_BACK,
    WAITING,
    Journal,
    refuse_shared,
    source_id,
)
from .chains import given_back, with_adoptions
from .changes import changes, patched, to_bring
from .changes import in_words as changes_in_words
from .plan import (
    CUT,
    FAIL,
    IGNORE,
    ActualHandover,
    DesiredHandover,
    HandoverItem,
    HandoverPlan,
    Standing,
    nowhere,
    record_of,
    standings,
)
from .removal import plan_removal
from .rescan import repository_of
from .servers import SOURCE, TARGET, Seen
from .twins import taken_for_one
from .waves import is_half_brought, parted, torn

# Phases in which a job may have been disabled on the source by a cutover.
HANDED = (COMING_TO_REST, AT_REST, CUTTING_OVER, CUT_OVER, ROLLING_BACK)
IMPORT_AGAIN = "Run the import again; it puts it to sleep."
# Of a job that was rolled back and is not on the target.
EXPORT_AGAIN = " If it was deleted there, export again, and it is left out."
REMOVED_THERE = " If the rollback removed it there, import again."
CHANGED_HINT = "changed_since (vbr_cutover_changed_since in the role) says what is done about it: update or ignore."


class HandoverRefused(InvalidInput):
    """A cutover or a rollback that must not be begun. Nothing was changed."""


def plan_handover(desired: DesiredHandover, actual: ActualHandover) -> HandoverPlan:
    """Plan it. Raises HandoverRefused with everything that stands in the way of any job: nothing was changed then."""
    jobs = chosen(actual.journal, desired.jobs)
    there = standings(jobs, actual.source, actual.target)
    problems: list[Failed] = []
    warnings = [*_left_behind(actual)] if desired.state == CUT and len(jobs) == len(actual.journal.jobs) else []
    if desired.state == CUT:
        there = _without_nowhere(there, desired.bundle, warnings)
        jobs = [now.job for now in there]
    if not desired.source.validate_certs:
        warnings.append(
            f"The certificate of {desired.source.hostname} is not verified (source.validate_certs is false)."
        )
    decide = _cut if desired.state == CUT else _back
    items = [decide(standing, desired, actual, problems, warnings) for standing in there]
    if desired.state == CUT:
        _judge_together(jobs, desired, actual, problems, warnings)
    if problems:
        groups = by_reason(problems)
        raise HandoverRefused("Nothing was changed. " + "\n".join(in_words(groups)), failures=groups)
    warnings += [f"{item.name} is left as it is: {item.stuck}" for item in items if item.stuck]
    if desired.state == CUT:
        items = with_adoptions(items, desired, actual, warnings)
    else:
        warnings += given_back(item.standing.job for item in items if item.changed)
    removal = None
    if actual.objects is not None:
        removal = plan_removal(actual.journal, actual.objects, {item.name: item.stuck for item in items})
        warnings += removal.warnings()
    return HandoverPlan(
        desired.state,
        tuple(items),
        actual.journal,
        actual,
        desired.running,
        desired.running_timeout,
        tuple(warnings),
        desired.settings,
        removal,
    )


def check_pair(desired: DesiredHandover, source: ServerIdentity, target: ServerIdentity) -> None:
    """Refuse another source than that of the bundle, and one server that is both. Raises InvalidInput."""
    if fold(source_id(source)) == fold(source_id(target)):
        raise InvalidInput(f"Source and target are the same backup server ({target.name}).", "Check both hostnames.")
    check_source(desired.bundle, str(desired.settings["src"]), source)


def check_source(bundle: Bundle, src: str, source: ServerIdentity) -> None:
    """Refuse another source than that of the bundle. Raises InvalidInput."""
    known = bundle.source
    if not source_id(known) or fold(source_id(known)) != fold(source_id(source)):
        raise InvalidInput(
            f"The bundle {src} is of another source: of {known.name} "
            f"({source_id(known) or 'no id'}), and this is {source.name} ({source_id(source)}).",
            "Check the hostname in source, and src.",
        )


def check_journal(desired: DesiredHandover, journal: Journal) -> None:
    """Refuse where nobody knows what each job was on the source. Raises InvalidInput."""
    if not journal.jobs:
        raise InvalidInput(
            f"The journal {journal.path} knows no job: none was staged from this bundle on this target.",
            "If they were staged from another folder or bundle, name that or its journal; else run the import first.",
        )
    refuse_shared(journal)
    if desired.bundle.states is None and desired.state == CUT:
        raise InvalidInput(
            f"The bundle {desired.settings['src']} does not say which jobs were disabled on the source: it is of an "
            "older version, or has no jobs.",
            "Export again, with the kind jobs.",
        )


def chosen(journal: Journal, patterns: Iterable[str]) -> list[JournalJob]:
    """The jobs that the user means, by the name on either server; all, if nothing is said. Raises InvalidInput."""
    wanted = list(patterns)
    if not wanted:
        return list(journal.jobs.values())
    found: dict[str, JournalJob] = {}
    for pattern in wanted:
        if not pattern.strip():
            raise InvalidInput("An entry of jobs is blank.", "Give a name; a variable in its place may be empty.")
        matching = list(_matching(pattern, journal))
        if not matching:
            raise InvalidInput(f"No job of the journal is called {quoted(pattern)}.{_nearest(pattern, journal)}")
        found.update({job.name: job for job in matching})
    return [job for name, job in journal.jobs.items() if name in found]


def _matching(pattern: str, journal: Journal) -> Iterator[JournalJob]:
    """What is written just so is meant, with an asterisk or without; else what fits without regard to case."""
    named = [(job, [name for name in (job.name, job.source_name) if name]) for job in journal.jobs.values()]
    exact = [job for job, names in named if pattern in names]
    wanted = wildcard(pattern)
    yield from exact or (job for job, names in named if any(wanted.fullmatch(fold(name)) for name in names))


def _nearest(pattern: str, journal: Journal) -> str:
    names = {name for job in journal.jobs.values() for name in (job.name, job.source_name) if name}
    near = alike(pattern, sorted(names))
    return f" The nearest: {', '.join(map(quoted, near))}." if near else f" It knows {listed(sorted(names))}."


def _left_behind(actual: ActualHandover) -> Iterator[str]:
    """What the source has and the journal does not know stays there."""
    known = {fold(job.source_id) for job in actual.journal.jobs.values()}
    names = {fold(job.source_name or job.name) for job in actual.journal.jobs.values()}
    left = [job.name for job in actual.source.listed if fold(job.id) not in known and fold(job.name) not in names]
    if left:
        yield f"{len(left)} job(s) of the source are not in the journal and stay there: {listed(left)}."


def _without_nowhere(there: list[Standing], bundle: Bundle, warnings: list[str]) -> list[Standing]:
    """What there is something to do with; jobs that were rolled back and are gone by now are warned of."""
    gone = nowhere(there, bundle)
    if gone:
        warnings.append(
            f"{len(gone)} job(s) were rolled back, and are on neither server and not in the bundle any more. They are "
            f"left out: {listed([quoted(now.job.name) for now in there if now.job.name in gone])}."
        )
    return [now for now in there if now.job.name not in gone]


def _judge_together(
    jobs: list[JournalJob],
    desired: DesiredHandover,
    actual: ActualHandover,
    problems: list[Failed],
    warnings: list[str],
) -> None:
    """What the jobs that are chosen and those that are not have to do with one another."""
    others = _left_out(jobs, desired, actual)
    problems += [*torn(jobs, others), *taken_for_one(jobs, others, actual.target.listed)]
    warnings += parted(jobs, others, (each for _list, each in records(desired.bundle.estate.get(JOBS.name, {}))))


def _left_out(jobs: list[JournalJob], desired: DesiredHandover, actual: ActualHandover) -> list[JournalJob]:
    """The jobs that are not chosen. One that the source and the bundle have no more uses nothing."""
    named = {record.get("name") for _list, record in records(desired.bundle.estate.get(JOBS.name, {}))}
    taken, on_source = {job.name for job in jobs}, actual.source.jobs
    others = [job for job in actual.journal.jobs.values() if job.name not in taken]
    return [
        job
        for job in others
        if (job.source_name or job.name) in named or on_source.find(job.source_id, job.source_name or job.name)
    ]


# -- cutting over ------------------------------------------------------------------------------------------------------


def _cut(
    now: Standing, desired: DesiredHandover, actual: ActualHandover, problems: list[Failed], warnings: list[str]
) -> HandoverItem:
    """What cutting over does with a job; what stands in the way is added to the problems."""
    job, source, target = now.job, now.source, now.target
    awake = source is not None and not source.disabled
    if job.phase == CUT_OVER:
        # Where somebody lets one that is gone from the target run on the source again, it runs there alone.
        rest, diverged = awake and not now.gone, diverged_from_cutover(now)
        return HandoverItem(now, CUT_OVER, bool(job.disabled), rest, False, now.starts_on_target, diverged=diverged)
    disabled = bool(source.disabled if source and not _handed(job) else job.disabled)
    patch: tuple[Drift, ...] = ()
    wrong = list(_in_the_way(now, desired, actual))
    if is_half_brought(job):
        problems += [Failed(JOBS.name, job.name, reason) for reason in wrong]
        return HandoverItem(now, PENDING, disabled, awake, wake=False, starts=now.starts_on_target)
    found = () if wrong else _changes(now, desired, actual)
    if found and desired.changed_since == FAIL:
        wrong.append(f"it has changed on the source: {changes_in_words(found)}. {CHANGED_HINT}")
    elif found and desired.changed_since == IGNORE:
        warnings.append(f"{job.name}: changed on the source and not brought over: {changes_in_words(found)}.")
    elif found and job.phase not in NOT_YET_THERE:
        patch = _to_patch(now, desired, actual, wrong)
    problems += [Failed(JOBS.name, job.name, reason) for reason in wrong]
    updated = found and desired.changed_since != IGNORE
    there = job.phase not in NOT_YET_THERE
    return HandoverItem(
        now,
        CUT_OVER if there else AT_REST,
        disabled,
        rest=awake,
        wake=not disabled and target is not None and target.disabled,
        starts=now.starts_on_source if updated else job.runs_by_itself,
        patch=patch,
        rescans=repository_of(record_of(actual.target, target), actual.journal) if target else "",
    )


def _to_patch(now: Standing, desired: DesiredHandover, actual: ActualHandover, wrong: list[str]) -> tuple[Drift, ...]:
    """What is to change of the target's job, if it can be; why it cannot is added to what is wrong."""
    try:
        patch = patch_of(now, desired, actual)
        model = actual.models.get(now.target.id) if now.target else None
        patched(model or {}, patch if model is not None else ())
    except InvalidInput as refusal:
        wrong.append(f"its change cannot be brought over: {refusal}")
        return ()
    return patch


def diverged_from_cutover(now: Standing) -> str:
    """How a job that was cut over is not as the cutover left it."""
    if now.target is None:
        return "it is no longer on the target"
    if now.target.disabled != bool(now.job.disabled):
        return f"it is {'disabled' if now.target.disabled else 'enabled'} on the target"
    return "" if now.starts_on_target == now.job.runs_by_itself else "it has another start on the target"


def _handed(job: JournalJob) -> bool:
    """Whether a cutover may have disabled it on the source."""
    return job.rested or job.phase in HANDED


def _in_the_way(now: Standing, desired: DesiredHandover, actual: ActualHandover) -> Iterator[str]:
    """Why a job must not be cut over."""
    job, source, target = now.job, now.source, now.target
    if job.phase == PENDING and not job.rested:
        yield f"it was not proved to be disabled on the target. {IMPORT_AGAIN}"
        return
    removed = job.phase == ROLLED_BACK and target is None
    if source is None:
        yield _missing(actual.source, job.source_name or job.name, SOURCE) + (EXPORT_AGAIN if removed else "")
    if target is None and job.phase not in (*NOT_YET_THERE, PENDING):
        yield _missing(actual.target, job.name, TARGET) + (REMOVED_THERE if removed else "")
    elif target is not None and not target.disabled and job.phase not in (*HANDED, PENDING):
        yield "it is enabled on the target, and was to sleep there. See whether it has run, and disable it there."
    for side, seen, there in ((SOURCE, actual.source, source), (TARGET, actual.target, target)):
        if there is not None and record_of(seen, there) is None:
            yield f"the export of the {side} does not show it, or shows several of its name."
    if source is not None and desired.running == FAIL and fold(source.id) in actual.source.working:
        yield "it runs on the source. Wait, or set running (vbr_cutover_running in the role) to wait or stop."


def _missing(seen: Seen, name: str, side: str) -> str:
    same = seen.jobs.called(name)
    ids = ", ".join(job.id for job in same)
    if len(same) > 1:
        return f"the {side} has {len(same)} jobs of this name: {ids}."
    return f"the {side} has another job of this name ({ids})." if same else f"the {side} does not have it."


def _in_bundle(now: Standing, desired: DesiredHandover) -> tuple[str, Record] | None:
    """The job as it is in the bundle, and the list in which it stands there."""
    found = desired.bundled.get(now.job.source_name or now.job.name, [])
    return found[0] if len(found) == 1 else None


def _base(now: Standing, desired: DesiredHandover) -> Record | None:
    """The job as it is in the bundle."""
    found = _in_bundle(now, desired)
    return found[1] if found else None


def _changes(now: Standing, desired: DesiredHandover, actual: ActualHandover) -> tuple[Drift, ...]:
    """What changed on the source since the bundle, in its revision; whether it is disabled is a field of it."""
    base, record = _base(now, desired), record_of(actual.source, now.source) if now.source else None
    if base is None or record is None or now.source is None:
        return ()
    found = changes(base, record)
    was = now.job.disabled
    if was is not None and was != now.source.disabled and not _handed(now.job):
        return (*found, Drift("isDisabled", was, now.source.disabled))
    return found


def patch_of(now: Standing, desired: DesiredHandover, actual: ActualHandover) -> tuple[Drift, ...]:
    """What is to change of the target's job, in its own revision. Raises InvalidInput for what is in the way."""
    found, record = _in_bundle(now, desired), record_of(actual.source, now.source) if now.source else None
    ours = record_of(actual.target, now.target) if now.target else None
    if found is None or record is None or ours is None:
        return ()
    revisions = desired.bundle.revision, actual.target.revision
    pair = [_converted(found[0], each, *revisions) for each in (found[1], record)]
    # The retention of the target's job was converted when it was brought in, and is compared like that.
    pair = [in_days(each, now.job.days_per_point) for each in pair]
    return to_bring(changes(*pair), ours)


def _converted(list_name: str, record: Record, written_in: str, spoken: str) -> Record:
    if written_in == spoken:
        return record
    estate, _findings = convert({JOBS.name: {list_name: [record]}}, written_in, spoken)
    return next((found for _list, found in records(estate.get(JOBS.name, {}))), record)


# -- rolling back ------------------------------------------------------------------------------------------------------


def _back(
    now: Standing, desired: DesiredHandover, actual: ActualHandover, problems: list[Failed], _warnings: list[str]
) -> HandoverItem:
    """What rolling back does with a job. One that the source does not have any more is left where it runs."""
    job, source, target = now.job, now.source, now.target
    handed = _handed(job)
    wakes = handed and not job.disabled
    item = HandoverItem(
        now,
        WAITING if job.phase in NOT_YET_THERE else ROLLED_BACK if handed else job.phase,
        bool(job.disabled),
        rest=now.awake_on_target,
        wake=wakes and source is not None and source.disabled,
        starts=now.starts_on_target and not now.has_switch,
    )
    if target and desired.running == FAIL and fold(target.id) in actual.target.working:
        reason = "it runs on the target. Wait, or set running (vbr_rollback_running in the role) to wait or stop."
        problems.append(Failed(JOBS.name, job.name, reason))
    if wakes and source is None:
        return replace(item, stuck=_missing(actual.source, job.source_name or job.name, SOURCE))
    others = [] if target else [other for other in actual.target.jobs.called(job.name) if not other.disabled]
    if wakes and others:
        ids = ", ".join(other.id for other in others)
        return replace(item, stuck=f"the target has another job of its name, and that is enabled ({ids}).")
    return item
