# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replicas: those of jobs with what they replicate, and those of continuous data protection, which no list shows."""

from __future__ import annotations

import uuid

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import NAMESPACE, Row
from ..kind import Model
from ..kinds import JOBS
from ..listing import by_field, page
from ..plain.records import ONCE, Records
from ..revisions import TAG_WAVE, older
from ..server import VbrServer, only_since
from ..shapes.rules import ZERO_ID

# A row is {name, type}, of a job also the names of its machines; the type Regular is called Snapshot from 1.3-rev2 on.
TABLE = "replicas"
CONTINUOUS = "CDP"


def show_replica(server: VbrServer, row: Row, revision: str) -> Model:
    job = next(iter(server.estate.named(JOBS, row["name"])), None)
    ordinary = "Regular" if older(revision, "1.3-rev2") else "Snapshot"
    model: Model = {
        "id": row["id"],
        "type": CONTINUOUS if row["type"] == CONTINUOUS else ordinary,
        "jobId": job["id"] if job else ZERO_ID,
        "policyUniqueId": None,
        "name": row["name"],
        "platformName": "VMware",
        "platformId": ZERO_ID,
    }
    if row["type"] != CONTINUOUS:
        model |= {"creationTime": ONCE, "state": "Ready"}
    return model


def list_points(server: VbrServer, call: Call, row_id: str) -> Response:
    """A point of each machine, by the name of the original."""
    only_since(call, TAG_WAVE)
    row = READING.row(server, row_id)
    points = [
        {
            "id": str(uuid.uuid5(NAMESPACE, f"{row['id']} {name}")),
            "name": name,
            "platformName": "VMware",
            "platformId": ZERO_ID,
            "creationTime": ONCE,
            "replicaId": row["id"],
            "allowedOperations": [],
        }
        for name in row.get("machines", ())
    ]
    return page(points, dict, call.query, by_field("name", "creationTime"), server.switches.page_size)


READING = Records(
    "/api/v1/replicas", TABLE, show_replica, ("name", "platformId", "jobId"), TAG_WAVE, {"typeFilter": "type"}
)
ROUTES = (*READING.routes(), Route("GET", f"{READING.path}/<row_id>/replicaPoints", list_points))
