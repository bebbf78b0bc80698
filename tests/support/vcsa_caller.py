# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A minimal client of a vCenter, in both REST styles and in JSON-RPC, for the simulator's own tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from simulator.core.blueprint import Login
    from simulator.testing import Server

BACKUP = "/appliance/recovery/backup"
SESSION_HEADER = "vmware-api-session-id"
SIGN_IN = {"rest": "/rest/com/vmware/cis/session", "api": "/api/session"}
PIECE = {
    "parts": ["common", "seat"],
    "location_type": "SFTP",
    "location": "sftp://10.0.0.5/backups/",
    "location_user": "bk",
    "location_password": "Vf5#cK8+tR2%location",
    "backup_password": "Abcdef1!",
    "comment": "pre-patch",
}
Answer = requests.Response


class VcsaCaller:
    """A session in one REST style. `caller("GET", "/job")` is below the backup path; /rest/… and /api/… are kept."""

    def __init__(self, server: Server, style: str, login: Login | None = None) -> None:
        self.server, self.style = server, style
        self.session = requests.Session()
        # The certificate to trust is the server's, whatever the environment says.
        self.session.trust_env = False
        self.session.verify = server.ca_path or True
        who = login or server.login
        answer = self("POST", SIGN_IN[style], auth=(who.username, who.password))
        answer.raise_for_status()
        self.session.headers[SESSION_HEADER] = self.id = str(self.value(answer))

    def __call__(self, method: str, path: str, **request: Any) -> Answer:
        whole = path if path.startswith(("/rest/", "/api/")) else f"/{self.style}{BACKUP}{path}"
        return self.session.request(method, f"{self.server.url}{whole}", **request)

    def value(self, answer: Answer) -> Any:
        """Return the value in an answer, without the wrapper of `/rest`; a map as an object."""
        if not answer.content:
            return None
        value = answer.json() if self.style == "api" else answer.json()["value"]
        pairs = isinstance(value, list) and value and isinstance(value[0], dict) and set(value[0]) == {"key", "value"}
        return {each["key"]: each["value"] for each in value} if pairs else value

    def get(self, path: str, **query: Any) -> Any:
        """Return the value of a GET that must succeed."""
        answer = self("GET", path, params=query)
        answer.raise_for_status()
        return self.value(answer)

    def error(self, answer: Answer) -> tuple[int, str]:
        """Return the status and the kind of an error, for example (404, "NOT_FOUND")."""
        if self.style == "api":
            return answer.status_code, answer.json()["error_type"]
        return answer.status_code, answer.json()["type"].rpartition(".")[2].upper()

    def _send(self, rest: tuple[str, str], api: tuple[str, str], name: str = "", body: Any = None) -> Answer:
        method, path = rest if self.style == "rest" else api
        if body is None:
            return self(method, path)
        return self(method, path, json={name: body} if self.style == "rest" else body)

    def create(self, **changes: Any) -> Answer:
        piece = {name: value for name, value in {**PIECE, **changes}.items() if value is not None}
        return self._send(("POST", "/job"), ("POST", "/job"), "piece", piece)

    def validate(self, **changes: Any) -> Answer:
        return self._send(("POST", "/validate"), ("POST", "?action=validate"), "piece", {**PIECE, **changes})

    def started(self, **changes: Any) -> str:
        """Create a job, which must succeed, and return its id."""
        answer = self.create(**changes)
        answer.raise_for_status()
        return str(self.value(answer)["id"])

    def job(self, job_id: str) -> Any:
        return self.get(f"/job/{job_id}")

    def details(self, *job_ids: str) -> Any:
        return self.get("/job/details", **{"jobs" if self.style == "api" else "filter.jobs": list(job_ids)})

    def cancel(self, job_id: str) -> Answer:
        return self._send(("POST", f"/job/{job_id}/cancel"), ("POST", f"/job/{job_id}?action=cancel"))

    def schedule(self, name: str, **spec: Any) -> Answer:
        place = f"/schedules/{name}"
        if self.style == "rest":
            return self("POST", place, json={"spec": spec})
        return self("POST", "/schedules", json={"schedule": name, "spec": spec})

    def reschedule(self, name: str, **spec: Any) -> Answer:
        return self._send(("PUT", f"/schedules/update/{name}"), ("PATCH", f"/schedules/{name}"), "spec", spec)

    def run(self, name: str, comment: str = "") -> Answer:
        return self("POST", f"/schedules/{name}?action=run", json={"comment": comment} if comment else None)

    def systems(self, location: str) -> Answer:
        if self.style == "rest":
            return self("GET", "/system-name", params={"loc_spec.location": location})
        return self("POST", "/system-name?action=list", json={"location": location})

    def archives(self, location: str, system: str, **filters: Any) -> Answer:
        path = f"/system-name/{system}/archives"
        if self.style == "rest":
            query = {f"filter_spec.{name}": value for name, value in filters.items()}
            return self("GET", path, params={"loc_spec.location": location, **query})
        return self("POST", f"{path}?action=list", json={"loc_spec": {"location": location}, "filter_spec": filters})

    def archive(self, location: str, system: str, archive: str) -> Answer:
        path = f"/system-name/{system}/archives/{archive}"
        if self.style == "rest":
            return self("GET", path, params={"spec.location": location})
        return self("POST", f"{path}?action=get", json={"location": location})


def invoke(server: Server, session_id: str, operation: str, **fields: Any) -> Any:
    """Call `operation` (for example `com.vmware.….job.create`) by JSON-RPC and return the result as typed JSON."""
    service, _dot, name = operation.rpartition(".")
    security = {"schemeId": "com.vmware.vapi.std.security.session_id", "sessionId": session_id}
    parameters = {
        "serviceId": service,
        "operationId": name,
        "input": {"STRUCTURE": {"operation-input": fields}},
        "ctx": {"securityCtx": security},
    }
    envelope = {"jsonrpc": "2.0", "method": "invoke", "params": parameters, "id": "7"}
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{server.url}/api", json=envelope, verify=server.ca_path or True)
    assert answer.status_code == 200
    assert answer.json()["id"] == "7"
    return answer.json()["result"]
