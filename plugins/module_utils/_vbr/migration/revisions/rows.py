# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rules work on: one record in its list, the places inside it, and what is noticed on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ..findings import ERROR, INFO, WARNING, Finding

Owner = dict[str, Any]

_EACH = "[]"


@dataclass
class Row:
    """A record and the name of the list that it stands in; a rule may move it to another list."""

    group: str
    record: Owner


@dataclass
class Notes:
    """Collects what the rules notice about one record on its way to `target`."""

    kind: str
    key: str
    source: str
    target: str
    findings: list[Finding] = field(default_factory=list)
    refused: bool = False

    def refuse(self, code: str, where: str, message: str, remedy: str) -> None:
        """The record cannot be what it was; it is left out of the result."""
        self.refused = True
        self._add(ERROR, code, where, message, remedy)

    def warn(self, code: str, where: str, message: str, remedy: str = "") -> None:
        """Something is lost or approximated."""
        self._add(WARNING, code, where, message, remedy)

    def inform(self, code: str, where: str, message: str) -> None:
        """Nothing that matters is lost, but the way back would not give the same record."""
        self._add(INFO, code, where, message, "")

    def _add(self, severity: str, code: str, where: str, message: str, remedy: str) -> None:
        self.findings.append(Finding(severity, code, message, remedy, self.kind, self.key, where))


def owners(record: Owner, at: str) -> Iterator[tuple[Owner, str]]:
    """Every object at the path `at` (`a.b[].c`, `""` = the record) with its concrete path; others are passed over."""
    yield from _walk(record, _steps(at), "")


def fresh(value: Any) -> Any:
    """A copy of a JSON value in which no part occurs twice: YAML anchors make one object stand in several places."""
    if isinstance(value, dict):
        return {name: fresh(part) for name, part in value.items()}
    return [fresh(part) for part in value] if isinstance(value, list) else value


def join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


@cache
def _steps(at: str) -> tuple[str, ...]:
    return tuple(step for part in at.split(".") if part for step in (part.removesuffix(_EACH), *_each(part)))


def _each(part: str) -> tuple[str, ...]:
    return (_EACH,) if part.endswith(_EACH) else ()


def _walk(node: Any, steps: tuple[str, ...], place: str) -> Iterator[tuple[Owner, str]]:
    if not steps:
        if isinstance(node, dict):
            yield node, place
    elif steps[0] == _EACH:
        for index, item in enumerate(node if isinstance(node, list) else ()):
            yield from _walk(item, steps[1:], f"{place}[{index}]")
    elif isinstance(node, dict) and steps[0] in node:
        yield from _walk(node[steps[0]], steps[1:], join(place, steps[0]))
