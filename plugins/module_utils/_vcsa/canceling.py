# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canceling a backup of an appliance: the one with a given id, or the one at work (facts/vcsa.md 2, job.cancel)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import NotFound, TaskFailed, TimedOut, UnknownOutcome
from .._core.operation import Progress, Result
from .._core.polling import started
from .jobs import REFUSED, SUCCEEDED, JobRow, has_ended, reason, texts
from .recovery import Recovery
from .starting import LOST_SECONDS, job_reporter, job_result

CANCEL, NONE = "cancel", "none"


@dataclass(frozen=True)
class CancelPlan:
    """The backup that would be canceled if it is still at work; None if there is none. `redact` is for values of it."""

    row: JobRow | None
    wait: bool
    timeout: float
    redact: Callable[[Any], Any] = field(repr=False)

    @property
    def action(self) -> str:
        return CANCEL if self.row and not has_ended(self.row) else NONE

    @property
    def changed(self) -> bool:
        return self.action == CANCEL

    def diff(self) -> list[dict[str, Any]]:
        if not self.row or not self.changed:
            return []
        header = f"backup {self.row['id']}"
        before, after = {"state": self.row["state"]}, {"state": "canceled"}
        return [{"before": before, "after": after, "before_header": header, "after_header": header}]

    def report(self) -> Result:
        return {"action": self.action, "attached": False, **job_result(self.redact(self.row or {}))}


def job_to_cancel(recovery: Recovery, job_id: str | None) -> JobRow | None:
    """The job with this id, or the one at work. Raises NotFound that lists the ids there are."""
    if job_id is None:
        return recovery.job_at_work()
    try:
        return recovery.job(job_id)
    except NotFound as missing:
        missing.hint = f"Its backups are: {', '.join(recovery.ids()) or 'none'}."
        raise


def cancel(recovery: Recovery, plan: CancelPlan, progress: Progress) -> Result:
    row = plan.row or {}
    job_id = str(row["id"])
    progress(f"backup {job_id}: canceling")
    row = _send_cancel(recovery, job_id) or row
    if plan.wait and not has_ended(row):
        with started(f"Backup {job_id} was asked to end: run the task again to see whether it has.", job_id=job_id):
            row = recovery.wait_for_end(job_id, plan.timeout, job_reporter(recovery, progress))
    result = job_result(recovery.service.redacted(row))
    if row["state"] != SUCCEEDED:
        return result
    return {**result, "changed": False, "action": NONE, "warnings": [f"Backup {job_id} succeeded before that."]}


def _send_cancel(recovery: Recovery, job_id: str) -> JobRow | None:
    """Ask for the end of a job. Returns the job if it is known to have ended by now."""
    try:
        verdict = recovery.cancel(job_id)
    except UnknownOutcome as lost:
        try:
            return recovery.wait_for_end(job_id, LOST_SECONDS)
        except TimedOut:
            raise lost from None
    if verdict["status"] != REFUSED:
        return None
    row = recovery.job(job_id)
    if has_ended(row):
        return row
    redacted = recovery.service.redacted
    raise TaskFailed(
        f"backup {job_id} was not canceled: {reason(redacted(texts(verdict.get('messages'))))}",
        service=recovery.service.SERVICE,
        **job_result(redacted(row)),
    )
