# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup section of an appliance: one method for each operation, and the wait for a job's end (facts/vcsa.md 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from .._core.answer import Fits, Misfit
from .._core.connection import Connection
from .._core.errors import NotFound, TimedOut
from .._core.operation import Params
from .._core.polling import OUTAGE_SECONDS, poll
from .._core.shape import BOOLEAN, NUMBER, STRING, Shape, asked_for, called, check, shaped
from .client import Vcsa
from .jobs import DETAILS, PART, JobRow, has_ended, is_job, job_at_work, job_row, newest_first
from .locations import PASSWORD_OPTIONS
from .schedules import SCHEDULE
from .styles import as_map

# Without details each job costs a request. One that is at work is among the newest.
NEWEST = 5


def hiding_client(connection: Connection, params: Params) -> Vcsa:
    """A client that redacts the passwords in these options from its first request on."""
    service = Vcsa(connection)
    service.http.secrets.add([params.get(name) for name in PASSWORD_OPTIONS])
    return service


class Recovery:
    """The operations of an appliance's backups. Every method raises RestError."""

    def __init__(self, service: Vcsa) -> None:
        self.service = service

    def supported(self) -> bool | None:
        """Whether this appliance can be backed up; None if it does not say (before 6.7)."""
        with suppress(NotFound):
            return bool(self.service.call("recovery", _is_recovery).get("supported"))
        return None

    def parts(self) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = self.service.call("parts", _are_parts)
        return rows

    def megabytes(self, part: str) -> int:
        return int(self.service.call("part", _is_number, part=part))

    # -- jobs ----------------------------------------------------------------------------------------------------------

    def validate(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The appliance's verdict on a request; nothing is started."""
        verdict: Mapping[str, Any] = self.service.call("validate", _is_verdict, piece=request)
        return verdict

    def start(self, request: Mapping[str, Any]) -> JobRow:
        job = self.service.call("create_job", is_job, piece=request)
        return job_row(str(job["id"]), job)

    def ids(self) -> list[str]:
        return [str(job_id) for job_id in self.service.call("jobs", _are_texts)]

    def job(self, job_id: str) -> JobRow:
        """A job with its details, where the appliance has them (from 6.7 on)."""
        job = self.service.call("job", _job_of(job_id), job=job_id)
        return job_row(job_id, job, (self._details([job_id]) or {}).get(job_id))

    def jobs(self, ids: list[str] | None = None) -> list[JobRow]:
        """All jobs or those with these ids, the newest first."""
        details = self._details(ids)
        if details is None:
            return self._one_by_one(self.ids() if ids is None else ids)
        return newest_first(job_row(job_id, details=found) for job_id, found in details.items())

    def job_at_work(self) -> JobRow | None:
        details = self._details(None)
        if details is None:
            return job_at_work(self._one_by_one(sorted(self.ids(), reverse=True)[:NEWEST]))
        return job_at_work(job_row(job_id, details=found) for job_id, found in details.items())

    def _one_by_one(self, ids: list[str]) -> list[JobRow]:
        return newest_first(job_row(job_id, self.service.call("job", _job_of(job_id), job=job_id)) for job_id in ids)

    def _details(self, ids: list[str] | None) -> dict[str, Any] | None:
        """The details of jobs by their ids; None where there are none (before 6.7)."""
        try:
            found = self.service.call("details", _are_details, filter={"jobs": ids} if ids else {})
        except NotFound:
            return None
        return as_map(found)

    def cancel(self, job_id: str) -> Mapping[str, Any]:
        """Ask for the end of a job; returns the appliance's verdict."""
        verdict: Mapping[str, Any] = self.service.call("cancel_job", _is_verdict, job=job_id)
        return verdict

    def wait_for_end(self, job_id: str, timeout: float, watch: Callable[[JobRow], None] = lambda row: None) -> JobRow:
        """Poll a job until it has ended; returns it with its details. `watch` gets the result of each poll.

        Raises TimedOut after `timeout` seconds.
        """

        def read() -> JobRow:
            row = job_row(job_id, self.service.call("job", _job_of(job_id), job=job_id))
            watch(row)
            return row

        def late(row: JobRow | None) -> TimedOut:
            return TimedOut(
                f"backup {job_id} is still {(row or {}).get('state')} after {timeout:g} seconds",
                "It goes on at the appliance. Attach to it with on_busy: attach, or raise wait_timeout.",
                service=self.service.SERVICE,
                job_id=job_id,
            )

        clock = self.service.clock
        poll(read, has_ended, clock, timeout, late)
        return poll(lambda: self.job(job_id), has_ended, clock, OUTAGE_SECONDS, late)

    # -- schedules -----------------------------------------------------------------------------------------------------

    def schedules(self) -> dict[str, Any]:
        return as_map(self.service.call("schedules", _are_schedules)) or {}

    def schedule(self, name: str) -> dict[str, Any] | None:
        with suppress(NotFound):
            return dict(self.service.call("schedule", _is_schedule, schedule=name))
        return None

    def create_schedule(self, name: str, body: Mapping[str, Any]) -> None:
        self.service.call("create_schedule", schedule=name, spec=body)

    def update_schedule(self, name: str, body: Mapping[str, Any]) -> None:
        self.service.call("update_schedule", schedule=name, spec=body)

    def delete_schedule(self, name: str) -> None:
        self.service.call("delete_schedule", schedule=name)

    def run_schedule(self, name: str, comment: str | None) -> JobRow:
        job = self.service.call("run_schedule", is_job, schedule=name, comment=comment)
        return job_row(str(job["id"]), job)

    # -- archives ------------------------------------------------------------------------------------------------------

    def system_names(self, place: Mapping[str, Any]) -> list[str]:
        """The names of the systems that have backups at a place."""
        return [str(name) for name in self.service.call("system_names", _are_texts, loc_spec=place)]

    def archives(
        self, system_name: str, place: Mapping[str, Any], narrow: Mapping[str, Any]
    ) -> list[Mapping[str, Any]]:
        """The backups of one system at a place. The appliance filters them by `narrow`."""
        found: list[Mapping[str, Any]] = self.service.call(
            "archives", _are_archives, system_name=system_name, loc_spec=place, filter_spec=narrow
        )
        return found


_is_recovery = shaped({"supported": BOOLEAN})
_are_parts = shaped([PART])
_are_texts = shaped([STRING])
_are_archives = shaped(
    [{"timestamp": STRING, "location": STRING, "version": STRING, "comment": STRING, "parts": [STRING]}]
)
_is_number = shaped(NUMBER)
_is_verdict = shaped({"status!": STRING, "messages": []})
_is_schedule = shaped(SCHEDULE)


def _job_of(job_id: str) -> Fits:
    """The check whether this is the job that was asked for."""
    is_it = asked_for(job_id)
    return lambda value: is_job(value) and is_it(value)


def _map_of(shape: Shape) -> Fits:
    """The check whether this is a map of objects of a shape, in either style."""

    def fits(value: Any) -> bool:
        found = as_map(value)
        if found is None:
            raise Misfit(f"the answer is {called(value)}, not a map of objects")
        for name, part in found.items():
            check(part, shape, name)
        return True

    return fits


_are_details = _map_of(DETAILS)
_are_schedules = _map_of(SCHEDULE)
