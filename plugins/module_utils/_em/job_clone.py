# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operation of em_job_clone: jobs are made by cloning others, as Enterprise Manager has no other way.

Sources: facts/em.md 5, 6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from .._core.compare import fold
from .._core.errors import AuthFailed, Failure, InvalidInput, NotFound, TaskFailed, TimedOut, Unreachable, quoted
from .._core.operation import Operation, Params, Progress, Result
from .._core.option import FLAG, TEXT, Option
from .._core.polling import poll, started
from .client import FORMAT, Em, open_service
from .clones import (
    NONE,
    Clone,
    CloneDrift,
    ClonePlan,
    body,
    check_fit,
    check_texts,
    completed,
    duplicates,
    refusal,
    variant_of,
)
from .jobs import SHOWN_SECONDS, Lookup, job_path, read_job, set_schedule
from .rows import CLONE, Row, id_of, offers, server_of
from .tasks import WAIT, WAIT_TIMEOUT, TaskRequest, related_ids, run_task

CLONE_JOB = "CloneJob"
ONE_CONTROLLER = "Let one controller at a time work on an Enterprise Manager."
# A task was seen to fail with these words because Enterprise Manager did not know a fresh object yet.
NOT_YET = "not found"
TRIES = 3
PAUSE_SECONDS = 5.0
# After one of these nothing more can be done at this server.
ENDS_ALL = (Unreachable, AuthFailed)

ONE: Mapping[str, Option] = {
    "source": TEXT,
    "backup_server": TEXT,
    "name": TEXT,
    "folder_name": TEXT,
    "job_file_name": TEXT,
    "vm_suffix": TEXT,
    "repository": TEXT,
    "description": TEXT,
    "schedule_enabled": FLAG,
}
NEEDED = ("source", "name")
CLONES = "clones"


def validate(params: Params) -> Params:
    if params[CLONES] is not None and not params[CLONES]:
        return params
    obstacles = []
    for desired in _desired(params):
        try:
            check_texts(desired)
        except InvalidInput as obstacle:
            obstacles.append((str(desired["name"]), obstacle))
    if obstacles:
        raise refusal(obstacles, len(_desired(params)))
    return params


def _desired(params: Params) -> list[Params]:
    """The options of each desired clone."""
    return [params] if params[CLONES] is None else list(params[CLONES])


# -- looking -----------------------------------------------------------------------------------------------------------


def look(service: Em, params: Params, _progress: Progress) -> list[Clone | Failure]:
    """Each clone with what the server knows of it, or the reason why it cannot be made."""
    lookup = Lookup(service)
    actual: list[Clone | Failure] = []
    for desired in _desired(params):
        try:
            actual.append(_look_up(lookup, desired))
        except InvalidInput as obstacle:
            actual.append(obstacle)
    return actual


def _look_up(lookup: Lookup, desired: Params) -> Clone:
    source = lookup.job("source", desired["source"], desired["backup_server"])
    check_fit(str(source.get("JobType") or ""), desired)
    if not offers(source, CLONE):
        raise InvalidInput(
            f"source: the server does not offer to clone job {quoted(source['Name'])}.", "Take another job."
        )
    if fold(desired["name"]) == fold(source["Name"]):
        raise InvalidInput(
            f"name: {quoted(desired['name'])} is the source itself.", "Give the clone a name of its own."
        )
    server = server_of(source)
    existing = lookup.jobs(desired["name"], server)
    if len(existing) > 1:
        ids = ", ".join(map(id_of, existing))
        raise InvalidInput(
            f"name: there are several jobs {quoted(desired['name'])} already: {ids}.", "Give another name."
        )
    repository = lookup.repository(desired["repository"], server) if desired["repository"] else None
    clone = Clone(desired, source, server, lookup.server_name(server))
    if existing:
        return replace(clone, existing=existing[0], drift=_drift(lookup, clone, existing[0], repository))
    return _with_values(lookup, clone, repository)


def _with_values(lookup: Lookup, clone: Clone, repository: Row | None) -> Clone:
    """The clone with the values to send."""
    variant = variant_of(str(clone.source["JobType"]))
    if not variant.has_repository:
        return replace(clone, values=completed(variant, clone.desired))
    if repository:
        uid, name = str(repository["UID"]), str(repository["Name"])
    else:
        uid, name = _repository_of(lookup, clone.source)
    values = completed(variant, {**clone.desired, "repository": uid})
    return replace(clone, values=values, repository_name=name)


def _repository_of(lookup: Lookup, source: Row) -> tuple[str, str]:
    """The UID and the name of the one repository that the source writes to."""
    found = lookup.repositories_of(source)
    if len(found) != 1:
        reason = f"lie in several: {', '.join(sorted(found.values()))}" if found else "do not tell, as there are none"
        raise InvalidInput(
            f"repository: no job tells its repository, and the backups of {quoted(source['Name'])} {reason}.",
            "Give repository.",
        )
    return next(iter(found.items()))


def _drift(lookup: Lookup, clone: Clone, actual: Row, repository: Row | None) -> tuple[CloneDrift, ...]:
    """What differs between the existing job and the desired clone, as far as the server says it."""
    found = []
    if fold(actual.get("JobType")) != fold(clone.source.get("JobType")):
        found.append(CloneDrift("type", clone.source.get("JobType"), actual.get("JobType")))
    description, actual_description = clone.desired["description"], str(actual.get("Description") or "")
    if description is not None and description != actual_description:
        found.append(CloneDrift("description", description, actual_description))
    if repository:
        used = lookup.repositories_of(actual)
        if used and fold(repository["UID"]) not in map(fold, used):
            found.append(CloneDrift("repository", repository["Name"], ", ".join(sorted(used.values()))))
    return tuple(found)


def plan(params: Params, actual: list[Clone | Failure]) -> ClonePlan:
    """Raises InvalidInput if any of the clones cannot be made, before the first of them is."""
    clones = [clone for clone in actual if isinstance(clone, Clone)]
    names = [str(desired["name"]) for desired in _desired(params)]
    obstacles = [(name, clone) for name, clone in zip(names, actual, strict=True) if isinstance(clone, Failure)]
    obstacles += duplicates(clones)
    if obstacles:
        raise refusal(obstacles, len(actual))
    return ClonePlan(tuple(clones), params[CLONES] is not None, float(params[WAIT_TIMEOUT]))


# -- applying ----------------------------------------------------------------------------------------------------------


def apply(service: Em, plan: ClonePlan, progress: Progress) -> Result:
    """Make the clones that are missing. One that fails does not keep the others from being made."""
    outcomes: list[Result] = []
    end = ""
    for clone in plan.clones:
        if end and clone.action != NONE:
            outcomes.append(clone.outcome(changed=False, failed=True, msg=f"Not tried. {end}"))
            continue
        try:
            outcomes.append(clone.outcome(resource=_apply_one(service, clone, plan.timeout, progress)))
        except Failure as failure:
            outcomes.append(clone.outcome(**{"changed": False, **failure.as_result(), "failed": True}))
            end = str(failure) if isinstance(failure, ENDS_ALL) else ""
    return plan.result(outcomes)


def _apply_one(service: Em, clone: Clone, timeout: float, progress: Progress) -> Row:
    """Make a clone, if it is missing, and set its schedule; returns the job."""
    if clone.action == NONE:
        return clone.existing or {}
    job = clone.existing
    try:
        if job is None:
            progress(f"cloning job {clone.source['Name']} as {clone.name}")
            job = _create(service, clone, timeout)
        enabled = clone.desired["schedule_enabled"]
        if enabled is None or job.get("ScheduleEnabled") is enabled:
            return job
        progress(f"job {clone.name}: switching its schedule {'on' if enabled else 'off'}")
        return set_schedule(service, job, enabled, timeout)
    except Failure as failure:
        if job is not None and clone.existing is None:
            # It is made, whatever became of its schedule.
            failure.facts = {"resource": job, **failure.facts, "changed": True}
        raise


def _create(service: Em, clone: Clone, timeout: float) -> dict[str, Any]:
    """Make a clone and read it back."""

    def find() -> dict[str, Any] | None:
        return next(iter(Lookup(service).jobs(clone.name, clone.server)), None)

    request = TaskRequest(
        "POST",
        job_path(id_of(clone.source)),
        CLONE_JOB,
        {"action": CLONE.lower()},
        body(variant_of(str(clone.source["JobType"])), clone.values, service.media),
        done=lambda: find() is not None,
    )
    for left in reversed(range(TRIES)):
        try:
            task = run_task(service, request, timeout)
            break
        except TaskFailed as failure:
            again = left and NOT_YET in fold(failure.server_message)
            if again:
                service.clock.sleep(PAUSE_SECONDS)
            job = find()
            if job is not None:
                failure.hint = "Nevertheless there is a job of this name now. Look at it before you use it."
                failure.facts |= {"resource": job, "changed": True}
            # Sent again only if the task has ended and nothing was made.
            if job is not None or not again:
                raise
    job = _read_back(service, related_ids(task, "Job"), clone, find)
    with started(resource=job):
        _require_alone(service, clone, job)
    return job


def _require_alone(service: Em, clone: Clone, job: Row) -> None:
    """Look once more: a server that takes two jobs of one name has them when two runs are at it at once.

    Raises TaskFailed with the ids of both. Neither is removed, as a job that runs makes backups.
    """
    own = id_of(job)
    others = [each for each in map(id_of, Lookup(service).jobs(clone.name, clone.server)) if each != own]
    if others:
        raise TaskFailed(
            f"job {quoted(clone.name)} is there twice, somebody else made it at the same time: {own} of this task, "
            f"{', '.join(others)}",
            f"Look at both and remove one. {ONE_CONTROLLER}",
            service=service.SERVICE,
            request="GET /api/query",
        )


def _read_back(
    service: Em, related: list[str], clone: Clone, find: Callable[[], dict[str, Any] | None]
) -> dict[str, Any]:
    """The new job: one that its task was about and that bears the name of the clone, or else the one of that name.

    A task may be about the source too, or about other jobs.
    """

    def read() -> dict[str, Any] | None:
        for job_id in related:
            with suppress(NotFound):
                job = read_job(service, job_id)
                if job_id != id_of(clone.source) and fold(job["Name"]) == fold(clone.name):
                    return job
        return find()

    def late(_job: Any) -> TimedOut:
        return TimedOut(
            f"job {quoted(clone.name)} was made but is not shown after {SHOWN_SECONDS:g} seconds",
            service=service.SERVICE,
            request="GET /api/query",
        )

    with started():
        return poll(read, lambda job: job is not None, service.clock, SHOWN_SECONDS, late) or {}


JOB_CLONE = Operation(
    client=Em,
    open=open_service,
    options={
        **ONE,
        CLONES: Option(
            type="list",
            elements="dict",
            options={name: replace(option, required=name in NEEDED) for name, option in ONE.items()},
        ),
        **FORMAT,
        **WAIT,
    },
    validate=validate,
    look=look,
    plan=plan,
    apply=apply,
    rules={
        "mutually_exclusive": [(CLONES, name) for name in ONE],
        "required_one_of": [(CLONES, "name")],
        "required_together": [NEEDED],
    },
)
