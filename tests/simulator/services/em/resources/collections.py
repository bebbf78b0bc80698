# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of every kind and their members: references, or entities with `format=Entity`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import not_found
from ..estate import SERVERS, Estate
from ..kind import Kind
from ..kinds import ALL_KINDS, JOB, REPOSITORY
from ..negotiation import written
from ..server import EmServer, administrators_only
from ..shapes.common import REFERENCE, REFERENCES
from ..shapes.description import Shape

ENTITY = "entity"


def wants_entities(call: Call) -> bool:
    return call.query.get("format", "").lower() == ENTITY


def reference_shape(kind: Kind) -> Shape:
    """The shape of a single reference; in lists its element is called Ref."""
    return Shape("EntityRef", REFERENCE.attributes, REFERENCE.children)


def answer_list(server: EmServer, call: Call, kind: Kind, rows: Iterable[Row]) -> Response:
    show = kind.entity if wants_entities(call) else kind.reference
    shape = kind.collection if wants_entities(call) else REFERENCES
    name = kind.plural if wants_entities(call) else "Refs"
    return written(shape, {name: [show(call, server.estate, row) for row in rows]}, call, server.switches)


def found(server: EmServer, kind: Kind, row_id: str) -> Row:
    row = server.estate.get(kind.table, row_id)
    if row is None:
        raise not_found(f"{kind.type} {row_id}")
    return row


def allow(call: Call, kind: Kind) -> None:
    if kind.administrators_only:
        administrators_only(call)


def lister(kind: Kind) -> Callable[[EmServer, Call], Response]:
    def listed(server: EmServer, call: Call) -> Response:
        allow(call, kind)
        return answer_list(server, call, kind, server.estate.rows(kind.table))

    return listed


def reader(kind: Kind) -> Callable[..., Response]:
    def one(server: EmServer, call: Call, row_id: str) -> Response:
        allow(call, kind)
        row = found(server, kind, row_id)
        if wants_entities(call):
            return written(kind.shape, kind.entity(call, server.estate, row), call, server.switches)
        return written(reference_shape(kind), kind.reference(call, server.estate, row), call, server.switches)

    return one


def server_lister(kind: Kind) -> Callable[..., Response]:
    """Lists the objects of one backup server."""

    def listed(server: EmServer, call: Call, row_id: str) -> Response:
        allow(call, kind)
        if server.estate.get(SERVERS, row_id) is None:
            raise not_found(f"BackupServer {row_id}")
        return answer_list(server, call, kind, _on(server.estate, kind, row_id))

    return listed


def _on(estate: Estate, kind: Kind, server_id: str) -> list[Row]:
    return [row for row in estate.rows(kind.table) if estate.server_of(row)["id"] == server_id.lower()]


ROUTES = (
    *(Route("GET", f"/api/{kind.table}", lister(kind)) for kind in ALL_KINDS),
    *(Route("GET", f"/api/{kind.table}/<row_id>", reader(kind)) for kind in ALL_KINDS),
    *(Route("GET", f"/api/{SERVERS}/<row_id>/{kind.table}", server_lister(kind)) for kind in (JOB, REPOSITORY)),
)
