# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words for the calls that change an object beside itself: its secrets, state, members and parts. Data, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..._core.compare import value_at
from ..._core.operation import Params
from ..._core.shape import STRING, Shape


@dataclass(frozen=True)
class SecretCall:
    """How a secret of an existing object is changed: POST {path}/{id}/{action} with these options in these keys.

    It is made when the first of the options is given. Where the server compares, POST {path}/{id}/{compare} with the
    first of them says whether it is the secret already, from revision `compares_since` on. `also(params, revision)` is
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


class Call(NamedTuple):
    """A request below an object, beside the one for the object itself: `action` is the end of its path."""

    action: str
    body: Mapping[str, Any]
    method: str = "POST"


def as_a_whole(value: Any) -> Any:
    """What a new object is sent of a part of it that it takes like any other."""
    return value


def not_at_all(_value: Any) -> None:
    """A new object is sent nothing of it."""


@dataclass(frozen=True)
class Apart:
    """A part of an object that has calls of its own: `calls(before, after)` are those that make one of the other.

    `at_first(value)` is what a new object is sent of it, before these calls; None is nothing.
    """

    calls: Callable[[Any, Any], Iterable[Call]]
    at_first: Callable[[Any], Any] = not_at_all


@dataclass(frozen=True)
class Toggle:
    """A state that is changed by calls of its own: the field that shows it, and the call for each of its values.

    `states` are the states beside present and absent, each with the value of the field that it means. `path` is the
    list that shows it, where the object itself does not. `since` is the first revision that has it.
    """

    field: str
    when_true: str
    when_false: str
    states: Mapping[str, bool]
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

    def shape(self, actual: Any) -> Shape:
        """The shape of an object of whose members it can be said whether they are in the state."""
        members = value_at(actual, self.members.split("."))
        objects = [member for member in members if isinstance(member, Mapping)] if isinstance(members, list) else []
        several = any(isinstance(member.get(self.status), list) for member in objects)
        shape: Shape = [{"id!": STRING, self.status: [STRING] if several else STRING}]
        for step in reversed(self.members.split(".")):
            shape = {step: shape}
        return shape

    def of(self, actual: Any) -> list[Any]:
        """The ids of the members of an object that are in the state. Older revisions have one word as a status."""
        found = []
        for member in value_at(actual, self.members.split(".")) or []:
            status = member.get(self.status)
            if self.word in (status if isinstance(status, list) else [status]):
                found.append(member["id"])
        return found
