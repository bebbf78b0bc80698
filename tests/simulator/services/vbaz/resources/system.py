# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the appliance says about itself: versions, server, status."""

from __future__ import annotations

import uuid

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import NAMESPACE
from ..errors import json_answer
from ..server import VbazServer
from ..sessions.session import write_time


def about(server: VbazServer, call: Call, version: str) -> Response:
    release = f"{server.switches.product}.0.1"
    return json_answer(
        {
            "serverVersion": release,
            "workerVersion": release,
            "flrVersion": release,
            "databaseId": _id(server, "database"),
            "copyright": "A simulated appliance",
            "deploymentSubscriptionId": f"/subscriptions/{_id(server, 'subscription')}",
        }
    )


def server_info(server: VbazServer, call: Call, version: str) -> Response:
    return json_answer(
        {
            "subscriptionId": _id(server, "subscription"),
            "serverName": server.identity["name"],
            "azureRegion": "ukwest",
            "azureRegionName": "UK West",
            "azureVmId": _id(server, "machine"),
            "resourceGroup": "backup",
            "azureEnvironment": "Global",
            "virtualMachineUniqueId": _id(server, "machine"),
        }
    )


def status(server: VbazServer, call: Call, version: str) -> Response:
    return json_answer({"state": "Ready", "serverTime": write_time(server.clock.now())})


def service_is_up(server: VbazServer, call: Call, version: str) -> Response:
    return Response(status=200)


def _id(server: VbazServer, what: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{server.instance}/{what}"))


ROUTES = (
    Route("GET", "/api/<version>/system/about", about),
    Route("GET", "/api/<version>/system/serverInfo", server_info),
    Route("GET", "/api/<version>/system/status", status),
    Route("GET", "/api/<version>/system/serviceIsUp", service_is_up, public=True),
)
