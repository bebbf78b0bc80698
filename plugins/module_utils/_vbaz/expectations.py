# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task expects of the last backup of each policy, and whether that is met. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._core.errors import Failure, InvalidInput, quoted
from .._core.times import format_duration, seconds_of
from . import times
from .filters import policies_of
from .session_types import MEANINGS, UNFINISHED, belongs_to
from .summary import GOOD_FIRST, LastSession, Tally

GOOD = GOOD_FIRST
# The types of sessions that make backups. An archive is made of backups that are there already.
# A session that begins later than this after the time at the appliance has no known age.
AHEAD_SECONDS = 300
BACKUPS = ("PolicySnapshot", "PolicyBackup")


class Unmet(Failure):
    """A policy was last backed up with a bad result, too long ago, or never."""


@dataclass(frozen=True)
class Doubt:
    """A session that has ended and does not say all of this: when it began, of which policy, and a type that is known.

    Of what it does not say, `started` is None and `policies` are empty, for all of them.
    """

    session_id: str
    status: str
    type: str
    started: datetime | None
    policies: frozenset[str]

    def __str__(self) -> str:
        return f"session {self.session_id} of type {self.type or 'none'}, which ended with {self.status}, may be later"

    def may_follow(self, last: LastSession) -> bool:
        """Whether it may be a session of the same policy and type that began no earlier."""
        return (
            (not self.policies or last.policy_id in self.policies)
            and belongs_to(self.type, (last.type,), ()) is not False
            and (self.started is None or self.started >= last.started)
        )


def doubt_of(session: Mapping[str, Any]) -> Doubt | None:
    """What a session leaves open; None if it is still at work, or leaves nothing open."""
    status, kind = str(session.get("status")), str(session.get("type") or "")
    policies = frozenset(policy_id for policy_id, _name in policies_of(session))
    started = times.started(session)
    known = kind in MEANINGS and len(MEANINGS[kind].types) == 1
    if status in UNFINISHED or (known and policies and started):
        return None
    return Doubt(str(session.get("id")), status, kind, started, policies)


@dataclass(frozen=True)
class Expectation:
    """The last session of each type has ended with one of these statuses (none: any), and is no older than `max_age`.

    The age in seconds counts from the start of the session: what changed later is not in the backup. Sessions that are
    still at work do not count.
    """

    statuses: tuple[str, ...]
    max_age: int | None
    types: tuple[str, ...]

    def judge(
        self, tally: Tally, policies: Mapping[str, str], now: datetime, doubted: Collection[Doubt] = ()
    ) -> list[dict[str, Any]]:
        """One row for each of these policies (names by id) and each type of its sessions, sorted by the names.

        `now` is the time at the appliance. One of the `doubted` that ended badly and may be a later one of a row keeps
        it from being met.
        """
        bad = [doubt for doubt in doubted if self.statuses and doubt.status not in self.statuses]
        found: dict[str, list[LastSession]] = {policy_id: [] for policy_id in policies}
        for last in tally.last_sessions():
            if last.policy_id in found and belongs_to(last.type, self.types, ()):
                found[last.policy_id].append(last)
        return [
            row
            for policy_id, name in sorted(policies.items(), key=lambda policy: (policy[1], policy[0]))
            for row in (
                [self._row(last, now, bad) for last in found[policy_id]] or [self._row_of_none(policy_id, name)]
            )
        ]

    def _row(self, last: LastSession, now: datetime, bad: Collection[Doubt]) -> dict[str, Any]:
        age = int((now - last.started).total_seconds())
        problems = [f"may not be the last one: {doubt}" for doubt in bad if doubt.may_follow(last)][:1]
        if age < -AHEAD_SECONDS:
            problems.append(f"is dated {format_duration(-age)} ahead of the clock of the appliance")
        age = max(0, age)
        if self.statuses and last.status not in self.statuses:
            problems.append(f"ended with {last.status}")
        if self.max_age is not None and age > self.max_age:
            problems.append(f"is older than {format_duration(self.max_age)}")
        problem = ""
        if problems:
            problem = (
                f"policy {quoted(last.policy)}: its last {last.type} (session {last.session_id}, "
                f"begun {format_duration(age)} ago) {' and '.join(problems)}"
            )
        return {**last.as_dict(), "age_seconds": age, "met": not problem, "problem": problem}

    def _row_of_none(self, policy_id: str, name: str) -> dict[str, Any]:
        nothing = dict.fromkeys(("type", "session_id", "status", "started", "stopped"), "")
        problem = f"policy {quoted(name)}: no {' or '.join(self.types)} of it has ended"
        row = {"policy_id": policy_id, "policy": name, **nothing, "running": False}
        return {**row, "age_seconds": None, "met": False, "problem": problem}


def expectation_of(params: Mapping[str, Any]) -> Expectation | None:
    """The expectation in the options of a task; None if there is none. Raises InvalidInput."""
    if params["expect"] is None and params["max_age"] is None:
        return None
    for name in ("session_ids", "status", "to"):
        if params[name]:
            raise InvalidInput(
                f"{name} cannot be combined with expect and max_age.", "It could hide the very session that matters."
            )
    statuses = GOOD if params["expect"] is None else tuple(params["expect"])
    max_age = seconds_of("max_age", params["max_age"]) if params["max_age"] is not None else None
    return Expectation(statuses, max_age, tuple(params["session_types"] or BACKUPS))


def require_met(rows: list[dict[str, Any]], **facts: Any) -> None:
    """Raise Unmet, with all rows and these facts, if a row is not met."""
    problems = [row["problem"] for row in rows if not row["met"]]
    if problems:
        shown = "; ".join(problems)
        raise Unmet(f"{len(problems)} of {len(rows)} are not as expected: {shown}.", expectations=rows, **facts)
