# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup proxies: list, read, create, replace, delete; their states; disabling and enabling them."""

from __future__ import annotations

from werkzeug import Response

from ....core.bodies import copy_json
from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import require
from ..estate import Estate
from ..kind import Model, name_of
from ..kinds import MANAGED_SERVERS, PROXIES
from ..plain.id_fields import host
from ..plain.reading import Reading
from ..plain.writing import SAVING, Stored, Writing, refuse_type
from ..rest.table import PROXY_TYPES
from ..rest.types import Type
from ..revisions import older
from ..server import VbrServer, only_since
from ..shapes.rules import parse, render

HOST = host("server.hostName", "hostId")
# Fields of a model that are no part of the stored body.
NOT_STORED = ("id", "name", "isDisabled")
KNOWN_TYPE = "ViProxy"


CREATED = Type("1.0-rev2")


def show_proxy(row: Row, estate: Estate, revision: str) -> Model:
    """A proxy without a name of its own has that of its host."""
    body = render(PROXIES.group(row["group"]).rules, row["body"], revision)
    server = body["server"]
    host_name = server["hostName"]
    name = body.pop("name", None) or host_name
    for tag in ("hostUniqueId", "hostTag"):
        server.pop(tag, None)
    HOST.show(body, estate)
    if not older(revision, "1.3-rev0"):
        server["hostName"] = estate.shown_host(host_name)
    if PROXY_TYPES.get(body["type"], CREATED).since == "":
        # It has no model: there is nothing but what all proxies have.
        body = {each: body[each] for each in ("description", "type")}
    return {"id": row["id"], "name": name, **body}


def serves_proxy(model: Model, revision: str) -> None:
    others = (name for name, each in PROXY_TYPES.items() if each.since and not older(revision, each.since))
    refuse_type(model, PROXIES.noun, (KNOWN_TYPE, *others), revision)


def read_proxy(model: Model, estate: Estate, revision: str) -> Stored:
    """Raises a 400 for what is missing, and for an id of no host."""
    require(model, "description", "type", "server")
    require(model["server"], "hostId")
    body = copy_json({key: value for key, value in model.items() if key not in NOT_STORED})
    body["server"].pop("hostName", None)
    HOST.read(body, estate)
    group = PROXIES.groups[0 if model["type"] == KNOWN_TYPE else 1]
    return Stored(group.name, parse(group.rules, body, revision), {})


def show_state(row: Row, estate: Estate, revision: str) -> Model:
    """Online unless its host is offline, and never out of date."""
    host_name = row["body"]["server"]["hostName"]
    hosts = estate.named(MANAGED_SERVERS, host_name)
    return {
        "id": row["id"],
        "name": name_of(PROXIES, row["body"]),
        "type": row["body"]["type"],
        "description": row["body"]["description"],
        "hostId": estate.id_of(MANAGED_SERVERS, host_name),
        "hostName": estate.shown_host(host_name),
        "isDisabled": bool(row["state"].get("disabled")),
        "isOnline": not any(each["state"].get("offline") for each in hosts),
        "isOutOfDate": False,
    }


PATH = "/api/v1/backupInfrastructure/proxies"
STATES_SINCE = "1.3-rev0"
READING = Reading(
    PATH,
    PROXIES,
    show_proxy,
    columns=("name", "type", "description"),
    equal={"typeFilter": "type", "hostIdFilter": "server.hostId"},
)
STATES = Reading(
    f"{PATH}/states",
    PROXIES,
    show_state,
    columns=("name", "type", "description"),
    equal={
        "typeFilter": "type",
        "hostIdFilter": "hostId",
        "isDisabledFilter": "isDisabled",
        "isOnlineFilter": "isOnline",
        "isOutOfDateFilter": "isOutOfDate",
    },
)


def list_states(server: VbrServer, call: Call) -> Response:
    only_since(call, STATES_SINCE)
    return STATES.list(server, call)


def enable_proxy(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, STATES_SINCE)
    READING.row(server, row_id)["state"].pop("disabled", None)
    return Response(status=204)


def disable_proxy(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, STATES_SINCE)
    READING.row(server, row_id)["state"]["disabled"] = True
    return Response(status=204)


ROUTES = (
    *Writing(READING, read_proxy, serves_proxy, saving=SAVING, inside=("name",)).routes(),
    Route("GET", STATES.path, list_states),
    Route("POST", f"{PATH}/<row_id>/enable", enable_proxy),
    Route("POST", f"{PATH}/<row_id>/disable", disable_proxy),
)
