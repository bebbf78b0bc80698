# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects of all kinds in one task: one sign-in, every list read once, each item with a result of its own.

An item may name an object that an earlier item of the same task makes; until that is made, the name has no id. An item
that fails, and whatever needs it, is left out; the others are carried out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from ..._core.errors import InvalidInput
from ..._core.operation import Operation, Params, Progress
from ..._core.option import Option
from ..client import Vbr
from ..resource.endpoint import DEFAULT_WAIT_SECONDS
from ..resource.lists import Lists
from ..resource.manage import decide, require_another, with_ids
from ..resource.ordering import in_order, refuse_circles, refuse_contradictions, shown_references
from ..resource.payload import label
from ..resource.reconcile import ACTIONS, DELETE, NONE
from ..resource.schema import Resource
from ..resource.users import WORDS, User, is_user, listed_users, require_unused
from ..resources.kinds import KINDS
from .estate_extra import EXTRA_OPTIONS, ExtraObject, ExtraRules, extra_objects, extra_rules, refuse_unmatched
from .estate_items import WAIT, EstateItem, EstateNames, kind_option
from .estate_look import Looking
from .estate_run import apply
from .estate_steps import EstatePlan, EstateStep, actual_of, rank_of


@dataclass(frozen=True)
class ObservedEstate:
    """Every item with what the server has of it, and what the names in them mean."""

    steps: list[EstateStep]
    names: EstateNames
    users: list[User]
    extra: tuple[ExtraObject, ...] | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class DesiredEstate:
    """The items, and what is to become of what the server has beside them."""

    items: list[EstateItem]
    rules: ExtraRules
    params: Params = field(repr=False)


def validate(params: Params) -> DesiredEstate:
    """Every item, in the order in which they need one another. Raises InvalidInput if two of them are the same."""
    items = [
        EstateItem(number, kind, resource, {**each, WAIT: params[WAIT]}, label(resource, each))
        for number, (kind, resource, each) in enumerate(_given(params))
    ]
    first = {item.identity: item for item in reversed(items)}
    twice = [item.title for item in items if first[item.identity] is not item]
    if twice:
        raise InvalidInput(f"Given twice: {', '.join(twice)}.", "Two descriptions of one object contradict each other.")
    return DesiredEstate(items, extra_rules(params), params)


def _given(params: Params) -> Iterator[tuple[str, Resource, Params]]:
    """The options of each item, with its kind. A singleton of which nothing is given is no item."""
    for kind, resource in KINDS.items():
        items: list[Params] = params[kind] or []
        if resource.singleton:
            given = params[kind] or {}
            # How to treat secrets is filled in, and says nothing of the settings.
            items = [given] if any(given.get(name) is not None for name in resource.fields) else []
        refuse_contradictions(resource, items)
        yield from ((kind, resource, each) for each in in_order(resource, items))


def look(service: Vbr, desired: DesiredEstate, _progress: Progress) -> ObservedEstate:
    """What each item means on this server, or what is against it."""
    names = EstateNames(Lists(service))
    needed = (item.resource.of(item.params.get("type")) for item in desired.items)
    names.lists.read_ahead(each.listed for each in needed if not each.singleton and each.is_in(service.revision))
    looking = Looking(service, names)
    for item in desired.items:
        looking.add(item)
    steps = looking.end()
    extra = _beside(service, desired, steps, looking) if desired.rules.report else None
    warnings = refuse_unmatched(desired.rules, extra or ())
    guarded = any(step.observed and step.observed.guarded for step in steps)
    return ObservedEstate(steps, names, listed_users(service) if guarded else [], extra, tuple(warnings))


def _beside(service: Vbr, desired: DesiredEstate, steps: list[EstateStep], looking: Looking) -> tuple[ExtraObject, ...]:
    """What the server has beside the items; what is to go becomes a step behind theirs."""
    doubtful = {step.item.kind for step in steps if step.obstacle}
    lists, taken = looking.names.lists, looking.taken
    extra = tuple(extra_objects(service, lists, desired.params, desired.rules, taken, doubtful))
    going = [(one.row_id, one.going) for one in extra if one.going is not None]
    items = [(row_id, replace(item, number=number)) for number, (row_id, item) in enumerate(going, start=len(steps))]
    steps += looking.at_extra(items)
    return extra


def plan(_desired: DesiredEstate, observed: ObservedEstate) -> EstatePlan:
    steps = [_planned(step, observed.names) for step in observed.steps]
    # What goes besides stands behind all items, whatever kind it is of.
    for kind, group in groupby(sorted(steps, key=rank_of), key=lambda step: step.item.kind):
        _refuse_circles(KINDS[kind], list(group), observed.names.lists)
    return EstatePlan(tuple(_guarded(steps, observed)), observed.names, observed.extra, observed.warnings)


def _planned(step: EstateStep, names: EstateNames) -> EstateStep:
    """The step with its plan; what needs an item that cannot be carried out cannot be either."""
    if step.observed is None:
        return step
    try:
        with_ids(step.observed.desired, names.meaning)
        planned = decide(step.observed)
    except InvalidInput as obstacle:
        names.fail(step.item)
        return replace(step, obstacle=obstacle)
    return replace(step, planned=planned, warnings=planned.plan.warnings)


def _refuse_circles(resource: Resource, steps: list[EstateStep], lists: Lists) -> None:
    """Raises InvalidInput if what is changed and what the server has wait for one another."""
    plans = [step.planned.plan for step in steps if step.planned and step.changed]
    changed = [plan.after for plan in plans if plan.action not in (DELETE, NONE)]
    revision = lists.service.revision
    if any(list(shown_references(resource, resource.fields, row, revision)) for row in changed):
        staying = {str(row["id"]): row for row in lists.rows(resource.path)}
        others = [row for row_id, row in staying.items() if row_id not in {plan.id for plan in plans}]
        refuse_circles(resource, [*changed, *others], len(changed), revision)


def _guarded(steps: list[EstateStep], there: ObservedEstate) -> Iterator[EstateStep]:
    """The steps; one that removes what is in use after the task, or the last one that is needed, has an obstacle."""
    changing = {each.item.number: each.planned.plan for each in steps if each.planned and each.changed}
    # A part of an object, or its role as a mount server, has the id of that object.
    changed = {number: each for number, each in changing.items() if each.resource.path in WORDS}
    writing = {(WORDS[each.resource.path], each.id) for each in changed.values() if each.id or each.resource.singleton}
    staying = [user for user in there.users if (user.what, user.row["id"]) not in writing]
    staying += [User(WORDS[each.resource.path], each.after) for each in changed.values() if each.action != DELETE]
    before = {number: User(WORDS[each.resource.path], each.before) for number, each in changed.items()}
    for step in steps:
        if step.planned is None or step.observed is None:
            yield step
            continue
        resource, gone, guarded = step.item.resource, actual_of(step), step.observed.guarded
        try:
            require_another(step.planned.plan, changing.values(), there.names.lists)
            if guarded:
                require_unused(resource, step.item.key, gone, staying)
        except InvalidInput as obstacle:
            yield replace(step, planned=None, obstacle=obstacle)
            continue
        using = [number for number, user in before.items() if guarded and is_user(user, resource, gone)]
        yield replace(step, after=tuple(using))


ESTATE = Operation(
    client=Vbr,
    options={
        **{kind: kind_option(resource) for kind, resource in KINDS.items()},
        WAIT: Option(type="int", default=DEFAULT_WAIT_SECONDS),
        **EXTRA_OPTIONS,
    },
    validate=validate,
    look=look,
    plan=plan,
    apply=apply,
    words={"action": ACTIONS, "kind": tuple(KINDS)},
)
