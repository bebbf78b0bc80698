# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rewrites the collections of an estate from one API revision to another, and reports what does not survive the way.

`revisions/steps.py` holds what changed from each revision to the next; a long way is a chain of such steps.
`revisions/limits.py` holds what a revision cannot hold at all; it is looked at once, at the revision a conversion ends
with, so that a value which one on the way lacks still arrives where it is known again. What goes by ordinary REST has
other fields, and the same two tables of its own: `revisions/rest_steps.py` and `revisions/rest_limits.py`.

Fields that no revision knows travel untouched. A record that the target cannot hold is left out of the result and has
a finding of severity error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from ..._core.compare import fold
from ..revisions import REVISIONS, position, rank
from .collection import Collection, Estate
from .findings import Finding, errors
from .kind import ANY_TYPE, BY_REST
from .kinds import KINDS
from .revisions.layout import KIND_LISTS
from .revisions.limits import KIND_LIMITS, Limit
from .revisions.record import ConvertedRecord, fresh_copy
from .revisions.rest_limits import REST_LIMITS
from .revisions.rest_steps import REST_STEPS
from .revisions.steps import QUIRKS, STEPS, Differences

_LEAVE_OUT = "Leave the object out, or make it on the target by hand."
_SET_BY_HAND = "Set it on the target by hand, if it is needed there."
# Settings that are a part of other ones up to 1.3-rev0: whoever has the new ones has the old ones, too.
_PART_OF = dict.fromkeys(("emailSettings", "notifications", "eventForwarding"), "generalOptions")
_BY_OWN_MEANS = "SMTP"

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
        converted, noticed = _convert_collection(kind, collection, source, target, collections)
        findings += noticed
        spans = KIND_LISTS.get(kind, {}).values()
        if not spans or any(target in span for span in spans):
            estate[kind] = converted
    return estate, findings


def _convert_collection(
    kind: str, collection: Collection, source: str, target: str, beside: Mapping[str, Collection]
) -> tuple[Collection, list[Finding]]:
    lists = KIND_LISTS.get(kind, {})
    by_automation = list(_changes(kind, source, target))
    by_rest = list(_changes_by_rest(kind, source, target, beside))
    converted: Collection = {}
    findings: list[Finding] = []
    for name, rows in fresh_copy(collection).items():
        if (name not in lists and name != BY_REST) or not isinstance(rows, list):
            converted[name] = rows
            continue
        if name == BY_REST or target in lists[name]:
            converted.setdefault(name, [])
        for row in rows:
            if isinstance(row, dict):
                record = ConvertedRecord(kind, KINDS[kind].key(row), source, target, name, row)
                _convert_record(record, by_rest if name == BY_REST else by_automation)
                findings += record.findings
                if not (record.refused or record.dropped):
                    converted.setdefault(record.list_name, []).append(record.body)
            elif name in converted:
                # A hole in the list (`null`) is reported and closed by the plan, not here.
                converted[name].append(row)
    return converted, findings


def _changes(kind: str, source: str, target: str) -> Iterator[_Change]:
    """Everything that happens to a record of the automation section on its way, in order."""
    yield from (quirk.up for quirk in QUIRKS.get(kind, ()))
    yield from _steps(STEPS, kind, source, target)
    yield from (limit.apply for limit in KIND_LIMITS.get(kind, ()))
    yield _in_a_list


def _changes_by_rest(kind: str, source: str, target: str, beside: Mapping[str, Collection]) -> Iterator[_Change]:
    """Everything that happens on its way to a record of ordinary REST."""
    yield partial(_served, beside=beside)
    yield from _steps(REST_STEPS, kind, source, target)
    limits: Iterable[Limit] = REST_LIMITS.get(kind, ())
    yield from (limit.apply for limit in limits)


def _steps(table: Mapping[str, Differences], kind: str, source: str, target: str) -> Iterator[_Change]:
    """What changed from each revision to the next on a way, in the order in which it is passed."""
    start, end = position(source), position(target)
    if start < end:
        for last in REVISIONS[start:end]:
            yield from (difference.up for difference in table.get(last, {}).get(kind, ()))
    else:
        for last in reversed(REVISIONS[end:start]):
            yield from (difference.down for difference in reversed(table.get(last, {}).get(kind, ())))


def _convert_record(record: ConvertedRecord, changes: Iterable[_Change]) -> None:
    for change in changes:
        change(record)
        if record.dropped:
            return
    if record.refused:
        # The record does not go there, so that only the reasons matter.
        record.findings[:] = errors(record.findings)


def _in_a_list(record: ConvertedRecord) -> None:
    """Refuse a record whose list the target does not have."""
    lists = KIND_LISTS[record.kind]
    if record.target not in lists[record.list_name]:
        missing = record.list_name if any(record.target in span for span in lists.values()) else record.kind
        record.refuse("list-unknown", "", f"Revision {record.target} has no {missing}.", _LEAVE_OUT)


def _served(record: ConvertedRecord, beside: Mapping[str, Collection]) -> None:
    """Refuse an object that the target cannot create; settings that it does not have are left out."""
    kind = KINDS[record.kind]
    rest, lacking = kind.rest, rank(kind.since) > rank(record.target)
    types = rest.types_in(record.target) if rest and not lacking else frozenset[str]()
    always_there = bool(rest and rest.always_there)
    record.dropped = lacking or not (
        always_there or ANY_TYPE in types or fold(record.body.get("type")) in map(fold, types)
    )
    if lacking and always_there:
        _left_out(record, f"Revision {record.target} has no {record.kind}.", beside)
    elif lacking:
        record.refuse("list-unknown", "", f"Revision {record.target} has no {record.kind}.", _LEAVE_OUT)
    elif record.dropped and not record.body.get("type"):
        record.refuse("list-unknown", "", f"Revision {record.target} creates no {record.kind}.", _LEAVE_OUT)
    elif record.dropped:
        said = f"Revision {record.target} creates no {record.kind} of type '{record.body['type']}'."
        record.refuse("value-unknown", "type", said, _LEAVE_OUT)


def _left_out(record: ConvertedRecord, said: str, beside: Mapping[str, Collection]) -> None:
    """Leave out settings that the target does not have, without a word of warning where others say the same."""
    whole = _PART_OF.get(record.kind, "")
    plain = fold(record.body.get("mailServer") or _BY_OWN_MEANS) == fold(_BY_OWN_MEANS)
    if whole and plain and (beside.get(whole) or {}).get(BY_REST):
        record.inform("list-unknown", "", f"{said} The settings are those of {whole} there.")
    else:
        record.warn("list-unknown", "", f"{said} They are left out.", _SET_BY_HAND)
