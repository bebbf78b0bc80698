# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning what becomes of an object that the target already has: it is kept, or given what the source has. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..._core.compare import Drift, Leave, drift, fold
from ..._core.errors import quoted
from .collection import Record
from .findings import AWAKE, ERROR, NAMES_BY_CASE, NOT_LISTED, NOT_UPDATED, WARNING, Finding
from .journal_entries import SCHEDULE_FLAG
from .kind import BY_REST
from .kinds import (
    JOBS,
    KINDS,
    MOUNT_SERVERS,
    PROXIES,
    REPOSITORIES,
    SCALE_OUT_REPOSITORIES,
    USERS,
    host_of,
    is_always_there,
    is_of_default_type,
)
from .links import without
from .plan import DRIFT, KEEP, UPDATE, ActualTarget, DesiredImport, PlanItem
from .references import MEANT_BY_ID, EstateIndex
from .selection import DEFAULT_REPOSITORY, MovingRecord
from .stage import CUT_OVER, PENDING, STAGED, has_switch, runs_by_itself
from .updating import Target, patch_of

# The ids of a record found by its name are the target's own.
OWN_IDS = frozenset({"uniqueId", "tag"})
# Ids of one server, and what a server only reports: two servers never agree on them (facts/vbr.md 2.3).
OF_ONE_SERVER = frozenset(
    {"hostUniqueId", "encryptionPasswordId", "encryptionPasswordIdOrNull", "size", "metadata", "powerState"}
)


def kept(
    move: MovingRecord,
    there: Record,
    desired: DesiredImport,
    target: ActualTarget,
    index: EstateIndex,
    findings: list[Finding],
) -> PlanItem:
    """What becomes of an object that is there: it is kept as it is, or changed; what differs is reported."""
    if move.list_name == BY_REST and there and _types(move.record) != _types(there):
        findings.append(_other_type(move, there))
    awake, reason = False, "already there"
    if move.kind == JOBS.name and desired.staged:
        awake = _left_awake(move, there, target)
        handed_over = target.journal.state(move.key) == CUT_OVER
        if not awake and target.journal.state(move.key) == PENDING:
            reason = "already there, and not what an earlier run sent"
        elif awake:
            reason = "brought in by an earlier run and not yet disabled"
        elif target.journal.state(move.key) == STAGED and target.disabled.get(move.key) is False:
            # What starts by itself again was given its start by somebody, who may have handed it over.
            awake = not (has_switch(there) and runs_by_itself(there))
            reason = "put to sleep by an earlier run, and enabled since" if awake else reason
        if not awake and not handed_over and runs_by_itself(there) and not target.disabled.get(move.key):
            findings.append(_runs_here(move, target))
    differences = _differences(move, there, desired.staged)
    if desired.fail_on_existing and not _is_on_every_server(move, target):
        findings.append(_exists(move))
    action = DRIFT if differences else KEEP
    item = PlanItem(move.kind, move.list_name, move.key, action, reason, move.record, differences, awake=awake)
    if differences and desired.update_existing:
        item = _updated(item, there, target, index, findings)
    begun = _left_unfinished(move, bool(differences), target)
    if begun:
        item = replace(item, action=UPDATE, reason="an earlier run brought it in and did not finish it")
    disabled = move.kind == JOBS.name and target.disabled.get(move.key) is True
    unfinished = begun and not is_always_there(move.kind)
    return replace(item, converted=move.converted, unfinished=unfinished, asleep=disabled)


def _differences(move: MovingRecord, there: Record, staged: bool) -> tuple[Drift, ...]:
    """What the target has otherwise; of a host that it does not export nothing is known to compare with."""
    if not there:
        return ()
    rest = KINDS[move.kind].rest if move.list_name == BY_REST else None
    return differences(move.kind, move.record, there, rest.only_read if rest else (), staged)


def differences(
    kind: str,
    record: Record,
    there: Record,
    only_read: tuple[str, ...],
    staged: bool,
    never_given: Iterable[str] = (),
) -> tuple[Drift, ...]:
    """What an object of the target has otherwise than a record of its kind; not its start, if that was `staged`."""
    ignored = frozenset(never_given) | (OWN_IDS if kind not in MEANT_BY_ID else frozenset())
    ignored |= {SCHEDULE_FLAG} if kind == JOBS.name and staged else frozenset()
    return tuple(drift(without(record, only_read), without(there, only_read), Leave(OF_ONE_SERVER, ignored)))


def since_sent(kind: str, record: Record, there: Record, by_rest: bool, staged: bool) -> tuple[Drift, ...]:
    """What an object that is there has otherwise than it was sent. It may lack what it takes by calls of their own."""
    rest = KINDS[kind].rest if by_rest else None
    only_read, late = (rest.only_read, rest.then) if rest else ((), ())
    return differences(kind, record, there, only_read, staged, never_given=late)


def _updated(
    item: PlanItem, there: Record, target: ActualTarget, index: EstateIndex, findings: list[Finding]
) -> PlanItem:
    """The item with what changes the object, and findings about what does not."""
    rest = KINDS[item.kind].rest
    own = str(there.get("name") or "")
    if own and own != item.record.get("name") and fold(own) == fold(item.record.get("name")):
        # Nobody asked for another name: what the target has keeps its own.
        findings.append(_own_name(item, own))
        others = tuple(each for each in item.drift if each.field != "name")
        if not others:
            return item
        item = replace(item, drift=others, record={**item.record, "name": own})
    changed = replace(item, action=UPDATE, reason="it differs, and is given what the source has")
    if item.list_name == BY_REST:
        if rest and rest.updates:
            return changed
        findings += [_not_updated(item, each.field) for each in item.drift]
        return item
    if _types(item.record) != _types(there):
        findings += [_not_updated(item, each.field) for each in item.drift]
        return item

    def store(name: str) -> str:
        """The kind of what can be named as a repository."""
        pool = index.of_key(SCALE_OUT_REPOSITORIES.name, name) and not index.of_key(REPOSITORIES.name, name)
        return SCALE_OUT_REPOSITORIES.name if pool else REPOSITORIES.name

    seen = Target(store, lambda name: target.proxies.get(name, name))
    patch = patch_of(item.kind, item.record, item.drift, target.revision, seen)
    findings += [_not_updated(item, each) for each in patch.left]
    return replace(changed, patch=patch.body) if patch.body else item


def _not_updated(item: PlanItem, field: str) -> Finding:
    said = "it differs, and no call of ordinary REST gives it what the source has: it is left as it is."
    return Finding(WARNING, NOT_UPDATED, said, "Change it on the target by hand.", item.kind, item.key, field)


def _own_name(item: PlanItem, own: str) -> Finding:
    said = f"the target calls it {quoted(own)}: the names differ by case only, and it keeps its own."
    remedy = "If that is another one, give this one another name (rename, vbr_import_rename in the roles)."
    return Finding(WARNING, NAMES_BY_CASE, said, remedy, item.kind, item.key, "name")


def _exists(move: MovingRecord) -> Finding:
    remedy = "Set on_existing (vbr_import_on_existing in the roles) to keep."
    return Finding(ERROR, "exists", "the target already has it.", remedy, move.kind, move.key)


def _is_on_every_server(move: MovingRecord, target: ActualTarget) -> bool:
    """Whether an object is there without anybody having brought it in, or because an earlier run of this did."""
    if is_always_there(move.kind) or move.kind == USERS.name or (move.kind, move.key) in target.journal.created:
        return True
    own = set(map(fold, target.identity.all_names))
    if move.kind == PROXIES.name:
        return is_of_default_type(move.record) and fold(host_of(move.record)) in own
    if move.kind == MOUNT_SERVERS.name:
        return fold(move.key) in own
    return move.kind == REPOSITORIES.name and move.key == DEFAULT_REPOSITORY


def _left_unfinished(move: MovingRecord, differs: bool, target: ActualTarget) -> bool:
    """Whether an earlier run did not get to all that an object takes; what is part of another is given what differs."""
    noted = target.journal.created.get((move.kind, move.key))
    rest = KINDS[move.kind].rest
    if noted is None and rest and rest.part_of and differs:
        # It came with what that run brought in, and the run did not get to it.
        return (rest.part_of, move.key) in target.journal.created
    return bool(noted and noted.unfinished and (differs or not is_always_there(move.kind)))


def _types(record: Record) -> str:
    """What type a record is of, by the name that all revisions have for it."""
    said = str(record.get("type") or "")
    return fold("VSphereBackup" if said == "Backup" else said)


def _other_type(move: MovingRecord, there: Record) -> Finding:
    return Finding(
        ERROR,
        "other-type",
        f"the target has one of this name that is of type {there.get('type')}, not {move.record.get('type')}.",
        "Give it another name (rename, vbr_import_rename in the roles), or remove that one.",
        move.kind,
        move.key,
    )


def _runs_here(move: MovingRecord, target: ActualTarget) -> Finding:
    if target.disabled.get(move.key) is None:
        return Finding(
            WARNING,
            NOT_LISTED,
            "the target has it already, and does not list it: nobody can tell here whether it starts by itself there.",
            "See to it that it is disabled on one of the two servers.",
            move.kind,
            move.key,
        )
    if target.journal.state(move.key) == STAGED:
        return Finding(
            ERROR,
            AWAKE,
            "an earlier run put it to sleep, and it is enabled on the target and starts by itself there.",
            "See whether it has run, and disable it there: the cutover is what hands it over.",
            move.kind,
            move.key,
        )
    return Finding(
        WARNING,
        AWAKE,
        "the target has it already, enabled, and it starts by itself there; it was left so.",
        "If the source runs it as well, disable it on one of them.",
        move.kind,
        move.key,
    )


def _left_awake(move: MovingRecord, there: Record, target: ActualTarget) -> bool:
    """Whether a job on the target is one of which an earlier run did not get to prove that it is disabled.

    The journal knows, and has to learn of the end also if the job is disabled by now: otherwise it would be put to
    sleep again by the first run after cutover. Where no journal was written, the mark of an enabled job that was
    brought in is that it lost its automatic start.
    """
    state = target.journal.state(move.key)
    if state == PENDING:
        return _is_what_was_sent(move, there, target)
    if state or target.journal.is_read or not any(off is False for off in target.disabled.meant(move.key).values()):
        return False
    return runs_by_itself(move.record) and not runs_by_itself(there)


def _is_what_was_sent(move: MovingRecord, there: Record, target: ActualTarget) -> bool:
    """Whether a job is what an earlier run sent, of which nobody has seen what became: a stranger's can have its name.

    Of one whose source rests for it the journal keeps the name alone when it is proved that it was not created.
    """
    noted = target.journal.created.get((move.kind, move.key))
    if noted.revision != target.revision if noted else not target.journal.jobs[move.key].rested:
        return True
    sent = noted.record if noted else move.record
    return not since_sent(move.kind, sent, there, move.list_name == BY_REST, staged=True)
