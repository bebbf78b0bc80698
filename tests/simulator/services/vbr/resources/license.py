# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licence: its status and edition, and what it is used for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.clock import write_time
from ....core.routing import Route
from ....core.store import Row
from ..chains import BACKUPS
from ..errors import json_answer
from ..kind import Model
from ..plain.records import Records
from ..revisions import TAG_WAVE, older
from ..server import VbrServer, only_since, shape

PATH = "/api/v1/license"
SINCE = TAG_WAVE
TABLE = "license"
# Workloads that a test or a seed adds: {name, type, platform, used}.
WORKLOADS = "licensedWorkloads"
VALID_DAYS = 300
LICENSED = 500.0
EXPIRATION = ("expirationDate", "supportExpirationDate")


def licence(server: VbrServer) -> Row:
    """The row of the licence, which is made at its first use. `body` holds what the newest revision says of it."""
    until = write_time(server.clock.now() + timedelta(days=VALID_DAYS))
    return server.store.get(TABLE, TABLE) or server.store.add(
        TABLE,
        {
            "status": "Valid",
            "type": "Subscription",
            "edition": "EnterprisePlus",
            "licensedTo": "Tech Company",
            "instances": LICENSED,
            "sockets": 0,
            "used_sockets": 0,
            "expirationDate": until,
            "supportExpirationDate": until,
        },
        TABLE,
    )


def workloads(server: VbrServer) -> list[Row]:
    """What uses the licence: each machine that has a backup, and what else was put there."""
    machines = [
        {"id": each["id"], "name": each["name"], "type": "VMware VM", "platform": "VMware", "used": 1.0}
        for backup in server.store.rows(BACKUPS)
        for each in backup["objects"]
        if backup["job"]
    ]
    return [*machines, *server.store.rows(WORKLOADS)]


def show_instance(server: VbrServer, row: Row, revision: str) -> Model:
    model: Model = {
        "name": row["name"],
        "hostName": server.identity["name"],
        "usedInstancesNumber": row["used"],
        "type": row["type"],
        "instanceId": row["id"],
    }
    if not older(revision, "1.3-rev0"):
        model |= {"displayName": row["name"], "platformType": row["platform"], "canBeRevoked": True}
    return model


def _instances(server: VbrServer, row: Row, revision: str) -> Model:
    users = workloads(server)
    used: dict[str, list[float]] = {}
    for each in users:
        used.setdefault(each["type"], []).append(each["used"])
    return {
        "licensedInstancesNumber": row["instances"],
        "usedInstancesNumber": sum(each["used"] for each in users),
        "newInstancesNumber": 0.0,
        "rentalInstancesNumber": 0.0,
        "objects": [
            {"type": kind, "count": len(each), "multiplier": 1.0, "usedInstancesNumber": sum(each)}
            for kind, each in used.items()
        ],
        "workload": [show_instance(server, each, revision) for each in users],
        "package": "Suite",
    }


def show_license(server: VbrServer, call: Call) -> Response:
    only_since(call, SINCE)
    revision, row = shape(call), licence(server)
    dates = {name: row[name] for name in EXPIRATION}
    sockets: dict[str, Any] = {
        "licensedSocketsNumber": row["sockets"],
        "usedSocketsNumber": row["used_sockets"],
        "remainingSocketsNumber": row["sockets"] - row["used_sockets"],
        "workload": [],
        "package": "Suite",
    }
    model = {name: row[name] for name in ("status", "type", "edition", "licensedTo")} | {
        "socketLicenseSummary": sockets,
        "instanceLicenseSummary": _instances(server, row, revision),
        "capacityLicenseSummary": {"licensedCapacityTb": 0.0, "usedCapacityTb": 0.0, "objects": [], "workload": []},
        "supportId": "00000001",
        "autoUpdateEnabled": False,
        "freeAgentInstanceConsumptionEnabled": True,
        "cloudConnect": "Disabled",
    }
    if older(revision, "1.3-rev2"):
        model |= dates
    else:
        # From here on each part of a licence has its own dates.
        model["instanceLicenseSummary"] |= dates
        sockets |= dates
    if not older(revision, "1.3-rev0"):
        model |= {"IsMultiSection": False, "proactiveSupportEnabled": False}
    return json_answer(model)


def show_capacity(server: VbrServer, call: Call) -> Response:
    only_since(call, SINCE)
    return json_answer({"workloads": []})


INSTANCES = Records(
    f"{PATH}/instances",
    WORKLOADS,
    show_instance,
    ("name", "hostName", "usedInstancesNumber", "type"),
    SINCE,
    {"typeFilter": "type", "instanceIdFilter": "instanceId"},
)
SOCKETS = Records(f"{PATH}/sockets", "licensedSockets", show_instance, ("name", "hostName"), SINCE)


def list_instances(server: VbrServer, call: Call) -> Response:
    return INSTANCES.answer(server, call, workloads(server))


ROUTES = (
    Route("GET", PATH, show_license),
    Route("GET", INSTANCES.path, list_instances),
    Route("GET", SOCKETS.path, SOCKETS.list),
    Route("GET", f"{PATH}/capacity", show_capacity),
)
