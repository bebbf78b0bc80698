# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup repositories of all types that can be created (facts/vbr.md 3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..._core.operation import Params
from ..resource.schema import Field, Resource
from .references import ACCOUNT, CLOUD_ACCOUNT, HOST, REPOSITORIES

LOCAL = ("WinLocal", "LinuxLocal", "LinuxHardened")
SHARES = ("Smb", "Nfs")
BUCKETS = ("AmazonS3", "AmazonSnowballEdge", "S3Compatible", "GoogleCloud", "IBMCloud", "WasabiCloud")
ARCHIVES = ("AmazonS3Glacier", "AzureArchive")
AMAZON = ("AmazonS3", "AmazonS3Glacier")
AZURE = ("AzureBlob", "AzureArchive")
ACCOUNTS = (*BUCKETS, *ARCHIVES, "AzureBlob", "AzureDataBox")
VAULTS = ("VeeamDataCloudVault", "VeeamDataCloudVaultArchive")
OBJECT_STORAGE = (*ACCOUNTS, *VAULTS)
HOSTED_APPLIANCES = ("ExaGrid", "QuantumDXi", "Infinidat", "Fujitsu")
DELL, HPE = ("DellDataDomain",), ("HPEStoreOnce",)
APPLIANCES = (*HOSTED_APPLIANCES, *DELL, *HPE)
TYPES = (*LOCAL, *SHARES, *OBJECT_STORAGE, *APPLIANCES)

FIRST_OF_TYPE = {
    **dict.fromkeys(("LinuxHardened", *ACCOUNTS), "1.1-rev0"),
    "VeeamDataCloudVault": "1.3-rev0",
    **dict.fromkeys(("VeeamDataCloudVaultArchive", *APPLIANCES), "1.3-rev2"),
}
LIMITS_SINCE = "1.1-rev0"
TAG_WAVE = "1.1-rev0"
# Since then a repository has a mount server for Windows, one for Linux, or both.
FLAT_UNTIL, WRAPPED_SINCE = "1.2-rev1", "1.3-rev0"

Places = Mapping[tuple[str, ...], Mapping[str, Any]]


def _placed(field: Field, places: Places) -> Field:
    """A field that some types have in another place, or since another revision."""
    elsewhere = {kind: replace(field, **other) for kinds, other in places.items() for kind in kinds}
    return replace(field, elsewhere=elsewhere)


def _without(*kinds: str) -> tuple[str, ...]:
    return tuple(kind for kind in TYPES if kind not in kinds)


def _mount_server_type(params: Params) -> str | None:
    """What the given mount servers are; None if none was given."""
    windows, linux = params.get("mount_server"), params.get("linux_mount_server")
    if windows and linux:
        return "Both"
    return "Windows" if windows else "Linux" if linux else None


def _selects_gateway(params: Params) -> bool:
    return not params.get("gateway_servers")


def _connection_type(params: Params) -> str:
    return "SelectedGateway" if params.get("gateway_servers") else "Direct"


IDENTITY = {
    "name": Field(required=True, key=True),
    "type": Field(choices=TYPES, newer=FIRST_OF_TYPE, fixed=True),
    "description": Field(initial=""),
    "unique_id": Field(birth=True, formerly={TAG_WAVE: "tag"}),
    "import_backups": Field(type="bool", wire="importBackup", birth=True, since="1.3-rev0"),
    "import_index": Field(type="bool", birth=True, since="1.3-rev0"),
}

PLACE = {
    "host": Field(wire="hostId", ref=HOST, only=(*LOCAL, *HOSTED_APPLIANCES), needed=True),
    "path": Field(wire="repository.path", only=(*LOCAL, *APPLIANCES), needed=True),
    "share_path": Field(wire="share.sharePath", only=SHARES, needed=True),
    "share_credentials": Field(wire="share.credentialsId", ref=ACCOUNT, only=("Smb",)),
    "appliance": _placed(
        Field(wire="dellDataDomain.ddServername", only=(*DELL, *HPE), needed=True),
        {HPE: {"wire": "hpeStoreOnce.storeOnceServerName"}},
    ),
    "appliance_credentials": _placed(
        Field(wire="dellDataDomain.credentialsId", ref=ACCOUNT, only=(*DELL, *HPE), needed=True),
        {HPE: {"wire": "hpeStoreOnce.credentialsId"}},
    ),
    "cloud_credentials": Field(wire="account.credentialsId", ref=CLOUD_ACCOUNT, only=ACCOUNTS, needed=True),
    "region_type": Field(
        choices=("Global", "China", "Government", "Germany"), wire="account.regionType", only=(*AMAZON, *AZURE)
    ),
    "region": _placed(
        Field(wire="account.regionId", only=(*BUCKETS, "AmazonS3Glacier")), {AMAZON: {"wire": "bucket.regionId"}}
    ),
    "service_point": _placed(
        Field(wire="account.servicePoint", only=("AmazonSnowballEdge", "S3Compatible", "IBMCloud", "AzureDataBox")),
        {("AzureDataBox",): {"wire": "account.serviceEndpoint"}},
    ),
    "bucket": Field(wire="bucket.bucketName", only=(*BUCKETS, "AmazonS3Glacier")),
    "container": Field(wire="container.containerName", only=(*AZURE, "AzureDataBox")),
    "folder": _placed(
        Field(wire="bucket.folderName", only=OBJECT_STORAGE),
        {(*AZURE, "AzureDataBox"): {"wire": "container.folderName"}, VAULTS: {"wire": "container.folder"}},
    ),
}

GATEWAY = {
    "auto_select_gateway": _placed(
        Field(
            type="bool",
            wire="share.gatewayServer.autoSelectEnabled",
            formerly={TAG_WAVE: "share.gatewayServer.autoSelect"},
            initial=_selects_gateway,
            only=(*SHARES, *DELL, *HPE),
        ),
        {
            DELL: {"wire": "dellDataDomain.gatewayServer.autoSelection"},
            HPE: {"wire": "hpeStoreOnce.gatewayServer.autoSelection"},
        },
    ),
    "connection_type": Field(
        choices=("Direct", "SelectedGateway"),
        wire="account.connectionSettings.connectionType",
        initial=_connection_type,
        only=OBJECT_STORAGE,
    ),
    "gateway_servers": _placed(
        Field(
            type="list",
            elements="str",
            wire="share.gatewayServer.gatewayServerIds",
            formerly={"1.0-rev2": "share.gatewayServer.gatewayServerId"},
            single_until="1.0-rev2",
            ref=HOST,
            unordered=True,
            only=(*SHARES, *OBJECT_STORAGE, *DELL, *HPE),
        ),
        {
            OBJECT_STORAGE: {"wire": "account.connectionSettings.gatewayServerIds"},
            DELL: {"wire": "dellDataDomain.gatewayServer.gatewayServerIds"},
            HPE: {"wire": "hpeStoreOnce.gatewayServer.gatewayServerIds"},
        },
    ),
}

LIMITS = {
    "task_limit_enabled": _placed(
        Field(
            type="bool",
            wire="repository.taskLimitEnabled",
            formerly={TAG_WAVE: "repository.enableTaskLimit"},
            since=LIMITS_SINCE,
            only=_without(*ARCHIVES),
        ),
        {
            OBJECT_STORAGE: {"wire": "taskLimitEnabled", "formerly": {TAG_WAVE: "enableTaskLimit"}},
            APPLIANCES: {"wire": "repository.enableTaskLimit"},
        },
    ),
    "max_task_count": _placed(
        Field(type="int", wire="repository.maxTaskCount", only=_without(*ARCHIVES)),
        {OBJECT_STORAGE: {"wire": "maxTaskCount"}},
    ),
    "read_write_limit_enabled": _placed(
        Field(
            type="bool",
            wire="repository.readWriteLimitEnabled",
            formerly={TAG_WAVE: "repository.enableReadWriteLimit"},
            since=LIMITS_SINCE,
            only=_without(*OBJECT_STORAGE),
        ),
        {APPLIANCES: {"wire": "repository.enableReadWriteLimit"}},
    ),
    "read_write_rate": Field(type="int", wire="repository.readWriteRate", only=_without(*OBJECT_STORAGE)),
}

KEPT_BY_DAYS = ("AmazonS3", "S3Compatible", "GoogleCloud", "IBMCloud", "WasabiCloud", "AzureBlob", *VAULTS)
IMMUTABILITY = {
    "immutability_enabled": _placed(
        Field(type="bool", wire="bucket.immutability.isEnabled", only=(*KEPT_BY_DAYS, *ARCHIVES, *DELL, *HPE)),
        {
            ("GoogleCloud",): {"since": "1.3-rev0"},
            ("AzureBlob", *VAULTS): {"wire": "container.immutability.isEnabled", "since": "1.3-rev0"},
            ("AmazonS3Glacier",): {"wire": "bucket.immutabilityEnabled"},
            ("AzureArchive",): {"wire": "container.immutabilityEnabled", "since": "1.3-rev0"},
            (*DELL, *HPE): {"wire": "repository.immutability.isEnabled"},
        },
    ),
    "immutability_days": _placed(
        Field(type="int", wire="bucket.immutability.daysCount", only=(*KEPT_BY_DAYS, "LinuxHardened", *DELL, *HPE)),
        {
            ("LinuxHardened",): {"wire": "repository.makeRecentBackupsImmutableDays"},
            ("GoogleCloud",): {"since": "1.3-rev0"},
            ("AzureBlob", *VAULTS): {"wire": "container.immutability.daysCount", "since": "1.3-rev0"},
            (*DELL, *HPE): {"wire": "repository.immutability.daysCount"},
        },
    ),
    "immutability_mode": _placed(
        Field(
            choices=("RepositorySettings", "RetentionSettings"),
            wire="bucket.immutability.immutabilityMode",
            since="1.3-rev0",
            only=KEPT_BY_DAYS,
        ),
        {("AzureBlob", *VAULTS): {"wire": "container.immutability.immutabilityMode"}},
    ),
}

MOUNTED = _without(*ARCHIVES, "AzureDataBox", "VeeamDataCloudVaultArchive")
MOUNT_SERVER = {
    "host": Field(required=True, wire="mountServerId", ref=HOST),
    "write_cache_folder": Field(),
    "vpower_nfs_enabled": Field(type="bool", wire="vPowerNFSEnabled", initial=False),
    "mount_port": Field(type="int", wire="vPowerNFSPortSettings.mountPort"),
    "vpower_nfs_port": Field(type="int", wire="vPowerNFSPortSettings.vPowerNFSPort"),
}
MOUNTING = {
    "mount_server": _placed(
        Field(
            type="dict",
            options=MOUNT_SERVER,
            wire="mountServer.windows",
            formerly={FLAT_UNTIL: "mountServer"},
            only=MOUNTED,
        ),
        {APPLIANCES: {"wire": "mountServers.windows"}},
    ),
    "linux_mount_server": _placed(
        Field(type="dict", options=MOUNT_SERVER, wire="mountServer.linux", since=WRAPPED_SINCE, only=MOUNTED),
        {APPLIANCES: {"wire": "mountServers.linux"}},
    ),
    "mount_server_type": _placed(
        Field(
            choices=("Windows", "Linux", "Both"),
            wire="mountServer.mountServerSettingsType",
            since=WRAPPED_SINCE,
            lower_until="1.3-rev0",
            initial=_mount_server_type,
            only=MOUNTED,
        ),
        {APPLIANCES: {"wire": "mountServers.mountServerSettingsType"}},
    ),
}

REPOSITORY = Resource(
    what="backup repository",
    path=REPOSITORIES,
    name_filter=("nameFilter", "name"),
    fields={
        **IDENTITY,
        **PLACE,
        **GATEWAY,
        **LIMITS,
        **IMMUTABILITY,
        **MOUNTING,
        "settings": Field(type="dict"),
    },
    rules={"required_if": [("state", "present", ("type",))]},
)
