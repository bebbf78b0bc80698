# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mount servers: managed servers that backups are mounted on. A mount server has the id of its managed server."""

from __future__ import annotations

from typing import Any

from werkzeug import Response

from ....core.bodies import copy_json
from ....core.call import Call
from ....core.routing import Route
from ..errors import json_answer
from ..plain.writing import add, replace
from ..rest.resource import reading_of, routes_of
from ..rest.seeding import SETTINGS
from ..rest.table import MOUNT_SERVERS
from ..server import VbrServer, only_since
from ..sessions.running import Outcome, Task, work

KIND = MOUNT_SERVERS.kind
READING = reading_of(MOUNT_SERVERS)
SINCE = "1.3-rev0"


def _make_default(server: VbrServer, row_id: str) -> None:
    for row in server.estate.rows(KIND):
        row["state"].pop("default", None)
        row["state"] |= {"default": True} if row["id"] == row_id else {}


@work("save mount server")
def save(server: VbrServer, task: Task) -> Outcome:
    body = task["body"]
    wanted = body.pop("setAsDefault", None)
    if "id" not in task:
        task["row_id"] = body["hostId"]
        body.setdefault("settings", copy_json(SETTINGS))
    done = (replace if "id" in task else add)(server, task)
    if done.resource_id and wanted:
        _make_default(server, done.resource_id)
    return done


def list_default(server: VbrServer, call: Call) -> Response:
    only_since(call, SINCE)
    return READING.list(server, call, lambda row: bool(row["state"].get("default")))


def make_default(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, SINCE)
    row: Any = READING.row(server, row_id)
    _make_default(server, row["id"])
    return json_answer(READING.show(row, server.estate, READING.revision(call)), 201)


ROUTES = (
    *routes_of(MOUNT_SERVERS),
    Route("GET", f"{MOUNT_SERVERS.path}/default", list_default),
    Route("POST", f"{MOUNT_SERVERS.path}/<row_id>/default", make_default),
)
