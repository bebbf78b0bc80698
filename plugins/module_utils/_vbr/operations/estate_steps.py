# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is planned for the items of an estate: a step for each, and the order in which the steps are taken. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ..._core.compare import fold
from ..._core.errors import Failure
from ..._core.failures import Failed, by_reason, in_words
from ..._core.operation import Result
from ..._core.sequence import Circle, needed_first
from ..resource.lists import Row
from ..resource.manage import ObjectPlan, Observed, takes_one
from ..resource.ordering import shown_references
from ..resource.payload import resolved
from ..resource.reconcile import CREATE, DELETE, NONE, UPDATE
from ..resource.twins import Made
from ..resources.kinds import KINDS
from .estate_extra import ExtraObject, in_short
from .estate_items import EstateItem, EstateNames

FAILED = "failed"


@dataclass(frozen=True)
class EstateStep:
    """An item, what the server has of it and what is planned for it, or what is against it; and what to warn of.

    `made` is what was made for it. `after` are the numbers of the items that use its object now, and no more when they
    are carried out.
    """

    item: EstateItem
    observed: Observed | None = None
    planned: ObjectPlan | None = None
    obstacle: Failure | None = None
    warnings: tuple[str, ...] = ()
    made: Made | None = None
    after: tuple[int, ...] = ()

    @property
    def action(self) -> str:
        return self.planned.plan.reported_action if self.planned else NONE

    @property
    def changed(self) -> bool:
        return self.planned is not None and self.planned.changed

    def outcome(self) -> Result:
        """The result of the item as planned, or as it failed. Where an object has no id yet, its name is shown."""
        return {
            "kind": self.item.kind,
            "key": self.item.key,
            "action": self.action,
            # One that failed may have changed the server before.
            "changed": self.changed and (self.obstacle is None or self.obstacle.facts.get("changed") is True),
            "failed": self.obstacle is not None,
            "msg": str(self.obstacle) if self.obstacle else "",
            "diff": resolved(self.planned.diff(), lambda named: named.name) if self.planned else [],
        }


@dataclass(frozen=True)
class EstatePlan:
    """What will be done to all items. `names` know what will be there in the meantime.

    `extra` is what the server has beside them; None if nobody asked.
    """

    steps: tuple[EstateStep, ...]
    names: EstateNames
    extra: tuple[ExtraObject, ...] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return any(step.changed for step in self.steps)

    def diff(self) -> list[dict[str, Any]]:
        parts = ((step.item, str(actual_of(step).get("id")), step.outcome()["diff"]) for step in self.steps)
        return in_short(parts, self.extra or ())

    def report(self) -> Result:
        return self.result(self.steps)

    def result(self, steps: Collection[EstateStep]) -> Result:
        """The keys of the task's result, after these steps were planned or done."""
        found = result(steps)
        if self.extra is not None:
            found["extra"] = [one.as_dict() for one in self.extra]
        warnings = [*self.warnings, *found.get("warnings", ())]
        return {**found, "warnings": warnings} if warnings else found

    def order(self) -> list[EstateStep]:
        """The steps that change something: what is made or changed first, and then what goes, the last kind first.

        Within a kind, one of which the server needs one is changed into another when others may have become one.
        """
        changing = [step for step in self.steps if step.changed]
        going = sorted((step for step in changing if step.action == DELETE), key=rank_of)
        made = [step for step in changing if step.action != DELETE]
        return sorted(made, key=lambda step: (rank_of(step), lowers(step))) + _needed_last(going)


def _needed_last(going: list[EstateStep]) -> list[EstateStep]:
    """What goes, the last kind first, and within a kind whatever refers to another before that one."""
    called = {
        (step.item.kind, field_name, fold(value)): step.item.number
        for step in going
        for field_name, value in actual_of(step).items()
        if isinstance(value, str)
    }
    by_number = {step.item.number: step for step in going}
    needs = {number: [called[mark] for mark in marks_of(step) if mark in called] for number, step in by_number.items()}
    for step in going:
        for user in by_number.keys() & set(step.after):
            needs[user].append(step.item.number)
    try:
        return [by_number[number] for number in needed_first(needs)][::-1]
    except Circle:
        # The server has them so, and tells best what it wants first.
        return going[::-1]


def lowers(step: EstateStep) -> bool:
    """Whether it takes one of the objects of which the server needs one, such as those who administer it."""
    return step.planned is not None and takes_one(step.planned.plan)


def actual_of(step: EstateStep) -> Row:
    return (step.observed.actual if step.observed else None) or {}


def marks_of(step: EstateStep) -> Iterator[tuple[str, str, str]]:
    """What the server's object says of others of its kind."""
    if step.observed is not None:
        resource, revision = step.observed.endpoint.resource, step.observed.endpoint.service.revision
        for gives, value in shown_references(resource, resource.fields, actual_of(step), revision):
            yield step.item.kind, gives, fold(value)


def _shown(step: EstateStep) -> Row:
    """The object of a step as it is going to be; of one that goes, as it is."""
    return (step.planned.plan.after if step.planned else {}) or actual_of(step)


def names_of(step: EstateStep) -> set[str]:
    """What others of its kind may call the object of a step, folded."""
    texts = [value for value in _shown(step).values() if isinstance(value, str)]
    return {fold(each) for each in (*texts, step.item.key) if each}


def references_of(step: EstateStep) -> set[str]:
    """What the object of a step calls others of its kind, folded."""
    if step.observed is None:
        return set()
    resource, revision = step.observed.endpoint.resource, step.observed.endpoint.service.revision
    return {fold(value) for _gives, value in shown_references(resource, resource.fields, _shown(step), revision)}


def rank_of(step: EstateStep) -> int:
    return list(KINDS).index(step.item.kind)


def result(steps: Collection[EstateStep]) -> Result:
    """The keys of the task's result. It fails if an item did, and says so item by item."""
    outcomes = [step.outcome() for step in steps]
    counts = Counter(FAILED if outcome["failed"] else outcome["action"] for outcome in outcomes)
    found: Result = {
        "changed": any(outcome["changed"] for outcome in outcomes),
        "resources": outcomes,
        "counts": {**dict.fromkeys((CREATE, UPDATE, DELETE, NONE, FAILED), 0), **counts},
    }
    warnings = [f"{step.item.title}: {warning}" for step in steps for warning in step.warnings]
    found |= {"warnings": warnings} if warnings else {}
    failed = [step for step in steps if step.obstacle is not None]
    if failed:
        failures = by_reason(Failed(step.item.kind, step.item.key, str(step.obstacle)) for step in failed)
        lines = [f"{len(failed)} of {len(outcomes)} items failed.", *in_words(failures)]
        found |= {"failed": True, "failures": failures, "msg": "\n".join(lines)}
    return found
