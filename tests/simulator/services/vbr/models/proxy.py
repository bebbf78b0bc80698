# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup proxies as /api/v1/backupInfrastructure/proxies shows and takes them."""

from __future__ import annotations

from ....core.store import Row
from ..errors import bad_request
from ..estate import Estate
from ..kinds import MANAGED_SERVERS, PROXIES
from ..revisions import older
from ..shapes.rules import copy_json, parse, render
from .links import host
from .stored import Model, Stored, require

HOST = host("server.hostName", "hostId")
TOLD = ("id", "name", "isDisabled")
KNOWN_TYPE = "ViProxy"


def show_proxy(row: Row, estate: Estate, revision: str) -> Model:
    """A proxy is called like its host."""
    body = render(PROXIES.groups[0].rules, row["body"], revision)
    server = body["server"]
    name = server["hostName"]
    for tag in ("hostUniqueId", "hostTag"):
        server.pop(tag, None)
    HOST.show(body, estate)
    if not older(revision, "1.3-rev0"):
        server["hostName"] = name
    return {"id": row["id"], "name": name, **body}


def read_proxy(model: Model, estate: Estate, revision: str) -> Stored:
    """Raises a 400 for what is missing, for a type other than vSphere, and for a host that is none."""
    require(model, "description", "type", "server")
    if model["type"] != KNOWN_TYPE:
        raise bad_request(f"A backup proxy of type {model['type']} is beyond this simulator")
    require(model["server"], "hostId")
    body = copy_json({key: value for key, value in model.items() if key not in TOLD})
    body["server"].pop("hostName", None)
    HOST.read(body, estate)
    body["server"]["hostUniqueId"] = None
    return Stored(PROXIES.groups[0].name, parse(PROXIES.groups[0].rules, body, revision), {})


def show_state(row: Row, estate: Estate, revision: str) -> Model:
    """Always online and never out of date."""
    name = row["body"]["server"]["hostName"]
    return {
        "id": row["id"],
        "name": name,
        "type": row["body"]["type"],
        "description": row["body"]["description"],
        "hostId": estate.id_of(MANAGED_SERVERS, name),
        "hostName": name,
        "isDisabled": bool(row["state"].get("disabled")),
        "isOnline": True,
        "isOutOfDate": False,
    }
