# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting a backup of an appliance once and never twice, and waiting for its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from .._core.errors import BadAnswer, Rejected, RestError, ServerFault, TaskFailed, TimedOut, UnknownOutcome
from .._core.operation import Progress, Result
from .._core.polling import poll, started
from .jobs import SUCCEEDED, JobRow, has_ended, is_at, reason
from .locations import Location
from .recovery import Recovery
from .styles import FEATURE_IN_USE

DEFAULT_WAIT_SECONDS = 86_400
FAIL, WAIT, ATTACH = "fail", "wait", "attach"
# The pause between two attempts while the appliance is busy with work that is not a backup it lists.
BUSY_PAUSE_SECONDS = 30.0
# The pause between the end of the backup at work and the next attempt.
ENDED_PAUSE_SECONDS = 1.0
# How long to look for a job after the answer to a request was lost.
LOST_SECONDS = 30.0
# A proxy answers so while the appliance behind it may well have started the backup.
LOST_STATUSES = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
SCHEDULED_JOB = "SCHEDULED"
RESOURCE = "resource"
# What to do when a backup cannot be followed any more.
GOES_ON = "Backup {} may go on at the appliance: on_busy: attach waits for it, and starts none while it is at work."
MAY_GO_ON = (
    "A backup may have been started: look at those of the appliance. on_busy: attach waits for one at work, and starts "
    "none meanwhile."
)


@dataclass(frozen=True)
class BackupStart:
    """How to start a backup: the request, where the backup goes, and what to do if the appliance is busy.

    The appliance lists a `manual` one as manual; any other may be listed as manual or scheduled. `needless` gives a
    backup that makes it unnecessary; it is asked when other work has ended, which may have made one.
    """

    send: Callable[[], JobRow]
    place: Location | None
    on_busy: str
    manual: bool = True
    needless: Callable[[], JobRow | None] = lambda: None


def start(recovery: Recovery, backup: BackupStart, deadline: float, progress: Progress) -> tuple[JobRow, bool]:
    """Start the backup or, with on_busy: attach, take the one at work. Returns it, and whether it was attached to.

    One that has ended and makes it unnecessary was not started either.
    """
    while True:
        try:
            return _send_once(recovery, backup, progress), False
        except RestError as refusal:
            if refusal.code != FEATURE_IN_USE:
                raise
            other = recovery.job_at_work()
            if attaches(backup.on_busy, refusal, other, backup.place):
                return other or {}, True
            _wait_for_other(recovery, other, deadline, refusal, progress)
            young = backup.needless()
            if young:
                return young, True


def attaches(on_busy: str, refusal: RestError, other: JobRow | None, place: Location | None) -> bool:
    """Whether to take the backup at work (`other`) for ours. Raises Rejected if the task ends here."""
    elsewhere = other is not None and place is not None and "location" in other and not is_at(other, place)
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


def _wait_for_other(
    recovery: Recovery, other: JobRow | None, deadline: float, refusal: RestError, progress: Progress
) -> None:
    """Wait for the end of the other work, or for a pause if the appliance does not list it as a job."""
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
    recovery.wait_for_end(str(other["id"]), left, job_reporter(recovery, progress))
    # An appliance may go on saying that it is busy with what has ended.
    clock.sleep(ENDED_PAUSE_SECONDS)


def _send_once(recovery: Recovery, backup: BackupStart, progress: Progress) -> JobRow:
    """Send the request. If its answer is lost, look for the backup; never send the request again."""
    before = set(recovery.ids())
    try:
        row = backup.send()
        if row["id"] in before:
            raise UnknownOutcome(
                f"the appliance answers with backup {row['id']}, which was there before",
                service=recovery.service.SERVICE,
            )
        return row
    except (UnknownOutcome, BadAnswer, ServerFault) as lost:
        if isinstance(lost, ServerFault) and lost.status not in LOST_STATUSES:
            raise
        progress("the answer was lost: looking for the backup")
        found = _new_job(recovery, backup, before)
        if found is None:
            if isinstance(lost, UnknownOutcome):
                lost.hint = MAY_GO_ON
            raise
        return found


def _new_job(recovery: Recovery, backup: BackupStart, before: set[str]) -> JobRow | None:
    """A job that is not among the ids of `before` and can be this backup; None if none appears."""

    def read() -> list[JobRow]:
        new = [job_id for job_id in recovery.ids() if job_id not in before]
        return [row for row in recovery.jobs(new) if _can_be(row, backup)] if new else []

    def late(_found: list[JobRow] | None) -> TimedOut:
        return TimedOut("no new backup has appeared")

    try:
        return poll(read, bool, recovery.service.clock, LOST_SECONDS, late)[0]
    except RestError:
        return None


def _can_be(row: JobRow, backup: BackupStart) -> bool:
    if backup.manual and row.get("type") == SCHEDULED_JOB:
        return False
    return backup.place is None or "location" not in row or is_at(row, backup.place)


def job_reporter(recovery: Recovery, progress: Progress) -> Callable[[JobRow], None]:
    """A function that reports a job's progress, and says nothing if it is as it was."""
    last = ""

    def report(row: JobRow) -> None:
        nonlocal last
        message = "".join(f": {text}" for text in row["messages"][-1:])
        line = recovery.service.http.secrets.line(f"backup {row['id']}: {row['state']}, {row['progress']}%{message}")
        if line != last:
            last = line
            progress(line)

    return report


def wait_for_success(
    recovery: Recovery, row: JobRow, deadline: float, progress: Progress, key: str = RESOURCE, attached: bool = False
) -> JobRow:
    """Wait until a backup has ended; returns it redacted. Raises TimedOut, and TaskFailed if it did not succeed.

    The failed result has the backup under `key`, and says that this task has begun it unless it was `attached` to it.
    """
    service, job_id = recovery.service, str(row["id"])
    with started(GOES_ON.format(job_id), changed=not attached, job_id=job_id):
        if not has_ended(row) or "location" not in row:
            left = max(0.0, deadline - service.clock.now())
            row = recovery.wait_for_end(job_id, left, job_reporter(recovery, progress))
        shown: JobRow = service.redacted(row)
        if row["state"] == SUCCEEDED:
            return shown
        raise TaskFailed(
            f"backup {job_id} failed: {reason(shown['messages'])}", service=service.SERVICE, **job_result(shown, key)
        )


def job_result(row: JobRow, key: str = RESOURCE) -> Result:
    """The keys of a result that show a job: itself under `key`, and its messages."""
    return {key: row, "messages": row.get("messages", [])}
