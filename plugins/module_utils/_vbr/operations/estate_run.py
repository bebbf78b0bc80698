# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying out an estate: of one kind, what does not need one another side by side; each item with a result of its own.

What several items share, such as what names mean, is looked at and changed in between, in the order of the items.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ..._core.compare import fold
from ..._core.errors import AuthFailed, Failure, InvalidInput, Unreachable
from ..._core.operation import Progress, Result
from ..._core.parallel import Attempt, Lanes, worst
from ..._core.transport import is_busy
from ..client import Vbr
from ..resource.approval import GUARDED
from ..resource.lists import Lists
from ..resource.manage import ObjectPlan, Observed, completed, decide, observe, with_ids
from ..resource.reconcile import DELETE, to_do
from ..resource.twins import require_alone
from .estate_items import EstateNames
from .estate_steps import EstatePlan, EstateStep, lowers, names_of, references_of

# After these nothing more can be done at this server.
AGAINST_ALL = (Unreachable, AuthFailed)


# What there can be only one change of at a time: two pools may take a repository from one another.
ONE_BY_ONE = ("scaleout_repositories",)
# The step with its names as ids, as far as these were to be made before it.
Ready = tuple[EstateStep, Observed]
Done = tuple[ObjectPlan, Result]


def apply(service: Vbr, estate: EstatePlan, progress: Progress) -> Result:
    """Carry out what can be carried out; the result says of each item how it went."""
    done = {step.item.number: step for step in estate.steps}
    end: Failure | None = None
    for kind, of_kind in groupby(estate.order(), key=lambda step: step.item.kind):
        steps = list(of_kind)
        progress(f"{kind}: {to_do(step.action for step in steps)}")
        for block in (block for group in _groups(steps) for block in service.lanes.blocks(group)):
            tried, end = _tried(service, block, estate.names, end)
            done |= {step.item.number: step for step in tried}
        if end is None:
            tried_here = [done[step.item.number] for step in steps]
            done |= {step.item.number: step for step in _not_alone(service, tried_here, estate.names)}
    return estate.result(done.values())


def _groups(steps: Iterable[EstateStep]) -> Iterator[list[EstateStep]]:
    """Steps of one kind in their order, in groups of which none needs another one of its group.

    What goes may be spared until what comes is there: a server needs somebody who administers it.
    """
    group: list[EstateStep] = []
    called: set[str] = set()
    named: set[str] = set()
    keys: set[str | int] = set()
    for step in steps:
        own, others = names_of(step), references_of(step)
        alone = step.item.kind in ONE_BY_ONE or (step.action == DELETE and step.item.resource.path in GUARDED)
        # Each looks whether there is another one by now.
        alone = alone or lowers(step)
        turns = bool(group) and (step.action == DELETE) != (group[-1].action == DELETE)
        if group and (alone or turns or own & named or others & called or keys & {fold(step.item.key), *step.after}):
            yield group
            group, called, named, keys = [], set(), set(), set()
        group.append(step)
        called |= own
        named |= others
        keys |= {fold(step.item.key), step.item.number}
    if group:
        yield group


def _tried(
    service: Vbr, steps: Sequence[EstateStep], names: EstateNames, end: Failure | None
) -> tuple[list[EstateStep], Failure | None]:
    """The steps after they were taken, and what makes it pointless to go on; once that is so, none is taken."""
    ready: list[Ready] = []
    tried: dict[int, EstateStep] = {}
    for step in steps if end is None else ():
        try:
            ready.append((step, _with_ids(step, names)))
        except Failure as failure:
            names.fail(step.item)
            tried[step.item.number] = replace(step, obstacle=failure)
    taken = service.lanes.attempts(ready, _carried_out, _ends_all)
    end = end or worst(taken, _ends_all)
    for number, each in enumerate(taken if len(taken) > 1 else ()):
        # A busy server may have refused one only because of the others.
        if end is None and is_busy(each.error):
            taken[number] = _again(each, names)
            end = worst([taken[number]], _ends_all)
    tried |= {each.item[0].item.number: _noted(each, names) for each in taken if each.begun}
    not_tried = InvalidInput("Not tried.", str(end))
    return [tried.get(step.item.number) or replace(step, obstacle=not_tried) for step in steps], end


def _ends_all(error: Failure) -> bool:
    return isinstance(error, AGAINST_ALL)


def _with_ids(step: EstateStep, names: EstateNames) -> Observed:
    """What was observed for a step, with ids in the place of names. Raises InvalidInput where what it needs failed."""
    observed = step.observed
    if observed is None:
        raise AssertionError("only what was looked at is changed")
    names.require_done(step.after)
    if not observed.desired.unresolved:
        return observed
    return replace(observed, desired=with_ids(observed.desired, names.id_of))


def _carried_out(ready: Ready) -> Done:
    """Do what is planned for a step; it asks for nothing that other steps change."""
    step, observed = ready
    planned = step.planned
    if planned is None or (step.observed and step.observed.desired.unresolved):
        planned = decide(completed(observed))
    return planned, planned.apply()


def _again(tried: Attempt[Ready, Done], names: EstateNames) -> Attempt[Ready, Done]:
    """Look whether it was done all the same, and do it if not, with nothing beside it."""

    def do(ready: Ready) -> Done:
        step, observed = ready
        item, service = step.item, observed.endpoint.service
        planned = decide(observe(service, item.resource, item.params, names.id_of))
        if planned.changed:
            return planned, planned.apply()
        return step.planned or planned, {"resource": planned.plan.before}

    (alone,) = Lanes(1).attempts((tried.item,), do, _ends_all)
    return alone


def _noted(taken: Attempt[Ready, Done], names: EstateNames) -> EstateStep:
    """The step, after what is planned for it was done, with what went wrong."""
    step = taken.item[0]
    if taken.error is not None or taken.value is None:
        names.fail(step.item)
        return replace(step, obstacle=taken.error)
    planned, result = taken.value
    made = planned.made(result["resource"])
    if made:
        names.note(step.item, result["resource"])
    return replace(step, warnings=tuple(result.get("warnings", planned.plan.warnings)), made=made)


def _not_alone(service: Vbr, steps: list[EstateStep], names: EstateNames) -> Iterator[EstateStep]:
    """Those of these steps of one kind whose object is there twice. The list is read once, after all were made."""
    lists = Lists(service)
    for step in steps:
        if step.made is None or step.obstacle is not None:
            continue
        try:
            require_alone(step.made, lists)
        except Failure as failure:
            names.unmake(step.item, step.made.row)
            yield replace(step, obstacle=failure)
