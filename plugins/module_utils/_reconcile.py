# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a user wants and what a server has to what is to be done. Pure.

Omitted or null leaves a field alone; '', [] and {} clear it. Only what the user gave is compared. Nested objects are
merged, lists are replaced whole. An update sends the server's own model with what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ._compare import Drift, Leave, drift
from ._errors import InvalidInput
from ._resource import Field, Params, Ref, Resource, Result, rank

CREATE = "create"
UPDATE = "update"
DELETE = "delete"
NONE = "none"

ABSENT = "absent"
ALWAYS = "always"
SETTINGS = "settings"

Body = dict[str, Any]


@dataclass(frozen=True)
class Named:
    """A name in the place of an id, until the server has been asked. `field` says where, for messages."""

    ref: Ref
    name: str
    field: str


@dataclass(frozen=True)
class Wanted:
    """What a user wants of one object: the payload of what was given, what only a new object is sent, and its secrets.

    `key` and `further` are the options that recognise it, and those that tell several of the same key apart.
    """

    state: str
    label: str
    key: Mapping[str, Any]
    further: Mapping[str, Any]
    body: Body
    birth: Body
    secrets: Body = field(repr=False)
    params: Params = field(repr=False)


@dataclass(frozen=True)
class ResourcePlan:
    """What will be done to one object. `calls` are (action, body) of POSTs below the object, after the object
    itself.
    """

    action: str
    resource: Resource
    label: str
    before: Body
    after: Body
    id: str = ""
    body: Body = field(default_factory=dict, repr=False)
    calls: tuple[tuple[str, Body], ...] = field(default=(), repr=False)
    drift: tuple[Drift, ...] = ()

    @property
    def changed(self) -> bool:
        return self.action != NONE or bool(self.calls)

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
            calls = [action for action, _body in self.calls]
            after |= {"calls": calls} if calls else {}
        header = f"{self.resource.what} {self.label}"
        return [{"before": before, "after": after, "before_header": header, "after_header": header}]

    def report(self) -> Result:
        return {"action": self.action, "resource": {} if self.action == DELETE else self.after}


def wanted(resource: Resource, params: Params, revision: str) -> Wanted:
    """The user's parameters as a payload of this revision. Raises InvalidInput for what the revision or type lacks."""
    if resource.since and rank(revision) < rank(resource.since):
        raise InvalidInput(f"{resource.what}: API revision {revision} has none.", f"It came with {resource.since}.")
    toggle = resource.toggle
    if toggle and params["state"] in resource.states and rank(revision) < rank(toggle.since or "0"):
        raise InvalidInput(f"state {params['state']} needs API revision {toggle.since} or newer; this is {revision}.")
    body: Body = {}
    birth: Body = {}
    secrets: Body = {}
    for name, spec, value in _given(resource.fields, params):
        if spec.local or name == SETTINGS:
            continue
        _check(resource, name, spec, params, revision)
        place = secrets if spec.secret else birth if spec.birth else body
        put(place, spec.path(name, revision), _value(name, spec, value, revision))
    for name, spec in resource.fields.items():
        if params.get(name) is None and _fits(spec, params, revision):
            initial = spec.initial(params) if callable(spec.initial) else spec.initial
            if initial is not None:
                put(birth, spec.path(name, revision), _value(name, spec, initial, revision))
    body = merge(body, params.get(SETTINGS) or {})
    key = {name: params[name] for name, spec, _value in _given(resource.fields, params) if spec.key}
    further = {name: params[name] for name, spec, _value in _given(resource.fields, params) if spec.tells_apart}
    return Wanted(params["state"], label(resource, params), key, further, body, birth, secrets, params)


def label(resource: Resource, params: Params) -> str:
    """What a person calls the object."""
    return " ".join(str(value) for _name, spec, value in _given(resource.fields, params) if spec.key)


def reconcile(
    resource: Resource, want: Wanted, actual: Body | None, revision: str, status: Mapping[str, Any] | None = None
) -> ResourcePlan:
    """Decide. `want.body` has ids in the place of names by now; `actual` is the server's model, None if there is none,
    and `status` what other lists tell of it.
    """
    if want.state == ABSENT:
        if actual is None:
            return ResourcePlan(NONE, resource, want.label, {}, {})
        return ResourcePlan(DELETE, resource, want.label, actual, {}, str(actual["id"]))
    if actual is None:
        body = merge(want.birth, want.body)
        calls = _toggles(resource, want, {})
        return ResourcePlan(CREATE, resource, want.label, {}, body, "", merge(body, want.secrets), calls)
    _hold(resource, want, actual, revision)
    differs = tuple(drift(want.body, actual, Leave(unordered=_unordered(resource, revision))))
    after = merge(actual, want.body) if differs else actual
    calls = (*_secret_calls(resource, want, revision), *_toggles(resource, want, {**actual, **(status or {})}))
    action = UPDATE if differs else NONE
    return ResourcePlan(action, resource, want.label, actual, after, str(actual["id"]), after, calls, differs)


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Body:
    """`base` with `over` laid upon it: objects are merged, everything else is replaced; null in `over` is no wish."""
    merged = dict(base)
    for key, value in over.items():
        there = merged.get(key)
        if isinstance(value, Mapping):
            merged[key] = merge(there if isinstance(there, Mapping) else {}, value)
        elif value is not None:
            merged[key] = value
    return merged


def put(body: Body, path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        body = body.setdefault(step, {})
    there = body.get(path[-1])
    body[path[-1]] = merge(there, value) if isinstance(there, dict) and isinstance(value, dict) else value


def resolved(value: Any, lookup: Callable[[Named], Any]) -> Any:
    """A payload with every Named replaced by what `lookup` gives for it."""
    if isinstance(value, Named):
        return lookup(value)
    if isinstance(value, Mapping):
        return {key: resolved(part, lookup) for key, part in value.items()}
    if isinstance(value, list):
        return [resolved(part, lookup) for part in value]
    return value


def names(value: Any) -> Iterator[Named]:
    """Every Named in a payload."""
    if isinstance(value, Named):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from names(part)


def _given(fields: Mapping[str, Field], params: Params) -> Iterator[tuple[str, Field, Any]]:
    return ((name, spec, params[name]) for name, spec in fields.items() if params.get(name) is not None)


def _value(name: str, spec: Field, value: Any, revision: str) -> Any:
    """An option's value as the wire has it."""
    if not isinstance(value, list):
        return _single(name, spec, value, revision)
    if spec.single_until and rank(revision) <= rank(spec.single_until):
        if len(value) > 1:
            raise InvalidInput(f"{name} takes one name in API revision {revision}, not {len(value)}.")
        return next((_single(name, spec, part, revision) for part in value), None)
    parts = [_single(name, spec, part, revision) for part in value]
    return [{spec.each: part} for part in parts] if spec.each else parts


def _single(name: str, spec: Field, value: Any, revision: str) -> Any:
    if spec.ref:
        return Named(spec.ref, str(value), name)
    return spec.spelt(value, revision) if spec.options is None else _object(spec.options, value, revision)


def _object(options: Mapping[str, Field], value: Params, revision: str) -> Body:
    body: Body = {}
    for name, spec, part in _given(options, value):
        put(body, spec.path(name, revision), _value(name, spec, part, revision))
    return body


def _fits(spec: Field, params: Params, revision: str) -> bool:
    """Whether this revision, and this type of object, has the field."""
    return rank(revision) >= rank(spec.since or "0") and (not spec.only or params.get("type") in spec.only)


def _check(resource: Resource, name: str, spec: Field, params: Params, revision: str) -> None:
    if spec.since and rank(revision) < rank(spec.since):
        raise InvalidInput(f"{name} needs API revision {spec.since} or newer; this is {revision}.", "Leave it out.")
    if spec.only and params.get("type") not in spec.only:
        kinds = ", ".join(spec.only)
        raise InvalidInput(
            f"{name} is for {resource.what} of type {kinds} only, not {params.get('type')}.", "Leave it out."
        )

    late = spec.newer.get(params[name]) if spec.newer else None
    if late and rank(revision) < rank(late):
        raise InvalidInput(f"{name} {params[name]} needs API revision {late} or newer; this is {revision}.")


def _hold(resource: Resource, want: Wanted, actual: Mapping[str, Any], revision: str) -> None:
    """Refuse a wish to change what cannot be changed."""
    for name, spec in resource.fields.items():
        wish: Body = {}
        if spec.fixed and want.params.get(name) is not None:
            put(wish, spec.path(name, revision), spec.spelt(want.params[name], revision))
        for found in drift(wish, actual):
            raise InvalidInput(
                f"{resource.what} {want.label!r} has {name} {found.before}, which cannot become {found.after}.",
                "Remove it first, or give it another name.",
            )


def _unordered(resource: Resource, revision: str) -> frozenset[str]:
    return frozenset(".".join(spec.path(name, revision)) for name, spec in resource.fields.items() if spec.unordered)


def _secret_calls(resource: Resource, want: Wanted, revision: str) -> Iterator[tuple[str, Body]]:
    """The calls that change secrets of an existing object: only when the user asks for it, since none can be
    compared.
    """
    if want.params.get("update_secret") != ALWAYS:
        return
    for call in resource.secret_calls:
        trigger = next(iter(call.body.values()))
        fits = rank(revision) >= rank(call.since or "0") and (not call.only or want.params.get("type") in call.only)
        if want.params.get(trigger) is not None and fits:
            yield (
                call.action,
                {key: want.params[name] for key, name in call.body.items() if want.params.get(name) is not None},
            )


def _toggles(resource: Resource, want: Wanted, actual: Mapping[str, Any]) -> tuple[tuple[str, Body], ...]:
    """The call that brings the object into the wanted further state, if it is not in it."""
    toggle = resource.toggle
    if toggle is None or want.state not in resource.states:
        return ()
    value = resource.states[want.state]
    if bool(actual.get(toggle.field)) == value:
        return ()
    return ((toggle.when_true if value else toggle.when_false, {}),)
