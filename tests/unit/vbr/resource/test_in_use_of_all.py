# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing what others use, of every kind: a check says so as the real run does, and nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.services.vbr.kinds import JOBS
from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.quartet import BUILDS
from support.tasks import drive

BOTH = pytest.mark.parametrize("check", [True, False])
GONE = {"state": "absent"}


@pytest.fixture(name="server")
def newest_server() -> Iterator[Server]:
    with simulated_pair(source_build=BUILDS["1.3-rev2"], source_seed=headquarters.document()) as pair:
        yield pair.source


@BOTH
@pytest.mark.parametrize(
    ("module", "options", "user"),
    [
        ("job", {"name": "Tier 01"}, "job 'Tier 02'"),
        ("job", {"name": "Hyper-V 1", "type": "HyperVBackup"}, "job 'Hyper-V 2'"),
        ("repository", {"name": "Store north 2", "type": "LinuxLocal"}, "job 'Hyper-V 1'"),
        ("protection_group", {"name": "Wards"}, "job '"),
        # Machines, datastores and folders say the name of their vCenter, and no id.
        ("managed_server", {"name": "vcenter01.tech.local", "type": "ViHost"}, "job 'Tier 01'"),
    ],
)
def test_what_is_in_use_stays_and_its_users_are_named(
    server: Server, check: bool, module: str, options: dict[str, Any], user: str
) -> None:
    server.readonly()
    result = drive(module, server, check=check, **options, **GONE)
    assert result.get("failed") is True and result["changed"] is False
    assert "in use by" in result["msg"] and user in result["msg"]
    assert writes(server) == []


def test_a_purge_in_a_dry_run_fails_as_the_real_one_does(server: Server) -> None:
    """Of the first ten jobs of the tier, those go after which no other one runs that stays."""
    given = {"jobs": [], "purge": True, "purge_only": {"jobs": ["Tier 0*"]}}
    server.readonly()
    check = drive("estate", server, check=True, **given)
    server.readonly(False)
    done = drive("estate", server, **given)
    failed = [{each["key"] for each in result["resources"] if each["failed"]} for result in (check, done)]
    assert failed[0] == failed[1], done["msg"]
    assert (check["counts"], check["diff"]) == (done["counts"], done["diff"])


def test_a_copy_goes_before_the_job_that_it_copies(server: Server) -> None:
    given = {"jobs": [], "purge": True, "purge_only": {"jobs": ["Tier *", "Copy of *", "Scan"]}}
    for check in (True, False):
        result = drive("estate", server, check=check, **given)
        assert not result.get("failed"), result["msg"]


@BOTH
def test_a_repository_in_the_scope_of_a_role_stays_unless_the_role_goes_too(server: Server, check: bool) -> None:
    store = {"name": "Linux Direct Backup Repository 1", "type": "LinuxLocal"}
    team = {"name": "Store team", "all_repositories": False, "repositories": [store["name"]]}
    assert drive("role", server, **team)["changed"]
    for module, options in (("repository", {**store, **GONE}), ("estate", {"repositories": [{**store, **GONE}]})):
        result = drive(module, server, check=check, **options)
        assert result["failed"] and "in use by role 'Store team'" in result["msg"]
    roles = [{"name": team["name"], **GONE}]
    both = drive("estate", server, check=check, repositories=[{**store, **GONE}], roles=roles)
    assert not both.get("failed"), both["msg"]
    assert both["counts"]["delete"] == 2


def test_who_may_not_see_roles_is_not_stopped_by_them(server: Server) -> None:
    server.faults.add(do="status", method="GET", path="/security/roles", status=403, times=0)
    result = drive("repository", server, check=True, name="Linux Direct Backup Repository 1", type="LinuxLocal", **GONE)
    assert not result.get("failed") and result["changed"]


def test_a_vcenter_goes_after_the_jobs_that_back_up_its_machines() -> None:
    with simulated_pair() as pair:
        vcenter = {"name": "vcenter02.tech.local", "type": "ViHost", **GONE}
        jobs = [row["body"]["name"] for row in pair.source.service.estate.rows(JOBS)]
        alone = drive("estate", pair.source, check=True, managed_servers=[vcenter])
        assert alone["failed"] and "is in use by job" in alone["msg"]
        gone = [{"name": name, "type": "VSphereBackup", **GONE} for name in jobs]
        for check in (True, False):
            result = drive("estate", pair.source, check=check, managed_servers=[vcenter], jobs=gone)
            assert not result.get("failed"), result["msg"]
            assert result["counts"]["delete"] == len(jobs) + 1


@BOTH
def test_keys_that_a_job_encrypts_with_stay_unless_by_force(server: Server, check: bool) -> None:
    keys = drive("info", server, resource="kmsServers")["resources"][0]
    row = next(each for each in server.service.estate.rows(JOBS) if each["body"]["name"] == "Hyper-V 1")
    row["body"]["storage"]["advancedSettings"]["storageData"] = {
        "encryption": {"isEnabled": True, "encryptionType": "ByKMSServer", "kmsServerId": keys["id"]}
    }
    result = drive("kms_server", server, check=check, name=keys["name"], **GONE)
    assert result["failed"] and "job 'Hyper-V 1'" in result["msg"] and "force: true" in result["msg"]
    listed = drive("estate", server, check=check, kms_servers=[{"name": keys["name"], **GONE}])
    assert listed["failed"] and "job 'Hyper-V 1'" in listed["msg"]
    assert writes(server) == []
    assert drive("kms_server", server, check=True, name=keys["name"], force=True, **GONE)["changed"]
