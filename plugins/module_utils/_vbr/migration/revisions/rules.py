# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that most differences between revisions come down to: another name, another value, one field more.

A rule is read in both directions: `up` towards the newer revision, `down` towards the older one. Nulls pass untouched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .rows import Notes, Owner, Row, join, owners


class Rule(Protocol):
    """One difference between two neighbouring revisions."""

    def up(self, row: Row, notes: Notes) -> None:
        """Rewrite a row of the older revision for the newer one."""

    def down(self, row: Row, notes: Notes) -> None:
        """Rewrite a row of the newer revision for the older one."""


@dataclass(frozen=True)
class Step:
    """All differences between a revision and the one before it: kind -> rules, in upward order."""

    old: str
    new: str
    rules: Mapping[str, Sequence[Rule]]


@dataclass(frozen=True)
class Rename:
    """The field `old` at `at` is called `new`."""

    at: str
    old: str
    new: str

    def up(self, row: Row, notes: Notes) -> None:
        for owner, _unused in owners(row.record, self.at):
            rename(owner, self.old, self.new)

    def down(self, row: Row, notes: Notes) -> None:
        for owner, _unused in owners(row.record, self.at):
            rename(owner, self.new, self.old)


def rename(owner: Owner, old: str, new: str) -> None:
    """Renames a key in its place; a record that holds both names already is left alone."""
    if old in owner and new not in owner:
        items = [(new if key == old else key, value) for key, value in owner.items()]
        owner.clear()
        owner.update(items)


@dataclass(frozen=True)
class Values:
    """The values of a field, or of a list, are spelt differently: pairs of (old, new), found in any letter case.

    Of two old values with one new value the first pair is the one that comes back.
    """

    at: str
    field: str
    pairs: tuple[tuple[str, str], ...]

    def up(self, row: Row, notes: Notes) -> None:
        self._translate(row, notes, self.pairs)

    def down(self, row: Row, notes: Notes) -> None:
        self._translate(row, notes, tuple((new, old) for old, new in self.pairs))

    def _translate(self, row: Row, notes: Notes, pairs: tuple[tuple[str, str], ...]) -> None:
        # Reversed, so that the first of several pairs is the one that stays.
        there = {_fold(value): other for value, other in reversed(pairs)}
        back = {_fold(other): value for value, other in reversed(pairs)}
        for owner, place in owners(row.record, self.at):
            if self.field not in owner:
                continue
            value = owner[self.field]
            words = value if isinstance(value, list) else [value]
            translated = [there.get(_fold(word), word) for word in words]
            owner[self.field] = translated if isinstance(value, list) else translated[0]
            for word, other in zip(words, translated, strict=True):
                if _fold(word) in there and _fold(back[_fold(other)]) != _fold(word):
                    notes.inform("value-merged", join(place, self.field), f"'{word}' is written '{other}' as well.")


def _fold(word: Any) -> str:
    """A word as it is compared; what is no word is like none."""
    return word.casefold() if isinstance(word, str) else ""


def capitalised(at: str, field: str, *values: str) -> Values:
    """A field whose values begin with a capital in the newer revision."""
    return Values(at, field, tuple((value, value[:1].upper() + value[1:]) for value in values))


@dataclass(frozen=True)
class Add:
    """A field that the newer revision asks for, with what the older one meant by leaving it out.

    `when` names a switch beside the field: only where it is on the field is asked for.
    """

    at: str
    field: str
    value: str
    when: str = ""

    def up(self, row: Row, notes: Notes) -> None:
        for owner, _unused in self._concerned(row):
            if owner.get(self.field) is None:
                owner[self.field] = self.value

    def down(self, row: Row, notes: Notes) -> None:
        for owner, _unused in self._concerned(row):
            if str(owner.get(self.field)).casefold() == self.value.casefold():
                del owner[self.field]

    def _concerned(self, row: Row) -> list[tuple[Owner, str]]:
        return [(owner, place) for owner, place in owners(row.record, self.at) if not self.when or owner.get(self.when)]
