# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud credentials records: list, read, create, replace, delete, and change their secrets."""

from __future__ import annotations

from werkzeug import Response

from ....core import secrets
from ....core.call import Call
from ....core.clock import write_time
from ....core.routing import Route
from ....core.store import Row
from ..bodies import expect, object_sent
from ..errors import bad_request, json_answer, require
from ..estate import Estate
from ..kind import Model
from ..kinds import CLOUD_CREDENTIALS
from ..plain.reading import Reading
from ..plain.writing import Stored, Writing, refuse_type
from ..revisions import older
from ..server import VbrServer
from ..shapes.rules import parse, render
from ..shapes.types import Type

NOT_STORED = ("id", "lastModified", "creationMode", "deployment", "subscription")
# Type -> its group, the fields that every model must have, and those that a new record must have besides.
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


def serves_cloud_credentials(model: Model, revision: str) -> None:
    refuse_type(model, CLOUD_CREDENTIALS.noun, GROUPS, revision)


def read_cloud_credentials(model: Model, estate: Estate, revision: str) -> Stored:
    require(model, "type")
    name, needed, _new = GROUPS[model["type"]]
    require(model, *needed)
    expect(model, Type.TEXT, "account")
    body = {key: value for key, value in model.items() if key not in NOT_STORED}
    if model.get("subscription") is not None:
        # The model of an existing record shows its account in two parts, without the secret.
        account = {key: model["subscription"].get(key) for key in ("tenantId", "applicationId")}
        body["existingAccount"] = {"deployment": model.get("deployment"), "subscription": {**account, "secret": ""}}
    blank = {SECRETS[model["type"]]: ""} if model["type"] in SECRETS else {}
    rules = CLOUD_CREDENTIALS.group(name).rules
    return Stored(name, {"description": "", **blank, **parse(rules, body, revision)}, {})


def new_cloud_credentials_need(model: Model, revision: str) -> tuple[str, ...]:
    return GROUPS[model["type"]][2]


READING = Reading(
    "/api/v1/cloudCredentials",
    CLOUD_CREDENTIALS,
    show_cloud_credentials,
    columns=("name", "description", "type", "lastModified"),
    searched=("connectionName", "account", "accessKey", "description"),
    equal={"typeFilter": "type"},
)
SUBSCRIPTION = "existingAccount.subscription"


def change_secret_key(server: VbrServer, call: Call, row_id: str) -> Response:
    """The one secret of a storage account; a compute account has its application's secret."""
    revision = READING.revision(call)
    row, model = READING.row(server, row_id), object_sent(call)
    require(model, "newSecretKey")
    path = SECRETS.get(row["body"]["type"], f"{SUBSCRIPTION}.secret")
    row["secrets"][path] = secrets.seal(str(model["newSecretKey"]))
    row["changed"] = write_time(server.clock.now())
    return json_answer(READING.show(row, server.estate, revision), 201 if older(revision, "1.3-rev0") else 200)


def change_certificate(server: VbrServer, call: Call, row_id: str) -> Response:
    revision = READING.revision(call)
    row, model = READING.row(server, row_id), object_sent(call)
    require(model, "certificate", "formatType")
    if row["body"]["type"] in SECRETS:
        raise bad_request(f"A record of type {row['body']['type']} has no certificate", "UnknownError")
    account = row["body"]["existingAccount"]["subscription"]
    account["certificate"] = {"certificate": "", "formatType": model["formatType"], "password": ""}
    for name in ("certificate", "password"):
        row["secrets"][f"{SUBSCRIPTION}.certificate.{name}"] = secrets.seal(str(model.get(name) or ""))
    row["changed"] = write_time(server.clock.now())
    if older(revision, "1.2-rev1"):
        return json_answer(READING.show(row, server.estate, revision), 201)
    if older(revision, "1.3-rev1"):
        return Response(status=204)
    return json_answer(READING.show(row, server.estate, revision))


ONE = f"{READING.path}/<row_id>"
ROUTES = (
    *Writing(READING, read_cloud_credentials, serves_cloud_credentials, new_cloud_credentials_need).routes(),
    Route("POST", f"{ONE}/changeSecretKey", change_secret_key),
    Route("POST", f"{ONE}/changeCertificate", change_certificate),
)
