# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vmware-vcenter` from PyPI, unmodified: a client over JSON-RPC, and its stubs over `/rest`.

The vendor's SDK uses these two and has no client for `/api`. It converts every answer to its own types and refuses what
does not fit. What it does not check (status codes, the style of maps, numbers as text) is checked by the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from com.vmware.appliance import recovery_client
from com.vmware.appliance.recovery import backup_client
from com.vmware.appliance.recovery.backup import job_client, system_name_client
from com.vmware.cis_client import Session
from vmware.vapi.lib.connect import get_requests_connector
from vmware.vapi.security.client.security_context_filter import LegacySecurityContextFilter
from vmware.vapi.security.session import create_session_security_context
from vmware.vapi.security.user_password import create_user_password_security_context
from vmware.vapi.stdlib.client.factories import StubConfigurationFactory

from simulator.testing import Server

PROTOCOLS = ("rpc", "rest")
LOCATION = "sftp://10.0.0.5/backups"
SYSTEM = "vc01.tech.local"
# Service -> its class in the SDK.
SERVICES: dict[str, Callable[[Any], Any]] = {
    "Backup": recovery_client.Backup,
    "Job": backup_client.Job,
    "Parts": backup_client.Parts,
    "Schedules": backup_client.Schedules,
    "SystemName": backup_client.SystemName,
    "Details": job_client.Details,
    "Archive": system_name_client.Archive,
    "Session": Session,
}


class Vcenter:
    """The SDK's services by their names, all on one signed-in session."""

    def __init__(self, configuration: Any) -> None:
        self.configuration = configuration

    def __getattr__(self, name: str) -> Any:
        return SERVICES[name](self.configuration)

    def request(self, **changes: Any) -> Any:
        """A request for a backup, in the SDK's type."""
        return backup_client.Job.BackupRequest(**_fields(changes))

    def check(self, **changes: Any) -> Any:
        """The result of the server's check of such a backup."""
        return self.Backup.validate(recovery_client.Backup.BackupRequest(**_fields(changes)))


def _fields(changes: dict[str, Any]) -> dict[str, Any]:
    fields = {
        "parts": ["common", "seat"],
        "location_type": "SFTP",
        "location": LOCATION,
        "location_user": "bk",
        "location_password": "Vf5#cK8+tR2%location",
        "backup_password": "Abcdef1!",
        "comment": "pre-patch",
    }
    return {**fields, **changes}


def trusting(server: Server) -> requests.Session:
    """An HTTP session that trusts only the certificate authority of the server, whatever the environment says."""
    session = requests.Session()
    session.trust_env = False
    session.verify = server.ca_path or False
    return session


@contextmanager
def signed_in(server: Server, protocol: str, password: str = "") -> Iterator[Vcenter]:
    """The SDK, signed in over that protocol; it is signed out at the end.

    Its REST connector signs in at `/rest/session`, which a switch opens.
    """
    server.switch(rest_session_path="on")
    with trusting(server) as session:
        proof = create_user_password_security_context(server.username, password or server.password)
        opened = Session(_connected(server, session, protocol, proof)).create()
        vcenter = Vcenter(_connected(server, session, protocol, create_session_security_context(opened)))
        try:
            yield vcenter
        finally:
            vcenter.Session.delete()


def _connected(server: Server, session: requests.Session, protocol: str, proof: Any) -> Any:
    wording, path = {"rpc": ("json", "/api"), "rest": ("rest", "/rest")}[protocol]
    connector = get_requests_connector(
        session=session,
        msg_protocol=wording,
        url=f"{server.url}{path}",
        provider_filter_chain=[LegacySecurityContextFilter(security_context=proof)],
    )
    return StubConfigurationFactory.new_std_configuration(connector)
