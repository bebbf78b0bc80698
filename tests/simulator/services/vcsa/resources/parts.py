# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""com.vmware.appliance.recovery.backup.parts, and whether recovery is supported at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..backups.parts import view
from ..structures import PART, PARTS, RECOVERY, RECOVERY_INFO
from ..vapi.errors import error
from ..vapi.operations import SINCE_SCHEDULES, Asked, Operation, RestRoute
from ..vapi.types import INTEGER, STRING, Field, ListOf

if TYPE_CHECKING:
    from ..server import VcsaServer

PATH = "/appliance/recovery/backup/parts"


def supported(server: VcsaServer, asked: Asked) -> Any:
    return {"supported": True}


def listed(server: VcsaServer, asked: Asked) -> Any:
    return [view(part) for part in server.parts]


def size(server: VcsaServer, asked: Asked) -> Any:
    """The size of a part in megabytes. The documents declare no error for an unknown part."""
    for part in server.parts:
        if part.id == asked["id"]:
            return part.megabytes
    raise error("error", "part.unknown", f"There is no part '{asked['id']}'.", asked["id"])


ALL, ONE = RestRoute("GET", PATH), RestRoute("GET", f"{PATH}/<id>")
RECOVERY_PLACE = RestRoute("GET", "/appliance/recovery")
OPERATIONS = (
    Operation(
        RECOVERY,
        "get",
        supported,
        RECOVERY_PLACE,
        RECOVERY_PLACE,
        gives=RECOVERY_INFO,
        reads=True,
        since=SINCE_SCHEDULES,
    ),
    Operation(PARTS, "list", listed, ALL, ALL, gives=ListOf(PART), reads=True),
    Operation(PARTS, "get", size, ONE, ONE, takes=(Field("id", STRING),), gives=INTEGER, reads=True),
)
