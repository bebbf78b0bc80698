# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the desired state and the actual one to what is to be done. Pure.

Omitted or null leaves a field alone; '', [] and {} clear it. Only what the user gave is compared. Nested objects are
merged, lists are replaced whole. An update sends the server's own model with what differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._core.compare import Drift, Leave, drift, fold, value_at
from ..._core.errors import InvalidInput, quoted
from ..._core.operation import Result
from ..revisions import rank
from .apart import of_changed, of_new
from .calls import Call, SecretCall
from .payload import ABSENT, Desired, echoes, fits, for_creation, given_secrets
from .places import NO_ID, Body, merge, put, take, without_secrets
from .schema import FIXED, Field, Resource

CREATE = "create"
UPDATE = "update"
DELETE = "delete"
NONE = "none"
ACTIONS = (CREATE, UPDATE, DELETE, NONE)

# What will be done to several objects, in words.
TO_DO = {CREATE: "create", UPDATE: "change", DELETE: "remove"}

ALWAYS = "always"


@dataclass(frozen=True)
class ResourcePlan:
    """What will be done to one object. `calls` are made below it, after the object itself."""

    action: str
    resource: Resource
    label: str
    before: Body
    after: Body
    id: str = ""
    body: Body = field(default_factory=dict, repr=False)
    calls: tuple[Call, ...] = field(default=(), repr=False)
    drift: tuple[Drift, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return self.action != NONE or bool(self.calls)

    @property
    def reported_action(self) -> str:
        """The action as a user sees it: a secret or a state that is changed by a call of its own is an update."""
        return UPDATE if self.action == NONE and self.calls else self.action

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        if self.action == CREATE:
            before, after = {}, self.after
        elif self.action == DELETE:
            before, after = self.before, {}
        else:
            before = {change.field: change.before for change in self.drift}
            after = {change.field: change.after for change in self.drift}
            after |= {"secrets": "sent again"} if self.action == UPDATE and not self.drift else {}
            calls = [call.action for call in self.calls]
            after |= {"calls": calls} if calls else {}
        header = f"{self.resource.what} {self.label}"
        shown = {"before": without_secrets(before), "after": without_secrets(after)}
        return [{**shown, "before_header": header, "after_header": header}]

    def report(self) -> Result:
        warnings = {"warnings": list(self.warnings)} if self.warnings else {}
        resource = {} if self.action == DELETE else without_secrets(self.after)
        return {"action": self.reported_action, "resource": resource, **warnings}


def to_do(actions: Iterable[str]) -> str:
    """How many objects there are for each action: `2 to create, 9 to remove`."""
    counts = Counter(actions)
    return ", ".join(f"{counts[action]} to {word}" for action, word in TO_DO.items() if counts[action])


def reconcile(
    resource: Resource, desired: Desired, actual: Body | None, revision: str, status: Mapping[str, Any] | None = None
) -> ResourcePlan:
    """Decide. `desired.body` has ids in the place of names by now; `actual` is the server's model, None if there is
    none, and `status` what other lists say of it.
    """
    if desired.state == ABSENT:
        if actual is None:
            return ResourcePlan(NONE, resource, desired.label, {}, {})
        _hold(resource, desired, actual, revision)
        return ResourcePlan(DELETE, resource, desired.label, actual, {}, str(actual["id"]))
    if actual is None and resource.part_of:
        # It comes with the object that it is a part of, which is still to be made.
        coming = tuple(drift(desired.body, {}))
        return ResourcePlan(UPDATE, resource, desired.label, {}, desired.body, drift=coming)
    if actual is None:
        return _creation(resource, desired, revision)
    _hold(resource, desired, actual, revision)
    body = _with_its_name(resource, desired, actual, revision)
    _clear_references(resource, desired, body, actual, revision)
    unordered = frozenset(_unordered(resource.fields, revision))
    unsaid = dict([*_defaults(resource.fields, revision), *echoes(resource.fields, body, revision)])
    differs = tuple(drift(body, actual, Leave(unordered=unordered, defaults=unsaid)))
    always = desired.params.get("update_secret") == ALWAYS
    resent = always and resource.travel and given_secrets(resource, desired.params)
    after = merge(actual, body) if differs or resent else actual
    whole, parts = of_changed(resource, desired.label, actual, after, differs)
    calls = (
        *parts,
        *_secret_bodies(resource, desired, revision),
        *_toggles(resource, desired, {**actual, **(status or {})}),
        *_markings(resource, desired, actual),
        *(Call(action, {}) for option, action in resource.requests.items() if desired.params.get(option)),
    )
    action = UPDATE if resent or whole is not None else NONE
    payload = merge(whole or after, desired.secrets if resent else {})
    return ResourcePlan(
        action, resource, desired.label, actual, after, str(actual.get("id", "")), payload, calls, differs
    )


def _creation(resource: Resource, desired: Desired, revision: str) -> ResourcePlan:
    body = merge(desired.create_only, desired.body)
    _need(resource, desired, merge(body, desired.secrets), revision)
    body = for_creation(resource, body, revision)
    first, later = of_new(resource, body)
    calls = (*later, *_toggles(resource, desired, {}), *_markings(resource, desired, {}))
    warnings = tuple(resource.caution(desired.params, body)) if resource.caution else ()
    sent = for_creation(resource, merge(first, desired.secrets), revision)
    return ResourcePlan(CREATE, resource, desired.label, {}, body, "", sent, calls, warnings=warnings)


def _with_its_name(resource: Resource, desired: Desired, actual: Mapping[str, Any], revision: str) -> Body:
    """What is desired, with the name as the object has it: one that was found in another case is not renamed for it."""
    body = merge({}, desired.body)
    for name in desired.key:
        steps = resource.fields[name].steps(name, revision)
        there, given = value_at(actual, steps), value_at(body, steps)
        if isinstance(given, str) and isinstance(there, str) and fold(given) == fold(there):
            put(body, steps, there)
    return body


def _clear_references(
    resource: Resource, desired: Desired, body: Body, actual: Mapping[str, Any], revision: str
) -> None:
    """Say that a reference of several parts is none: by its flag, or by an id of zeros where the revision has no flag.

    Nothing is said where there is none already: servers have been seen with either value of the flag then, and to keep
    their own.
    """
    for name, spec in resource.fields.items():
        if not (spec.flag and spec.ref and spec.ref.parts) or spec.flag.given or desired.params.get(name) != "":
            continue
        gives, part = next(iter(spec.ref.parts.items()))
        place = (*spec.steps(name, revision), *part.steps(gives, revision))
        is_none = value_at(actual, place) in (None, "", NO_ID)
        flagged = spec.flag.part.when.in_revision(revision)
        if flagged and is_none:
            take(body, spec.flag.part.steps(name, revision))
        elif not flagged and not is_none:
            put(body, place, NO_ID)


def _hold(resource: Resource, desired: Desired, actual: Mapping[str, Any], revision: str) -> None:
    """Refuse to change what cannot be changed, and to empty what is never empty."""
    needed = (name for name, spec in resource.fields.items() if spec.needed and spec.needed.always)
    emptied = [name for name in needed if desired.params.get(name) == []]
    if emptied and desired.state != ABSENT:
        raise InvalidInput(
            f"{', '.join(emptied)} of the {resource.what} {quoted(desired.label)} cannot be empty.",
            "Leave it out to keep what there is.",
        )
    for name, spec in resource.fields.items():
        fixed: Body = {}
        if spec.role is FIXED and desired.params.get(name) is not None:
            put(fixed, spec.steps(name, revision), spec.encode(name, desired.params[name], revision))
        for found in drift(fixed, actual):
            has = f"{resource.what} {quoted(desired.label)} has {name} {found.before}"
            if desired.state == ABSENT:
                raise InvalidInput(f"{has}, not {found.after}: it is not removed.", "Give what it is, or another name.")
            raise InvalidInput(
                f"{has}, which cannot become {found.after}.", "Remove it first, or give it another name."
            )


def _need(resource: Resource, desired: Desired, body: Mapping[str, Any], revision: str) -> None:
    """Refuse to make an object that lacks what it cannot be made without."""
    lacking = [
        f"{name} (or {spec.needed.unless})" if spec.needed.unless else name
        for name, spec in resource.fields.items()
        if spec.needed
        and fits(spec, desired.params, revision)
        and not value_at(body, spec.steps(name, revision))
        and not desired.params.get(spec.needed.unless)
    ]
    if lacking:
        raise InvalidInput(
            f"There is no {resource.what} {quoted(desired.label)}, and to make it {', '.join(lacking)} is needed.",
            "Give it, or correct the name.",
        )


def _unordered(fields: Mapping[str, Field], revision: str, above: str = "") -> Iterator[str]:
    """The dotted paths of the lists that are sets."""
    for name, spec in fields.items():
        path = above + ".".join(spec.steps(name, revision))
        if spec.unordered:
            yield path
        yield from _unordered(spec.fields or {}, revision, f"{path}.")


def _defaults(fields: Mapping[str, Field], revision: str, above: str = "") -> Iterator[tuple[str, Any]]:
    """The dotted paths of what Ansible fills in where the user said nothing, with the value that it fills in."""
    for name, spec in fields.items():
        path = above + ".".join(spec.steps(name, revision))
        if spec.option.default is not None and spec.fields is None:
            yield path, spec.encode(name, spec.option.default, revision)
        yield from _defaults(spec.fields or {}, revision, f"{path}.")


def secret_calls(resource: Resource, desired: Desired, revision: str) -> Iterator[SecretCall]:
    """The calls that change secrets of an existing object: only when the user asks for it.

    Raises InvalidInput where the revision has none, so that nobody takes an old secret for a new one.
    """
    if desired.params.get("update_secret") != ALWAYS:
        return
    for call in resource.secret_calls:
        trigger = call.trigger
        if desired.params.get(trigger) is None or (call.only and desired.params.get("type") not in call.only):
            continue
        if rank(revision) < rank(call.since):
            raise InvalidInput(
                f"{trigger} of an existing {resource.what} can be changed from API revision {call.since} on; "
                f"this is {revision}.",
                "Set update_secret to on_create.",
            )
        yield call


def _secret_bodies(resource: Resource, desired: Desired, revision: str) -> Iterator[Call]:
    for call in secret_calls(resource, desired, revision):
        if call.action not in desired.proven:
            given = {key: name for key, name in call.body.items() if desired.params.get(name) is not None}
            body: Body = {}
            for key, name in given.items():
                put(body, tuple(key.split(".")), resource.fields[name].encode(name, desired.params[name], revision))
            also = call.also(desired.params, revision) if call.also else {}
            yield Call(call.action, {**also, **body})


def _toggles(resource: Resource, desired: Desired, actual: Mapping[str, Any]) -> tuple[Call, ...]:
    """The call that brings the object into the desired state, if it is not in it."""
    toggle = resource.toggle
    if toggle is None or desired.state not in resource.states:
        return ()
    value = resource.states[desired.state]
    if bool(actual.get(toggle.field)) == value:
        return ()
    return (Call(toggle.when_true if value else toggle.when_false, {}),)


def _markings(resource: Resource, desired: Desired, actual: Mapping[str, Any]) -> Iterator[Call]:
    """The calls that bring exactly the desired members into a state."""
    for marking in resource.markings:
        marked = desired.marked.get(marking.option)
        if marked is None:
            continue
        there = marking.of(actual)
        for action, ids in (
            (marking.when_true, [each for each in marked if each not in there]),
            (marking.when_false, [each for each in there if each not in marked]),
        ):
            if ids:
                yield Call(action, {marking.body: ids})
