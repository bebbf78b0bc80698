# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A minimal client of Enterprise Manager, in XML or JSON, for the simulator's own tests."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import defusedxml.ElementTree
import requests

if TYPE_CHECKING:
    from simulator.core.blueprint import Login
    from simulator.testing import Server

XML, JSON = "application/xml", "application/json"
SESSION = "X-RestSvcSessionId"
PATIENCE_SECONDS = 20.0
# The namespace as ElementTree writes it before a tag.
SPACE = "{http://www.veeam.com/ent/v1.0}"


class EmCaller:
    """A signed-in session in one format. `media` stands in both headers. `caller("GET", "/jobs")` is GET /api/jobs."""

    def __init__(self, server: Server, media: str = JSON, login: Login | None = None, version: str = "latest") -> None:
        self.server = server
        self.media = media
        self.verify = server.ca_path or True
        who = login or server.login
        headers = {"Accept": media}
        url = f"{server.url}/api/sessionMngr/?v={version}"
        self.logon = requests.post(
            url, auth=(who.username, who.password), headers=headers, verify=self.verify, timeout=PATIENCE_SECONDS
        )
        self.token = self.logon.headers.get(SESSION, "")

    def __call__(self, method: str, path: str, headers: dict[str, Any] | None = None, **request: Any) -> Any:
        """Send one request. `headers` replace the usual ones, None removes one. No cookie is kept."""
        sent = {"Accept": self.media, SESSION: self.token}
        if "data" in request or "json" in request:
            sent["Content-Type"] = self.media
        url = path if path.startswith("https:") else f"{self.server.url}/api{path}"
        request |= {"headers": {**sent, **(headers or {})}, "verify": self.verify, "timeout": PATIENCE_SECONDS}
        return requests.request(method, url, **request)

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of a GET that must succeed."""
        response = self("GET", path, headers={"Accept": JSON}, params=query)
        response.raise_for_status()
        return response.json()

    def tree(self, path: str, **query: Any) -> ElementTree.Element:
        """Return the XML of a GET that must succeed."""
        response = self("GET", path, headers={"Accept": XML}, params=query)
        response.raise_for_status()
        root: ElementTree.Element = defusedxml.ElementTree.fromstring(response.content)
        return root

    def jobs(self, **wanted: str) -> list[dict[str, Any]]:
        """Return the jobs that have these properties, as whole entities."""
        jobs: list[dict[str, Any]] = self.get("/jobs", format="Entity")["Jobs"]
        return [job for job in jobs if all(job[name] == value for name, value in wanted.items())]

    def follow(self, task: dict[str, Any]) -> dict[str, Any]:
        """Poll the task until it is finished and return it."""
        until = time.monotonic() + PATIENCE_SECONDS
        while task["State"] != "Finished" and time.monotonic() < until:
            task = self.get(f"/tasks/{task['TaskId']}")
        return task

    def do(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Send a request in JSON that must be accepted (202), and return its finished task."""
        response = self(method, path, headers={"Accept": JSON, "Content-Type": JSON}, json=body)
        assert response.status_code == 202, response.text
        return self.follow(response.json())
