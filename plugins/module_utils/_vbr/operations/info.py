# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a backup server: who it is, and any of its lists by name."""

from __future__ import annotations

from typing import Any

from ..._core.errors import InvalidInput, quoted
from ..._core.operation import Inquiry, Params
from ..._core.option import Option
from ..._core.query import compiled, search
from ..automation import Automation
from ..client import Vbr
from .estate_reading import as_code

SERVER = "server"
ESTATE = "estate"
# Every list of the newest revision, below /api/v1/ (specs/vbr-1.3-rev2.json); older revisions have fewer.
LISTS = (
    "adDomains",
    "agents/discoveredEntities",
    "agents/packages/linux",
    "agents/packages/unix",
    "agents/protectedComputers",
    "agents/protectionGroups",
    "agents/recoveryAppliances",
    "agents/recoveryTokens",
    "authorization/events",
    "automation/sessions",
    "backupInfrastructure/managedServers",
    "backupInfrastructure/mountServers",
    "backupInfrastructure/proxies",
    "backupInfrastructure/proxies/states",
    "backupInfrastructure/repositories",
    "backupInfrastructure/repositories/states",
    "backupInfrastructure/scaleOutRepositories",
    "backupInfrastructure/wanAccelerators",
    "backupObjects",
    "backups",
    "cloudCredentials",
    "credentials",
    "dataIntegration",
    "encryptionPasswords",
    "inventory/unstructuredDataServers",
    "inventory/vmware/hosts",
    "jobs",
    "jobs/states",
    "kmsServers",
    "license/instances",
    "license/sockets",
    "malwareDetection/events",
    "malwareDetection/yaraRules",
    "replicaPoints",
    "replicas",
    "restorePoints",
    "security/roles",
    "security/users",
    "services",
    "sessions",
    "taskSessions",
    "tasks",
)


def path_of(name: str) -> str:
    """The path of a list: by its whole name, or by the end of it when that is clear (`repositories`). Raises
    InvalidInput.
    """
    if name.startswith("/api/"):
        return name
    named = name.strip("/").casefold()
    exact = [known for known in LISTS if known.casefold() == named]
    found = exact or [known for known in LISTS if known.casefold().endswith(f"/{named}")]
    if len(found) != 1:
        raise InvalidInput(
            f"{quoted(name)} {'is not clear: ' + ', '.join(found) if found else 'is no list of this service'}.",
            f"Known: {SERVER}, {ESTATE}, {', '.join(LISTS)}; or give a path that begins with /api/.",
        )
    return f"/api/v1/{found[0]}"


def read(service: Vbr, params: Params) -> dict[str, Any]:
    query = compiled(params["query"])
    name = params["resource"]
    if name in (SERVER, ESTATE):
        found = {"resource": _server(service)} if name == SERVER else as_code(service)
        whole = found["resource"]
        return {**found, "resource": search(query, whole), "resources": [whole]}
    rows = service.pages(path_of(name), params["filters"])
    return {"resources": search(query, rows), "count": len(rows)}


def _server(service: Vbr) -> dict[str, Any]:
    automation = Automation(service)
    identity = automation.identity(automation.hosts())
    return {
        "name": identity.name,
        "vbr_id": identity.vbr_id,
        "build": identity.build,
        "api_version": service.revision,
        "api_versions": service.served(),
    }


INFO = Inquiry(
    client=Vbr,
    options={"resource": Option(default=SERVER), "filters": Option(type="dict"), "query": Option()},
    read=read,
)
