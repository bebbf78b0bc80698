# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading Enterprise Manager: which versions it speaks, and any kind of row that its query service knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core.errors import InvalidInput
from .._core.operation import Inquiry, Params, Result
from .._core.option import Option
from .._core.query import compiled, search
from .client import Em
from .jobs import Directory
from .rows import filtered, matching
from .words import READING, open_service

SERVER, TASKS = "server", "tasks"
# The types of the query service by the names that are used here; others are known by their own.
TYPES: Mapping[str, str] = {
    "jobs": "Job",
    "repositories": "Repository",
    "backup_servers": "BackupServer",
    "backups": "Backup",
}


def read(service: Em, params: Params) -> Result:
    query = compiled(params["query"])
    name, filters, condition = params["resource"], params["filters"] or {}, params["condition"]
    if name == SERVER:
        if filters or condition:
            raise InvalidInput("There is one server, and nothing to filter.", "Name a list as resource.")
        server = _server(service)
        return {"resource": search(query, server) if query else server, "resources": [server]}
    rows = [row for row in _rows(service, name, filters, condition) if matching(row, filters)]
    return {"resources": search(query, rows) if query else rows, "count": len(rows)}


def _rows(service: Em, name: str, filters: Params, condition: str | None) -> Iterable[dict[str, Any]]:
    if name == TASKS:
        if condition:
            raise InvalidInput("Tasks are a list of their own, which takes no condition.", "Use filters or query.")
        return service.listed("/api/tasks")
    narrow = filtered(filters)
    both = f"{narrow};({condition})" if narrow and condition else condition or narrow
    return service.query(TYPES.get(name, name), both)


def _server(service: Em) -> dict[str, Any]:
    told = service.call("GET", "/api/", fits=lambda document: bool(document.data)).data.get("SupportedVersions")
    return {
        "api_version": service.connection.api_version,
        "api_versions": [str(version.get("Name")) for version in told] if isinstance(told, list) else [],
        "backup_servers": [row.get("Name") for row in Directory(service).servers()],
    }


INFO = Inquiry(
    client=Em,
    options={
        "resource": Option(default=SERVER),
        "filters": Option(type="dict"),
        "condition": Option(),
        "query": Option(),
        **READING,
    },
    read=read,
    open=open_service,
)
