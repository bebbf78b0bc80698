# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore points, and the objects that have them: lists over all backups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..chains import BACKUPS, FULL_BYTES, points_of
from ..errors import json_answer, not_found
from ..kind import Model
from ..plain.records import Records
from ..revisions import TAG_WAVE, older
from ..server import VbrServer, only_since, shape
from .backups import PLATFORM, show_object

OBJECTS = "/api/v1/backupObjects"
# The name of the list up to 1.1-rev0, and since.
OLD_PATH, PATH = "/api/v1/objectRestorePoints", "/api/v1/restorePoints"
SINCE = "1.1-rev1"
COLUMNS = ("name", "creationTime", "platformId", "backupId")
EQUAL = {"backupIdFilter": "backupId", "malwareStatusFilter": "malwareStatus", "typeFilter": "type"}


def show_point(server: VbrServer, row: Row, revision: str) -> Model:
    """`row` is {backup, object, point}."""
    backup, each, point = row["backup"], row["object"], row["point"]
    model: Model = {
        "id": point["id"],
        "name": each["name"],
        "platformName": "VMware",
        "platformId": PLATFORM,
        "creationTime": point["created"],
        "backupId": backup["id"],
        "allowedOperations": [],
    }
    if older(revision, TAG_WAVE):
        return model
    model |= {
        "type": point["type"],
        "sessionId": None,
        "malwareStatus": "Clean",
        "backupFileId": point["file"],
    }
    if not older(revision, "1.3-rev0"):
        model |= {"guestOsFamily": "Windows", "originalSize": FULL_BYTES}
    if not older(revision, "1.3-rev2"):
        model |= {"tag": None, "snapshotType": None, "gfsPeriods": point["gfs"] or ["None"]}
    return model


def _points(server: VbrServer) -> Iterator[Row]:
    for backup in server.store.rows(BACKUPS):
        for each, point in points_of(backup):
            yield {"backup": backup, "object": each, "point": point}


POINTS = Records(PATH, BACKUPS, show_point, COLUMNS, SINCE, EQUAL)
OLD_POINTS = Records(OLD_PATH, BACKUPS, show_point, COLUMNS)


def list_points(server: VbrServer, call: Call) -> Response:
    return POINTS.answer(server, call, _points(server))


def list_old_points(server: VbrServer, call: Call) -> Response:
    return OLD_POINTS.answer(server, call, _points(server))


def one_point(server: VbrServer, call: Call, row_id: str) -> Response:
    found = next((row for row in _points(server) if row["point"]["id"] == row_id), None)
    if found is None:
        raise not_found(row_id)
    return json_answer(show_point(server, found, shape(call)))


def one_new_point(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, SINCE)
    return one_point(server, call, row_id)


def _objects(server: VbrServer) -> Iterator[tuple[Row, dict[str, Any]]]:
    for backup in server.store.rows(BACKUPS):
        for each in backup["objects"]:
            yield backup, each


def _show_found(server: VbrServer, row: Row, revision: str) -> Model:
    return show_object(row["object"], row["backup"], revision)


LISTED = Records(OBJECTS, BACKUPS, _show_found, equal={"platformNameFilter": "platformName"})


def list_objects(server: VbrServer, call: Call) -> Response:
    rows = [{"backup": backup, "object": each} for backup, each in _objects(server)]
    return LISTED.answer(server, call, rows)


def one_object(server: VbrServer, call: Call, row_id: str) -> Response:
    for backup, each in _objects(server):
        if each["id"] == row_id:
            return json_answer(show_object(each, backup, shape(call)))
    raise not_found(row_id)


def points_of_object(server: VbrServer, call: Call, row_id: str) -> Response:
    mine = Records(PATH, BACKUPS, show_point, COLUMNS, equal=EQUAL)
    return mine.answer(server, call, [row for row in _points(server) if row["object"]["id"] == row_id])


ROUTES = (
    Route("GET", PATH, list_points),
    Route("GET", f"{PATH}/<row_id>", one_new_point),
    Route("GET", OLD_PATH, list_old_points),
    Route("GET", f"{OLD_PATH}/<row_id>", one_point),
    Route("GET", OBJECTS, list_objects),
    Route("GET", f"{OBJECTS}/<row_id>", one_object),
    Route("GET", f"{OBJECTS}/<row_id>/restorePoints", points_of_object),
)
