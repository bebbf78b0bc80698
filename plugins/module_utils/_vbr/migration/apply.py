# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying out an import plan: kind by kind, each session to its end, and then a look at what is really there.

What counts is what the target shows afterwards, whatever a session or a lost answer said (facts/vbr.md 2.3: an import
is no transaction); but what the server refused to create, and shows, is somebody else's (`ours.py`). One thing that
went wrong stops what needs it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import nullcontext
from itertools import groupby
from pathlib import Path
from typing import Any

from ..._core.compare import Names, fold
from ..._core.errors import AuthFailed, Forbidden, Rejected, RestError, Unreachable, quoted
from ..._core.failures import Failed, by_reason, for_want, in_words
from ..._core.files import held, make_room, write_file
from ..._core.operation import Progress, Result
from ..automation import GOOD_RESULTS, RESULTS, Automation, result_of
from ..objects import Objects
from . import secrets
from .bundle import dump
from .collection import Record, records
from .creating import Outcome, Writing, changed, created, finished, instead_of, takes_more
from .journal_entries import JournalObject
from .kind import BY_REST
from .kinds import JOBS, KINDS, REPOSITORIES, is_always_there, lookup_keys
from .mapping import at_home
from .ours import Ours, not_ours
from .plan import CUTOVER, UPDATE, WORDS, ImportPlan, ObjectKey, PlanItem, import_body, keys
from .session_log import SaidOf, notable, shown_progress
from .sleeping import SleepingJobs
from .stage import PENDING, asleep, without_start

WORDS_OF_RUN = {**WORDS, "result": RESULTS}


class ImportRun:
    """One run of a plan. `result()` does the work and never raises for what the server did: it reports it."""

    def __init__(self, automation: Automation, plan: ImportPlan, progress: Progress) -> None:
        self.automation = automation
        self.plan = plan
        self.progress = progress
        timeout = float(plan.settings["wait_timeout"])
        self.ours = Ours(self._shown, plan.staged)
        self.writing = Writing(Objects(automation.service), self._complete, timeout, progress, self.ours)
        self.created: dict[ObjectKey, PlanItem] = {}
        self.updated: dict[ObjectKey, PlanItem] = {}
        # The jobs that were sent, also those of which nobody has seen whether they are there.
        self.sent: list[PlanItem] = []
        self.warnings: list[str] = []
        # What a session works on that is not waited for: nobody has seen it yet.
        self.accepted: set[ObjectKey] = set()
        self.failed: dict[ObjectKey, str] = {}
        # Of those that failed for what they need, why they did: it is the same for all of them.
        self.causes: dict[ObjectKey, str] = {}
        self.sessions: list[dict[str, Any]] = []
        self.jobs = SleepingJobs(automation, plan.names(JOBS.name))
        # Whether the target took something of which nobody can tell here what became of it.
        self.doubted = False
        # Whether the journal learned which jobs wait, and with what.
        self.noted = False
        # Why nothing more is sent, once that is so.
        self.over = ""

    def result(self) -> Result:
        """Import everything the plan creates, put jobs to sleep, and report what became of each object.

        Raises InvalidInput, and then nothing was sent, when the report or the journal cannot be written.
        """
        journal = self.plan.journal.path if self.plan.journal else None
        for path in (self._report_path, journal):
            if path:
                make_room(path)
        with held(journal) if journal else nullcontext():
            if self.plan.journal:
                # Another run may have written it since this one looked.
                self.plan.journal.refresh()
                self.ours.known = frozenset(self.plan.journal.created)
            return self._carried_out()

    def _carried_out(self) -> Result:
        try:
            self._note_waiting()
            for kind in KINDS:
                try:
                    self._bring_in(kind)
                finally:
                    # At once, whatever comes after it or went wrong: until then they are awake.
                    if kind == JOBS.name and self.plan.staged:
                        self._put_to_sleep()
        except (RestError, OSError) as error:
            # OSError: the journal could not be written. What it does not know must not be sent.
            self.over = str(error)
        for item in self.plan.due():
            if item.object_key not in self.created and item.object_key not in self.accepted:
                self.failed.setdefault(item.object_key, f"not sent: {self.over}")
        return self._report()

    def _bring_in(self, kind: str) -> None:
        """Create and change what is due of a kind."""
        for by_rest, items in groupby(self.plan.due(kind), lambda item: item.list_name == BY_REST):
            (self._create if by_rest else self._import_kind)(kind, list(items))
        self._update(self.plan.of(UPDATE, kind))

    def _note_waiting(self) -> None:
        """Write down which jobs wait for the cutover, which is to find them, and what each of them waits with.

        Those that turn out to be somebody else's, though an earlier run sent them, are none for the cutover.
        """
        waiting, foreign = self.plan.unnoted(), self.plan.foreign()
        if (waiting or foreign) and self.plan.journal:
            self.plan.journal.forget_made(foreign)
            self.plan.journal.note_waiting(waiting)
            self.plan.journal.write()
            self.noted = True

    # -- one kind ------------------------------------------------------------------------------------------------------

    def _import_kind(self, kind: str, items: list[PlanItem]) -> None:
        """Send what can be sent of a kind, wait, and look which of it is there."""
        ready = [item for item in items if not self._held_back(item)]
        if not ready or self.over:
            return
        self.progress(f"{kind}: importing {len(ready)}")
        self._note_sent(kind, ready)
        try:
            trouble = self._send(kind, ready)
            if not self.plan.settings["wait"] and not trouble:
                self.accepted.update(item.object_key for item in ready)
                return
            log = self.sessions[-1]["log"] if self.sessions and self.sessions[-1]["kind"] == kind else []
            said_of, names = SaidOf(ready, log), self.plan.names(kind)
            self.ours.heard(ready, said_of, went_well=not trouble)
            there = self._there(kind, ready) if self.plan.settings["wait"] else Names()
            others = self.ours.strangers([item for item in ready if there.meant(item.key, besides=names)], names)
        except RestError as error:
            self.over = str(error)
            self.doubted = self.automation.service.connection.trail.written
            self.failed.update({item.object_key: self.over for item in ready})
            return
        for item in ready:
            if item.object_key in others:
                self.failed[item.object_key] = not_ours(others[item.object_key])
            elif there.meant(item.key, besides=names):
                self.created[item.object_key] = item
            else:
                reason = said_of.item(item) or trouble
                self.doubted = self.doubted or not reason
                said = reason or "the session ended, but it is not there"
                self.failed[item.object_key] = instead_of(item, there, said)
        self._note_missing(ready)
        self.progress(f"{kind}: {sum(item.object_key in self.created for item in ready)} of {len(ready)} created")

    def _create(self, kind: str, items: list[PlanItem]) -> None:
        """Create what goes by ordinary REST, and look which of it is there."""
        ready = [item for item in items if not self._held_back(item)]
        if not ready or self.over:
            return
        self.progress(f"{kind}: creating {len(ready)}")
        self._note_sent(kind, ready)
        outcome = self._taken_over(created(self.writing, ready, self.plan.names(kind)))
        self.created.update({item.object_key: item for item in outcome.done})
        self._note_missing([] if self.over else ready)
        self.progress(f"{kind}: {len(outcome.done)} of {len(ready)} created")

    def _update(self, items: list[PlanItem]) -> None:
        """Give what the target has otherwise what the source has."""
        ready = [item for item in items if not self._held_back(item)]
        for write in (changed, finished):
            chosen = [item for item in ready if item.unfinished == (write is finished)]
            if chosen and not self.over:
                outcome = self._taken_over(write(self.writing, chosen))
                self.updated.update({item.object_key: item for item in outcome.done})
        self._prove_asleep([item for item in ready if item.asleep and not item.awake])

    def _prove_asleep(self, items: list[PlanItem]) -> None:
        """See that jobs which were disabled before they were written still are."""
        if items:
            self.jobs.look()
            wrong, _ids = self.jobs.put_to_sleep(items)
            self.failed.update({key: f"it was changed, and may be enabled now: {why}" for key, why in wrong.items()})

    def _taken_over(self, outcome: Outcome) -> Outcome:
        self.failed.update(outcome.failed)
        self.warnings += outcome.warnings
        self.over = outcome.over
        self.doubted = self.doubted or outcome.doubted
        done = {item.object_key for item in outcome.done} - outcome.unfinished - set(self.failed)
        if self.plan.journal and self.plan.journal.finish(done):
            self.plan.journal.write()
        return outcome

    def _note_sent(self, kind: str, items: list[PlanItem]) -> None:
        """Write down what is sent, before it is: a run that dies leaves what it made to those after it."""
        self.sent += items if kind == JOBS.name else []
        journal = self.plan.journal
        if not journal or not journal.path or not self.plan.staged:
            return
        for item in items:
            late = kind == REPOSITORIES.name and item.phase == CUTOVER
            noted = JournalObject(kind, item.key, self.plan.revision, item.record, late, unfinished=takes_more(kind))
            journal.created[item.object_key] = noted
            if kind == JOBS.name:
                journal.note(item.record, PENDING)
        journal.write()

    def _note_missing(self, items: list[PlanItem]) -> None:
        """Forget what was sent and is not there."""
        journal = self.plan.journal
        sent = (item.object_key for item in items if not is_always_there(item.kind))
        if journal and journal.forget_made(key for key in sent if key not in self.created):
            journal.write()

    def _there(self, kind: str, items: list[PlanItem]) -> Names[Any]:
        """The keys of what the target shows of a kind after these were imported."""
        if kind == JOBS.name and self.plan.staged:
            # Putting them to sleep needs the list of jobs in any case; where it shows them all, it is proof enough.
            listed, names = self.jobs.look(), self.plan.names(kind)
            if all(listed.meant(item.key, besides=names) for item in items):
                return listed
        shown = records(at_home({kind: self.automation.export(kind)}, self.plan.target)[kind])
        return Names((key, record) for _list, record in shown for key in lookup_keys(kind, record))

    def _shown(self, kind: str, items: list[PlanItem]) -> Iterable[Record]:
        """The records of the target that these items of one transport can be."""
        if items[0].list_name == BY_REST:
            collection = self.writing.objects.shown(kind, {fold(item.key) for item in items})
        else:
            collection = self.automation.export(kind)
        return (record for _list, record in records(at_home({kind: collection}, self.plan.target)[kind]))

    def _held_back(self, item: PlanItem) -> bool:
        """Whether something this object needs has failed; then it is not sent."""
        missing = next((need for need in item.needs if need in self.failed), None)
        if missing:
            self.failed[item.object_key] = f"not sent: needs {missing[0]} {quoted(missing[1])}, which failed"
            self.causes[item.object_key] = f"not sent: {for_want('failed')}"
        return bool(missing)

    def _send(self, kind: str, items: list[PlanItem]) -> str:
        """Import a collection and wait for its session; returns what went wrong with it, `''` when nothing did.

        Raises what makes it pointless to go on: nobody there, not let in, a session that does not end.
        """
        body = import_body(items, [self._complete(item) for item in items])
        try:
            session_id = self.automation.start_import(kind, body)
        except (Unreachable, AuthFailed, Forbidden) as error:
            self.ours.refused(items, str(error))
            raise
        except Rejected as error:
            # Refused as a whole: there is no session to look for.
            self.ours.refused(items, str(error))
            return str(error)
        except RestError as error:
            # Whatever is found now may be the work of others, and so may be the session.
            self.ours.doubted(items)
            mine = {str(session["id"]) for session in self.sessions}
            session_id = self.automation.lost_session(self.plan.known_sessions | mine)
            if not session_id:
                return str(error)
        if not self.plan.settings["wait"]:
            accepted = [item.key for item in items]
            self.sessions.append(
                {"kind": kind, "id": session_id, "result": "None", "message": "", "log": [], "accepted": accepted}
            )
            return ""
        try:
            return self._wait_for(kind, session_id)
        except RestError:
            self.ours.doubted(items)
            raise

    def _complete(self, item: PlanItem) -> dict[str, Any]:
        """The record as it is sent: with its secrets, and asleep if it is a job to be staged."""
        given = self.plan.given.of(item.kind, item.key)
        record = secrets.filled(KINDS[item.kind], item.record, given)
        if item.kind != JOBS.name or not self.plan.staged:
            return record
        # Of a job that is there its start is nobody's to change, unless it is still to be put to sleep.
        return without_start(record) if item.action == UPDATE and not item.awake else asleep(record)

    def _wait_for(self, kind: str, session_id: str) -> str:
        """Wait for a session and keep its result and log; returns what went wrong."""
        session = self.automation.settle(session_id, self.writing.timeout, shown_progress(kind, self.progress))
        result, message = result_of(session)
        message = self.automation.service.http.secrets.line(message)
        try:
            log = self.automation.log(session_id)
        except RestError as error:
            log = [{"id": None, "status": "Warning", "title": f"the log could not be read: {error}", "description": ""}]
        self.sessions.append(
            {
                "kind": kind,
                "id": session_id,
                "state": session.get("state"),
                "started": session.get("creationTime"),
                "ended": session.get("endTime"),
                "result": result,
                "message": message,
                "log": log,
            }
        )
        return "" if result in GOOD_RESULTS else f"session {session_id} ended with {result}: {message}"

    # -- jobs ----------------------------------------------------------------------------------------------------------

    def _put_to_sleep(self) -> None:
        """Disable every job of this plan that is there and still enabled, and prove it."""
        ours = [item for item in self.plan.items if item.awake or item.object_key in self.created]
        ours = [item for item in ours if item.kind == JOBS.name]
        ours += self._there_after_all([item for item in self.sent if item.object_key not in self.created])
        if not ours:
            return
        self.progress(f"jobs: disabling {len(ours)}")
        wrong, ids = self.jobs.put_to_sleep(ours)
        self.failed.update({key: f"it is there, but not disabled: {reason}" for key, reason in wrong.items()})
        if self.plan.journal:
            for item in ours:
                if item.object_key not in wrong:
                    self.plan.journal.mark_staged(item.key, ids.get(item.object_key, ""))
            self.plan.journal.write()

    def _there_after_all(self, unseen: list[PlanItem]) -> list[PlanItem]:
        """Those of the jobs that were sent, and not seen, which the target has all the same."""
        if not unseen or not (self.over or self.jobs.listed):
            return []
        if self.over:
            self.jobs.look()
        found = [item for item in unseen if self.jobs.listed_as(item)]
        self.ours.doubted(item for item in found if item.object_key not in self.failed)
        try:
            others = self.ours.strangers(found, self.plan.names(JOBS.name))
        except RestError:
            # They were sent without their start, and the next run finds them in the journal.
            return []
        self.failed.update({key: not_ours(why) for key, why in others.items()})
        self._note_missing([item for item in found if item.object_key in others])
        ours = [item for item in found if item.object_key not in others]
        for item in ours:
            self.created[item.object_key] = item
            self.failed.pop(item.object_key, None)
        return ours

    # -- the result ----------------------------------------------------------------------------------------------------

    def _report(self) -> Result:
        created = keys(self.created.values())
        woken = [item for item in self.plan.items if item.awake and item.object_key not in self.failed]
        result: Result = {
            "changed": bool(self.created or self.updated or self.accepted or woken or self.doubted or self.noted),
            "created": created,
            **({"updated": keys(self.updated.values())} if self.updated else {}),
            **({"warnings": self.warnings} if self.warnings else {}),
            "failed_objects": _by_kind(self.failed),
            "causes": _by_kind(self.causes),
            "sessions": [{**session, "log": notable(session["log"])} for session in self.sessions],
        }
        if self.failed or self.over:
            failures = by_reason(Failed(*key, reason, self.causes.get(key, "")) for key, reason in self.failed.items())
            result |= {"failed": True, "failures": failures, "msg": self._message(failures)}
        self._write_report(result)
        return result

    def _message(self, failures: Collection[dict[str, Any]]) -> str:
        return (
            f"{len(self.failed)} object(s) failed, {len(self.created)} were created. "
            "Run the task again to import the rest: what is there is kept. "
            f"{chr(10).join(in_words(failures)) or self.over}"
        )

    def _write_report(self, result: Result) -> None:
        if self._report_path:
            # The file is written before the edge redacts the result.
            redact = self.automation.service.http.secrets.redact_within
            full = redact({**self.plan.report(), **result, "sessions": self.sessions}, WORDS_OF_RUN)
            try:
                write_file(self._report_path, dump(full))
            except OSError as error:
                result["warnings"] = [*self.warnings, f"The report could not be written: {error}"]

    @property
    def _report_path(self) -> Path | None:
        path = self.plan.settings.get("report")
        return Path(path) if path else None


def _by_kind(failed: Mapping[ObjectKey, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for (kind, key), reason in failed.items():
        found.setdefault(kind, {})[key] = reason
    return found
