# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an option cannot say as the server has it is not said by its default, and nothing is left out without a word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.operations.info import FORBIDDEN, NOT_YET
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.as_code import item
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.codecs import Named, Ref
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.job_permissions import JOB_PERMISSIONS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.managed_server import MANAGED_SERVER
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.proxy import PROXY
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.server_settings import TRAFFIC_RULES
from simulator.testing import simulated_pair
from support.quartet import BUILDS
from support.tasks import drive

NEWEST = "1.3-rev2"


class SameNames:
    """A server on which every id is a name."""

    def name_of(self, _ref: Ref, given: Mapping[str, Any]) -> str | None:
        return str(next(iter(given.values()))) if any(given.values()) else None

    def id_of(self, named: Named) -> Any:
        return named.name


def test_a_word_that_no_choice_has_does_not_become_the_default() -> None:
    datastore = {"hostName": "vcenter", "name": "ds1", "type": "SomethingNew"}
    listed = [{"datastore": datastore, "vmCount": 2}]
    row = {"type": "ViProxy", "server": {"hostId": "srv", "connectedDatastores": {"datastores": listed}}}
    found = item(PROXY, row, NEWEST, SameNames())
    assert found is not None and "datastores" not in found
    assert found["settings"] == {"server": {"connectedDatastores": {"datastores": listed}}}
    datastore["type"] = "Datastore"
    found = item(PROXY, row, NEWEST, SameNames())
    assert found is not None and found["datastores"][0]["name"] == "ds1" and "settings" not in found


def test_options_that_exclude_one_another_are_not_said_together() -> None:
    once = {"singleUseCredentials": {"username": "root"}}
    row = {"type": "LinuxHost", "name": "linux01", "credentialsId": "root", **once}
    found = item(MANAGED_SERVER, row, NEWEST, SameNames())
    assert found is not None and found["credentials"] == "root"
    assert "single_use_account" not in found and found["settings"] == once
    found = item(MANAGED_SERVER, {**row, "credentialsId": None}, NEWEST, SameNames())
    assert found is not None and found["single_use_account"] == "root"


def test_a_list_is_not_said_with_a_blank_in_the_place_of_a_name() -> None:
    rule = {"name": "Out", "sourceIPStart": "Any", "sourceIPEnd": "", "targetIPStart": "Internet", "targetIPEnd": ""}
    found = item(TRAFFIC_RULES, {"trafficRules": [rule]}, NEWEST, SameNames())
    assert found is not None and found["rules"][0]["source_last"] == ""
    for name in ("name", "sourceIPStart"):
        assert item(TRAFFIC_RULES, {"trafficRules": [rule, {**rule, name: " "}]}, NEWEST, SameNames()) == {}
    owner = {"id": "job", "principal": {"owner": {"name": ""}}}
    assert item(JOB_PERMISSIONS, owner, NEWEST, SameNames()) == {"job": "job"}


@pytest.mark.parametrize("revision", ["1.0-rev2", "1.1-rev0"])
def test_what_a_revision_lists_and_cannot_make_is_left_out_by_name(revision: str) -> None:
    with simulated_pair(source_build=BUILDS["1.1-rev0"]) as pair:
        extent = {"name": "Wide", "performance_extents": ["Main Big Repository"]}
        made = drive("scaleout_repository", pair.source, **extent)
        assert not made.get("failed"), made["msg"]
        document = pair.source.snapshot()
    with simulated_pair(source_build=BUILDS[revision]) as pair:
        pair.source.restore({**document, "identity": pair.source.snapshot()["identity"]})
        read = drive("info", pair.source, resource="estate")
        assert not read.get("failed"), read["msg"]
        left = [each["name"] for each in read["left_out"] if each["reason"] == NOT_YET]
        kept = [each["name"] for each in read["resource"]["scaleout_repositories"]]
        assert (left, kept) == ((["Wide"], []) if revision == "1.0-rev2" else ([], ["Wide"]))


def test_a_kind_that_the_account_may_not_read_does_not_stop_the_others() -> None:
    with simulated_pair(source_build=BUILDS[NEWEST]) as pair:
        whole = drive("info", pair.source, resource="estate")
        pair.source.faults.add(do="status", status=403, path="/security/users$", times=0)
        pair.source.faults.add(do="status", status=403, path="/trafficRules$", times=0)
        read = drive("info", pair.source, resource="estate")
        assert not read.get("failed"), read["msg"]
        assert read["resource"] == {**whole["resource"], "users": [], "traffic_rules": {}}
        left = {each["kind"]: each["id"] for each in read["left_out"] if each["reason"] == FORBIDDEN}
        assert left == {"users": "", "traffic_rules": ""}


def test_a_secret_that_no_option_knows_is_not_said() -> None:
    row = {"type": "ViProxy", "server": {"hostId": "srv", "further": {"clientSecret": "Qs7&shown%=#Rt4", "port": 1}}}
    found = item(PROXY, row, NEWEST, SameNames())
    assert found is not None and found["settings"] == {"server": {"further": {"port": 1}}}
