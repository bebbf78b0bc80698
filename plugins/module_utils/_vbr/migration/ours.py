# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of what is there after it was sent a run made itself: what a server refused to create is somebody else's. Pure.

Where nobody knows what became of a request, or an earlier run sent the same, a refusal can come of a creation of ours:
there what is there is compared with what was sent (docs/assumptions.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable
from itertools import groupby

from ..._core.compare import Names
from ..._core.errors import (
    AuthFailed,
    Failure,
    Forbidden,
    InvalidInput,
    NotFound,
    Rejected,
    TaskFailed,
    Unreachable,
)
from ..._core.failures import listed
from .collection import Record
from .journal_entries import SCHEDULE_FLAG
from .keeping import since_sent
from .kind import BY_REST
from .kinds import JOBS, lookup_keys
from .plan import ObjectKey, PlanItem
from .session_log import SaidOf
from .stage import has_switch, runs_by_itself

KEPT = "It is there, and counts as somebody else's, made meanwhile: run the task again, and what is there is kept."
# After these, nothing was created by the request they are about: it was refused, or never sent.
WITHOUT_EFFECT = (AuthFailed, Forbidden, InvalidInput, NotFound, Rejected, TaskFailed, Unreachable)

# The records of the target that some objects of one kind and one transport can be.
Shown = Callable[[str, list[PlanItem]], Iterable[Record]]


def had_no_effect(error: Failure) -> bool:
    """Whether it is certain that a creation which ended so created nothing."""
    return isinstance(error, WITHOUT_EFFECT) and not error.begun


def not_ours(why: str) -> str:
    """What is said of an object that is there and that somebody else made."""
    return f"{why.rstrip('.')}. {KEPT}"


class Ours:
    """What is known of who made the objects that a run sent. `staged` says that it sends jobs without their start."""

    def __init__(self, shown: Shown, staged: bool) -> None:
        self._shown = shown
        self._staged = staged
        # What an earlier run, or another one of the same bundle, may have made: a refusal alone says nothing of it.
        self.known: Container[ObjectKey] = frozenset()
        # Why an object is not the run's own, if it is there.
        self._others: dict[ObjectKey, str] = {}
        self._doubtful: set[ObjectKey] = set()

    def refused(self, items: Iterable[PlanItem], why: str) -> None:
        """The server did not create these when they were sent."""
        for item in items:
            if item.object_key in self.known or item.object_key in self._doubtful:
                self._doubtful.add(item.object_key)
            else:
                self._others[item.object_key] = why

    def doubted(self, items: Iterable[PlanItem]) -> None:
        """Nobody knows what became of these when they were sent."""
        for item in items:
            self._doubtful.add(item.object_key)
            self._others.pop(item.object_key, None)

    def heard(self, items: list[PlanItem], said_of: SaidOf, went_well: bool) -> None:
        """What the log of their own session says of objects that were sent."""
        for item in items:
            if item.object_key in self._others:
                # All of it was refused, without a session.
                continue
            if said_of.refuses(item):
                self.refused([item], said_of.item(item))
            elif not said_of.praises(item) and (said_of.item(item) or not went_well):
                self.doubted([item])

    def strangers(self, there: list[PlanItem], names: Container[str]) -> dict[ObjectKey, str]:
        """Those of these objects, all of which are there, that are not the run's own, with the reason.

        What is doubtful is read once more. Raises RestError.
        """
        doubtful = [item for item in there if item.object_key in self._doubtful]
        for (kind, _by_rest), alike in groupby(doubtful, lambda item: (item.kind, item.list_name == BY_REST)):
            self._compare(kind, list(alike), names)
        return {item.object_key: self._others[item.object_key] for item in there if item.object_key in self._others}

    def _compare(self, kind: str, items: list[PlanItem], names: Container[str]) -> None:
        found: Names[list[Record]] = Names()
        for record in self._shown(kind, items):
            for key in lookup_keys(kind, record):
                found.setdefault(key, []).append(record)
        for item in items:
            self._doubtful.discard(item.object_key)
            records = [record for alike in found.meant(item.key, besides=names).values() for record in alike]
            if why := _unlike(item, records, self._staged):
                self._others[item.object_key] = why


def _unlike(item: PlanItem, found: Collection[Record], staged: bool) -> str:
    """Why what is there is not what was sent; `""` if it is."""
    if len(found) != 1:
        return f"the target shows {len(found)} records of its name: nobody can tell whether it was made of this one"
    (there,) = found
    otherwise = fields_otherwise(item.kind, item.record, there, item.list_name == BY_REST, staged)
    return f"what is there differs from what was sent in {listed(otherwise)}" if otherwise else ""


def fields_otherwise(kind: str, record: Record, there: Record, by_rest: bool, staged: bool) -> list[str]:
    """The fields in which an object that is there is not as it was sent: a job that is staged without its start."""
    found = [each.field for each in since_sent(kind, record, there, by_rest, staged)]
    starts = kind == JOBS.name and staged and has_switch(there) and runs_by_itself(there)
    return [*found, SCHEDULE_FLAG] if starts else found
