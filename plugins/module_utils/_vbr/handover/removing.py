# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying a removal out: each object is proved to be gone before the next of those that it uses.

Objects of one kind go side by side, if none of them uses another, and none may need the approval of a second person:
of several deletions nobody could tell which one waits. A refusal leaves an object where it is, and whatever it uses.
Nobody waits here for a second person who has to approve. What is gone and was not yet forgotten when a run was broken
off is found gone by the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..._core.compare import fold
from ..._core.errors import AuthFailed, Failure, Forbidden, NotFound, Rejected, RestError, TaskFailed, Unreachable
from ..._core.failures import Failed
from ..._core.operation import Progress, Result
from ..._core.parallel import Attempt, Lanes, worst
from ..._core.transport import is_busy
from ..migration.kinds import JOBS
from ..migration.stage import ROLLED_BACK, Journal
from ..resource.approval import GUARDED
from ..resource.endpoint import Endpoint
from .objects import resource_of, waiting
from .removal import APPROVAL, ObjectKey, RemovalItem, RemovalPlan, needed_by, removal_report, stays_in_words
from .servers import OneServer

FOUR_EYES = "four-eyes"
# The journal is written whole: each time that it has forgotten such a part of what it knows of.
SHARE = 20


class Waits(Exception):
    """A deletion was taken, and waits for a second person."""


class Removal:
    """One run of a removal: what went, what stays, what waits, and what went wrong."""

    def __init__(self, server: OneServer, plan: RemovalPlan, journal: Journal, timeout: float) -> None:
        self.server, self.plan, self.journal, self.timeout = server, plan, journal, timeout
        self.removed: list[ObjectKey] = []
        self.left: list[Failed] = list(plan.left)
        self.pending: list[Failed] = list(plan.pending)
        self.failed: dict[ObjectKey, str] = {}
        self._waiting: frozenset[str] = frozenset()
        # How many the journal has forgotten since it was written.
        self._forgotten = 0

    def run(self, kept: Mapping[str, str], progress: Progress) -> None:
        """Remove what is to go but the jobs in `kept`. Raises what makes it pointless to go on, and OSError."""
        try:
            self._forget(self.plan.gone)
            if self.plan.items:
                progress(f"{self.server.side}: removing {len(self.plan.items)}")
                self._remove_all(kept)
        finally:
            if self._forgotten:
                self._write()

    def _remove_all(self, kept: Mapping[str, str]) -> None:
        with self.server.named():
            self._waiting = waiting(self.server.service)
        stays: dict[ObjectKey, RemovalItem] = {}
        for group in alike(self.plan.items):
            going = [item for item in group if not self._is_kept(item, kept, stays)]
            gone = {key for block in self.server.service.lanes.blocks(going) for key in self._remove(block)}
            stays.update((item.object_key, item) for item in group if item.object_key not in gone)

    def _is_kept(self, item: RemovalItem, kept: Mapping[str, str], stays: Mapping[ObjectKey, RemovalItem]) -> bool:
        """Whether it is not tried, because of itself or of what uses it."""
        reason = kept.get(item.made.key, "") if item.made.kind == JOBS.name else ""
        reason = next((needed_by(stays[each]) for each in item.first if each in stays), reason)
        if reason:
            self.left.append(Failed(*item.object_key, reason))
        return bool(reason)

    def failures(self, over: str) -> list[Failed]:
        """What was to go and did not, for another reason than that it stays; `over` is why nothing more was sent."""
        ended = {*self.removed, *self.failed, *((one.kind, one.name) for one in (*self.left, *self.pending))}
        rest = [item.object_key for item in self.plan.items if item.object_key not in ended]
        return [Failed(*key, reason) for key, reason in [*self.failed.items(), *((key, over) for key in rest)]]

    def report(self, result: Result) -> Result:
        """What of the result of a run is otherwise with the removal."""
        said = (
            f"{len(self.removed)} object(s) removed, {len(self.left)} left, {len(self.pending)} wait for an approval."
        )
        return {
            **removal_report(self.removed, self.left, self.pending),
            "changed": result["changed"] or bool(self.removed or self.plan.gone),
            "warnings": [*result["warnings"], *self._news()],
            "msg": f"{result['msg']} {said}",
        }

    def _news(self) -> list[str]:
        """What stays that was not known before."""
        known = {*self.plan.left, *self.plan.pending}
        return stays_in_words(one for one in (*self.left, *self.pending) if one not in known)

    def _remove(self, items: Sequence[RemovalItem]) -> list[ObjectKey]:
        """Delete some objects, forget those that are gone, and note why others are not. Returns what is gone."""
        tried = self.server.service.lanes.attempts(items, self._delete, _ends_all)
        end = worst(tried, _ends_all)
        for number, each in enumerate(tried if len(items) > 1 else ()):
            # One may have been refused only because of others: the server was busy, or they had to go before it.
            if end is None and _is_refused(each.error):
                tried[number] = self._again(each)
                end = worst([tried[number]], _ends_all)
        gone: list[ObjectKey] = []
        try:
            gone.extend(each.item.object_key for each in tried if each.begun and self._is_removed(each))
        finally:
            self.removed += gone
            if gone:
                self._forget(gone)
        if end is not None:
            raise end
        return gone

    def _again(self, tried: Attempt[RemovalItem, bool]) -> Attempt[RemovalItem, bool]:
        (alone,) = Lanes(1).attempts((tried.item,), self._delete, _ends_all)
        return alone

    def _delete(self, item: RemovalItem) -> bool:
        """Delete one object and see that it is gone; False if its deletion waits for a second person."""
        endpoint = self._endpoint(item)
        try:
            with self.server.named():
                endpoint.remove(item.row_id, still_there=self._look_who_waits)
        except NotFound:
            # Somebody was faster.
            pass
        except Waits:
            return False
        return True

    def _is_removed(self, tried: Attempt[RemovalItem, bool]) -> bool:
        """Whether an object is gone; if not, it is noted why."""
        item, error = tried.item, tried.error
        if error is None:
            return tried.value is True or not self._is_noted_to_wait(item)
        if _waits_for_somebody(error):
            self.pending.append(Failed(*item.object_key, f"a second person has to approve of it: {error}"))
        elif isinstance(error, (Rejected, TaskFailed)):
            self.left.append(Failed(*item.object_key, f"the server keeps it: {error}"))
        elif not _ends_all(error):
            if self._is_gone(item):
                return True
            self.failed[item.object_key] = str(error)
        return False

    def _is_noted_to_wait(self, item: RemovalItem) -> bool:
        """Note that its deletion waits, unless that was another one's and it is gone by now."""
        self._waiting = waiting(self.server.service)
        if self.server.service.lanes.limit > 1 and self._is_gone(item):
            return False
        item.made.asked = True
        self._write()
        self.pending.append(Failed(*item.object_key, APPROVAL))
        return True

    def _endpoint(self, item: RemovalItem) -> Endpoint:
        return Endpoint(self.server.service, resource_of(item.made.kind), self.timeout)

    def _look_who_waits(self) -> None:
        if waiting(self.server.service) - self._waiting:
            raise Waits

    def _is_gone(self, item: RemovalItem) -> bool:
        """What counts is what the server shows, whatever became of an answer."""
        try:
            with self.server.named():
                self._endpoint(item).read(item.row_id)
        except NotFound:
            return True
        except (Unreachable, AuthFailed, Forbidden):
            raise
        except RestError:
            return False
        return False

    def _forget(self, keys: Iterable[ObjectKey]) -> None:
        for kind, key in keys:
            self.journal.created.pop((kind, key), None)
            if kind == JOBS.name and key in self.journal.jobs:
                self.journal.jobs[key].phase = ROLLED_BACK
            self._forgotten += 1
        if self._forgotten and self._forgotten * SHARE >= len(self.journal.created):
            self._write()

    def _write(self) -> None:
        self.journal.write()
        self._forgotten = 0


def alike(items: Sequence[RemovalItem]) -> Iterator[list[RemovalItem]]:
    """The items in their order, in groups that can go side by side."""
    group: list[RemovalItem] = []
    keys: set[ObjectKey] = set()
    for item in items:
        guarded = resource_of(item.made.kind).path in GUARDED
        if group and (guarded or item.made.kind != group[0].made.kind or not keys.isdisjoint(item.first)):
            yield group
            group, keys = [], set()
        group.append(item)
        keys.add(item.object_key)
    if group:
        yield group


def _waits_for_somebody(error: Failure) -> bool:
    return isinstance(error, (Rejected, Forbidden, TaskFailed)) and FOUR_EYES in fold(str(error))


def _ends_all(error: Failure) -> bool:
    """Whether nothing more can be done at this server."""
    return isinstance(error, (Unreachable, AuthFailed, Forbidden)) and not _waits_for_somebody(error)


def _is_refused(error: Failure | None) -> bool:
    if error is None or _waits_for_somebody(error):
        return False
    return isinstance(error, (Rejected, TaskFailed)) or is_busy(error)
