# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A minimal client of the Azure appliance for the simulator's own tests, with seeds and readers of exported files."""

from __future__ import annotations

import csv
import json
from typing import Any
from xml.etree import ElementTree

import requests

from simulator.core.blueprint import Login
from simulator.services.vbaz.blueprint import SEED
from simulator.testing import Server

VERSION = "v8.1"
TOKEN = "/api/oauth2/token"
TIMEOUT = 20


class VbazCaller:
    """A signed-in session. `caller("GET", "/jobSessions")` is GET /api/<version>/jobSessions; /api/… is kept."""

    def __init__(self, server: Server, version: str = VERSION, login: Login | None = None) -> None:
        self.server = server
        self.version = version
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = server.ca_path or True
        who = login or server.login
        self.tokens = self.token(grant_type="Password", username=who.username, password=who.password).json()
        self.session.headers["Authorization"] = f"Bearer {self.tokens.get('access_token')}"

    def __call__(self, method: str, path: str, **request: Any) -> requests.Response:
        prefix = "" if path.startswith("/api/") else f"/api/{self.version}"
        return self.session.request(method, f"{self.server.url}{prefix}{path}", **{"timeout": TIMEOUT} | request)

    def token(self, **form: str) -> requests.Response:
        return self("POST", TOKEN, data=form)

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of a GET that must succeed."""
        response = self("GET", path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def all(self, **query: Any) -> list[Any]:
        """Return all sessions that match, in one page."""
        rows = self.get("/jobSessions", Limit=-1, **query)["results"]
        assert isinstance(rows, list)
        return rows

    def export(self, options: dict[str, Any] | None = None, accept: str = "text/csv") -> requests.Response:
        response = self("POST", "/jobSessions/export", json=options, headers={"Accept": accept})
        assert response.status_code == 200, response.text
        return response


def shipped(**changes: Any) -> dict[str, Any]:
    """Return the shipped seed with these keys replaced."""
    seed: dict[str, Any] = json.loads(SEED.read_bytes())
    return seed | changes


def csv_rows(content: bytes) -> list[dict[str, str]]:
    """Read an exported CSV file. Its first line says that the simulator invented the layout."""
    marker, *lines = content.decode().splitlines()
    assert marker.startswith("#")
    return list(csv.DictReader(lines))


def xml_rows(content: bytes) -> list[dict[str, str]]:
    return [{field.tag: field.text or "" for field in row} for row in ElementTree.fromstring(content)]
