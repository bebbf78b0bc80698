# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an appliance: what it is, its lists to their end, the summary of sessions, and expectations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.services.vbaz.versions import SERVED
from simulator.testing import Server, simulated
from support.tasks import drive
from support.vbaz import DATABASES, MACHINES, POLICIES, asked, seeded, session, signed_in

SNAPSHOTS, COSMOS, NETWORK = "Office shares", "Shop data", "Virtual Network Configuration Backup"


@pytest.fixture(name="server")
def simulated_appliance() -> Iterator[Server]:
    """A read-only appliance: reading writes nothing to it."""
    with simulated("vbaz") as server:
        server.readonly()
        yield server
        assert signed_in(server) == 0


def info(server: Server, **options: Any) -> dict[str, Any]:
    """A task that goes well and changes nothing."""
    result = drive("vbaz_info", server, **options)
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is False
    return result


def refused(server: Server, **options: Any) -> str:
    result = drive("vbaz_info", server, **options)
    assert result.get("failed"), result
    return str(result["msg"])


# -- lists -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("product", ["8.1", "6.0", "3.0", "1.0"])
def test_about_has_the_product_and_its_api_versions(server: Server, product: str) -> None:
    server.switch(product=product)
    result = info(server)
    spoken = [version for version in SERVED[product] if version != "v2"]
    assert result["resource"]["serverVersion"] == f"{product}.0.1"
    assert (result["resource"]["api_version"], result["resource"]["api_versions"]) == (spoken[0], spoken)
    assert result["resources"] == [result["resource"]]
    assert info(server, query="api_version")["resource"] == spoken[0]


@pytest.mark.parametrize(
    ("workloads", "names"),
    [
        ([], [MACHINES, "Test machines", DATABASES, SNAPSHOTS, COSMOS, NETWORK]),
        (["SQL", "CosmosDb"], [DATABASES, COSMOS]),
        (["VirtualNetwork"], [NETWORK]),
        (["WorkloadIndependent"], []),
    ],
)
def test_policies_of_all_workloads_are_one_list(server: Server, workloads: list[str], names: list[str]) -> None:
    found = info(server, resource="policies", workload_types=workloads)
    assert [row["name"] for row in found["resources"]] == names
    assert found["count"] == len(names)
    assert not workloads or {row["workloadType"] for row in found["resources"]} <= set(workloads)


def test_policies_of_the_oldest_version_are_read(server: Server) -> None:
    server.switch(product="1.0")
    assert info(server, resource="policies", query="[].name")["resources"] == [MACHINES, "Test machines"]


def test_an_appliance_without_any_list_of_policies_is_an_error(server: Server) -> None:
    server.faults.add(do="status", status=404, path="/polic", times=0)
    assert "404" in refused(server, resource="policies")


@pytest.mark.parametrize(
    ("resource", "filters", "count"),
    [
        ("repositories", None, 2),
        ("repositories", {"SearchPattern": "long", "IsEncrypted": False}, 1),
        ("policies", {"PolicyName": "machines"}, 1),
        ("policies", {"PolicyStatus": ["Enabled"]}, 4),
        ("policies", {"PolicyStatus": ["Enabled", "Disabled"]}, 5),
        ("repositories", {"Tier": ["Archive", "Hot"]}, 2),
        ("sessions", {"Types": ["SqlPolicyBackup", "PolicyBackup"]}, 2),
        ("sessions", {"ResourceId": "vm-0002"}, 1),
    ],
)
@pytest.mark.parametrize("csv_lists", ["either", "commas"])
def test_lists_are_filtered_by_parameters_of_the_service(
    server: Server, resource: str, filters: dict[str, Any] | None, count: int, csv_lists: str
) -> None:
    server.switch(csv_lists=csv_lists)
    if resource == "sessions":
        seeded(server, session(1, resources=["vm-0001"]), session(2, resources=["vm-0002"]))
    assert info(server, resource=resource, filters=filters)["count"] == count


def test_sessions_are_read_to_the_end_and_have_a_summary(server: Server) -> None:
    seeded(server, count=1203)
    result = info(server, resource="sessions")
    assert (result["count"], len({row["id"] for row in result["resources"]})) == (1203, 1203)
    summary = result["summary"]
    assert summary["by_status"] == dict(sorted(Counter(row["status"] for row in result["resources"]).items()))
    assert summary["by_type"] == dict(sorted(Counter(row["type"] for row in result["resources"]).items()))
    assert summary == info(server, resource="summary")["resource"]
    assert info(server, resource="summary", query="by_status.Error")["resource"] == summary["by_status"]["Error"]


def test_sessions_are_filtered(server: Server) -> None:
    seeded(server, session(1), session(2, status="Error"), session(3, "SqlPolicyBackup", policy=DATABASES, hours=50))
    assert info(server, resource="sessions", name=MACHINES, status=["Error"], query="[].status")["resources"] == [
        "Error"
    ]
    assert info(server, resource="sessions", policy_id=POLICIES[DATABASES])["count"] == 1
    assert (
        info(server, resource="summary", session_types=["PolicyBackup"], workload_types=["SQL"])["summary"]["count"]
        == 1
    )


def test_one_session_is_read_with_its_log(server: Server) -> None:
    (first, *_others) = info(server, resource="sessions")["resources"]
    result = info(server, resource="session", session_id=first["id"])
    assert result["resource"].items() >= first.items()
    assert result["resource"]["log"] and all(line["logTime"] for line in result["resource"]["log"])
    assert "There is no session 'x/y'" in refused(server, resource="session", session_id="x/y")


def test_the_error_about_an_ambiguous_policy_name_lists_the_ids(server: Server) -> None:
    seeded(server, session(1))
    for row in server.service.store.rows("policies"):
        row["name"] = MACHINES
    message = refused(server, resource="sessions", name=MACHINES)
    assert "There are several policies 'Backup Policy': " in message and POLICIES[DATABASES] in message


def test_a_policy_is_known_by_its_exact_name_or_without_regard_to_case(server: Server) -> None:
    seeded(server, session(1))
    rows = list(server.service.store.rows("policies"))
    for row, name in zip(rows, ("Nightly weiß", "Nightly WEISS", "Nightly weiss"), strict=False):
        row["name"] = name
    for name in ("Nightly weiß", "nightly WEIß", "Nightly weiss", "Nightly WEISS"):
        assert isinstance(info(server, resource="sessions", name=name)["resources"], list)
    message = refused(server, resource="sessions", name="nightly weiss")
    assert "(Nightly WEISS)" in message and "(Nightly weiss)" in message and "weiß" not in message


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"resource": "policies", "status": ["Error"]}, "status means nothing with resource policies"),
        ({"resource": "about", "max_age": "1h"}, "max_age means nothing with resource about"),
        ({"resource": "repositories", "name": "x"}, "name means nothing"),
        ({"resource": "sessions", "session_id": "1"}, "session_id means nothing"),
        ({"resource": "sessions", "filters": {"Limit": 5}}, "filters has Limit"),
        ({"resource": "sessions", "query": "["}, "no JMESPath"),
        ({"resource": "sessions", "max_age": "26 hours"}, "max_age is no length of time"),
        ({"resource": "summary", "expect": ["Success"], "status": ["Success"]}, "could hide the very session"),
        ({"resource": "summary", "from": "2026-09-01T10:00"}, "from has no time zone"),
    ],
)
def test_bad_input_is_refused_before_any_request(server: Server, options: dict[str, Any], words: str) -> None:
    assert words in refused(server, **options)
    assert not server.journal.entries


def test_check_mode_reads_as_well(server: Server) -> None:
    assert drive("vbaz_info", server, check=True, resource="summary") == info(server, resource="summary")


# -- expectations ------------------------------------------------------------------------------------------------------


GOOD = (
    session(1, hours=20),
    session(2, "SqlPolicyBackup", status="Warning", policy=DATABASES, hours=3),
    session(3, "FileSharePolicySnapshot", policy=SNAPSHOTS, hours=1),
    session(4, "PostgresDbPolicyBackup", policy=COSMOS, hours=2),
    session(5, "VnetPolicyBackup", policy=NETWORK, hours=4),
)


@pytest.mark.parametrize("resource", ["sessions", "summary"])
@pytest.mark.parametrize("product", ["8.1", "7.0"])
def test_good_backups_of_all_enabled_policies_are_as_expected(server: Server, product: str, resource: str) -> None:
    """Of the policy that is disabled nothing is expected."""
    server.switch(product=product)
    seeded(server, *GOOD, session(9, "ConfigurationBackupDeletion", policy="", status="Error"))
    result = info(server, resource=resource, max_age="26h")
    assert [(row["policy"], row["met"]) for row in result["expectations"]] == [
        (MACHINES, True),
        (DATABASES, True),
        (SNAPSHOTS, True),
        (COSMOS, True),
        (NETWORK, True),
    ]
    assert result["summary"]["count"] == 5
    assert result["expectations"][0]["age_seconds"] // 3600 == 20


@pytest.mark.parametrize(
    ("more", "options", "words"),
    [
        ((session(9, status="Error"),), {}, "policy 'Backup Policy': its last PolicyBackup (session "),
        ((), {"max_age": "19h"}, " ago) is older than 19h"),
        ((), {"expect": ["Success"]}, "ended with Warning"),
        ((), {"session_types": ["PolicySnapshot"]}, "no PolicySnapshot of it has ended"),
    ],
)
def test_a_bad_backup_fails_the_task_and_is_named(
    server: Server, more: tuple[dict[str, Any], ...], options: dict[str, Any], words: str
) -> None:
    seeded(server, *GOOD, *more)
    result = drive("vbaz_info", server, resource="summary", **{"max_age": "26h", **options})
    assert result["failed"] and words in result["msg"]
    assert len(result["expectations"]) == 5 and not all(row["met"] for row in result["expectations"])
    assert result["summary"]["count"] > 0


def test_a_policy_that_never_ran_fails_the_task(server: Server) -> None:
    seeded(server, *GOOD[:3], GOOD[4])
    assert (
        "1 of 5 are not as expected: policy 'Shop data': no PolicySnapshot or PolicyBackup of it has ended."
        in refused(server, resource="summary", max_age="26h")
    )


@pytest.mark.parametrize("how", [{"name": "backup policy"}, {"policy_id": POLICIES[MACHINES].upper()}])
def test_one_policy_is_judged_by_name_or_id(server: Server, how: dict[str, str]) -> None:
    seeded(server, session(1), session(2, "SqlPolicyBackup", status="Error", policy=DATABASES))
    result = info(server, resource="summary", max_age="26h", **how)
    assert [row["met"] for row in result["expectations"]] == [True]
    assert asked(server, "/jobSessions")[0]["query"]["PolicyId"] == [POLICIES[MACHINES]]


def test_a_policy_that_was_removed_is_judged_by_its_id(server: Server) -> None:
    seeded(server, session(1))
    other = "00000000-0000-4000-8000-00000000dead"
    assert f"policy '{other}': no" in refused(server, resource="summary", max_age="26h", policy_id=other)


def test_workload_types_limit_the_policies_that_are_judged(server: Server) -> None:
    seeded(server, *GOOD[:2])
    assert info(server, resource="summary", max_age="26h", workload_types=["VirtualMachine", "SQL"])
    assert "Shop data" in refused(server, resource="summary", max_age="26h", workload_types=["CosmosDb"])
