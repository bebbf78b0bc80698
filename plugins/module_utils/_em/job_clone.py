# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloning jobs of Enterprise Manager, which is how jobs are made there: nothing creates one (facts/em.md 5, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._core.compare import fold
from .._core.errors import AuthFailed, Failure, InvalidInput, TaskFailed, TimedOut, Unreachable, quoted
from .._core.operation import Operation, Params, Progress, Result
from .._core.option import Option
from .._core.polling import follow
from .client import Em
from .clones import body, check_fit, check_texts, completed, variant_of
from .cloning import NONE, Clone, ClonePlan, Drift, refused, twice
from .jobs import READ_SECONDS, Directory, changed_anyway, path_of, scheduled, shown_job
from .rows import CLONE, Row, id_of, offers, server_of
from .tasks import Deed, carried_out, related
from .words import WAIT, WRITING, open_service

CLONE_JOB = "CloneJob"
# A task was seen to fail with these words because Enterprise Manager did not know a fresh object yet.
NOT_YET = "not found"
TRIES = 3
PAUSE_SECONDS = 5.0
# After these nothing more can be done at this server.
AGAINST_ALL = (Unreachable, AuthFailed)

ONE: Mapping[str, Option] = {
    "source": Option(),
    "backup_server": Option(),
    "name": Option(),
    "folder_name": Option(),
    "job_file_name": Option(),
    "vm_suffix": Option(),
    "repository": Option(),
    "description": Option(),
    "schedule_enabled": Option(type="bool"),
}
NEEDED = ("source", "name")
CLONES = "clones"


def validate(params: Params) -> Params:
    """The wish, as far as no server need be asked."""
    if params[CLONES] is not None and not params[CLONES]:
        return params
    wrong = []
    for wish in wishes(params):
        try:
            check_texts(wish)
        except InvalidInput as refusal:
            wrong.append((str(wish["name"]), refusal))
    if wrong:
        raise refused(wrong, len(wishes(params)))
    return params


def wishes(params: Params) -> list[Params]:
    """Each clone that is asked for."""
    return [params] if params[CLONES] is None else list(params[CLONES])


# -- looking -----------------------------------------------------------------------------------------------------------


def look(service: Em, params: Params, _progress: Progress) -> list[Clone | Failure]:
    """Each clone with what the server knows about it, or what is against it."""
    directory = Directory(service)
    seen: list[Clone | Failure] = []
    for wish in wishes(params):
        try:
            seen.append(_seen(directory, wish))
        except InvalidInput as obstacle:
            seen.append(obstacle)
    return seen


def _seen(directory: Directory, wish: Params) -> Clone:
    source = directory.job("source", wish["source"], wish["backup_server"])
    job_type = str(source.get("JobType") or "")
    check_fit(job_type, wish)
    if not offers(source, CLONE):
        raise InvalidInput(
            f"source: the server does not offer to clone job {quoted(source['Name'])}.", "Take another job."
        )
    if fold(wish["name"]) == fold(source["Name"]):
        raise InvalidInput(f"name: {quoted(wish['name'])} is the source itself.", "Give the clone a name of its own.")
    server = server_of(source)
    existing = directory.jobs(wish["name"], server)
    if len(existing) > 1:
        told = ", ".join(map(id_of, existing))
        raise InvalidInput(
            f"name: there are several jobs {quoted(wish['name'])} already: {told}.", "Give another name."
        )
    asked = directory.repository(wish["repository"], server) if wish["repository"] else None
    clone = Clone(wish, source, server, directory.server_name(server))
    if existing:
        drift = _drift(directory, wish, source, existing[0], asked)
        return replace(clone, existing=existing[0], drift=drift)
    return _complete(directory, clone, asked)


def _complete(directory: Directory, clone: Clone, repository: Row | None) -> Clone:
    """The clone with what is sent to make it."""
    variant = variant_of(str(clone.source["JobType"]))
    if not variant.has_repository:
        return replace(clone, values=completed(variant, clone.wish))
    if repository:
        uid, name = str(repository["UID"]), str(repository["Name"])
    else:
        uid, name = _repository_of(directory, clone.source)
    values = completed(variant, {**clone.wish, "repository": uid})
    return replace(clone, values=values, repository_name=name)


def _repository_of(directory: Directory, source: Row) -> tuple[str, str]:
    """The UID and the name of the one repository that the source writes to."""
    found = directory.repositories_of(source)
    if len(found) != 1:
        told = f"lie in several: {', '.join(sorted(found.values()))}" if found else "do not tell, as there are none"
        raise InvalidInput(
            f"repository: no job tells its repository, and the backups of {quoted(source['Name'])} {told}.",
            "Give repository.",
        )
    return next(iter(found.items()))


def _drift(directory: Directory, wish: Params, source: Row, actual: Row, repository: Row | None) -> tuple[Drift, ...]:
    """In what the job that is there is not the clone that was asked for, as far as anybody can tell."""
    found = []
    if fold(actual.get("JobType")) != fold(source.get("JobType")):
        found.append(Drift("type", source.get("JobType"), actual.get("JobType")))
    described = str(actual.get("Description") or "")
    if wish["description"] is not None and wish["description"] != described:
        found.append(Drift("description", wish["description"], described))
    if repository:
        lies_in = directory.repositories_of(actual)
        if lies_in and fold(repository["UID"]) not in map(fold, lies_in):
            found.append(Drift("repository", repository["Name"], ", ".join(sorted(lies_in.values()))))
    return tuple(found)


def plan(params: Params, seen: list[Clone | Failure]) -> ClonePlan:
    """Raises InvalidInput if any of the clones cannot be made, before the first of them is."""
    clones = [clone for clone in seen if isinstance(clone, Clone)]
    names = [str(wish["name"]) for wish in wishes(params)]
    wrong = [(name, clone) for name, clone in zip(names, seen, strict=True) if isinstance(clone, Failure)]
    wrong += twice(clones)
    if wrong:
        raise refused(wrong, len(seen))
    return ClonePlan(tuple(clones), params[CLONES] is not None, float(params[WAIT]))


# -- doing -------------------------------------------------------------------------------------------------------------


def apply(service: Em, planned: ClonePlan, progress: Progress) -> Result:
    """Make what is not there; one that fails does not keep the others from being made."""
    outcomes: list[Result] = []
    end = ""
    for clone in planned.clones:
        if end and clone.action != NONE:
            outcomes.append(clone.outcome(changed=False, failed=True, msg=f"Not tried. {end}"))
            continue
        try:
            outcomes.append(clone.outcome(resource=_done(service, clone, planned.timeout, progress)))
        except Failure as failure:
            outcomes.append(clone.outcome(**{"changed": False, **failure.as_result(), "failed": True}))
            end = str(failure) if isinstance(failure, AGAINST_ALL) else ""
    return planned.told(outcomes)


def _done(service: Em, clone: Clone, timeout: float, progress: Progress) -> Row:
    """The job, once everything that was asked for is done."""
    if clone.action == NONE:
        return clone.existing or {}
    job = clone.existing
    try:
        if job is None:
            progress(f"cloning job {clone.source['Name']} as {clone.name}")
            job = _made(service, clone, timeout)
        wanted = clone.wish["schedule_enabled"]
        if wanted is None or job.get("ScheduleEnabled") is wanted:
            return job
        progress(f"job {clone.name}: switching its schedule {'on' if wanted else 'off'}")
        return scheduled(service, job, wanted, timeout)
    except Failure as failure:
        if job is not None and clone.existing is None:
            # It is made, whatever became of its schedule.
            failure.facts = {"resource": job, **failure.facts, "changed": True}
        raise


def _made(service: Em, clone: Clone, timeout: float) -> dict[str, Any]:
    """The clone, made and read back."""

    def there() -> dict[str, Any] | None:
        return next(iter(Directory(service).jobs(clone.name, clone.server)), None)

    content = body(variant_of(str(clone.source["JobType"])), clone.values, service.media)
    deed = Deed(
        "POST",
        path_of(id_of(clone.source)),
        CLONE_JOB,
        {"action": CLONE.lower()},
        content,
        done=lambda: there() is not None,
    )
    for left in reversed(range(TRIES)):
        try:
            task = carried_out(service, deed, timeout)
            break
        except TaskFailed as failure:
            again = left and NOT_YET in fold(failure.server_message)
            if again:
                service.clock.sleep(PAUSE_SECONDS)
            job = there()
            if job is not None:
                failure.hint = "Nevertheless there is a job of this name now. Look at it before you use it."
                failure.facts |= {"resource": job, "changed": True}
            # Sent again only if it has ended and nothing was made.
            if job is not None or not again:
                raise
    return _read_back(service, related(task, "Job"), clone, there)


def _read_back(service: Em, job_id: str, clone: Clone, there: Any) -> dict[str, Any]:
    """The new job by the id that the task tells, or else by its name."""

    def late(_seen: Any) -> TimedOut:
        return TimedOut(
            f"job {quoted(clone.name)} was made but is not shown after {READ_SECONDS:g} seconds",
            service=service.SERVICE,
            request="GET /api/query",
        )

    with changed_anyway():
        if job_id:
            return shown_job(service, job_id)
        found: dict[str, Any] = follow(there, lambda job: job is not None, service.clock, READ_SECONDS, late)
        return found


JOB_CLONE = Operation(
    client=Em,
    open=open_service,
    options={
        **ONE,
        CLONES: Option(
            type="list",
            elements="dict",
            options={name: Option(type=field.type, required=name in NEEDED) for name, field in ONE.items()},
        ),
        **WRITING,
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
