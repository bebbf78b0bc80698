# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which new jobs of a plan have a chain on the source and would start anew, and what can be done about it. Pure.

A remark for all jobs that are mapped by the same clicks: a server may have hundreds of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..._core.errors import quoted
from ..._core.failures import listed
from .chains import REPLICA, clicks, way_of
from .findings import INFO, Finding
from .kinds import JOBS
from .plan import CREATE, DesiredImport, ImportPlan, PlanItem

FIRST_RUN = "first-run-full"


def with_first_runs(plan: ImportPlan, desired: DesiredImport) -> ImportPlan:
    """The plan with a mark at each new job that has a chain on the source, and with what to do about them."""
    chained = {name for name, origin in (plan.journal.origins.items() if plan.journal else ()) if origin.chains}
    items = tuple(replace(item, starts_anew=_starts_anew(item, chained)) for item in plan.items)
    anew = ((item.key, str(item.record.get("type") or "")) for item in items if item.starts_anew)
    found = remarks(anew, plan.revision)
    return replace(plan, items=items, findings=(*plan.findings, *found))


def _starts_anew(item: PlanItem, chained: set[str]) -> bool:
    return item.kind == JOBS.name and item.action == CREATE and str(item.record.get("name")) in chained


def remarks(jobs: Iterable[tuple[str, str]], revision: str) -> Iterator[Finding]:
    """One for the jobs of each way to go on with a chain, of which each is a key and a type."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key, job_type in jobs:
        way = way_of(job_type, revision)
        groups.setdefault((way.name if way else "", clicks(job_type)), []).append((key, job_type))
    for (way_name, by_hand), members in groups.items():
        names = listed([quoted(key) for key, _type in members])
        replicas = members[0][1] == REPLICA
        what = "builds replicas beside those that are there" if replicas else "is a full backup"
        by_call = f" Or let the cutover do it: adopt: [{way_name}] (vbr_cutover_adopt in the role)." if way_name else ""
        said = f"{len(members)} job(s) have a chain on the source, and the first run on the target {what}: {names}."
        yield Finding(INFO, FIRST_RUN, said, by_hand + by_call, JOBS.name)
