# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both servers of a pair, each signed in once, and what they show of their jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from ..._core.compare import Names, fold
from ..._core.errors import RestError
from ..._core.files import held
from ..._core.parallel import Lanes
from ..automation import Automation
from ..client import Vbr
from ..migration.bundle import ServerIdentity
from ..migration.collection import Record, records
from ..migration.kinds import JOBS
from ..migration.listed import ListedJob
from ..objects import Objects
from .jobs import JobCalls

SOURCE, TARGET = "source", "target"

Found = TypeVar("Found")


@dataclass(frozen=True)
class Seen:
    """What a server shows of its jobs: the list of all, the records of an export by name, the folded ids at work."""

    identity: ServerIdentity
    revision: str
    listed: tuple[ListedJob, ...] = ()
    records: Names[list[Record]] = field(default_factory=Names)
    working: frozenset[str] = frozenset()

    @cached_property
    def jobs(self) -> Directory:
        """What is in the list, by id and by name."""
        return Directory(self.listed)


class Directory:
    """The jobs of a server by id and by name."""

    def __init__(self, jobs: Iterable[ListedJob]) -> None:
        self._by_id: dict[str, ListedJob] = {}
        self._by_name: dict[str, list[ListedJob]] = {}
        for job in jobs:
            self._by_id.setdefault(fold(job.id), job)
            self._by_name.setdefault(fold(job.name), []).append(job)

    def of_id(self, job_id: str) -> ListedJob | None:
        return self._by_id.get(fold(job_id)) if job_id else None

    def find(self, job_id: str, name: str) -> ListedJob | None:
        """The job of an id; where that is not known, the only one of a name."""
        if job_id:
            return self.of_id(job_id)
        alike = self.called(name)
        exact = [job for job in alike if job.name == name] or alike
        return exact[0] if len(exact) == 1 else None

    def called(self, name: str) -> list[ListedJob]:
        """Every job that a name can mean."""
        return self._by_name.get(fold(name), [])


class OneServer:
    """A signed-in server: its jobs as they are looked at, and what is done with them."""

    def __init__(self, side: str, service: Vbr, whole: bool = False) -> None:
        """`whole` says that jobs are handed over that only ordinary REST shows."""
        self.side, self.service, self.whole = side, service, whole
        self.automation, self.calls = Automation(service), JobCalls(service)

    @contextmanager
    def named(self) -> Iterator[None]:
        """Inside, an error says on which of the two servers it was."""
        try:
            yield
        except RestError as error:
            error.message = f"{self.side}: {error.message}"
            raise

    def identity(self) -> ServerIdentity:
        """Who it is; a server of 1.0-rev2 says it by its hosts only."""
        with self.named():
            identity = self.automation.identity([])
            return identity if identity.vbr_id else self.automation.identity(self.automation.hosts())

    def look(self, identity: ServerIdentity) -> Seen:
        """Its jobs as they are now."""
        seen = Seen(identity, self.service.revision)
        listed, shown = self.service.lanes.each((self.with_list, self.with_records), lambda read: read(seen))
        return replace(listed, records=shown.records)

    def with_list(self, seen: Seen) -> Seen:
        with self.named():
            return replace(seen, listed=tuple(job for job in self.automation.jobs() if job.moves))

    def with_records(self, seen: Seen) -> Seen:
        found: Names[list[Record]] = Names()
        with self.named():
            shown = self.automation.export(JOBS.name)
            besides = Objects(self.service).besides(JOBS.name, shown, ()) if self.whole else {}
            for _list, record in records({**shown, **besides}):
                found.setdefault(str(record.get("name")), []).append(record)
        return replace(seen, records=found)

    def with_work(self, seen: Seen) -> Seen:
        with self.named():
            return replace(seen, working=self.calls.shown_at_work())


def of_each(servers: Sequence[OneServer], read: Callable[[OneServer], Found]) -> list[Found]:
    """What is read of each server: of all at a time, unless requests to one of them are sent one by one."""
    lanes = Lanes(min((server.service.lanes.limit for server in servers), default=1))
    return lanes.each(servers, read)


class ServerPair:
    """Source and target; use it as a context manager, which signs in to both and always signs out."""

    def __init__(self, source: Vbr, target: Vbr, whole: bool = False) -> None:
        self.source, self.target = OneServer(SOURCE, source, whole), OneServer(TARGET, target, whole)
        self._stack = ExitStack()

    def __enter__(self) -> ServerPair:
        with ExitStack() as stack:
            for server in (self.source, self.target):
                with server.named():
                    stack.enter_context(server.service)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def both(self, read: Callable[[OneServer], Found]) -> tuple[Found, Found]:
        """What is read of source and target. Raises as `of_each`."""
        of_source, of_target = of_each((self.source, self.target), read)
        return of_source, of_target

    def hold(self, journal: Path) -> None:
        """From now on no other run has this journal. Raises InvalidInput if another has it."""
        self._stack.enter_context(held(journal))
