# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server says about itself: swagger documents, information, time, certificate."""

from __future__ import annotations

import json
from typing import Any

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core.call import Call
from ....core.clock import write_time
from ....core.routing import Route
from ..errors import JSON, json_answer
from ..revisions import older
from ..server import VbrServer, only_since, shape


def swagger(server: VbrServer, call: Call, revision: str) -> Response:
    """Clients probe for revisions here, without sign-in: 200 when served, else 404. A real document has several MB."""
    if server.switches.swagger == "off" or revision not in server.revisions:
        raise NotFound
    document: dict[str, Any] = {"openapi": "3.0.1", "info": {"title": "Simulated", "version": revision}, "paths": {}}
    text = json.dumps(document)
    return Response(text + " " * max(0, server.switches.swagger_bytes - len(text)), content_type=JSON)


def server_info(server: VbrServer, call: Call) -> Response:
    revision = shape(call)
    only_since(call, "1.1-rev0")
    model: dict[str, Any] = {
        "vbrId": server.identity["vbrId"],
        "name": server.identity["name"],
        "buildVersion": server.identity["build"],
        "patches": [],
    }
    if not older(revision, "1.2-rev1"):
        model |= {
            "databaseVendor": "PostgreSql",
            "sqlServerEdition": "",
            "sqlServerVersion": "15.10",
            "databaseSchemaVersion": "12.3.3.3",
            "databaseContentVersion": "12.3.3.3",
        }
    if not older(revision, "1.3-rev0"):
        registration = {"isRegistered": False, "expirationDate": None, "thumprint": None}
        model |= {"platform": server.identity["platform"], "veeamRegistration": registration}
    return json_answer(model)


def server_time(server: VbrServer, call: Call) -> Response:
    now = server.clock.now()
    model = {"serverTime": write_time(now), "timeZone": "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"}
    if not older(shape(call), "1.3-rev2"):
        model["ianaTimeZoneId"] = "Europe/Berlin"
    return json_answer(model)


def server_certificate(server: VbrServer, call: Call) -> Response:
    name = f"CN={server.identity['name']}"
    model: dict[str, Any] = {
        "thumbprint": "5E1F2A3B4C5D6E7F8091A2B3C4D5E6F708192A3B",
        "serialNumber": "0A1B2C3D4E5F60718293A4B5C6D7E8F9",
        "keyAlgorithm": "RSA",
        "keySize": "2048",
        "subject": name,
        "issuedTo": server.identity["name"],
        "issuedBy": name,
        "validFrom": "2024-01-01T00:00:00+01:00",
        "validBy": "2034-01-01T00:00:00+01:00",
    }
    if not older(shape(call), "1.3-rev0"):
        model["isTrusted"] = False
    return json_answer(model)


ROUTES = (
    Route("GET", "/swagger/v<revision>/swagger.json", swagger, public=True),
    Route("GET", "/api/swagger/v<revision>/swagger.json", swagger, public=True),
    Route("GET", "/api/v1/serverInfo", server_info),
    Route("GET", "/api/v1/serverTime", server_time, public=True),
    Route("GET", "/api/v1/serverCertificate", server_certificate, public=True),
)
