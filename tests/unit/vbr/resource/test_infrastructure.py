# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories, proxies and scale-out repositories: what is refused, and what must survive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.services.vbr.kinds import REPOSITORIES
from simulator.testing import Pair, Server, simulated_pair
from support.estates import writes
from support.quartet import BUILDS
from support.tasks import drive

MOUNT = {"host": "srv04.tech.local", "write_cache_folder": "D:\\Cache"}
DISK = {"name": "Second disk", "type": "WinLocal", "host": "srv04.tech.local", "path": "E:\\", "mount_server": MOUNT}
BUCKET = {"type": "AzureBlob", "cloud_credentials": "techbackups", "region_type": "Global", "folder": "vbr"}
BIG = {"name": "Main Big Repository", "type": "WinLocal"}
SMB, NFS = "Backup Repository SMB", "Linux NFS Backup Repository 1"


@pytest.fixture
def source(pair: Pair) -> Server:
    return pair.source


@pytest.fixture
def newest() -> Iterator[Server]:
    with simulated_pair(source_build=BUILDS["1.3-rev2"]) as pair:
        yield pair.source


def manage(module: str, server: Server, **options: Any) -> dict[str, Any]:
    """Runs a module; it has to go well."""
    result = drive(module, server, **options)
    assert not result.get("failed"), result["msg"]
    return result


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "another type": ({**BIG, "type": "LinuxLocal"}, "has type WinLocal, which cannot become LinuxLocal"),
    "option of another type": ({**BIG, "bucket": "x"}, "bucket is for backup repository of type AmazonS3"),
    "type of a later revision": (
        {"name": "Vault", "type": "VeeamDataCloudVault"},
        "type VeeamDataCloudVault needs API revision 1.3-rev0 or newer",
    ),
    "option of a later revision": (
        {**BUCKET, "name": "Blob", "container": "x", "immutability_days": 3},
        "immutability_days needs API revision 1.3-rev0 or newer",
    ),
    "mount server of a later revision": (
        {**BIG, "linux_mount_server": MOUNT},
        "linux_mount_server needs API revision 1.3-rev0 or newer",
    ),
    "what is needed": ({"name": "New", "type": "WinLocal"}, "to make it host, path is needed"),
    "an unknown host": ({**DISK, "host": "nobody"}, "host: there is no managed server 'nobody'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_anything_is_sent(source: Server, case: str) -> None:
    options, reason = REFUSED[case]
    result = drive("repository", source, **options)
    assert result["failed"]
    assert reason in result["msg"]
    assert writes(source) == []


def test_a_known_host_is_named_where_one_is_unknown(source: Server) -> None:
    result = drive("repository", source, **{**DISK, "host": "nobody"})
    assert "enterprise05.tech.local" in result["msg"]


def test_what_no_option_says_survives(source: Server) -> None:
    row = next(source.service.estate.rows(REPOSITORIES))
    row["body"]["repository"]["ofTheFuture"] = {"kept": [1, None]}
    manage("repository", source, **BIG, max_task_count=16)
    body = next(source.service.estate.rows(REPOSITORIES))["body"]
    assert body["repository"]["ofTheFuture"] == {"kept": [1, None]}
    assert (body["repository"]["maxTaskCount"], body["uniqueId"]) == (16, "9FE108322924417FB67582B9004CEF61")


def test_settings_are_laid_over_options_and_merged(source: Server) -> None:
    settings = {"repository": {"maxTaskCount": 3, "advancedSettings": {"rotatedDrives": True}}}
    made = manage("repository", source, **DISK, max_task_count=8, settings=settings)["resource"]
    assert made["repository"]["maxTaskCount"] == 3
    again = manage("repository", source, **DISK, settings={"repository": {"advancedSettings": {"perVmBackup": True}}})
    assert again["resource"]["repository"]["advancedSettings"] == {"rotatedDrives": True, "perVmBackup": True}


def test_a_new_name_for_the_mount_server_is_an_id_for_the_server(source: Server) -> None:
    made = manage("repository", source, **DISK)["resource"]
    server = manage("info", source, resource="managedServers", filters={"nameFilter": MOUNT["host"]})["resources"][0]
    assert made["mountServer"]["mountServerId"] == server["id"] == made["hostId"]


def test_a_repository_in_use_is_not_deleted_and_who_uses_it_is_named(source: Server) -> None:
    result = drive("repository", source, name=BIG["name"], state="absent")
    assert result["failed"]
    assert "Backup Job 2" in result["msg"]


def test_a_repository_whose_answer_was_lost_is_not_made_twice(source: Server) -> None:
    source.faults.add(do="drop_after", method="POST", path="/repositories$")
    assert manage("repository", source, **DISK)["resource"]["name"] == DISK["name"]
    assert writes(source) == ["POST /api/v1/backupInfrastructure/repositories"]


def test_states_of_a_proxy_need_a_revision_that_has_them(source: Server) -> None:
    result = drive("proxy", source, host="enterprise05.tech.local", state="disabled")
    assert result["failed"]
    assert "state disabled needs API revision 1.3-rev0 or newer" in result["msg"]


def test_present_leaves_a_disabled_proxy_asleep(newest: Server) -> None:
    host = "enterprise05.tech.local"
    manage("proxy", newest, host=host, state="disabled")
    assert manage("proxy", newest, host=host)["changed"] is False
    states = manage("info", newest, resource="/api/v1/backupInfrastructure/proxies/states")["resources"]
    assert {state["name"]: state["isDisabled"] for state in states} == {host: True, "VMware Backup Proxy": False}


def test_an_extent_belongs_to_one(source: Server) -> None:
    manage("scaleout_repository", source, name="First", performance_extents=[SMB])
    result = drive("scaleout_repository", source, name="Second", performance_extents=[SMB, NFS])
    assert result["failed"]
    assert "belongs to First already" in result["msg"]
    held = drive("repository", source, name=SMB, state="absent")
    assert "scale-out repository 'First'" in held["msg"]


def test_a_stranger_is_not_sealed(source: Server) -> None:
    manage("scaleout_repository", source, name="First", performance_extents=[SMB])
    result = drive("scaleout_repository", source, name="First", sealed_extents=[NFS])
    assert result["failed"]
    assert "is no extent of First" in result["msg"]


def test_modes_that_are_not_spoken_of_stay(newest: Server) -> None:
    manage("scaleout_repository", newest, name="First", performance_extents=[SMB, NFS], sealed_extents=[SMB])
    manage("scaleout_repository", newest, name="First", maintenance_extents=[SMB, NFS])
    row = manage("scaleout_repository", newest, name="First", description="Both")["resource"]
    assert {extent["name"]: extent["status"] for extent in row["performanceTier"]["performanceExtents"]} == {
        SMB: ["Maintenance", "Sealed"],
        NFS: ["Maintenance"],
    }
