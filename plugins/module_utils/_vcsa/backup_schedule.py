# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One backup schedule of an appliance: created, updated, deleted, and run now (facts/vcsa.md 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from .._core.errors import InvalidInput, RestError, TaskFailed, UnknownOutcome, quoted
from .._core.operation import Operation, Params, Progress, Result
from .._core.option import Option
from .._core.polling import started
from .client import Vcsa
from .jobs import check_parts, required_parts
from .locations import check_free_text, check_id, check_password, location_given, location_reported
from .recovery import Recovery, hiding_client
from .schedules import (
    ABSENT,
    ALWAYS,
    CREATE,
    DAYS,
    DELETE,
    PRESENT,
    RECREATE,
    UPDATE,
    SchedulePlan,
    check_schedule,
    is_same_place,
    plan_schedule,
    view_of,
)
from .starting import DEFAULT_WAIT_SECONDS, FAIL, WAIT, BackupStart, job_result, start, wait_for_success

ON_CREATE = "on_create"
# The key of the result that has the backup made by a run.
JOB = "job"


@dataclass(frozen=True)
class ActualSchedule:
    """The schedule as the appliance has it, None if there is none; and the parts that are in every backup."""

    schedule: Mapping[str, Any] | None
    required: Iterable[str] = ()


def validate(params: Params) -> Params:
    """Refuse what the appliance would refuse, or could misunderstand. Raises InvalidInput."""
    check_id("name", params["name"])
    if params["run"] and params["state"] == ABSENT:
        raise InvalidInput("A schedule that is to be removed cannot be run.", "Leave run out.")
    if params["location"] is not None:
        location_given(params["location"])
    check_free_text(params)
    check_password(params["backup_password"])
    check_schedule(params)
    return params


def look(service: Vcsa, params: Params, _progress: Progress) -> ActualSchedule:
    recovery = Recovery(service)
    schedule = recovery.schedule(params["name"])
    if params["parts"] is None or params["state"] == ABSENT:
        return ActualSchedule(schedule)
    parts = recovery.parts()
    check_parts(params["parts"], parts)
    return ActualSchedule(schedule, required_parts(parts))


def plan(params: Params, actual: ActualSchedule) -> SchedulePlan:
    return plan_schedule(params, actual.schedule, actual.required)


def apply(service: Vcsa, plan: SchedulePlan, progress: Progress) -> Result:
    recovery = Recovery(service)
    if plan.action in WRITES:
        progress(f"schedule {plan.name}: {plan.action}")
        WRITES[plan.action](recovery, plan)
    with started(changed=plan.action in WRITES):
        return _seen(recovery, plan, progress)


def _seen(recovery: Recovery, plan: SchedulePlan, progress: Progress) -> Result:
    """The schedule as the appliance shows it after it was written; and its run, if that was asked for."""
    service = recovery.service
    if plan.action == DELETE:
        return {}
    schedule = recovery.schedule(plan.name)
    remaining = _remaining_drift(plan, schedule)
    if remaining:
        raise TaskFailed(
            f"schedule {quoted(plan.name)} was written, but the appliance did not take {', '.join(remaining)}",
            "Perhaps this build does not have it: leave it out.",
            service=service.SERVICE,
            resource=_shown(service, plan, schedule),
        )
    result = {"resource": _shown(service, plan, schedule)}
    return {**result, **_run(recovery, plan, progress)} if plan.run else result


def _shown(service: Vcsa, plan: SchedulePlan, schedule: Mapping[str, Any] | None) -> dict[str, Any]:
    """The schedule as results show it."""
    if schedule is None:
        return {}
    return {"name": plan.name, **service.redacted(view_of(schedule, plan.required))}


def _remaining_drift(plan: SchedulePlan, schedule: Mapping[str, Any] | None) -> list[str]:
    """The options that are not as planned; all of them if there is no schedule."""
    view = view_of(schedule, plan.required) if schedule is not None else {}
    return [
        option
        for option, value in plan.after.items()
        if value != view.get(option)
        and not (option == "location" and is_same_place(value, str(view.get(option) or "")))
    ]


# -- writing -----------------------------------------------------------------------------------------------------------


def _create(recovery: Recovery, plan: SchedulePlan) -> None:
    _write(recovery, plan, partial(recovery.create_schedule, plan.name, plan.body))


def _update(recovery: Recovery, plan: SchedulePlan) -> None:
    _write(recovery, plan, partial(recovery.update_schedule, plan.name, plan.body))


def _write(recovery: Recovery, plan: SchedulePlan, send: Callable[[], None]) -> None:
    """Send; if the answer is lost, read whether all is as planned. Nobody can read whether a password arrived."""
    try:
        send()
    except UnknownOutcome:
        if _remaining_drift(plan, recovery.schedule(plan.name)) or (plan.action == UPDATE and plan.secrets):
            raise


def _delete(recovery: Recovery, plan: SchedulePlan) -> None:
    try:
        recovery.delete_schedule(plan.name)
    except UnknownOutcome:
        if recovery.schedule(plan.name) is not None:
            raise


def _recreate(recovery: Recovery, plan: SchedulePlan) -> None:
    """Make the schedule anew. If the appliance refuses the new one, create the old one again."""
    _delete(recovery, plan)
    try:
        _create(recovery, plan)
    except RestError as failure:
        failure.facts["previous"] = recovery.service.redacted(plan.before)
        failure.hint = (
            f"Schedule {quoted(plan.name)} was removed to be made anew, and is gone. Make it with all its options."
        )
        if not isinstance(failure, UnknownOutcome) and _rolled_back(recovery, plan):
            failure.hint = f"Schedule {quoted(plan.name)} was put back as it was."
        raise


def _rolled_back(recovery: Recovery, plan: SchedulePlan) -> bool:
    """Create the schedule as it was; returns whether that went well."""
    if plan.before["location_user"] and "location_password" not in plan.rollback:
        return False
    try:
        recovery.create_schedule(plan.name, plan.rollback)
    except RestError:
        return False
    return True


WRITES = {CREATE: _create, UPDATE: _update, RECREATE: _recreate, DELETE: _delete}


def _run(recovery: Recovery, plan: SchedulePlan, progress: Progress) -> Result:
    """Make a backup by the schedule now."""
    params = plan.params
    deadline = recovery.service.clock.now() + float(params["wait_timeout"])
    send = partial(recovery.run_schedule, plan.name, params["comment"])
    place = location_reported(plan.after["location"])
    row, attached = start(recovery, BackupStart(send, place, params["on_busy"], manual=False), deadline, progress)
    progress(f"backup {row['id']}: started by schedule {plan.name}")
    shown = recovery.service.redacted(row)
    if params["wait"]:
        shown = wait_for_success(recovery, row, deadline, progress, JOB, attached)
    return job_result(shown, JOB)


BACKUP_SCHEDULE = Operation(
    client=Vcsa,
    open=hiding_client,
    options={
        "name": Option(default="default", names=True),
        "state": Option(default=PRESENT, choices=(PRESENT, ABSENT)),
        "location": Option(mixed=True),
        "location_user": Option(),
        "location_password": Option(secret=True),
        "backup_password": Option(secret=True),
        "enabled": Option(type="bool"),
        "parts": Option(type="list", elements="str"),
        "fast_backup": Option(type="bool"),
        "retention": Option(type="int"),
        "recurrence": Option(
            type="dict",
            options={
                "minute": Option(type="int"),
                "hour": Option(type="int"),
                "days": Option(type="list", elements="str", choices=DAYS),
            },
        ),
        "update_secret": Option(default=ON_CREATE, choices=(ON_CREATE, ALWAYS)),
        "run": Option(type="bool", default=False),
        "comment": Option(),
        "on_busy": Option(default=FAIL, choices=(FAIL, WAIT)),
        "wait": Option(type="bool", default=True),
        "wait_timeout": Option(type="int", default=DEFAULT_WAIT_SECONDS),
    },
    validate=validate,
    look=look,
    plan=plan,
    apply=apply,
)
