# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials records: list, read, create, replace, delete, and change their secrets. No answer has a secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug import Response

from ....core import secrets
from ....core.call import Call
from ....core.clock import write_time
from ....core.routing import Route
from ....core.store import Row
from ..bodies import object_sent
from ..errors import bad_request, json_answer, require
from ..estate import Estate
from ..kind import Model
from ..kinds import CREDENTIALS
from ..plain.reading import Reading
from ..plain.writing import Stored, Writing, refuse_type
from ..revisions import older
from ..server import VbrServer
from ..shapes.rules import parse, render

SSH_SECRETS = ("privateKey", "passphrase", "rootPassword")
SSH_DEFAULTS: Model = {"SSHPort": 22, "elevateToRoot": False, "addToSudoers": False, "useSu": False}
# Fields of a model that are no part of the stored body.
NOT_STORED = ("id", "creationTime", "isDefaultAppliance", "authenticationType")
MANAGED_SERVICE = "ManagedService"


def show_credentials(row: Row, estate: Estate, revision: str) -> Model:
    """The additional fields of a Linux account stand beside the others."""
    body = render(CREDENTIALS.groups[0].rules, row["body"], revision)
    linux = body.pop("linuxAdditionalSettings", None) or {}
    body.pop("password", None)
    linux = {key: value for key, value in linux.items() if key not in SSH_SECRETS} if body["type"] == "Linux" else {}
    if linux and not older(revision, "1.3-rev0"):
        by_key = row["secrets"].get("linuxAdditionalSettings.privateKey")
        linux["authenticationType"] = row["state"].get("authenticationType") or ("SshKey" if by_key else "Password")
    return {"id": row["id"], **body, **linux, "creationTime": row["created"]}


def serves_credentials(model: Model, revision: str) -> None:
    known = ("Standard", "Linux") if older(revision, "1.3-rev0") else ("Standard", "Linux", MANAGED_SERVICE)
    refuse_type(model, CREDENTIALS.noun, known, revision)


def read_credentials(model: Model, estate: Estate, revision: str) -> Stored:
    require(model, "type", "username")
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


@dataclass(frozen=True)
class SecretChange:
    """The operation POST {path}/{id}/{action}, the only way to change a secret, since PUT takes none.

    `fields` maps each field of the request to the path of a secret. The first field is required; the secret of another
    field that is not sent is removed. `types` are the types of record that have these secrets.
    """

    reading: Reading
    action: str
    fields: Mapping[str, str]
    types: tuple[str, ...]

    def route(self) -> Route:
        return Route("POST", f"{self.reading.path}/<row_id>/{self.action}", self.change)

    def change(self, server: VbrServer, call: Call, row_id: str) -> Response:
        row = self.reading.row(server, row_id)
        model = object_sent(call)
        require(model, next(iter(self.fields)))
        if row["body"].get("type") not in self.types:
            raise bad_request(f"A record of type {row['body'].get('type')} has no such secret", "UnknownError")
        self._keep(row, model)
        row["changed"] = write_time(server.clock.now())
        return json_answer({})

    def _keep(self, row: Row, model: Model) -> None:
        for name, path in self.fields.items():
            row["secrets"].pop(path, None)
            if model.get(name):
                row["secrets"][path] = secrets.seal(str(model[name]))


READING = Reading(
    "/api/v1/credentials",
    CREDENTIALS,
    show_credentials,
    columns=("username", "description", "type", "creationTime"),
    searched=("username", "description"),
    equal={"typeFilter": "type"},
)
LINUX = ("Linux",)
KEY = {"privateKey": "linuxAdditionalSettings.privateKey", "passphrase": "linuxAdditionalSettings.passphrase"}
CHANGES = (
    SecretChange(READING, "changepassword", {"password": "password"}, types=("Standard", *LINUX)),
    SecretChange(READING, "changeprivatekey", KEY, types=LINUX),
    SecretChange(READING, "changerootpassword", {"password": "linuxAdditionalSettings.rootPassword"}, types=LINUX),
)
ROUTES = (
    *Writing(READING, read_credentials, serves_credentials, new_credentials_need).routes(),
    *(change.route() for change in CHANGES),
)
