# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary of many sessions: how many of which status and type, and the last one of each policy. Pure.

Sessions are counted one by one and not kept, so that a hundred thousand of them take no more memory than ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import times
from .filters import policies_of
from .session_types import UNFINISHED

# Any other status is worse.
GOOD_FIRST = ("Success", "Warning")


@dataclass(frozen=True)
class LastSession:
    """The last session of one type that a policy has ended, and whether a later one is still at work."""

    policy_id: str
    policy: str
    type: str
    session_id: str
    status: str
    started: datetime
    stopped: str
    running: bool = False

    @property
    def rank(self) -> tuple[datetime, int]:
        """What makes a session the last one: its start, and of two of one start the worse status."""
        return self.started, GOOD_FIRST.index(self.status) if self.status in GOOD_FIRST else len(GOOD_FIRST)

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "started": times.formatted(self.started)}


class Tally:
    """Counts sessions; `count` of them so far."""

    def __init__(self) -> None:
        self.count = 0
        self._statuses: Counter[str] = Counter()
        self._types: Counter[str] = Counter()
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._ended: dict[tuple[str, str], LastSession] = {}
        self._at_work: dict[tuple[str, str], datetime] = {}

    def add(self, session: Mapping[str, Any]) -> None:
        self.count += 1
        self._statuses[str(session.get("status"))] += 1
        self._types[str(session.get("type"))] += 1
        started = times.started(session)
        if started is None:
            return
        self._first = min(self._first or started, started)
        self._last = max(self._last or started, started)
        for policy_id, name in policies_of(session):
            self._of_policy(session, started, policy_id, name)

    def _of_policy(self, session: Mapping[str, Any], started: datetime, policy_id: str, name: str) -> None:
        key = policy_id, str(session.get("type"))
        if session.get("status") in UNFINISHED:
            self._at_work[key] = max(self._at_work.get(key, started), started)
            return
        stopped = str(session.get("executionStopTime") or "")
        ids = policy_id, name, key[1], str(session.get("id"))
        found = LastSession(*ids, str(session.get("status")), started, stopped)
        if key not in self._ended or self._ended[key].rank < found.rank:
            self._ended[key] = found

    def last_sessions(self) -> list[LastSession]:
        """The last sessions of all policies, in the order of their names."""
        found = [
            LastSession(**{**vars(last), "running": key in self._at_work and self._at_work[key] > last.started})
            for key, last in self._ended.items()
        ]
        return sorted(found, key=lambda last: (last.policy, last.policy_id, last.type))

    def as_dict(self) -> dict[str, Any]:
        return {
            "count": self.count,
            "by_status": dict(sorted(self._statuses.items())),
            "by_type": dict(sorted(self._types.items())),
            "first": times.formatted(self._first) if self._first else "",
            "last": times.formatted(self._last) if self._last else "",
            "policies": [last.as_dict() for last in self.last_sessions()],
        }
