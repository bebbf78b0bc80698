# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of the caller's own logon session; those of others do not exist for it (facts/em.md 7)."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import NO_TASK, refusal
from ..estate import JOBS
from ..kind import href, link
from ..negotiation import written
from ..server import EmServer, logon_of
from ..shapes.description import Value
from ..shapes.entities import TASK, TASKS
from ..tasks.running import DONE, RUNNING


def show_task(server: EmServer, call: Call, task: Row, status: int = 200) -> Response:
    return written(TASK, view(server, call, task), call, server.switches, status)


def view(server: EmServer, call: Call, task: Row) -> Value:
    """A task. A running one has no result; a finished one links the job that it made."""
    here, outcome = f"tasks/{task['task']}", task["outcome"]
    links = [link(call, "Delete", here, "Task")]
    result = None
    if task["state"] == DONE:
        result = {"Success": outcome["success"], "Message": DONE}
    elif task["state"] != RUNNING:
        result = {"Success": outcome["success"], "Message": outcome["message"]}
        if outcome["related"]:
            links.append(_related(call, outcome, task))
    return {
        "Type": "Task",
        "Href": href(call, here),
        "Links": links,
        "TaskId": task["task"],
        "State": task["state"],
        "Operation": task["operation"],
        "Result": result,
    }


def _related(call: Call, outcome: Value, task: Row) -> Value:
    name = task["arguments"]["sent"]["JobName"]
    return link(call, "Related", f"{JOBS}/{outcome['related']}?format=Entity", "Job", name)


def found(server: EmServer, call: Call, task_id: str) -> Row:
    task = server.tasks.get(logon_of(call), task_id)
    if task is None:
        raise refusal(500, NO_TASK.format(task_id))
    return task


def listed(server: EmServer, call: Call) -> Response:
    tasks = [server.tasks.look(task) for task in server.tasks.of(logon_of(call))]
    value = {"Tasks": [view(server, call, task) for task in tasks]}
    return written(TASKS, value, call, server.switches)


def one(server: EmServer, call: Call, task_id: str) -> Response:
    return show_task(server, call, server.tasks.look(found(server, call, task_id)))


def delete(server: EmServer, call: Call, task_id: str) -> Response:
    server.tasks.remove(found(server, call, task_id))
    return Response(status=204)


ROUTES = (
    Route("GET", "/api/tasks", listed),
    Route("GET", "/api/tasks/<task_id>", one),
    Route("DELETE", "/api/tasks/<task_id>", delete),
)
