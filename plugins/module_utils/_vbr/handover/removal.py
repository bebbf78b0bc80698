# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deciding what of a migration can be removed from the target again: what it created, and nobody uses or changed. Pure.

Whatever is not clear stays, and the reason is said. Nothing is ever asked that deletes backups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..._core.compare import Leave, drift, fold
from ..._core.errors import quoted
from ..._core.failures import Failed, by_reason, in_words
from ..._core.sequence import Circle, needed_first
from ..migration.keeping import OF_ONE_SERVER, OWN_IDS
from ..migration.kinds import JOBS, KINDS, REPOSITORIES, is_always_there
from ..migration.links import without
from ..migration.references import MEANT_BY_ID
from ..migration.stage import SCHEDULE_FLAG, Journal, JournalObject
from ..resource.lists import Row
from ..resource.users import User, uses
from .changes import in_words as changes_in_words
from .objects import TargetObjects, users_of

ObjectKey = tuple[str, str]
APPROVAL = "its deletion was asked for, and waits for the approval of a second person."
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
    items = []
    users = _users_within(there)
    for key in _users_first(there, users):
        if key in stays:
            continue
        made, row = there[key]
        going = [there[each][1] for each in there if each not in stays]
        reason = _used(key, row, seen, going) or _holds(made, row, seen)
        if reason:
            left.append(Failed(*key, reason))
            stays.add(key)
        else:
            items.append(RemovalItem(made, str(row["id"]), tuple(users[key])))
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
        return jobs.get(made.key, "it is not among the jobs that are taken back.")
    return "" if everything else NOT_CHOSEN


def _changed(made: JournalObject, seen: TargetObjects) -> str:
    """How it differs from what was sent, as a verification compares them."""
    if made.revision != seen.revision:
        return f"it was sent in {made.revision}, and the target is spoken to in {seen.revision}: that is not compared."
    ignored = OWN_IDS if made.kind not in MEANT_BY_ID else frozenset()
    ignored |= {SCHEDULE_FLAG} if made.kind == JOBS.name else frozenset()
    rest = KINDS[made.kind].rest
    only_read = rest.only_read if rest else ()
    # What it was never given is no change of it.
    ignored |= frozenset(rest.then if rest and made.unfinished else ())
    (there,) = seen.record(made)
    ours, theirs = without(made.record, only_read), without(there, only_read)
    found = tuple(drift(ours, theirs, Leave(OF_ONE_SERVER, ignored)))
    return f"it was changed since: {changes_in_words(found)}." if found else ""


def _users_within(there: Mapping[ObjectKey, tuple[JournalObject, Row]]) -> dict[ObjectKey, list[ObjectKey]]:
    """Of each object, those that use it. A job names the one after which it runs."""
    called: dict[str, list[ObjectKey]] = {}
    for key, (_made, row) in there.items():
        called.setdefault(fold(row["id"]), []).append(key)
    jobs = {fold(row.get("name")): key for key, (_made, row) in there.items() if key[0] == JOBS.name}
    found: dict[ObjectKey, list[ObjectKey]] = {key: [] for key in there}
    for key, (_made, row) in there.items():
        user = User(key[0], row)
        used = {each for text in user.texts & called.keys() for each in called[text]}
        used |= {jobs[name] for name in user.jobs & jobs.keys()}
        for each in used - {key}:
            found[each].append(key)
    return found


def _users_first(
    there: Mapping[ObjectKey, tuple[JournalObject, Row]], users: Mapping[ObjectKey, list[ObjectKey]]
) -> list[ObjectKey]:
    """The objects, each after those that use it."""
    order = {kind: number for number, kind in enumerate(KINDS)}
    keys = sorted(there, key=lambda key: order[key[0]])
    needs: dict[ObjectKey, list[ObjectKey]] = {key: [] for key in keys}
    for key in keys:
        for user in users[key]:
            needs[user].append(key)
    try:
        return needed_first(needs)[::-1]
    except Circle:
        # Each of them is in use by another one, and the server says which of them it keeps.
        return keys[::-1]


def _used(key: ObjectKey, row: Row, seen: TargetObjects, going: list[Row]) -> str:
    """Who uses it and stays."""
    ids = {fold(each["id"]) for each in going}
    others = [user for user in users_of(row, seen.users) if fold(user.row.get("id")) not in ids]
    found = [str(user) for user in others if uses(user.row, str(row["id"]))]
    unread = sorted({each for user in others for each in user.unread})
    if found:
        return f"it is in use by {found[0]}{f' and {len(found) - 1} more' if len(found) > 1 else ''}."
    if unread and key[0] != JOBS.name:
        return f"jobs of the types {', '.join(unread)} were not seen, and may use it."
    return ""


def _holds(made: JournalObject, row: Row, seen: TargetObjects) -> str:
    count = seen.backups.get(fold(row["id"]), 0) if made.kind == REPOSITORIES.name else 0
    return f"the target knows {count} backup(s) in it, and would forget them." if count else ""


def needed_by(item: RemovalItem) -> str:
    """Why an object stays that was to go: one that uses it stays."""
    return f"it is in use by {item.made.kind} {quoted(item.made.key)}, which stays."
