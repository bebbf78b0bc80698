# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task expects of the last backup of each policy, and whether that is met. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._core.errors import Failure, InvalidInput, quoted
from .._core.times import format_duration, seconds_of
from .session_types import belongs_to
from .summary import LastSession, Tally

GOOD = ("Success", "Warning")
# The types of sessions that make backups. An archive is made of backups that are there already.
BACKUPS = ("PolicySnapshot", "PolicyBackup")


class Unmet(Failure):
    """A policy was last backed up with a bad result, too long ago, or never."""


@dataclass(frozen=True)
class Expectation:
    """The last session of each type has ended with one of these statuses (none: any), and is no older than `max_age`.

    The age in seconds counts from the start of the session: what changed later is not in the backup. Sessions that are
    still at work do not count.
    """

    statuses: tuple[str, ...]
    max_age: int | None
    types: tuple[str, ...]

    def judge(self, tally: Tally, policies: Mapping[str, str], now: datetime) -> list[dict[str, Any]]:
        """One row for each of these policies (names by id) and each type of its sessions, sorted by the names."""
        found: dict[str, list[LastSession]] = {policy_id: [] for policy_id in policies}
        for last in tally.last_sessions():
            if last.policy_id in found and belongs_to(last.type, self.types, ()):
                found[last.policy_id].append(last)
        return [
            row
            for policy_id, name in sorted(policies.items(), key=lambda policy: (policy[1], policy[0]))
            for row in ([self._row(last, now) for last in found[policy_id]] or [self._row_of_none(policy_id, name)])
        ]

    def _row(self, last: LastSession, now: datetime) -> dict[str, Any]:
        age = max(0, int((now - last.started).total_seconds()))
        problems = []
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
