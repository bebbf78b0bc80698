# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs of Enterprise Manager and what they refer to: looked up by name, read, and scheduled.

Enterprise Manager knows several backup servers, so that one name may be that of several jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from .._core.answer import Misfit
from .._core.compare import closest, fold
from .._core.errors import BadAnswer, InvalidInput, NotFound, TimedOut, quoted
from .._core.polling import poll, started
from .client import Em, is_job
from .document import Document
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
from .tasks import TaskRequest, run_task

JOBS = "/api/jobs"
UPDATE_JOB = "UpdateJob"
TOGGLE_SCHEDULE = {"action": "toggleScheduleEnabled"}
# The most candidates that a message names.
NAMED_IN_MESSAGE = 20
# How long a job is read again until Enterprise Manager shows what was done to it.
SHOWN_SECONDS = 60.0


class Lookup:
    """The jobs, repositories and backup servers by the names that users give. Raises InvalidInput for a bad name.

    What was read once is not read again, because many clones have one source. To see changes, make a new one.
    """

    def __init__(self, service: Em) -> None:
        self.service = service
        self._read: dict[tuple[str, str], list[dict[str, Any]]] = {}

    # -- backup servers ------------------------------------------------------------------------------------------------

    def servers(self) -> list[dict[str, Any]]:
        return self._rows(BACKUP_SERVER)

    def server_id(self, given: str) -> str:
        """The id of the backup server with this name or id."""
        return id_of(_one("backup_server", given, _meant(self.servers(), BACKUP_SERVER, given), self.servers()))

    def server_name(self, identifier: str) -> str:
        """The name of a backup server; its id if Enterprise Manager does not list it."""
        found = (str(row.get("Name") or "") for row in self.servers() if id_of(row) == identifier)
        return next(found, "") or identifier

    # -- jobs ----------------------------------------------------------------------------------------------------------

    def jobs(self, given: str, server: str = "") -> list[dict[str, Any]]:
        """The jobs of this name or id, only those of one backup server if its id is given."""
        return [row for row in self._found(JOB, given) if not server or server_of(row) == server]

    def job(self, option: str, given: str, backup_server: str | None) -> dict[str, Any]:
        """The one job of this name or id. `option` is the one that it was given by, for messages."""
        server = self.server_id(backup_server) if backup_server else ""
        found = self.jobs(given, server)
        if len(found) > 1:
            candidates = ", ".join(f"{_shown(row, given)} on {self.server_name(server_of(row))}" for row in found)
            raise InvalidInput(
                f"{option}: there are several jobs {quoted(given)}: {candidates}.", "Give backup_server, or the id."
            )
        known = self._rows(JOB) if not found else []
        return _one(option, given, found, (row for row in known if not server or server_of(row) == server))

    # -- repositories --------------------------------------------------------------------------------------------------

    def repository(self, given: str, server: str) -> dict[str, Any]:
        """The one repository of this name or id on a backup server."""
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
        """The repositories that hold the backups of a job, names by UID. No job shows its repository itself, so none is
        known before the first backup (facts/em.md 5).
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

    # -- all of them ---------------------------------------------------------------------------------------------------

    def _found(self, kind: str, given: str) -> list[dict[str, Any]]:
        identifier = identified(kind, given)
        narrow = {"UID": uid(kind, identifier)} if identifier else {"Name": given}
        # Whether the filter tells upper case from lower case is not known, so that what it hides is looked for.
        found = _meant(self._rows(kind, filtered(narrow)), kind, given)
        return found or ([] if identifier else _meant(self._rows(kind), kind, given))

    def _rows(self, kind: str, condition: str = "") -> list[dict[str, Any]]:
        if (kind, condition) not in self._read:
            rows = self.service.query(kind, condition)
            if not all(row.get("Name") and row.get("UID") for row in rows):
                complaint = f"there is a {kind} without a name or without a UID"
                raise BadAnswer(complaint, service=self.service.SERVICE, request="GET /api/query")
            self._read[kind, condition] = rows
        return self._read[kind, condition]


def _meant(rows: Iterable[dict[str, Any]], kind: str, given: str) -> list[dict[str, Any]]:
    """The rows that a user means: by id or UID, or by name."""
    identifier = identified(kind, given)
    if identifier:
        return [row for row in rows if id_of(row) == identifier]
    return closest((row for row in rows if fold(row.get("Name")) == fold(given)), (given, itemgetter("Name")))


def _shown(row: Row, given: str) -> str:
    """The id of one of several rows that a name can mean, with its own name if that is written otherwise."""
    name = str(row.get("Name"))
    return id_of(row) if name == given else f"{id_of(row)} ({name})"


def _one(option: str, given: str, found: list[dict[str, Any]], known: Iterable[Row]) -> dict[str, Any]:
    """The only row that was found. If none was, the message names the `known` ones."""
    if not found:
        names = sorted({str(row.get("Name")) for row in known})
        more = f" and {len(names) - NAMED_IN_MESSAGE} more" if len(names) > NAMED_IN_MESSAGE else ""
        there = f"There are: {', '.join(names[:NAMED_IN_MESSAGE])}{more}." if names else "There is none at all."
        raise InvalidInput(f"{option}: there is no {quoted(given)}.", there)
    if len(found) > 1:
        raise InvalidInput(
            f"{option}: there are several {quoted(given)}: {', '.join(_shown(row, given) for row in found)}.",
            "Give the id.",
        )
    return found[0]


# -- one job -----------------------------------------------------------------------------------------------------------


def job_path(job_id: str) -> str:
    return f"{JOBS}/{quote(job_id, safe='')}"


def read_job(service: Em, job_id: str) -> dict[str, Any]:
    """A job as it is now. Raises NotFound, and BadAnswer if it is another one."""

    def fits(document: Document) -> bool:
        if is_job(document) and id_of(document.data) != job_id.lower():
            raise Misfit("UID is that of another job than the one that was asked for")
        return True

    return service.call("GET", job_path(job_id), {"format": "Entity"}, fits=fits).data


def proved(service: Em, job: Row) -> dict[str, Any]:
    """A job of a list as it is now, if it is known by the id that it has there: only then it is written to.

    Raises BadAnswer.
    """
    job_id, name = id_of(job), job["Name"]
    try:
        found = read_job(service, job_id)
    except NotFound:
        found = {}
    if fold(found.get("Name")) != fold(name):
        raise BadAnswer(
            f"job {quoted(name)} is listed with the id {quoted(job_id)}, which is not its own",
            "Nothing was changed. Look at the job in Enterprise Manager.",
            service=service.SERVICE,
            request=f"GET {job_path(job_id)}",
        )
    return found


def wait_until_shown(
    service: Em, job_id: str, expected: Callable[[Row], bool] = lambda job: True, advice: str = ""
) -> dict[str, Any]:
    """A job that was just made or changed, as soon as Enterprise Manager shows it as `expected`.

    A failed read does not end the wait. Raises TimedOut with `advice`.
    """

    def read() -> dict[str, Any]:
        try:
            return read_job(service, job_id)
        except NotFound:
            return {}

    def late(latest: dict[str, Any] | None) -> TimedOut:
        shown = "shown as it should be" if latest else "shown"
        return TimedOut(
            f"the job is not {shown} after {SHOWN_SECONDS:g} seconds",
            advice,
            service=service.SERVICE,
            request=f"GET {job_path(job_id)}",
            resource=latest or {},
        )

    return poll(read, lambda job: bool(job) and expected(job), service.clock, SHOWN_SECONDS, late)


def set_schedule(service: Em, job: Row, enabled: bool, timeout: float) -> dict[str, Any]:
    """Enable or disable the schedule of a job; returns the job as it is then.

    The server can only toggle it, so the job is read just before, and again afterwards.
    """
    job_id = id_of(job)

    def expected(job: Row) -> bool:
        return job.get("ScheduleEnabled") is enabled

    def done() -> bool:
        return expected(read_job(service, job_id))

    if not expected(proved(service, job)):
        request = TaskRequest("POST", job_path(job_id), UPDATE_JOB, TOGGLE_SCHEDULE, done=done)
        run_task(service, request, timeout)
    with started():
        return wait_until_shown(service, job_id, expected, "Look whether the job has a schedule at all.")
