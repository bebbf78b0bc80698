# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about names: accounts that can be taken for one another, what the target has, what a conversion loses. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..._core.compare import fold
from ..._core.errors import quoted
from ..._core.failures import listed
from ..migration.collection import records
from ..migration.convert import convert
from ..migration.findings import ERROR, NAMES_BY_CASE, WARNING, Finding
from ..migration.kinds import CREDENTIALS, JOBS, KINDS, REPOSITORIES, unique_id
from ..migration.listed import MOVED_JOB_TYPES
from ..migration.references import EstateIndex, Reference
from ..migration.sites import references
from .codes import Judge, finding
from .facts import Move

# What a conversion says for information is no loss.
LOST = {ERROR: "conversion-fails", WARNING: "conversion-loses"}


def ambiguous_accounts(move: Move) -> Iterator[Finding]:
    """A reference by a user name alone, of which there are several."""
    index = EstateIndex()
    index.add_estate(move.estate)
    for kind in move.estate:
        for record in move.moved(kind):
            for reference in references(kind, record):
                if reference.kind != CREDENTIALS.name or reference.unique or move.mappings.replaced(*_of(reference)):
                    continue
                meant = index.meant(reference)
                if len(meant) > 1:
                    said = f"{quoted(reference.name)} can be any of {listed([one.key for one in meant])}."
                    yield finding("ambiguous-account", said, kind, KINDS[kind].key(record), reference.field)


def _of(reference: Reference) -> tuple[str, str]:
    return reference.kind, reference.name


def accounts_twice(move: Move) -> Iterator[Finding]:
    there: defaultdict[str, list[str]] = defaultdict(list)
    for _list, record in records(move.target.estate.get(CREDENTIALS.name, {}) if move.target else {}):
        there[fold(record.get("username"))].append(unique_id(record))
    for record in move.moved(CREDENTIALS.name):
        others = there.get(fold(record.get("username")), [])
        if others and fold(unique_id(record)) not in {fold(other) for other in others}:
            said = f"{quoted(str(record.get('username')))} is there as {listed(others)}."
            yield finding("account-twice", said, CREDENTIALS.name, unique_id(record))


def names_by_case(move: Move) -> Iterator[Finding]:
    for kind in move.estate:
        alike: defaultdict[str, set[str]] = defaultdict(set)
        for record in move.moved(kind):
            key = KINDS[kind].key(record)
            alike[fold(move.mappings.new_name(kind, key) or key)].add(key)
        for keys in alike.values():
            if len(keys) > 1:
                first, *_others = sorted(keys)
                said = f"there are {listed(sorted(map(quoted, keys)))}."
                yield finding(NAMES_BY_CASE, said, kind, first)


def there_already(move: Move) -> Iterator[Finding]:
    """What goes by the same key is kept; the same unique id under another key is in the way."""
    if not move.target:
        return
    index = EstateIndex()
    index.add_estate(move.target.estate)
    for kind in move.target.estate:
        for record in move.moved(kind):
            key = move.mappings.new_name(kind, KINDS[kind].key(record)) or KINDS[kind].key(record)
            taken = index.taken(kind, key, unique_id(record))
            if taken:
                said = f"it is {quoted(taken.key)} there."
                yield finding("in-the-way", said, kind, KINDS[kind].key(record), cause="it has the unique id.")
            elif any(other.existing for other in index.of_key(kind, key)):
                yield finding("already-there", "the target has it.", kind, key)


def of_another_sort(move: Move) -> Iterator[Finding]:
    """What the target has of a sort that no import knows takes the name, and is not the object that is moved."""
    if not move.target:
        return
    jobs = [row for row in move.target.rows("job_states") if row.get("type") not in MOVED_JOB_TYPES]
    stores = move.target.rows("scale_outs")
    for kind, rows, what in ((JOBS.name, jobs, "job"), (REPOSITORIES.name, stores, "scale-out repository")):
        there = {fold(row.get("name")): row for row in rows}
        for record in move.moved(kind):
            key = KINDS[kind].key(record)
            other = there.get(fold(move.mappings.new_name(kind, key) or key))
            if other and fold(other.get("type") or "") != fold(record.get("type") or what):
                said = f"the target has a {what} of this name, {other.get('type') or 'of another type'}."
                yield finding("in-the-way", said, kind, key, cause=f"the target has a {what} of this name.")


def conversion(move: Move) -> Iterator[Finding]:
    """What the newest revision that the target serves of those spoken here has no place for."""
    if not move.target or not move.revision or move.revision in move.target.served:
        return
    for lost in convert(move.moving, move.revision, move.target.revision)[1]:
        code = LOST.get(lost.severity)
        if code:
            yield finding(code, lost.message, lost.kind, lost.key, lost.field, lost.code)


RULES: tuple[Judge, ...] = (
    ambiguous_accounts,
    accounts_twice,
    names_by_case,
    there_already,
    of_another_sort,
    conversion,
)
