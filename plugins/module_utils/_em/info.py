# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inquiry of em_info: which versions the server has, or any kind of row that its query service knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core.errors import InvalidInput
from .._core.operation import Inquiry, Params, Result
from .._core.option import OBJECT, TEXT, Option
from .._core.query import chosen, compiled, narrowed
from .._core.shape import STRING, check
from .client import FORMAT, Em, open_service
from .document import Document
from .jobs import Lookup
from .rows import Row, filtered, matching

SERVER, TASKS = "server", "tasks"
# The types of the query service by the names of this module. Others go by their own names.
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
        return {**chosen("resource", query, server), "resources": [server]}
    rows = [row for row in _rows(service, name, filters, condition) if matching(row, filters)]
    given = {option: params[option] for option in ("filters", "condition") if params[option]}

    def unfiltered() -> Iterable[Row]:
        return service.listed("/api/tasks") if name == TASKS else service.first_rows(TYPES.get(name, name))

    said = narrowed(" and ".join(given), filters or condition, rows, unfiltered)
    return {**chosen("resources", query, rows), **said, "count": len(rows)}


def _rows(service: Em, name: str, filters: Params, condition: str | None) -> Iterable[dict[str, Any]]:
    if name == TASKS:
        if condition:
            raise InvalidInput("Tasks are a list of their own, which takes no condition.", "Use filters or query.")
        return service.listed("/api/tasks")
    narrow = filtered(filters)
    both = f"{narrow};({condition})" if narrow and condition else condition or narrow
    return service.query(TYPES.get(name, name), both)


def _is_manager(document: Document) -> bool:
    check(document.data, {"SupportedVersions": [{"Name": STRING}]})
    return bool(document.data)


def _server(service: Em) -> dict[str, Any]:
    versions = service.call("GET", "/api/", fits=_is_manager).data.get("SupportedVersions")
    return {
        "api_version": service.connection.api_version,
        "api_versions": [str(version.get("Name")) for version in versions] if isinstance(versions, list) else [],
        "backup_servers": [row.get("Name") for row in Lookup(service).servers()],
    }


INFO = Inquiry(
    client=Em,
    options={
        "resource": Option(default=SERVER),
        "filters": OBJECT,
        "condition": TEXT,
        "query": TEXT,
        **FORMAT,
    },
    read=read,
    open=open_service,
)
