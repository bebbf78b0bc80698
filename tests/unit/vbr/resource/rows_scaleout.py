# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for scale-out repositories and the modes of their extents."""

from __future__ import annotations

from simulator.testing import Server
from support.quartet import ALL, Row
from support.tasks import drive

SMB, NFS, LINUX = "Backup Repository SMB", "Linux NFS Backup Repository 1", "Linux Direct Backup Repository 1"
CLOUD, ARCHIVE = "Bucket", "Glacier"


def buckets(server: Server) -> None:
    """Object storage for the lower tiers."""
    common = {"cloud_credentials": "AKIATECHLOCALEXAMPLE", "bucket": "backups", "region": "eu-central-1"}
    mount = {"host": "srv04.tech.local", "write_cache_folder": "D:\\Cache"}
    for name, kind, other in (
        (CLOUD, "WasabiCloud", {"mount_server": mount}),
        (ARCHIVE, "AmazonS3Glacier", {"region_type": "Global"}),
    ):
        result = drive("repository", server, name=name, type=kind, folder=name, **common, **other)
        assert not result.get("failed"), result["msg"]


ROWS = [
    Row(
        "scaleout_repository",
        "extents",
        common={"name": "Scale-out Repository"},
        steps={
            "create": {"performance_extents": [SMB, NFS], "description": "Two in one"},
            "update": {"performance_extents": [SMB, NFS, LINUX], "per_machine_backup": True},
            "update placement": {
                "placement": "Performance",
                "placement_settings": [
                    {"extent": SMB, "allowed_backups": "FullsOnly"},
                    {"extent": NFS, "allowed_backups": "IncrementsOnly"},
                ],
            },
            "seal": {"sealed_extents": [SMB]},
            "seal another": {"sealed_extents": [NFS]},
            "unseal": {"sealed_extents": []},
            "maintain": {"maintenance_extents": [SMB, NFS]},
            "maintain less": {"maintenance_extents": [SMB]},
            "delete": {"state": "absent"},
        },
        revisions=ALL[1:],
    ),
    Row(
        "scaleout_repository",
        "tiers",
        common={"name": "Scale-out Repository"},
        steps={
            "create": {
                "performance_extents": [SMB],
                "strict_placement": True,
                "sealed_extents": [SMB],
                "capacity_tier": {"extents": [CLOUD], "copy_policy_enabled": True},
            },
            "update": {"capacity_tier": {"move_policy_enabled": True, "operational_restore_period_days": 14}},
            "update archive": {"archive_tier": {"enabled": True, "extent": ARCHIVE, "archive_period_days": 90}},
            "update to none": {"capacity_tier": {"enabled": False}, "archive_tier": {"enabled": False}},
            "delete": {"state": "absent"},
        },
        revisions=ALL[1:],
        prepare=buckets,
    ),
]
