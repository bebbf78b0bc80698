# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a server: who it is, which revisions it serves, and any of its lists to the end."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.revisions import NEWEST_FIRST
from contract import Contract, ContractObserver
from simulator.seeds.generator import estate_of
from simulator.testing import Pair, Server, simulated_pair
from support.tasks import drive


def info(server: Server, **options: Any) -> dict[str, Any]:
    """Ask; it has to go well and to change nothing."""
    result = drive("info", server, **options)
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is False
    return result


@pytest.mark.parametrize(
    ("build", "revisions"),
    [
        ("11.0.1.1261", "1.0-rev2 1.0-rev1"),
        ("12.0.0.1420", "1.1-rev0 1.0-rev2 1.0-rev1"),
        ("12.2.0.334", "1.1-rev2 1.1-rev1 1.1-rev0 1.0-rev2 1.0-rev1"),
        ("13.0.1.180", "1.3-rev1 1.3-rev0 1.2-rev1 1.2-rev0 1.1-rev2 1.1-rev1 1.1-rev0"),
        ("13.1.0.411", "1.3-rev2 1.3-rev1 1.3-rev0 1.2-rev1 1.2-rev0 1.1-rev2 1.1-rev1 1.1-rev0"),
    ],
)
@pytest.mark.parametrize("swagger", ["short", "off"])
def test_a_server_tells_who_it_is_and_which_revisions_it_serves(build: str, revisions: str, swagger: str) -> None:
    with simulated_pair(target_build=build) as pair:
        pair.target.switch(swagger=swagger)
        result = info(pair.target)
        # 1.0-rev2 has no way to ask for id and build.
        known = build != "11.0.1.1261"
        assert result["resource"] == {
            "name": "backupserver02.tech.local",
            "vbr_id": pair.target.snapshot()["identity"]["vbrId"] if known else "",
            "build": build if known else "",
            "api_version": next(revision for revision in revisions.split() if revision in NEWEST_FIRST),
            "api_versions": revisions.split(),
        }
        assert result["resources"] == [result["resource"]]


def test_a_server_that_lists_nothing_is_asked_for_each_revision(target: Server) -> None:
    target.faults.add(do="status", status=400, body={"message": "Not supported."}, path="/serverTime$", times=0)
    assert info(target)["resource"]["api_versions"] == [*NEWEST_FIRST[1:-1]]


def test_a_query_on_the_server(target: Server) -> None:
    assert info(target, query="build")["resource"] == "13.0.1.180"


LISTS = {
    "automation/sessions": 0,
    "backupInfrastructure/managedServers": 4,
    "backupInfrastructure/proxies": 2,
    "backupInfrastructure/repositories": 4,
    "cloudCredentials": 4,
    "credentials": 4,
    "encryptionPasswords": 2,
    "jobs": 1,
    "jobs/states": 1,
}


@pytest.mark.parametrize(("name", "count"), LISTS.items())
def test_every_list_by_its_name(pair: Pair, contract: Contract, name: str, count: int) -> None:
    observer = ContractObserver(contract)
    pair.source.app.observers.append(observer)
    result = info(pair.source, resource=name)
    assert (result["count"], len(result["resources"])) == (count, count)
    assert observer.violations == []


@pytest.mark.parametrize(
    ("short", "path"),
    [
        ("repositories", "/api/v1/backupInfrastructure/repositories"),
        ("managedservers", "/api/v1/backupInfrastructure/managedServers"),
        ("/jobs/", "/api/v1/jobs"),
        ("JOBS/States", "/api/v1/jobs/states"),
        ("/api/v1/jobs", "/api/v1/jobs"),
    ],
)
def test_a_list_by_the_end_of_its_name_in_any_case_or_by_its_path(target: Server, short: str, path: str) -> None:
    info(target, resource=short)
    assert target.journal.counts[f"GET {path}"] == 1


def test_lists_are_read_to_their_end() -> None:
    with simulated_pair(source_seed=estate_of(450)) as pair:
        result = info(pair.source, resource="jobs", query="[].name")
        assert result["count"] == 450
        assert result["resources"] == [f"Backup Job {number:05}" for number in range(450)]
        assert pair.source.journal.counts["GET /api/v1/jobs"] == 3


@pytest.mark.parametrize(
    ("resource", "filters", "query", "expected"),
    [
        ("jobs", {"nameFilter": "Backup*"}, None, 1),
        ("jobs", {"nameFilter": "Nightly*"}, None, 0),
        ("managedServers", {"typeFilter": "ViHost"}, "[].name", ["vcenter01.tech.local", "vcenter02.tech.local"]),
        ("managedServers", {"orderColumn": "Name", "orderAsc": False}, "[0].name", "vcenter02.tech.local"),
        ("managedServers", {"orderColumn": "Name", "orderAsc": True}, "[0].name", "enterprise05.tech.local"),
        ("credentials", {"nameFilter": None}, "length(@)", 4),
        ("credentials", {}, "[?type=='Linux'].username", ["username01", "linux01"]),
    ],
)
def test_filters_are_the_services_own_and_the_query_is_jmespath(
    pair: Pair, contract: Contract, resource: str, filters: dict[str, Any], query: str | None, expected: Any
) -> None:
    observer = ContractObserver(contract)
    pair.source.app.observers.append(observer)
    result = info(pair.source, resource=resource, filters=filters, query=query)
    assert (result["resources"] if query else result["count"]) == expected
    assert observer.violations == []


def test_a_filter_with_several_values(pair: Pair) -> None:
    found = info(pair.source, resource="managedServers", filters={"typeFilter": ["ViHost", "LinuxHost"]})
    assert found["count"] == 3


def test_whoever_may_read_lists_needs_no_higher_role(pair: Pair) -> None:
    viewer = {"username": pair.source.viewer.username, "password": pair.source.viewer.password}
    assert info(pair.source, resource="jobs", **viewer)["count"] == 1


def test_a_query_that_does_not_fit_is_one_message(target: Server) -> None:
    result = drive("info", target, resource="jobs", query="abs(@)")
    assert result["failed"] and "query cannot be applied" in result["msg"]


def test_an_answer_that_is_no_list_is_one_message(target: Server) -> None:
    result = drive("info", target, resource="/api/v1/serverTime")
    assert result["failed"] and "GET /api/v1/serverTime" in result["msg"]


def test_check_mode_reads_as_well(target: Server) -> None:
    target.readonly()
    assert drive("info", target, check=True)["resource"] == info(target)["resource"]


@pytest.mark.parametrize(("build", "path"), [("12.0.0.1420", "objectRestorePoints"), ("12.1.0.2131", "restorePoints")])
def test_the_list_of_restore_points_is_asked_for_by_the_name_of_the_revision(build: str, path: str) -> None:
    with simulated_pair(target_build=build) as pair:
        assert drive("info", pair.target, resource="restorePoints")["resources"] == []
        assert pair.target.journal.counts[f"GET /api/v1/{path}"] == 1
