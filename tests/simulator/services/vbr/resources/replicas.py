# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replicas: those of jobs, and those of continuous data protection, whose policies no list shows."""

from __future__ import annotations

from ....core.store import Row
from ..kind import Model
from ..plain.records import ONCE, Records
from ..revisions import TAG_WAVE, older
from ..server import VbrServer
from ..shapes.rules import ZERO_ID

# A row is {name, type}; the type Regular is called Snapshot from 1.3-rev2 on.
TABLE = "replicas"
CONTINUOUS = "CDP"


def show_replica(server: VbrServer, row: Row, revision: str) -> Model:
    ordinary = "Regular" if older(revision, "1.3-rev2") else "Snapshot"
    model: Model = {
        "id": row["id"],
        "type": CONTINUOUS if row["type"] == CONTINUOUS else ordinary,
        "jobId": ZERO_ID,
        "policyUniqueId": None,
        "name": row["name"],
        "platformName": "VMware",
        "platformId": ZERO_ID,
    }
    if row["type"] != CONTINUOUS:
        model |= {"creationTime": ONCE, "state": "Ready"}
    return model


ROUTES = Records(
    "/api/v1/replicas", TABLE, show_replica, ("name", "platformId", "jobId"), TAG_WAVE, {"typeFilter": "type"}
).routes()
