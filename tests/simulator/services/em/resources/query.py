# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query service: one address for every kind (facts/em.md 5)."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ..errors import refusal
from ..kinds import ALL_KINDS
from ..negotiation import written
from ..query.filters import BadFilter
from ..query.pages import page
from ..query.selection import chosen, ordered
from ..server import EmServer
from ..shapes.description import Value
from ..shapes.entities import QUERY
from .collections import allow

KINDS = {kind.type.lower(): kind for kind in ALL_KINDS}
ENTITIES = ("entities", "entity")


def query(server: EmServer, call: Call) -> Response:
    """References, or entities with `format=Entities`; names of parameters and kinds in any case."""
    asked = {name.lower(): value for name, value in call.query.items()}
    kind = KINDS.get(asked.get("type", "").lower())
    if kind is None:
        raise refusal(400, f"Simulated: type takes one of {', '.join(kind.type for kind in ALL_KINDS)}")
    allow(call, kind)
    try:
        rows = chosen(kind, server.estate, asked.get("filter", ""))
        rows = ordered(kind, server.estate, rows, asked.get("sortasc", ""), asked.get("sortdesc", ""))
    except BadFilter as error:
        raise refusal(400, f"Simulated: {error}") from None
    shown, pages = page(call, rows)
    value: Value = {"Links": [], "PagingInfo": pages}
    if asked.get("format", "").lower() in ENTITIES:
        entities = [kind.entity(call, server.estate, row) for row in shown]
        value["Entities"] = {kind.plural: {kind.plural: entities}}
    else:
        value["Refs"] = {"Refs": [kind.reference(call, server.estate, row) for row in shown]}
    return written(QUERY, value, call, server.switches)


ROUTES = (Route("GET", "/api/query", query),)
