# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`veeam-az` from PyPI as it is: a client of the appliance, and what to ask it for.

The client is generated from the vendor's document and strict: an unknown enum value, or a missing required field, is an
exception. It reads each documented error as an object of its own, and answers None to a status that is not documented.
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
    """The server's own certificate authority, and no other."""
    return ssl.create_default_context(cafile=server.ca_path)


def client(server: Server, password: str = "", username: str = "") -> VeeamClient:
    return VeeamClient(
        server.url,
        VERSION,
        verify_ssl=trusting(server),
        username=username or server.username,
        password=password or server.password,
    )


def run(server: Server, deed: Callable[[VeeamClient], Awaitable[Any]]) -> Any:
    """What the deed gives, done by a client that has signed in."""

    async def signed_in() -> Any:
        veeam = client(server)
        await veeam.connect()
        return await deed(veeam)

    return asyncio.run(signed_in())


async def ask(veeam: VeeamClient, operation: str, *arguments: Any, **options: Any) -> Any:
    """Calls an operation of the job sessions by its short name."""
    return await veeam.call(veeam.api(SESSIONS + operation), *arguments, **options)


async def listed(veeam: VeeamClient, **options: Any) -> list[Any]:
    """All sessions that match, in the client's own types."""
    return list((await ask(veeam, "get_job_sessions", limit=-1, **options)).results)


async def exported(veeam: VeeamClient, options: dict[str, Any] | None = None, accept: str = "text/csv") -> bytes:
    """The bytes of an export; options are read into the client's own type first."""
    given = {} if options is None else {"body": model(veeam, "JobSessionExportOptions", options)}
    file = await ask(veeam, "export_backup_jobs", accept=accept, **given)
    content: bytes = file.payload.read()
    return content


def model(veeam: VeeamClient, name: str, value: dict[str, Any]) -> Any:
    """An object read into the client's own type of that name."""
    return getattr(importlib.import_module(f"{veeam.package}.models.{_file(name)}"), name).from_dict(value)


def word(veeam: VeeamClient, enum: str, value: str) -> Any:
    """A word of one of the client's own enums."""
    return getattr(importlib.import_module(f"{veeam.package}.models.{_file(enum)}"), enum)(value)


def _file(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def csv_ids(content: bytes) -> list[str]:
    """The sessions in a file. Its layout is the simulator's own; its first line says so."""
    return [row["id"] for row in csv.DictReader(content.decode().splitlines()[1:])]


def xml_ids(content: bytes) -> list[str]:
    return [str(row.findtext("id")) for row in ElementTree.fromstring(content)]
