# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One backup schedule of an appliance from its options to its result, and a run of it (facts/vcsa.md 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from .._core.connection import Connection
from .._core.errors import InvalidInput, RestError, TaskFailed, UnknownOutcome, quoted
from .._core.operation import Operation, Params, Progress, Result
from .._core.option import Option
from . import locations, parts, passwords, schedules
from .client import Vcsa
from .recovery import Recovery
from .schedules import ABSENT, CREATE, DELETE, PRESENT, RECREATE, SECRETS, UPDATE, SchedulePlan
from .starting import DEFAULT_WAIT_SECONDS, FAIL, WAIT, Order, begun, finished, told

JOB = "job"


@dataclass(frozen=True)
class Seen:
    """The schedule as it is, None if there is none, and the parts that are in every backup."""

    schedule: Mapping[str, Any] | None
    required: Iterable[str] = ()


def validate(params: Params) -> Params:
    locations.check_id("name", params["name"])
    if params["run"] and params["state"] == ABSENT:
        raise InvalidInput("A schedule that is to be removed cannot be run.", "Leave run out.")
    if params["location"] is not None:
        locations.located(params["location"])
    locations.check_words(**{name: params[name] for name in ("location_user", "location_password", "comment")})
    if params["backup_password"]:
        passwords.check(params["backup_password"])
    schedules.check(params)
    return params


def open_service(connection: Connection, params: Params) -> Vcsa:
    """A conversation that knows what must not be shown before its first word."""
    service = Vcsa(connection)
    service.http.secrets.add([params[name] for name in SECRETS])
    return service


def look(service: Vcsa, params: Params, _progress: Progress) -> Seen:
    recovery = Recovery(service)
    schedule = recovery.schedule(params["name"])
    if params["parts"] is None or params["state"] == ABSENT:
        return Seen(schedule)
    rows = recovery.parts()
    parts.check(params["parts"], rows)
    return Seen(schedule, parts.required(rows))


def plan(params: Params, seen: Seen) -> SchedulePlan:
    return schedules.planned(params, seen.schedule, seen.required)


def apply(service: Vcsa, plan: SchedulePlan, progress: Progress) -> Result:
    recovery = Recovery(service)
    if plan.action in DEEDS:
        progress(f"schedule {plan.name}: {plan.action}")
        DEEDS[plan.action](recovery, plan)
    if plan.action == DELETE:
        return {}
    there = recovery.schedule(plan.name)
    missed = _missed(plan, there)
    if missed:
        raise TaskFailed(
            f"schedule {quoted(plan.name)} was written, but the appliance did not take {', '.join(missed)}",
            "Perhaps this build does not have it: leave it out.",
            service=service.SERVICE,
            resource=_shown(service, plan, there),
        )
    result = {"resource": _shown(service, plan, there)}
    return {**result, **_run(recovery, plan, progress)} if plan.run else result


def _shown(service: Vcsa, plan: SchedulePlan, there: Mapping[str, Any] | None) -> dict[str, Any]:
    """The schedule as results tell it."""
    if there is None:
        return {}
    return {"name": plan.name, **service.redacted(schedules.view_of(there, plan.required))}


def _missed(plan: SchedulePlan, there: Mapping[str, Any] | None) -> list[str]:
    """The options that are not as planned; all of them if there is no schedule."""
    view = schedules.view_of(there, plan.required) if there is not None else {}
    return [
        option
        for option, value in plan.after.items()
        if value != view.get(option)
        and not (option == "location" and schedules.same_place(value, str(view.get(option) or "")))
    ]


def _create(recovery: Recovery, plan: SchedulePlan) -> None:
    _surely(recovery, plan, partial(recovery.create_schedule, plan.name, plan.body))


def _update(recovery: Recovery, plan: SchedulePlan) -> None:
    _surely(recovery, plan, partial(recovery.update_schedule, plan.name, plan.body))


def _surely(recovery: Recovery, plan: SchedulePlan, write: Callable[[], None]) -> None:
    """Write; if the answer is lost, look whether all is as planned. Nobody can see that of a secret."""
    try:
        write()
    except UnknownOutcome:
        if _missed(plan, recovery.schedule(plan.name)) or (plan.action == UPDATE and plan.secrets):
            raise


def _delete(recovery: Recovery, plan: SchedulePlan) -> None:
    try:
        recovery.delete_schedule(plan.name)
    except UnknownOutcome:
        if recovery.schedule(plan.name) is not None:
            raise


def _recreate(recovery: Recovery, plan: SchedulePlan) -> None:
    """Make the schedule anew. If the appliance refuses the new one, the old one is put back."""
    _delete(recovery, plan)
    try:
        _create(recovery, plan)
    except RestError as failure:
        failure.facts["previous"] = recovery.service.redacted(plan.before)
        failure.hint = (
            f"Schedule {quoted(plan.name)} was removed to be made anew, and is gone. Make it with all its options."
        )
        if not isinstance(failure, UnknownOutcome) and _put_back(recovery, plan):
            failure.hint = f"Schedule {quoted(plan.name)} was put back as it was."
        raise


def _put_back(recovery: Recovery, plan: SchedulePlan) -> bool:
    """Whether the schedule could be made again as it was."""
    if plan.before["location_user"] and "location_password" not in plan.back:
        return False
    try:
        recovery.create_schedule(plan.name, plan.back)
    except RestError:
        return False
    return True


DEEDS = {CREATE: _create, UPDATE: _update, RECREATE: _recreate, DELETE: _delete}


def _run(recovery: Recovery, plan: SchedulePlan, progress: Progress) -> Result:
    """Make a backup by the schedule now."""
    params = plan.params
    deadline = recovery.service.clock.now() + float(params["wait_timeout"])
    begin = partial(recovery.run_schedule, plan.name, params["comment"])
    place = locations.read(plan.after["location"])
    row, _other = begun(recovery, Order(begin, place, params["on_busy"], by_hand=False), deadline, progress)
    progress(f"backup {row['id']}: started by schedule {plan.name}")
    shown = finished(recovery, row, deadline, progress, JOB) if params["wait"] else recovery.service.redacted(row)
    return told(shown, JOB)


RECURRENCE = {
    "minute": Option(type="int"),
    "hour": Option(type="int"),
    "days": Option(type="list", elements="str", choices=schedules.DAYS),
}

SCHEDULE = Operation(
    client=Vcsa,
    open=open_service,
    options={
        "name": Option(default="default"),
        "state": Option(default=PRESENT, choices=(PRESENT, ABSENT)),
        "location": Option(),
        "location_user": Option(),
        "location_password": Option(secret=True),
        "backup_password": Option(secret=True),
        "enabled": Option(type="bool"),
        "parts": Option(type="list", elements="str"),
        "fast_backup": Option(type="bool"),
        "retention": Option(type="int"),
        "recurrence": Option(type="dict", options=RECURRENCE),
        "update_secret": Option(default="on_create", choices=("on_create", schedules.ALWAYS)),
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
