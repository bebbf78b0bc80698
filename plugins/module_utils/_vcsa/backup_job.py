# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backing up an appliance now: validated, started once, followed to its end; or canceled (facts/vcsa.md 2 and 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from .._core.connection import Connection
from .._core.errors import BadAnswer, InvalidInput, NotFound, Rejected, RestError, ServerFault
from .._core.operation import Operation, Params, Progress, Result
from .._core.option import Option
from .._core.redaction import MASK
from .._core.times import seconds_of
from . import locations, parts, passwords
from .canceling import CANCEL, CancelPlan, cancel, look_for_job
from .client import Vcsa
from .jobs import Row, Success, last_success, texts
from .locations import Location
from .recovery import Recovery
from .starting import ATTACH, DEFAULT_WAIT_SECONDS, FAIL, WAIT, Order, attached, begun, finished, told
from .styles import FEATURE_IN_USE

STARTED, CANCELED = "started", "canceled"
START, NONE, VALIDATE = "start", "none", "validate"
SECRETS = ("backup_password", "location_password")
# The fields of the request that are the options of the module.
SENT = ("location", "location_user", "location_password", "backup_password", "comment", "fast_backup")
REFUSED, DOUBTED = "FAIL", "WARNING"
UNENCRYPTED = "Without backup_password the backup is stored unencrypted."


@dataclass(frozen=True)
class Wish:
    """What the user wants: the request without its parts, where it goes to, and when not to make it.

    `parts` is None if the appliance is to choose. `max_age` is in seconds, None if every run makes a backup.
    """

    state: str
    params: Params = field(repr=False)
    request: Mapping[str, Any] = field(repr=False)
    place: Location | None
    max_age: int | None


@dataclass(frozen=True)
class Seen:
    """What the appliance tells: the whole request, a backup that is young enough, its verdict, why it is busy.

    `show` makes what it tells fit to be shown.
    """

    request: Mapping[str, Any] = field(repr=False)
    show: Callable[[Any], Any] = field(repr=False)
    success: Success | None = None
    validation: Result = field(default_factory=dict)
    refusal: RestError | None = None
    other: Row | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class StartPlan:
    """A backup that will be made, or why none will be. `row` is the one that is taken for it."""

    action: str
    wish: Wish
    seen: Seen
    row: Row

    @property
    def changed(self) -> bool:
        return self.action == START

    @property
    def shown(self) -> dict[str, Any]:
        return {name: MASK if name in SECRETS else value for name, value in self.seen.request.items()}

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        return [{"before": {}, "after": self.shown, "before_header": "backup", "after_header": "backup"}]

    def report(self) -> Result:
        success = self.seen.success
        return {
            "action": self.action,
            **told(self.seen.show(self.row)),
            "attached": self.action == ATTACH,
            **({"request": self.shown} if self.changed else {}),
            **({"age_seconds": int(success.age)} if success else {}),
            **({"validation": self.seen.validation} if self.seen.validation else {}),
            "warnings": list(self.seen.warnings),
        }


def validate(params: Params) -> Wish:
    """Refuses what the appliance would not take, or could misunderstand."""
    state = params["state"]
    max_age = None if params["max_age"] is None else seconds_of("max_age", params["max_age"])
    if state == CANCELED:
        if params["job_id"] is not None:
            locations.check_id("job_id", params["job_id"])
        return Wish(state, params, {}, None, max_age)
    if params["job_id"] is not None:
        raise InvalidInput("job_id names a backup to be canceled.", "Leave it out, or set state to canceled.")
    place = locations.located(params["location"], params["location_type"])
    locations.check_words(**{name: params[name] for name in ("location_user", "location_password", "comment")})
    if params["backup_password"]:
        passwords.check(params["backup_password"])
    request = {name: params[name] for name in SENT if params[name] not in (None, "")}
    return Wish(state, params, {"location_type": place.type, **request}, place, max_age)


def open_service(connection: Connection, wish: Wish) -> Vcsa:
    """A conversation that knows what must not be shown before its first word."""
    service = Vcsa(connection)
    service.http.secrets.add([wish.params[name] for name in SECRETS])
    return service


def look(service: Vcsa, wish: Wish, _progress: Progress) -> Seen | CancelPlan:
    recovery = Recovery(service)
    if wish.state == CANCELED:
        return CancelPlan(
            look_for_job(recovery, wish.params["job_id"]),
            wish.params["wait"],
            float(wish.params["wait_timeout"]),
            service.redacted,
        )
    rows = recovery.parts()
    parts.check(wish.params["parts"], rows)
    chosen = parts.selected(rows) if wish.params["parts"] is None else wish.params["parts"]
    seen = Seen({"parts": chosen, **wish.request}, service.redacted)
    if not wish.params["backup_password"]:
        seen = replace(seen, warnings=(UNENCRYPTED,))
    success = None
    if wish.max_age is not None and not wish.params["validate_only"]:
        success = last_success(recovery.jobs(), service.now(), wish.place)
    if success and success.age <= (wish.max_age or 0):
        return replace(seen, success=success, warnings=())
    return _judged(recovery, wish, seen)


def _judged(recovery: Recovery, wish: Wish, seen: Seen) -> Seen:
    """With the appliance's own verdict. Nothing is begun by asking for it, so it is asked for in check mode too."""
    service = recovery.service
    try:
        verdict = recovery.validate(seen.request)
    except RestError as refusal:
        if refusal.code == FEATURE_IN_USE:
            return replace(seen, refusal=refusal, other=recovery.working())
        if wish.params["validate_only"] or not isinstance(refusal, ServerFault | NotFound | BadAnswer):
            raise
        doubt = f"The appliance did not validate the backup beforehand: {refusal.server_message}"
        return replace(seen, warnings=(*seen.warnings, doubt))
    said = service.redacted(texts(verdict.get("messages")))
    validation = {"status": verdict["status"], "messages": said}
    if verdict["status"] == REFUSED:
        raise Rejected(
            f"the appliance refuses the backup: {'; '.join(said) or 'no reason given'}",
            "Nothing was started.",
            service=service.SERVICE,
            validation=validation,
        )
    doubts = [f"The appliance warns: {text}" for text in said] if verdict["status"] == DOUBTED else []
    return replace(seen, validation=validation, warnings=(*seen.warnings, *doubts))


def plan(wish: Wish, seen: Seen | CancelPlan) -> StartPlan | CancelPlan:
    if isinstance(seen, CancelPlan):
        return seen
    if seen.success:
        return StartPlan(NONE, wish, seen, seen.success.row)
    if seen.refusal:
        on_busy = FAIL if wish.params["validate_only"] else wish.params["on_busy"]
        if attached(on_busy, seen.refusal, seen.other, wish.place):
            return StartPlan(ATTACH, wish, replace(seen, warnings=()), seen.other or {})
    return StartPlan(VALIDATE if wish.params["validate_only"] else START, wish, seen, {})


def apply(service: Vcsa, plan: StartPlan | CancelPlan, progress: Progress) -> Result:
    recovery = Recovery(service)
    if isinstance(plan, CancelPlan):
        return cancel(recovery, plan, progress) if plan.action == CANCEL else {}
    if plan.action in (NONE, VALIDATE):
        return {}
    params = plan.wish.params
    deadline = service.clock.now() + float(params["wait_timeout"])
    row, other = plan.row, plan.action == ATTACH
    if plan.changed:
        order = Order(partial(recovery.start, plan.seen.request), plan.wish.place, params["on_busy"])
        row, other = begun(recovery, order, deadline, progress)
    progress(f"backup {row['id']}: {'attached' if other else 'started'}")
    shown = finished(recovery, row, deadline, progress) if params["wait"] else service.redacted(row)
    return {"changed": not other, "action": ATTACH if other else START, "attached": other, **told(shown)}


JOB = Operation(
    client=Vcsa,
    open=open_service,
    options={
        "state": Option(default=STARTED, choices=(STARTED, CANCELED)),
        "location": Option(),
        "location_type": Option(choices=locations.TYPES),
        "location_user": Option(),
        "location_password": Option(secret=True),
        "backup_password": Option(secret=True),
        "parts": Option(type="list", elements="str"),
        "comment": Option(),
        "fast_backup": Option(type="bool"),
        "max_age": Option(),
        "validate_only": Option(type="bool", default=False),
        "on_busy": Option(default=FAIL, choices=(FAIL, WAIT, ATTACH)),
        "job_id": Option(),
        "wait": Option(type="bool", default=True),
        "wait_timeout": Option(type="int", default=DEFAULT_WAIT_SECONDS),
    },
    validate=validate,
    look=look,
    plan=plan,
    apply=apply,
    rules={"required_if": [("state", STARTED, ("location",))]},
    waits=True,
)
