# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for backup repositories: each type that can be created, in each revision that has it."""

from __future__ import annotations

from typing import Any

from support.quartet import ALL, Row

SERVER, LINUX = "srv04.tech.local", "enterprise05.tech.local"
SINCE_1_1 = ALL[1:]
SINCE_1_3 = ALL[3:]
NEWEST = ALL[-1:]
MOUNTED = {"mount_server": {"host": SERVER, "write_cache_folder": "D:\\Cache"}}
REMOVED = {"state": "absent"}
SMB = {"share_path": "\\\\nas\\share", "share_credentials": "main-standard-credentials"}


def rows(kind: str, revisions: tuple[str, ...], new: dict[str, Any], *changes: dict[str, Any]) -> Row:
    """One repository of a type: made, changed step by step, removed."""
    steps = {f"update {number}": change for number, change in enumerate(changes, 1)}
    return Row(
        "repository",
        kind,
        common={"name": f"New {kind}", "type": kind},
        steps={"create": new, **steps, "delete": REMOVED},
        revisions=revisions,
    )


def archived(account: str, place: str, **other: Any) -> dict[str, Any]:
    """Object storage with an account, in a bucket or a container."""
    return {"cloud_credentials": account, place: "backups", "folder": "vbr", **other}


def stored(account: str, place: str, **other: Any) -> dict[str, Any]:
    """Object storage that can be mounted from."""
    return archived(account, place, **MOUNTED, **other)


AMAZON, AZURE, GOOGLE = "AKIATECHLOCALEXAMPLE", "techbackups", "GOOGTECHLOCALEXAMPLE"
LIMITED = {"task_limit_enabled": True, "max_task_count": 3}
KEPT = {"immutability_enabled": True, "immutability_days": 14}
GATEWAY = {"connection_type": "SelectedGateway", "gateway_servers": [LINUX]}

LOCAL_ROWS = [
    rows(
        "WinLocal",
        ALL,
        {"host": SERVER, "path": "E:\\Backups", "max_task_count": 4, **MOUNTED},
        {"description": "Second disk", "read_write_rate": 100},
        {"mount_server": {"host": SERVER, "vpower_nfs_enabled": True, "mount_port": 1059}},
        {"settings": {"repository": {"advancedSettings": {"alignDataBlocks": True}}}},
    ),
    rows(
        "LinuxLocal",
        SINCE_1_1,
        {"host": LINUX, "path": "/backups/second", **LIMITED, **MOUNTED},
        {"read_write_limit_enabled": True, "read_write_rate": 50},
        {"task_limit_enabled": False},
    ),
    rows(
        "LinuxHardened",
        SINCE_1_1,
        {"host": LINUX, "path": "/hardened", "immutability_days": 7, **MOUNTED},
        {"immutability_days": 30},
    ),
    rows("Smb", ALL, {**SMB, "max_task_count": 2, **MOUNTED}, {"max_task_count": 3}),
    rows(
        "Nfs",
        ALL,
        {"share_path": "nas:/backups", "max_task_count": 2, "gateway_servers": [LINUX], **MOUNTED},
        {"gateway_servers": [SERVER]},
        {"auto_select_gateway": True},
    ),
    rows(
        "Nfs",
        SINCE_1_1,
        {"share_path": "nas:/two", "gateway_servers": [LINUX, SERVER], "max_task_count": 1, **MOUNTED},
    ),
]
MOUNT_ROWS = [
    rows(
        "WinLocal",
        SINCE_1_3,
        {
            "host": SERVER,
            "path": "F:\\Backups",
            **MOUNTED,
            "linux_mount_server": {"host": LINUX, "write_cache_folder": "/var/cache"},
            "import_backups": True,
        },
        {"mount_server_type": "Windows"},
        {"mount_server_type": "Both", "linux_mount_server": {"host": LINUX, "write_cache_folder": "/cache"}},
    ),
]
OBJECT_ROWS = [
    rows(
        "AmazonS3",
        SINCE_1_1,
        stored(AMAZON, "bucket", region_type="Global", region="eu-central-1", **KEPT),
        {**LIMITED, "settings": {"bucket": {"infrequentAccessStorage": {"isEnabled": True}}}},
        GATEWAY,
    ),
    rows(
        "AmazonSnowballEdge",
        SINCE_1_1,
        stored(AMAZON, "bucket", service_point="snow:8080", region="snow"),
        {"max_task_count": 2},
    ),
    rows(
        "S3Compatible",
        SINCE_1_1,
        stored(AMAZON, "bucket", service_point="https://s3.tech.local", region="us-east-1", **KEPT),
        {"immutability_days": 21},
    ),
    rows("GoogleCloud", SINCE_1_1, stored(GOOGLE, "bucket", region="europe-west3"), LIMITED),
    rows("GoogleCloud", SINCE_1_3, stored(GOOGLE, "bucket", region="europe-west3", **KEPT), {"immutability_days": 9}),
    rows(
        "IBMCloud",
        SINCE_1_1,
        stored(AMAZON, "bucket", service_point="https://ibm", region="eu-de", **KEPT),
        {"immutability_enabled": False},
    ),
    rows("WasabiCloud", SINCE_1_1, stored(AMAZON, "bucket", region="eu-central-1"), KEPT),
    rows(
        "AmazonS3Glacier",
        SINCE_1_1,
        archived(AMAZON, "bucket", region_type="Global", region="eu-west-1", immutability_enabled=True),
        {"settings": {"bucket": {"useDeepArchive": True}}},
    ),
    rows("AzureBlob", SINCE_1_1, stored(AZURE, "container", region_type="Global"), LIMITED),
    rows("AzureBlob", SINCE_1_3, stored(AZURE, "container", region_type="Global", **KEPT), {"immutability_days": 9}),
    rows(
        "AzureDataBox",
        SINCE_1_1,
        archived(AZURE, "container", service_point="https://box"),
        {"description": "In the basement"},
    ),
    rows(
        "AzureArchive",
        SINCE_1_1,
        archived(
            AZURE,
            "container",
            region_type="Global",
            settings={"proxyAppliance": {"subscriptionId": "3d6b7f0e-52a4-4f0c-8d5e-0f4a9c1b2d31"}},
        ),
        {"folder": "other"},
    ),
]
VAULT = {"folder": "vbr", **KEPT, "settings": {"account": {"vault": {"vaultId": "7", "isInitialized": True}}}}
APPLIANCE = {"path": "/pool", **MOUNTED}


NEW_ROWS = [
    rows("VeeamDataCloudVault", SINCE_1_3, {**VAULT, **MOUNTED}, {"max_task_count": 3}),
    rows("VeeamDataCloudVaultArchive", NEWEST, VAULT, {"max_task_count": 3}),
    *(
        rows(kind, NEWEST, {"host": LINUX, **APPLIANCE}, {**LIMITED, "read_write_rate": 50})
        for kind in ("ExaGrid", "QuantumDXi", "Infinidat", "Fujitsu")
    ),
    *(
        rows(
            kind,
            NEWEST,
            {"appliance": "box", "appliance_credentials": "linux01", "gateway_servers": [LINUX], **APPLIANCE},
            {**KEPT, **LIMITED},
            {"gateway_servers": [SERVER, LINUX]},
        )
        for kind in ("DellDataDomain", "HPEStoreOnce")
    ),
]
ROWS = [*LOCAL_ROWS, *MOUNT_ROWS, *OBJECT_ROWS, *NEW_ROWS]
