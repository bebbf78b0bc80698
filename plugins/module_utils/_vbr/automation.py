# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The automation section of a backup server: export and import of whole collections, and the sessions they run in.

Sources: facts/vbr.md 2.1 (operations), 2.4 (sessions and logs), 3.9 (jobs).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from .._core.compare import Names, fold, value_at
from .._core.errors import NotFound
from .._core.exchange import COLLECTION_BYTES
from .._core.polling import ended_badly
from .._core.shape import BOOLEAN, NUMBER, STRING, Shape, check, shaped
from .client import SESSION, Vbr, is_session_shaped, session_of
from .migration.bundle import ServerIdentity
from .migration.collection import Collection, is_collection
from .migration.kinds import is_of_default_type
from .migration.listed import ListedJob

AUTOMATION_SESSIONS = "/api/v1/automation/sessions"
# What records are known by, each kind by some of these.
KEYS: Shape = dict.fromkeys(("name", "username", "hint", "uniqueId", "tag"), STRING)
PROXIES = "/api/v1/backupInfrastructure/proxies"
REPOSITORY_LISTS = (
    "/api/v1/backupInfrastructure/repositories",
    "/api/v1/backupInfrastructure/scaleOutRepositories",
)
# Enough to find a session that was started a moment ago.
RECENT_SESSIONS = 50
# How often, and how far apart, a session is looked for whose announcement was lost.
LOST_SESSION_LOOKS = 3
LOST_SESSION_PAUSE_SECONDS = 1.0
# How long a task waits for a session unless the user says otherwise.
SESSION_WAIT_SECONDS = 3600
RESULTS = ("Success", "Warning", "Failed", "None")
GOOD_RESULTS = frozenset({"Success", "None"})

# What is used of a proxy in the list of all.
PROXY: Shape = {"name": STRING, "type": STRING, "server": {"hostId": STRING}}
# What is used of a job in the list of all.
JOB: Shape = {"id!": STRING, "name!": STRING, "type": STRING, "isDisabled": BOOLEAN}

Session = dict[str, Any]
Watch = Callable[[Mapping[str, Any]], None]


class Automation:
    """What the automation section can do, on a signed-in service."""

    def __init__(self, service: Vbr) -> None:
        self.service = service

    def hosts(self) -> list[dict[str, Any]]:
        """Every managed server: also those that an export leaves out, the backup server itself among them."""
        return self.service.pages("/api/v1/backupInfrastructure/managedServers")

    def repositories(self) -> dict[str, dict[str, Any]]:
        """Everything a job can write to by name: also what an export leaves out, like scale-out repositories."""
        rows = [row for path in REPOSITORY_LISTS for row in self._rows_if_served(path)]
        return {str(row.get("name") or ""): row for row in rows}

    def proxies(self, hosts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """The host of each proxy that a job can have, by the name of the proxy; `hosts` are the managed servers.

        An export has the one without the other. A name that two of them have means none.
        """
        names = {fold(host.get("id")): str(host.get("name") or "") for host in hosts if host.get("id")}
        found: dict[str, str] = {}
        for row in self._rows_if_served(PROXIES, PROXY):
            host = names.get(fold(value_at(row, ("server", "hostId"))), "")
            if host and is_of_default_type(row):
                name = str(row.get("name") or host)
                found[name] = "" if name in found else host
        return {name: host for name, host in found.items() if host}

    def _rows_if_served(self, path: str, row: Shape | None = None) -> list[dict[str, Any]]:
        try:
            return self.service.pages(path, row=row)
        except NotFound:
            return []

    def identity(self, hosts: Iterable[Mapping[str, Any]]) -> ServerIdentity:
        """Who the server is, and under which names it stands among its own `hosts`."""
        try:
            info = self.service.call("GET", "/api/v1/serverInfo", fits=_is_named)
        except NotFound:
            # 1.0-rev2 has no such path: the server has no id then, and the name it is called by here if it is listed.
            info = {}
        name = str(info.get("name") or "")
        called = name or self.service.connection.hostname
        listed = [
            str(row.get("name")) for row in hosts if row.get("isBackupServer") or _same_host(row.get("name"), called)
        ]
        names = sorted({*listed, *([name] if name else [])})
        own = max(listed, key=len, default=name)
        return ServerIdentity(own, str(info.get("vbrId") or ""), str(info.get("buildVersion") or ""), tuple(names))

    def export(self, kind: str, filters: Mapping[str, Any] | None = None) -> Collection:
        """All records of a kind, or those the filters choose. A POST that changes nothing."""
        path = f"/api/v1/automation/{kind}/export"
        collection: Collection = self.service.call(
            "POST", path, dict(filters or {}), writes=False, fits=_are_records, most=COLLECTION_BYTES
        )
        return collection

    def start_import(self, kind: str, body: Collection) -> str:
        """Send a collection; returns the id of the session in which the server works on it."""
        path = f"/api/v1/automation/{kind}/import"
        session: Session = self.service.call("POST", path, body, fits=is_session_shaped)
        return str(session["id"])

    def session(self, session_id: str) -> Session:
        session: Session = self.service.call("GET", _of_session(session_id), fits=session_of(session_id))
        return session

    def settle(self, session_id: str, timeout: float, watch: Watch = lambda session: None) -> Session:
        """Wait for a session to end. Raises TimedOut."""
        return self.service.settle(_of_session(session_id), timeout, watch)

    def log(self, session_id: str) -> list[dict[str, Any]]:
        return log_of(self.service, _of_session(session_id))

    def recent(self) -> list[Session]:
        """The newest sessions, the newest first."""
        params = {"orderColumn": "CreationTime", "orderAsc": "false", "limit": RECENT_SESSIONS}
        rows: list[Session] = self.service.call("GET", AUTOMATION_SESSIONS, params=params, fits=_is_sessions)["data"]
        return sorted(rows, key=lambda row: str(row.get("creationTime")), reverse=True)

    def lost_session(self, known: Container[str]) -> str:
        """The session of an import whose answer was lost: one that was not there before; `''` when there is none."""
        for _look in range(LOST_SESSION_LOOKS):
            for session in self.recent():
                if str(session["id"]) not in known:
                    return str(session["id"])
            self.service.clock.sleep(LOST_SESSION_PAUSE_SECONDS)
        return ""

    def stop(self, session_id: str) -> None:
        self.service.call("POST", f"{_of_session(session_id)}/stop")

    def jobs(self) -> list[ListedJob]:
        """Every job of the server.

        Not /jobs/states, which is smaller: a newer server may fail on it under an older revision (facts/vbr.md 1.3).
        """
        return [
            ListedJob(str(row["id"]), str(row["name"]), str(row["type"] or ""), bool(row["isDisabled"]))
            for row in self.service.pages("/api/v1/jobs", row=JOB, only=("id", "name", "type", "isDisabled"))
        ]

    def disable(self, job_id: str) -> None:
        self.service.call("POST", f"/api/v1/jobs/{quote(job_id, safe='')}/disable")

    def enable(self, job_id: str) -> None:
        self.service.call("POST", f"/api/v1/jobs/{quote(job_id, safe='')}/enable")


def _of_session(session_id: str) -> str:
    return f"{AUTOMATION_SESSIONS}/{quote(session_id, safe='')}"


def moving(jobs: Iterable[ListedJob]) -> Names[list[ListedJob]]:
    """The jobs of the sort that is moved, by name. Servers have been seen to have two of one name."""
    found: Names[list[ListedJob]] = Names()
    for job in jobs:
        if job.moves:
            found.setdefault(job.name, []).append(job)
    return found


def log_of(service: Vbr, session: str) -> list[dict[str, Any]]:
    """What the session at a path did, record by record, oldest first; secrets that the server quoted are redacted."""
    answer = service.call("GET", f"{session}/logs", fits=_is_log)
    rows = [row for row in answer["records"] if isinstance(row, Mapping)]
    redact = service.http.secrets.redact_all
    said = {key: redact([str(row.get(key) or "") for row in rows]) for key in ("status", "title", "description")}
    clean = [{"id": row.get("id"), **{key: said[key][at] for key in said}} for at, row in enumerate(rows)]
    return sorted(clean, key=lambda row: row["id"] or 0)


def _are_records(value: Any) -> bool:
    """Whether these are lists of records that have their names. Raises Misfit."""
    if not is_collection(value):
        return False
    for name, rows in value.items():
        check([row for row in rows or [] if row is not None], [KEYS], name)
    return True


_is_named = shaped({"name!": STRING, "vbrId": STRING, "buildVersion": STRING})


def _is_log(value: Any) -> bool:
    """Whether this is a log; servers send null in the place of a record."""
    check(value, {"records!": []})
    check([row for row in value["records"] if row is not None], [{"id": NUMBER}], "records")
    return True


_is_sessions = shaped({"data!": [SESSION]})


def result_of(session: Mapping[str, Any]) -> tuple[str, str]:
    """How a session ended: Success, Warning, Failed or None, and the server's message."""
    result = session.get("result")
    unsaid = "Failed" if ended_badly(session.get("state")) else "None"
    if isinstance(result, Mapping):
        return str(result.get("result") or unsaid), str(result.get("message") or "")
    return str(result or unsaid), ""


def _same_host(listed: Any, name: str) -> bool:
    """Whether two names mean one host, when one of them may be without its domain."""
    one, other = fold(str(listed or "")), fold(name)
    if not one or not other:
        return False
    short = "." not in one or "." not in other
    return one == other or (short and one.partition(".")[0] == other.partition(".")[0])
