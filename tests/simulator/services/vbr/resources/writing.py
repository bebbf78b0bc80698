# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all plain resources that can be written have in common: create, replace and delete, at once or in a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ..bodies import object_sent
from ..errors import bad_request, json_answer
from ..estate import Estate, seal
from ..kinds import BY_NAME, Body, Kind, name_of
from ..models.configuration_backup import uses_for_configuration
from ..models.referring import rename, users
from ..models.stored import Stored, require
from ..server import VbrServer, shape
from ..sessions.deeds import DEEDS, deed
from ..sessions.routes import start
from ..sessions.running import Done, Task
from .reading import Reading

Model = dict[str, Any]
# From a model of a revision; refuses one that is malformed or names an id of nothing.
Read = Callable[[Model, Estate, str], Stored]
# What a new object must carry beyond what every model must.
Needs = Callable[[Model, str], tuple[str, ...]]
UNIQUE_ID = ("uniqueId",)


@dataclass(frozen=True)
class Work:
    """The session an operation answers with: its name and its type."""

    name: str
    type: str = "Infrastructure"


SAVING = Work("Infrastructure Item Saving")
DELETION = Work("Infrastructure Item Deletion", "InfrastructureItemDeletion")


@dataclass(frozen=True)
class Writing:
    """How the objects of a list are written. `saving` and `deleting` are the sessions in which it happens, if any.

    What is malformed, or names an id of nothing, is refused at once. What the estate does not allow (a name that is
    taken) is refused at once too, or is what the session fails with. `inside` are fields that models do not show, and
    that a replacement therefore leaves as they are. `adding` and `removing` are deeds other than the usual ones.
    """

    reading: Reading
    read: Read
    needs: Needs = lambda model, revision: ()
    saving: Work | None = None
    deleting: Work | None = None
    inside: tuple[str, ...] = ()
    adding: str = "add"
    removing: str = "remove"

    @property
    def kind(self) -> Kind:
        return self.reading.kind

    def routes(self) -> tuple[Route, ...]:
        one = f"{self.reading.path}/<row_id>"
        return (
            *self.reading.routes(),
            Route("POST", self.reading.path, self.create),
            Route("PUT", one, self.replace),
            Route("DELETE", one, self.delete),
        )

    def create(self, server: VbrServer, call: Call) -> Response:
        revision = self.reading.revision(call)
        model = object_sent(call)
        group, body, state = self.read(model, server.estate, revision)
        require(model, *self.needs(model, revision))
        if UNIQUE_ID in self.kind.identity:
            body["uniqueId"] = body.get("uniqueId") or server.store.new_id("uniqueIds")
        blank, sealed = seal(self.kind.group(group), body)
        task = {"do": self.adding, "kind": self.kind.name, "group": group, "body": blank, "secrets": sealed}
        task["state"] = {name: value for name, value in state.items() if value}
        return self._done(server, call, task, self.saving, 201)

    def replace(self, server: VbrServer, call: Call, row_id: str) -> Response:
        """Takes the whole object; what the request leaves out is gone afterwards, except for secrets and unique id."""
        revision = self.reading.revision(call)
        row = self.reading.row(server, row_id)
        group, body, state = self.read(object_sent(call), server.estate, revision)
        if group != row["group"]:
            raise bad_request(f"The type of a {self.kind.noun} cannot be changed")
        if UNIQUE_ID in self.kind.identity:
            body["uniqueId"] = body.get("uniqueId") or row["body"].get("uniqueId")
        body = {name: row["body"][name] for name in self.inside if name in row["body"]} | body
        blank, _secrets = seal(self.kind.group(group), body)
        task = {"do": "replace", "kind": self.kind.name, "id": row["id"], "body": blank, "state": state}
        return self._done(server, call, task, self.saving, 200)

    def delete(self, server: VbrServer, call: Call, row_id: str) -> Response:
        self.reading.revision(call)
        row = self.reading.row(server, row_id)
        if row["state"].get("backupServer"):
            raise bad_request("The backup server cannot be deleted from itself")
        found = users(server.estate, self.kind, row) + uses_for_configuration(server.store, row["id"])
        if found:
            name = name_of(self.kind, row["body"])
            raise bad_request(f"Unable to delete {self.kind.noun} {name}: it is in use by: {', '.join(found)}")
        task = {"do": self.removing, "kind": self.kind.name, "id": row["id"]}
        return self._done(server, call, task, self.deleting, 204)

    def _done(self, server: VbrServer, call: Call, task: Task, work: Work | None, status: int) -> Response:
        """Does the task now and answers with the object, or answers with the session that will do it."""
        if work is not None:
            return start(call, server.sessions, work.name, work.type, [task])
        done = DEEDS[task["do"]](server, task)
        if done.status == "Failed":
            raise bad_request(done.text, "UnknownError")
        row = server.estate.get(self.kind, str(done.resource_id))
        if row is None:
            return Response(status=status)
        return json_answer(self.reading.show(row, server.estate, shape(call)), status)


@deed("add")
def add(server: VbrServer, task: Task) -> Done:
    kind = BY_NAME[task["kind"]]
    title = f"Saving {kind.noun} {name_of(kind, task['body'])}"
    if server.estate.twin(kind, task["body"]) is not None:
        return Done("Failed", title, _taken(kind, task["body"]))
    row = server.estate.add(kind, task["group"], task["body"], task["secrets"], task["state"])
    return Done("Succeeded", title, "Created", row["id"])


@deed("replace")
def replace(server: VbrServer, task: Task) -> Done:
    """Secrets stay as they are, whatever the model says."""
    kind = BY_NAME[task["kind"]]
    title = f"Saving {kind.noun} {name_of(kind, task['body'])}"
    row = server.estate.get(kind, task["id"])
    if row is None:
        return Done("Failed", title, f"Resource with ID {task['id']} does not exist")
    twin = server.estate.twin(kind, task["body"])
    if twin is not None and twin is not row:
        return Done("Failed", title, _taken(kind, task["body"]))
    rename(server.estate, kind, row, task["body"])
    server.estate.replace(kind, row, task["body"], row["secrets"])
    state = {**row["state"], **task["state"]}
    row["state"] = {name: value for name, value in state.items() if value}
    return Done("Succeeded", title, "Saved", row["id"])


@deed("remove")
def remove(server: VbrServer, task: Task) -> Done:
    kind = BY_NAME[task["kind"]]
    row = server.estate.get(kind, task["id"])
    if row is None:
        return Done("Failed", f"Deletion of {kind.noun}", f"Resource with ID {task['id']} does not exist")
    server.estate.remove(kind, row)
    return Done("Succeeded", f"Deletion of {kind.noun} {name_of(kind, row['body'])}", "Deleted", row["id"])


def _taken(kind: Kind, body: Body) -> str:
    return f"A {kind.noun} {name_of(kind, body)} or one with its unique ID exists already"
