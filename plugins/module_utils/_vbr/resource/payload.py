# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of one object to a payload: what a user wants of it, in the spelling of a revision. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._core.compare import drift
from ..._core.errors import InvalidInput
from ..._core.operation import Params
from ..revisions import rank
from .schema import Field, Ref, Resource

PRESENT = "present"
ABSENT = "absent"
SETTINGS = "settings"

Body = dict[str, Any]


@dataclass(frozen=True)
class Named:
    """A name in the place of what its object `gives`, until the server has been asked. `field` says where, for
    messages.
    """

    ref: Ref
    name: str
    field: str
    gives: str = "id"


@dataclass(frozen=True)
class Wanted:
    """What a user wants of one object: the payload of what was given, what only a new object is sent, and its secrets.

    `key` and `further` are the options that recognise it, and those that tell several of the same key apart. `proven`
    are the calls for secrets that the server says it has already. `marked` are the members that are to be in a state.
    """

    state: str
    label: str
    key: Mapping[str, Any]
    further: Mapping[str, Any]
    body: Body
    birth: Body
    secrets: Body = field(repr=False)
    params: Params = field(repr=False)
    proven: frozenset[str] = frozenset()
    marked: Mapping[str, list[Any]] = field(default_factory=dict)

    @property
    def unresolved(self) -> bool:
        """Whether a name in it has no id yet."""
        return any(names([self.body, self.birth, self.marked]))


def wanted(resource: Resource, params: Params, revision: str) -> Wanted:
    """The user's parameters as a payload of this revision. Raises InvalidInput for what the revision or type lacks."""
    if resource.since and rank(revision) < rank(resource.since):
        raise InvalidInput(f"{resource.what}: API revision {revision} has none.", f"It came with {resource.since}.")
    toggle = resource.toggle
    if toggle and params.get("state") in resource.states and rank(revision) < rank(toggle.since or "0"):
        raise InvalidInput(f"state {params['state']} needs API revision {toggle.since} or newer; this is {revision}.")
    body: Body = {}
    birth: Body = {}
    secrets: Body = {}
    for name, spec, value in _given(resource.fields, params):
        if spec.local or name == SETTINGS:
            continue
        _check(resource, name, spec, params, revision)
        place = secrets if spec.secret else birth if spec.birth else body
        lay(place, name, spec, value, revision)
    for name, spec in resource.fields.items():
        if fits(spec, params, revision):
            _lay_initial(birth, name, spec, params, revision)
    body = merge(body, params.get(SETTINGS) or {})
    given = list(_given(resource.fields, params))
    key = {name: value for name, spec, value in given if spec.key}
    further = {name: value for name, spec, value in given if spec.tells_apart}
    chosen = {marking.option for marking in resource.markings}
    marked = {name: _value(name, spec, value, revision) for name, spec, value in given if name in chosen}
    state = params.get("state", PRESENT)
    return Wanted(state, label(resource, params), key, further, body, birth, secrets, params, marked=marked)


def fits(spec: Field, params: Params, revision: str) -> bool:
    """Whether this revision, and this type of object, has the field."""
    return spec.exists(revision) and (not spec.only or params.get("type") in spec.only)


def lay(body: Body, name: str, spec: Field, value: Any, revision: str) -> None:
    """Put an option's value in its place, and its flag beside it. Where parts of an object are meant, none has none."""
    if value or not (spec.ref and spec.ref.parts):
        put(body, spec.path(name, revision), _value(name, spec, value, revision))
    flag = spec.flag
    if flag and flag.field.exists(revision):
        put(body, flag.field.path(name, revision), flag.given == bool(value))


def label(resource: Resource, params: Params) -> str:
    """What a person calls the object."""
    return " ".join(str(value) for _name, spec, value in _given(resource.fields, params) if spec.key)


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Body:
    """`base` with `over` laid upon it: objects are merged, everything else is replaced; null in `over` is no wish.

    An object in a list that `base` has too, and has more of, is the one of `base`.
    """
    merged = dict(base)
    for key, value in over.items():
        there = merged.get(key)
        if isinstance(value, Mapping):
            merged[key] = merge(there if isinstance(there, Mapping) else {}, value)
        elif isinstance(value, list) and isinstance(there, list):
            merged[key] = [kept(part, there) for part in value]
        elif value is not None:
            merged[key] = value
    return merged


def kept(wish: Any, there: list[Any]) -> Any:
    """The object of a list that already is as wished, and the wish itself if there is none."""
    objects = (part for part in there if isinstance(wish, Mapping) and isinstance(part, Mapping))
    return next((part for part in objects if not drift(wish, part)), wish)


def put(body: Body, path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        body = body.setdefault(step, {})
    there = body.get(path[-1])
    body[path[-1]] = merge(there, value) if isinstance(there, dict) and isinstance(value, dict) else value


def born(resource: Resource, body: Body, revision: str) -> Body:
    """The payload of a new object, with everything in the place that a new object has for it."""
    moved = merge({}, body)
    for name, spec in resource.fields.items():
        value = take(moved, spec.path(name, revision)) if spec.born_as else None
        if value is not None:
            put(moved, tuple(spec.born_as.split(".")), value)
    return moved


def take(body: Body, path: tuple[str, ...]) -> Any:
    """Remove a value from a payload, and what is empty without it; returns it, None if there is none."""
    first, *rest = path
    if not rest:
        return body.pop(first, None)
    within = body.get(first)
    value = take(within, tuple(rest)) if isinstance(within, dict) else None
    if within == {}:
        del body[first]
    return value


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


def _lay_initial(body: Body, name: str, spec: Field, params: Params, revision: str) -> None:
    """What a new object gets where the user says nothing, also within an option of which only a part is given."""
    value = params.get(name)
    if value is None:
        value = spec.initial(params) if callable(spec.initial) else spec.initial
        if value is not None:
            lay(body, name, spec, value, revision)
    if spec.options and isinstance(value, Mapping):
        within: Body = {}
        for inner, option in spec.options.items():
            if option.exists(revision):
                _lay_initial(within, inner, option, value, revision)
        put(body, spec.path(name, revision), within)


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
    if spec.ref and value:
        return _meant(spec.ref, str(value), name, revision)
    return spec.spelt(value, revision) if spec.options is None else _object(spec.options, value, revision)


def _meant(ref: Ref, name: str, field: str, revision: str) -> Any:
    """What stands for a name until its object is known."""
    if not ref.parts:
        return Named(ref, name, field, ref.gives)
    body: Body = {}
    for gives, place in ref.parts.items():
        if place.exists(revision):
            put(body, place.path(gives, revision), Named(ref, name, field, gives))
    return body


def _object(options: Mapping[str, Field], value: Params, revision: str) -> Body:
    body: Body = {}
    for name, spec, part in _given(options, value):
        _since(name, spec, revision)
        lay(body, name, spec, part, revision)
    return body


def _since(name: str, spec: Field, revision: str) -> None:
    if spec.since and rank(revision) < rank(spec.since):
        raise InvalidInput(f"{name} needs API revision {spec.since} or newer; this is {revision}.", "Leave it out.")


def _check(resource: Resource, name: str, spec: Field, params: Params, revision: str) -> None:
    _since(name, spec, revision)
    if spec.only and params.get("type") not in spec.only:
        kinds = ", ".join(spec.only)
        raise InvalidInput(
            f"{name} is for {resource.what} of type {kinds} only, not {params.get('type')}.", "Leave it out."
        )

    late = spec.newer.get(params[name]) if spec.newer else None
    if late and rank(revision) < rank(late):
        raise InvalidInput(f"{name} {params[name]} needs API revision {late} or newer; this is {revision}.")
