# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories that came over with a cutover: which jobs write to one, and the rescan that shows it its backups.

A server that was given a repository knows nothing of what lies in it until that was looked for.
Source: facts/vbr_beyond_automation.md 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..._core.compare import fold, value_at
from ..._core.errors import RestError, quoted
from ..._core.shape import STRING, Shape
from ..client import IDENTIFIED, Vbr, is_session_shaped
from ..migration.collection import Record
from ..migration.kinds import REPOSITORIES
from ..migration.stage import Journal
from ..resource.endpoint import followed
from ..revisions import rank

PATH = "/api/v1/backupInfrastructure/repositories"
POOLS = "/api/v1/backupInfrastructure/scaleOutRepositories"
POOL: Shape = {"id!": STRING, "name": STRING, "performanceTier": {"performanceExtents": [{"id!": STRING}]}}
SINCE = "1.2-rev1"
# Where a job says which repository it writes to, by its type.
PLACES = (
    ("storage", "backupRepository"),
    ("storage", "backupRepositoryId"),
    ("storage", "destination", "backupRepositoryId"),
    ("target", "backupRepositoryId"),
    ("backupRepository", "backupRepositoryId"),
    ("backupRepositoryId",),
)
BY_HAND = "What lies there is not known on the target. Rescan it in the console, before a job is mapped to its backups."


def repository_of(job: Record | None, journal: Journal) -> str:
    """The repository that a job writes to, if it came over with the cutover; else nothing."""
    name = str(value_at(job or {}, ("storage", "backupRepository", "name")) or "")
    late = {fold(key) for (kind, key), made in journal.created.items() if kind == REPOSITORIES.name and made.late}
    return name if fold(name) in late else ""


def repository_name(job: Record | None) -> str:
    """The repository, plain or scale-out, that a job writes to; `""` for a job that does not say it."""
    found = (value_at(job or {}, place) for place in PLACES)
    names = (str(there.get("name") or "") for there in found if isinstance(there, Mapping))
    return next(filter(None, names), "")


def rescan(service: Vbr, names: Iterable[str], timeout: float) -> Iterator[str]:
    """Rescan these repositories, one after the other; yields a warning for each that was not. Never raises."""
    lists: dict[str, list[Record]] = {}
    for name in names:
        reason = _rescanned(service, name, lists, timeout)
        if reason:
            yield f"The repository {quoted(name)} was not rescanned: {reason} {BY_HAND}"


def _rescanned(service: Vbr, name: str, lists: dict[str, list[Record]], timeout: float) -> str:
    """Why one was not rescanned; nothing if it was."""
    if rank(service.revision) < rank(SINCE):
        return f"{service.revision} has no request for it."
    try:
        ids = _ids(service, name, lists)
        if not ids:
            return "the list of repositories does not show it, or shows several of its name."
        body = {"repositoryIds": ids}
        session = service.call("POST", f"{PATH}/rescan", body, fits=is_session_shaped)
        followed(service, session, timeout, "rescan")
    except RestError as error:
        return str(error)
    return ""


def _ids(service: Vbr, name: str, lists: dict[str, list[Record]]) -> list[str]:
    """What is rescanned of it: itself, or the extents of a scale-out repository. Raises RestError."""

    def called(path: str, shape: Shape) -> list[Record]:
        if path not in lists:
            lists[path] = service.pages(path, row=shape)
        return [row for row in lists[path] if fold(row.get("name")) == fold(name)]

    found = [str(row["id"]) for row in called(PATH, IDENTIFIED)]
    if found:
        return found if len(found) == 1 else []
    pools = called(POOLS, POOL)
    extents = value_at(pools[0], ("performanceTier", "performanceExtents")) if len(pools) == 1 else ()
    return [str(extent["id"]) for extent in extents or ()]
