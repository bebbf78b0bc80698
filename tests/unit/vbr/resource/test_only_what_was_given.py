# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody gave is not compared: our own defaults, where the server does not say the value; empty lists are."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.quartet import BUILDS
from support.tasks import drive
from unit.vbr.resource.rows_scaleout import CLOUD, SMB, buckets
from unit.vbr.resource.test_job import AS_IT_IS, NAME


def unsaid(server: Server) -> None:
    """A job as the vendor's examples have it, whose objects say no platform and whose disks say no kind."""
    (row,) = [row for row in server.service.store.rows("jobs") if row["body"]["name"] == NAME]
    _drop(row["body"]["virtualMachines"], ("platform", "disksToProcess"))


def _drop(value: Any, names: tuple[str, ...]) -> None:
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _drop(part, names)
    if isinstance(value, dict):
        for name in names:
            value.pop(name, None)


@pytest.mark.parametrize("build", BUILDS.values())
def test_what_the_server_does_not_say_is_no_difference(build: str) -> None:
    with simulated_pair(source_build=build) as pair:
        unsaid(pair.source)
        pair.source.readonly()
        for check in (True, False):
            result = drive("job", pair.source, check=check, **AS_IT_IS)
            assert not result.get("failed"), result["msg"]
            assert (result["changed"], result["diff"]) == (False, [])


@pytest.mark.parametrize("build", BUILDS.values())
def test_no_guest_account_stays_none(build: str) -> None:
    with simulated_pair(source_build=build) as pair:
        (row,) = [row for row in pair.source.service.store.rows("jobs") if row["body"]["name"] == NAME]
        for flag in (True, False):
            row["body"]["guestProcessing"]["guestCredentials"] = {"creds": None, "useAgentManagementCredentials": flag}
            for zeros in ("off", "on"):
                pair.source.switch(zero_ids=zeros)
                result = drive("job", pair.source, name=NAME, guest_credentials="")
                assert not result.get("failed"), result["msg"]
                assert (result["changed"], result["diff"]) == (False, [])


@pytest.mark.parametrize("build", BUILDS.values())
@pytest.mark.parametrize("zeros", ["off", "on"])
def test_a_guest_account_that_goes_is_gone_at_the_second_run(build: str, zeros: str) -> None:
    with simulated_pair(source_build=build) as pair:
        pair.source.switch(zero_ids=zeros)
        for check, changed in ((True, True), (False, True), (True, False), (False, False)):
            result = drive("job", pair.source, check=check, name=NAME, guest_credentials="")
            assert not result.get("failed"), result["msg"]
            assert result["changed"] is changed
        (row,) = [row for row in pair.source.service.store.rows("jobs") if row["body"]["name"] == NAME]
        guest = row["body"]["guestProcessing"]["guestCredentials"]
        assert guest.get("creds") is None or guest["useAgentManagementCredentials"] is True
        read = drive("info", pair.source, resource="estate", query=f"jobs[?name=='{NAME}'].guest_credentials")
        assert read["resource"] == [] or guest.get("useAgentManagementCredentials") is True


@pytest.mark.parametrize("build", BUILDS.values())
def test_a_new_job_without_a_guest_account_has_none(build: str) -> None:
    with simulated_pair(source_build=build) as pair:
        for changed in (True, False):
            result = drive("job", pair.source, **{**AS_IT_IS, "name": "Without", "guest_credentials": ""})
            assert not result.get("failed"), result["msg"]
            assert result["changed"] is changed


def test_a_single_use_account_signs_in_as_before_where_no_secret_is_given() -> None:
    computer = {"host_name": "lab01", "connection_type": "SingleUseCredentials", "single_use_account": "installer"}
    key = "-----BEGIN PRIVATE KEY-----\nQk01&single+use%=#Lm5\n-----END PRIVATE KEY-----\n"
    with simulated_pair(source_build=BUILDS["1.3-rev2"]) as pair:
        given = {"name": "Lab", "computers": [{**computer, "single_use_private_key": key}]}
        assert drive("protection_group", pair.source, **given)["changed"]
        pair.source.readonly()
        for check in (True, False):
            result = drive("protection_group", pair.source, check=check, name="Lab", computers=[computer])
            assert not result.get("failed"), result["msg"]
            assert (result["changed"], result["diff"]) == (False, [])
        pair.source.readonly(False)
        other = {**computer, "single_use_password": "Rz3&single+use%=#Tk9"}
        changed = drive("protection_group", pair.source, name="Lab", computers=[other])
        (shown,) = changed["resource"]["computers"]
        assert changed["changed"] and shown["singleUseCredentials"]["authenticationType"] == "Password"


def test_a_server_that_says_the_id_of_a_password_need_not_say_its_unique_id() -> None:
    given = {
        "repository": "Main Big Repository",
        "encryption": True,
        "encryption_type": "ByUserPassword",
        "encryption_password_hint": "Long-term archive",
    }
    with simulated_pair(source_build=BUILDS["1.3-rev2"]) as pair:
        assert drive("repository_permissions", pair.source, **given)["changed"]
        (row,) = [row for row in pair.source.service.store.rows("repositories") if "access" in row["state"]]
        del row["state"]["access"]["encryptionSettings"]["encryptionPasswordUniqueId"]
        pair.source.readonly()
        result = drive("repository_permissions", pair.source, **given)
        assert (result["changed"], result["diff"]) == (False, [])
        read = drive("info", pair.source, resource="estate")["resource"]["repository_permissions"]
        assert given in [{name: each.get(name) for name in given} for each in read]


def test_an_empty_list_of_names_clears() -> None:
    with simulated_pair(source_build=BUILDS["1.3-rev2"], source_seed=headquarters.document()) as pair:
        team = {"name": "Ward team", "all_repositories": False}
        some = drive("info", pair.source, resource="repositories")["resources"][0]["name"]
        drive("role", pair.source, **team, repositories=[some])
        for check, changed in ((True, True), (False, True), (False, False)):
            result = drive("role", pair.source, check=check, **team, repositories=[])
            assert not result.get("failed"), result["msg"]
            assert result["changed"] is changed
            assert result["resource"]["repositoryScope"]["repositories"] == []


def test_an_empty_list_of_names_within_an_option_clears() -> None:
    with simulated_pair(source_build=BUILDS["1.3-rev2"]) as pair:
        buckets(pair.source)
        tier = {"extents": [CLOUD], "copy_policy_enabled": True}
        made = drive("scaleout_repository", pair.source, name="Tiers", performance_extents=[SMB], capacity_tier=tier)
        assert made["resource"]["capacityTier"]["extents"]
        for changed in (True, False):
            tier = {"enabled": False, "extents": []}
            result = drive("scaleout_repository", pair.source, name="Tiers", capacity_tier=tier)
            assert not result.get("failed"), result["msg"]
            assert (result["changed"], result["resource"]["capacityTier"]["extents"]) == (changed, [])


def test_a_list_that_is_never_empty_is_not_emptied() -> None:
    with simulated_pair(source_build=BUILDS["1.3-rev2"], source_seed=headquarters.document()) as pair:
        user = drive("info", pair.source, resource="security/users")["resources"][0]
        store = drive("info", pair.source, resource="scaleOutRepositories")["resources"][0]
        pair.source.journal.clear()
        for module, options, emptied in (
            ("user", {"name": user["name"], "type": user["type"]}, "roles"),
            ("scaleout_repository", {"name": store["name"]}, "performance_extents"),
        ):
            for check in (True, False):
                result = drive(module, pair.source, check=check, **options, **{emptied: []})
                assert result["failed"] and f"{emptied} of the " in result["msg"] and "cannot be empty" in result["msg"]
        assert writes(pair.source) == []
