# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials, cloud credentials, encryption passwords, servers, repositories and proxies as their lists show them."""

from __future__ import annotations

from typing import Any

from ....core.store import Row
from ..estate import Estate
from ..kinds import (
    CLOUD_CREDENTIALS,
    CREDENTIALS,
    ENCRYPTION_PASSWORDS,
    MANAGED_SERVERS,
    PROXIES,
    REPOSITORIES,
    Body,
    Kind,
)
from ..revisions import older
from ..shapes.infrastructure import TAG_WAVE
from ..shapes.rules import places, render
from .links import Link, account, host, show

Model = dict[str, Any]
SSH_SECRETS = ("privateKey", "passphrase", "rootPassword")
VSPHERE_PORT = 443


def _body(kind: Kind, row: Row, revision: str) -> Body:
    return render(kind.group(row["group"]).rules, row["body"], revision)


def show_credentials(row: Row, estate: Estate, revision: str) -> Model:
    """Without any secret; the additions of a Linux account stand beside the rest."""
    body = _body(CREDENTIALS, row, revision)
    linux = body.pop("linuxAdditionalSettings", None) or {}
    body.pop("password", None)
    linux = {key: value for key, value in linux.items() if key not in SSH_SECRETS} if body["type"] == "Linux" else {}
    if linux and not older(revision, "1.3-rev0"):
        by_key = row["secrets"].get("linuxAdditionalSettings.privateKey")
        linux["authenticationType"] = "SshKey" if by_key else "Password"
    return {"id": row["id"], **body, **linux, "creationTime": row["created"]}


def show_cloud_credentials(row: Row, estate: Estate, revision: str) -> Model:
    body = _body(CLOUD_CREDENTIALS, row, revision)
    for name in ("sharedKey", "secretKey"):
        body.pop(name, None)
    existing = body.pop("existingAccount", None)
    if existing is not None:
        subscription = {key: existing["subscription"][key] for key in ("tenantId", "applicationId")}
        body |= {"deployment": existing["deployment"], "subscription": {**subscription, "subscriptions": []}}
    if not older(revision, "1.3-rev0"):
        body["lastModified"] = row["changed"]
    return {"id": row["id"], **body}


def show_encryption_password(row: Row, estate: Estate, revision: str) -> Model:
    body = _body(ENCRYPTION_PASSWORDS, row, revision)
    body.pop("password", None)
    if not older(revision, "1.3-rev0"):
        body["isImported"] = False
    return {"id": row["id"], **body, "modificationTime": row["changed"]}


SERVER_LINKS = (account("credentials"), account("viServers[].viCredentials", "viCredentialsId"))


def show_server(row: Row, estate: Estate, revision: str) -> Model:
    """With the account's id; fingerprint and thumbprint stay inside."""
    body = show(SERVER_LINKS, _body(MANAGED_SERVERS, row, revision), estate)
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


REPOSITORY_LINKS = (
    host("hostName", "hostId"),
    *(host(f"mountServer{side}.mountServerName", "mountServerId") for side in ("", ".windows", ".linux")),
    account("share.credentials"),
    host("account.connectionSettings.gatewayServers", "gatewayServerIds", many=True),
    Link("account.credentials", "credentialsId", "cloudcredentials", "name", "tag"),
)
GATEWAY = "share.gatewayServer.gatewayServerName"


def show_repository(row: Row, estate: Estate, revision: str) -> Model:
    body = show(REPOSITORY_LINKS, _body(REPOSITORIES, row, revision), estate)
    single = host(GATEWAY, "gatewayServerId")
    single.show(body, estate)
    if not older(revision, "1.1-rev0"):
        for container, key in places(body, "share.gatewayServer.gatewayServerId"):
            found = container.pop(key)
            container["gatewayServerIds"] = [found] if found else []
    if "enableTaskLimit" in body and not older(revision, TAG_WAVE):
        body["taskLimitEnabled"] = body.pop("enableTaskLimit")
    if body["type"] == "AzureDataBox":
        # The only type whose model has no mount server, though its import has one.
        body.pop("mountServer", None)
    return {"id": row["id"], **body}


def show_proxy(row: Row, estate: Estate, revision: str) -> Model:
    """A proxy is called like its host."""
    body = _body(PROXIES, row, revision)
    server = body["server"]
    name = server["hostName"]
    for tag in ("hostUniqueId", "hostTag"):
        server.pop(tag, None)
    host("server.hostName", "hostId").show(body, estate)
    if not older(revision, "1.3-rev0"):
        server["hostName"] = name
    return {"id": row["id"], "name": name, **body}
