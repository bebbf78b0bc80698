# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects of all kinds in one task: one sign-in, every list read once, each item with a result of its own.

An item may name an object that an earlier item of the same task makes; until that is made, the name has no id. An item
that fails, and whatever needs it, is left out; the others are carried out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from ..._core.compare import fold
from ..._core.errors import AuthFailed, Failure, InvalidInput, Rejected, TaskFailed, Unreachable
from ..._core.failures import Failed, by_reason, in_words
from ..._core.operation import Operation, Params, Progress, Result
from ..._core.option import Option
from ..._core.sequence import Circle, needed_first
from ..client import Vbr
from ..resource.endpoint import DEFAULT_WAIT_SECONDS
from ..resource.lists import Lists, Row
from ..resource.manage import ObjectPlan, Observed, completed, decide, observe, require_another, with_ids
from ..resource.ordering import in_order, refuse_circles, refuse_contradictions, shown_references
from ..resource.payload import ABSENT, label, resolved
from ..resource.places import merge
from ..resource.reconcile import ACTIONS, CREATE, DELETE, NONE, UPDATE, to_do
from ..resource.schema import Resource
from ..resource.twins import Made, require_alone
from ..resource.users import WORDS, User, is_user, listed_users, require_unused
from ..resources.kinds import KINDS
from .estate_extra import EXTRA_OPTIONS, ExtraObject, ExtraRules, extra_objects, extra_rules, in_short, refuse_unmatched
from .estate_items import WAIT, EstateItem, EstateNames, kind_option

FAILED = "failed"
# What can be against one item; anything else is against the whole task.
AGAINST_ONE = (InvalidInput, Rejected, TaskFailed)
# After these nothing more can be done at this server.
AGAINST_ALL = (Unreachable, AuthFailed)


@dataclass(frozen=True)
class EstateStep:
    """An item, what the server has of it and what is planned for it, or what is against it; and what to warn of. `made`
    is what was made for it. `after` are the numbers of the items that use its object now, and no more when they are
    carried out.
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
    """What will be done to all items. `names` know what will be there in the meantime. `extra` is what the server has
    beside them; None if nobody asked.
    """

    steps: tuple[EstateStep, ...]
    names: EstateNames
    extra: tuple[ExtraObject, ...] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return any(step.changed for step in self.steps)

    def diff(self) -> list[dict[str, Any]]:
        parts = ((step.item, str(_actual(step).get("id")), step.outcome()["diff"]) for step in self.steps)
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
        """The steps that change something: what is made or changed first, and then what goes, the last kind first."""
        changing = [step for step in self.steps if step.changed]
        going = sorted((step for step in changing if step.action == DELETE), key=_rank)
        return [step for step in changing if step.action != DELETE] + _needed_last(going)


def _needed_last(going: list[EstateStep]) -> list[EstateStep]:
    """What goes, the last kind first, and within a kind whatever refers to another before that one."""
    called = {
        (step.item.kind, field_name, fold(value)): step.item.number
        for step in going
        for field_name, value in _actual(step).items()
        if isinstance(value, str)
    }
    by_number = {step.item.number: step for step in going}
    needs = {number: [called[mark] for mark in _marks(step) if mark in called] for number, step in by_number.items()}
    for step in going:
        for user in by_number.keys() & set(step.after):
            needs[user].append(step.item.number)
    try:
        return [by_number[number] for number in needed_first(needs)][::-1]
    except Circle:
        # The server has them so, and tells best what it wants first.
        return going[::-1]


def _actual(step: EstateStep) -> Row:
    return (step.observed.actual if step.observed else None) or {}


def _marks(step: EstateStep) -> Iterator[tuple[str, str, str]]:
    """What the server's object says of others of its kind."""
    if step.observed is not None:
        resource, revision = step.observed.endpoint.resource, step.observed.endpoint.service.revision
        for gives, value in shown_references(resource, resource.fields, _actual(step), revision):
            yield step.item.kind, gives, fold(value)


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
    taken: dict[tuple[str, str], EstateItem] = {}
    steps: list[EstateStep] = []
    for item in desired.items:
        try:
            steps.append(_observed(service, item, names, taken))
        except AGAINST_ONE as obstacle:
            names.expect(item, {})
            names.fail(item)
            steps.append(EstateStep(item, obstacle=obstacle))
    extra = _beside(service, desired, steps, names, taken) if desired.rules.report else None
    warnings = refuse_unmatched(desired.rules, extra or ())
    guarded = any(step.observed and step.observed.guarded for step in steps)
    return ObservedEstate(steps, names, listed_users(service) if guarded else [], extra, tuple(warnings))


def _beside(
    service: Vbr,
    desired: DesiredEstate,
    steps: list[EstateStep],
    names: EstateNames,
    taken: dict[tuple[str, str], EstateItem],
) -> tuple[ExtraObject, ...]:
    """What the server has beside the items; what is to go becomes a step behind theirs."""
    doubtful = {step.item.kind for step in steps if step.obstacle}
    extra = tuple(extra_objects(service, names.lists, desired.params, desired.rules, taken, doubtful))
    for one in extra:
        if one.going is None:
            continue
        item = replace(one.going, number=len(steps))
        try:
            step = _observed(service, item, names, taken)
            if step.observed and str((step.observed.actual or {}).get("id")) != one.row_id:
                raise InvalidInput("Its options do not tell it apart from others.", "Remove it by hand.")
            steps.append(step)
        except AGAINST_ONE as obstacle:
            steps.append(EstateStep(item, obstacle=obstacle))
    return extra


def _observed(
    service: Vbr, item: EstateItem, names: EstateNames, taken: dict[tuple[str, str], EstateItem]
) -> EstateStep:
    observed = observe(service, item.resource, item.params, names.meaning, names.lists)
    desired, actual = observed.desired, observed.actual
    if actual is None and desired.state != ABSENT and not item.resource.part_of:
        names.expect(item, merge(desired.create_only, desired.body))
    if actual is not None:
        other = taken.setdefault((item.kind, str(actual.get("id"))), item)
        if other is not item:
            raise InvalidInput(
                f"It is the same object as {other.title}, which comes before it.",
                "Give options that tell them apart.",
            )
    return EstateStep(item, observed)


def plan(_desired: DesiredEstate, observed: ObservedEstate) -> EstatePlan:
    steps = [_planned(step, observed.names) for step in observed.steps]
    # What goes besides stands behind all items, whatever kind it is of.
    for kind, group in groupby(sorted(steps, key=_rank), key=lambda step: step.item.kind):
        _refuse_circles(KINDS[kind], list(group), observed.names.lists)
    return EstatePlan(tuple(_guarded(steps, observed)), observed.names, observed.extra, observed.warnings)


def _rank(step: EstateStep) -> int:
    return list(KINDS).index(step.item.kind)


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
        resource, gone, guarded = step.item.resource, _actual(step), step.observed.guarded
        try:
            require_another(step.planned.plan, changing.values(), there.names.lists)
            if guarded:
                require_unused(resource, step.item.key, gone, staying)
        except InvalidInput as obstacle:
            yield replace(step, planned=None, obstacle=obstacle)
            continue
        using = [number for number, user in before.items() if guarded and is_user(user, resource, gone)]
        yield replace(step, after=tuple(using))


def apply(service: Vbr, estate: EstatePlan, progress: Progress) -> Result:
    """Carry out what can be carried out; the result says of each item how it went."""
    done = {step.item.number: step for step in estate.steps}
    end: Failure | None = None
    for kind, group in groupby(estate.order(), key=lambda step: step.item.kind):
        steps = list(group)
        progress(f"{kind}: {to_do(step.action for step in steps)}")
        for step in steps:
            ended = replace(step, obstacle=InvalidInput("Not tried.", str(end))) if end else None
            done[step.item.number] = tried = ended or _carried_out(step, estate.names)
            if isinstance(tried.obstacle, AGAINST_ALL):
                end = tried.obstacle
        if end is None:
            tried_here = [done[step.item.number] for step in steps]
            done |= {step.item.number: step for step in _not_alone(service, tried_here, estate.names)}
    return estate.result(done.values())


def _carried_out(step: EstateStep, names: EstateNames) -> EstateStep:
    """The step, after what is planned for it was done, with what went wrong."""
    planned, observed = step.planned, step.observed
    if planned is None or observed is None:
        return step
    try:
        names.require_done(step.after)
        if observed.desired.unresolved:
            known = replace(observed, desired=with_ids(observed.desired, names.id_of))
            planned = decide(completed(known))
        result = planned.apply()
    except Failure as failure:
        names.fail(step.item)
        return replace(step, obstacle=failure)
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
