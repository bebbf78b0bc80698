# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The root of the service, which names its versions; and sign-in and sign-out: logon sessions (facts/em.md 2)."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ..accounts import Logon
from ..errors import refusal
from ..kind import Link, href, link
from ..negotiation import written
from ..server import SESSION, EmServer
from ..shapes.description import Value
from ..shapes.entities import LOGON, LOGONS, ROOT

VERSIONS = ("v1_5", "v1_6", "v1_7")
LATEST = "latest"
# The links of a logon session: type and path.
PLACES = (
    ("LogonSessionList", "logonSessions"),
    ("BackupServerReferenceList", "backupServers"),
    ("BackupServerList", "backupServers?format=Entity"),
    ("RepositoryReferenceList", "repositories"),
    ("RepositoryList", "repositories?format=Entity"),
    ("JobReferenceList", "jobs"),
    ("JobList", "jobs?format=Entity"),
    ("BackupReferenceList", "backups"),
    ("BackupList", "backups?format=Entity"),
    ("TaskList", "tasks"),
)


def root(server: EmServer, call: Call) -> Response:
    versions = [{"Name": version, "Links": [_sign_in(call, version)]} for version in VERSIONS]
    value = {
        "Links": [link(call, "Down", "logonSessions", "LogonSessionList"), _sign_in(call, LATEST)],
        "SupportedVersions": {"SupportedVersions": versions},
    }
    return written(ROOT, value, call, server.switches)


def _sign_in(call: Call, version: str) -> Link:
    return link(call, "Create", f"sessionMngr/?v={version}", "LogonSession")


def sign_in(server: EmServer, call: Call) -> Response:
    """Sign in with basic authentication. The parameter v chooses the version; the default is the latest."""
    if call.query.get("v", LATEST) not in (LATEST, *VERSIONS):
        raise refusal(400, f"Simulated: the versions are {', '.join(VERSIONS)}")
    given = call.request.authorization
    basic = given is not None and given.type == "basic"
    logon = server.accounts.sign_in(given.username or "", given.password or "") if basic and given else None
    if logon is None:
        raise refusal(401, "Simulated: the user name or the password is wrong")
    response = written(LOGON, show(call, logon), call, server.switches, 201)
    response.headers[SESSION] = logon.token
    response.headers["Set-Cookie"] = f"{SESSION}={logon.token}; Path=/api;"
    return response


def show(call: Call, logon: Logon) -> Value:
    """A logon session. The token is not in it: it is sent once, in the header."""
    here = f"logonSessions/{logon.session_id}"
    places = [link(call, "Down", path, type_name) for type_name, path in PLACES]
    links = [link(call, "Up", "", "EnterpriseManager"), *places, link(call, "Delete", here)]
    return {
        "Type": "LogonSession",
        "Href": href(call, here),
        "Links": links,
        "UserName": logon.account.username,
        "SessionId": logon.session_id,
    }


def listed(server: EmServer, call: Call) -> Response:
    value = {"LogonSessions": [show(call, logon) for logon in server.accounts.logons()]}
    return written(LOGONS, value, call, server.switches)


def one(server: EmServer, call: Call, session_id: str) -> Response:
    """Read a session; an unknown one is an error inside the server (500), not a 404."""
    found = (logon for logon in server.accounts.logons() if logon.session_id == session_id)
    logon = next(found, None)
    if logon is None:
        raise unknown(session_id)
    return written(LOGON, show(call, logon), call, server.switches)


def sign_out(server: EmServer, call: Call, session_id: str) -> Response:
    if not server.accounts.sign_out(session_id):
        raise unknown(session_id)
    return Response(status=204)


def unknown(session_id: str) -> Exception:
    return refusal(500, f"Simulated: there is no logon session {session_id}")


ROUTES = (
    Route("GET", "/api/", root, public=True),
    Route("POST", "/api/sessionMngr/", sign_in, public=True, reads=True),
    Route("GET", "/api/logonSessions", listed),
    Route("GET", "/api/logonSessions/<session_id>", one),
    Route("DELETE", "/api/logonSessions/<session_id>", sign_out, reads=True),
)
