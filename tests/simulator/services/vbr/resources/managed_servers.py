# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed servers, with the backup server itself: list, read, create, replace, delete, new single-use credentials."""

from __future__ import annotations

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core import secrets
from ....core.call import Call
from ....core.routing import Route
from ..bodies import object_sent
from ..errors import bad_request
from ..kinds import MANAGED_SERVERS
from ..models.server import INSIDE, SINGLE_USE, new_server_needs, read_server, show_server
from ..models.stored import require
from ..revisions import older
from ..server import VbrServer, shape
from ..sessions.deeds import deed
from ..sessions.routes import start
from ..sessions.running import Done, Task
from .connection_certificate import proof
from .reading import Reading
from .writing import DELETION, SAVING, Writing, add, remove

PATH = "/api/v1/backupInfrastructure/managedServers"
READING = Reading(
    PATH,
    MANAGED_SERVERS,
    show_server,
    columns=("name", "type", "description", "status"),
    equal={"typeFilter": "type", "viTypeFilter": "viHostType"},
)
PROOFS = {
    "LinuxHost": "sshFingerprint",
    "ViHost": "certificateThumbprint",
    "CloudDirectorHost": "certificateThumbprint",
}
WRITING = Writing(
    READING,
    read_server,
    new_server_needs,
    saving=SAVING,
    deleting=DELETION,
    inside=(*INSIDE, "certificateThumbprint"),
    adding="add server",
    removing="remove server",
)


@deed("add server")
def add_server(server: VbrServer, task: Task) -> Done:
    """Connects to the host first: it has to prove to be the one that was trusted."""
    body = task["body"]
    given = body.get(PROOFS.get(body["type"], ""))
    if given and given != proof(server, body["name"], body["type"]):
        return Done("Failed", f"Saving {body['name']}", f"The host key or certificate of {body['name']} is another one")
    return add(server, task)


@deed("remove server")
def remove_server(server: VbrServer, task: Task) -> Done:
    """What is deleted stays listed for a while after the session has ended."""
    row = server.estate.get(MANAGED_SERVERS, task["id"])
    if row is None or not server.switches.deletion_lag:
        return remove(server, task)
    row["state"]["leaving"] = server.switches.deletion_lag
    return Done("Succeeded", f"Deletion of {row['body']['name']}", "Deleted", row["id"])


def update_single_use_credentials(server: VbrServer, call: Call, row_id: str) -> Response:
    if older(shape(call), "1.1-rev0"):
        raise NotFound
    row = READING.row(server, row_id)
    model = object_sent(call)
    require(model, "username", "type")
    if not row["state"].get("singleUse"):
        raise bad_request(f"{row['body']['name']} has permanent credentials", "UnknownError")
    task: Task = {"do": "renew single-use credentials", "id": row["id"], "username": model["username"], "secrets": {}}
    for path in MANAGED_SERVERS.group(row["group"]).secrets:
        given = model.get(path.rpartition(".")[2])
        if given:
            task["secrets"][path] = secrets.seal(str(given))
    return start(call, server.sessions, SAVING.name, SAVING.type, [task])


@deed("renew single-use credentials")
def renewed(server: VbrServer, task: Task) -> Done:
    row = server.estate.get(MANAGED_SERVERS, task["id"])
    if row is None:
        return Done("Failed", SAVING.name, f"Resource with ID {task['id']} does not exist")
    row["secrets"] = task["secrets"]
    row["body"].setdefault(SINGLE_USE, {})["username"] = task["username"]
    return Done("Succeeded", f"Saving {row['body']['name']}", "Saved", row["id"])


ROUTES = (
    *WRITING.routes(),
    Route("POST", f"{PATH}/<row_id>/updateSingleUseCredentials", update_single_use_credentials),
)
