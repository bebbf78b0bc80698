# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""com.vmware.appliance.recovery.restore and reconciliation, which belong to an appliance that is being deployed.

A running vCenter refuses them, and so does this one (facts/vcsa.md 5.3, 14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from ..backups.locations import url_of
from ..structures import (
    RECONCILIATION,
    RECONCILIATION_INFO,
    RECONCILIATION_SPEC,
    RESTORE,
    RESTORE_JOB,
    RESTORE_JOB_REQUEST,
    RESTORE_JOB_STATUS,
    RESTORE_METADATA,
    RESTORE_REQUEST,
    return_result,
)
from ..vapi.errors import error, own
from ..vapi.operations import SINCE_SCHEDULES, Asked, Operation, RestRoute
from ..vapi.types import Field

if TYPE_CHECKING:
    from ..server import VcsaServer

PATH = "/appliance/recovery/restore"
RECONCILIATION_PATH = "/appliance/recovery/reconciliation/job"
WHEN = "Restore is allowed only after deployment and before the first boot."


def validate(server: VcsaServer, asked: Asked) -> Any:
    """The metadata of a backup; it is never applicable to this appliance."""
    request = asked["piece"]
    url = url_of(request["location"], request["location_type"])
    found = server.archives.at_directory(url)
    if found is None:
        raise error("error", "archive.unknown", f"There is no backup at '{url}'.", url)
    return {
        "timestamp": found["completed"],
        "parts": found["parts"],
        "version": found["version"],
        "boxname": found["system_name"],
        "comment": found["comment"],
        "applicable": False,
        "messages": [own("restore.state", WHEN)],
    }


def get(server: VcsaServer, asked: Asked) -> Any:
    return {"state": "NONE", "messages": [], "progress": 0}


def cancel(server: VcsaServer, asked: Asked) -> Any:
    return {"status": server.switches.cancel_finished, "messages": [own("restore.none", "No restore is at work.")]}


def refuse(server: VcsaServer, asked: Asked) -> NoReturn:
    server.jobs.refuse_second()
    raise error("not_allowed_in_current_state", "restore.state", WHEN)


def not_found(server: VcsaServer, asked: Asked) -> NoReturn:
    raise error("not_found", "reconciliation.none", "No reconciliation is at work.")


RESTORED = RestRoute("GET", f"{PATH}/job")
RECONCILED = RestRoute("GET", RECONCILIATION_PATH)
OPERATIONS = (
    Operation(
        RESTORE,
        "validate",
        validate,
        rest=RestRoute("POST", f"{PATH}/validate"),
        api=RestRoute("POST", PATH, "validate"),
        takes=(Field("piece", RESTORE_REQUEST),),
        gives=RESTORE_METADATA,
        reads=True,
    ),
    Operation(
        RESTORE_JOB,
        "create",
        refuse,
        rest=RestRoute("POST", f"{PATH}/job"),
        api=RestRoute("POST", f"{PATH}/job", status=201),
        takes=(Field("piece", RESTORE_JOB_REQUEST),),
        gives=RESTORE_JOB_STATUS,
    ),
    Operation(RESTORE_JOB, "get", get, RESTORED, RESTORED, gives=RESTORE_JOB_STATUS, reads=True),
    Operation(
        RESTORE_JOB,
        "cancel",
        cancel,
        rest=RestRoute("POST", f"{PATH}/job/cancel"),
        api=RestRoute("POST", f"{PATH}/job", "cancel"),
        gives=return_result(RESTORE_JOB),
    ),
    Operation(
        RECONCILIATION,
        "create",
        refuse,
        rest=RestRoute("POST", RECONCILIATION_PATH),
        api=RestRoute("POST", RECONCILIATION_PATH, status=201),
        takes=(Field("spec", RECONCILIATION_SPEC),),
        gives=RECONCILIATION_INFO,
        since=SINCE_SCHEDULES,
    ),
    Operation(
        RECONCILIATION,
        "get",
        not_found,
        RECONCILED,
        RECONCILED,
        gives=RECONCILIATION_INFO,
        reads=True,
        since=SINCE_SCHEDULES,
    ),
)
