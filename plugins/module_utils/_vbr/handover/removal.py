# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deciding what of a migration can be removed from the target again: what it created, and nobody uses or changed. Pure.

Whatever is not clear stays, and the reason is said. Nothing is ever asked that deletes backups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ..._core.compare import fold
from ..._core.errors import quoted
from ..._core.failures import Failed, by_reason, in_words
from ..._core.sequence import Circle, needed_first
from ..migration.journal_entries import JournalObject
from ..migration.keeping import differences
from ..migration.kinds import JOBS, KINDS, REPOSITORIES, is_always_there
from ..migration.stage import Journal
from ..resource.lists import Row
from ..resource.users import User, texts_of
from .changes import in_words as changes_in_words
from .objects import TargetObjects

ObjectKey = tuple[str, str]
Each = TypeVar("Each")
APPROVAL = "its deletion was asked for, and waits for the approval of a second person."
NOT_AMONG = "it is not among the jobs that are taken back."
NOT_CHOSEN = "only some of the jobs are taken back."


@dataclass(frozen=True)
class RemovalItem:
    """An object that is to go: its id on the target, and those of the others that are to go before it."""

    made: JournalObject
    row_id: str
    first: tuple[ObjectKey, ...] = ()

    @property
    def object_key(self) -> ObjectKey:
        return self.made.object_key


@dataclass(frozen=True)
class RemovalPlan:
    """What is to go, each after those that use it; what stays and what waits for somebody, with the reason; and what
    the journal still knows and is gone.
    """

    items: tuple[RemovalItem, ...] = ()
    left: tuple[Failed, ...] = ()
    pending: tuple[Failed, ...] = ()
    gone: tuple[ObjectKey, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.items or self.gone)

    def warnings(self) -> list[str]:
        """A line for each reason for which something stays."""
        return stays_in_words([*self.left, *self.pending])

    def report(self) -> dict[str, Any]:
        return removal_report((item.object_key for item in self.items), self.left, self.pending)

    def diff(self) -> list[dict[str, Any]]:
        """What was created, an object a line: before all, after what stays, with the reason."""
        if not self.changed:
            return []
        stays = [(one, f"{one.kind} {one.name}\n") for one in (*self.left, *self.pending)]
        goes = "".join(f"{item.made.kind} {item.made.key}\n" for item in self.items)
        before = goes + "".join(line for _one, line in stays)
        after = "".join(f"{line}    stays: {one.reason}\n" for one, line in stays)
        header = "created by the migration"
        return [{"before_header": header, "after_header": header, "before": before, "after": after}]


def stays_in_words(stays: Iterable[Failed]) -> list[str]:
    """A line for each reason."""
    return [f"On the target stays {line}" for line in in_words(by_reason(stays))]


def removal_report(removed: Iterable[ObjectKey], left: Iterable[Failed], pending: Iterable[Failed]) -> dict[str, Any]:
    """What went, by kind, and what stays, each with its reason."""
    by_kind: dict[str, list[str]] = {}
    for kind, key in removed:
        by_kind.setdefault(kind, []).append(key)
    return {"removed": by_kind, "left": list(map(_as_dict, left)), "pending": list(map(_as_dict, pending))}


def _as_dict(one: Failed) -> dict[str, str]:
    return {"kind": one.kind, "key": one.name, "reason": one.reason}


def plan_removal(journal: Journal, seen: TargetObjects, jobs: Mapping[str, str]) -> RemovalPlan:
    """Plan it. `jobs` are those that are taken back, by name, with why one must stay; empty if it need not."""
    everything = set(journal.jobs) <= set(jobs)
    gone, there, left, pending = [], dict[ObjectKey, tuple[JournalObject, Row]](), [], []
    for made in journal.created.values():
        if is_always_there(made.kind):
            gone.append(made.object_key)
            continue
        rows = seen.rows_of(made, journal.jobs[made.key].id if _is_known_job(made, journal) else "")
        found = seen.record(made)
        if not rows and (not found or made.kind == JOBS.name):
            gone.append(made.object_key)
            continue
        reason = _unclear(made, rows, len(found)) or _kept(made, jobs, everything) or _changed(made, seen)
        if len(rows) == 1:
            there[made.object_key] = made, rows[0]
        if reason:
            left.append(Failed(*made.object_key, reason))
        elif made.asked and seen.waiting:
            pending.append(Failed(*made.object_key, APPROVAL))
    stays = {(one.kind, one.name) for one in (*left, *pending)}
    rows_of = {key: row for key, (_made, row) in there.items()}
    going = {fold(row["id"]) for key, row in rows_of.items() if key not in stays}
    among, users = _users_within(rows_of), _uses(enumerate(user.row for user in seen.users), rows_of)
    items = []
    for key in _users_first(rows_of, among):
        if key in stays:
            continue
        made, row = there[key]
        others = (seen.users[number] for number in users.get(fold(row["id"]), ()))
        reason = _used(key, [each for each in others if fold(each.row.get("id")) not in going], seen)
        reason = reason or _holds(made, row, seen)
        if reason:
            left.append(Failed(*key, reason))
            going.discard(fold(row["id"]))
        else:
            items.append(RemovalItem(made, str(row["id"]), _users_of(key, row, among)))
    return RemovalPlan(tuple(items), tuple(left), tuple(pending), tuple(gone))


def _is_known_job(made: JournalObject, journal: Journal) -> bool:
    return made.kind == JOBS.name and made.key in journal.jobs


def _unclear(made: JournalObject, rows: list[Row], records: int) -> str:
    """Why nobody can tell which object of the target it is."""
    if len(rows) == 1 and records == 1:
        return ""
    return f"the target shows {len(rows)} objects of this name, and {records} in its export: which it is is not clear."


def _kept(made: JournalObject, jobs: Mapping[str, str], everything: bool) -> str:
    if made.kind == JOBS.name:
        return jobs.get(made.key, NOT_AMONG)
    return "" if everything else NOT_CHOSEN


def _changed(made: JournalObject, seen: TargetObjects) -> str:
    """How it differs from what was sent, as a verification compares them."""
    if made.revision != seen.revision:
        return f"it was sent in {made.revision}, and the target is spoken to in {seen.revision}: that is not compared."
    rest = KINDS[made.kind].rest
    # What it was never given is no change of it.
    never_given = rest.then if rest and made.unfinished else ()
    (there,) = seen.record(made)
    only_read = rest.only_read if rest else ()
    found = differences(made.kind, made.record, there, only_read, staged=True, never_given=never_given)
    return f"it was changed since: {changes_in_words(found)}." if found else ""


def _uses(rows: Iterable[tuple[Each, Row]], used: Mapping[ObjectKey, Row]) -> dict[str, list[Each]]:
    """Which of the rows use which of the others, by its folded id."""
    ids = {fold(row["id"]) for row in used.values()}
    found: dict[str, list[Each]] = {}
    for each, row in rows:
        for row_id in ids & texts_of(row):
            found.setdefault(row_id, []).append(each)
    return found


def _users_within(rows: Mapping[ObjectKey, Row]) -> dict[str, list[ObjectKey]]:
    """Which of the objects use which of them, by its folded id. A job names the one after which it runs."""
    found = _uses(rows.items(), rows)
    jobs = {fold(row.get("name")): fold(row["id"]) for key, row in rows.items() if key[0] == JOBS.name}
    for key, row in rows.items():
        for name in User(key[0], row).jobs & jobs.keys():
            using = found.setdefault(jobs[name], [])
            using.extend(() if key in using else (key,))
    return found


def _users_of(key: ObjectKey, row: Row, among: Mapping[str, list[ObjectKey]]) -> tuple[ObjectKey, ...]:
    return tuple(each for each in among.get(fold(row["id"]), ()) if each != key)


def _users_first(rows: Mapping[ObjectKey, Row], among: Mapping[str, list[ObjectKey]]) -> list[ObjectKey]:
    """The objects, each after those that use it."""
    order = {kind: number for number, kind in enumerate(KINDS)}
    keys = sorted(rows, key=lambda key: order[key[0]])
    needs: dict[ObjectKey, list[ObjectKey]] = {key: [] for key in keys}
    for key in keys:
        for user in _users_of(key, rows[key], among):
            needs[user].append(key)
    try:
        return needed_first(needs)[::-1]
    except Circle:
        # Each of them is in use by another one, and the server says which of them it keeps.
        return keys[::-1]


def _used(key: ObjectKey, staying: list[User], seen: TargetObjects) -> str:
    """Who uses it and stays, or may."""
    unread = sorted({each for user in seen.unread for each in user.unread})
    if staying:
        return f"it is in use by {staying[0]}{f' and {len(staying) - 1} more' if len(staying) > 1 else ''}."
    if unread and key[0] != JOBS.name:
        return f"jobs of the types {', '.join(unread)} were not seen, and may use it."
    return ""


def _holds(made: JournalObject, row: Row, seen: TargetObjects) -> str:
    count = seen.backups.get(fold(row["id"]), 0) if made.kind == REPOSITORIES.name else 0
    return f"the target knows {count} backup(s) in it, and would forget them." if count else ""


def needed_by(item: RemovalItem) -> str:
    """Why an object stays that was to go: one that uses it stays."""
    return f"it is in use by {item.made.kind} {quoted(item.made.key)}, which stays."
