# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that shape tables consist of: small reversible changes at a path of a JSON object.

A path is dotted; `[]` after a name goes into each element of a list. `render` turns the stored shape into that of an
older revision, `parse` turns it back. Rules are rendered in the order of their table and parsed in reverse, so a rule
on a parent stands after the rules on what is inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from ....core.bodies import copy_json
from ..errors import bad_request
from ..revisions import older

Body = dict[str, Any]
Place = tuple[Any, Any]
# The id that means: none.
ZERO_ID = "00000000-0000-0000-0000-000000000000"


def places(node: Any, path: str) -> list[Place]:
    """Every (container, key) at which the path ends; none where something on the way is missing or null."""
    found: list[Place] = []
    _find(node, _steps(path), found)
    return found


@cache
def _steps(path: str) -> tuple[tuple[str, bool], ...]:
    """The names of a path, each with whether it goes into the elements of a list."""
    return tuple((name.removesuffix("[]"), name.endswith("[]")) for name in path.split("."))


def _find(node: Any, steps: Sequence[tuple[str, bool]], found: list[Place]) -> None:
    # Called 150 times for each exported job: most of the time of a big simulation is spent here.
    for at, (key, listed) in enumerate(steps, start=1):
        if not isinstance(node, dict) or key not in node:
            return
        if listed:
            items = node[key] if isinstance(node[key], list) else []
            if at == len(steps):
                found += [(items, index) for index in range(len(items))]
            for item in items if at < len(steps) else ():
                _find(item, steps[at:], found)
            return
        if at == len(steps):
            found.append((node, key))
        node = node[key]


def values(node: Any, path: str) -> list[Any]:
    return [container[key] for container, key in places(node, path)]


class Rule(Protocol):
    def concerns(self, revision: str) -> bool:
        """Whether the rule applies to this revision."""

    def render(self, body: Body) -> None:
        """Change a stored body into the shape of the older revision."""

    def parse(self, body: Body) -> None:
        """Change a body of the older revision into the stored shape."""


@dataclass(frozen=True)
class Rename:
    """Before a revision, or always, the field at `path` has the name `old`."""

    path: str
    old: str
    before: str | None = None

    def concerns(self, revision: str) -> bool:
        return self.before is None or older(revision, self.before)

    def render(self, body: Body) -> None:
        for container, key in places(body, self.path):
            container[self.old] = container.pop(key)

    def parse(self, body: Body) -> None:
        parent, _unused, name = self.path.rpartition(".")
        for container, key in places(body, f"{parent}.{self.old}" if parent else self.old):
            container[name] = container.pop(key)


@dataclass(frozen=True)
class Alias:
    """Another name under which the field at `path` is read, in every revision; it is never written."""

    path: str
    other: str

    def concerns(self, revision: str) -> bool:
        return True

    def render(self, body: Body) -> None:
        """The field is written under its own name."""

    def parse(self, body: Body) -> None:
        Rename(self.path, self.other).parse(body)


@dataclass(frozen=True)
class Values:
    """Before a revision the values at `path` were others: {new: old}. Reading ignores the case of letters."""

    path: str
    spelling: Mapping[str, str]
    before: str
    read_also: Mapping[str, str] = field(default_factory=dict)

    def concerns(self, revision: str) -> bool:
        return older(revision, self.before)

    def render(self, body: Body) -> None:
        for container, key in places(body, self.path):
            container[key] = self.spelling.get(container[key], container[key])

    def parse(self, body: Body) -> None:
        known = {old.casefold(): new for new, old in self.spelling.items()}
        known |= {old.casefold(): new for old, new in self.read_also.items()}
        for container, key in places(body, self.path):
            if isinstance(container[key], dict | list):
                raise bad_request(f"{self.path} takes one of {', '.join(self.spelling)}")
            if isinstance(container[key], str):
                container[key] = known.get(container[key].casefold(), container[key])


@dataclass(frozen=True)
class Lowered:
    """Before a revision the values at `path` began with a small letter. Reading takes either, in every revision."""

    path: str
    before: str

    def concerns(self, revision: str) -> bool:
        return older(revision, self.before)

    def render(self, body: Body) -> None:
        for container, key in places(body, self.path):
            if isinstance(container[key], str):
                container[key] = container[key][:1].lower() + container[key][1:]

    def parse(self, body: Body) -> None:
        for container, key in places(body, self.path):
            if isinstance(container[key], str):
                container[key] = container[key][:1].upper() + container[key][1:]


@dataclass(frozen=True)
class Only:
    """The field exists from `since` to `until` (both included); other revisions do not show it."""

    path: str
    since: str | None = None
    until: str | None = None

    def concerns(self, revision: str) -> bool:
        too_old = self.since is not None and older(revision, self.since)
        too_new = self.until is not None and older(self.until, revision)
        return too_old or too_new

    def render(self, body: Body) -> None:
        for container, key in places(body, self.path):
            del container[key]

    def parse(self, body: Body) -> None:
        """The older revision has no such field to read."""


@dataclass(frozen=True)
class Narrowed:
    """From `since`, and before `before`, values that the revision does not know are shown as a similar one.

    Reading changes nothing: the similar value is a value of its own.
    """

    path: str
    spelling: Mapping[str, str]
    before: str | None = None
    since: str | None = None

    def concerns(self, revision: str) -> bool:
        too_new = self.before is not None and not older(revision, self.before)
        too_old = self.since is not None and older(revision, self.since)
        return not (too_new or too_old)

    def render(self, body: Body) -> None:
        for container, key in places(body, self.path):
            container[key] = self.spelling.get(container[key], container[key])

    def parse(self, body: Body) -> None:
        """The value is read as it is, if it is a word."""
        for container, key in places(body, self.path):
            if isinstance(container[key], dict | list):
                raise bad_request(f"{self.path} takes one of {', '.join(self.spelling)}")


@dataclass(frozen=True)
class Default:
    """Before a revision the field did not exist and meant `value`."""

    path: str
    value: Any
    before: str

    def concerns(self, revision: str) -> bool:
        return older(revision, self.before)

    def render(self, body: Body) -> None:
        for container, key in places(body, self.path):
            del container[key]

    def parse(self, body: Body) -> None:
        parent, _unused, name = self.path.rpartition(".")
        for container, key in places(body, parent):
            if isinstance(container[key], dict):
                container[key].setdefault(name, self.value)


@dataclass(frozen=True)
class NullAs:
    """Before a revision, or always, null at `path` is written as `old`."""

    path: str
    old: str
    before: str | None = None

    def concerns(self, revision: str) -> bool:
        return self.before is None or older(revision, self.before)

    def render(self, body: Body) -> None:
        for container, key in places(body, self.path):
            container[key] = self.old if container[key] is None else container[key]

    def parse(self, body: Body) -> None:
        for container, key in places(body, self.path):
            container[key] = None if container[key] == self.old else container[key]


@dataclass(frozen=True)
class TwelveHours:
    """Before a revision times of day were written as 10:00 PM. Reading takes either."""

    path: str
    before: str

    def concerns(self, revision: str) -> bool:
        return older(revision, self.before)

    def render(self, body: Body) -> None:
        self._rewrite(body, ("%H:%M", "%H:%M:%S"), "%I:%M %p")

    def parse(self, body: Body) -> None:
        self._rewrite(body, ("%I:%M %p",), "%H:%M")

    def _rewrite(self, body: Body, reading: Sequence[str], writing: str) -> None:
        for container, key in places(body, self.path):
            for pattern in reading:
                try:
                    container[key] = datetime.strptime(container[key], pattern).strftime(writing)
                    break
                except (TypeError, ValueError):
                    continue


def render(rules: Iterable[Rule], body: Body, revision: str) -> Body:
    """A copy of a stored object in the shape of a revision."""
    shown: Body = copy_json(body)
    for rule in rules:
        if rule.concerns(revision):
            rule.render(shown)
    return shown


def parse(rules: Sequence[Rule], body: Body, revision: str) -> Body:
    """A copy of an object of that revision in the stored shape."""
    stored: Body = copy_json(body)
    for rule in reversed(rules):
        if rule.concerns(revision) or isinstance(rule, Lowered):
            rule.parse(stored)
    return stored
