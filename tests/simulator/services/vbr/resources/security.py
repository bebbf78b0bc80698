# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security: whether a second factor is asked for, and the accounts with their roles."""

from __future__ import annotations

import uuid

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import NAMESPACE, Row
from ..accounts import ADMINISTRATOR, Account
from ..estate import Estate
from ..kind import Body, Model
from ..plain.records import Records
from ..plain.singleton import Singleton
from ..revisions import CASE_WAVE, older
from ..server import VbrServer

SINCE = CASE_WAVE
ROLES = {ADMINISTRATOR: ("Veeam Backup Administrator", "Backup Administrator")}
OTHER_ROLE = ("Veeam Backup Viewer", "Backup Viewer")
# Accounts that a test or a seed marks as service accounts, by name.
SERVICE_ACCOUNTS = "serviceAccounts"


def new_settings(_estate: Estate) -> Body:
    return {"mfaEnabled": False}


SETTINGS = Singleton("/api/v1/security/settings", "Security", new_settings, required=("mfaEnabled",), since=SINCE)


def show_user(server: VbrServer, row: Row, revision: str) -> Model:
    """`row` is {id, account}. An account that signs in where a second factor is on has to be a service account."""
    account: Account = row["account"]
    old, new = ROLES.get(account.role, OTHER_ROLE)
    role: Model = {"id": _id(old), "name": old if older(revision, "1.3-rev2") else new, "description": ""}
    marked = any(each["name"] == account.username for each in server.store.rows(SERVICE_ACCOUNTS))
    user: Model = {"id": row["id"], "name": account.username, "type": "ExternalUser", "isServiceAccount": marked}
    if not older(revision, "1.3-rev2"):
        role["isBuiltIn"] = True
        user["mfaEnabled"] = account.mfa
    return {**user, "roles": [role]}


def _id(name: str) -> str:
    return str(uuid.uuid5(NAMESPACE, name))


USERS = Records(
    "/api/v1/security/users",
    "users",
    show_user,
    ("name", "type"),
    SINCE,
    {"typeFilter": "type", "isServiceAccountFilter": "isServiceAccount"},
)


def list_users(server: VbrServer, call: Call) -> Response:
    return USERS.answer(
        server, call, [{"id": _id(account.username), "account": account} for account in server.accounts.all()]
    )


ROUTES = (*SETTINGS.routes(), Route("GET", USERS.path, list_users))
