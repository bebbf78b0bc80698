# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup schedules in the form of the module's options, and the plan that makes one as desired.

Pure. An update leaves alone what it does not name, so it cannot remove anything (facts/vcsa.md 2, UpdateSpec). A value
is therefore removed by making the schedule anew. That needs its passwords, because no appliance shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import InvalidInput, quoted
from .._core.operation import Params
from .._core.shape import BOOLEAN, NUMBER, STRING, Shape
from .locations import PASSWORD_OPTIONS, location_reported

# A schedule in the form of the module's options: {"retention": 3, "enabled": True, ...}.
ScheduleView = dict[str, Any]

CREATE, UPDATE, RECREATE, DELETE, NONE = "create", "update", "recreate", "delete", "none"
ALWAYS = "always"
PRESENT, ABSENT = "present", "absent"
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
COMPARED = ("location", "location_user", "enabled", "parts", "fast_backup", "retention", "recurrence")
# What no update can remove.
NOT_REMOVABLE = ("location_user", "retention", "recurrence")
SCHEDULE_UNENCRYPTED = "Without backup_password the backups of this schedule are stored unencrypted."
LIMITS = {"minute": 59, "hour": 23}
# What is used of a schedule as the appliance has it.
SCHEDULE: Shape = {
    "location": STRING,
    "location_user": STRING,
    "enable": BOOLEAN,
    "parts": [STRING],
    "fast_backup": BOOLEAN,
    "retention_info": {"max_count": NUMBER},
    "recurrence_info": {"minute": NUMBER, "hour": NUMBER, "days": [STRING]},
}


@dataclass(frozen=True)
class SchedulePlan:
    """What would be done to a schedule.

    `body` is sent. If a schedule is made anew and the appliance refuses it, `rollback` is sent to create the old one
    again. `required` are the parts that are in every backup.
    """

    action: str
    params: Params = field(repr=False)
    required: frozenset[str]
    before: ScheduleView
    after: ScheduleView
    body: dict[str, Any] = field(default_factory=dict, repr=False)
    rollback: dict[str, Any] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return str(self.params["name"])

    @property
    def run(self) -> bool:
        return bool(self.params["run"])

    @property
    def changed(self) -> bool:
        return self.action != NONE or self.run

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        names = [name for name in self.before | self.after if self.before.get(name) != self.after.get(name)]
        before = {name: self.before[name] for name in names if name in self.before}
        after = {name: self.after[name] for name in names if name in self.after}
        after |= {"secrets": list(self.secrets)} if self.secrets else {}
        after |= {"run": True} if self.run else {}
        header = f"schedule {self.name}"
        return [{"before": before, "after": after, "before_header": header, "after_header": header}]

    def report(self) -> dict[str, Any]:
        unencrypted = self.action in (CREATE, RECREATE) and not self.params["backup_password"]
        return {
            "action": self.action,
            "resource": {"name": self.name, **self.after} if self.after else {},
            "warnings": [SCHEDULE_UNENCRYPTED] if unencrypted else [],
        }


def check_schedule(params: Params) -> None:
    """Refuse what no schedule can be. Raises InvalidInput."""
    recurrence = params["recurrence"] or {}
    for name, most in LIMITS.items():
        value = recurrence.get(name)
        if value is not None and not 0 <= value <= most:
            raise InvalidInput(f"recurrence.{name} is {value}.", f"It goes from 0 to {most}.")
    if (params["retention"] or 0) < 0:
        raise InvalidInput(f"retention is {params['retention']}.", "0 keeps every backup.")
    if params["location_user"] == "" and params["location_password"]:
        raise InvalidInput("There is a location_password for no location_user.", "Leave one of them out.")
    for name in PASSWORD_OPTIONS:
        if params[name] == "" and params["update_secret"] == ALWAYS:
            raise InvalidInput(
                f"{name} is empty, and the appliance does not tell whether the schedule has one to be taken away.",
                "Remove the schedule with state: absent, and make it anew without.",
            )


# -- views and bodies --------------------------------------------------------------------------------------------------


def view_of(schedule: Mapping[str, Any], required: Iterable[str]) -> ScheduleView:
    """A schedule of an appliance in the form of the options."""
    recurrence = schedule.get("recurrence_info")
    return {
        "location": str(schedule.get("location") or ""),
        "location_user": str(schedule.get("location_user") or ""),
        "enabled": bool(schedule.get("enable")),
        "parts": sorted({*map(str, schedule.get("parts") or []), *required}),
        "fast_backup": bool(schedule.get("fast_backup")),
        "retention": int((schedule.get("retention_info") or {}).get("max_count") or 0),
        "recurrence": _recurrence(recurrence) if recurrence else {},
    }


def _recurrence(given: Mapping[str, Any]) -> dict[str, Any]:
    """When a schedule runs. No days are all days."""
    days = {str(day).upper() for day in given.get("days") or DAYS}
    return {"minute": given.get("minute"), "hour": given.get("hour"), "days": [day for day in DAYS if day in days]}


def desired_view(params: Params, actual: ScheduleView, required: Iterable[str]) -> ScheduleView:
    """The values that the schedule should have. Options that are not given are not in it."""
    view = {name: params[name] for name in COMPARED if params[name] is not None}
    if "parts" in view:
        view["parts"] = sorted({*view["parts"], *required})
    if "recurrence" in view:
        view["recurrence"] = _desired_recurrence(view["recurrence"], actual.get("recurrence") or {})
    if actual and is_same_place(view.get("location", ""), actual["location"]):
        view["location"] = actual["location"]
    return view


def _desired_recurrence(given: Mapping[str, Any], actual: Mapping[str, Any]) -> dict[str, Any]:
    """The actual recurrence with the given values over it. If none is given, the schedule never runs by itself."""
    if all(value is None for value in given.values()):
        return {}
    merged = {**actual, **{name: value for name, value in given.items() if value is not None}}
    lacking = [name for name in LIMITS if merged.get(name) is None]
    if lacking:
        raise InvalidInput(f"recurrence lacks {' and '.join(lacking)}.", "Give both, as the schedule has none yet.")
    return _recurrence(merged)


def is_same_place(one: str, other: str) -> bool:
    """Whether two locations are one place, however they are written."""
    place = location_reported(one)
    return one == other or (place is not None and place == location_reported(other))


def update_body(view: ScheduleView) -> dict[str, Any]:
    """The body that sets the values of a view. Empty ones are left out: they cannot be set."""
    body: dict[str, Any] = {
        name: view[name] for name in ("location", "location_user", "parts", "fast_backup") if name in view
    }
    if not body.get("location_user", True):
        del body["location_user"]
    if "enabled" in view:
        body["enable"] = view["enabled"]
    if view.get("retention"):
        body["retention_info"] = {"max_count": view["retention"]}
    if view.get("recurrence"):
        body["recurrence_info"] = view["recurrence"]
    return body


def create_body(view: ScheduleView) -> dict[str, Any]:
    """The body that creates a schedule. Older builds do not know `fast_backup`, which is off by default."""
    return update_body({name: value for name, value in view.items() if value or name != "fast_backup"})


# -- the plan ----------------------------------------------------------------------------------------------------------


def plan_schedule(params: Params, schedule: Mapping[str, Any] | None, required: Iterable[str]) -> SchedulePlan:
    """Decide what to do. `schedule` is the appliance's, None if it has none of this name. Raises InvalidInput."""
    always = frozenset(required)
    actual = view_of(schedule, always) if schedule is not None else {}
    if params["state"] == ABSENT:
        return SchedulePlan(DELETE if actual else NONE, params, always, actual, {})
    desired = desired_view(params, actual, always)
    given = {secret: params[secret] for secret in PASSWORD_OPTIONS if params[secret]}
    if not actual:
        if not desired.get("location"):
            raise InvalidInput(
                f"There is no schedule {quoted(params['name'])}, and to make it location is needed.", "Give it."
            )
        return SchedulePlan(CREATE, params, always, {}, desired, create_body(desired) | given)
    drift = {option: value for option, value in desired.items() if value != actual[option]}
    after = actual | desired
    if any(option in NOT_REMOVABLE and not value for option, value in drift.items()):
        _need_secrets(params, actual, after)
        body, rollback = create_body(after) | given, create_body(actual) | given
        return SchedulePlan(RECREATE, params, always, actual, after, body, rollback, tuple(given))
    secrets = given if params["update_secret"] == ALWAYS else {}
    body = update_body(drift) | secrets
    return SchedulePlan(UPDATE if body else NONE, params, always, actual, after, body, secrets=tuple(secrets))


def _need_secrets(params: Params, actual: ScheduleView, after: ScheduleView) -> None:
    """Refuse to make a schedule anew without the passwords that it would lose. Raises InvalidInput."""
    lacking = []
    if after["location_user"] and not params["location_password"]:
        lacking.append("location_password")
    if params["backup_password"] is None:
        lacking.append("backup_password (empty for a schedule that does not encrypt)")
    if lacking:
        gone = [option for option, value in after.items() if actual[option] and not value]
        raise InvalidInput(
            f"Schedule {quoted(params['name'])} has {', '.join(gone)}, which no update can take away. It "
            "would have to be made anew, which loses its passwords.",
            f"Give {' and '.join(lacking)}, or leave {', '.join(gone)} out.",
        )
