# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The high availability cluster of a backup server, if it is part of one."""

from __future__ import annotations

from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.clock import write_time
from ....core.routing import Route
from ..errors import bad_request, json_answer
from ..kind import Model
from ..server import VbrServer, only_since

# A row is {name}; there is at most one.
TABLE = "highAvailabilityCluster"
PATH = "/api/v1/highAvailabilityCluster"
STATES = (
    "isCreationInProgress",
    "isFailoverInProgress",
    "isRemovalInProgress",
    "isFirstLaunchAfterFailover",
    "isClusterEndpointMigrationInProgress",
    "isSecondaryReinitInProgress",
    "isMaintenanceInProgress",
)


def show_cluster(server: VbrServer, call: Call) -> Response:
    """A server that is in no cluster has none to show: 400, which is the only refusal that is documented."""
    only_since(call, "1.3-rev2")
    row = next(server.store.rows(TABLE), None)
    if row is None:
        raise bad_request("The high availability cluster is not configured", "UnknownError")
    states: dict[str, Any] = dict.fromkeys(STATES, False)
    return json_answer(
        {
            "id": row["id"],
            "primaryNode": _node(server, row["id"], 1, "Leader"),
            "secondaryNode": _node(server, row["id"], 2, "SyncStandby"),
            "name": row["name"],
            "clusterEndpoint": "192.0.2.10",
            "clusterDnsName": row["name"],
            "isCrossSubnetMode": False,
            "states": {**states, "isOnline": True, "lastOnlineTimeUtc": write_time(server.clock.now())},
        }
    )


def _node(server: VbrServer, row_id: str, number: int, role: str) -> Model:
    name = f"node{number}.{server.identity['name']}"
    return {
        "id": row_id,
        "name": name,
        "ipAddress": f"192.0.2.{number}",
        "fqdn": name,
        "role": role,
        "state": "Running",
        "timeline": "1",
        "lagMb": 0,
        "externalEndpoint": None,
    }


ROUTES = (Route("GET", PATH, show_cluster),)
