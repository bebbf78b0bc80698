# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Four-eyes authorization: a deletion of backups or of storage waits for a second person (switch `four_eyes`)."""

from __future__ import annotations

import re
from datetime import timedelta

from werkzeug import Response
from werkzeug.exceptions import HTTPException

from ....core.call import Call
from ....core.clock import write_time
from ....core.store import Row
from ..errors import bad_request
from ..server import VbrServer

EVENTS = "authorizationEvents"
WAITS_DAYS = 7
# What may be deleted with the approval of a second person only.
GUARDED = re.compile(r"/api/v1/(backups|backupInfrastructure/(repositories|scaleOutRepositories))/[^/]+", re.I)


def add_event(server: VbrServer, name: str, state: str, by: str = "", description: str = "") -> Row:
    now = server.clock.now()
    row: Row = {"name": name, "description": description, "state": state, "created": write_time(now), "by": by}
    if state == "Pending":
        row["expires"] = write_time(now + timedelta(days=WAITS_DAYS))
    return server.store.add(EVENTS, row)


def guard(server: VbrServer, call: Call) -> None:
    """Keep a deletion from being carried out, as the switch says: refuse it, or answer as if and let it wait."""
    if server.switches.four_eyes == "off" or call.request.method != "DELETE":
        return
    if not GUARDED.fullmatch(call.request.path.rstrip("/")):
        return
    if server.switches.four_eyes == "refuse":
        raise bad_request("The operation requires four-eyes authorization", "UnknownError")
    add_event(server, "Deletion", "Pending", call.account.username, f"DELETE {call.request.path}")
    raise HTTPException(response=Response(status=204))
