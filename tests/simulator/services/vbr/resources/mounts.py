# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is mounted from backups: machines under instant recovery, and disks that were published."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..kind import Model
from ..plain.records import ONCE, Records
from ..revisions import TAG_WAVE, older
from ..server import VbrServer
from ..shapes.rules import ZERO_ID

INSTANT = "/api/v1/restore/instantRecovery"
# A row is {name, job, state}.
MACHINES, DISKS = "instantRecoveries", "publishedDisks"


def show_machine(server: VbrServer, row: Row, revision: str) -> Model:
    model: Model = {
        "id": row["id"],
        "sessionId": ZERO_ID,
        "state": row.get("state", "Mounted"),
        "spec": _spec(revision),
        "vmName": row["name"],
        "errorMessage": None,
    }
    if not older(revision, "1.3-rev0"):
        model |= {
            "jobName": row.get("job", ""),
            "restorePointDate": ONCE,
            "hostName": None,
        }
    return model


def _spec(revision: str) -> Model:
    """The recovery that was asked for: to the original place, with nothing scanned."""
    if older(revision, TAG_WAVE):
        return {
            "objectRestorePointId": ZERO_ID,
            "type": "OriginalLocation",
            "secureRestore": {"enableAntivirusScan": False},
        }
    return {
        "restorePointId": ZERO_ID,
        "type": "OriginalLocation",
        "secureRestore": {"antivirusScanEnabled": False},
    }


def show_disks(server: VbrServer, row: Row, revision: str) -> Model:
    return {
        "id": row["id"],
        "initiatorName": row.get("by", "TECH\\operator"),
        "backupId": ZERO_ID,
        "backupName": row.get("job", ""),
        "restorePointId": ZERO_ID,
        "restorePointName": row["name"],
        "mountState": row.get("state", "Mounted"),
        "info": {"mode": "ISCSI", "serverPort": 3260, "serverIps": [], "disks": []},
    }


def nothing(server: VbrServer, call: Call, path: str, since: str) -> Response:
    """A list of mounts of a platform that no simulated job protects."""
    return Records(f"{INSTANT}/{path}", "none", show_machine, since=since).answer(server, call, ())


STATE = {"stateFilter": "state"}
OLD_MACHINES = Records(f"{INSTANT}/vmware/vm", MACHINES, show_machine, since="1.1-rev0", equal=STATE)
NEW_MACHINES = Records(f"{INSTANT}/vSphere/vm", MACHINES, show_machine, since=TAG_WAVE, equal=STATE)
PUBLISHED = Records("/api/v1/dataIntegration", DISKS, show_disks, since=TAG_WAVE, equal={"stateFilter": "mountState"})
EMPTY = {
    "vSphere/fcd": TAG_WAVE,
    "hyperV/vm": "1.3-rev0",
    "azure/vm": "1.3-rev0",
    "unstructuredData": "1.3-rev1",
}
ROUTES = (
    *OLD_MACHINES.routes(),
    *NEW_MACHINES.routes(),
    *PUBLISHED.routes(),
    *(
        Route("GET", f"{INSTANT}/{path}", lambda server, call, at=path, first=since: nothing(server, call, at, first))
        for path, since in EMPTY.items()
    ),
)
