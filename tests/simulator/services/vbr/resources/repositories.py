# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup repositories: list, read, create, replace, delete, rescan."""

from __future__ import annotations

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..bodies import expect, object_sent
from ..chains import find
from ..errors import require
from ..estate import Estate
from ..kind import Body, Model
from ..kinds import REPOSITORIES
from ..plain.id_fields import IdField, account, host, show_ids
from ..plain.reading import Reading
from ..plain.writing import SAVING, Stored, Writing, refuse_type
from ..revisions import TAG_WAVE, older
from ..server import VbrServer, only_since
from ..sessions.running import Outcome, Task, work
from ..sessions.views import start
from ..shapes.rules import parse, places, render
from ..shapes.types import Type

SIDES = ("", ".windows", ".linux")
APPLIANCES = ("dellDataDomain", "hpeStoreOnce")
ID_FIELDS = (
    host("hostName", "hostId"),
    *(host(f"mountServer{side}.mountServerName", "mountServerId") for side in SIDES),
    *(host(f"mountServers{side}.mountServerName", "mountServerId") for side in SIDES),
    account("share.credentials"),
    host("account.connectionSettings.gatewayServers", "gatewayServerIds", many=True),
    IdField("account.credentials", "credentialsId", "cloudcredentials", "name", "tag"),
    *(account(f"{section}.credentials") for section in APPLIANCES),
    *(host(f"{section}.gatewayServer.gatewayServers", "gatewayServerIds", many=True) for section in APPLIANCES),
)
GATEWAY = host("share.gatewayServer.gatewayServerName", "gatewayServerId")
FURTHER_GATEWAYS = host("share.gatewayServer.furtherGatewayNames", "furtherIds", many=True)
# Fields of a model that are no part of the stored body.
NOT_STORED = ("id", "importBackup", "importIndex", "importOptions", "isDisabled")
GROUPS = {
    "WinLocal": "WindowsLocalRepositories",
    "LinuxLocal": "LinuxLocalRepositories",
    "LinuxHardened": "LinuxHardenedRepositories",
    "Smb": "SmbRepositories",
    "Nfs": "NfsRepositories",
    "AzureBlob": "AzureBlobStorages",
    "AzureDataBox": "AzureDataBoxStorages",
    "AzureArchive": "AzureArchiveStorages",
    "AmazonS3": "AmazonS3Storages",
    "AmazonSnowballEdge": "AmazonSnowballEdgeStorages",
    "AmazonS3Glacier": "AmazonS3GlacierStorages",
    "S3Compatible": "S3CompatibleStorages",
    "GoogleCloud": "GoogleCloudStorages",
    "IBMCloud": "IBMCloudStorages",
    "WasabiCloud": "WasabiCloudStorages",
    "VeeamDataCloudVault": "Vaults",
    "VeeamDataCloudVaultArchive": "VaultArchives",
    "DellDataDomain": "DellDataDomainAppliances",
    "HPEStoreOnce": "HPEStoreOnceAppliances",
    "ExaGrid": "HostedAppliances",
    "QuantumDXi": "HostedAppliances",
    "Infinidat": "HostedAppliances",
    "Fujitsu": "HostedAppliances",
}
WITHOUT_MOUNT_SERVER = ("AzureDataBox", "AzureArchive", "AmazonS3Glacier", "VeeamDataCloudVaultArchive")
# Stored field -> its name in a model.
PLAIN_NAMES = {"hostName": "hostId"}


def show_repository(row: Row, estate: Estate, revision: str) -> Model:
    body = show_ids(ID_FIELDS, render(REPOSITORIES.group(row["group"]).rules, row["body"], revision), estate)
    GATEWAY.show(body, estate)
    FURTHER_GATEWAYS.show(body, estate)
    _show_gateways(body, revision)
    if "enableTaskLimit" in body and not older(revision, TAG_WAVE):
        body["taskLimitEnabled"] = body.pop("enableTaskLimit")
    if body["type"] == "AzureDataBox":
        # The only type whose model has no mount server, though its import has one.
        body.pop("mountServer", None)
    return {"id": row["id"], **body}


def _show_gateways(body: Body, revision: str) -> None:
    """1.0 has one gateway, as collections always do; later models have a list."""
    for container, _key in list(places(body, "share.gatewayServer.gatewayServerId")):
        further = container.pop("furtherIds", [])
        if not older(revision, "1.1-rev0"):
            first = container.pop("gatewayServerId")
            container["gatewayServerIds"] = [*([first] if first else []), *further]


def read_repository(model: Model, estate: Estate, revision: str) -> Stored:
    """Raises a 400 for an unknown type, for what is missing, and for an id of nothing."""
    require(model, "type")
    group = REPOSITORIES.group(GROUPS[model["type"]])
    require(model, *(PLAIN_NAMES.get(name, name) for name in group.required if name != "uniqueId"))
    expect(model, Type.OBJECT, "account")
    body = {key: value for key, value in model.items() if key not in NOT_STORED}
    if "taskLimitEnabled" in body:
        body["enableTaskLimit"] = body.pop("taskLimitEnabled")
    for container, key in list(places(body, "share.gatewayServer.gatewayServerIds")):
        first, *further = container.pop(key) or [None]
        container |= {"gatewayServerId": first, "furtherIds": further}
    for field in (*ID_FIELDS, GATEWAY, FURTHER_GATEWAYS):
        field.read(body, estate)
    return Stored(group.name, parse(group.rules, body, revision), {})


def repository_needs(model: Model, revision: str) -> tuple[str, ...]:
    """Up to 1.3-rev1 also the mount server, for types that have one."""
    mounted = older(revision, "1.3-rev2") and model["type"] not in WITHOUT_MOUNT_SERVER
    return ("mountServer",) if mounted else ()


def serves_repository(model: Model, revision: str) -> None:
    known = (kind for kind, name in GROUPS.items() if not older(revision, REPOSITORIES.group(name).since))
    refuse_type(model, REPOSITORIES.noun, known, revision)


READING = Reading(
    "/api/v1/backupInfrastructure/repositories",
    REPOSITORIES,
    show_repository,
    columns=("name", "description", "type", "host", "path"),
    equal={"typeFilter": "type", "hostIdFilter": "hostId", "pathFilter": "repository.path"},
)
RESCAN = "Repository Rescan"


def rescan(server: VbrServer, call: Call) -> Response:
    only_since(call, "1.2-rev1")
    model = object_sent(call)
    require(model, "repositoryIds")
    tasks = [{"do": "rescan", "id": READING.row(server, row_id)["id"]} for row_id in model["repositoryIds"]]
    return start(call, server.sessions, RESCAN, "Infrastructure", tasks)


@work("rescan")
def rescanned(server: VbrServer, task: Task) -> Outcome:
    """A rescan finds the backups that other servers have in this storage."""
    row = server.estate.get(REPOSITORIES, task["id"])
    if row is None:
        return Outcome("Failed", RESCAN, f"Resource with ID {task['id']} does not exist")
    return Outcome("Succeeded", f"Rescan of {row['body']['name']}", f"{find(server, row)} backups found", row["id"])


ROUTES = (
    *Writing(READING, read_repository, serves_repository, repository_needs, saving=SAVING).routes(),
    Route("POST", f"{READING.path}/rescan", rescan),
)
