# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task sessions: what a run of a job does with each machine."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import NAMESPACE, Row
from ..errors import json_answer, not_found
from ..kind import Model
from ..plain.records import Records
from ..revisions import TAG_WAVE
from ..server import VbrServer, only_since, shape

SINCE = TAG_WAVE
RUN = "BackupJob"
RESULTS = {"Succeeded": "Success", "Warning": "Warning", "Failed": "Failed"}


def show_task(server: VbrServer, row: Row, revision: str) -> Model:
    """`row` is {id, session, name, record}; the record is None of what is not done yet."""
    session, record = row["session"], row["record"]
    result = {"result": RESULTS[record["status"]], "message": record["description"]} if record else None
    return {
        "id": row["id"],
        "type": "Backup",
        "sessionId": session["id"],
        "sessionType": session["type"],
        "creationTime": session["created"],
        "endTime": record["updateTime"] if record else None,
        "name": row["name"],
        "state": "Stopped" if record or session["ended"] else "Working",
        "result": {**result, "isCanceled": session["canceled"]} if result else None,
        "usn": session["usn"],
    }


def tasks(server: VbrServer) -> Iterator[Row]:
    for session in server.sessions.rows():
        if session["type"] != RUN:
            continue
        server.sessions.look(session)
        for number in range(session["total"] if session["ended"] is None else session["done"]):
            done = number < len(session["records"])
            record = session["records"][number] if done else None
            name = record["title"].removeprefix("Processing ") if record else session["tasks"][number].get("object", "")
            task_id = str(uuid.uuid5(NAMESPACE, f"{session['id']}/{number}"))
            yield {"id": task_id, "session": session, "name": name, "record": record}


LISTED = Records(
    "/api/v1/taskSessions",
    "taskSessions",
    show_task,
    ("name", "creationTime", "endTime", "state"),
    SINCE,
    {"typeFilter": "type", "sessionTypeFilter": "sessionType", "stateFilter": "state", "sessionIdFilter": "sessionId"},
)


def list_tasks(server: VbrServer, call: Call) -> Response:
    return LISTED.answer(server, call, tasks(server))


def tasks_of(server: VbrServer, call: Call, session_id: str) -> Response:
    return LISTED.answer(server, call, [row for row in tasks(server) if row["session"]["id"] == session_id])


def one_task(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, SINCE)
    for row in tasks(server):
        if row["id"] == row_id:
            return json_answer(show_task(server, row, shape(call)))
    raise not_found(row_id)


ROUTES = (
    Route("GET", LISTED.path, list_tasks),
    Route("GET", f"{LISTED.path}/<row_id>", one_task),
    Route("GET", "/api/v1/sessions/<session_id>/taskSessions", tasks_of),
)
