# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`veeam-az` from PyPI, unmodified: a client of the Azure appliance, and short forms of its calls.

The client is generated from the vendor's document and strict: an unknown enum value, or a missing required field, is an
exception. It returns an object for each documented error, and None for a status that is not documented.
"""

from __future__ import annotations

import asyncio
import csv
import importlib
import re
import ssl
from collections.abc import Awaitable, Callable
from typing import Any
from xml.etree import ElementTree

from veeam_az.client import VeeamClient

from simulator.testing import Server

VERSION = "8.1"
SESSIONS = "job_sessions.job_sessions_"


def trusting(server: Server) -> ssl.SSLContext:
    """A TLS context that trusts only the certificate authority of the server."""
    return ssl.create_default_context(cafile=server.ca_path)


def client(server: Server, password: str = "", username: str = "") -> VeeamClient:
    return VeeamClient(
        server.url,
        VERSION,
        verify_ssl=trusting(server),
        username=username or server.username,
        password=password or server.password,
    )


def run(server: Server, scenario: Callable[[VeeamClient], Awaitable[Any]]) -> Any:
    """Run a scenario with a client that has signed in; returns its result."""

    async def signed_in() -> Any:
        veeam = client(server)
        await veeam.connect()
        return await scenario(veeam)

    return asyncio.run(signed_in())


async def ask(veeam: VeeamClient, operation: str, *arguments: Any, **options: Any) -> Any:
    """Call an operation of the job sessions by its short name."""
    return await veeam.call(veeam.api(SESSIONS + operation), *arguments, **options)


async def listed(veeam: VeeamClient, **options: Any) -> list[Any]:
    """All sessions that match, in the client's own types."""
    return list((await ask(veeam, "get_job_sessions", limit=-1, **options)).results)


async def exported(veeam: VeeamClient, options: dict[str, Any] | None = None, accept: str = "text/csv") -> bytes:
    """The bytes of an export; the options are converted to the client's own type first."""
    given = {} if options is None else {"body": model(veeam, "JobSessionExportOptions", options)}
    file = await ask(veeam, "export_backup_jobs", accept=accept, **given)
    content: bytes = file.payload.read()
    return content


def model(veeam: VeeamClient, name: str, value: dict[str, Any]) -> Any:
    """An object of the client's own type of that name."""
    return getattr(importlib.import_module(f"{veeam.package}.models.{_file(name)}"), name).from_dict(value)


def word(veeam: VeeamClient, enum: str, value: str) -> Any:
    """A value of one of the client's own enums."""
    return getattr(importlib.import_module(f"{veeam.package}.models.{_file(enum)}"), enum)(value)


def _file(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def csv_ids(content: bytes) -> list[str]:
    """The ids in a CSV file. Its layout is invented by the simulator, as its first line says."""
    return [row["id"] for row in csv.DictReader(content.decode().splitlines()[1:])]


def xml_ids(content: bytes) -> list[str]:
    return [str(row.findtext("id")) for row in ElementTree.fromstring(content)]
