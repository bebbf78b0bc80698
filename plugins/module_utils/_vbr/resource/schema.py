# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words an object is declared with: Field, Ref, Resource and what belongs to them. Data, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..._core.compare import value_at
from ..._core.errors import InvalidInput, quoted
from ..._core.operation import Params
from ..._core.option import Option
from ..._core.times import format_time, typed_time
from ..revisions import rank


@dataclass(frozen=True)
class Ref:
    """What a field's name means: an object of the list at `path`, found by one of the fields `by`.

    Sent is what its field `gives` says, or with `parts` an object that has several of its fields, each in its place.
    What is not in that list may be in the one at the path `also`.
    """

    path: str
    what: str
    by: tuple[str, ...] = ("name",)
    gives: str = "id"
    parts: Mapping[str, Field] = field(default_factory=dict)
    also: str = ""

    @property
    def lists(self) -> tuple[str, ...]:
        return (self.path, self.also) if self.also else (self.path,)


@dataclass(frozen=True)
class Flag:
    """What says beside a value whether there is one: it is `given` if there is, and the opposite if that is empty."""

    field: Field
    given: bool


@dataclass(frozen=True)
class Field(Option):
    """One option of a module, written once: its argument, its place in the payload and in the diff come from it.

    `secret` hides the value (and, in a dict, every value in it) from all output, and it is neither compared nor in a
    diff. `mixed` may hold secrets among other things: `Operation.hidden` tells which. `wire` is the dotted path of its
    value in the payload, camelCase of the option's name if not given; `formerly` its earlier paths by the last revision
    that had them. `since` and `until` are the first and the last revision that have it, `only` the types of object that
    have it, `elsewhere` the same option as the field of other types, where these have it in another place. `newer`
    tells since when there are choices that did not come with the field.

    `key` fields recognise the object, in the list at the path `listed_as` if it is not the one that is sent.
    `tells_apart` fields recognise it if several have the same key. `initial` is what a new object gets if the user says
    nothing, or a function of the parameters that tells it; a new object cannot be made without what is `needed`,
    unless the option `unless` is given instead.
    `born_as` is the path in the payload of a new object, where that has another place for it than the object has then.
    `birth` fields are sent with a new object only; `fixed` ones can never be changed, and a wish to do so is refused.
    `local` options are not sent at all. `flag` goes with the value.

    `unordered` lists are sets. `each` is the key in the elements of a list that are objects of one field.
    `single_until` is the last revision that takes one value where later ones take a list, `lower_until` the last one
    that spells the choices with a small first letter.
    """

    options: Mapping[str, Field] | None = None
    wire: str = ""
    formerly: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    only: tuple[str, ...] = ()
    elsewhere: Mapping[str, Field] = field(default_factory=dict)
    newer: Mapping[str, str] = field(default_factory=dict)
    key: bool = False
    listed_as: str = ""
    tells_apart: bool = False
    initial: Any = None
    needed: bool = False
    unless: str = ""
    born_as: str = ""
    birth: bool = False
    fixed: bool = False
    local: bool = False
    unordered: bool = False
    each: str = ""
    single_until: str = ""
    lower_until: str = ""
    spellings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    twelve_until: str = ""
    ref: Ref | None = None
    flag: Flag | None = None

    def exists(self, revision: str) -> bool:
        return rank(self.since or "0") <= rank(revision) <= rank(self.until or revision)

    def path(self, name: str, revision: str) -> tuple[str, ...]:
        """Where the value stands in the payload of a revision."""
        for last, path in sorted(self.formerly.items(), key=lambda row: rank(row[0])):
            if rank(revision) <= rank(last):
                return tuple(path.split("."))
        return tuple((self.wire or camel(name)).split("."))

    def listed(self, name: str, revision: str) -> tuple[str, ...]:
        """Where the value stands in a row of the list."""
        return tuple(self.listed_as.split(".")) if self.listed_as else self.path(name, revision)

    def spelt(self, value: Any, revision: str) -> Any:
        """A choice or a time of day in the spelling of a revision; any other value as it is."""
        if not isinstance(value, str):
            return value
        if self.twelve_until:
            moment = typed_time(value)
            if moment is None:
                raise InvalidInput(f"{quoted(value)} is no time of day.", 'Write it as "22:00".')
            return format_time(moment, rank(revision) <= rank(self.twelve_until))
        for last, spelling in sorted(self.spellings.items(), key=lambda row: rank(row[0])):
            if rank(revision) <= rank(last):
                return spelling.get(value, value)
        if self.lower_until and rank(revision) <= rank(self.lower_until):
            return value[:1].lower() + value[1:]
        return value


def camel(name: str) -> str:
    """snake_case as the wire has it: backup_repository is backupRepository."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


@dataclass(frozen=True)
class SecretCall:
    """How a secret of an existing object is changed: POST {path}/{id}/{action} with these options in these keys.

    It is made when the first of the options is given. Where the server compares, POST {path}/{id}/{compare} with the
    first of them tells whether it is the secret already, from revision `compares_since` on. `also(params, revision)` is
    what has to be said with them.
    """

    action: str
    body: Mapping[str, str]
    since: str = ""
    only: tuple[str, ...] = ()
    compare: str = ""
    compares_since: str = ""
    also: Callable[[Params, str], Mapping[str, Any]] | None = None

    @property
    def trigger(self) -> str:
        """The option that asks for the call."""
        return next(iter(self.body.values()))


@dataclass(frozen=True)
class Toggle:
    """A state that is changed by calls of its own: the field that tells it, and the call for each of its values.

    `path` is the list that tells it, where the object itself does not. `since` is the first revision that has it.
    """

    field: str
    when_true: str
    when_false: str
    path: str = ""
    since: str = ""


@dataclass(frozen=True)
class Marking:
    """A state of members of an object: the option that names all the members in it, and the calls that change it.

    `members` is the dotted path of their list, `status` their field, one word or several, and `word` the one for this
    state. The calls take the ids of members as `body`.
    """

    option: str
    members: str
    status: str
    word: str
    when_true: str
    when_false: str
    body: str

    def of(self, actual: Any) -> list[Any]:
        """The ids of the members of an object that are in the state. Older revisions have one word as a status."""
        found = []
        for member in value_at(actual, self.members.split(".")) or []:
            status = member.get(self.status)
            if self.word in (status if isinstance(status, list) else [status]):
                found.append(member["id"])
        return found


@dataclass(frozen=True)
class Resource:
    """A kind of object that can be created, updated and deleted, and looks like this.

    `path` is its list. `name_filter` is the query parameter by which the server narrows a list down, with the option it
    takes. `states` are further states beside present and absent, with the value of the toggle's field each of them
    means. `ask(service, params, body)` gives what a new object needs and only the server can tell, as a payload to be
    merged. `fill(service, body, actual)` gives the payload with what only the server can tell of the things in it;
    `actual` is the object as it is, None for a new one.

    A `singleton` is at `path` itself: it is always there, and has neither a key nor an id. `requests` are the options
    that ask for a call below the object, which is made each time; the result tells of its session.
    """

    what: str
    path: str
    fields: Mapping[str, Field]
    name_filter: tuple[str, str] | None = None
    secret_calls: tuple[SecretCall, ...] = ()
    toggle: Toggle | None = None
    markings: tuple[Marking, ...] = ()
    states: Mapping[str, bool] = field(default_factory=dict)
    singleton: bool = False
    requests: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    ask: Callable[[Any, Params, Mapping[str, Any]], Mapping[str, Any]] | None = None
    fill: Callable[[Any, dict[str, Any], Mapping[str, Any] | None], dict[str, Any]] | None = None
    caution: Callable[[Params, Mapping[str, Any]], Iterable[str]] | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)

    def of(self, kind: str | None) -> Resource:
        """The resource as objects of one type have it."""
        return replace(self, fields={name: spec.elsewhere.get(kind or "", spec) for name, spec in self.fields.items()})

    @property
    def has_secrets(self) -> bool:
        return any(spec.secret for spec in self.fields.values())
