# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rewrites the collections of an estate from one API revision to another, and says what does not survive the way.

`_revisions/to_*.py` hold one step each: how a record of the revision before is spelt in this one, and back; a long way
is a chain of steps. `_revisions/bounds.py` holds what a revision cannot say at all; it is looked at once, at the
revision a conversion ends with, so that a value which one on the way lacks still arrives where it is known again.

Fields that no revision knows travel untouched. A record that the target cannot hold is left out of the result and has
a finding of severity error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ..revisions import REVISIONS, position
from .findings import Finding, errors
from .kinds import KINDS, Collection, Estate
from .revisions import to_1_1_rev0, to_1_2_rev1, to_1_3_rev0, to_1_3_rev1, to_1_3_rev2
from .revisions.bounds import LIMITS, LISTS
from .revisions.quirks import QUIRKS
from .revisions.rows import Notes, Row, fresh

__all__ = ["REVISIONS", "convert", "newest_common"]

_STEPS = (to_1_1_rev0.STEP, to_1_2_rev1.STEP, to_1_3_rev0.STEP, to_1_3_rev1.STEP, to_1_3_rev2.STEP)
_LEAVE_OUT = "Leave the object out, or make it on the target by hand."

_Change = Callable[[Row, Notes], None]


def newest_common(a: Iterable[str], b: Iterable[str]) -> str | None:
    """The newest revision that is in both lists and whose shapes are known; None when there is none."""
    common = set(a) & set(b)
    return next((revision for revision in reversed(REVISIONS) if revision in common), None)


def convert(collections: Mapping[str, Collection], source: str, target: str) -> tuple[Estate, list[Finding]]:
    """The collections (kind -> import body as revision `source` takes it) as revision `target` takes them.

    The input is not changed. The same revision gives the very same records back: an estate is too big to be copied
    for nothing. Raises ValueError for an unknown revision.
    """
    if position(source) == position(target):
        return dict(collections), []
    estate: Estate = {}
    findings: list[Finding] = []
    for kind, collection in collections.items():
        if kind not in LISTS:
            estate[kind] = fresh(collection)
            continue
        converted, noticed = _convert_collection(kind, collection, source, target)
        findings += noticed
        if any(target in span for span in LISTS[kind].values()):
            estate[kind] = converted
    return estate, findings


def _convert_collection(
    kind: str, collection: Collection, source: str, target: str
) -> tuple[Collection, list[Finding]]:
    changes = list(_changes(kind, source, target))
    lists = LISTS[kind]
    converted: Collection = {}
    findings: list[Finding] = []
    for name, rows in fresh(collection).items():
        if name not in lists or not isinstance(rows, list):
            converted[name] = rows
            continue
        if target in lists[name]:
            converted.setdefault(name, [])
        for record in rows:
            if isinstance(record, dict):
                row, notes = Row(name, record), Notes(kind, KINDS[kind].key(record), source, target)
                _convert_row(row, notes, changes)
                findings += notes.findings
                if not notes.refused:
                    converted.setdefault(row.group, []).append(row.record)
            elif name in converted:
                # A hole in the list (`null`) is reported and closed by the plan, not here.
                converted[name].append(record)
    return converted, findings


def _changes(kind: str, source: str, target: str) -> Iterator[_Change]:
    """Everything that happens to a record of a kind on its way, in order."""
    start, end = position(source), position(target)
    yield from (quirk.up for quirk in QUIRKS.get(kind, ()))
    if start < end:
        yield from (rule.up for step in _STEPS[start:end] for rule in step.rules.get(kind, ()))
    else:
        passed = reversed(_STEPS[end:start])
        yield from (rule.down for step in passed for rule in reversed(step.rules.get(kind, ())))
    yield from (limit.apply for limit in LIMITS.get(kind, ()))


def _convert_row(row: Row, notes: Notes, changes: Iterable[_Change]) -> None:
    for change in changes:
        change(row, notes)
    lists = LISTS[notes.kind]
    if notes.target not in lists[row.group]:
        missing = row.group if any(notes.target in span for span in lists.values()) else notes.kind
        notes.refuse("list-unknown", "", f"Revision {notes.target} has no {missing}.", _LEAVE_OUT)
    if notes.refused:
        # The record does not go there, so that only the reasons matter.
        notes.findings[:] = errors(notes.findings)
