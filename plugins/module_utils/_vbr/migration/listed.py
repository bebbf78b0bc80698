# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server says of its jobs besides their definition: the list of all jobs, also of those that are not moved.

In a bundle it is `states.json`: `{"jobs": [{"id": ..., "name": ..., "type": ..., "disabled": false}]}`. A job that has
backups or replicas has them as `chains`, where they were asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..._core.shape import BOOLEAN, STRING, Shape
from ..revisions import NEWEST_FIRST
from . import chains
from .chains import Chain
from .kinds import JOBS

# Only these has the automation section; the first is the name up to VMWARE_UNTIL (facts/vbr.md 2.1, 2.6).
MOVED_JOB_TYPES = frozenset({"Backup", "VSphereBackup"})
# These can be created by ordinary REST in some revision.
CREATED_JOB_TYPES = JOBS.rest.types_in(NEWEST_FIRST[0]) if JOBS.rest else frozenset()
MOVING_JOB_TYPES = MOVED_JOB_TYPES | CREATED_JOB_TYPES
# They work on computers, which are given them as soon as they are created.
POLICY_TYPES = frozenset(each for each in CREATED_JOB_TYPES if each.endswith("Policy"))
JOB: Shape = {**dict.fromkeys(("id", "name", "type"), STRING), "disabled!": BOOLEAN, "chains": chains.SHAPE}
SHAPE: Shape = {"jobs!": [JOB]}


@dataclass(frozen=True)
class ListedJob:
    """A job as the list of all jobs shows it, and what it has made, as far as that was asked for."""

    id: str
    name: str
    type: str
    disabled: bool
    chains: tuple[Chain, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether it is of a sort that can be brought in by one transport or the other."""
        return self.type in MOVING_JOB_TYPES

    def is_of(self, record: Mapping[str, Any]) -> bool:
        """Whether it is of the type of a record: a job of that name and another type is another job."""
        types = {self.type, str(record.get("type") or self.type)}
        return len(types) == 1 or types <= MOVED_JOB_TYPES


def written(jobs: Iterable[ListedJob]) -> dict[str, Any]:
    """The jobs as a bundle holds them, in an order that does not depend on the server."""
    return {"jobs": [_row(job) for job in sorted(jobs, key=lambda job: (job.name, job.id))]}


def _row(job: ListedJob) -> dict[str, Any]:
    made = sorted((chain.as_dict() for chain in job.chains), key=lambda chain: tuple(chain.values()))
    row = {"id": job.id, "name": job.name, "type": job.type, "disabled": job.disabled}
    return {**row, "chains": made} if made else row


def read(content: Mapping[str, Any]) -> tuple[ListedJob, ...]:
    """The jobs that a bundle holds, in a content of SHAPE."""
    return tuple(
        ListedJob(
            row.get("id") or "",
            row.get("name") or "",
            row.get("type") or "",
            row["disabled"],
            tuple(_chain(chain) for chain in row.get("chains") or ()),
        )
        for row in content["jobs"]
    )


def _chain(row: Mapping[str, Any]) -> Chain:
    return Chain(*(row.get(name) or "" for name in ("name", "type", "repository", "platform")))
