# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Automation: export and import of whole collections."""

from __future__ import annotations

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core.call import Call
from ....core.routing import Route
from ..automation.exporting import export_objects
from ..automation.importing import import_objects
from ..kind import Kind
from ..kinds import BY_NAME
from ..server import VbrServer, only_since

PREFIX = "/api/v1/automation"
MOVING = {name.lower(): kind for name, kind in BY_NAME.items()}


def _kind(call: Call, name: str) -> Kind:
    kind = MOVING.get(name.lower())
    if kind is None or not kind.moving:
        raise NotFound
    only_since(call, kind.since)
    return kind


def export(server: VbrServer, call: Call, kind: str) -> Response:
    return export_objects(server, call, _kind(call, kind))


def import_(server: VbrServer, call: Call, kind: str) -> Response:
    return import_objects(server, call, _kind(call, kind))


ROUTES = (
    Route("POST", f"{PREFIX}/<kind>/export", export, reads=True),
    Route("POST", f"{PREFIX}/<kind>/import", import_),
)
