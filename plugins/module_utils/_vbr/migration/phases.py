# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phases: what is brought in while the source still works, and what has to wait until it has been put to rest.

A second server that connects to object storage becomes its owner, and the jobs of the first fail from then on
(facts/updates.md, facts/peers.md 3.5). Such a repository, and whatever needs it, is not touched before the cutover.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from ..._core.compare import fold
from ..._core.errors import quoted
from ..._core.sequence import with_needs
from .findings import INFO, WAITS, Finding
from .kind import BY_REST
from .kinds import JOBS, PROTECTION_GROUPS, REPOSITORIES
from .listed import POLICY_TYPES
from .plan import BLOCKED, CREATE, CUTOVER, DRIFT, SKIP, UPDATE, ObjectKey, PlanItem
from .references import name_of
from .revisions.layout import OWNED_LISTS, OWNED_TYPES
from .stage import NOT_YET_THERE, PENDING, Journal, has_switch
from .unread import unused

ONE_OWNER = "only one server can own this storage, and the source uses it until the cutover"
STARTS_AT_ONCE = "a job of this type starts as soon as it is created"
APPLIED_AT_ONCE = "its computers are given a policy as soon as it is created, and leave that of the source"
TAKES_OVER = "its discovery may take its computers over from the source, whose jobs fail then"
BY_NAME = "it is held back by hold (vbr_hold in the roles)"

NOT_AT_REST = "a job that uses it is not at rest on the source yet: run the cutover, which does both"
NOBODY_YET = "no job that is brought in now needs it, and others still wait for the cutover: it comes with the last"
STAYS = "only jobs use it that are left out, and stay on the source"
NOT_WAITING = "it was not staged, and nothing that waits needs it: the import of the phase stage brings it in"


def in_phases(
    items: Iterable[PlanItem], stage_anyway: Iterable[str], hold: Iterable[str], findings: list[Finding]
) -> list[PlanItem]:
    """The items with their phase. Each item comes after what it needs.

    `stage_anyway` and `hold` name objects by key or name: those are staged although only one server can own them, and
    held back although they could be staged. Only what is to be created has to wait; what the target has is there.
    """
    items, waiting = list(items), dict[ObjectKey, PlanItem]()
    anyway, held = {fold(name) for name in stage_anyway}, {fold(name) for name in hold}
    phased = []
    for item in items:
        needed = next((need for need in item.needs if need in waiting), None)
        why = _why_not_yet(item, needed, anyway, held) if item.action == CREATE else ""
        phased.append(replace(item, phase=CUTOVER, waits=why, waits_for=needed) if why else item)
        if why:
            waiting[item.object_key] = phased[-1]
    findings += _held_back(waiting.values(), _stays(phased))
    for option, names in (("stage_anyway", stage_anyway), ("hold", hold)):
        findings += unused(option, names, [name for item in items for name in _names(item)])
    return phased


def _why_not_yet(item: PlanItem, needed: ObjectKey | None, anyway: set[str], held: set[str]) -> str:
    """Why an object is not created before the cutover; `''` if it is. `needed` is what it needs and is not there."""
    names = set(map(fold, _names(item)))
    if needed:
        # What it needs is not there yet, whatever was said of it.
        return _behind(needed)
    if names & held:
        return BY_NAME
    if _has_one_owner(item) and not names & anyway:
        return ONE_OWNER
    if item.kind == PROTECTION_GROUPS.name and not names & anyway:
        return TAKES_OVER
    if item.kind == JOBS.name and not names & anyway:
        if not has_switch(item.record):
            return STARTS_AT_ONCE
        if item.record.get("type") in POLICY_TYPES:
            return APPLIED_AT_ONCE
    return ""


def _behind(needed: ObjectKey) -> str:
    return f"needs {needed[0]} {quoted(needed[1])}, which waits for the cutover"


def _has_one_owner(item: PlanItem) -> bool:
    owned = item.list_name in OWNED_LISTS or (item.list_name == BY_REST and item.record.get("type") in OWNED_TYPES)
    return item.kind == REPOSITORIES.name and owned


def _names(item: PlanItem) -> list[str]:
    return [name for name in (item.key, name_of(item.kind, item.record)) if name]


def _held_back(waiting: Iterable[PlanItem], stays: Container[ObjectKey]) -> Iterator[Finding]:
    """A finding for each of these that waits for a reason of its own, and not for what it needs."""
    waits = "The cutover creates it. To stage it all the same, name it in stage_anyway."
    left = "Only jobs use it that are left out: the cutover leaves it to them. To stage it, name it in stage_anyway."
    remedies = {**dict.fromkeys((ONE_OWNER, STARTS_AT_ONCE, APPLIED_AT_ONCE, TAKES_OVER), waits), BY_NAME: ""}
    for item in waiting:
        if item.waits in remedies:
            remedy = left if item.object_key in stays else remedies[item.waits]
            yield Finding(INFO, WAITS, f"{item.waits}.", remedy, item.kind, item.key)


def updates_in_turn(items: Iterable[PlanItem], phase: str) -> list[PlanItem]:
    """The items, with those kept as they are that would be given what is not there in this phase: a role, to a job."""
    everything = list(items)
    waiting = {
        item.object_key
        for item in everything
        if item.action == CREATE and item.phase == CUTOVER and not (phase == CUTOVER and item.ready)
    }
    kept = []
    for item in everything:
        needed = next((need for need in item.needs if need in waiting), None) if item.action == UPDATE else None
        if needed:
            item = replace(item, action=DRIFT, reason=_behind(needed), waits_for=needed, unfinished=False)
        kept.append(item)
    return kept


def at_their_turn(items: Iterable[PlanItem], journal: Journal) -> list[PlanItem]:
    """The items, each after what it needs, in the phase cutover: those are ready that no job of the source uses that is
    not at rest there.

    With B awake, and A and B writing to the same bucket, neither the bucket nor A is ready.
    """
    everything = list(items)
    reasons = _not_ready(everything, journal)
    done = []
    for item in everything:
        key, needed = item.object_key, next((need for need in item.needs if need in reasons), None)
        if key in reasons:
            item = replace(item, ready=False, waits=reasons[key], waits_for=None)
        elif needed and item.action == CREATE:
            reasons[key] = f"needs {needed[0]} {quoted(needed[1])}, which is not brought in yet"
            item = replace(item, ready=False, waits=reasons[key], waits_for=needed)
        done.append(item)
    return done


def only_waiting(items: Iterable[PlanItem], journal: Journal) -> list[PlanItem]:
    """The items without those that would be created and do not wait: a change window is not for what was left out
    until then, or is new.
    """
    everything = list(items)
    needs = {item.object_key: item.needs for item in everything}
    waiting = with_needs((item.object_key for item in everything if _waits(item, journal)), needs)
    return [
        replace(item, action=SKIP, reason=NOT_WAITING, lacks=())
        if item.action in (CREATE, BLOCKED) and item.object_key not in waiting
        else item
        for item in everything
    ]


def _waits(item: PlanItem, journal: Journal) -> bool:
    noted = item.kind == JOBS.name and journal.state(item.key) in (*NOT_YET_THERE, PENDING)
    return noted or (item.action == CREATE and item.phase == CUTOVER)


def _not_ready(items: list[PlanItem], journal: Journal) -> dict[ObjectKey, str]:
    """What is not to be brought in yet for a reason of its own, and why."""
    waiting = {item.object_key: item for item in items if item.action == CREATE and item.phase == CUTOVER}
    needs = {key: item.needs for key, item in waiting.items()}
    jobs = [key for key, item in waiting.items() if item.kind == JOBS.name]
    awake = [key for key in jobs if not journal.is_rested(waiting[key].key)]
    if not any(item.kind == JOBS.name for item in items) and journal.has_waiting():
        # Which of the jobs use it is not known here.
        return dict.fromkeys(waiting, NOT_AT_REST)
    reasons = dict.fromkeys(_stays(items) & waiting.keys(), STAYS)
    used = with_needs(awake, needs)
    if awake:
        tied = set(used)
        for key, wanted in needs.items():
            # Each comes after what it needs.
            tied |= {key} if not tied.isdisjoint(wanted) else set()
        moving = with_needs((key for key in jobs if key not in tied), needs)
        roots = {key for key, item in waiting.items() if item.kind != JOBS.name and not item.waits_for}
        reasons |= dict.fromkeys(roots - moving, NOBODY_YET)
    return {**reasons, **dict.fromkeys(used, NOT_AT_REST)}


def _stays(items: Iterable[PlanItem]) -> set[ObjectKey]:
    """What jobs need that are left out, and none that moves."""
    needs = {item.object_key: item.needs for item in items}
    left, moving = (
        with_needs((item.object_key for item in items if item.kind == JOBS.name and item.action == action), needs)
        for action in (BLOCKED, CREATE)
    )
    return left - moving
