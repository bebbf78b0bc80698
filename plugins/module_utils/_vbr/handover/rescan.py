# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories that came over with a cutover: which jobs write to one, and the rescan that shows it its backups.

A server that was given a repository knows nothing of what lies in it until that was looked for.
Source: facts/vbr_beyond_automation.md 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..._core.compare import fold, value_at
from ..._core.errors import RestError, quoted
from ..client import IDENTIFIED, Vbr, is_session_shaped
from ..migration.collection import Record
from ..migration.kinds import REPOSITORIES
from ..migration.stage import Journal
from ..resource.endpoint import followed
from ..revisions import rank

PATH = "/api/v1/backupInfrastructure/repositories"
SINCE = "1.2-rev1"
BY_HAND = "What lies there is not known on the target. Rescan it in the console, before a job is mapped to its backups."


def repository_of(job: Record | None, journal: Journal) -> str:
    """The repository that a job writes to, if it came over with the cutover; else nothing."""
    name = str(value_at(job or {}, ("storage", "backupRepository", "name")) or "")
    late = {fold(key) for (kind, key), made in journal.created.items() if kind == REPOSITORIES.name and made.late}
    return name if fold(name) in late else ""


def rescan(service: Vbr, names: Iterable[str], timeout: float) -> Iterator[str]:
    """Rescan these repositories, one after the other; yields a warning for each that was not. Never raises."""
    try:
        rows = service.pages(PATH, row=IDENTIFIED)
    except RestError as error:
        rows, unlisted = [], str(error)
    else:
        unlisted = "the list of repositories does not show it, or shows several of its name."
    for name in names:
        ids = [str(row["id"]) for row in rows if fold(row.get("name")) == fold(name)]
        reason = _rescanned(service, ids[0], timeout) if len(ids) == 1 else unlisted
        if reason:
            yield f"The repository {quoted(name)} was not rescanned: {reason} {BY_HAND}"


def _rescanned(service: Vbr, row_id: str, timeout: float) -> str:
    """Why one was not rescanned; nothing if it was."""
    if rank(service.revision) < rank(SINCE):
        return f"{service.revision} has no request for it."
    try:
        body = {"repositoryIds": [row_id]}
        session = service.call("POST", f"{PATH}/rescan", body, fits=is_session_shaped)
        followed(service, session, timeout, "rescan")
    except RestError as error:
        return str(error)
    return ""
