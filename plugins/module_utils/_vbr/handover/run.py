# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying out a cutover or a rollback: jobs come to rest on one server, and only then wake on the other.

At every request a job is able to run by itself on one server at most. What counts is what a server shows, whatever an
answer said: an answer that was lost is looked for. One thing that went wrong stops the job it is of, and no other.
In each step the jobs are asked for side by side; a step begins when the one before it has ended for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..._core.errors import AuthFailed, Failure, Forbidden, InvalidInput, RestError, Unreachable
from ..._core.failures import Failed, by_reason, in_words, listed
from ..._core.files import make_room, write_file
from ..._core.operation import Progress, Result
from ..._core.parallel import Lanes, worst
from ..migration.bundle import dump
from ..migration.kinds import JOBS
from ..migration.listed import ListedJob
from ..migration.stage import (
    AT_REST,
    COMING_TO_REST,
    CUT_OVER,
    CUTTING_OVER,
    PENDING,
    ROLLED_BACK,
    ROLLING_BACK,
    WAITING,
    has_switch,
)
from .adopting import Adopting
from .chains import anew, may_be_gone
from .changes import lacks, patched
from .plan import CUT, STOP, WORDS, HandoverItem, HandoverPlan, record_of, repositories, said_of_lost, shown, starts
from .policies import given_to_agents
from .removing import Removal
from .rescan import rescan
from .resting import still_at_work
from .servers import OneServer, Seen, ServerPair

# How often something is asked for that the server does not show: a second time for what was lost.
ROUNDS = 2
NOT_SHOWN = "it was asked for, and the server does not show it"

Act = Callable[[HandoverItem], None]
Lacks = Callable[[HandoverItem], bool]
Look = Callable[[], None]


class HandoverRun:
    """One run of a plan. `result()` does the work and never raises for what a server did: it reports it."""

    def __init__(self, pair: ServerPair, plan: HandoverPlan, progress: Progress) -> None:
        self.pair, self.plan, self.progress = pair, plan, progress
        self.source, self.target = plan.seen.source, plan.seen.target
        self.failed: dict[str, str] = {item.name: item.stuck for item in plan.items if item.stuck}
        self.warnings: list[str] = list(plan.warnings)
        self.timeout = float(plan.settings["wait_timeout"])
        self.removal = Removal(pair.target, plan.removal, plan.journal, self.timeout) if plan.removal else None
        # Why nothing more is sent, once that is so.
        self.over = ""

    def result(self) -> Result:
        """Carry it out and report where each job stands. Raises InvalidInput, and then nothing was sent, when the
        report or the journal cannot be written.
        """
        items = [item for item in self.plan.items if item.changed]
        for path in (self._report_path, self.plan.journal.path) if self.plan.changed else ():
            if path:
                make_room(path)
        try:
            if items:
                self._cut(items) if self.plan.state == CUT else self._back(items)
            if self.removal:
                self.removal.run(self.failed, self.progress)
        except (RestError, OSError) as error:
            # OSError: the journal could not be written. What it does not know must not be done.
            self.over = str(error)
        for item in items if self.over else ():
            if item.standing.job.phase != item.phase:
                self.failed.setdefault(item.name, f"not done to its end: {self.over}")
        return self._report(items)

    # -- the two ways --------------------------------------------------------------------------------------------------

    def _cut(self, items: list[HandoverItem]) -> None:
        ours = [item for item in items if item.standing.job.phase != CUT_OVER]
        self._note([item for item in ours if item.phase == AT_REST], COMING_TO_REST)
        self._note([item for item in ours if item.phase == CUT_OVER], CUTTING_OVER)
        source, target = self.pair.source, self.pair.target
        self._bring(source, "disabling", items, self._awake_on_source, self._disable_on_source, self._look_at_source)
        self._wait(self._left(ours), source, self._id_on_source)
        self._rescan(repositories(self._left(ours)))
        self._adopt([item for item in self._left(ours) if item.adopts])
        waking = self._left(ours)
        self._bring(target, "waking", waking, self._asleep_on_target, self._wake_on_target, self._look_at_target)
        self._prove_asleep([item for item in self._left(ours) if item.disabled and item.standing.target])
        self._apply_policies(target, [item.standing.target for item in self._left(ours) if item.wake])
        self._end(self._left(ours))

    def _apply_policies(self, server: OneServer, jobs: list[ListedJob | None]) -> None:
        """Give the computers of policies what these are now. One that fails holds up no job."""
        self.warnings += given_to_agents(server.service, jobs, self.timeout)

    def _rescan(self, names: list[str]) -> None:
        """Make known on the target what lies in these. A rescan that fails holds up no job."""
        if names:
            self.progress(f"target: rescanning {listed(names)}")
            self.warnings += rescan(self.pair.target.service, names, self.timeout)

    def _adopt(self, items: list[HandoverItem]) -> None:
        """Give jobs that sleep on the target the chains of their originals; a job that gets none goes on without."""
        if items:
            self._list_target()
            run = Adopting(self.pair, self.plan.journal, self.timeout, self.progress)
            self.warnings += anew(
                run.run(items, lambda item: _is(self.target, self._id_on_target(item), disabled=True))
            )

    def _prove_asleep(self, items: list[HandoverItem]) -> None:
        """See that what stays disabled on the target still is after it was written, or disable it again."""
        if any(item.adopts or item.rewrites for item in items):
            self._list_target()
        target = self.pair.target
        self._bring(target, "disabling", items, self._stirs_on_target, self._disable_on_target, self._list_target)
        for item in items:
            if item.name in self.failed:
                self.failed[item.name] = f"it was changed, and may be enabled now: {self.failed[item.name]}"

    def _back(self, items: list[HandoverItem]) -> None:
        moved = [item for item in items if item.phase != item.standing.job.phase]
        self._note([item for item in moved if item.phase == WAITING], COMING_TO_REST)
        self._note([item for item in moved if item.phase != WAITING], ROLLING_BACK)
        source, target = self.pair.source, self.pair.target
        self._bring(target, "disabling", items, self._awake_on_target, self._sleep_on_target, self._look_at_target)
        self._wait(self._left(items), target, self._id_on_target)
        waking = [item for item in self._left(items) if item.wake]
        self._bring(source, "enabling", waking, self._asleep_on_source, self._enable_on_source, self._look_at_source)
        self._apply_policies(source, [item.standing.source for item in self._left(waking)])
        self._end(self._left(items))

    def _left(self, items: Iterable[HandoverItem]) -> list[HandoverItem]:
        return [item for item in items if item.name not in self.failed]

    # -- the journal ---------------------------------------------------------------------------------------------------

    def _note(self, items: list[HandoverItem], phase: str) -> None:
        """Write down what is begun, and what each job was, before anything is sent that a second run must know of."""
        for item in items:
            job, source, target = item.standing.job, item.standing.source, item.standing.target
            if phase in (CUTTING_OVER, COMING_TO_REST) and source:
                job.disabled, job.source_id, job.source_name = item.disabled, source.id, source.name
                job.rested = job.rested or phase == COMING_TO_REST
            if phase == CUTTING_OVER and target:
                job.runs_by_itself, job.id = item.starts, target.id
                self.plan.journal.bring_over(item.name, item.patch)
            job.phase = phase
        if items:
            self.plan.journal.write()

    def _end(self, items: list[HandoverItem]) -> None:
        """Write down what is proved."""
        moved = [item for item in items if item.standing.job.phase != item.phase]
        for item in moved:
            item.standing.job.phase = item.phase
            if item.phase in (ROLLED_BACK, WAITING):
                item.standing.job.rested = False
                # What was refused may be mended until the next cutover.
                item.standing.job.chain = item.standing.job.chain if may_be_gone(item.standing.job) else {}
        if moved:
            self.plan.journal.write()

    # -- asking until it is shown --------------------------------------------------------------------------------------

    def _bring(
        self, server: OneServer, what: str, items: list[HandoverItem], wanting: Lacks, act: Act, look: Look
    ) -> None:
        """Do it to each item that wants it, and look whether it is so. Raises what makes it pointless to go on.

        Side by side at first; what is asked for again may have been refused only because of the others beside it.
        """
        said: dict[str, str] = {}
        for number in range(ROUNDS):
            todo = [item for item in items if wanting(item)]
            if not todo:
                return
            self.progress(f"{server.side}: {what} {len(todo)}")
            lanes = server.service.lanes if number == 0 else Lanes(1)
            asked = lanes.attempts(todo, act, _ends_all)
            said |= {each.item.name: str(each.error) for each in asked if each.error is not None}
            end = worst(asked, _ends_all)
            if end is not None:
                raise end
            look()
        self.failed.update({item.name: said.get(item.name, NOT_SHOWN) for item in items if wanting(item)})

    def _look_at_source(self) -> None:
        self.source = self.pair.source.with_list(self.source)

    def _look_at_target(self) -> None:
        server = self.pair.target
        self.target = server.with_records(server.with_list(self.target))

    def _list_target(self) -> None:
        self.target = self.pair.target.with_list(self.target)

    def _wait(self, items: list[HandoverItem], server: OneServer, job_id: Callable[[HandoverItem], str]) -> None:
        """Wait until none of the jobs is at work on a server; those that still are in the end have failed."""
        ours = {job_id(item): item.name for item in items if job_id(item)}
        busy = still_at_work(server, ours, self.plan.running == STOP, self.plan.running_timeout, self.progress)
        reason = (
            f"it still runs on the {server.side} after {self.plan.running_timeout:g} seconds, disabled. "
            "Run again to go on."
        )
        self.failed.update({ours[each]: reason for each in busy})

    # -- one job: a server that does not show it has proved nothing of it ----------------------------------------------

    @staticmethod
    def _id_on_source(item: HandoverItem) -> str:
        return item.standing.source.id if item.standing.source else ""

    @staticmethod
    def _id_on_target(item: HandoverItem) -> str:
        return item.standing.target.id if item.standing.target else ""

    def _awake_on_source(self, item: HandoverItem) -> bool:
        return not _is(self.source, self._id_on_source(item), disabled=True)

    def _asleep_on_source(self, item: HandoverItem) -> bool:
        return not _is(self.source, self._id_on_source(item), disabled=False)

    def _disable_on_source(self, item: HandoverItem) -> None:
        with self.pair.source.named():
            self.pair.source.calls.disable(self._id_on_source(item))

    def _enable_on_source(self, item: HandoverItem) -> None:
        with self.pair.source.named():
            self.pair.source.calls.enable(self._id_on_source(item))

    def _awake_on_target(self, item: HandoverItem) -> bool:
        return item.standing.target is not None and (self._stirs_on_target(item) or self._otherwise(item))

    def _stirs_on_target(self, item: HandoverItem) -> bool:
        return not _is(self.target, self._id_on_target(item), disabled=True)

    def _disable_on_target(self, item: HandoverItem) -> None:
        with self.pair.target.named():
            self.pair.target.calls.disable(self._id_on_target(item))

    def _asleep_on_target(self, item: HandoverItem) -> bool:
        asleep = item.wake and not _is(self.target, self._id_on_target(item), disabled=False)
        return asleep or self._otherwise(item)

    def _otherwise(self, item: HandoverItem) -> bool:
        """Whether the target's job has another start than it is to have, or lacks a change."""
        job = self.target.jobs.of_id(self._id_on_target(item))
        record = record_of(self.target, job) if job else None
        if job is None or record is None:
            return False
        other_start = has_switch(record) and starts(self.target, job) != item.starts
        return other_start or lacks(item.patch, record)

    def _wake_on_target(self, item: HandoverItem) -> None:
        self._rewrite(item)
        if item.wake:
            with self.pair.target.named():
                self.pair.target.calls.enable(self._id_on_target(item))

    def _sleep_on_target(self, item: HandoverItem) -> None:
        """Disabled first: a job that is disabled does not start, whatever its schedule says."""
        if _is(self.target, self._id_on_target(item), disabled=False):
            self._disable_on_target(item)
        self._rewrite(item)

    def _rewrite(self, item: HandoverItem) -> None:
        """Give the target's job the start and the changes that it is to have."""
        if not self._otherwise(item):
            return
        calls, job_id = self.pair.target.calls, self._id_on_target(item)
        with self.pair.target.named():
            model = calls.read(job_id)
            body = patched(model, item.patch)
            if has_switch(body):
                body["schedule"] = {**(body.get("schedule") or {}), "runAutomatically": item.starts}
            if body != model:
                calls.replace(job_id, body)

    # -- the result ----------------------------------------------------------------------------------------------------

    def _report(self, items: list[HandoverItem]) -> Result:
        phases = {item.name: item.standing.job.phase for item in self.plan.items}
        done = [item for item in items if item.name not in self.failed]
        result: Result = {
            "changed": bool(done) or self.pair.target.service.connection.trail.written,
            **shown(self.plan.items, phases),
            "warnings": [*self.warnings, *said_of_lost(self.plan.items)],
            "msg": self._message(items),
        }
        failed = [Failed(JOBS.name, *one) for one in self.failed.items()]
        message = (
            f"{len(failed)} job(s) failed, {len(done)} are done. No job is able to run by itself on both servers. "
            "Run the task again to go on, or roll back.\n"
        )
        if self.removal:
            result |= self.removal.report(result)
            kept = self.removal.failures(self.over)
            message = message if failed else f"{result['msg']} {len(kept)} are still to go. Run the task again.\n"
            failed += kept
        if failed:
            failures = by_reason(failed)
            result |= {"failed": True, "failures": failures, "msg": message + "\n".join(in_words(failures))}
        if self.plan.changed:
            self._write_report(result)
        return result

    def _message(self, items: list[HandoverItem]) -> str:
        """How many jobs have come to their phase."""
        done = [item.phase for item in items if item.name not in self.failed]
        waiting = done.count(AT_REST) + done.count(PENDING)
        said = f"{len(done) - waiting} job(s) {'cut over' if self.plan.state == CUT else 'rolled back'}."
        if not waiting or self.plan.state != CUT:
            return said
        return (
            f"{said} {waiting} job(s) are at rest on the source and not on the target yet: import them "
            "with the phase cutover, and cut over again (the role vbr_cutover does both)."
        )

    def _write_report(self, result: Result) -> None:
        if not self._report_path:
            return
        # The file is written before the edge redacts the result.
        redact = self.pair.target.service.http.secrets.redact_within
        rows = [self._row(item) for item in self.plan.items]
        full = redact({**self.plan.report(), **result, "jobs": rows}, WORDS)
        try:
            write_file(self._report_path, dump(full))
        except OSError as error:
            result["warnings"].append(f"The report could not be written: {error}")

    def _row(self, item: HandoverItem) -> dict[str, Any]:
        """Where a job stands, and what was done with it."""
        return {
            **item.standing.job.as_dict(),
            "changed": item.changed and item.name not in self.failed,
            "brought_over": [change.as_dict() for change in item.patch],
            "reason": self.failed.get(item.name, item.diverged),
        }

    @property
    def _report_path(self) -> Path | None:
        path = self.plan.settings.get("report")
        return Path(path) if path else None


def _ends_all(error: Failure) -> bool:
    """Whether nothing more can be done at this server."""
    return isinstance(error, (Unreachable, AuthFailed, Forbidden)) or not isinstance(error, (RestError, InvalidInput))


def _is(seen: Seen, job_id: str, disabled: bool) -> bool:
    """Whether a server shows a job in this state; one that it does not show is in none."""
    job = seen.jobs.of_id(job_id)
    return job is not None and job.disabled is disabled
