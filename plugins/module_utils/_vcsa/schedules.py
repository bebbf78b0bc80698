# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup schedule in the words of the module's options, and what it takes to make it as wished. Pure.

An update leaves alone what it does not name, so that it can take nothing away (facts/vcsa.md 2, UpdateSpec). What is to
go therefore goes by making the schedule anew, and that needs the passwords, because no appliance tells them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import InvalidInput, quoted
from .locations import read

View = dict[str, Any]
Options = Mapping[str, Any]

CREATE, UPDATE, RECREATE, DELETE, NONE = "create", "update", "recreate", "delete", "none"
ALWAYS = "always"
PRESENT, ABSENT = "present", "absent"
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
COMPARED = ("location", "location_user", "enabled", "parts", "fast_backup", "retention", "recurrence")
# What no update can take away.
CLEARED = ("location_user", "retention", "recurrence")
SECRETS = ("location_password", "backup_password")
UNENCRYPTED = "Without backup_password the backups of this schedule are stored unencrypted."
LIMITS = {"minute": 59, "hour": 23}


@dataclass(frozen=True)
class SchedulePlan:
    """What will be done to a schedule. `body` is what is sent, `back` what a schedule that is made anew was, and
    `required` are the parts that are in every backup.
    """

    action: str
    params: Options = field(repr=False)
    required: frozenset[str]
    before: View
    after: View
    body: View = field(default_factory=dict, repr=False)
    back: View = field(default_factory=dict, repr=False)
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
        bare = self.action in (CREATE, RECREATE) and not self.params["backup_password"]
        return {
            "action": self.action,
            "resource": {"name": self.name, **self.after} if self.after else {},
            "warnings": [UNENCRYPTED] if bare else [],
        }


def check(params: Options) -> None:
    """Refuse what no schedule can be."""
    recurrence = params["recurrence"] or {}
    for name, most in LIMITS.items():
        value = recurrence.get(name)
        if value is not None and not 0 <= value <= most:
            raise InvalidInput(f"recurrence.{name} is {value}.", f"It goes from 0 to {most}.")
    if (params["retention"] or 0) < 0:
        raise InvalidInput(f"retention is {params['retention']}.", "0 keeps every backup.")
    if params["location_user"] == "" and params["location_password"]:
        raise InvalidInput("There is a location_password for no location_user.", "Leave one of them out.")
    for name in SECRETS:
        if params[name] == "" and params["update_secret"] == ALWAYS:
            raise InvalidInput(
                f"{name} is empty, and the appliance does not tell whether the schedule has one to be taken away.",
                "Remove the schedule with state: absent, and make it anew without.",
            )


def view_of(told: Mapping[str, Any], required: Iterable[str]) -> View:
    """A schedule as an appliance tells it, in the words of the options."""
    recurrence = told.get("recurrence_info")
    return {
        "location": str(told.get("location") or ""),
        "location_user": str(told.get("location_user") or ""),
        "enabled": bool(told.get("enable")),
        "parts": sorted({*map(str, told.get("parts") or []), *required}),
        "fast_backup": bool(told.get("fast_backup")),
        "retention": int((told.get("retention_info") or {}).get("max_count") or 0),
        "recurrence": _recurrence(recurrence) if recurrence else {},
    }


def _recurrence(given: Mapping[str, Any]) -> View:
    """When a schedule runs; no days are all days."""
    days = {str(day).upper() for day in given.get("days") or DAYS}
    return {"minute": given.get("minute"), "hour": given.get("hour"), "days": [day for day in DAYS if day in days]}


def wanted(params: Options, there: View, required: Iterable[str]) -> View:
    """What the options that are given make of a schedule; only they are in it."""
    view = {name: params[name] for name in COMPARED if params[name] is not None}
    if "parts" in view:
        view["parts"] = sorted({*view["parts"], *required})
    if "recurrence" in view:
        view["recurrence"] = _wanted_recurrence(view["recurrence"], there.get("recurrence") or {})
    if there and same_place(view.get("location", ""), there["location"]):
        view["location"] = there["location"]
    return view


def _wanted_recurrence(given: Options, there: View) -> View:
    """The given times over those that are there; nothing at all means never."""
    if all(value is None for value in given.values()):
        return {}
    merged = {**there, **{name: value for name, value in given.items() if value is not None}}
    lacking = [name for name in LIMITS if merged.get(name) is None]
    if lacking:
        raise InvalidInput(f"recurrence lacks {' and '.join(lacking)}.", "Give both, as the schedule has none yet.")
    return _recurrence(merged)


def same_place(one: str, other: str) -> bool:
    return one == other or (read(one) is not None and read(one) == read(other))


def spec_of(view: Mapping[str, Any]) -> View:
    """A view as it is sent. What is empty is not sent: that is how a new schedule has none of it."""
    spec: View = {name: view[name] for name in ("location", "location_user", "parts", "fast_backup") if name in view}
    if not spec.get("location_user", True):
        del spec["location_user"]
    if "enabled" in view:
        spec["enable"] = view["enabled"]
    if view.get("retention"):
        spec["retention_info"] = {"max_count": view["retention"]}
    if view.get("recurrence"):
        spec["recurrence_info"] = view["recurrence"]
    return spec


def fresh(view: Mapping[str, Any]) -> View:
    """A view as it is sent to make a schedule. Older builds do not know `fast_backup`, and it is off if nobody asks."""
    return spec_of({name: value for name, value in view.items() if value or name != "fast_backup"})


def planned(params: Options, told: Mapping[str, Any] | None, required: Iterable[str]) -> SchedulePlan:
    """Decide what to do with a schedule; `told` is what the appliance has, None if there is none."""
    always = frozenset(required)
    there = view_of(told, always) if told is not None else {}
    if params["state"] == ABSENT:
        return SchedulePlan(DELETE if there else NONE, params, always, there, {})
    wish = wanted(params, there, always)
    given = {secret: params[secret] for secret in SECRETS if params[secret]}
    if not there:
        if not wish.get("location"):
            raise InvalidInput(
                f"There is no schedule {quoted(params['name'])}, and to make it location is needed.", "Give it."
            )
        return SchedulePlan(CREATE, params, always, {}, wish, fresh(wish) | given)
    differs = {option: value for option, value in wish.items() if value != there[option]}
    after = there | wish
    if any(option in CLEARED and not value for option, value in differs.items()):
        _need_secrets(params, there, after)
        body, back = fresh(after) | given, fresh(there) | given
        return SchedulePlan(RECREATE, params, always, there, after, body, back, tuple(given))
    secrets = given if params["update_secret"] == ALWAYS else {}
    body = spec_of(differs) | secrets
    return SchedulePlan(UPDATE if body else NONE, params, always, there, after, body, secrets=tuple(secrets))


def _need_secrets(params: Options, there: View, after: View) -> None:
    """Refuse to make a schedule anew without what it would lose by that."""
    lacking = []
    if after["location_user"] and not params["location_password"]:
        lacking.append("location_password")
    if params["backup_password"] is None:
        lacking.append("backup_password (empty for a schedule that does not encrypt)")
    if lacking:
        gone = [option for option, value in after.items() if there[option] and not value]
        raise InvalidInput(
            f"Schedule {quoted(params['name'])} has {', '.join(gone)}, which no update can take away. It "
            "would have to be made anew, which loses its passwords.",
            f"Give {' and '.join(lacking)}, or leave {', '.join(gone)} out.",
        )
