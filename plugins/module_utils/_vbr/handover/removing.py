# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying a removal out: one object after the other, each proved to be gone before the next.

A refusal leaves an object where it is, and whatever it uses. Nobody waits here for a second person who has to approve.
What is gone and was not yet forgotten when a run was broken off is found gone by the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..._core.compare import fold
from ..._core.errors import AuthFailed, Forbidden, NotFound, Rejected, RestError, TaskFailed, Unreachable
from ..._core.failures import Failed
from ..._core.operation import Progress, Result
from ..migration.kinds import JOBS
from ..migration.stage import ROLLED_BACK, Journal
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
        for item in self.plan.items:
            reason = kept.get(item.made.key, "") if item.made.kind == JOBS.name else ""
            reason = next((needed_by(stays[each]) for each in item.first if each in stays), reason)
            if reason:
                self.left.append(Failed(*item.object_key, reason))
            if reason or not self._remove(item):
                stays[item.object_key] = item

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

    def _remove(self, item: RemovalItem) -> bool:
        """Delete one object; whether it is gone."""
        endpoint = Endpoint(self.server.service, resource_of(item.made.kind), self.timeout)
        try:
            with self.server.named():
                endpoint.remove(item.row_id, still_there=self._look_who_waits)
        except NotFound:
            # Somebody was faster.
            pass
        except Waits:
            item.made.asked = True
            self._write()
            self.pending.append(Failed(*item.object_key, APPROVAL))
            return False
        except (Rejected, Forbidden, TaskFailed) as error:
            if FOUR_EYES in fold(str(error)):
                self.pending.append(Failed(*item.object_key, f"a second person has to approve of it: {error}"))
            elif isinstance(error, Forbidden):
                raise
            else:
                self.left.append(Failed(*item.object_key, f"the server keeps it: {error}"))
            return False
        except (Unreachable, AuthFailed):
            raise
        except RestError as error:
            if not self._is_gone(endpoint, item):
                self.failed[item.object_key] = str(error)
                return False
        self.removed.append(item.object_key)
        self._forget([item.object_key])
        return True

    def _look_who_waits(self) -> None:
        if waiting(self.server.service) - self._waiting:
            self._waiting = waiting(self.server.service)
            raise Waits

    def _is_gone(self, endpoint: Endpoint, item: RemovalItem) -> bool:
        """What counts is what the server shows, whatever became of an answer."""
        try:
            with self.server.named():
                endpoint.read(item.row_id)
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
