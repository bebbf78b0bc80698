# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The identity of a host, which clients ask for before they trust it: fingerprint of its key, or certificate."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ..bodies import object_sent
from ..errors import bad_request, json_answer, require
from ..kinds import CREDENTIALS
from ..revisions import older
from ..server import VbrServer, shape

KEY = "ssh-ed25519 256"
WITHOUT_RECORD = ("singleuse", "certificate")
SECURED_BY_KEY = "LinuxHost"
# Long before and long after any test.
VALID = {"validFrom": "2024-01-01T00:00:00+01:00", "validBy": "2044-01-01T00:00:00+01:00"}


def fingerprint(server: VbrServer, host: str) -> str:
    """The fingerprint of a host's key: algorithm, bits, hash."""
    digest = hashlib.sha256(_identity(server, host)).digest()
    return f"{KEY} {base64.b64encode(digest).decode().rstrip('=')}"


def thumbprint(server: VbrServer, host: str) -> str:
    return hashlib.sha1(_identity(server, host)).hexdigest().upper()


def proof(server: VbrServer, host: str, kind: str) -> str:
    return fingerprint(server, host) if kind == SECURED_BY_KEY else thumbprint(server, host)


def _identity(server: VbrServer, host: str) -> bytes:
    """The same for every backup server: it depends only on the host's name and on the switch `host_keys`."""
    return f"{server.switches.host_keys} {host.casefold()}".encode()


def connection_certificate(server: VbrServer, call: Call) -> Response:
    """Asks the host, which needs an account: a record, one that is used only once, or a certificate in its place."""
    model = object_sent(call)
    require(model, "serverName", "type")
    once = str(model.get("credentialsStorageType")).lower() in WITHOUT_RECORD or model.get("singleUseCredentials")
    if not once or model.get("credentialsId") is not None:
        require(model, "credentialsId")
        if server.estate.get(CREDENTIALS, model["credentialsId"]) is None:
            raise bad_request(f"{CREDENTIALS.noun} with ID {model['credentialsId']} is not found")
    host = str(model["serverName"])
    if model["type"] == SECURED_BY_KEY:
        return json_answer({"fingerprint": fingerprint(server, host)}, 201)
    return json_answer({"certificate": _certificate(server, host, shape(call))}, 201)


def _certificate(server: VbrServer, host: str, revision: str) -> dict[str, Any]:
    thumb = thumbprint(server, host)
    shown: dict[str, Any] = {
        "thumbprint": thumb,
        "serialNumber": thumb[:16],
        "keyAlgorithm": "1.2.840.113549.1.1.1",
        "keySize": "2048",
        "subject": f"CN={host}",
        "issuedTo": host,
        "issuedBy": "TECH CA",
        **VALID,
    }
    return shown if older(revision, "1.3-rev0") else {**shown, "isTrusted": False}


ROUTES = (Route("POST", "/api/v1/connectionCertificate", connection_certificate, reads=True),)
