# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup repositories: the list, and one."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import json_answer, not_found
from ..listing import Model, page
from ..parameters import PAGING, Parameter, flag, identifier, one_of, read_query
from ..server import VbazServer
from ..sessions.catalogue import REPOSITORIES
from ..versions import FIRST, root

PATH = "/repositories"
STATUSES = ("Creating", "Importing", "Ready", "Failed", "Unknown", "ReadOnly")
TYPES = ("Backup", "VeeamVault", "Unknown")
TIERS = ("Inferred", "Hot", "Cool", "Archive", "Unknown", "Cold")
FILTERS = (
    *PAGING,
    Parameter("Status", one_of(STATUSES), many=True, commas=True),
    Parameter("Type", one_of(TYPES), many=True, commas=True),
    Parameter("Tier", one_of(TIERS), many=True, commas=True),
    Parameter("SearchPattern"),
    Parameter("IsEncrypted", flag),
    Parameter("TenantId", identifier),
    Parameter("ServiceAccountId"),
    Parameter("ImmutabilityEnabled", flag),
)


def listed(server: VbazServer, call: Call, version: str) -> Response:
    query = read_query(call, version, server.switches, FILTERS)

    def chosen(row: Row) -> bool:
        return (
            row["status"] in (query.get("Status") or [row["status"]])
            and row["repositoryType"] in (query.get("Type") or [row["repositoryType"]])
            and row["storageTier"] in (query.get("Tier") or [row["storageTier"]])
            and (query.get("SearchPattern") or "").casefold() in row["name"].casefold()
            and query.get("IsEncrypted") in (None, row["enableEncryption"])
            and query.get("ImmutabilityEnabled") in (None, row["immutabilityEnabled"])
        )

    rows = [row for row in server.store.rows(REPOSITORIES) if chosen(row)]
    return page(server, call, PATH, rows, lambda row: _shown(call, row, version), query)


def one(server: VbazServer, call: Call, version: str, repository_id: str) -> Response:
    for row in server.store.rows(REPOSITORIES):
        if _id(row, version) == repository_id.lower():
            return json_answer(_shown(call, row, version))
    raise not_found("Repository", repository_id)


def _id(row: Row, version: str) -> str:
    return str(row["number"]) if version == FIRST else str(row["id"])


def _shown(call: Call, row: Row, version: str) -> Model:
    model = {name: value for name, value in row.items() if name != "number"}
    link = f"{root(call)}{PATH}/{_id(row, version)}"
    return {**model, "id": _id(row, version), "_links": {"self": {"href": link}}}


ROUTES = (
    Route("GET", f"/api/<version>{PATH}", listed),
    Route("GET", f"/api/<version>{PATH}/<repository_id>", one),
)
