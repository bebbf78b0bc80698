# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of queries (facts/em.md 5): `Name=="SQL Backup";(JobType==Backup,JobType==Replica)`.

`;` is and, `,` is or and binds less; parentheses group. A value in quotes is taken as it is, with quotes in it doubled.
Outside of quotes spaces are ignored.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(
    r'\s*(?:(?P<op>==|!=|>=|<=|>|<)|(?P<sign>[;,()])|"(?P<quoted>(?:[^"]|"")*)"|(?P<word>[^;,()"=!<>]+))'
)
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
AND, OR = ";", ","


class BadFilter(ValueError):
    """The filter cannot be read, or names a column that does not exist."""


@dataclass(frozen=True)
class Comparison:
    """One comparison: `name` as the client wrote it; `text` is the value, not converted yet."""

    name: str
    operator: str
    text: str


# A filter as a function. It is given a function that decides one comparison, and decides the whole filter.
Test = Callable[[Callable[[Comparison], bool]], bool]


def parse(text: str) -> Test:
    """Read a filter; raises BadFilter."""
    reader = _Reader(_tokens(text))
    test = reader.alternatives()
    if reader.left:
        raise BadFilter(f"{reader.left[0][1]!r} is not understood")
    return test


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise BadFilter(f"{text[place:]!r} is not understood")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return tokens


class _Reader:
    """Reads a filter token by token."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.left = tokens

    def alternatives(self) -> Test:
        tests = [self._all()]
        while self._next("sign", OR):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda holds: any(test(holds) for test in tests)

    def _all(self) -> Test:
        tests = [self._single()]
        while self._next("sign", AND):
            tests.append(self._single())
        return tests[0] if len(tests) == 1 else lambda holds: all(test(holds) for test in tests)

    def _single(self) -> Test:
        if self._next("sign", "("):
            test = self.alternatives()
            if not self._next("sign", ")"):
                raise BadFilter("a parenthesis is not closed")
            return test
        comparison = Comparison(_without_spaces(self._take("word")), self._take("op"), self._value())
        return lambda holds: holds(comparison)

    def _value(self) -> str:
        if self.left and self.left[0][0] == "quoted":
            return self._take("quoted").replace('""', '"')
        return _without_spaces(self._take("word"))

    def _next(self, group: str, text: str) -> bool:
        if self.left and self.left[0] == (group, text):
            self.left = self.left[1:]
            return True
        return False

    def _take(self, group: str) -> str:
        if not self.left or self.left[0][0] != group:
            raise BadFilter(f"{self.left[0][1]!r} is not understood" if self.left else "the filter ends too early")
        (_group, text), self.left = self.left[0], self.left[1:]
        return text


def _without_spaces(text: str) -> str:
    return "".join(text.split())
