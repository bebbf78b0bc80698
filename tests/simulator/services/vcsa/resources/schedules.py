# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""com.vmware.appliance.recovery.backup.schedules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..backups.locations import violations
from ..backups.parts import complete
from ..backups.running import SECRETS, Order
from ..backups.schedules import view
from ..backups.views import job_status
from ..structures import CREATE_SPEC, JOB_STATUS, SCHEDULE_INFO, SCHEDULES, UPDATE_SPEC
from ..vapi.errors import VapiError, invalid
from ..vapi.operations import SINCE_SCHEDULES, Asked, Operation, RestRoute
from ..vapi.types import STRING, Field, MapOf, maybe

if TYPE_CHECKING:
    from ..server import VcsaServer

PATH = "/appliance/recovery/backup/schedules"
ONE = f"{PATH}/<schedule>"
NAME = Field("schedule", STRING)
HOURS, MINUTES = range(24), range(60)


def listed(server: VcsaServer, asked: Asked) -> Any:
    return {row["name"]: view(row) for row in server.schedules.rows()}


def get(server: VcsaServer, asked: Asked) -> Any:
    return view(server.schedules.get(asked["schedule"]))


def create(server: VcsaServer, asked: Asked) -> Any:
    spec = asked["spec"]
    _refuse_wrong(server, spec)
    server.schedules.add(asked["schedule"], spec, _parts(server, spec["parts"], [part.id for part in server.parts]))


def update(server: VcsaServer, asked: Asked) -> Any:
    row, spec = server.schedules.get(asked["schedule"]), asked["spec"]
    _refuse_wrong(server, spec)
    server.schedules.change(row, spec, _parts(server, spec["parts"], row["parts"]))


def delete(server: VcsaServer, asked: Asked) -> Any:
    server.schedules.remove(server.schedules.get(asked["schedule"]))


def run(server: VcsaServer, asked: Asked) -> Any:
    """Start a backup now, also when the schedule is disabled or has no recurrence."""
    row = server.schedules.get(asked["schedule"])
    server.jobs.refuse_second()
    assert asked.account is not None
    request = {
        "location_user": row["location_user"],
        "fast_backup": row["fast_backup"],
        "comment": asked["comment"],
    }
    order = Order(
        request,
        complete(row["parts"], server.parts),
        row["location"],
        server.switches.run_type,
        asked.account.username,
        schedule=row["name"],
        sealed={name: row["secrets"][name] for name in SECRETS},
        failure=violations({"location": row["location"]}, server.switches.unreachable_host),
        sticks=asked.sticks,
    )
    return job_status(server.start(order))


def _parts(server: VcsaServer, asked: list[str] | None, otherwise: list[str]) -> list[str]:
    """The parts to keep: with the mandatory ones, or only the requested ones; no source says which (a switch)."""
    if asked is None:
        return otherwise
    whole = complete(asked, server.parts)
    return whole if server.switches.schedule_parts == "complete" else asked


def _refuse_wrong(server: VcsaServer, spec: Mapping[str, Any]) -> None:
    """Raise VapiError for a wrong schedule. An unreachable host is noticed only when the schedule runs."""
    wrong, way = violations(spec, ""), server.switches.violation_in_create
    if wrong and way != "late":
        raise VapiError("invalid_argument" if way == "refuse" else "error", *wrong)
    recurrence, retention = spec.get("recurrence_info"), spec.get("retention_info")
    if recurrence and (recurrence["hour"] not in HOURS or recurrence["minute"] not in MINUTES):
        raise invalid("The time of the schedule is none of a day.", message_id="schedule.time")
    if retention and retention["max_count"] < 1:
        raise invalid("A schedule keeps at least one backup.", message_id="schedule.retention")


ALL, AT = RestRoute("GET", PATH), RestRoute("GET", ONE)
OPERATIONS = (
    Operation(SCHEDULES, "list", listed, ALL, ALL, gives=MapOf(SCHEDULE_INFO), reads=True, since=SINCE_SCHEDULES),
    Operation(SCHEDULES, "get", get, AT, AT, takes=(NAME,), gives=SCHEDULE_INFO, reads=True, since=SINCE_SCHEDULES),
    Operation(
        SCHEDULES,
        "create",
        create,
        rest=RestRoute("POST", ONE),
        api=RestRoute("POST", PATH, status=204),
        takes=(NAME, Field("spec", CREATE_SPEC)),
        since=SINCE_SCHEDULES,
    ),
    Operation(
        SCHEDULES,
        "update",
        update,
        rest=RestRoute("PUT", f"{PATH}/update/<schedule>"),
        api=RestRoute("PATCH", ONE, status=204),
        takes=(NAME, Field("spec", UPDATE_SPEC)),
        since=SINCE_SCHEDULES,
    ),
    Operation(
        SCHEDULES,
        "delete",
        delete,
        rest=RestRoute("DELETE", ONE),
        api=RestRoute("DELETE", ONE, status=204),
        takes=(NAME,),
        since=SINCE_SCHEDULES,
    ),
    Operation(
        SCHEDULES,
        "run",
        run,
        rest=RestRoute("POST", ONE, "run"),
        api=RestRoute("POST", ONE, "run"),
        takes=(NAME, maybe("comment", STRING)),
        gives=JOB_STATUS,
        since=SINCE_SCHEDULES,
    ),
)
