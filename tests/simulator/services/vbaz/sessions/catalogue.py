# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All sessions of an appliance, newest first, in any number: each one is made when it is read."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ....core.clock import LOOK, PASSING, Clock
from ....core.store import Row, Store
from .filters import Wanted
from .history import History
from .session import JobSession, read_time, write_time

POLICIES, REPOSITORIES, STORED, CHANGES, HISTORY = "policies", "repositories", "sessions", "changes", "history"
DEFAULT_EVERY = 3600.0
MOST_CACHED = 16
# No session of the history lasts longer, so that none ends in the future.
LONGEST = timedelta(hours=1)
NO_HISTORY = History(1, 0, datetime(2020, 1, 1, tzinfo=UTC), DEFAULT_EVERY, (), ())


@dataclass(frozen=True)
class Edition:
    """The data that all sessions are made from. It is replaced, never changed: a running export stays consistent."""

    stored: Mapping[int, JobSession]
    history: History
    changes: Mapping[int, Row]

    def session(self, number: int) -> JobSession:
        session = self.stored.get(number) or self.history.session(number)
        change = self.changes.get(number)
        return session if change is None else replace(session, status=change["status"], lasted=_span(change["lasted"]))

    def knows(self, number: int) -> bool:
        return number in self.stored or number in self.history.numbers


class Catalogue:
    """The sessions of an appliance, made from the rows of the store. Call `reread` when these have changed.

    The store has no sessions of the history, only changes of them.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._edition = Edition({}, NO_HISTORY, {})
        self._order: tuple[int, ...] = ()
        self._cache: dict[Wanted, tuple[int, ...]] = {}

    def load(self, seed: dict[str, Any]) -> None:
        """Load a seed. A history without a time ends an hour ago."""
        for kind in (POLICIES, REPOSITORIES):
            for row in seed.get(kind, []):
                self._store.add(kind, dict(row), row["id"])
        for row in seed.get(STORED, []):
            self._store.add(STORED, dict(row), str(row["number"]))
        history = {"count": 0, "every": DEFAULT_EVERY} | seed.get(HISTORY, {})
        last = self._clock.now().replace(microsecond=0) - LONGEST
        history["newest"] = history.get("newest") or write_time(last)
        self._store.add(HISTORY, history, HISTORY)
        self.reread()

    def reread(self) -> None:
        """Read the rows of the store again."""
        stored = {int(row["number"]): self._read(row) for row in self._store.rows(STORED)}
        self._edition = Edition(stored, self._read_history(stored), self._changes())
        session = self._edition.session
        known = sorted(stored, key=lambda number: stored[number].started, reverse=True)
        merged = heapq.merge(
            known, self._edition.history.numbers, key=lambda number: session(number).started, reverse=True
        )
        self._order = tuple(merged)
        self._cache.clear()

    def _changes(self) -> dict[int, Row]:
        return {int(row["id"]): dict(row) for row in self._store.rows(CHANGES)}

    # --- reading ------------------------------------------------------------------------------------------------------

    def find(self, number: int | None) -> JobSession | None:
        return self.session(number) if number is not None and self._edition.knows(number) else None

    def session(self, number: int) -> JobSession:
        return self._edition.session(number)

    def iterate(self, numbers: Sequence[int]) -> Iterator[JobSession]:
        """These sessions as they are now, also when they are read later."""
        return map(self._edition.session, numbers)

    def numbers(self, wanted: Wanted) -> Sequence[int]:
        """The numbers of the sessions that match, newest first; the sequence is never changed later."""
        if wanted.all:
            return self._order
        if wanted not in self._cache:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            self._cache[wanted] = tuple(each for each in self._order if wanted.matches(self.session(each)))
        return self._cache[wanted]

    def newest(self, policy_id: str, types: tuple[str, ...]) -> JobSession | None:
        """The last session of a policy that has one of these types."""
        wanted = Wanted(policy_id=policy_id, types=frozenset(types))
        numbers = self.numbers(wanted)
        return self.session(numbers[0]) if numbers else None

    # --- changing -----------------------------------------------------------------------------------------------------

    def stop(self, session: JobSession) -> None:
        """Cancel a running session, which takes as long as the clock says."""
        started = self._clock.timestamp()
        self._change(session, "Canceling", None, {"since": started, "looks": 0})
        self.tick()

    def tick(self) -> None:
        for row in self._store.rows(CHANGES):
            if row["status"] == "Canceling":
                row["looks"] += PASSING
        self._advance()

    def _advance(self) -> None:
        """Cancel what has been canceling for long enough."""
        for row in self._store.rows(CHANGES):
            if row["status"] == "Canceling" and self._clock.share(row["since"], row["looks"]) >= 1.0:
                session = self.session(int(row["id"]))
                self._change(session, "Canceled", max(0.0, (self._clock.now() - session.started).total_seconds()), {})

    def look(self, session: JobSession) -> None:
        """Called before a session is shown, which is a look at it while it is being canceled."""
        self._look(row for row in self._store.rows(CHANGES) if row["id"] == str(session.number))

    def look_at_all(self) -> None:
        """Called before a list is shown."""
        self._look(self._store.rows(CHANGES))

    def _look(self, rows: Iterable[Row]) -> None:
        for row in rows:
            row["looks"] = row.get("looks", 0) + LOOK - PASSING
        self._advance()

    def _change(self, session: JobSession, status: str, lasted: float | None, more: Row) -> None:
        self._store.add(CHANGES, {"status": status, "lasted": lasted, **more}, str(session.number))
        self._edition = replace(self._edition, changes=self._changes())
        self._cache.clear()

    # --- making sessions from rows ------------------------------------------------------------------------------------

    def _read_history(self, stored: Mapping[int, JobSession]) -> History:
        row = self._store.get(HISTORY, HISTORY) or {}
        return History(
            first=max(stored, default=0) + 1,
            count=int(row["count"]),
            newest=read_time(row["newest"]),
            every=float(row["every"]),
            policies=tuple(self._store.rows(POLICIES)),
            repositories=tuple(self._store.rows(REPOSITORIES)),
        )

    def _read(self, row: Row) -> JobSession:
        started = read_time(row["started"])
        stopped = row.get("stopped")
        return JobSession(
            number=int(row["number"]),
            type=row["type"],
            status=row["status"],
            started=started,
            lasted=None if stopped is None else read_time(stopped) - started,
            policy=self._store.get(POLICIES, row["policy"]) if "policy" in row else None,
            repository=self._store.get(REPOSITORIES, row["repository"]) if "repository" in row else None,
            removed=bool(row.get("removed")),
            resources=tuple(row.get("resources", ())),
            deleted=int(row.get("deleted", 0)),
            reason=row.get("reason", ""),
            machine=row.get("machine", ""),
            usn=int(row.get("usn", 0)),
        )


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
