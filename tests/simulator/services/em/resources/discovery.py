# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The root of the service: which versions it speaks, and where to sign in."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ..links import Link, link
from ..negotiation import written
from ..server import EmServer
from ..shapes.entities import ROOT

VERSIONS = ("v1_5", "v1_6", "v1_7")
LATEST = "latest"


def root(server: EmServer, call: Call) -> Response:
    versions = [{"Name": version, "Links": [_sign_in(call, version)]} for version in VERSIONS]
    value = {
        "Links": [link(call, "Down", "logonSessions", "LogonSessionList"), _sign_in(call, LATEST)],
        "SupportedVersions": {"SupportedVersions": versions},
    }
    return written(ROOT, value, call, server.switches)


def _sign_in(call: Call, version: str) -> Link:
    return link(call, "Create", f"sessionMngr/?v={version}", "LogonSession")


ROUTES = (Route("GET", "/api/", root, public=True),)
