# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials records and encryption passwords, as their lists show and take them: never with a secret."""

from __future__ import annotations

from typing import Any

from ....core.store import Row
from ..errors import bad_request
from ..estate import Estate
from ..kinds import CREDENTIALS, ENCRYPTION_PASSWORDS
from ..revisions import older
from ..shapes.rules import parse, render
from .stored import Stored, require

Model = dict[str, Any]
SSH_SECRETS = ("privateKey", "passphrase", "rootPassword")
SSH_DEFAULTS: Model = {"SSHPort": 22, "elevateToRoot": False, "addToSudoers": False, "useSu": False}
# Shown, but not part of a record: facts, and what is kept beside it.
NOT_STORED = ("id", "creationTime", "isDefaultAppliance", "authenticationType")
MANAGED_SERVICE = "ManagedService"


def show_credentials(row: Row, estate: Estate, revision: str) -> Model:
    """The additions of a Linux account stand beside the rest."""
    body = render(CREDENTIALS.groups[0].rules, row["body"], revision)
    linux = body.pop("linuxAdditionalSettings", None) or {}
    body.pop("password", None)
    linux = {key: value for key, value in linux.items() if key not in SSH_SECRETS} if body["type"] == "Linux" else {}
    if linux and not older(revision, "1.3-rev0"):
        by_key = row["secrets"].get("linuxAdditionalSettings.privateKey")
        linux["authenticationType"] = row["state"].get("authenticationType") or ("SshKey" if by_key else "Password")
    return {"id": row["id"], **body, **linux, "creationTime": row["created"]}


def read_credentials(model: Model, estate: Estate, revision: str) -> Stored:
    require(model, "type", "username")
    known = ("Standard", "Linux") if older(revision, "1.3-rev0") else ("Standard", "Linux", MANAGED_SERVICE)
    if model["type"] not in known:
        raise bad_request(f"type takes one of {', '.join(known)}")
    body = {key: value for key, value in model.items() if key not in NOT_STORED}
    linux_names = (*SSH_DEFAULTS, *SSH_SECRETS, "autoElevated")
    linux = {name: body.pop(name) for name in linux_names if name in body}
    body["linuxAdditionalSettings"] = linux if model["type"] == "Linux" else None
    body = {"password": "", "description": "", **parse(CREDENTIALS.groups[0].rules, body, revision)}
    if model["type"] == "Linux":
        body["linuxAdditionalSettings"] = {
            **SSH_DEFAULTS,
            **dict.fromkeys(SSH_SECRETS, ""),
            **body["linuxAdditionalSettings"],
        }
    return Stored("credentials", body, {"authenticationType": model.get("authenticationType")})


def new_credentials_need(model: Model, revision: str) -> tuple[str, ...]:
    if older(revision, "1.3-rev0"):
        return ()
    return {"Standard": ("password",), "Linux": ("authenticationType",)}.get(str(model.get("type")), ())


def show_encryption_password(row: Row, estate: Estate, revision: str) -> Model:
    body = render(ENCRYPTION_PASSWORDS.groups[0].rules, row["body"], revision)
    body.pop("password", None)
    if not older(revision, "1.3-rev0"):
        body["isImported"] = bool(row["state"].get("imported"))
    return {"id": row["id"], **body, "modificationTime": row["changed"]}


def read_encryption_password(model: Model, estate: Estate, revision: str) -> Stored:
    require(model, "hint")
    body = {key: value for key, value in model.items() if key not in ("id", "modificationTime", "isImported")}
    body = {"password": "", **parse(ENCRYPTION_PASSWORDS.groups[0].rules, body, revision)}
    return Stored("encryptionPasswords", body, {"imported": model.get("isImported")})


def new_encryption_password_needs(model: Model, revision: str) -> tuple[str, ...]:
    return ("password",)
