# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""com.vmware.appliance.recovery.backup.job, its details, and the check of a request before a job is created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..backups.locations import url_of, violations
from ..backups.parts import complete
from ..backups.running import MANUAL, Order
from ..backups.views import details, job_status
from ..structures import (
    BACKUP,
    DETAILS,
    DETAILS_FILTER,
    DETAILS_INFO,
    JOB,
    JOB_STATUS,
    backup_request,
    return_result,
)
from ..vapi.errors import VapiError, own
from ..vapi.operations import SINCE_SCHEDULES, Asked, Operation, RestRoute
from ..vapi.types import STRING, Field, ListOf, MapOf, maybe

if TYPE_CHECKING:
    from ..server import VcsaServer

PATH = "/appliance/recovery/backup"
ID = (Field("id", STRING),)


def validate(server: VcsaServer, asked: Asked) -> Any:
    """Return what is wrong as a result; whether a real server raises an error instead is not known (a switch)."""
    server.jobs.refuse_second()
    request, switches = asked["piece"], server.switches
    complete(request["parts"], server.parts)
    wrong = violations(request, switches.unreachable_host)
    if wrong and switches.violation_in_validate != "FAIL":
        raise _refusal(switches.violation_in_validate, *wrong)
    if wrong:
        return {"status": "FAIL", "messages": wrong}
    status = switches.validate_status
    return {"status": status, "messages": [] if status == "OK" else [own("validate", f"The check says {status}.")]}


def create(server: VcsaServer, asked: Asked) -> Any:
    server.jobs.refuse_second()
    request, switches = asked["piece"], server.switches
    parts = complete(request["parts"], server.parts)
    wrong = violations(request, switches.unreachable_host)
    if wrong and switches.violation_in_create != "late":
        raise _refusal(switches.violation_in_create, *wrong)
    assert asked.account is not None
    url = url_of(request["location"], request["location_type"])
    user = asked.account.username
    row = server.start(Order(request, parts, url, MANUAL, user, failure=wrong, sticks=asked.sticks))
    return job_status(row)


def _refusal(way: str, *messages: Any) -> VapiError:
    return VapiError("invalid_argument" if way == "refuse" else "error", *messages)


def listed(server: VcsaServer, asked: Asked) -> Any:
    return [row["id"] for row in server.jobs.rows()]


def get(server: VcsaServer, asked: Asked) -> Any:
    return job_status(server.jobs.look(server.jobs.get(asked["id"])))


def cancel(server: VcsaServer, asked: Asked) -> Any:
    """Cancel a job, which stays listed. What canceling a finished job answers is not known (a switch)."""
    if server.jobs.cancel(server.jobs.get(asked["id"])):
        return {"status": "OK", "messages": []}
    finished = own("job.finished", "The backup is not at work any more.")
    return {"status": server.switches.cancel_finished, "messages": [finished]}


def detailed(server: VcsaServer, asked: Asked) -> Any:
    """The details of all jobs, or of the requested ones that exist."""
    wanted = (asked["filter"] or {}).get("jobs")
    rows = [row for row in server.jobs.rows() if wanted is None or row["id"] in wanted]
    return {row["id"]: details(server.jobs.look(row), server.switches.details_of_running) for row in rows}


JOBS, ONE = RestRoute("GET", f"{PATH}/job"), RestRoute("GET", f"{PATH}/job/<id>")
DETAILED = RestRoute("GET", f"{PATH}/job/details")
OPERATIONS = (
    Operation(
        BACKUP,
        "validate",
        validate,
        rest=RestRoute("POST", f"{PATH}/validate"),
        api=RestRoute("POST", PATH, "validate"),
        takes=(Field("piece", backup_request(BACKUP)),),
        gives=return_result(BACKUP),
        reads=True,
    ),
    Operation(
        JOB,
        "create",
        create,
        rest=RestRoute("POST", f"{PATH}/job"),
        api=RestRoute("POST", f"{PATH}/job", status=201),
        takes=(Field("piece", backup_request(JOB)),),
        gives=JOB_STATUS,
    ),
    Operation(JOB, "list", listed, JOBS, JOBS, gives=ListOf(STRING), reads=True),
    Operation(JOB, "get", get, ONE, ONE, takes=ID, gives=JOB_STATUS, reads=True),
    Operation(
        JOB,
        "cancel",
        cancel,
        rest=RestRoute("POST", f"{PATH}/job/<id>/cancel"),
        api=RestRoute("POST", f"{PATH}/job/<id>", "cancel"),
        takes=ID,
        gives=return_result(JOB),
    ),
    Operation(
        DETAILS,
        "list",
        detailed,
        DETAILED,
        DETAILED,
        takes=(maybe("filter", DETAILS_FILTER),),
        gives=MapOf(DETAILS_INFO),
        reads=True,
        since=SINCE_SCHEDULES,
    ),
)
