# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Four-eyes authorization: its events, and the deletions that wait for a second person (switch `four_eyes`)."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..kind import Model
from ..plain.records import Records
from ..plain.second_person import EVENTS, add_event
from ..revisions import CASE_WAVE, TAG_WAVE, older
from ..server import VbrServer

ENABLED = "Four-eyes authorization has been enabled"


def show_event(server: VbrServer, row: Row, revision: str) -> Model:
    state = row["state"]
    return {
        "id": row["id"],
        "name": row["name"],
        "description": row.get("description", ""),
        "state": "Info" if state == "CockpitMessage" and older(revision, CASE_WAVE) else state,
        "creationTime": row["created"],
        "createdBy": row.get("by"),
        "expirationTime": row.get("expires"),
        "processedBy": None,
        "processedTime": None,
    }


LISTED = Records(
    "/api/v1/authorization/events",
    EVENTS,
    show_event,
    ("name", "state", "creationTime", "expirationTime", "createdBy"),
    TAG_WAVE,
    {"stateFilter": "state", "createdByFilter": "createdBy"},
)


def list_events(server: VbrServer, call: Call) -> Response:
    """Of a server on which it is on, the first event says so."""
    known = any(row["name"] == ENABLED for row in server.store.rows(EVENTS))
    if server.switches.four_eyes != "off" and not known:
        add_event(server, ENABLED, "Info")
    return LISTED.list(server, call)


ROUTES = (
    Route("GET", LISTED.path, list_events),
    Route("GET", f"{LISTED.path}/<row_id>", LISTED.get),
)
