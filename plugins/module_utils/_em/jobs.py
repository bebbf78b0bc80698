# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding what a user calls by name. Enterprise Manager knows several backup servers, and so many a name twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from .._core.compare import fold
from .._core.errors import BadAnswer, Failure, InvalidInput, NotFound, TimedOut, quoted
from .._core.polling import follow
from .client import Em, is_job
from .rows import (
    BACKUP_SERVER,
    JOB,
    REPOSITORY,
    UP,
    Row,
    filtered,
    id_in,
    id_of,
    identified,
    links,
    matching,
    server_of,
    uid,
)
from .tasks import Deed, carried_out

JOBS = "/api/jobs"
UPDATE_JOB = "UpdateJob"
TURN_ROUND = {"action": "toggleScheduleEnabled"}
# How many of the names that there are a message tells.
NAMED_IN_MESSAGE = 20
# How long a job is read again until Enterprise Manager shows what was done to it.
READ_SECONDS = 60.0


class Directory:
    """The jobs, repositories and backup servers that Enterprise Manager knows. Raises InvalidInput for a bad name.

    What was read once is not read again: many clones have one source. To see what has changed, make a new one.
    """

    def __init__(self, service: Em) -> None:
        self.service = service
        self._read: dict[tuple[str, str], list[dict[str, Any]]] = {}

    # -- backup servers ------------------------------------------------------------------------------------------------

    def servers(self) -> list[dict[str, Any]]:
        return self._rows(BACKUP_SERVER)

    def server_id(self, given: str) -> str:
        """The id of the backup server that a user calls so."""
        return id_of(_one("backup_server", given, self._of(self.servers(), BACKUP_SERVER, given), self.servers()))

    def server_name(self, identifier: str) -> str:
        """What a backup server is called; its id if Enterprise Manager does not list it."""
        found = (str(row.get("Name") or "") for row in self.servers() if id_of(row) == identifier)
        return next(found, "") or identifier

    # -- jobs ----------------------------------------------------------------------------------------------------------

    def jobs(self, given: str, server: str = "") -> list[dict[str, Any]]:
        """The jobs of this name or id, on one backup server if its id is given."""
        return [row for row in self._found(JOB, given) if not server or server_of(row) == server]

    def job(self, option: str, given: str, backup_server: str | None) -> dict[str, Any]:
        """The one job that a user means."""
        server = self.server_id(backup_server) if backup_server else ""
        found = self.jobs(given, server)
        if len(found) > 1:
            told = ", ".join(f"{id_of(row)} on {self.server_name(server_of(row))}" for row in found)
            raise InvalidInput(
                f"{option}: there are several jobs {quoted(given)}: {told}.", "Give backup_server, or the id."
            )
        known = self._rows(JOB) if not found else []
        return _one(option, given, found, (row for row in known if not server or server_of(row) == server))

    # -- repositories --------------------------------------------------------------------------------------------------

    def repository(self, given: str, server: str) -> dict[str, Any]:
        """The one repository on a backup server that a user means."""
        found = self._found(REPOSITORY, given)
        here = [row for row in found if server_of(row) == server]
        if found and not here:
            elsewhere = ", ".join(self.server_name(server_of(row)) for row in found)
            raise InvalidInput(
                f"repository: {quoted(given)} is on {elsewhere}; the job is on {self.server_name(server)}.",
                "A job writes to a repository of its own backup server.",
            )
        known = self._rows(REPOSITORY) if not found else []
        return _one("repository", given, here, (row for row in known if server_of(row) == server))

    def repositories_of(self, job: Row) -> dict[str, str]:
        """The repositories that the backups of a job lie in, the name of each by its UID. No job tells its repository
        itself, so none is known before the first backup (facts/em.md 5).
        """
        job_uid = uid(JOB, id_of(job))
        found: dict[str, str] = {}
        for backup in self._rows("Backup", filtered({"JobUid": job_uid})):
            if not matching(backup, {"JobUid": job_uid}):
                continue
            for link in links(backup, UP, REPOSITORY):
                identifier = id_in(str(link.get("Href") or ""))
                found[uid(REPOSITORY, identifier)] = str(link.get("Name") or identifier)
        return found

    # -- both ----------------------------------------------------------------------------------------------------------

    def _found(self, kind: str, given: str) -> list[dict[str, Any]]:
        identifier = identified(kind, given)
        narrow = {"UID": uid(kind, identifier)} if identifier else {"Name": given}
        return self._of(self._rows(kind, filtered(narrow)), kind, given)

    def _rows(self, kind: str, condition: str = "") -> list[dict[str, Any]]:
        if (kind, condition) not in self._read:
            rows = list(self.service.query(kind, condition))
            if not all(row.get("Name") and row.get("UID") for row in rows):
                complaint = f"there is a {kind} without a name or without a UID"
                raise BadAnswer(complaint, service=self.service.SERVICE, request="GET /api/query")
            self._read[kind, condition] = rows
        return self._read[kind, condition]

    @staticmethod
    def _of(rows: Iterable[dict[str, Any]], kind: str, given: str) -> list[dict[str, Any]]:
        """The rows that a user means: by id or UID, or by name."""
        identifier = identified(kind, given)
        if identifier:
            return [row for row in rows if id_of(row) == identifier]
        return [row for row in rows if fold(row.get("Name")) == fold(given)]


def _one(option: str, given: str, found: list[dict[str, Any]], known: Iterable[Row]) -> dict[str, Any]:
    """The only one that was found; `known` are those that there are."""
    if not found:
        names = sorted({str(row.get("Name")) for row in known})
        more = f" and {len(names) - NAMED_IN_MESSAGE} more" if len(names) > NAMED_IN_MESSAGE else ""
        there = f"There are: {', '.join(names[:NAMED_IN_MESSAGE])}{more}." if names else "There is none at all."
        raise InvalidInput(f"{option}: there is no {quoted(given)}.", there)
    if len(found) > 1:
        raise InvalidInput(
            f"{option}: there are several {quoted(given)}: {', '.join(map(id_of, found))}.", "Give the id."
        )
    return found[0]


def path_of(job_id: str) -> str:
    return f"{JOBS}/{quote(job_id, safe='')}"


def read_job(service: Em, job_id: str) -> dict[str, Any]:
    """A job as it is now. Raises NotFound."""
    return service.call("GET", path_of(job_id), {"format": "Entity"}, fits=is_job).data


def shown_job(
    service: Em, job_id: str, right: Callable[[Row], bool] = lambda job: True, why: str = ""
) -> dict[str, Any]:
    """A job that was just made or changed, as soon as Enterprise Manager shows it, and shows it `right`.

    A read that goes wrong is not the end of it. Raises TimedOut, with `why` it may not be shown so.
    """

    def read() -> dict[str, Any]:
        try:
            return read_job(service, job_id)
        except NotFound:
            return {}

    def late(seen: dict[str, Any] | None) -> TimedOut:
        told = "shown as it should be" if seen else "shown"
        return TimedOut(
            f"the job is not {told} after {READ_SECONDS:g} seconds",
            why,
            service=service.SERVICE,
            request=f"GET {path_of(job_id)}",
            resource=seen or {},
        )

    return follow(read, lambda job: bool(job) and right(job), service.clock, READ_SECONDS, late)


@contextmanager
def changed_anyway() -> Iterator[None]:
    """Inside, the server was changed, also if the rest goes wrong."""
    try:
        yield
    except Failure as failure:
        failure.facts["changed"] = True
        raise


def scheduled(service: Em, job: Row, wanted: bool, timeout: float) -> dict[str, Any]:
    """Let a job start by its schedule or not; returns it as it is then.

    The server can only turn the state round, so it is asked for just before, and again afterwards.
    """
    job_id = id_of(job)

    def right(seen: Row) -> bool:
        return seen.get("ScheduleEnabled") is wanted

    def done() -> bool:
        return right(read_job(service, job_id))

    if not done():
        carried_out(service, Deed("POST", path_of(job_id), UPDATE_JOB, TURN_ROUND, done=done), timeout)
    with changed_anyway():
        return shown_job(service, job_id, right, "Look whether the job has a schedule at all.")
