# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits for what in a plan: order within a kind, what something blocked stops, whose secret is missing. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..._core.errors import quoted
from ..._core.failures import listed
from ..._core.sequence import Circle, needed_first
from .findings import ERROR, NEEDS_BY_HAND, WARNING, Finding
from .kinds import JOBS, PROTECTION_GROUPS
from .plan import BLOCKED, CREATE, DRIFT, UPDATE, ObjectKey, PlanItem

# What comes before a group of this type has computers.
BY_HAND_FIRST = {
    "PreInstalledAgents": "its packages are installed on them",
    "CSVFile": "its file, which no call copies, is where it is to be read",
}
SKIP_INSTEAD = "Or set on_missing_secret (vbr_import_on_missing_secret in the roles) to skip."


def predecessors_first(items: list[PlanItem], findings: list[Finding]) -> list[PlanItem]:
    """The items with everything after what it needs of its own kind (a chained job after the one it waits for),
    otherwise in the order they had.
    """
    return [
        item for kind in dict.fromkeys(item.kind for item in items) for item in _needed_first(kind, items, findings)
    ]


def _needed_first(kind: str, items: list[PlanItem], findings: list[Finding]) -> list[PlanItem]:
    of_kind = {item.object_key: item for item in items if item.kind == kind}
    graph = {key: [need for need in item.needs if need in of_kind and need != key] for key, item in of_kind.items()}
    if not any(graph.values()):
        return list(of_kind.values())
    try:
        return [of_kind[key] for key in needed_first(graph)]
    except Circle as circle:
        names = ", ".join(key for _kind, key in circle.members)
        findings.append(
            Finding(ERROR, "job-cycle", f"these {kind} wait for one another: {names}.", "Unchain one.", kind)
        )
        return list(of_kind.values())


def levels(items: Iterable[PlanItem]) -> list[list[PlanItem]]:
    """Items that come in the order in which they need each other, in groups: none needs another one of its group, nor
    of one after that.
    """
    found: list[list[PlanItem]] = []
    level_of: dict[ObjectKey, int] = {}
    for item in items:
        level = max((level_of[need] + 1 for need in item.needs if need in level_of), default=0)
        level_of[item.object_key] = level
        found += [[]] if level == len(found) else []
        found[level].append(item)
    return found


def wait_for_computers(items: list[PlanItem], findings: list[Finding]) -> list[PlanItem]:
    """The items with those blocked that name computers of a new protection group which nobody but a person can put
    into it (facts/vbr_beyond_automation.md 6, 13 and 14).
    """
    groups = {
        item.object_key: BY_HAND_FIRST[str(item.record.get("type"))]
        for item in items
        if item.kind == PROTECTION_GROUPS.name and item.record.get("type") in BY_HAND_FIRST and item.action == CREATE
    }
    done = []
    for item in items:
        group = next((need for need in item.needs if need in groups), None)
        if group and item.kind == JOBS.name and item.action == CREATE:
            reason = f"the computers of {group[0]} {quoted(group[1])} are not there before {groups[group]}"
            remedy = (
                "When the source is to let go of them, name the group in stage_anyway (vbr_stage_anyway in the roles), "
                "see to it, rescan the group, and run this again."
            )
            findings.append(Finding(WARNING, NEEDS_BY_HAND, f"it is left out: {reason}.", remedy, *item.object_key))
            item = replace(item, action=BLOCKED, reason=reason)
        done.append(item)
    return done


def block_dependents(items: list[PlanItem]) -> list[PlanItem]:
    """The items with those blocked that need a blocked one, and those kept as they are that would be given one. Each
    item comes after what it needs.
    """
    done: dict[ObjectKey, PlanItem] = {}
    for item in items:
        stopped = next((done[need] for need in item.needs if done.get(need, item).action == BLOCKED), None)
        reason = f"needs {stopped.kind} {quoted(stopped.key)}, which is blocked" if stopped else ""
        if item.action == CREATE and stopped:
            item = replace(item, action=BLOCKED, reason=reason, blocked_by=stopped.object_key)
        elif item.action == UPDATE and stopped:
            item = replace(item, action=DRIFT, reason=reason, unfinished=False)
        done[item.object_key] = item
    return list(done.values())


def missing_secrets(items: list[PlanItem]) -> Iterator[Finding]:
    """One error for each record whose secret is missing, with who needs it."""
    waiting: defaultdict[ObjectKey, list[str]] = defaultdict(list)
    for item in items:
        for need in item.needs:
            waiting[need].append(f"{item.kind} {quoted(item.key)}")
    for item in items:
        if item.lacks:
            needed = f" Needed by {listed(waiting[item.object_key])}." if waiting[item.object_key] else ""
            yield Finding(
                ERROR,
                "missing-secret",
                f"{item.reason}.{needed}",
                f"Give it as secrets.{item.kind}[{quoted(item.key)}] (vbr_secrets in the roles). {SKIP_INSTEAD}",
                item.kind,
                item.key,
                cause=f"{item.reason}. Give them in secrets (vbr_secrets in the roles). {SKIP_INSTEAD}",
            )
