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
from ..bodies import object_sent
from ..errors import bad_request, json_answer
from ..kinds import CLOUD_CREDENTIALS
from ..models.cloud_credentials import (
    SECRETS,
    new_cloud_credentials_need,
    read_cloud_credentials,
    show_cloud_credentials,
)
from ..models.stored import require
from ..revisions import older
from ..server import VbrServer
from .reading import Reading
from .writing import Writing

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
    *Writing(READING, read_cloud_credentials, new_cloud_credentials_need).routes(),
    Route("POST", f"{ONE}/changeSecretKey", change_secret_key),
    Route("POST", f"{ONE}/changeCertificate", change_certificate),
)
