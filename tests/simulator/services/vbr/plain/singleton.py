# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Singletons: resources of which a server has exactly one, such as the settings of the configuration backup."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row, Store
from ..bodies import object_sent
from ..errors import bad_request, json_answer, require
from ..estate import Estate
from ..kind import Body, Kind, Model
from ..revisions import OLDEST
from ..server import VbrServer, only_since, shape
from ..shapes.rules import Rule, parse, render

TABLE = "singletons"
# A kind, and the id of the object of that kind that a body refers to.
Use = tuple[Kind, Any]


def _nothing(body: Body) -> Iterable[Use]:
    return ()


def _as_it_is(_store: Store, _old: Body, new: Body) -> Body:
    return new


@dataclass(frozen=True)
class Singleton:
    """One object per server at `path`, served since a revision: GET shows it, PUT replaces it whole.

    `name` stands in messages. `new` makes the body of a new server. `required` are the fields that a PUT must have,
    `kept` those that only the server writes. `rules` say how older revisions write the body. `uses` yields the objects
    that a body refers to: a PUT is refused when one does not exist, and they cannot be deleted. A PUT answers with
    `status`; `ready` makes a body of what was stored and what was sent.
    """

    path: str
    name: str
    new: Callable[[Estate], Body]
    required: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    kept: tuple[str, ...] = ()
    uses: Callable[[Body], Iterable[Use]] = _nothing
    since: str = OLDEST
    status: int = 200
    ready: Callable[[Store, Body, Body], Body] = _as_it_is

    def routes(self) -> tuple[Route, ...]:
        return Route("GET", self.path, self.get), Route("PUT", self.path, self.replace)

    def row(self, server: VbrServer) -> Row:
        """The row of the object, which is made at its first use."""
        key = self.path.lower()
        return server.store.get(TABLE, key) or server.store.add(TABLE, self._row(self.new(server.estate)), key)

    def get(self, server: VbrServer, call: Call) -> Response:
        return json_answer(self._model(self.row(server), self._revision(call)))

    def replace(self, server: VbrServer, call: Call) -> Response:
        revision, row = self._revision(call), self.row(server)
        model = object_sent(call)
        require(model, *self.required)
        self._require_objects(row["body"], model)
        body = {**parse(self.rules, model, revision), **{name: row["body"][name] for name in self.kept}}
        self.put(server, self.ready(server.store, row["body"], body))
        return json_answer(self._model(row, revision), self.status)

    def put(self, server: VbrServer, body: Body) -> None:
        """Store a body; raises a 400 when an object that it refers to does not exist."""
        for kind, row_id in self.uses(body):
            if server.estate.get(kind, str(row_id)) is None:
                raise bad_request(f"{kind.noun} with ID {row_id} is not found")
        self.row(server).update(self._row(body))

    def _require_objects(self, body: Body, model: Model) -> None:
        """Refuse anything else where an object belongs."""
        for name in self.required:
            if isinstance(body.get(name), dict) and not isinstance(model[name], dict):
                raise bad_request(f"{name} takes an object")

    def _row(self, body: Body) -> Row:
        return {"name": self.name, "body": body, "uses": [row_id for _kind, row_id in self.uses(body)]}

    def _model(self, row: Row, revision: str) -> Model:
        return render(self.rules, row["body"], revision)

    def _revision(self, call: Call) -> str:
        only_since(call, self.since)
        return shape(call)


def singletons_using(store: Store, row_id: str) -> list[str]:
    """The names of the singletons that refer to an object."""
    return [str(row["name"]) for row in store.rows(TABLE) if row_id in row["uses"]]
