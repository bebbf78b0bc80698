# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a move before it begins: facts of the source and of the target, and what is to be moved. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from ..._core.compare import fold
from ..migration.bundle import ServerIdentity
from ..migration.collection import Estate, Record, records
from ..migration.kind import Kind
from ..migration.kinds import JOBS, KINDS
from ..migration.mapping import Mappings
from ..revisions import is_thirteen

SOURCE, TARGET = "source", "target"
# What a rule can need beside the two servers: the collections that are moved.
ESTATE = "estate"

# What stands in an Unread of a server whose account may not do what an export or an import needs.
IDENTITY = "who the server is"
FORBIDDEN = "the account may not ask for it"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Unread:
    """Something that could not be read: what it is called, and why not."""

    what: str
    why: str


@dataclass(frozen=True)
class ServerFacts:
    """What was read of one server. `lists` and `objects` are by the names of `reading.QUESTIONS`.

    `ahead` is by how many seconds its clock is ahead of the one here. `fulls` are the jobs, by name, in whose chains
    there are full backups that are kept for GFS. `passwords` says of each encryption password that was given whether
    it is the one of the server.
    """

    side: str
    hostname: str
    username: str = ""
    revision: str = ""
    served: tuple[str, ...] = ()
    identity: ServerIdentity = field(default_factory=ServerIdentity)
    ahead: float | None = None
    lists: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    objects: Mapping[str, Row] = field(default_factory=dict)
    estate: Estate = field(default_factory=dict)
    fulls: frozenset[str] = frozenset()
    passwords: Mapping[str, bool] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()

    @property
    def name(self) -> str:
        return self.identity.name or self.hostname

    @property
    def is_thirteen(self) -> bool:
        """Whether it is version 13 or later."""
        return is_thirteen(self.identity.build, self.revision)

    def rows(self, name: str) -> Sequence[Row]:
        """The rows of a list; none if it could not be read."""
        return self.lists.get(name, ())

    def says(self, name: str) -> Row:
        """An object; empty if it could not be read."""
        return self.objects.get(name, {})

    def is_itself(self, host: Any) -> bool:
        """Whether a host is this very server."""
        return bool(host) and fold(host) in {fold(name) for name in self.identity.all_names}


@dataclass(frozen=True)
class Move:
    """A move that is to be judged. Either server may be missing, and so may what is moved.

    `revision` is that of the estate, `origin` the server that it came from, `now` the moment it is here.
    `days_per_point` is the rule for restore points, `""` if there is none. `whole` is not a bundle of the automation
    section alone.
    """

    now: datetime
    source: ServerFacts | None = None
    target: ServerFacts | None = None
    estate: Estate = field(default_factory=dict)
    revision: str = ""
    origin: ServerIdentity = field(default_factory=ServerIdentity)
    mappings: Mappings = field(default_factory=Mappings)
    days_per_point: str = ""
    whole: bool = True

    @property
    def servers(self) -> list[ServerFacts]:
        return [server for server in (self.source, self.target) if server]

    @property
    def known(self) -> set[str]:
        """Which of the two servers and the estate there are."""
        return {server.side for server in self.servers} | ({ESTATE} if self.estate else set())

    def moved(self, kind: str) -> Iterator[Record]:
        """The records of a kind that go to the target: not those that something else takes the place of."""
        return (record for _list, record in records(self.moving.get(kind, {})))

    @cached_property
    def moving(self) -> Estate:
        """The estate without what something else takes the place of."""
        stays = self.mappings.replaced
        moving: Estate = {}
        for kind, collection in self.estate.items():
            moving[kind] = {list_name: [] for list_name in collection}
            for list_name, record in records(collection):
                if not stays(kind, KINDS[kind].key(record)):
                    moving[kind][list_name].append(record)
        return moving

    def types_by_rest(self, kind: Kind) -> frozenset[str]:
        """The types of a kind that go by ordinary REST, in the revision that the source speaks."""
        if self.source is None or kind.rest is None or not self.whole:
            return frozenset()
        return kind.rest.types_in(self.source.revision)

    def jobs(self) -> Iterator[tuple[str, Record]]:
        """The jobs that are moved, by name."""
        for job in self.moved(JOBS.name):
            yield JOBS.key(job), job

    def from_source(self, host: Any) -> bool:
        """Whether a host is the server that the estate came from."""
        return bool(host) and fold(host) in {fold(name) for name in self.origin.all_names}


def keeps_gfs(job: Mapping[str, Any]) -> bool:
    """Whether a job keeps full backups for GFS."""
    policy = (job.get("storage") or {}).get("gfsPolicy") or {}
    return bool(policy.get("isEnabled"))
