# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server knows of backups and replicas, and which job each of them is of.

Source: facts/vbr_beyond_automation.md 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from ..._core.compare import fold
from ..._core.errors import Forbidden, NotFound, Rejected, ServerFault
from ..._core.shape import STRING, Shape
from ..client import IDENTIFIED, Vbr
from ..kind_lists import BACKUPS
from ..migration.chains import REPLICA, Chain
from ..migration.findings import WARNING, Finding
from ..migration.kinds import JOBS, REPOSITORIES, SCALE_OUT_REPOSITORIES
from ..migration.links import ZERO_ID
from ..migration.listed import ListedJob
from ..objects import Objects
from ..revisions import rank

REPLICAS = "/api/v1/replicas"
REPLICAS_SINCE = "1.2-rev1"
CONTINUOUS = "CDP"
_TEXTS = ("jobId", "name", "jobType", "repositoryId", "repositoryName", "platformName", "type")
MADE: Shape = {"id!": STRING, **dict.fromkeys(_TEXTS, STRING)}


@dataclass(frozen=True)
class ListedChain:
    """A chain as a server lists it, and the job that it is of, `""` for one that was imported."""

    job_id: str
    chain: Chain


def backups(service: Vbr, objects: Objects, job_id: str = "") -> list[ListedChain]:
    """Every backup of a server; those of one job, if the server knows the filter. Raises RestError."""
    rows = service.pages(BACKUPS, {"jobIdFilter": job_id} if job_id else None, row=MADE)
    return [ListedChain(_id(row.get("jobId")), _chain(row, objects)) for row in rows]


def _id(value: Any) -> str:
    return "" if not value or value == ZERO_ID else fold(value)


def _chain(row: Mapping[str, Any], objects: Objects) -> Chain:
    """Old revisions show the id of the repository only, and no type."""
    store = row.get("repositoryName") or _store(str(row.get("repositoryId") or ""), objects)
    name, job_type, platform = (str(row.get(field) or "") for field in ("name", "jobType", "platformName"))
    return Chain(name, job_type, str(store), platform, str(row["id"]))


def _store(row_id: str, objects: Objects) -> str:
    kinds = (kind for kind in (REPOSITORIES, SCALE_OUT_REPOSITORIES) if objects.serves(kind))
    found = (objects.links(kind.name).by_id.get(fold(row_id)) for kind in kinds)
    return next((str(there["name"]) for there in found if there), "")


def replicas(service: Vbr) -> list[ListedChain]:
    """The replicas that jobs have made. Raises RestError."""
    if rank(service.revision) < rank(REPLICAS_SINCE):
        return []
    return [
        ListedChain(_id(row.get("jobId")), Chain(str(row.get("name") or ""), REPLICA, id=str(row["id"])))
        for row in service.pages(REPLICAS, row=MADE)
        if row.get("type") != CONTINUOUS
    ]


def machines_of(service: Vbr, replica: Chain) -> frozenset[str]:
    """The folded names of the machines that a replica has points of. Raises RestError."""
    rows = service.pages(f"{REPLICAS}/{quote(replica.id, safe='')}/replicaPoints", row=IDENTIFIED)
    return frozenset(fold(row.get("name")) for row in rows)


def chains_of(service: Vbr, objects: Objects, jobs: Iterable[ListedJob]) -> dict[str, tuple[Chain, ...]]:
    """What each of these jobs has made, by its folded id. Raises RestError."""
    types = {fold(job.id): job.type for job in jobs}
    made = backups(service, objects) if types else []
    if REPLICA in types.values():
        made += replicas(service)
    found: dict[str, tuple[Chain, ...]] = {}
    for each in made:
        if each.job_id in types:
            chain = replace(each.chain, type=each.chain.type or types[each.job_id])
            found[each.job_id] = (*found.get(each.job_id, ()), chain)
    return found


def with_chains(
    service: Vbr, objects: Objects, jobs: Iterable[ListedJob]
) -> tuple[tuple[ListedJob, ...], list[Finding]]:
    """The jobs with what each has made; where the server does not show it, without, and with a finding."""
    everything = tuple(jobs)
    try:
        found = chains_of(service, objects, everything)
    except (Rejected, ServerFault, Forbidden, NotFound) as error:
        said = (
            f"the source does not show what backups they have, so that the plan does not say which start anew: {error}"
        )
        return everything, [Finding(WARNING, "chains-not-read", said, "Look in the console of the source.", JOBS.name)]
    return tuple(replace(job, chains=found.get(fold(job.id), ())) for job in everything), []
