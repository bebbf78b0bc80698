# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Browsing the virtual infrastructure: with a GET in all revisions, with filter expressions since 1.2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core.call import Call
from ....core.routing import Route
from ..bodies import object_sent
from ..errors import bad_request, json_answer, not_found
from ..inventory import hosts, objects
from ..kinds import Body
from ..listing import by_field, page, pattern_matches
from ..revisions import older
from ..server import VbrServer, shape
from ..shapes.infrastructure import TAG_WAVE
from ..shapes.inventory import inventory_rules
from ..shapes.rules import render

PATH = "/api/v1/inventory"
COLUMNS = by_field("name", "objectId", "type")
RULES = inventory_rules("shown")
PROPERTIES = ("platform", "size", "hostName", "name", "type", "objectId", "urn")
OPERATIONS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda there, wanted: there == wanted,
    "notequals": lambda there, wanted: there != wanted,
    "contains": lambda there, wanted: wanted in there,
    "startswith": lambda there, wanted: there.startswith(wanted),
    "endswith": lambda there, wanted: there.endswith(wanted),
    "in": lambda there, wanted: there in [part.strip() for part in wanted.split(",")],
}


def _shown(found: Body, revision: str) -> Body:
    """Before 1.2 the size stood beside the object."""
    shown: Body = render(RULES, {"shown": found}, revision)["shown"]
    if not older(revision, TAG_WAVE):
        return shown
    plain = {name: shown[name] for name in ("type", "hostName", "name", "objectId")}
    return {"inventoryObject": plain, "size": found["size"]}


def _objects(server: VbrServer, host: str) -> list[Body]:
    found = objects(server.estate, host)
    if not found:
        raise not_found(host)
    return found


def list_hosts(server: VbrServer, call: Call) -> Response:
    return _listed(server, call, list(hosts(server.estate)))


def list_objects(server: VbrServer, call: Call, host: str) -> Response:
    return _listed(server, call, _objects(server, host))


def _listed(server: VbrServer, call: Call, found: list[Body]) -> Response:
    chosen = [each for each in found if _chosen(each, call)]
    return page(chosen, lambda each: _shown(each, shape(call)), call.query, COLUMNS, server.switches.page_size)


def _chosen(found: Body, call: Call) -> bool:
    pattern, kind, object_id = (call.query.get(f"{name}Filter") for name in ("name", "type", "objectId"))
    return (
        (pattern is None or pattern_matches(pattern, found["name"]))
        and kind in (None, found["type"])
        and object_id in (None, found["objectId"])
    )


def browse_hosts(server: VbrServer, call: Call) -> Response:
    return _browsed(server, call, list(hosts(server.estate)))


def browse_objects(server: VbrServer, call: Call, host: str) -> Response:
    return _browsed(server, call, _objects(server, host))


def _browsed(server: VbrServer, call: Call, found: list[Body]) -> Response:
    if older(shape(call), TAG_WAVE):
        raise NotFound
    question = object_sent(call) if call.request.get_data() else {}
    wish = question.get("pagination") or {}
    skip, limit = wish.get("skip") or 0, wish.get("limit") or server.switches.page_size
    expression = question.get("filter")
    chosen = [each for each in found if expression is None or _fits(each, expression)]
    shown = [_shown(each, shape(call)) for each in chosen[skip : skip + limit]]
    pagination = {"total": len(chosen), "count": len(shown), "skip": skip, "limit": limit}
    return json_answer({"data": shown, "pagination": pagination, "hierarchyType": question.get("hierarchyType")})


def _fits(found: Body, expression: Any) -> bool:
    """An expression compares one property, or joins expressions by and or or."""
    if expression.get("type") == "GroupExpression":
        parts = [_fits(found, part) for part in expression.get("items") or []]
        return all(parts) if str(expression.get("operation")).lower() == "and" else any(parts)
    names = {name.lower(): name for name in PROPERTIES}
    name = names.get(str(expression.get("property")).lower())
    operation = OPERATIONS.get(str(expression.get("operation")).lower())
    if name is None or operation is None:
        raise bad_request("The filter expression is not understood")
    return operation(str(found.get(name)).casefold(), str(expression.get("value")).casefold())


ROUTES = (
    Route("GET", f"{PATH}/vmware/hosts", list_hosts),
    Route("GET", f"{PATH}/vmware/hosts/<host>", list_objects),
    Route("POST", PATH, browse_hosts, reads=True),
    Route("POST", f"{PATH}/<host>", browse_objects, reads=True),
)
