# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canceling a backup of an appliance: the one that is named, or the one at work (facts/vcsa.md 2, job.cancel)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import NotFound, TaskFailed, TimedOut, UnknownOutcome
from .._core.operation import Progress, Result
from .jobs import Row, texts
from .recovery import Recovery
from .starting import LOST_SECONDS, teller, told
from .states import SUCCEEDED, ended

CANCEL, NONE = "cancel", "none"
REFUSED = "FAIL"


@dataclass(frozen=True)
class CancelPlan:
    """A backup that will be canceled, if it is at work; None if there is none. `show` makes it fit to be shown."""

    row: Row | None
    wait: bool
    timeout: float
    show: Callable[[Any], Any] = field(repr=False)

    @property
    def action(self) -> str:
        return CANCEL if self.row and not ended(self.row["raw_state"]) else NONE

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
        return {"action": self.action, "attached": False, **told(self.show(self.row or {}))}


def look_for_job(recovery: Recovery, job_id: str | None) -> Row | None:
    """The job that is named, or the one at work."""
    if job_id is None:
        return recovery.working()
    try:
        return recovery.job(job_id)
    except NotFound as missing:
        missing.hint = f"Its backups are: {', '.join(recovery.ids()) or 'none'}."
        raise


def cancel(recovery: Recovery, plan: CancelPlan, progress: Progress) -> Result:
    row = plan.row or {}
    job_id = str(row["id"])
    progress(f"backup {job_id}: canceling")
    row = _asked(recovery, job_id) or row
    if plan.wait and not ended(row["raw_state"]):
        row = recovery.settle(job_id, plan.timeout, teller(recovery, progress))
    result = told(recovery.service.redacted(row))
    if row["state"] != SUCCEEDED:
        return result
    return {**result, "changed": False, "action": NONE, "warnings": [f"Backup {job_id} succeeded before that."]}


def _asked(recovery: Recovery, job_id: str) -> Row | None:
    """Ask for the end of a job. Returns the job if that is known to be over by now."""
    try:
        verdict = recovery.cancel(job_id)
    except UnknownOutcome as lost:
        try:
            return recovery.settle(job_id, LOST_SECONDS)
        except TimedOut:
            raise lost from None
    if verdict["status"] != REFUSED:
        return None
    row = recovery.job(job_id)
    if ended(row["raw_state"]):
        return row
    said = "; ".join(recovery.service.redacted(texts(verdict.get("messages")))) or "no reason given"
    raise TaskFailed(
        f"backup {job_id} was not canceled: {said}",
        service=recovery.service.SERVICE,
        **told(recovery.service.redacted(row)),
    )
