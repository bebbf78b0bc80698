# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions on a job: clone, start, stop, edit, delete. Each is answered with the task that does it."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import refusal
from ..job_body import TRIGGERS, triggers_of
from ..kinds import JOB
from ..negotiation import complete, received
from ..server import EmServer, administrators_only, logon_of
from ..shapes.job import CLONE, ORDERS, VARIANTS
from ..shapes.job import JOB as JOB_SHAPE
from ..switches import BAD_REQUEST
from ..tasks.work import Arguments, objection
from .collections import found
from .tasks import show_task

CLONING, EDITING, TOGGLING, DELETING = "CloneJob", "EditJob", "UpdateJob", "DeleteJob"
# Property that an edit may change -> its name in the store.
EDITABLE = {
    "Description": "description",
    "ScheduleConfigured": "scheduleConfigured",
    "ScheduleEnabled": "scheduleEnabled",
}
Action = Callable[[EmServer, Call, Row], Response]


def answer(server: EmServer, call: Call, operation: str, work: str, arguments: Arguments) -> Response:
    """Open a task and answer with it. The answer always shows it as running."""
    task = server.tasks.open(logon_of(call), operation, work, arguments, "stick_session" in call.faults)
    response = show_task(server, call, task, 202)
    server.tasks.begin(task)
    return response


def refuse(server: EmServer, call: Call, operation: str, switch: str, message: str) -> Response:
    """Refuse at once, or with a task that fails: no source says which, so a switch decides."""
    if getattr(server.switches, switch) == BAD_REQUEST:
        raise refusal(400, message)
    return answer(server, call, operation, "refuse", {"message": message})


def clone(server: EmServer, call: Call, row: Row) -> Response:
    """Clone a job. The body must have exactly one variant, and that of the job's type."""
    spec = received(CLONE, call, server.switches)
    if len(spec) != 1:
        raise refusal(400, "Simulated: a clone is described by one of " + ", ".join(ORDERS))
    ((variant, sent),) = spec.items()
    optional = ("FolderName",) if server.switches.folder_name == "optional" else ()
    complete(sent, tuple(part for part in ORDERS[variant] if part.name not in optional))
    if not row.get("clonable", True):
        return refuse(server, call, CLONING, "wrong_action", "Simulated: this job cannot be cloned")
    if variant != VARIANTS[row["jobType"]]:
        return refuse(
            server, call, CLONING, "wrong_variant", f"Simulated: {variant} does not fit a {row['jobType']} job"
        )
    against = objection(server.estate, server.switches, row, sent)
    if against is not None and getattr(server.switches, against[0]) == BAD_REQUEST:
        raise refusal(400, against[1])
    return answer(server, call, CLONING, "clone", {"job": row["id"], "sent": sent})


def toggle(server: EmServer, call: Call, row: Row) -> Response:
    return answer(server, call, TOGGLING, "toggle", {"job": row["id"]})


def edit(server: EmServer, call: Call, row: Row) -> Response:
    """Edit a job: properties that are not sent stay as they are."""
    sent = received(JOB_SHAPE, call, server.switches)
    fields = {EDITABLE[name]: value for name, value in sent.items() if name in EDITABLE}
    for mode in (sent.get("JobScheduleOptions") or {}).values():
        fields["schedule"] = mode
    return answer(server, call, EDITING, "edit", {"job": row["id"], "fields": fields})


def trigger(action: str) -> Action:
    operation, word = TRIGGERS[action]

    def triggered(server: EmServer, call: Call, row: Row) -> Response:
        if action not in triggers_of(row):
            return refuse(server, call, operation, "wrong_action", f"Simulated: {action} is not for this type of job")
        return answer(server, call, operation, "trigger", {"job": row["id"], "word": word})

    return triggered


POSTED: dict[str, Action] = {
    "clone": clone,
    "togglescheduleenabled": toggle,
    **{action: trigger(action) for action in TRIGGERS},
}
PUTTED: dict[str, Action] = {"edit": edit}


def acting(actions: dict[str, Action]) -> Callable[..., Response]:
    """The handler that does the action which the query names."""

    def act(server: EmServer, call: Call, row_id: str) -> Response:
        administrators_only(call)
        action = actions.get(call.query.get("action", "").lower())
        if action is None:
            raise refusal(400, "Simulated: there is no such action")
        return action(server, call, found(server, JOB, row_id))

    return act


def delete(server: EmServer, call: Call, row_id: str) -> Response:
    administrators_only(call)
    return answer(server, call, DELETING, "delete", {"job": found(server, JOB, row_id)["id"]})


ROUTES = (
    Route("POST", "/api/jobs/<row_id>", acting(POSTED)),
    Route("PUT", "/api/jobs/<row_id>", acting(PUTTED)),
    Route("DELETE", "/api/jobs/<row_id>", delete),
)
