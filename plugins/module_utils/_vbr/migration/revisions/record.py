# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One record on its way from one revision to another: its list, the objects inside it, and what was noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ..findings import ERROR, INFO, WARNING, Finding

Owner = dict[str, Any]

_EACH = "[]"
_ANY_DEPTH = "**"


@dataclass
class ConvertedRecord:
    """A record that is rewritten for another revision: a difference or a limit changes `body`, or moves it to another
    list.

    `source` and `target` are revisions. A record that is `refused` is left out of the result, and so is one that is
    `dropped`: the target has no place for the whole of it, so that nothing more is to be looked at.
    """

    kind: str
    key: str
    source: str
    target: str
    list_name: str
    body: Owner
    findings: list[Finding] = field(default_factory=list)
    refused: bool = False
    dropped: bool = False

    def owners(self, at: str) -> Iterator[tuple[Owner, str]]:
        """Every object at the path `at`, with its concrete path. What is no object is passed over.

        `a.b[].c` goes through all elements of a list, `**.c` to every c at whatever depth; `""` is the record itself.
        """
        yield from _walk(self.body, _steps(at), "")

    def refuse(self, code: str, place: str, message: str, remedy: str) -> None:
        """Report that the target cannot hold the record."""
        self.refused = True
        self._report(ERROR, code, place, message, remedy)

    def warn(self, code: str, place: str, message: str, remedy: str = "") -> None:
        """Report that something is lost or approximated."""
        self._report(WARNING, code, place, message, remedy)

    def inform(self, code: str, place: str, message: str) -> None:
        """Report that nothing that matters is lost, but that the way back would not give the same record."""
        self._report(INFO, code, place, message, "")

    def _report(self, severity: str, code: str, place: str, message: str, remedy: str) -> None:
        self.findings.append(Finding(severity, code, message, remedy, self.kind, self.key, place))


def fresh_copy(value: Any) -> Any:
    """A copy of a JSON value in which no part occurs twice: YAML anchors make one object stand in several places."""
    if isinstance(value, dict):
        return {name: fresh_copy(part) for name, part in value.items()}
    return [fresh_copy(part) for part in value] if isinstance(value, list) else value


def join(place: str, name: str) -> str:
    """The path of a field of the object at `place`: join("a.b", "c") is a.b.c, and join("", "c") is c."""
    return f"{place}.{name}" if place else name


@cache
def _steps(at: str) -> tuple[str, ...]:
    """The keys of a path, each list's elements as a step of their own: a.b[] is ("a", "b", "[]")."""
    return tuple(filter(None, at.replace(_EACH, f".{_EACH}").split(".")))


def _walk(node: Any, steps: tuple[str, ...], place: str) -> Iterator[tuple[Owner, str]]:
    if not steps:
        if isinstance(node, dict):
            yield node, place
    elif steps[0] == _ANY_DEPTH:
        # What is below is listed first: an owner may be changed when it is given.
        below = list(_parts(node, place))
        yield from _walk(node, steps[1:], place)
        for part, its_place in below:
            yield from _walk(part, steps, its_place)
    elif steps[0] == _EACH:
        for index, item in enumerate(node if isinstance(node, list) else ()):
            yield from _walk(item, steps[1:], f"{place}[{index}]")
    elif isinstance(node, dict) and steps[0] in node:
        yield from _walk(node[steps[0]], steps[1:], join(place, steps[0]))


def _parts(node: Any, place: str) -> Iterator[tuple[Any, str]]:
    """What an object or a list holds, with its place."""
    if isinstance(node, list):
        yield from ((item, f"{place}[{index}]") for index, item in enumerate(node))
    elif isinstance(node, dict):
        yield from ((value, join(place, name)) for name, value in node.items())
