# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed servers, among them the backup server itself: list, read, create, replace, delete, single-use credentials."""

from __future__ import annotations

from werkzeug import Response

from ....core import secrets
from ....core.bodies import copy_json
from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..bodies import object_sent
from ..errors import bad_request, require
from ..estate import Estate
from ..kind import Model
from ..kinds import MANAGED_SERVERS
from ..plain.id_fields import account, show_ids
from ..plain.reading import Reading
from ..plain.writing import DELETION, SAVING, Stored, Writing, add, refuse_type, remove
from ..rest.resource import body_shown, read_body, require_all
from ..rest.table import HOST_TYPES, OTHER_HOSTS
from ..revisions import TAG_WAVE, older
from ..server import VbrServer, only_since
from ..sessions.running import Outcome, Task, work
from ..sessions.views import start
from ..shapes.rules import parse, render
from .connection_certificate import proof

VSPHERE_PORT = 443
ID_FIELDS = (account("credentials"), account("viServers[].viCredentials", "viCredentialsId"))
GROUPS = {
    "WindowsHost": "windowsHosts",
    "LinuxHost": "linuxHosts",
    "ViHost": "viHosts",
    "CloudDirectorHost": "cloudDirectorHosts",
}
SINGLE_USE = "singleUseCredentials"
# How a server keeps its credentials -> what a new server needs for that.
ACCOUNTS = {"Permanent": ("credentialsId",), "SingleUse": (SINGLE_USE,), "Certificate": ("handshakeCode",)}
# Type -> since when a new server must say how it keeps its credentials.
STORAGE_REQUIRED_SINCE = {"WindowsHost": "1.3-rev0", "LinuxHost": TAG_WAVE}
# Stored fields that no model shows.
INSIDE = ("sshFingerprint", SINGLE_USE)
# Fields of a model that are no part of the stored body.
NOT_STORED = (
    "id",
    "status",
    "isBackupServer",
    "isDefaultMountServer",
    "isVBRLinuxAppliance",
    "updatesState",
    "autoUpdateDeadline",
    "credentialsStorageType",
    "handshakeCode",
)


def show_server(row: Row, estate: Estate, revision: str) -> Model:
    """The model has the id of the account, but neither fingerprint nor thumbprint."""
    if row["group"] == OTHER_HOSTS.name:
        return show_other_host(row, estate, revision)
    body = show_ids(ID_FIELDS, render(MANAGED_SERVERS.group(row["group"]).rules, row["body"], revision), estate)
    for name in INSIDE:
        body.pop(name, None)
    body.setdefault("credentialsId", None)
    kind = body["type"]
    if kind == "ViHost":
        body.pop("certificateThumbprint", None)
        body["port"] = body.get("port") or VSPHERE_PORT
    if not older(revision, TAG_WAVE):
        body["status"] = "Unavailable" if row["state"].get("offline") else "Available"
    if kind == "CloudDirectorHost":
        # Optional in an import, required in a model.
        body["viServers"] = body.get("viServers") or []
    for server in body.get("viServers") or []:
        server["cloudDirectorViServerName"] = server["viServerName"]
    if kind == "LinuxHost" and not older(revision, "1.1-rev0"):
        body["credentialsStorageType"] = _storage(row)
    if kind in ("WindowsHost", "LinuxHost") and not older(revision, "1.3-rev0"):
        itself = bool(row["state"].get("backupServer"))
        body |= {"isBackupServer": itself, "isDefaultMountServer": itself, "updatesState": "NotAvailable"}
        body.setdefault("credentialsStorageType", "Permanent")
    return {"id": row["id"], **body}


def show_other_host(row: Row, estate: Estate, revision: str) -> Model:
    """Hosts of Hyper-V and shares. A cluster shows the servers that it was given as its children."""
    body = body_shown(OTHER_HOSTS, row, revision)
    model = {"id": row["id"], **body, "status": "Unavailable" if row["state"].get("offline") else "Available"}
    children = model.pop("hvServers", None) or []
    if body["type"] in ("HvCluster", "SCVMM"):
        model["childServers"] = children
    elif body["type"] == "HvServer":
        model["updatesState"] = "NotAvailable"
    if HOST_TYPES[body["type"]].since:
        model.setdefault("credentialsId", None)
    return model


def read_other_host(model: Model, estate: Estate, revision: str) -> Stored:
    """What a cluster shows as its children may stand in the place of the servers that it is given."""
    require_all(model, HOST_TYPES[model["type"]], revision)
    body = copy_json({key: value for key, value in model.items() if key not in (*NOT_STORED_OF_OTHERS, "childServers")})
    if model.get("childServers"):
        body.setdefault("hvServers", model["childServers"])
    return Stored(OTHER_HOSTS.name, read_body(body, MANAGED_SERVERS.name, OTHER_HOSTS, estate, revision), {})


def _storage(row: Row) -> str:
    if row["state"].get("singleUse"):
        return "SingleUse"
    return "Certificate" if row["state"].get("byCertificate") else "Permanent"


def serves_server(model: Model, revision: str) -> None:
    known = [kind for kind, name in GROUPS.items() if not older(revision, MANAGED_SERVERS.group(name).since)]
    known += [kind for kind, each in HOST_TYPES.items() if each.since and not older(revision, each.since)]
    refuse_type(model, MANAGED_SERVERS.noun, known, revision)


def read_server(model: Model, estate: Estate, revision: str) -> Stored:
    """Raises a 400 for an unknown type, for what is missing, and for an id of no account."""
    require(model, "name", "description", "type")
    if model["type"] in HOST_TYPES:
        return read_other_host(model, estate, revision)
    group_name = GROUPS[model["type"]]
    group = MANAGED_SERVERS.group(group_name)
    body = copy_json({key: value for key, value in model.items() if key not in NOT_STORED})
    body.setdefault("credentialsId", None)
    for server in body.get("viServers") or []:
        server.pop("cloudDirectorViServerName", None)
    for field in ID_FIELDS:
        field.read(body, estate)
    if group_name == "viHosts":
        body.setdefault("viHostType", "ESXi" if body["name"].startswith("esx") else "VC")
    storage = model.get("credentialsStorageType")
    state = {"singleUse": storage == "SingleUse", "byCertificate": storage == "Certificate"}
    return Stored(group_name, parse(group.rules, body, revision), state)


def new_server_needs(model: Model, revision: str) -> tuple[str, ...]:
    """An account, and for a Linux server the fingerprint of its key."""
    kind, storage = model["type"], model.get("credentialsStorageType", "Permanent")
    needs = ACCOUNTS.get(storage, ()) if kind not in HOST_TYPES or storage == "Permanent" else ()
    if kind == "LinuxHost":
        needs = (*needs, "sshFingerprint")
    since = STORAGE_REQUIRED_SINCE.get(kind)
    return needs if since is None or older(revision, since) else (*needs, "credentialsStorageType")


# The same of the other hosts.
NOT_STORED_OF_OTHERS = ("id", "status", "updatesState", "parentHostId", "parentHostName")
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
    serves_server,
    new_server_needs,
    saving=SAVING,
    deleting=DELETION,
    inside=(*INSIDE, "certificateThumbprint", "hvServers"),
    adding="add server",
    removing="remove server",
)


@work("add server")
def add_server(server: VbrServer, task: Task) -> Outcome:
    """Add a server whose key or certificate is the one that the request trusts; any other fails the session."""
    body, host = task["body"], task["body"]["name"]
    given = body.get(PROOFS.get(body["type"], ""))
    if given and given != proof(server, host, body["type"]):
        return Outcome("Failed", f"Saving {host}", f"The host key or certificate of {host} is another one")
    return add(server, task)


@work("remove server")
def remove_server(server: VbrServer, task: Task) -> Outcome:
    """Delete a server. It stays listed for some requests after the session has ended (switch `deletion_lag`)."""
    row = server.estate.get(MANAGED_SERVERS, task["id"])
    if row is None or not server.switches.deletion_lag:
        return remove(server, task)
    row["state"]["leaving"] = server.switches.deletion_lag
    return Outcome("Succeeded", f"Deletion of {row['body']['name']}", "Deleted", row["id"])


def update_single_use_credentials(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, "1.1-rev0")
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


@work("renew single-use credentials")
def renewed(server: VbrServer, task: Task) -> Outcome:
    row = server.estate.get(MANAGED_SERVERS, task["id"])
    if row is None:
        return Outcome("Failed", SAVING.name, f"Resource with ID {task['id']} does not exist")
    row["secrets"] = task["secrets"]
    row["body"].setdefault(SINGLE_USE, {})["username"] = task["username"]
    return Outcome("Succeeded", f"Saving {row['body']['name']}", "Saved", row["id"])


ROUTES = (
    *WRITING.routes(),
    Route("POST", f"{PATH}/<row_id>/updateSingleUseCredentials", update_single_use_credentials),
)
