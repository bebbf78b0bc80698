# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rewrites the collections of an estate from one API revision to another, and reports what does not survive the way.

`revisions/steps.py` holds what changed from each revision to the next; a long way is a chain of such steps.
`revisions/limits.py` holds what a revision cannot hold at all; it is looked at once, at the revision a conversion ends
with, so that a value which one on the way lacks still arrives where it is known again.

Fields that no revision knows travel untouched. A record that the target cannot hold is left out of the result and has
a finding of severity error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ..revisions import REVISIONS, position
from .collection import Collection, Estate
from .findings import Finding, errors
from .kinds import KINDS
from .revisions.layout import KIND_LISTS
from .revisions.limits import KIND_LIMITS
from .revisions.record import ConvertedRecord, fresh_copy
from .revisions.steps import QUIRKS, STEPS

_LEAVE_OUT = "Leave the object out, or make it on the target by hand."

_Change = Callable[[ConvertedRecord], None]


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
        if kind not in KIND_LISTS:
            estate[kind] = fresh_copy(collection)
            continue
        converted, noticed = _convert_collection(kind, collection, source, target)
        findings += noticed
        if any(target in span for span in KIND_LISTS[kind].values()):
            estate[kind] = converted
    return estate, findings


def _convert_collection(
    kind: str, collection: Collection, source: str, target: str
) -> tuple[Collection, list[Finding]]:
    changes = list(_changes(kind, source, target))
    lists = KIND_LISTS[kind]
    converted: Collection = {}
    findings: list[Finding] = []
    for name, rows in fresh_copy(collection).items():
        if name not in lists or not isinstance(rows, list):
            converted[name] = rows
            continue
        if target in lists[name]:
            converted.setdefault(name, [])
        for row in rows:
            if isinstance(row, dict):
                record = ConvertedRecord(kind, KINDS[kind].key(row), source, target, name, row)
                _convert_record(record, changes)
                findings += record.findings
                if not record.refused:
                    converted.setdefault(record.list_name, []).append(record.body)
            elif name in converted:
                # A hole in the list (`null`) is reported and closed by the plan, not here.
                converted[name].append(row)
    return converted, findings


def _changes(kind: str, source: str, target: str) -> Iterator[_Change]:
    """Everything that happens to a record of a kind on its way, in order."""
    start, end = position(source), position(target)
    yield from (quirk.up for quirk in QUIRKS.get(kind, ()))
    if start < end:
        for last in REVISIONS[start:end]:
            yield from (difference.up for difference in STEPS.get(last, {}).get(kind, ()))
    else:
        for last in reversed(REVISIONS[end:start]):
            yield from (difference.down for difference in reversed(STEPS.get(last, {}).get(kind, ())))
    yield from (limit.apply for limit in KIND_LIMITS.get(kind, ()))


def _convert_record(record: ConvertedRecord, changes: Iterable[_Change]) -> None:
    for change in changes:
        change(record)
    lists = KIND_LISTS[record.kind]
    if record.target not in lists[record.list_name]:
        missing = record.list_name if any(record.target in span for span in lists.values()) else record.kind
        record.refuse("list-unknown", "", f"Revision {record.target} has no {missing}.", _LEAVE_OUT)
    if record.refused:
        # The record does not go there, so that only the reasons matter.
        record.findings[:] = errors(record.findings)
