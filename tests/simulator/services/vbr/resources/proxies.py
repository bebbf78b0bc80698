# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup proxies: list, read, create, replace, delete; their states, and switching them off and on."""

from __future__ import annotations

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core.call import Call
from ....core.routing import Route
from ..kinds import PROXIES
from ..models.proxy import read_proxy, show_proxy, show_state
from ..revisions import older
from ..server import VbrServer, shape
from .reading import Reading
from .writing import SAVING, Writing

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
    _since(call)
    return STATES.list(server, call)


def enable_proxy(server: VbrServer, call: Call, row_id: str) -> Response:
    _since(call)
    READING.row(server, row_id)["state"].pop("disabled", None)
    return Response(status=204)


def disable_proxy(server: VbrServer, call: Call, row_id: str) -> Response:
    _since(call)
    READING.row(server, row_id)["state"]["disabled"] = True
    return Response(status=204)


def _since(call: Call) -> None:
    if older(shape(call), STATES_SINCE):
        raise NotFound


ROUTES = (
    *Writing(READING, read_proxy, saving=SAVING).routes(),
    Route("GET", STATES.path, list_states),
    Route("POST", f"{PATH}/<row_id>/enable", enable_proxy),
    Route("POST", f"{PATH}/<row_id>/disable", disable_proxy),
)
