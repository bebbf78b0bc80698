# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits for what: chained jobs after their predecessors, and nothing sent that needs something blocked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from ..._core.errors import quoted
from .findings import ERROR, Finding
from .plan import BLOCKED, CREATE, Item, Place


def predecessors_first(items: list[Item], findings: list[Finding]) -> list[Item]:
    """The items with every chained job after the one it waits for, otherwise in the order they had."""
    jobs = {item.place: item for item in items if item.kind == "jobs"}
    graph = {place: [need for need in item.needs if need in jobs and need != place] for place, item in jobs.items()}
    if not any(graph.values()):
        return items
    try:
        ordered = [jobs[place] for place in TopologicalSorter(graph).static_order()]
    except CycleError as cycle:
        names = ", ".join(key for _kind, key in cycle.args[1])
        findings.append(
            Finding(ERROR, "job-cycle", f"these jobs wait for one another: {names}.", "Unchain one.", "jobs")
        )
        return items
    return [*(item for item in items if item.kind != "jobs"), *ordered]


def block_dependents(items: list[Item]) -> list[Item]:
    """The items with those blocked that need a blocked one. Each item comes after what it needs."""
    done: dict[Place, Item] = {}
    for item in items:
        stopped = next((done[need] for need in item.needs if done.get(need, item).action == BLOCKED), None)
        if item.action == CREATE and stopped:
            item = replace(item, action=BLOCKED, reason=f"needs {stopped.kind} {quoted(stopped.key)}, which is blocked")
        done[item.place] = item
    return list(done.values())


def missing_secrets(items: list[Item]) -> Iterator[Finding]:
    """One error for each record whose secret is missing, with who needs it."""
    waiting: defaultdict[Place, list[str]] = defaultdict(list)
    for item in items:
        for need in item.needs:
            waiting[need].append(f"{item.kind} {quoted(item.key)}")
    for item in items:
        if item.lacks:
            needed = f" Needed by {', '.join(waiting[item.place])}." if waiting[item.place] else ""
            yield Finding(
                ERROR,
                "missing-secret",
                f"{item.reason}.{needed}",
                f"Give it as secrets.{item.kind}[{quoted(item.key)}], or set on_missing_secret to skip.",
                item.kind,
                item.key,
            )
