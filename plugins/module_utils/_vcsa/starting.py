# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting a backup of an appliance once and no more, and waiting for how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from .._core.errors import BadAnswer, Rejected, RestError, ServerFault, TaskFailed, TimedOut, UnknownOutcome
from .._core.operation import Progress, Result
from .._core.polling import poll
from .jobs import Row, at
from .locations import Location
from .recovery import Recovery
from .states import SUCCEEDED, ended
from .styles import FEATURE_IN_USE

DEFAULT_WAIT_SECONDS = 86_400
FAIL, WAIT, ATTACH = "fail", "wait", "attach"
# While something is at work that the appliance tells nothing of, it is asked again after so long.
BUSY_PAUSE_SECONDS = 30.0
# How long a backup whose answer was lost is looked for.
LOST_SECONDS = 30.0
# What a proxy answers in the place of an appliance that may well be at work.
LOST_STATUSES = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
SCHEDULED = "SCHEDULED"
RESOURCE = "resource"


@dataclass(frozen=True)
class Order:
    """A backup to be started: the request, where it goes to, and what to do if the appliance is busy.

    `by_hand` says that it cannot be one that the appliance calls scheduled.
    """

    begin: Callable[[], Row]
    place: Location | None
    on_busy: str
    by_hand: bool = True


def begun(recovery: Recovery, order: Order, deadline: float, progress: Progress) -> tuple[Row, bool]:
    """The backup that was started; or, if that was wished for, the one at work, and that it is another's."""
    while True:
        try:
            return _once(recovery, order, progress), False
        except RestError as refusal:
            if refusal.code != FEATURE_IN_USE:
                raise
            other = recovery.working()
            if attached(order.on_busy, refusal, other, order.place):
                return other or {}, True
            _pass_time(recovery, other, deadline, refusal, progress)


def attached(on_busy: str, refusal: RestError, other: Row | None, place: Location | None) -> bool:
    """Whether the backup at work is to be taken for ours. Raises Rejected if the task ends here."""
    elsewhere = other is not None and place is not None and "location" in other and not at(other, place)
    if on_busy == FAIL or (on_busy == ATTACH and (other is None or elsewhere)):
        doing = f"backup {other['id']} is at work" if other else "it tells of no backup at work"
        raise Rejected(
            f"{refusal.server_message} ({doing}{', at another location' if elsewhere else ''})",
            "on_busy: wait starts this backup afterwards; on_busy: attach takes one at work for it that goes to the "
            "same location.",
            service=refusal.service,
            request=refusal.request,
            status=refusal.status,
            code=refusal.code,
            running_job=other["id"] if other else None,
        )
    return on_busy == ATTACH


def _pass_time(recovery: Recovery, other: Row | None, deadline: float, refusal: RestError, progress: Progress) -> None:
    """Until the other work is over, or for a while if nothing is known of it."""
    clock = recovery.service.clock
    left = deadline - clock.now()
    if left <= 0:
        raise TimedOut(
            "the appliance is still busy",
            "Run the task again, or raise wait_timeout.",
            service=refusal.service,
            request=refusal.request,
            running_job=other["id"] if other else None,
        )
    if other is None:
        progress("the appliance is busy with other work: waiting")
        clock.sleep(min(BUSY_PAUSE_SECONDS, left))
        return
    progress(f"backup {other['id']} is at work: waiting for its end")
    recovery.settle(str(other["id"]), left, teller(recovery, progress))


def _once(recovery: Recovery, order: Order, progress: Progress) -> Row:
    """Send the request once. If its answer is lost, the backup is looked for; it is never sent again."""
    before = set(recovery.ids())
    try:
        return order.begin()
    except (UnknownOutcome, BadAnswer, ServerFault) as lost:
        if isinstance(lost, ServerFault) and lost.status not in LOST_STATUSES:
            raise
        progress("the answer was lost: looking for the backup")
        found = _appeared(recovery, order, before)
        if found is None:
            raise
        return found


def _appeared(recovery: Recovery, order: Order, before: set[str]) -> Row | None:
    """The backup that was not there before and can be the one; None if none appears."""

    def read() -> list[Row]:
        new = [job_id for job_id in recovery.ids() if job_id not in before]
        return [row for row in recovery.jobs(new) if _can_be(row, order)] if new else []

    def late(_seen: list[Row] | None) -> TimedOut:
        return TimedOut("no new backup has appeared")

    try:
        return poll(read, bool, recovery.service.clock, LOST_SECONDS, late)[0]
    except RestError:
        return None


def _can_be(row: Row, order: Order) -> bool:
    if order.by_hand and row.get("type") == SCHEDULED:
        return False
    return order.place is None or "location" not in row or at(row, order.place)


def teller(recovery: Recovery, progress: Progress) -> Callable[[Row], None]:
    """Tells of a job's progress whenever it has made some."""
    told: list[str] = []

    def tell(row: Row) -> None:
        said = "".join(f": {text}" for text in row["messages"][-1:])
        line = recovery.service.http.secrets.redact(f"backup {row['id']}: {row['state']}, {row['progress']}%{said}")
        if told[-1:] != [line]:
            told.append(line)
            progress(line)

    return tell


def finished(recovery: Recovery, row: Row, deadline: float, progress: Progress, key: str = RESOURCE) -> Row:
    """A backup at its end, fit to be shown. Raises TaskFailed if it did not succeed, which tells it under this key, and
    TimedOut.
    """
    service = recovery.service
    if not ended(row["raw_state"]) or "location" not in row:
        row = recovery.settle(str(row["id"]), max(0.0, deadline - service.clock.now()), teller(recovery, progress))
    shown: Row = service.redacted(row)
    if row["state"] == SUCCEEDED:
        return shown
    said = "; ".join(shown["messages"]) or "no reason given"
    raise TaskFailed(f"backup {row['id']} failed: {said}", service=service.SERVICE, **told(shown, key))


def told(row: Row, key: str = RESOURCE) -> Result:
    """What results tell of a job, under this key."""
    return {key: row, "messages": row.get("messages", [])}
