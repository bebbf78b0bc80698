# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Four-eyes authorization: a deletion of backups or of storage waits for a second person (switch `four_eyes`), and
since 13.1 a change of a repository as well.
"""

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
from ..sessions.views import start

EVENTS = "authorizationEvents"
WAITS_DAYS = 7
# What may be deleted with the approval of a second person only.
CHANGES_SINCE = "1.3-rev2"
CHANGED = re.compile(r"/api/v1/backupInfrastructure/repositories/[^/]+", re.I)
NOTHING = re.compile(r"(?!)")
GUARDED = re.compile(r"/api/v1/(backups|backupInfrastructure/(repositories|scaleOutRepositories))/[^/]+", re.I)


def add_event(server: VbrServer, name: str, state: str, by: str = "", description: str = "") -> Row:
    now = server.clock.now()
    row: Row = {"name": name, "description": description, "state": state, "created": write_time(now), "by": by}
    if state == "Pending":
        row["expires"] = write_time(now + timedelta(days=WAITS_DAYS))
    return server.store.add(EVENTS, row)


def guard(server: VbrServer, call: Call, name: str = "") -> None:
    """Keep what needs a second person from being carried out, as the switch says: refuse it, or answer as if and let it
    wait. A change is answered with a session that does nothing and ends well.
    """
    method, path = call.request.method, call.request.path.rstrip("/")
    needs = GUARDED if method == "DELETE" else CHANGED if CHANGES_SINCE in server.revisions else NOTHING
    if server.switches.four_eyes == "off" or not needs.fullmatch(path):
        return
    if server.switches.four_eyes == "refuse":
        raise bad_request("The operation requires four-eyes authorization", "UnknownError")
    what = {"DELETE": "Deletion", "PUT": "Update repository"}[method]
    add_event(server, what, "Pending", call.account.username, f"{method} {path} {name}".rstrip())
    done = Response(status=204)
    if method == "PUT":
        done = start(call, server.sessions, "Infrastructure Item Saving", "Infrastructure", [])
    raise HTTPException(response=done)
