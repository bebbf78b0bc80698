# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a target has of the objects that a migration created there: their records, their ids, and who may use them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..._core.compare import Names, closest, fold, value_at
from ..._core.errors import NotFound
from ..._core.option import REQUIRED
from ..._core.shape import STRING, Shape
from ..client import IDENTIFIED, Vbr
from ..migration.collection import Record, records
from ..migration.journal_entries import JournalObject
from ..migration.kinds import (
    CLOUD_CREDENTIALS,
    CREDENTIALS,
    ENCRYPTION_PASSWORDS,
    JOBS,
    KINDS,
    MANAGED_SERVERS,
    PROXIES,
    REPOSITORIES,
    is_always_there,
    lookup_keys,
)
from ..migration.mapping import at_home
from ..migration.stage import Journal
from ..objects import Objects
from ..resource.lists import Row
from ..resource.schema import KEY, Field, Resource
from ..resource.users import User, listed_users
from ..resources import kinds as resources
from .servers import OneServer

# The engine that knows how an object of a kind is deleted.
RESOURCES: Mapping[str, Resource] = {
    CREDENTIALS.name: resources.KINDS["credentials"],
    CLOUD_CREDENTIALS.name: resources.KINDS["cloud_credentials"],
    ENCRYPTION_PASSWORDS.name: resources.KINDS["encryption_passwords"],
    MANAGED_SERVERS.name: resources.KINDS["managed_servers"],
    REPOSITORIES.name: resources.KINDS["repositories"],
    PROXIES.name: resources.KINDS["proxies"],
    JOBS.name: resources.KINDS["jobs"],
}


def resource_of(kind: str) -> Resource:
    """What is known of deleting an object of a kind; of most there is nothing but the path of their list."""
    rest = KINDS[kind].rest
    if kind in RESOURCES or rest is None:
        return RESOURCES[kind]
    return Resource(what=kind, path=rest.path, fields={"name": Field(REQUIRED, role=KEY)})


# The kinds whose rows are read with those who may use others, by what a row of them is called there.
AMONG_USERS = {
    MANAGED_SERVERS.name: "managed server",
    REPOSITORIES.name: "repository",
    PROXIES.name: "proxy",
    JOBS.name: "job",
}
BACKUPS = "/api/v1/backups"
EVENTS = "/api/v1/authorization/events"
PENDING = "Pending"
EVENT: Shape = {"id!": STRING, "state": STRING}


@dataclass(frozen=True)
class TargetObjects:
    """What a target shows: the records of an export by kind and key, the rows of its lists by kind, all that may use
    others, how many backups each repository holds by the folded id, and what waits for a second person. `keys` are
    those of rows that do not say them themselves, by id.
    """

    records: Mapping[str, Names[list[Record]]]
    rows: Mapping[str, list[Row]]
    users: tuple[User, ...]
    backups: Mapping[str, int]
    waiting: frozenset[str]
    revision: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)

    def record(self, made: JournalObject) -> list[Record]:
        """The records that an object of the journal can be."""
        found = self.records.get(made.kind, Names[list[Record]]()).meant(made.key)
        return [record for alike in found.values() for record in alike]

    def rows_of(self, made: JournalObject, job_id: str = "") -> list[Row]:
        """The rows that an object of the journal can be; a job is known by its id."""
        if job_id:
            return self._by_id.get((made.kind, fold(job_id)), [])
        named = self._by_key.get((made.kind, fold(made.key)), [])
        return [row for row, _key in closest(named, (made.key, lambda pair: pair[1]))]

    @cached_property
    def unread(self) -> list[User]:
        """Those that stand for objects that were not seen."""
        return [user for user in self.users if user.unread]

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = {}
        for kind, rows in self.rows.items():
            for row in rows:
                found.setdefault((kind, fold(row["id"])), []).append(row)
        return found

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], list[tuple[Row, str]]]:
        found: dict[tuple[str, str], list[tuple[Row, str]]] = {}
        for kind, rows in self.rows.items():
            for row in rows:
                for key in self._keys(kind, row):
                    found.setdefault((kind, fold(key)), []).append((row, key))
        return found

    def _keys(self, kind: str, row: Row) -> set[str]:
        if row["id"] in self.keys:
            return {self.keys[row["id"]]}
        if kind != PROXIES.name:
            return lookup_keys(kind, row)
        hosts = self._by_id.get((MANAGED_SERVERS.name, fold(value_at(row, ("server", "hostId")))), [])
        return {KINDS[kind].key({**row, "server": {"hostName": host.get("name")}}) for host in hosts}


def look_at_objects(server: OneServer, journal: Journal) -> TargetObjects:
    """Read what is needed to tell whether anything that was created can go. Nothing is read if nothing was."""
    made = {each for each, _key in journal.created}
    # Of what is always there nothing was created.
    wanted = [kind for kind in KINDS if kind in made and not is_always_there(kind)]
    if not wanted:
        return TargetObjects({}, {}, (), {}, frozenset())
    service, automation = server.service, server.automation
    with server.named():
        users = listed_users(service)
        hosts = [user.row for user in users if user.what == AMONG_USERS[MANAGED_SERVERS.name]]
        identity = automation.identity(hosts)
        automated = [kind for kind in wanted if KINDS[kind].automated]
        shown = dict(zip(automated, service.lanes.each(automated, automation.export), strict=True))
        objects = Objects(service)
        besides = {kind: objects.besides(kind, shown.get(kind, {}), identity.own_names) for kind in wanted}
        estate = at_home({kind: {**shown.get(kind, {}), **besides[kind]} for kind in wanted}, identity)
        rows = {kind: [user.row for user in users if user.what == what] for kind, what in AMONG_USERS.items()}
        rows |= {
            kind: service.pages(resource_of(kind).path, row=IDENTIFIED)
            for kind in wanted
            if kind in RESOURCES and kind not in rows
        }
        rows |= {kind: objects.rows(kind) for kind in wanted if kind not in rows}
        known_by = {
            row["id"]: objects.key(KINDS[kind], row) for kind in wanted if kind not in RESOURCES for row in rows[kind]
        }
        return TargetObjects(
            {kind: _by_key(kind, (record for _list, record in records(estate[kind]))) for kind in wanted},
            rows,
            tuple(users),
            _backups(service) if REPOSITORIES.name in wanted else {},
            waiting(service),
            service.revision,
            known_by,
        )


def _by_key(kind: str, found: Iterable[Record]) -> Names[list[Record]]:
    names: Names[list[Record]] = Names()
    for record in found:
        for key in lookup_keys(kind, record):
            names.setdefault(key, []).append(record)
    return names


def _backups(service: Vbr) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in service.pages(BACKUPS, row={"repositoryId": STRING}):
        held = fold(row.get("repositoryId"))
        counts[held] = counts.get(held, 0) + 1
    return counts


def waiting(service: Vbr) -> frozenset[str]:
    """The ids of what waits for the approval of a second person."""
    try:
        rows = service.pages(EVENTS, {"stateFilter": PENDING}, row=EVENT)
    except NotFound:
        # Old revisions know nothing of it.
        return frozenset()
    return frozenset(str(row["id"]) for row in rows if fold(row.get("state")) == fold(PENDING))
