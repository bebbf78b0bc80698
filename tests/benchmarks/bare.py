# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison: a migration as written in an hour with `requests`, without plan, verification or rollback.

It shares no code with the collection. `python bare.py settings.json`
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import requests

KINDS = (
    "credentials",
    "cloudcredentials",
    "encryptionPasswords",
    "managedServers",
    "repositories",
    "proxies",
    "jobs",
)
POLL_SECONDS = 0.2
PAGE_ROWS = 200


class Client:
    """A signed-in session on one backup server."""

    def __init__(self, url: str, username: str, password: str, revision: str, ca_path: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.verify = ca_path
        # A REQUESTS_CA_BUNDLE in the environment would be used instead.
        self.session.trust_env = False
        self.session.headers["x-api-version"] = revision
        form = {"grant_type": "password", "username": username, "password": password}
        answer = self.session.post(f"{url}/api/oauth2/token", data=form)
        answer.raise_for_status()
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def call(self, method: str, path: str, body: Any = None, **params: int) -> Any:
        answer = self.session.request(method, self.url + path, json=body, params=params)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def sign_out(self) -> None:
        self.call("POST", "/api/oauth2/logout")


def export(server: Client) -> dict[str, Any]:
    return {kind: server.call("POST", f"/api/v1/automation/{kind}/export", {}) for kind in KINDS}


def import_(server: Client, kind: str, body: Any) -> None:
    """Import, wait for the end, read the log; exit when something failed."""
    session = server.call("POST", f"/api/v1/automation/{kind}/import", body)
    path = f"/api/v1/automation/sessions/{session['id']}"
    session = server.call("GET", path)
    while session["state"] != "Stopped":
        time.sleep(POLL_SECONDS)
        session = server.call("GET", path)
    log = server.call("GET", f"{path}/logs")
    if session["result"]["result"] != "Success":
        wrong = [record for record in log["records"] if record["status"] != "Succeeded"]
        sys.exit(f"{kind}: {json.dumps(wrong[:3])}")


def disable_jobs(server: Client) -> None:
    skip, total = 0, 1
    while skip < total:
        page = server.call("GET", "/api/v1/jobs", skip=skip, limit=PAGE_ROWS)
        for job in page["data"]:
            server.call("POST", f"/api/v1/jobs/{job['id']}/disable")
        skip, total = skip + len(page["data"]), page["pagination"]["total"]


def prepare(estate: dict[str, Any], secrets: dict[str, str], source: str, target: str) -> None:
    """Fill in secrets, replace the source server by the target, and keep jobs from starting by themselves."""
    for record in estate["credentials"]["credentials"] + estate["encryptionPasswords"]["encryptionPasswords"]:
        record["password"] = secrets[record["uniqueId"]]
    for account in estate["cloudcredentials"]["azureStorage"]:
        account["sharedKey"] = secrets[account["uniqueId"]]
    for account in estate["cloudcredentials"]["azureCompute"]:
        account["existingAccount"]["subscription"]["secret"] = secrets[account["uniqueId"]]
    for account in estate["cloudcredentials"]["amazon"] + estate["cloudcredentials"]["google"]:
        account["secretKey"] = secrets[account["uniqueId"]]
    for repositories in estate["repositories"].values():
        for repository in repositories:
            if repository.get("hostName") == source:
                repository["hostName"] = target
            if repository["mountServer"]["mountServerName"] == source:
                repository["mountServer"]["mountServerName"] = target
    proxies = estate["proxies"]["proxies"]
    estate["proxies"]["proxies"] = [proxy for proxy in proxies if proxy["server"]["hostName"] != source]
    for job in estate["jobs"]["jobs"]:
        job["schedule"]["runAutomatically"] = False


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    source = Client(**settings["source"])
    estate = export(source)
    source.sign_out()
    prepare(estate, settings["secrets"], settings["source_name"], settings["target_name"])
    target = Client(**settings["target"])
    for kind in KINDS:
        import_(target, kind, estate[kind])
    disable_jobs(target)
    target.sign_out()


if __name__ == "__main__":
    main()
