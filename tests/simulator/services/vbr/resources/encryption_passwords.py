# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encryption passwords; their filter is not a name filter but one for hints."""

from __future__ import annotations

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core import secrets
from ....core.call import Call
from ....core.clock import write_time
from ....core.routing import Route
from ..bodies import object_sent
from ..errors import json_answer
from ..kinds import ENCRYPTION_PASSWORDS
from ..models.credentials import new_encryption_password_needs, read_encryption_password, show_encryption_password
from ..models.stored import require
from ..revisions import older
from ..server import VbrServer
from .reading import Reading
from .writing import Writing

READING = Reading(
    "/api/v1/encryptionPasswords",
    ENCRYPTION_PASSWORDS,
    show_encryption_password,
    columns=("hint", "modificationTime"),
    searched=("hint",),
    name_filter="hintFilter",
)


def change_password(server: VbrServer, call: Call, row_id: str) -> Response:
    """A new password comes with its hint."""
    if older(READING.revision(call), "1.2-rev1"):
        raise NotFound
    row, model = READING.row(server, row_id), object_sent(call)
    require(model, "hint", "password")
    body = {**row["body"], "hint": model["hint"]}
    server.estate.replace(ENCRYPTION_PASSWORDS, row, body, {"password": secrets.seal(str(model["password"]))})
    row["changed"] = write_time(server.clock.now())
    return json_answer({})


def verify(server: VbrServer, call: Call, row_id: str) -> Response:
    if older(READING.revision(call), "1.3-rev0"):
        raise NotFound
    row, model = READING.row(server, row_id), object_sent(call)
    require(model, "password")
    fits = secrets.matches(row["secrets"].get("password", ""), str(model["password"]))
    return json_answer({"isSuccessful": fits, "message": "" if fits else "The password is not this one"})


ONE = f"{READING.path}/<row_id>"
ROUTES = (
    *Writing(READING, read_encryption_password, new_encryption_password_needs).routes(),
    Route("POST", f"{ONE}/changepassword", change_password),
    Route("POST", f"{ONE}/verify", verify, reads=True),
)
