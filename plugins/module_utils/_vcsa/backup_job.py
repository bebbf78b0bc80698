# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backing up an appliance now: validated, started once, waited for; or canceling that (facts/vcsa.md 2 and 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from .._core.errors import BadAnswer, InvalidInput, NotFound, Rejected, RestError, ServerFault
from .._core.operation import Operation, Params, Progress, Result
from .._core.option import Option
from .._core.redaction import MASK
from .._core.times import seconds_of
from .canceling import CANCEL, NONE, CancelPlan, cancel, job_to_cancel
from .client import Vcsa
from .jobs import DOUBTED, REFUSED, JobRow, Success, check_parts, last_success, reason, selected_parts, texts
from .locations import (
    LOCATION_TYPES,
    PASSWORD_OPTIONS,
    Location,
    check_free_text,
    check_id,
    check_password,
    location_given,
)
from .recovery import Recovery, hiding_client
from .starting import (
    ATTACH,
    DEFAULT_WAIT_SECONDS,
    FAIL,
    WAIT,
    BackupStart,
    attaches,
    job_result,
    start,
    wait_for_success,
)
from .styles import FEATURE_IN_USE

STARTED, CANCELED = "started", "canceled"
START, VALIDATE = "start", "validate"
# The fields of the request that are options of the module.
SENT = ("location", "location_user", "location_password", "backup_password", "comment", "fast_backup")
BACKUP_UNENCRYPTED = "Without backup_password the backup is stored unencrypted."


@dataclass(frozen=True)
class DesiredBackup:
    """What the options ask for: the request without its parts, where the backup goes, and how old it may be.

    `max_age` is in seconds; None if every run makes a backup.
    """

    state: str
    params: Params = field(repr=False)
    request: Mapping[str, Any] = field(repr=False)
    place: Location | None
    max_age: int | None


@dataclass(frozen=True)
class BackupOutlook:
    """What the appliance says before the start: it has a young backup, a verdict on the request, or is busy.

    `request` is whole, `success` a backup that is young enough, `refusal` says that the appliance is busy, `other` is
    the backup at work. `redact` is for values that come from the appliance.
    """

    request: Mapping[str, Any] = field(repr=False)
    redact: Callable[[Any], Any] = field(repr=False)
    success: Success | None = None
    validation: Result = field(default_factory=dict)
    refusal: RestError | None = None
    other: JobRow | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class StartPlan:
    """A backup that would be started, or `row`, the one that makes it unnecessary."""

    action: str
    desired: DesiredBackup
    outlook: BackupOutlook
    row: JobRow

    @property
    def changed(self) -> bool:
        return self.action == START

    @property
    def masked_request(self) -> dict[str, Any]:
        return {name: MASK if name in PASSWORD_OPTIONS else value for name, value in self.outlook.request.items()}

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        return [{"before": {}, "after": self.masked_request, "before_header": "backup", "after_header": "backup"}]

    def report(self) -> Result:
        success = self.outlook.success
        return {
            "action": self.action,
            **job_result(self.outlook.redact(self.row)),
            "attached": self.action == ATTACH,
            **({"request": self.masked_request} if self.changed else {}),
            **({"age_seconds": int(success.age)} if success else {}),
            **({"validation": self.outlook.validation} if self.outlook.validation else {}),
            "warnings": list(self.outlook.warnings),
        }


def validate(params: Params) -> DesiredBackup:
    """Refuse what the appliance would refuse, or could misunderstand. Raises InvalidInput."""
    state = params["state"]
    max_age = None if params["max_age"] is None else seconds_of("max_age", params["max_age"])
    if state == CANCELED:
        if params["job_id"] is not None:
            check_id("job_id", params["job_id"])
        return DesiredBackup(state, params, {}, None, max_age)
    if params["job_id"] is not None:
        raise InvalidInput("job_id names a backup to be canceled.", "Leave it out, or set state to canceled.")
    place = location_given(params["location"], params["location_type"])
    check_free_text(params)
    check_password(params["backup_password"])
    request = {name: params[name] for name in SENT if params[name] not in (None, "")}
    return DesiredBackup(state, params, {"location_type": place.type, **request}, place, max_age)


def look(service: Vcsa, desired: DesiredBackup, _progress: Progress) -> BackupOutlook | CancelPlan:
    recovery = Recovery(service)
    if desired.state == CANCELED:
        return CancelPlan(
            job_to_cancel(recovery, desired.params["job_id"]),
            desired.params["wait"],
            float(desired.params["wait_timeout"]),
            service.redacted,
        )
    parts = recovery.parts()
    check_parts(desired.params["parts"], parts)
    chosen = selected_parts(parts) if desired.params["parts"] is None else desired.params["parts"]
    outlook = BackupOutlook({"parts": chosen, **desired.request}, service.redacted)
    if not desired.params["backup_password"]:
        outlook = replace(outlook, warnings=(BACKUP_UNENCRYPTED,))
    success = None if desired.params["validate_only"] else _young(recovery, desired)
    if success:
        return replace(outlook, success=success, warnings=())
    return _with_verdict(recovery, desired, outlook)


def _young(recovery: Recovery, desired: DesiredBackup) -> Success | None:
    """A backup that is young enough."""
    if desired.max_age is None:
        return None
    success = last_success(recovery.jobs(), recovery.service.now(), desired.place)
    return success if success and success.age <= desired.max_age else None


def _with_verdict(recovery: Recovery, desired: DesiredBackup, outlook: BackupOutlook) -> BackupOutlook:
    """The outlook with the appliance's own verdict. Validating starts nothing, so it is done in check mode too."""
    service = recovery.service
    try:
        verdict = recovery.validate(outlook.request)
    except RestError as refusal:
        if refusal.code == FEATURE_IN_USE:
            return replace(outlook, refusal=refusal, other=recovery.job_at_work())
        if desired.params["validate_only"] or not isinstance(refusal, ServerFault | NotFound | BadAnswer):
            raise
        doubt = f"The appliance did not validate the backup beforehand: {refusal.server_message}"
        return replace(outlook, warnings=(*outlook.warnings, doubt))
    messages = service.redacted(texts(verdict.get("messages")))
    validation = {"status": verdict["status"], "messages": messages}
    if verdict["status"] == REFUSED:
        raise Rejected(
            f"the appliance refuses the backup: {reason(messages)}",
            "Nothing was started.",
            service=service.SERVICE,
            validation=validation,
        )
    doubts = [f"The appliance warns: {text}" for text in messages] if verdict["status"] == DOUBTED else []
    return replace(outlook, validation=validation, warnings=(*outlook.warnings, *doubts))


def plan(desired: DesiredBackup, outlook: BackupOutlook | CancelPlan) -> StartPlan | CancelPlan:
    if isinstance(outlook, CancelPlan):
        return outlook
    validate_only = desired.params["validate_only"]
    if outlook.success:
        return StartPlan(NONE, desired, outlook, outlook.success.row)
    if outlook.refusal:
        on_busy = FAIL if validate_only else desired.params["on_busy"]
        if attaches(on_busy, outlook.refusal, outlook.other, desired.place):
            return StartPlan(ATTACH, desired, replace(outlook, warnings=()), outlook.other or {})
    return StartPlan(VALIDATE if validate_only else START, desired, outlook, {})


def apply(service: Vcsa, plan: StartPlan | CancelPlan, progress: Progress) -> Result:
    recovery = Recovery(service)
    if isinstance(plan, CancelPlan):
        return cancel(recovery, plan, progress) if plan.action == CANCEL else {}
    if plan.action in (NONE, VALIDATE):
        return {}
    params = plan.desired.params
    deadline = service.clock.now() + float(params["wait_timeout"])
    row, attached = plan.row, plan.action == ATTACH
    if plan.changed:
        found: list[Success] = []

        def needless() -> JobRow | None:
            found.extend(filter(None, [_young(recovery, plan.desired)]))
            return found[0].row if found else None

        send = partial(recovery.start, plan.outlook.request)
        backup = BackupStart(send, plan.desired.place, params["on_busy"], needless=needless)
        # What was at work during the look may have ended since.
        ended = needless() if plan.outlook.refusal else None
        row, attached = (ended, True) if ended else start(recovery, backup, deadline, progress)
        if found:
            progress(f"backup {row['id']}: made meanwhile, and young enough")
            return _needless(service, found[0])
    progress(f"backup {row['id']}: {'attached' if attached else 'started'}")
    shown = service.redacted(row)
    if params["wait"]:
        shown = wait_for_success(recovery, row, deadline, progress, attached=attached)
    return {
        "changed": not attached,
        "action": ATTACH if attached else START,
        "attached": attached,
        **job_result(shown),
    }


def _needless(service: Vcsa, success: Success) -> Result:
    """The result where somebody else has made the backup while this task waited."""
    shown = job_result(service.redacted(success.row))
    return {"changed": False, "action": NONE, "attached": False, "age_seconds": int(success.age), **shown}


BACKUP_JOB = Operation(
    client=Vcsa,
    open=lambda connection, desired: hiding_client(connection, desired.params),
    options={
        "state": Option(default=STARTED, choices=(STARTED, CANCELED)),
        "location": Option(mixed=True),
        "location_type": Option(choices=LOCATION_TYPES),
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
