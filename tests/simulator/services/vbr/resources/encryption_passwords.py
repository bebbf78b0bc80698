# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encryption passwords: list, read, create, replace, delete, change, verify. They are found by their hints."""

from __future__ import annotations

from werkzeug import Response

from ....core import secrets
from ....core.call import Call
from ....core.clock import write_time
from ....core.routing import Route
from ....core.store import Row
from ..bodies import object_sent
from ..errors import json_answer, require
from ..estate import Estate
from ..kind import Model
from ..kinds import ENCRYPTION_PASSWORDS
from ..plain.reading import Reading
from ..plain.writing import Stored, Writing, one_type
from ..revisions import older
from ..server import VbrServer, only_since
from ..shapes.rules import parse, render


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


READING = Reading(
    "/api/v1/encryptionPasswords",
    ENCRYPTION_PASSWORDS,
    show_encryption_password,
    columns=("hint", "modificationTime"),
    searched=("hint",),
    name_filter="hintFilter",
)


def change_password(server: VbrServer, call: Call, row_id: str) -> Response:
    """Change the password; the request must have the hint too."""
    only_since(call, "1.2-rev1")
    row, model = READING.row(server, row_id), object_sent(call)
    require(model, "hint", "password")
    body = {**row["body"], "hint": model["hint"]}
    server.estate.replace(ENCRYPTION_PASSWORDS, row, body, {"password": secrets.seal(str(model["password"]))})
    row["changed"] = write_time(server.clock.now())
    return json_answer({})


def verify(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, "1.3-rev0")
    row, model = READING.row(server, row_id), object_sent(call)
    require(model, "password")
    fits = secrets.matches(row["secrets"].get("password", ""), str(model["password"]))
    return json_answer({"isSuccessful": fits, "message": "" if fits else "The password is not this one"})


ONE = f"{READING.path}/<row_id>"
ROUTES = (
    *Writing(READING, read_encryption_password, one_type, new_encryption_password_needs).routes(),
    Route("POST", f"{ONE}/changepassword", change_password),
    Route("POST", f"{ONE}/verify", verify, reads=True),
)
