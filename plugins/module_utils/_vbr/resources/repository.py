# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup repositories of all types that can be created (facts/vbr.md 3.6)."""

from __future__ import annotations

from ..._core.operation import Params
from ..._core.option import FLAG, NUMBER, OBJECT, REQUIRED, TEXTS, choice
from ..resource.codecs import Enum, Ref, SingleOrList
from ..resource.places import Path, When
from ..resource.schema import CREATE_ONLY, FIXED, KEY, NEEDED, Field, Resource, Variant
from ..revisions import OLD_NAMES_UNTIL, SMALL_LETTERS_UNTIL, VMWARE_UNTIL
from .cloud_credentials import CLOUD_ACCOUNT
from .credentials import ACCOUNT
from .managed_server import HOST
from .settings import SETTINGS_FIELD

REPOSITORIES = "/api/v1/backupInfrastructure/repositories"
STORE = Ref(REPOSITORIES, "backup repository")
ON_DISK = ("WinLocal", "LinuxLocal", "LinuxHardened")
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
TYPES = (*ON_DISK, *SHARES, *OBJECT_STORAGE, *APPLIANCES)

FIRST_OF_TYPE = {
    **dict.fromkeys(("LinuxHardened", *ACCOUNTS), "1.1-rev0"),
    "VeeamDataCloudVault": "1.3-rev0",
    **dict.fromkeys(("VeeamDataCloudVaultArchive", *APPLIANCES), "1.3-rev2"),
}
LIMITS_SINCE = "1.1-rev0"
# Since then a repository has a mount server for Windows, one for Linux, or both.
FLAT_UNTIL, WRAPPED_SINCE = VMWARE_UNTIL, "1.3-rev0"
# Since then Google Cloud and Azure storages, and vaults, can be immutable.
MORE_SINCE = "1.3-rev0"


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
    "name": Field(REQUIRED, role=KEY),
    "type": Field(choice(*TYPES), when=When(choices=FIRST_OF_TYPE), role=FIXED),
    "description": Field(initial=""),
    "unique_id": Field(at=Path(earlier={OLD_NAMES_UNTIL: "tag"}), role=CREATE_ONLY),
    "import_backups": Field(FLAG, at="importBackup", when=When(since="1.3-rev0"), role=CREATE_ONLY),
    "import_index": Field(FLAG, when=When(since="1.3-rev0"), role=CREATE_ONLY),
}

PLACE = {
    "host": Field(at="hostId", when=When(types=(*ON_DISK, *HOSTED_APPLIANCES)), codec=HOST, needed=NEEDED),
    "path": Field(at="repository.path", when=When(types=(*ON_DISK, *APPLIANCES)), needed=NEEDED),
    "share_path": Field(at="share.sharePath", when=When(types=SHARES), needed=NEEDED),
    "share_credentials": Field(at="share.credentialsId", when=When(types=("Smb",)), codec=ACCOUNT),
    "appliance": Field(at="dellDataDomain.ddServername", when=When(types=(*DELL, *HPE)), needed=NEEDED),
    "appliance_credentials": Field(
        at="dellDataDomain.credentialsId", when=When(types=(*DELL, *HPE)), codec=ACCOUNT, needed=NEEDED
    ),
    "cloud_credentials": Field(
        at="account.credentialsId", when=When(types=ACCOUNTS), codec=CLOUD_ACCOUNT, needed=NEEDED
    ),
    "region_type": Field(
        choice("Global", "China", "Government", "Germany"),
        at="account.regionType",
        when=When(types=(*AMAZON, *AZURE)),
    ),
    "region": Field(at="account.regionId", when=When(types=(*BUCKETS, "AmazonS3Glacier"))),
    "service_point": Field(
        at="account.servicePoint", when=When(types=("AmazonSnowballEdge", "S3Compatible", "IBMCloud", "AzureDataBox"))
    ),
    "bucket": Field(at="bucket.bucketName", when=When(types=(*BUCKETS, "AmazonS3Glacier"))),
    "container": Field(at="container.containerName", when=When(types=(*AZURE, "AzureDataBox"))),
    "folder": Field(at="bucket.folderName", when=When(types=OBJECT_STORAGE)),
}

GATEWAY = {
    "auto_select_gateway": Field(
        FLAG,
        at=Path("share.gatewayServer.autoSelectEnabled", earlier={OLD_NAMES_UNTIL: "share.gatewayServer.autoSelect"}),
        when=When(types=(*SHARES, *DELL, *HPE)),
        initial=_selects_gateway,
    ),
    "connection_type": Field(
        choice("Direct", "SelectedGateway"),
        at="account.connectionSettings.connectionType",
        when=When(types=OBJECT_STORAGE),
        initial=_connection_type,
    ),
    "gateway_servers": Field(
        TEXTS,
        at=Path("share.gatewayServer.gatewayServerIds", earlier={"1.0-rev2": "share.gatewayServer.gatewayServerId"}),
        when=When(types=(*SHARES, *OBJECT_STORAGE, *DELL, *HPE)),
        codec=SingleOrList(HOST, single_until="1.0-rev2"),
        unordered=True,
    ),
}

LIMITS = {
    "task_limit_enabled": Field(
        FLAG,
        at=Path("repository.taskLimitEnabled", earlier={OLD_NAMES_UNTIL: "repository.enableTaskLimit"}),
        when=When(since=LIMITS_SINCE, types=_without(*ARCHIVES)),
    ),
    "max_task_count": Field(NUMBER, at="repository.maxTaskCount", when=When(types=_without(*ARCHIVES))),
    "read_write_limit_enabled": Field(
        FLAG,
        at=Path("repository.readWriteLimitEnabled", earlier={OLD_NAMES_UNTIL: "repository.enableReadWriteLimit"}),
        when=When(since=LIMITS_SINCE, types=_without(*OBJECT_STORAGE)),
    ),
    "read_write_rate": Field(NUMBER, at="repository.readWriteRate", when=When(types=_without(*OBJECT_STORAGE))),
}

KEPT_BY_DAYS = ("AmazonS3", "S3Compatible", "GoogleCloud", "IBMCloud", "WasabiCloud", "AzureBlob", *VAULTS)
IMMUTABILITY = {
    "immutability_enabled": Field(
        FLAG,
        at="bucket.immutability.isEnabled",
        when=When(types=(*KEPT_BY_DAYS, *ARCHIVES, *DELL, *HPE)),
    ),
    "immutability_days": Field(
        NUMBER,
        at="bucket.immutability.daysCount",
        when=When(types=(*KEPT_BY_DAYS, "LinuxHardened", *DELL, *HPE)),
    ),
    "immutability_mode": Field(
        choice("RepositorySettings", "RetentionSettings"),
        at="bucket.immutability.immutabilityMode",
        when=When(since="1.3-rev0", types=KEPT_BY_DAYS),
    ),
}

MOUNTED = _without(*ARCHIVES, "AzureDataBox", "VeeamDataCloudVaultArchive")
MOUNT_SERVER = {
    "host": Field(REQUIRED, at="mountServerId", codec=HOST),
    "write_cache_folder": Field(),
    "vpower_nfs_enabled": Field(FLAG, at="vPowerNFSEnabled", initial=False),
    "mount_port": Field(NUMBER, at="vPowerNFSPortSettings.mountPort"),
    "vpower_nfs_port": Field(NUMBER, at="vPowerNFSPortSettings.vPowerNFSPort"),
}
MOUNTING = {
    "mount_server": Field(
        OBJECT,
        at=Path("mountServer.windows", earlier={FLAT_UNTIL: "mountServer"}),
        when=When(types=MOUNTED),
        fields=MOUNT_SERVER,
    ),
    "linux_mount_server": Field(
        OBJECT, at="mountServer.linux", when=When(since=WRAPPED_SINCE, types=MOUNTED), fields=MOUNT_SERVER
    ),
    "mount_server_type": Field(
        choice("Windows", "Linux", "Both"),
        at="mountServer.mountServerSettingsType",
        when=When(since=WRAPPED_SINCE, types=MOUNTED),
        codec=Enum(SMALL_LETTERS_UNTIL),
        initial=_mount_server_type,
    ),
}

# What is elsewhere than the fields above say, or came later, by type.
VARIANTS = (
    Variant(AMAZON, at={"region": "bucket.regionId"}),
    Variant(
        OBJECT_STORAGE,
        at={
            "gateway_servers": "account.connectionSettings.gatewayServerIds",
            "task_limit_enabled": Path("taskLimitEnabled", earlier={OLD_NAMES_UNTIL: "enableTaskLimit"}),
            "max_task_count": "maxTaskCount",
        },
    ),
    Variant(("AzureDataBox",), at={"service_point": "account.serviceEndpoint"}),
    Variant((*AZURE, "AzureDataBox"), at={"folder": "container.folderName"}),
    Variant(VAULTS, at={"folder": "container.folder"}),
    Variant(("GoogleCloud",), since={"immutability_enabled": MORE_SINCE, "immutability_days": MORE_SINCE}),
    Variant(
        ("AzureBlob", *VAULTS),
        at={
            "immutability_enabled": "container.immutability.isEnabled",
            "immutability_days": "container.immutability.daysCount",
            "immutability_mode": "container.immutability.immutabilityMode",
        },
        since={"immutability_enabled": MORE_SINCE, "immutability_days": MORE_SINCE},
    ),
    Variant(("AmazonS3Glacier",), at={"immutability_enabled": "bucket.immutabilityEnabled"}),
    Variant(
        ("AzureArchive",),
        at={"immutability_enabled": "container.immutabilityEnabled"},
        since={"immutability_enabled": MORE_SINCE},
    ),
    Variant(("LinuxHardened",), at={"immutability_days": "repository.makeRecentBackupsImmutableDays"}),
    Variant(
        APPLIANCES,
        at={
            "task_limit_enabled": "repository.enableTaskLimit",
            "read_write_limit_enabled": "repository.enableReadWriteLimit",
            "mount_server": "mountServers.windows",
            "linux_mount_server": "mountServers.linux",
            "mount_server_type": "mountServers.mountServerSettingsType",
        },
    ),
    Variant(
        (*DELL, *HPE),
        at={
            "immutability_enabled": "repository.immutability.isEnabled",
            "immutability_days": "repository.immutability.daysCount",
        },
    ),
    Variant(
        DELL,
        at={
            "auto_select_gateway": "dellDataDomain.gatewayServer.autoSelection",
            "gateway_servers": "dellDataDomain.gatewayServer.gatewayServerIds",
        },
    ),
    Variant(
        HPE,
        at={
            "appliance": "hpeStoreOnce.storeOnceServerName",
            "appliance_credentials": "hpeStoreOnce.credentialsId",
            "auto_select_gateway": "hpeStoreOnce.gatewayServer.autoSelection",
            "gateway_servers": "hpeStoreOnce.gatewayServer.gatewayServerIds",
        },
    ),
)

REPOSITORY = Resource(
    what="backup repository",
    kind="repositories",
    order=50,
    path=REPOSITORIES,
    name_filter="name",
    kept_in_use=True,
    fields={
        **IDENTITY,
        **PLACE,
        **GATEWAY,
        **LIMITS,
        **IMMUTABILITY,
        **MOUNTING,
        "settings": SETTINGS_FIELD,
    },
    variants=VARIANTS,
    rules={"required_if": [("state", "present", ("type",))]},
)
