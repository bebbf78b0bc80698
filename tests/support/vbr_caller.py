# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A minimal client of a VBR server, for the simulator's own tests and for looking around by hand."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from simulator.core.blueprint import Login
    from simulator.testing import Server

PATIENCE_SECONDS = 20.0


class VbrCaller:
    """A signed-in session in one revision. `caller("GET", "/jobs")` is GET /api/v1/jobs; a path under /api is kept."""

    def __init__(self, server: Server, revision: str, login: Login | None = None) -> None:
        self.server = server
        self.revision = revision
        self.session = requests.Session()
        # The certificate to trust is the server's, whatever the environment says.
        self.session.trust_env = False
        self.session.verify = server.ca_path or True
        self.session.headers["x-api-version"] = revision
        who = login or server.login
        self.tokens = self.token(grant_type="password", username=who.username, password=who.password).json()
        self.session.headers["Authorization"] = f"Bearer {self.tokens['access_token']}"

    def __call__(self, method: str, path: str, **request: Any) -> requests.Response:
        prefix = "" if path.startswith(("/api/", "/swagger/")) else "/api/v1"
        return self.session.request(method, f"{self.server.url}{prefix}{path}", **request)

    def token(self, **form: str) -> requests.Response:
        return self("POST", "/api/oauth2/token", data=form)

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of a GET that must succeed."""
        response = self("GET", path, params=query)
        response.raise_for_status()
        return response.json()

    def export(self, kind: str, **wanted: Any) -> Any:
        response = self("POST", f"/automation/{kind}/export", json=wanted)
        response.raise_for_status()
        return response.json()

    def import_(self, kind: str, collection: Any) -> Any:
        """Import and wait. Returns the ended session, with its log records under `records`, oldest first."""
        response = self("POST", f"/automation/{kind}/import", json=collection)
        response.raise_for_status()
        path = f"/automation/sessions/{response.json()['id']}"
        until = time.monotonic() + PATIENCE_SECONDS
        session = self.get(path)
        while session["state"] != "Stopped" and time.monotonic() < until:
            session = self.get(path)
        session["records"] = self.get(f"{path}/logs")["records"][::-1]
        return session
