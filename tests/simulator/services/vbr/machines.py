# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of the inventory that the jobs of a server name: noted with each job, so that nobody reads all jobs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from ...core.names import folded
from .kind import Body
from .shapes.jobs import INVENTORY
from .shapes.rules import values

# What an object of a job has in common with the object of the inventory that it means.
IDENTITY = ("type", "hostName", "name", "objectId")

Mark = tuple[str, ...]


def mark_of(machine: Body) -> Mark:
    """Two objects with the same mark are one."""
    return tuple(folded(str(machine.get(name))) for name in IDENTITY)


class Machines:
    """Host, then mark, then the jobs that name the object, each with the object as it writes it."""

    def __init__(self) -> None:
        self._of_host: dict[str, dict[Mark, dict[str, Body]]] = {}
        self._of_job: dict[str, list[tuple[str, Mark]]] = {}

    def note(self, job_id: str, body: Body) -> None:
        marked = self._of_job[job_id] = []
        for machine in _named(body):
            host, mark = _host_of(machine), mark_of(machine)
            self._of_host.setdefault(host, {}).setdefault(mark, {})[job_id] = machine
            marked.append((host, mark))

    def forget(self, job_id: str) -> None:
        for host, mark in self._of_job.pop(job_id, ()):
            jobs = self._of_host[host].get(mark, {})
            jobs.pop(job_id, None)
            if not jobs:
                self._of_host[host].pop(mark, None)

    def clear(self) -> None:
        self._of_host.clear()
        self._of_job.clear()

    def of(self, host: str) -> Iterator[Body]:
        """Each object of a host once, as the first of its jobs writes it."""
        for jobs in self._of_host.get(folded(host), {}).values():
            yield from islice(jobs.values(), 1)

    def __contains__(self, machine: Body) -> bool:
        return mark_of(machine) in self._of_host.get(_host_of(machine), {})


def _host_of(machine: Body) -> str:
    return folded(str(machine.get("hostName")))


def _named(body: Body) -> Iterator[Any]:
    for path in INVENTORY:
        yield from (each for each in values(body, path) if isinstance(each, dict) and each.get("objectId"))
