# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`veeam-br` from PyPI, unmodified: the calls that move an estate, by our names of the kinds.

The client is generated from the vendor's documents and strict: an unknown enum value, or a null where the documents
have none, is an exception. Real servers do send such nulls (its users report it), so the simulator leaves
them out (`nulls=omit`) where this client is used.
"""

from __future__ import annotations

import importlib
import re
import ssl
from contextlib import suppress
from typing import Any

from veeam_br.client import VeeamClient
from veeam_br.exceptions import VeeamSessionError

from simulator.testing import Pair, Server

# Revision that the client knows -> a build whose newest revision it is.
BUILDS = {
    "1.2-rev1": "12.3.1.1139",
    "1.3-rev0": "13.0.0.4967",
    "1.3-rev1": "13.0.1.180",
    "1.3-rev2": "13.1.0.411",
}
# Kind -> the name in the client's modules (`export_…`, `import_…`), and its model of a collection.
KINDS = {
    "credentials": ("credentials", "credentials_import_spec_collection.CredentialsImportSpecCollection"),
    "cloudcredentials": (
        "cloud_credentials",
        "cloud_credentials_import_spec_collection.CloudCredentialsImportSpecCollection",
    ),
    "encryptionPasswords": (
        "encryption_passwords",
        "encryption_password_import_spec_collection.EncryptionPasswordImportSpecCollection",
    ),
    "managedServers": ("managed_servers", "manage_server_import_spec_collection.ManageServerImportSpecCollection"),
    "repositories": ("repositories", "repository_import_spec_collection.RepositoryImportSpecCollection"),
    "proxies": ("proxies", "proxy_import_spec_collection.ProxyImportSpecCollection"),
    "jobs": ("jobs", "job_import_spec_collection.JobImportSpecCollection"),
}
MOST_LOOKS = 20


def trusting(pair: Pair) -> ssl.SSLContext:
    """A TLS context that trusts only the certificate authority of the pair."""
    return ssl.create_default_context(cafile=pair.ca_path)


def client(pair: Pair, server: Server, revision: str, password: str = "") -> VeeamClient:
    return VeeamClient(
        server.url, server.username, password or server.password, revision, verify_ssl=trusting(pair), timeout=10.0
    )


async def export(veeam: VeeamClient, kind: str) -> Any:
    """The collection of a kind, in the client's own types."""
    return await veeam.call(veeam.api(f"automation.export_{KINDS[kind][0]}"))


def typed(veeam: VeeamClient, kind: str, collection: dict[str, Any]) -> Any:
    """A collection in the client's own types."""
    module, _dot, name = KINDS[kind][1].rpartition(".")
    model = getattr(importlib.import_module(f"{veeam.package}.models.{module}"), name)
    return model.from_dict(collection)


def model(veeam: VeeamClient, name: str, value: dict[str, Any]) -> Any:
    """An object of the client's own type of that name."""
    file = re.sub(r"(?<!^)(?=[A-Z])", "_", name.replace("EntraID", "EntraId")).lower()
    return getattr(importlib.import_module(f"{veeam.package}.models.{file}"), name).from_dict(value)


async def delete(veeam: VeeamClient, function: str, row_id: Any) -> None:
    """Delete an object.

    Up to 1.3-rev0 the client expects JSON in the answer, but a 204 has no body. It then believes that its session has
    ended, and signs in again.
    """
    with suppress(VeeamSessionError):
        refused = await veeam.call(veeam.api(function), id=row_id)
        assert not hasattr(refused, "error_code"), refused


async def import_(veeam: VeeamClient, kind: str, collection: Any) -> Any:
    """Import a typed collection; returns the session without waiting for its end."""
    return await veeam.call(veeam.api(f"automation.import_{KINDS[kind][0]}"), body=collection)


async def follow(veeam: VeeamClient, session: Any) -> tuple[Any, list[Any]]:
    """Poll a session until it ends; returns it and its log."""
    look = veeam.api("automation.get_automation_session")
    for _look in range(MOST_LOOKS):
        session = await veeam.call(look, id=session.id)
        if session.state.value == "Stopped":
            log = await veeam.call(veeam.api("automation.get_automation_session_logs"), id=session.id)
            return session, list(log.records)
    raise AssertionError(f"session {session.id} is still {session.state.value} after {MOST_LOOKS} looks")
