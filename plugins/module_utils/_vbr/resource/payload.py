# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of one object to a payload: its desired state, in the spelling of a revision. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._core.compare import value_at
from ..._core.errors import InvalidInput
from ..._core.operation import Params
from ..revisions import rank
from .codecs import Named
from .places import Body, merge, put, take
from .schema import CREATE_ONLY, FIXED, KEY, LOCAL, TIEBREAK, Field, Resource

PRESENT = "present"
ABSENT = "absent"
SETTINGS = "settings"
# What can never be changed is no other object's, either.
TELLING_APART = (TIEBREAK, FIXED)


@dataclass(frozen=True)
class Desired:
    """The desired state of one object: the payload of what was given, what only a new object is sent, and its secrets.

    `key` are the options that recognise it, as its row has them, and `tiebreak` those that tell several of the same key
    apart. `proven` are
    the calls for secrets that the server says it has already. `marked` are the members that are to be in a state.
    """

    state: str
    label: str
    key: Mapping[str, Any]
    tiebreak: Mapping[str, Any]
    body: Body
    create_only: Body
    secrets: Body = field(repr=False)
    params: Params = field(repr=False)
    proven: frozenset[str] = frozenset()
    marked: Mapping[str, list[Any]] = field(default_factory=dict)

    @property
    def unresolved(self) -> bool:
        """Whether a name in it has no id yet."""
        return any(_names([self.body, self.create_only, self.marked]))

    @property
    def nameless(self) -> bool:
        """Whether it is recognised by an object that is not there, so that it is not there itself."""
        return any(_names(self.key))


def desired_state(resource: Resource, params: Params, revision: str) -> Desired:
    """The user's parameters as a payload of this revision. Raises InvalidInput for what the revision or type lacks."""
    _check_revision(resource, params, revision)
    body: Body = {}
    create_only: Body = {}
    secrets: Body = {}
    given = list(_given(resource.fields, params))
    for name, spec, value in given:
        if spec.role is LOCAL or name == SETTINGS:
            continue
        _check(resource, name, spec, params, revision)
        lay(secrets if spec.secret else create_only if spec.role is CREATE_ONLY else body, name, spec, value, revision)
    for name, spec in resource.fields.items():
        if fits(spec, params, revision):
            _lay_initial(create_only, name, spec, params, revision)
    marking = {each.option for each in resource.markings}
    return Desired(
        state=params.get("state", PRESENT),
        label=label(resource, params),
        key={name: spec.encode(name, value, revision) for name, spec, value in given if spec.role is KEY},
        tiebreak={
            name: spec.encode(name, value, revision) for name, spec, value in given if spec.role in TELLING_APART
        },
        body=merge(body, _settings(resource, params, revision)),
        create_only=create_only,
        secrets=secrets,
        params=params,
        marked={name: spec.encode(name, value, revision) for name, spec, value in given if name in marking},
    )


def _settings(resource: Resource, params: Params, revision: str) -> Body:
    """What no option says, with names in the place of ids."""
    given = params.get(SETTINGS) or {}
    written: Body = resource.fields[SETTINGS].encode(SETTINGS, given, revision) if given else {}
    return written


def _check_revision(resource: Resource, params: Params, revision: str) -> None:
    if rank(revision) < rank(resource.since):
        raise InvalidInput(f"{resource.what}: API revision {revision} has none.", f"It came with {resource.since}.")
    if not resource.is_in(revision):
        raise InvalidInput(
            f"{resource.what}: in API revision {revision} there is something else for it.", f"Use {resource.instead}."
        )
    toggle = resource.toggle
    if toggle and params.get("state") in toggle.states and rank(revision) < rank(toggle.since):
        raise InvalidInput(f"state {params['state']} needs API revision {toggle.since} or newer; this is {revision}.")


def fits(spec: Field, params: Params, revision: str) -> bool:
    """Whether this revision, and this type of object, has the field."""
    return spec.when.in_revision(revision) and (not spec.when.types or params.get("type") in spec.when.types)


def lay(body: Body, name: str, spec: Field, value: Any, revision: str) -> None:
    """Put an option's value in its place, and its flag beside it.

    An empty reference of several parts has no place, and an empty id is none where a flag says so. A list of none is
    one.
    """
    if value or spec.option.type == "list" or not (spec.ref and (spec.ref.parts or _is_flagged_id(spec))):
        put(body, spec.steps(name, revision), _written(name, spec, value, revision))
    flag = spec.flag
    if flag and flag.part.when.in_revision(revision):
        put(body, flag.part.steps(name, revision), flag.given == bool(value))


def _is_flagged_id(spec: Field) -> bool:
    return spec.flag is not None and spec.ref is not None and spec.ref.gives == "id"


def label(resource: Resource, params: Params) -> str:
    """What a person calls the object; a singleton has no name."""
    return " ".join(str(value) for _name, spec, value in _given(resource.fields, params) if spec.role is KEY)


def for_creation(resource: Resource, body: Body, revision: str) -> Body:
    """The payload of a new object, with everything in the place that a new object has for it."""
    moved = merge({}, body)
    for name, spec in resource.fields.items():
        value = take(moved, spec.steps(name, revision)) if spec.place.on_create else None
        if value is not None:
            put(moved, spec.place.created, value)
    return moved


def resolved(value: Any, lookup: Callable[[Named], Any]) -> Any:
    """A payload with every Named replaced by what `lookup` gives for it."""
    if isinstance(value, Named):
        return lookup(value)
    if isinstance(value, Mapping):
        return {key: resolved(part, lookup) for key, part in value.items()}
    if isinstance(value, list):
        return [resolved(part, lookup) for part in value]
    return value


def echoes(fields: Mapping[str, Field], body: Body, revision: str) -> Iterator[tuple[str, Any]]:
    """What a payload says of an object beside its id, by dotted path. A server that says the id need not repeat it."""
    for name, spec in fields.items():
        beside = list(spec.ref.parts.items())[1:] if spec.ref and spec.option.type != "list" else []
        for gives, part in beside:
            steps = (*spec.steps(name, revision), *part.steps(gives, revision))
            if value_at(body, steps) is not None:
                yield ".".join(steps), value_at(body, steps)


def _names(value: Any) -> Iterator[Named]:
    """Every Named in a payload."""
    if isinstance(value, Named):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _names(part)


def given_secrets(resource: Resource, params: Params) -> bool:
    """Whether a secret is given, at any depth."""
    return _has_secret(resource.fields, params)


def _has_secret(fields: Mapping[str, Field], params: Params) -> bool:
    for _name, spec, value in _given(fields, params):
        parts = value if isinstance(value, list) else [value]
        inner = (part for part in parts if spec.fields and isinstance(part, Mapping))
        if spec.secret or any(_has_secret(spec.fields or {}, part) for part in inner):
            return True
    return False


def _given(fields: Mapping[str, Field], params: Params) -> Iterator[tuple[str, Field, Any]]:
    return ((name, spec, params[name]) for name, spec in fields.items() if params.get(name) is not None)


def _lay_initial(body: Body, name: str, spec: Field, params: Params, revision: str) -> None:
    """What a new object gets where the user says nothing, also within an option of which only a part is given."""
    value = params.get(name)
    if value is None:
        value = spec.initial(params) if callable(spec.initial) else spec.initial
        if value is not None:
            lay(body, name, spec, value, revision)
    if spec.fields and isinstance(value, Mapping):
        within: Body = {}
        for inner, option in spec.fields.items():
            if option.when.in_revision(revision):
                _lay_initial(within, inner, option, value, revision)
        put(body, spec.steps(name, revision), within)


def _written(name: str, spec: Field, value: Any, revision: str) -> Any:
    """An option's value as a payload has it."""
    if spec.fields is None:
        return spec.encode(name, value, revision)
    if isinstance(value, list):
        return [_object(spec.fields, part, revision) for part in value]
    return _object(spec.fields, value, revision)


def _object(fields: Mapping[str, Field], value: Params, revision: str) -> Body:
    body: Body = {}
    for name, spec, part in _given(fields, value):
        _check_since(name, spec, revision)
        lay(body, name, spec, part, revision)
    return body


def _check_since(name: str, spec: Field, revision: str) -> None:
    since = spec.when.since
    if rank(revision) < rank(since):
        raise InvalidInput(f"{name} needs API revision {since} or newer; this is {revision}.", "Leave it out.")


def _check(resource: Resource, name: str, spec: Field, params: Params, revision: str) -> None:
    """Refuse an option that the revision or the type of the object does not have."""
    _check_since(name, spec, revision)
    if spec.when.types and params.get("type") not in spec.when.types:
        types = ", ".join(spec.when.types)
        raise InvalidInput(
            f"{name} is for {resource.what} of type {types} only, not {params.get('type')}.", "Leave it out."
        )
    late = spec.when.choices.get(params[name]) if spec.when.choices else None
    if late and rank(revision) < rank(late):
        raise InvalidInput(f"{name} {params[name]} needs API revision {late} or newer; this is {revision}.")
