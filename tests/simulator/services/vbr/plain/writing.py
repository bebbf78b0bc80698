# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all writable plain resources have in common: create, replace and delete, at once or in a session."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..bodies import object_sent, raw_object
from ..errors import bad_request, json_answer, require
from ..estate import Estate, seal
from ..kind import Body, Kind, Model, name_of
from ..kinds import BY_NAME, CREDENTIALS
from ..server import VbrServer, shape
from ..sessions.running import WORK, Outcome, Task, work
from ..sessions.views import start
from .reading import Reading
from .referring import rename, users
from .second_person import guard
from .singleton import singletons_using


class Stored(NamedTuple):
    """What a model becomes inside: the group it belongs to, the body as it is stored, and its state beside the body."""

    group: str
    body: Body
    state: dict[str, Any]


# Reads a model of a revision; raises a 400 when it is malformed or has an id of nothing.
Read = Callable[[Model, Estate, str], Stored]
# Raises a 400 for a type that is not served, before anything else is said about the body.
Serves = Callable[[Model, str], None]
# The fields that only a new object must have.
Needs = Callable[[Model, str], tuple[str, ...]]
UNIQUE_ID = ("uniqueId",)


def one_type(model: Model, revision: str) -> None:
    """What serves a kind whose objects have no types."""


def refuse_type(model: Model, noun: str, served: Iterable[str], revision: str) -> None:
    """Raise a 400 for a type that is not served, whatever else is wrong with the object."""
    wanted, known = model.get("type"), tuple(served)
    if wanted is not None and wanted not in known:
        raise bad_request(f"A {noun} of type {wanted} is not served in {revision}; type takes {', '.join(known)}")


@dataclass(frozen=True)
class SessionKind:
    """Name and type of the session that an operation answers with."""

    name: str
    type: str = "Infrastructure"


SAVING = SessionKind("Infrastructure Item Saving")
DELETION = SessionKind("Infrastructure Item Deletion", "InfrastructureItemDeletion")


@dataclass(frozen=True)
class Writing:
    """How the objects of a list are written. `saving` and `deleting` are the sessions in which it happens, if any.

    A request that is malformed or has an id of nothing is refused at once. One that the estate does not allow (its name
    is taken) is refused at once too, or its session fails. `inside` are fields that no model shows; a replacement
    leaves them as they are. `adding`, `changing` and `removing` name other work than the usual one, and `more` says
    what of the call that work needs.
    """

    reading: Reading
    read: Read
    serves: Serves
    needs: Needs = lambda model, revision: ()
    saving: SessionKind | None = None
    deleting: SessionKind | None = None
    inside: tuple[str, ...] = ()
    adding: str = "add"
    changing: str = "replace"
    removing: str = "remove"
    more: Callable[[Call], Task] = lambda call: {}

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
        self.serves(raw_object(call), revision)
        # A client may send what it has read: the id in it is that of another object.
        model = {name: value for name, value in object_sent(call).items() if name != "id"}
        group, body, state = self.read(model, server.estate, revision)
        require(model, *self.needs(model, revision))
        if UNIQUE_ID in self.kind.identity:
            body["uniqueId"] = body.get("uniqueId") or server.store.new_id("uniqueIds")
        blank, sealed = seal(self.kind.group(group), body)
        task = {"do": self.adding, "kind": self.kind.name, "group": group, "body": blank, "secrets": sealed}
        task |= self.more(call)
        task["state"] = {name: value for name, value in state.items() if value}
        return self._done(server, call, task, self.saving, 201)

    def replace(self, server: VbrServer, call: Call, row_id: str) -> Response:
        """Replace the whole object: a field that is not sent is gone afterwards, but for secrets and the unique id."""
        revision = self.reading.revision(call)
        row = self.reading.row(server, row_id)
        self.serves(raw_object(call), revision)
        group, body, state = self.read(object_sent(call), server.estate, revision)
        if group != row["group"]:
            raise bad_request(f"The type of a {self.kind.noun} cannot be changed")
        if UNIQUE_ID in self.kind.identity:
            body["uniqueId"] = body.get("uniqueId") or row["body"].get("uniqueId")
        body = {name: row["body"][name] for name in self.inside if name in row["body"]} | body
        blank, _secrets = seal(self.kind.group(group), body)
        guard(server, call, name_of(self.kind, row["body"]))
        task = {
            "do": self.changing,
            "kind": self.kind.name,
            "id": row["id"],
            "body": blank,
            "state": state,
        } | self.more(call)
        return self._done(server, call, task, self.saving, 200)

    def delete(self, server: VbrServer, call: Call, row_id: str) -> Response:
        self.reading.revision(call)
        row = self.reading.row(server, row_id)
        if row["state"].get("backupServer"):
            raise bad_request("The backup server cannot be deleted from itself")
        found = users(server.estate, self.kind, row) + singletons_using(server.store, row["id"])
        if found and not (self.kind is CREDENTIALS and server.switches.used_credentials == "delete"):
            name = name_of(self.kind, row["body"])
            raise bad_request(f"Unable to delete {self.kind.noun} {name}: it is in use by: {', '.join(found)}")
        guard(server, call, name_of(self.kind, row["body"]))
        task = {"do": self.removing, "kind": self.kind.name, "id": row["id"]}
        return self._done(server, call, task, self.deleting, 204)

    def _done(self, server: VbrServer, call: Call, task: Task, session: SessionKind | None, status: int) -> Response:
        """Do the task now and answer with the object, or answer with the session that will do it."""
        if session is not None:
            return start(call, server.sessions, session.name, session.type, [task])
        outcome = WORK[task["do"]](server, task)
        if outcome.status == "Failed":
            raise bad_request(outcome.text, "UnknownError")
        row = server.estate.get(self.kind, str(outcome.resource_id))
        if row is None:
            return Response(status=status)
        return json_answer(self.reading.show(row, server.estate, shape(call)), status)


@work("add")
def add(server: VbrServer, task: Task) -> Outcome:
    kind = BY_NAME[task["kind"]]
    title = f"Saving {kind.noun} {name_of(kind, task['body'])}"
    if _twin(server, kind, task["body"]) is not None:
        return Outcome("Failed", title, _taken(kind, task["body"]))
    row = server.estate.add(kind, task["group"], task["body"], task["secrets"], task["state"], task.get("row_id"))
    return Outcome("Succeeded", title, "Created", row["id"])


@work("replace")
def replace(server: VbrServer, task: Task) -> Outcome:
    """Replace a body; secrets stay as they are, whatever the model says."""
    kind = BY_NAME[task["kind"]]
    title = f"Saving {kind.noun} {name_of(kind, task['body'])}"
    row = server.estate.get(kind, task["id"])
    if row is None:
        return Outcome("Failed", title, f"Resource with ID {task['id']} does not exist")
    twin = _twin(server, kind, task["body"])
    if twin is not None and twin is not row:
        return Outcome("Failed", title, _taken(kind, task["body"]))
    rename(server.estate, kind, row, task["body"])
    body = task["body"] if server.switches.unknown_fields == "keep" else known(task["body"], row["body"])
    server.estate.replace(kind, row, body, row["secrets"])
    state = {**row["state"], **task["state"]}
    row["state"] = {name: value for name, value in state.items() if value}
    return Outcome("Succeeded", title, "Saved", row["id"])


def known(body: Any, before: Any) -> Any:
    """A body without the fields that the object did not have before."""
    if not isinstance(body, dict) or not isinstance(before, dict):
        return body
    return {name: known(part, before[name]) for name, part in body.items() if name in before}


@work("remove")
def remove(server: VbrServer, task: Task) -> Outcome:
    kind = BY_NAME[task["kind"]]
    row = server.estate.get(kind, task["id"])
    if row is None:
        return Outcome("Failed", f"Deletion of {kind.noun}", f"Resource with ID {task['id']} does not exist")
    server.estate.remove(kind, row)
    return Outcome("Succeeded", f"Deletion of {kind.noun} {name_of(kind, row['body'])}", "Deleted", row["id"])


def _twin(server: VbrServer, kind: Kind, body: Body) -> Row | None:
    """The object that stands in the way of this one; none where a server takes several of one name."""
    return server.estate.twin(kind, body) if server.switches.twins == "refuse" else None


def _taken(kind: Kind, body: Body) -> str:
    return f"A {kind.noun} {name_of(kind, body)} or one with its unique ID exists already"
