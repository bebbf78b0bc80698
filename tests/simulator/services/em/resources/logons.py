# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in and sign-out: logon sessions (facts/em.md 2)."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ..accounts import Logon
from ..errors import refusal
from ..links import href, link
from ..negotiation import written
from ..server import SESSION, EmServer
from ..shapes.description import Value
from ..shapes.entities import LOGON, LOGONS
from .discovery import LATEST, VERSIONS

# What a session is pointed to: the type of each link, and its path.
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


def sign_in(server: EmServer, call: Call) -> Response:
    """Basic authentication; the version is chosen here and nowhere else. Without one it is the latest."""
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
    """The token is not in it: it is told once, in the header."""
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
    """A session that is not there is an error inside the server, not a 404."""
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
    Route("POST", "/api/sessionMngr/", sign_in, public=True, reads=True),
    Route("GET", "/api/logonSessions", listed),
    Route("GET", "/api/logonSessions/<session_id>", one),
    Route("DELETE", "/api/logonSessions/<session_id>", sign_out, reads=True),
)
