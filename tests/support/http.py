# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request to a server over HTTP alone: no sign-in, no revision chosen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.http import Http
from simulator.testing import Server
from support.tasks import connection

# A public resource.
TIME = "/api/v1/serverTime"
VERSION = {"x-api-version": "1.2-rev1"}


@contextmanager
def http_to(server: Server, **other: Any) -> Iterator[Http]:
    http = Http("VBR", Connection(**connection(server, **other)))
    try:
        yield http
    finally:
        http.close()


def get(server: Server, path: str = TIME, **other: Any) -> Any:
    with http_to(server, **other) as http:
        return http.send("GET", path, headers=VERSION)


def post(server: Server, path: str = TIME, **other: Any) -> Any:
    with http_to(server, **other) as http:
        return http.send("POST", path, headers=VERSION, body={})


def asked(server: Server, method: str) -> int:
    return sum(entry["method"] == method for entry in server.journal.entries)
