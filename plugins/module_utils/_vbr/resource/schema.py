# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words an object is declared with: Field, Resource and what belongs to them. Data, no I/O."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote

from ..._core.compare import fold
from ..._core.operation import Params
from ..._core.option import TEXT, Option
from .calls import Apart, Marking, SecretCall, Toggle
from .codecs import Codec, Enum, Ref, SingleOrList, TimeOfDay, Within, reference_of
from .places import EVERYWHERE, Part, Path, Steps, When, as_path


class Role(enum.Enum):
    """What a field is for, beside saying what an object is like."""

    KEY = "recognises the object"
    TIEBREAK = "recognises it where several have the same key"
    CREATE_ONLY = "is sent with a new object only"
    FIXED = "can never be changed: a change is refused"
    LOCAL = "is not sent at all"


KEY, TIEBREAK, CREATE_ONLY, FIXED, LOCAL = Role


@dataclass(frozen=True)
class Need:
    """A new object cannot be made without the field, unless the option `unless` is given instead.

    What is needed `always` is a list that no object can have empty.
    """

    unless: str = ""
    always: bool = False


NEEDED, ALWAYS_NEEDED = Need(), Need(always=True)


@dataclass(frozen=True)
class Flag:
    """A switch beside a value: `given` if the value is there, the opposite if it is empty."""

    part: Part
    given: bool


@dataclass(frozen=True)
class Field:
    """One option of a module, written once: its argument, its place in the payload and in the diff come from it.

    `option` is the argument in Ansible's words, `at` where its value stands, `when` it exists there, `role` what it is
    for, `codec` how it is written. The elements of a list are written one by one.

    `fields` are those of an object, or of each object in a list. `initial` is what a new object gets if the user says
    nothing, or a function of the parameters that says it. `unordered` lists are sets. `flag` goes with the value.

    Raises ValueError for words that make no sense together.
    """

    option: Option = TEXT
    at: Path | str = ""
    when: When = EVERYWHERE
    role: Role | None = None
    codec: Codec | None = None
    fields: Mapping[str, Field] | None = None
    initial: Any = None
    needed: Need | None = None
    unordered: bool = False
    flag: Flag | None = None

    def __post_init__(self) -> None:
        for contradiction in _of_field(self):
            raise ValueError(f"This field cannot be: {contradiction}.")

    @cached_property
    def place(self) -> Path:
        return as_path(self.at)

    @cached_property
    def ref(self) -> Ref | None:
        return reference_of(self.codec)

    @property
    def secret(self) -> bool:
        return self.option.secret

    @cached_property
    def _within(self) -> Within | None:
        # Decided once: up to Python 3.11 to ask this of a protocol takes longer than all the rest.
        return self.codec if isinstance(self.codec, Within) else None

    def ref_at(self, path: tuple[str, ...]) -> Ref | None:
        """What an id at a path within a free object can mean, None if nobody can tell."""
        return self._within.ref_at(path) if self._within else None

    def as_option(self) -> Option:
        """The option with those of its objects inside."""
        if self.role is KEY:
            return replace(self.option, names=True)
        if self.fields is None:
            return self.option
        return replace(self.option, options={name: inner.as_option() for name, inner in self.fields.items()})

    def steps(self, name: str, revision: str) -> Steps:
        """Where the value stands in the payload of a revision."""
        return self.place.steps(name, revision)

    def encode(self, name: str, value: Any, revision: str) -> Any:
        """A value that is no object, as the payload of a revision has it. Raises InvalidInput."""
        if self.codec is None:
            return value
        if isinstance(value, list) and not isinstance(self.codec, SingleOrList):
            return [self.codec.encode(name, part, revision) for part in value]
        return self.codec.encode(name, value, revision)

    def choice_meant(self, said: Any, revision: str) -> str | None:
        """The choice that a server means, however it spells it; None if the option has no such choice."""
        word = fold(said)
        return next((each for each in self.option.choices if word in self._spellings(each, revision)), None)

    def _spellings(self, choice: str, revision: str) -> set[str]:
        words = self.codec.words(choice) if isinstance(self.codec, Enum) else {choice}
        return {fold(each) for each in (*words, self.encode("", choice, revision))}


def _of_field(spec: Field) -> Iterator[str]:
    """What contradicts itself in a field."""
    option, is_list = spec.option, spec.option.type == "list"
    if spec.fields is not None and "dict" not in (option.type, option.elements):
        yield "fields of what is no dict"
    if spec.fields is not None and (spec.codec or option.options):
        yield "fields together with a codec or with options"
    if spec.unordered and not is_list:
        yield "unordered without a list"
    if isinstance(spec.codec, SingleOrList) and not is_list:
        yield "one or several, and no list"
    if spec.ref and (option.elements if is_list else option.type) != "str":
        yield "a reference that is no name"
    if isinstance(spec.codec, TimeOfDay) and option.type != "str":
        yield "a time of day that is no text"
    if spec.needed and spec.needed.always and not is_list:
        yield "never empty, and no list"
    if spec.needed and spec.initial is not None:
        yield "needed, and given by itself"
    if spec.role and (option.secret or spec.flag):
        yield "a role together with a secret or a flag"
    if option.secret and (spec.initial is not None or spec.unordered or spec.ref):
        yield "a secret that is compared, looked up or given by itself"
    if spec.role in (CREATE_ONLY, LOCAL) and spec.place.on_create:
        yield "another place in a new object for what only a new object, or none, has"
    if spec.role is LOCAL and (spec.at or spec.initial is not None or spec.needed):
        yield "a place or a value in the payload for what is not sent"
    if set(spec.when.choices) - set(option.choices):
        yield "new choices that are none"


@dataclass(frozen=True)
class OneStays:
    """A server needs one of the objects that `is_one(row)` tells; `reason` says what it lacks without the last one."""

    is_one: Callable[[Mapping[str, Any]], bool]
    reason: str
    remedy: str


@dataclass(frozen=True)
class Variant:
    """What some types of object have elsewhere, or since another revision: by option its place, and its revision."""

    types: tuple[str, ...]
    at: Mapping[str, Path | str] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)

    def applied(self, name: str, spec: Field) -> Field:
        spec = replace(spec, at=self.at[name]) if name in self.at else spec
        return replace(spec, when=replace(spec.when, since=self.since[name])) if name in self.since else spec


# Each is one of its kind, so that it is equal to nothing else, and what is worked out for a type is kept.
@dataclass(frozen=True, eq=False)
class Resource:
    """A kind of object that can be created, updated and deleted, and looks like this.

    `path` is its list. `name_filter` is the option by whose value the server narrows the list down. `ask(service,
    params, body)` gives what a new object needs and only the server knows, as a payload to be merged. `fill(service,
    body, actual)` gives the payload with what only the server knows of the things in it; `actual` is the object as it
    is, None for a new one. `caution(params, body)` gives the warnings for a new object.

    A `singleton` is at `path` itself: it is always there, and has neither a key nor an id. `requests` are the options
    that ask for a call below the object, which is made each time; the result has its session. What is `deleted_in_use`
    by the server is removed only if nobody uses it, or by force; what is `kept_in_use` by the server only if nobody
    uses it.

    What is `part_of` the objects of another list stands at a `path` with {id}: each of them has one, which is only
    changed. Where a list shows a part of each object, `details` is the end of the path of the whole. What `stays` is
    never removed. `apart` are the parts, by dotted path, that have calls of their own; an object that cannot be
    `replaced` is changed by these alone. Secrets that `travel` are sent with the object itself, as its other fields.

    `own` is the field of a row that says whether every server has the object; nobody changes such a one.
    `spared(service, row)` says why an object is not removed, `refused(service, before, after)` why it is not changed
    like this, `""` if it may be. `left(rows, going)` says by id why a purge leaves some of the rows that are named for
    it. Of those that `one_stays` tells the last one is neither removed nor changed into another. `until` is the last
    revision in which it is managed; since then there is something `instead` of it.

    `kind` is the option of vbr_estate that takes its objects. Kinds are made in the `order` of these numbers: a kind
    refers to objects of a lower number only, and to its own.

    Raises ValueError for words that make no sense together, and for words without effect where they stand.
    """

    what: str
    path: str
    fields: Mapping[str, Field]
    variants: tuple[Variant, ...] = ()
    name_filter: str = ""
    secret_calls: tuple[SecretCall, ...] = ()
    toggle: Toggle | None = None
    markings: tuple[Marking, ...] = ()
    singleton: bool = False
    deleted_in_use: bool = False
    kept_in_use: bool = False
    kind: str = ""
    order: int = 0
    requests: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    instead: str = ""
    part_of: str = ""
    details: str = ""
    stays: bool = False
    apart: Mapping[str, Apart] = field(default_factory=dict)
    replaced: bool = True
    travel: bool = False
    own: str = ""
    spared: Callable[[Any, Mapping[str, Any]], str] | None = None
    refused: Callable[[Any, Mapping[str, Any], Mapping[str, Any]], str] | None = None
    left: Callable[[Iterable[Mapping[str, Any]], Set[str]], Mapping[str, str]] | None = None
    one_stays: OneStays | None = None
    ask: Callable[[Any, Params, Mapping[str, Any]], Mapping[str, Any]] | None = None
    fill: Callable[[Any, dict[str, Any], Mapping[str, Any] | None], dict[str, Any]] | None = None
    caution: Callable[[Params, Mapping[str, Any]], Iterable[str]] | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for contradiction in (*_of_resource(self), *_inside(self.fields)):
            raise ValueError(f"{self.what} cannot be declared like this: {contradiction}.")

    def of(self, object_type: str | None) -> Resource:
        """The resource as objects of one type have it."""
        return _of_type(self, object_type)

    @property
    def states(self) -> Mapping[str, bool]:
        return self.toggle.states if self.toggle else {}

    @property
    def always_there(self) -> bool:
        """Whether nobody creates or removes it."""
        return self.singleton or bool(self.part_of)

    @property
    def listed(self) -> str:
        """The list in which its objects are looked for."""
        return self.part_of or self.path

    def at(self, row_id: str) -> str:
        """The path of one of its objects."""
        if self.singleton:
            return self.path
        step = quote(row_id, safe="")
        return self.path.replace("{id}", step) if self.part_of else f"{self.path}/{step}"

    def is_own(self, row: Mapping[str, Any]) -> bool:
        """Whether every server has this object; one that does not say so is taken for such a one."""
        return bool(self.own) and row.get(self.own) is not False

    def is_in(self, revision: str) -> bool:
        """Whether a revision has it."""
        return When(self.since, self.until).in_revision(revision)

    def manages(self, row: Mapping[str, Any], revision: str, wanted: str | None = None) -> bool:
        """Whether an object of its list is of a type that its options describe: of the `wanted` one where nothing else
        tells objects of one name apart. A server that says no type has one.
        """
        of_type = self.fields.get("type")
        if not of_type or not row.get("type"):
            return True
        meant = of_type.choice_meant(row["type"], revision)
        return meant is not None and (of_type.role is not CREATE_ONLY or wanted in (None, meant))

    @property
    def has_secrets(self) -> bool:
        return any(map(_holds_secret, self.fields.values()))


def _holds_secret(spec: Field) -> bool:
    return spec.secret or any(map(_holds_secret, (spec.fields or {}).values()))


@cache
def _of_type(resource: Resource, object_type: str | None) -> Resource:
    fields = dict(resource.fields)
    for variant in resource.variants:
        if object_type in variant.types:
            fields |= {name: variant.applied(name, fields[name]) for name in {**variant.at, **variant.since}}
    return replace(resource, fields=fields, variants=()) if fields != resource.fields else resource


def _of_resource(resource: Resource) -> Iterator[str]:
    """What contradicts itself in a resource."""
    fields, roles = resource.fields, {spec.role for spec in resource.fields.values()}
    types = fields["type"].option.choices if "type" in fields else ()
    created = [name for name, spec in fields.items() if spec.needed or spec.initial is not None or spec.place.on_create]
    if resource.singleton and (roles - {None, LOCAL} or created or resource.name_filter or resource.toggle):
        yield "nobody creates, finds or removes what is always there"
    if not resource.singleton and KEY not in roles:
        yield "no key recognises it"
    if bool(resource.part_of) != ("{id}" in resource.path) or (resource.singleton and resource.part_of):
        yield "a part of other objects, without a place in them"
    if resource.deleted_in_use and resource.kept_in_use:
        yield "it cannot both be deleted in use and be kept"
    if (resource.deleted_in_use or resource.kept_in_use) and (resource.always_there or resource.stays):
        yield "a use that keeps what is never removed"
    if resource.travel and not resource.has_secrets:
        yield "secrets that travel, and none"
    if bool(resource.until) != bool(resource.instead):
        yield "an end, and nothing instead"
    if resource.always_there and (resource.ask or resource.caution or resource.secret_calls or resource.markings):
        yield "a call for a new object, or below an id, of what has neither"
    named = [resource.name_filter] if resource.name_filter else []
    named += [*resource.requests, *(marking.option for marking in resource.markings)]
    named += [name for call in resource.secret_calls for name in call.body.values()]
    named += [name for variant in resource.variants for name in {**variant.at, **variant.since}]
    named += [spec.needed.unless for spec in fields.values() if spec.needed and spec.needed.unless]
    if unknown := [name for name in named if name not in fields]:
        yield f"it speaks of {', '.join(unknown)}, which is no option of it"
    said = {name for spec in fields.values() for name in spec.when.types}
    said |= {name for variant in resource.variants for name in variant.types}
    if unknown := sorted(said - set(types)):
        yield f"it speaks of the types {', '.join(unknown)}, which it does not have"


def _inside(fields: Mapping[str, Field], depth: int = 0) -> Iterator[str]:
    """What has no effect within an object of a payload: the words that are for objects as such."""
    for name, spec in fields.items():
        if depth and (spec.role or spec.needed or spec.when.types or spec.when.choices or spec.place.on_create):
            yield f"{name}, which stands inside an object, has a word that only an object's own fields have"
        yield from _inside(spec.fields or {}, depth + 1)
