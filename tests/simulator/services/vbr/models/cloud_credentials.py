# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud credentials records as their list shows and takes them: never with a secret."""

from __future__ import annotations

from typing import Any

from ....core.store import Row
from ..errors import bad_request
from ..estate import Estate
from ..kinds import CLOUD_CREDENTIALS
from ..revisions import older
from ..shapes.rules import parse, render
from .stored import Stored, require

Model = dict[str, Any]
NOT_STORED = ("id", "lastModified", "creationMode", "deployment", "subscription")
# Type -> the list it belongs to, and what a model and a new record of it must have.
GROUPS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "AzureStorage": ("azureStorage", ("account",), ("sharedKey",)),
    "AzureCompute": ("azureCompute", ("connectionName",), ("creationMode", "existingAccount")),
    "Amazon": ("amazon", ("accessKey",), ("secretKey",)),
    "Google": ("google", ("accessKey",), ("secretKey",)),
}
SECRETS = {"AzureStorage": "sharedKey", "Amazon": "secretKey", "Google": "secretKey"}


def show_cloud_credentials(row: Row, estate: Estate, revision: str) -> Model:
    body = render(CLOUD_CREDENTIALS.group(row["group"]).rules, row["body"], revision)
    for name in SECRETS.values():
        body.pop(name, None)
    existing = body.pop("existingAccount", None)
    if existing is not None:
        subscription = {key: existing["subscription"][key] for key in ("tenantId", "applicationId")}
        body |= {"deployment": existing["deployment"], "subscription": {**subscription, "subscriptions": []}}
    if not older(revision, "1.3-rev0"):
        body["lastModified"] = row["changed"]
    return {"id": row["id"], **body}


def read_cloud_credentials(model: Model, estate: Estate, revision: str) -> Stored:
    require(model, "type")
    if model["type"] not in GROUPS:
        raise bad_request(f"type takes one of {', '.join(GROUPS)}")
    name, needed, _new = GROUPS[model["type"]]
    require(model, *needed)
    body = {key: value for key, value in model.items() if key not in NOT_STORED}
    if "subscription" in model:
        # A record that is there shows its account in two parts, and has no secret in it.
        account = {key: model["subscription"].get(key) for key in ("tenantId", "applicationId")}
        body["existingAccount"] = {"deployment": model.get("deployment"), "subscription": {**account, "secret": ""}}
    blank = {SECRETS[model["type"]]: ""} if model["type"] in SECRETS else {}
    rules = CLOUD_CREDENTIALS.group(name).rules
    return Stored(name, {"description": "", **blank, **parse(rules, body, revision)}, {})


def new_cloud_credentials_need(model: Model, revision: str) -> tuple[str, ...]:
    return GROUPS[model["type"]][2]
