# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the backups of an appliance: a summary, the parts, the jobs, the schedules, and the stored archives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._core.errors import InvalidInput, RestError
from .._core.operation import Inquiry, Params
from .._core.option import Option
from .._core.query import chosen, compiled
from .client import Vcsa
from .jobs import STATES, JobRow, is_at, job_at_work, last_success, part_row
from .locations import Location, check_free_text, location_given
from .recovery import Recovery, hiding_client
from .schedules import view_of
from .styles import REST

SUMMARY, PARTS, JOBS, SCHEDULES, ARCHIVES = "summary", "parts", "jobs", "schedules", "archives"
MANUAL, SCHEDULED = "manual", "scheduled"
PASSWORD_IN_URL = (
    "In api_style rest the password of the location travels in the address of the request, and the appliance may keep "
    "it in a log. From 7.0 Update 2 on api_style api does not do that."
)


def validate(params: Params) -> None:
    """Refuse what can be refused without asking the appliance. Raises InvalidInput."""
    compiled(params["query"])
    if params["location"] is not None:
        location_given(params["location"])
    elif ARCHIVES in params["gather"]:
        raise InvalidInput("Archives are read from a location.", "Give location, or do not gather archives.")
    check_free_text(params)


def read(service: Vcsa, params: Params) -> dict[str, Any]:
    query = compiled(params["query"])
    place = location_given(params["location"]) if params["location"] is not None else None
    recovery = Recovery(service)
    gathered = {kind: GATHERED[kind](recovery, params, place) for kind in params["gather"]}
    resource = service.redacted(gathered.pop(SUMMARY, {}) | gathered)
    password_in_url = service.style == REST.name and ARCHIVES in params["gather"] and params["location_password"]
    found = chosen("resource", query, resource)
    warnings = [*found.get("warnings", []), *([PASSWORD_IN_URL] if password_in_url else [])]
    return {**found, "api_style": service.style, **({"warnings": warnings} if warnings else {})}


def _summary(recovery: Recovery, _params: Params, place: Location | None) -> dict[str, Any]:
    """Whether the appliance can be backed up, the backup at work, and the last good one with its age."""
    rows = recovery.jobs()
    success = last_success(rows, recovery.service.now(), place)
    return {
        "supported": recovery.supported(),
        "running": job_at_work(rows),
        "last_success": success.row if success else None,
        "age_seconds": int(success.age) if success else None,
    }


def _parts(recovery: Recovery, _params: Params, _place: Location | None) -> list[dict[str, Any]]:
    return [part_row(part, _megabytes(recovery, str(part["id"]))) for part in recovery.parts()]


def _megabytes(recovery: Recovery, part: str) -> int | None:
    """The size of a part; None if the appliance cannot say, which must not hide the other parts."""
    try:
        return recovery.megabytes(part)
    except RestError:
        return None


def _jobs(recovery: Recovery, params: Params, place: Location | None) -> list[JobRow]:
    rows = recovery.jobs(params["job_ids"] or None)
    return [
        row
        for row in rows
        if (not params["states"] or row["state"] in params["states"])
        and (not params["type"] or str(row.get("type")).casefold() == params["type"])
        and (place is None or is_at(row, place))
    ]


def _schedules(recovery: Recovery, _params: Params, _place: Location | None) -> list[dict[str, Any]]:
    return [{"name": name, **view_of(schedule, ())} for name, schedule in sorted(recovery.schedules().items())]


def _archives(recovery: Recovery, params: Params, _place: Location | None) -> list[dict[str, Any]]:
    keys = ("location", "location_user", "location_password")
    where = {name: params[name] for name in keys if params[name] not in (None, "")}
    narrow: Mapping[str, Any] = {
        name: value for name, value in (params["archive_filter"] or {}).items() if value is not None
    }
    names = params["system_names"] or recovery.system_names(where)
    return [{"system_name": name, **row} for name in names for row in recovery.archives(name, where, narrow)]


GATHERED: Mapping[str, Callable[[Recovery, Params, Location | None], Any]] = {
    SUMMARY: _summary,
    PARTS: _parts,
    JOBS: _jobs,
    SCHEDULES: _schedules,
    ARCHIVES: _archives,
}

BACKUP_INFO = Inquiry(
    client=Vcsa,
    open=hiding_client,
    options={
        "gather": Option(type="list", elements="str", choices=tuple(GATHERED), default=[SUMMARY]),
        "job_ids": Option(type="list", elements="str"),
        "states": Option(type="list", elements="str", choices=STATES),
        "type": Option(choices=(MANUAL, SCHEDULED)),
        "location": Option(mixed=True),
        "location_user": Option(),
        "location_password": Option(secret=True),
        "system_names": Option(type="list", elements="str"),
        "archive_filter": Option(
            type="dict",
            options={
                "start_timestamp": Option(),
                "end_timestamp": Option(),
                "comment_substring": Option(),
                "max_results": Option(type="int"),
            },
        ),
        "query": Option(),
    },
    validate=validate,
    read=read,
)
