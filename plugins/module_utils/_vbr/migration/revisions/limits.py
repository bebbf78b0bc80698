# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a revision cannot say: a field, a value or a list that it does not have, and a field that it cannot do without.

A limit acts only where the source knew the thing and the target does not; what neither knows is nobody's business here
and travels untouched. Paths and values are spelt as the target spells them.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Protocol

from ...revisions import Span, rank
from .rows import Notes, Owner, Row, fresh, join, owners

NO_GROUPS: Set[str] = frozenset()
_NOTHING: tuple[Any, ...] = (None, False, "", [], {})


class Limit(Protocol):
    def apply(self, row: Row, notes: Notes) -> None:
        """Change the row as the limit wants it, and note what was lost."""


def _places(row: Row, at: str, groups: Set[str]) -> list[tuple[Owner, str]]:
    return list(owners(row.record, at)) if not groups or row.group in groups else []


def _lost(notes: Notes, known: Span) -> bool:
    return notes.source in known and notes.target not in known


@dataclass(frozen=True)
class Gone:
    """A field that only the revisions in `known` have. Dropping it is worth a warning unless it said nothing.

    `harmless` are values that say what is so without the field; `effect` says what dropping another one means; `where`
    is a neighbour and the value it must have; a `descriptive` field is never missed.
    """

    at: str
    field: str
    known: Span
    effect: str = ""
    harmless: tuple[Any, ...] = ()
    groups: Set[str] = NO_GROUPS
    remedy: str = ""
    where: tuple[str, str] | None = None
    descriptive: bool = False

    def apply(self, row: Row, notes: Notes) -> None:
        if not _lost(notes, self.known):
            return
        for owner, place in _places(row, self.at, self.groups):
            if self.field in owner and (self.where is None or owner.get(self.where[0]) == self.where[1]):
                self._report(owner.pop(self.field), join(place, self.field), notes)

    def _report(self, value: Any, place: str, notes: Notes) -> None:
        if self.descriptive or self._says_nothing(value):
            notes.inform("field-dropped", place, f"Revision {notes.target} has no such field.")
        else:
            what = f"Revision {notes.target} has no such field; {self.effect or 'the setting is dropped'}."
            notes.warn("field-dropped", place, what, self.remedy)

    def _says_nothing(self, value: Any) -> bool:
        switched_off = isinstance(value, dict) and value.get("isEnabled") is False
        word = value.casefold() if isinstance(value, str) else value
        return switched_off or value in _NOTHING or word in self.harmless


@dataclass(frozen=True)
class Lacking:
    """Values that only the revisions in `known` have. Replaced by `instead`, else the record is refused.

    `instead` maps a revision to the replacement from that revision on. `when` names a switch beside the field: where it
    is off the value does not matter.
    """

    at: str
    field: str
    values: Set[str]
    known: Span
    instead: Mapping[str, str] | None = None
    when: str = ""
    remedy: str = "Leave the object out, or make it on the target by hand."

    def apply(self, row: Row, notes: Notes) -> None:
        if not _lost(notes, self.known):
            return
        for owner, place in owners(row.record, self.at):
            value, where = owner.get(self.field), join(place, self.field)
            if not isinstance(value, str) or value.casefold() not in {word.casefold() for word in self.values}:
                continue
            if self.instead:
                owner[self.field] = _of(notes.target, self.instead)
                what = f"Revision {notes.target} has no '{value}'; '{owner[self.field]}' comes nearest."
                notes.warn("value-approximated", where, what)
            elif not self.when or owner.get(self.when):
                notes.refuse("value-unknown", where, f"Revision {notes.target} has no '{value}'.", self.remedy)


def _of(target: str, replacements: Mapping[str, str]) -> str:
    fitting = [revision for revision in replacements if rank(revision) <= rank(target)]
    return replacements[max(fitting, key=rank)]


@dataclass(frozen=True)
class LackingElements:
    """Elements of the list `field` whose `name` only the revisions in `known` have; they are dropped."""

    at: str
    field: str
    name: str
    values: Set[str]
    known: Span

    def apply(self, row: Row, notes: Notes) -> None:
        if not _lost(notes, self.known):
            return
        for owner, place in owners(row.record, self.at):
            elements = owner.get(self.field)
            if not isinstance(elements, list):
                continue
            owner[self.field] = [element for element in elements if self._word(element) not in self.values]
            dropped = [self._word(element) for element in elements if self._word(element) in self.values]
            for word in dropped:
                what = f"Revision {notes.target} has no '{word}'; it is dropped."
                notes.warn("element-dropped", join(place, self.field), what)

    def _word(self, element: Any) -> Any:
        return element.get(self.name) if isinstance(element, dict) else None


@dataclass(frozen=True)
class Needed:
    """A field that the revisions in `by` ask for: where it is missing `default` is put in, or the record is refused."""

    at: str
    field: str
    by: Span
    default: Any = None
    groups: Set[str] = NO_GROUPS
    spared: Set[str] = NO_GROUPS
    remedy: str = ""

    def apply(self, row: Row, notes: Notes) -> None:
        # What the source asked for as well is not the conversion's to judge.
        if notes.target not in self.by or notes.source in self.by or row.group in self.spared:
            return
        for owner, place in _places(row, self.at, self.groups):
            if owner.get(self.field) is not None:
                continue
            where = join(place, self.field)
            if self.default is None:
                notes.refuse("field-missing", where, f"Revision {notes.target} asks for the field.", self.remedy)
            else:
                owner[self.field] = fresh(self.default)
                notes.inform("field-added", where, f"Revision {notes.target} asks for the field; it is left empty.")


@dataclass(frozen=True)
class Within:
    """A number that the revisions in `by` take from `least` to `most`; one outside becomes the nearer end."""

    at: str
    field: str
    by: Span
    least: int
    most: int

    def apply(self, row: Row, notes: Notes) -> None:
        if notes.target not in self.by or notes.source in self.by:
            return
        for owner, place in owners(row.record, self.at):
            number = owner.get(self.field)
            if isinstance(number, int) and not self.least <= number <= self.most:
                owner[self.field] = min(max(number, self.least), self.most)
                what = (
                    f"Revision {notes.target} takes {self.least} to {self.most}; {number} becomes {owner[self.field]}."
                )
                notes.warn("value-approximated", join(place, self.field), what)
