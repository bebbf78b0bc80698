# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup policies, one collection for each workload: the lists, and one of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug import Response
from werkzeug.exceptions import NotFound

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..errors import json_answer, not_found
from ..listing import Model, page
from ..parameters import PAGING, Parameter, identifier, one_of, read_query
from ..server import VbazServer
from ..sessions.catalogue import POLICIES
from ..versions import PLAIN_POLICIES, root
from ..vocabulary import STATUSES

NEVER = "NeverExecuted"
TENANT = "7f6e0c1a-3b7a-4a62-9b1e-0d5b0a6b2c11"
ACCOUNT = "c2a4b7de-91f0-4a0b-8d53-6f1e2b7a9c20"
RETRIES = 3
DAYS_KEPT = 14
AT_NIGHT = 22
BACKUP, ARCHIVE, CHECK = "backupStatus", "archiveStatus", "healthCheckStatus"


@dataclass(frozen=True)
class Collection:
    """The policies of one workload. `statuses` maps each status of a policy to the types of session that decide it.

    `fixed` are properties that all policies of the workload have; `resource_filter` is the parameter that filters by
    resource.
    """

    path: str
    type: str
    resource_filter: str
    statuses: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    kept: str = "backupSchedule"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (
            *PAGING,
            Parameter("PolicyName"),
            Parameter("LastJobStatus", one_of(STATUSES), many=True, commas=True),
            Parameter("PolicyStatus", one_of(("Enabled", "Disabled", "Unknown")), many=True, commas=True),
            Parameter(self.resource_filter),
            *((Parameter("RepositoryId"),) if self.kept == "backupSchedule" else ()),
        )

    def listed(self, server: VbazServer, call: Call, version: str) -> Response:
        query = read_query(call, version, server.switches, self.parameters)
        models = [self._shown(server, call, row) for row in self._rows(server)]
        return page(server, call, self.path, [each for each in models if self._chosen(each, query)], dict, query)

    def one(self, server: VbazServer, call: Call, version: str, policy_id: str) -> Response:
        wanted = identifier(policy_id) if _is_identifier(policy_id) else policy_id
        for row in self._rows(server):
            if row["id"] == wanted:
                return json_answer(self._shown(server, call, row))
        raise not_found("Policy", policy_id)

    def _rows(self, server: VbazServer) -> list[Row]:
        return [row for row in server.store.rows(POLICIES) if row["type"] == self.type]

    def _shown(self, server: VbazServer, call: Call, row: Row) -> Model:
        return {
            "id": row["id"],
            "priority": row.get("priority", 1),
            "tenantId": TENANT,
            "serviceAccountId": ACCOUNT,
            "name": row["name"],
            "description": row.get("description", ""),
            "isEnabled": row.get("enabled", True),
            "backupType": "SelectedItems",
            "retrySettings": {"retryCount": RETRIES},
            "dailySchedule": {"dailyType": "Everyday", self.kept: self._schedule(row)},
            "nextExecutionTime": None,
            **self.fixed,
            **{name: self._last(server, row, types) for name, types in self.statuses.items()},
            "_links": {"self": {"href": f"{root(call)}{self.path}/{row['id']}"}},
        }

    def _schedule(self, row: Row) -> Model:
        if self.kept != "backupSchedule":
            return {"hours": [AT_NIGHT], "snapshotsToKeep": DAYS_KEPT}
        retention = {"timeRetentionDuration": DAYS_KEPT, "retentionDurationType": "Days"}
        return {"hours": [AT_NIGHT], "retention": retention, "targetRepositoryId": row.get("repository")}

    @staticmethod
    def _last(server: VbazServer, row: Row, types: tuple[str, ...]) -> str:
        session = server.catalogue.newest(row["id"], types)
        return NEVER if session is None else session.status

    def _chosen(self, model: Model, query: Model) -> bool:
        """Whether a policy passes the filters. LastJobStatus may be any of its statuses (an assumption).

        Policies have no resources here, so a filter by resource finds none.
        """
        statuses = {model[name] for name in self.statuses}
        enabled = "Enabled" if model["isEnabled"] else "Disabled"
        target = model["dailySchedule"][self.kept].get("targetRepositoryId")
        return (
            (query.get("PolicyName") or "").casefold() in model["name"].casefold()
            and (not query.get("LastJobStatus") or bool(statuses & set(query["LastJobStatus"])))
            and enabled in (query.get("PolicyStatus") or [enabled])
            and (query.get("RepositoryId") or target) == target
            and not query.get(self.resource_filter)
        )


def _is_identifier(text: str) -> bool:
    try:
        return bool(identifier(text))
    except ValueError:
        return False


_ARCHIVES = {"excludedItemsCount": 0, "isArchiveBackupConfigured": True}
_PRIVATE = {"createPrivateEndpointToWorkloadAutomatically": False}
MACHINES = Collection(
    "/policies/virtualMachines",
    "VirtualMachines",
    "VirtualMachineId",
    {
        "snapshotStatus": ("PolicySnapshot",),
        BACKUP: ("PolicyBackup",),
        ARCHIVE: ("PolicyArchive",),
        CHECK: ("HealthCheck",),
    },
    _ARCHIVES | {"isBackupConfigured": True, "isScheduleConfigured": True},
)
SQL = Collection(
    "/policies/sql",
    "AzureSql",
    "DatabaseId",
    {BACKUP: ("SqlPolicyBackup",), ARCHIVE: ("SqlPolicyArchive",), CHECK: ("HealthCheck",)},
    _ARCHIVES | _PRIVATE,
)
SHARES = Collection(
    "/policies/fileShares",
    "FileShares",
    "FileShareId",
    {"snapshotStatus": ("FileSharePolicySnapshot",), "indexingStatus": ("FileShareIndexing",)},
    {"isScheduleConfigured": True, "enableIndexing": True},
    kept="snapshotSchedule",
)
COSMOS = Collection(
    "/policies/cosmosDb",
    "CosmosDb",
    "AccountId",
    {
        BACKUP: ("PostgresDbPolicyBackup", "MongoDbPolicyBackup"),
        ARCHIVE: ("PostgresDbPolicyArchive", "MongoDbPolicyArchive"),
        CHECK: ("HealthCheck",),
        "configurationStatus": ("CosmosDbConfiguration",),
    },
    _ARCHIVES | _PRIVATE | {"backupWorkloads": ["PostgreSQL", "MongoDB"]},
)
NETWORKS = "Vnet"
PLAIN = Collection("/policies", MACHINES.type, MACHINES.resource_filter, MACHINES.statuses, MACHINES.fixed)


def _routes(collection: Collection, plain: bool) -> tuple[Route, ...]:
    """The routes of a collection; 404 in the versions that do not have it."""

    def listed(server: VbazServer, call: Call, version: str) -> Response:
        if (version in PLAIN_POLICIES) != plain:
            raise NotFound
        return collection.listed(server, call, version)

    def one(server: VbazServer, call: Call, version: str, policy_id: str) -> Response:
        if (version in PLAIN_POLICIES) != plain:
            raise NotFound
        return collection.one(server, call, version, policy_id)

    return (
        Route("GET", f"/api/<version>{collection.path}", listed),
        Route("GET", f"/api/<version>{collection.path}/<policy_id>", one),
    )


def network_policy(server: VbazServer, call: Call, version: str) -> Response:
    """Read the one policy for all virtual networks, which is in no collection."""
    for row in server.store.rows(POLICIES):
        if row["type"] == NETWORKS:
            return json_answer(
                {
                    "id": row["id"],
                    "name": row["name"],
                    "isEnabled": row.get("enabled", True),
                    "autoDiscoverSubscriptions": True,
                    "nextExecutionTime": None,
                    "isScheduleConfigured": True,
                    "backupIntervalHours": AT_NIGHT,
                    "retentionPeriodDays": DAYS_KEPT,
                    "targetRepositoryId": row.get("repository"),
                    "_links": {"self": {"href": f"{root(call)}/policy/vnet"}},
                }
            )
    raise NotFound


ROUTES = (
    Route("GET", "/api/<version>/policy/vnet", network_policy),
    *_routes(PLAIN, plain=True),
    *(route for each in (MACHINES, SQL, SHARES, COSMOS) for route in _routes(each, plain=False)),
)
