# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects of all kinds in one task: one sign-in, every list read once, each item with a result of its own.

An item may name an object that an earlier item of the same task makes; until that is made, the name has no id. An item
that fails, and whatever needs it, is left out; the others are carried out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from ..._core.errors import AuthFailed, Failure, InvalidInput, Rejected, TaskFailed, Unreachable
from ..._core.operation import Operation, Params, Progress, Result
from ..client import Vbr
from ..resource.endpoint import DEFAULT_WAIT_SECONDS, Lists
from ..resource.manage import completed, decide, options, sight, with_ids
from ..resource.payload import label, merge
from ..resource.reconcile import CREATE
from ..resource.schema import Field, Resource
from ..resources.kinds import KINDS
from .estate_steps import EstatePlan, Item, Names, Step, makes, result

WAIT = "wait_timeout"
# What can be against one item; anything else is against the whole task.
AGAINST_ONE = (InvalidInput, Rejected, TaskFailed)
# After these nothing more can be done at this server.
AGAINST_ALL = (Unreachable, AuthFailed)


@dataclass(frozen=True)
class Seen:
    """Every item with what was seen of it, and what the names in them mean."""

    steps: list[Step]
    names: Names


def item_options(resource: Resource) -> dict[str, Field]:
    """The options of one item: those of the kind's own module, but for the time to wait, which is the task's."""
    return {name: field for name, field in options(resource).items() if name != WAIT}


def validate(params: Params) -> list[Item]:
    """Every item, in the order in which they need one another. Raises InvalidInput if two of them are the same."""
    given = [(kind, resource, each) for kind, resource in KINDS.items() for each in params[kind] or []]
    items = [
        Item(number, kind, resource, {**each, WAIT: params[WAIT]}, label(resource, each))
        for number, (kind, resource, each) in enumerate(given)
    ]
    first = {item.identity: item for item in reversed(items)}
    twice = [item.title for item in items if first[item.identity] is not item]
    if twice:
        raise InvalidInput(f"Given twice: {', '.join(twice)}.", "Two wishes for one object contradict each other.")
    return items


def look(service: Vbr, items: list[Item], _progress: Progress) -> Seen:
    """What each item means on this server, or what is against it."""
    names = Names(Lists(service))
    taken: dict[tuple[str, str], Item] = {}
    steps: list[Step] = []
    for item in items:
        try:
            steps.append(_seen(service, item, names, taken))
        except AGAINST_ONE as obstacle:
            names.expect(item, {})
            names.fail(item)
            steps.append(Step(item, obstacle=obstacle))
    return Seen(steps, names)


def _seen(service: Vbr, item: Item, names: Names, taken: dict[tuple[str, str], Item]) -> Step:
    sighting = sight(service, item.resource, item.params, names.meaning, names.lists)
    if makes(sighting):
        names.expect(item, merge(sighting.want.birth, sighting.want.body))
    if sighting.actual is not None:
        other = taken.setdefault((item.kind, str(sighting.actual["id"])), item)
        if other is not item:
            raise InvalidInput(
                f"It is the same object as {other.title}, which comes before it.",
                "Give options that tell them apart.",
            )
    return Step(item, sighting)


def plan(_items: list[Item], seen: Seen) -> EstatePlan:
    return EstatePlan(tuple(map(_planned, seen.steps)), seen.names)


def _planned(step: Step) -> Step:
    if step.sighting is None:
        return step
    try:
        managed = decide(step.sighting)
    except InvalidInput as obstacle:
        return replace(step, obstacle=obstacle)
    return replace(step, managed=managed, warnings=managed.plan.warnings)


def apply(_service: Vbr, planned: EstatePlan, progress: Progress) -> Result:
    """Carry out what can be carried out; the result says of each item how it went."""
    done = {step.item.number: step for step in planned.steps}
    end: Failure | None = None
    for kind, group in groupby(planned.order(), key=lambda step: step.item.kind):
        steps = list(group)
        progress(f"{kind}: {len(steps)} to change")
        for step in steps:
            ended = replace(step, obstacle=InvalidInput("Not tried.", str(end))) if end else None
            done[step.item.number] = tried = ended or _carried_out(step, planned.names)
            if isinstance(tried.obstacle, AGAINST_ALL):
                end = tried.obstacle
    return result(done.values())


def _carried_out(step: Step, names: Names) -> Step:
    """The step, after what is planned for it was done, with what went wrong."""
    managed, sighting = step.managed, step.sighting
    if managed is None or sighting is None:
        return step
    try:
        if sighting.want.unresolved:
            known = replace(sighting, want=with_ids(sighting.want, names.id_of))
            managed = decide(completed(known))
        row = managed.apply()["resource"]
    except Failure as failure:
        names.fail(step.item)
        return replace(step, obstacle=failure)
    if step.action == CREATE:
        names.note(step.item, row)
    return replace(step, warnings=managed.plan.warnings)


ESTATE = Operation(
    client=Vbr,
    options={
        **{
            kind: Field(type="list", elements="dict", options=item_options(resource), rules=resource.rules)
            for kind, resource in KINDS.items()
        },
        WAIT: Field(type="int", default=DEFAULT_WAIT_SECONDS),
    },
    validate=validate,
    look=look,
    plan=plan,
    apply=apply,
)
