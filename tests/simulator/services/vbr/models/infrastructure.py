# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials, cloud credentials and encryption passwords as their lists show them."""

from __future__ import annotations

from typing import Any

from ....core.store import Row
from ..estate import Estate
from ..kinds import (
    CLOUD_CREDENTIALS,
    CREDENTIALS,
    ENCRYPTION_PASSWORDS,
    Body,
    Kind,
)
from ..revisions import older
from ..shapes.rules import render

Model = dict[str, Any]
SSH_SECRETS = ("privateKey", "passphrase", "rootPassword")


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
