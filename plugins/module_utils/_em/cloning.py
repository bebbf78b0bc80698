# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of each clone of a task before anything is done: what is to be made, what is there, what drifted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.compare import fold
from .._core.errors import Failure, InvalidInput, quoted
from .._core.operation import Params, Result
from .rows import Row

CREATE, UPDATE, NONE = "create", "update", "none"
JOBS = "jobs"


@dataclass(frozen=True)
class Drift:
    """Something in which a job that is there is not what was asked for, and which no clone can change any more."""

    option: str
    wanted: Any
    actual: Any

    def told(self) -> dict[str, Any]:
        return {"option": self.option, "wanted": self.wanted, "actual": self.actual}


@dataclass(frozen=True)
class Clone:
    """One clone: the job it is made from, on which backup server, what is sent, and the job that has its name already.

    `values` are what is sent, by option, with the repository as its UID; `repository_name` is for people.
    """

    wish: Params = field(repr=False)
    source: Row
    server: str
    server_name: str
    values: Mapping[str, str] = field(default_factory=dict)
    repository_name: str = ""
    existing: dict[str, Any] | None = None
    drift: tuple[Drift, ...] = ()

    @property
    def name(self) -> str:
        return str(self.wish["name"])

    @property
    def action(self) -> str:
        if self.existing is None:
            return CREATE
        wanted = self.wish["schedule_enabled"]
        return NONE if wanted is None or self.existing.get("ScheduleEnabled") is wanted else UPDATE

    @property
    def warnings(self) -> list[str]:
        return [
            f"Job {quoted(self.name)} is there already; its {drift.option} is {quoted(drift.actual)}, "
            f"not {quoted(drift.wanted)}."
            for drift in self.drift
        ]

    def diff(self) -> list[dict[str, Any]]:
        wanted = self.wish["schedule_enabled"]
        schedule = {} if wanted is None else {"schedule_enabled": wanted}
        header = f"job {self.name} on {self.server_name}"
        if self.action == NONE:
            return []
        if self.existing is not None:
            before, after = {"schedule_enabled": self.existing.get("ScheduleEnabled")}, schedule
        else:
            named = {"repository": self.repository_name} if self.repository_name else {}
            before, after = {}, {"source": self.source["Name"], **self.values, **named, **schedule}
        return [{"before": before, "after": after, "before_header": header, "after_header": header}]

    def outcome(self, **done: Any) -> Result:
        """What the result tells of it; `done` is what came of doing it."""
        return {
            "name": self.name,
            "source": self.source["Name"],
            "backup_server": self.server_name,
            "action": self.action,
            "changed": self.action != NONE,
            "failed": False,
            "msg": "",
            "sent": dict(self.values) if self.action == CREATE else {},
            "drift": [drift.told() for drift in self.drift],
            "resource": self.existing or {},
            **done,
        }


@dataclass(frozen=True)
class ClonePlan:
    """All clones of a task. `listed` says whether they were asked for as a list."""

    clones: tuple[Clone, ...]
    listed: bool
    timeout: float

    @property
    def changed(self) -> bool:
        return any(clone.action != NONE for clone in self.clones)

    def diff(self) -> list[dict[str, Any]]:
        return [part for clone in self.clones for part in clone.diff()]

    def report(self) -> Result:
        return self.told([clone.outcome() for clone in self.clones])

    def told(self, outcomes: list[Result]) -> Result:
        """The keys of the task's result. It fails if a clone did, and says so for each."""
        warnings = [warning for clone in self.clones for warning in clone.warnings]
        told: Result = {"warnings": warnings} if warnings else {}
        if not self.listed:
            (outcome,) = outcomes
            told |= outcome if outcome["failed"] else {key: outcome[key] for key in outcome if key not in FAILURE}
            return told
        failed = {outcome["name"]: outcome["msg"] for outcome in outcomes if outcome["failed"]}
        told |= {
            "changed": any(outcome["changed"] for outcome in outcomes),
            "resources": outcomes,
            "failed_objects": {JOBS: failed} if failed else {},
        }
        if failed:
            lines = [f"{quoted(name)}: {reason}" for name, reason in failed.items()]
            told |= {"failed": True, "msg": "\n".join([f"{len(failed)} of {len(outcomes)} clones failed.", *lines])}
        return told


# What only a list tells of each, and of one the task itself.
FAILURE = ("failed", "msg")


def refused(wrong: Iterable[tuple[str, Failure]], count: int) -> Failure:
    """One failure for all clones that cannot be planned, by name. Nothing was sent."""
    found = list(wrong)
    if count == 1:
        return found[0][1]
    lines = [f"{quoted(name)}: {failure}" for name, failure in found]
    head = f"{len(found)} of {count} clones cannot be made, so nothing was sent."
    return InvalidInput(
        "\n".join([head, *lines]), failed_objects={JOBS: {name: str(failure) for name, failure in found}}
    )


def twice(clones: Iterable[Clone]) -> list[tuple[str, Failure]]:
    """The clones that would have the name of an earlier one, on one backup server."""
    seen: set[tuple[str, str]] = set()
    wrong: list[tuple[str, Failure]] = []
    for clone in clones:
        place = (clone.server, fold(clone.name))
        if place in seen:
            wrong.append((clone.name, InvalidInput("It stands in the list twice.", "Give each clone its own name.")))
        seen.add(place)
    return wrong
