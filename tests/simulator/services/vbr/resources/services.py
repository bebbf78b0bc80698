# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services of a backup server with their ports, which are the same on every server."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..kind import Model
from ..plain.records import Records
from ..server import VbrServer

SERVICES = {
    "Veeam Backup Service": 9392,
    "Veeam Broker Service": 9405,
    "Veeam Guest Catalog Service": 9393,
    "Veeam Mount Service": 9401,
    "Veeam RESTful API Service": 9419,
}


def show_service(server: VbrServer, row: Row, revision: str) -> Model:
    return {"name": row["name"], "port": row["port"]}


LISTED = Records("/api/v1/services", "services", show_service, ("name", "port"))


def list_services(server: VbrServer, call: Call) -> Response:
    return LISTED.answer(server, call, [{"name": name, "port": port} for name, port in SERVICES.items()])


ROUTES = (Route("GET", LISTED.path, list_services),)
