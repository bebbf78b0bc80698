# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts and directories have, asked for before anything is added; who may use a repository; volumes of a host."""

from __future__ import annotations

from werkzeug import Response

from ....core.bodies import copy_json
from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..bodies import object_sent
from ..errors import bad_request, json_answer, not_found, require
from ..kind import Body
from ..kinds import MANAGED_SERVERS, REPOSITORIES
from ..listing import by_field, page, pattern_matches
from ..rest.directory import directory_objects
from ..rest.references import check_references
from ..rest.resource import reading_of
from ..rest.shapes import RULES
from ..rest.table import AD_DOMAINS
from ..revisions import TAG_WAVE
from ..server import VbrServer, only_since, shape
from ..shapes.rules import render

HOSTS = "/api/v1/backupInfrastructure/managedServers"
REV0, REV2 = "1.3-rev0", "1.3-rev2"
OPEN: Body = {"accessPolicy": "AllowAll", "accounts": [], "encryptionSettings": {"isEnabled": False}}
VOLUMES: Body = {"volumes": [], "changedBlockTracking": True, "failoverToVSSProvider": True}
# A table of the hosts of clusters: {name}.
CLUSTER_HOSTS = "hyperVHosts"


def discover_hyper_v(server: VbrServer, call: Call) -> Response:
    """The hosts of a cluster, or those of a server that manages hosts."""
    only_since(call, REV0)
    model = object_sent(call)
    check_references(model, MANAGED_SERVERS.name, server.estate)
    rows = [{"hvServerName": row["name"]} for row in server.store.rows(CLUSTER_HOSTS)]
    pagination = {"total": len(rows), "count": len(rows), "skip": 0, "limit": server.switches.page_size}
    return json_answer({"data": rows, "pagination": pagination})


def discover_director(server: VbrServer, call: Call) -> Response:
    """The vCenters behind Cloud Director: those of this server stand for them."""
    only_since(call, TAG_WAVE)
    model = object_sent(call)
    require(model, "url", "credentialsId")
    check_references(model, MANAGED_SERVERS.name, server.estate)
    rows = (row for row in server.estate.rows(MANAGED_SERVERS) if row["body"].get("viHostType") == "VC")
    return json_answer({"data": [{"viServerName": row["body"]["name"]} for row in rows]})


def _host(server: VbrServer, row_id: str) -> Row:
    row = server.estate.get(MANAGED_SERVERS, row_id)
    if row is None:
        raise not_found(row_id)
    if row["body"]["type"] != "HvServer":
        raise bad_request(f"{row['body']['name']} is no Hyper-V server")
    return row


def get_volumes(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, REV0)
    return json_answer(render(RULES, _host(server, row_id)["state"].get("volumes", VOLUMES), shape(call)))


def put_volumes(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, REV0)
    row, model = _host(server, row_id), object_sent(call)
    require(model, *VOLUMES)
    row["state"]["volumes"] = model
    return json_answer(model)


def list_directory(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, REV0)
    rows = directory_objects(server.estate, reading_of(AD_DOMAINS).row(server, row_id))
    name, kind = call.query.get("fullNameFilter"), call.query.get("typeFilter")
    chosen = [
        row for row in rows if (name is None or pattern_matches(name, row["fullName"])) and kind in (None, row["type"])
    ]
    return page(chosen, dict, call.query, by_field("fullName", "type"), server.switches.page_size)


def _repository(server: VbrServer, row_id: str) -> Row:
    row = server.estate.get(REPOSITORIES, row_id)
    if row is None:
        raise not_found(row_id)
    return row


def get_access(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, REV2)
    return json_answer(_repository(server, row_id)["state"].get("access", copy_json(OPEN)))


def put_access(server: VbrServer, call: Call, row_id: str) -> Response:
    """Accounts are given by name; an encryption password or key server must exist."""
    only_since(call, REV2)
    row, model = _repository(server, row_id), object_sent(call)
    require(model, *OPEN)
    check_references(model, REPOSITORIES.name, server.estate)
    row["state"]["access"] = model
    return json_answer(model)


ROUTES = (
    Route("POST", f"{HOSTS}/cloudDirectorHosts", discover_director, reads=True),
    Route("POST", f"{HOSTS}/hyperVHosts", discover_hyper_v, reads=True),
    Route("GET", f"{HOSTS}/<row_id>/volumes", get_volumes),
    Route("PUT", f"{HOSTS}/<row_id>/volumes", put_volumes),
    Route("GET", "/api/v1/inventory/activeDirectory/domains/<row_id>", list_directory),
    Route("GET", "/api/v1/backupInfrastructure/repositories/<row_id>/accessPermissions", get_access),
    Route("PUT", "/api/v1/backupInfrastructure/repositories/<row_id>/accessPermissions", put_access),
)
