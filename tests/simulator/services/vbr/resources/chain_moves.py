# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains that change hands: attached to a machine of an agent, moved to another job, adopted by a new job."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ..bodies import object_sent
from ..chains import BACKUPS
from ..errors import bad_request, require
from ..kinds import JOBS
from ..rest.references import check_references
from ..server import VbrServer, only_since
from ..sessions.running import Outcome, Task, work
from ..sessions.views import start
from .backups import READING
from .protection_groups import DISCOVERED

SINCE = "1.3-rev2"
MOVING = "Backup Move"
# The machine that owns a chain.
OWNER = "entity"


def attach(on: bool) -> Callable[..., Response]:
    """A handler that makes a machine the owner of chains, or of no chain any more."""

    def handle(server: VbrServer, call: Call, row_id: str) -> Response:
        only_since(call, SINCE)
        entity, model = DISCOVERED.row(server, row_id), object_sent(call)
        require(model, "backupIds")
        for each in model["backupIds"]:
            row = READING.row(server, each)
            if on and row.get(OWNER) not in (None, entity["id"]):
                raise bad_request(f"Backup {row['name']} belongs to another machine", "UnknownError")
        for each in model["backupIds"]:
            READING.row(server, each)[OWNER] = entity["id"] if on else None
        return Response(status=204)

    return handle


def list_chains(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, SINCE)
    entity = DISCOVERED.row(server, row_id)
    rows = [row for row in server.store.rows(BACKUPS) if row.get(OWNER) == entity["id"]]
    return READING.answer(server, call, rows)


def move_objects(server: VbrServer, call: Call, row_id: str) -> Response:
    """Move what a backup has of some or all machines to another job; whether an imported one can be, a switch says."""
    only_since(call, SINCE)
    backup, model = READING.row(server, row_id), object_sent(call)
    require(model, "targetJobId")
    check_references(model, JOBS.name, server.estate)
    known = [each["id"] for each in backup["objects"]]
    ids = model.get("backupObjects") or known
    unknown = [each for each in ids if each not in known]
    if unknown:
        raise bad_request(f"Backup object with ID {unknown[0]} is not found")
    task: Task = {"do": MOVING, "backup": backup["id"], "job": model["targetJobId"], "objects": ids}
    return start(call, server.sessions, MOVING, "Infrastructure", [task])


@work(MOVING)
def moved(server: VbrServer, task: Task) -> Outcome:
    """All of them become the job's chain; some of them a chain of their own."""
    backup, job = server.store.get(BACKUPS, task["backup"]), server.estate.get(JOBS, task["job"])
    if backup is None or job is None:
        return Outcome("Failed", MOVING, "The backup or the job is gone")
    if not backup["job"] and server.switches.imported_chains == "refuse":
        return Outcome("Failed", MOVING, f"Backup {backup['name']} is imported, and cannot be moved")
    going = [each for each in backup["objects"] if each["id"] in task["objects"]]
    staying = [each for each in backup["objects"] if each["id"] not in task["objects"]]
    there = next((row for row in server.store.rows(BACKUPS) if row["job"] == job["id"]), None)
    if there is not None:
        there["objects"] += going
    elif not staying:
        backup |= {"job": job["id"], "name": job["body"]["name"], "jobType": job["body"]["type"]}
        return Outcome("Succeeded", MOVING, "Moved", backup["id"])
    else:
        server.store.add(BACKUPS, {**backup, "job": job["id"], "name": job["body"]["name"], "objects": going})
    backup["objects"] = staying
    if not staying:
        server.store.remove(BACKUPS, backup["id"])
    return Outcome("Succeeded", MOVING, "Moved", job["id"])


ENTITY = "/api/v1/agents/discoveredEntities/<row_id>"
ROUTES = (
    Route("GET", f"{ENTITY}/backups", list_chains),
    Route("POST", f"{ENTITY}/attachBackup", attach(True)),
    Route("POST", f"{ENTITY}/detachBackup", attach(False)),
    Route("POST", f"{READING.path}/<row_id>/objects/moveTo", move_objects),
)
