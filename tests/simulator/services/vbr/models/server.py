# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed servers as their list shows them."""

from __future__ import annotations

from typing import Any

from ....core.store import Row
from ..estate import Estate
from ..kinds import MANAGED_SERVERS
from ..revisions import older
from ..shapes.infrastructure import TAG_WAVE
from ..shapes.rules import render
from .links import account, show

Model = dict[str, Any]
VSPHERE_PORT = 443

SERVER_LINKS = (account("credentials"), account("viServers[].viCredentials", "viCredentialsId"))


def show_server(row: Row, estate: Estate, revision: str) -> Model:
    """With the account's id; fingerprint and thumbprint stay inside."""
    body = show(SERVER_LINKS, render(MANAGED_SERVERS.group(row["group"]).rules, row["body"], revision), estate)
    body.pop("sshFingerprint", None)
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
        body["credentialsStorageType"] = "SingleUse" if row["state"].get("singleUse") else "Permanent"
    if kind in ("WindowsHost", "LinuxHost") and not older(revision, "1.3-rev0"):
        itself = bool(row["state"].get("backupServer"))
        body |= {"isBackupServer": itself, "isDefaultMountServer": itself, "updatesState": "NotAvailable"}
        body.setdefault("credentialsStorageType", "Permanent")
    return {"id": row["id"], **body}
