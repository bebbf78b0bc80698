# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WAN accelerators, which can be read and by no call be created."""

from __future__ import annotations

from ....core.store import Row
from ..kind import Model
from ..plain.records import Records
from ..revisions import TAG_WAVE
from ..server import VbrServer
from ..shapes.rules import ZERO_ID

# A row is {name}.
TABLE = "wanAccelerators"


def show_accelerator(server: VbrServer, row: Row, revision: str) -> Model:
    return {
        "id": row["id"],
        "name": row["name"],
        "server": {
            "hostId": ZERO_ID,
            "description": "",
            "trafficPort": 6165,
            "streamsCount": 5,
            "highBandwidthModeEnabled": False,
        },
        "cache": {"cacheFolder": "E:\\VeeamWAN", "cacheSize": 100, "cacheSizeUnit": "GB"},
    }


ROUTES = Records("/api/v1/backupInfrastructure/wanAccelerators", TABLE, show_accelerator, since=TAG_WAVE).routes()
