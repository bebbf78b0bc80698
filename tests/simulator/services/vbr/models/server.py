# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed servers as /api/v1/backupInfrastructure/managedServers shows and takes them."""

from __future__ import annotations

from ....core.store import Row
from ..errors import bad_request
from ..estate import Estate
from ..kinds import MANAGED_SERVERS
from ..revisions import older
from ..shapes.infrastructure import TAG_WAVE
from ..shapes.rules import copy_json, parse, render
from .links import account, show
from .stored import Model, Stored, require

VSPHERE_PORT = 443
LINKS = (account("credentials"), account("viServers[].viCredentials", "viCredentialsId"))
GROUPS = {
    "WindowsHost": "windowsHosts",
    "LinuxHost": "linuxHosts",
    "ViHost": "viHosts",
    "CloudDirectorHost": "cloudDirectorHosts",
}
SINGLE_USE = "singleUseCredentials"
# What a new server needs for each way to keep its credentials, and since when that way has to be told.
ACCOUNTS = {"Permanent": ("credentialsId",), "SingleUse": (SINGLE_USE,), "Certificate": ("handshakeCode",)}
STORAGE_TOLD_SINCE = {"WindowsHost": "1.3-rev0", "LinuxHost": TAG_WAVE}
# What a model does not show, and what a replacement therefore cannot say.
INSIDE = ("sshFingerprint", SINGLE_USE)
# What only the server tells, or what is told once to make it.
PASSING = (
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
    """With the account's id; fingerprint and thumbprint stay inside."""
    body = show(LINKS, render(MANAGED_SERVERS.group(row["group"]).rules, row["body"], revision), estate)
    for name in INSIDE:
        body.pop(name, None)
    body.setdefault("credentialsId", None)
    kind = body["type"]
    if kind == "ViHost":
        body.pop("certificateThumbprint", None)
        body["port"] = body.get("port") or VSPHERE_PORT
    if not older(revision, TAG_WAVE):
        body["status"] = "Available"
    if kind == "CloudDirectorHost":
        # An import may leave it out, a model may not.
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


def _storage(row: Row) -> str:
    if row["state"].get("singleUse"):
        return "SingleUse"
    return "Certificate" if row["state"].get("byCertificate") else "Permanent"


def read_server(model: Model, estate: Estate, revision: str) -> Stored:
    """Raises a 400 for an unknown type, for what is missing, and for an account that is nobody's."""
    require(model, "name", "description", "type")
    group_name = GROUPS.get(str(model["type"]))
    if group_name is None or older(revision, MANAGED_SERVERS.group(group_name).since):
        raise bad_request(f"A managed server of type {model['type']} is beyond this simulator in {revision}")
    group = MANAGED_SERVERS.group(group_name)
    body = copy_json({key: value for key, value in model.items() if key not in PASSING})
    body.setdefault("credentialsId", None)
    for server in body.get("viServers") or []:
        server.pop("cloudDirectorViServerName", None)
    for link in LINKS:
        link.read(body, estate)
    if group_name == "viHosts":
        body.setdefault("viHostType", "ESXi" if body["name"].startswith("esx") else "VC")
    storage = model.get("credentialsStorageType")
    state = {"singleUse": storage == "SingleUse", "byCertificate": storage == "Certificate"}
    return Stored(group_name, parse(group.rules, body, revision), state)


def new_server_needs(model: Model, revision: str) -> tuple[str, ...]:
    """How a server is signed in to, and what a Linux server proves itself with."""
    kind, storage = model["type"], model.get("credentialsStorageType", "Permanent")
    needs = ACCOUNTS.get(storage, ())
    if kind == "LinuxHost":
        needs = (*needs, "sshFingerprint")
    told_since = STORAGE_TOLD_SINCE.get(kind)
    return needs if told_since is None or older(revision, told_since) else (*needs, "credentialsStorageType")
