# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration backup: its settings as one object, and running it."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.clock import write_time
from ....core.routing import Route
from ..bodies import object_sent
from ..errors import json_answer
from ..models.configuration_backup import NAME, read_settings, settings, show_settings
from ..server import VbrServer, shape
from ..sessions.deeds import deed
from ..sessions.routes import start
from ..sessions.running import Done, Task

PATH = "/api/v1/configBackup"
TYPE = "ConfigurationBackup"
DEED = "back up configuration"


def get(server: VbrServer, call: Call) -> Response:
    return json_answer(show_settings(settings(server.store, server.estate), shape(call)))


def replace(server: VbrServer, call: Call) -> Response:
    row = settings(server.store, server.estate)
    row["body"] = read_settings(object_sent(call), row, server.estate, shape(call))
    return json_answer(show_settings(row, shape(call)))


def back_up(server: VbrServer, call: Call) -> Response:
    """The only session that is answered with 200."""
    return start(call, server.sessions, NAME, TYPE, [{"do": DEED}], 200)


@deed(DEED)
def make_backup(server: VbrServer, task: Task) -> Done:
    body = settings(server.store, server.estate)["body"]
    session = [row["id"] for row in server.sessions.rows() if row["type"] == TYPE][-1]
    body["lastSuccessfulBackup"] = {"lastSuccessfulTime": write_time(server.clock.now()), "sessionId": session}
    return Done("Succeeded", NAME, "Backed up")


ROUTES = (
    Route("GET", PATH, get),
    Route("PUT", PATH, replace),
    Route("POST", f"{PATH}/backup", back_up),
)
