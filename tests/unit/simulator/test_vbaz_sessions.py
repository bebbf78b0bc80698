# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of job sessions: pages, filters, names of parameters; and one session, its log, and its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.services.vbaz.sessions.session import read_time
from simulator.testing import simulated
from support.vbaz_caller import VbazCaller, shipped

POLICY = "4e096ba7-8125-4d5d-804b-581f4e6c8440"
SHIPPED = 306
RUNNING = {"number": 1, "type": "PolicyBackup", "status": "Running", "started": "2024-05-01T10:00:00Z"}
AT = "2020-02-07T08:30:00Z"


@pytest.fixture
def caller() -> Iterator[VbazCaller]:
    with simulated("vbaz") as server:
        yield VbazCaller(server)


def ids(rows: list[Any]) -> list[str]:
    return [row["id"] for row in rows]


def policy_of(row: dict[str, Any]) -> dict[str, Any]:
    info: dict[str, Any] = row.get("backupJobInfo") or row.get("healthCheckJobInfo") or {}
    return info


def test_pages_are_pieces_of_the_whole_newest_first(caller: VbazCaller) -> None:
    everything = caller.all()
    assert len(everything) == SHIPPED
    started = [read_time(row["executionStartTime"]) for row in everything]
    assert started == sorted(started, reverse=True)
    assert len(caller.get("/jobSessions")["results"]) == 100
    pages = [caller.get("/jobSessions", Offset=at, Limit=70)["results"] for at in range(0, SHIPPED, 70)]
    assert ids([row for page in pages for row in page]) == ids(everything)


def test_a_page_says_where_it_is(caller: VbazCaller) -> None:
    page = caller.get("/jobSessions", Offset=10, Limit=5, Status=["Success", "Error"])
    assert (page["offset"], page["limit"], len(page["results"])) == (10, 5, 5)
    next_page = caller.session.get(page["_links"]["next"]["href"], timeout=5).json()
    assert next_page["offset"] == 15
    assert {row["status"] for row in next_page["results"]} <= {"Success", "Error"}
    assert "next" not in caller.get("/jobSessions", Offset=SHIPPED - 1)["_links"]
    assert caller.get("/jobSessions", Offset=SHIPPED)["results"] == []
    assert caller.get("/jobSessions", Limit=0)["results"] == []


def test_a_page_may_have_another_size_by_default(caller: VbazCaller) -> None:
    caller.server.switch(page_size=7)
    assert caller.get("/jobSessions")["limit"] == 7


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ({"Status": ["Error"]}, lambda row: row["status"] == "Error"),
        ({"Status": ["Error", "Warning"]}, lambda row: row["status"] in ("Error", "Warning")),
        ({"Types": ["PolicyBackup", "RestoreVms"]}, lambda row: row["type"] in ("PolicyBackup", "RestoreVms")),
        ({"PolicyId": POLICY.upper()}, lambda row: policy_of(row).get("policyId") == POLICY),
        ({"Filter": "backup pol"}, lambda row: policy_of(row).get("policyName") == "Backup Policy"),
        ({"FromUtc": "2020-02-07T08:30:00Z"}, lambda row: row["executionStartTime"] >= AT),
        ({"FromUtc": "2020-02-07T08:30:00+00:00"}, lambda row: row["executionStartTime"] >= AT),
        ({"FromUtc": "2020-02-07T09:30:00+01:00"}, lambda row: row["executionStartTime"] >= AT),
        ({"ToUtc": "2020-02-07T08:30:00.0000000Z"}, lambda row: row["executionStartTime"] <= AT),
        (
            {"Status": ["Error", "Success"], "PolicyId": POLICY, "Types": ["PolicyBackup"]},
            lambda row: row["type"] == "PolicyBackup" and policy_of(row).get("policyId") == POLICY,
        ),
    ],
)
def test_filters_all_must_hold(caller: VbazCaller, query: dict[str, Any], chosen: Any) -> None:
    expected = [row for row in caller.all() if chosen(row)]
    assert 0 < len(expected) < SHIPPED
    assert caller.all(**query) == expected


def test_sessions_that_processed_a_resource(caller: VbazCaller) -> None:
    found = caller.all(ResourceId="vm-0002", ToUtc="2020-03-01T00:00:00Z")
    assert [row["type"] for row in found] == ["RestoreVms"]


def test_the_case_of_parameter_names_counts(caller: VbazCaller) -> None:
    assert len(caller.get("/jobSessions", limit=1, status="Nonsense")["results"]) == 100
    caller.server.switch(unknown_query="refuse")
    answer = caller("GET", "/jobSessions", params={"limit": 1})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["limit"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Limit", "-2"),
        ("Limit", "many"),
        ("Offset", "-1"),
        ("Status", "success"),
        ("Status", "Success,Error"),
        ("Types", "AutoBackup"),
        ("Types", "VmSnapshotRetention"),
        ("PolicyId", "Backup Policy"),
        ("FromUtc", "2020-02-07"),
        # A plus sign that nobody escaped arrives as a blank.
        ("ToUtc", "2020-02-07T00:00:00 00:00"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(caller: VbazCaller, name: str, value: str) -> None:
    answer = caller("GET", "/jobSessions", params={name: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_lists_with_commas_where_they_are_known(caller: VbazCaller) -> None:
    both = caller.get("/policies/virtualMachines", PolicyStatus="Enabled,Disabled")
    assert both["totalCount"] == 2
    repeated = {"PolicyStatus": ["Enabled", "Disabled"]}
    assert caller.get("/policies/virtualMachines", **repeated)["totalCount"] == 2
    caller.server.switch(csv_lists="commas")
    assert caller.get("/policies/virtualMachines", **repeated)["totalCount"] == 1


def test_the_status_of_a_policy_is_that_of_its_last_session(caller: VbazCaller) -> None:
    policies = caller.get("/policies/virtualMachines")["results"] + caller.get("/policies/sql")["results"]
    for policy in policies:
        types = "PolicyBackup" if "snapshotStatus" in policy else "SqlPolicyBackup"
        newest = caller.get("/jobSessions", PolicyId=policy["id"], Types=types, Limit=1)["results"][0]
        assert policy["backupStatus"] == newest["status"]
    assert {policy["name"]: policy["backupStatus"] for policy in policies}["Databases"] == "Error"


def test_repositories_are_filtered(caller: VbazCaller) -> None:
    names = [row["name"] for row in caller.get("/repositories", Tier=["Archive", "Cool"])["results"]]
    assert names == ["Long-term Repository"]
    assert caller.get("/repositories", IsEncrypted="true", SearchPattern="long")["totalCount"] == 0


def test_a_log_ends_as_its_session_did(caller: VbazCaller) -> None:
    failed = caller.all(Status="Error")[:5]
    assert failed
    for row in failed:
        log = caller.get(f"/jobSessions/{row['id']}/log")["log"]
        assert (log[0]["logTime"], log[-1]["logTime"]) == (row["executionStartTime"], row["executionStopTime"])
        assert log[-1]["status"] == "Error"


def test_a_running_session_is_stopped_at_once_or_after_some_looks(caller: VbazCaller) -> None:
    server = caller.server
    server.seed(shipped(sessions=[RUNNING, RUNNING | {"number": 2}]))
    caller = VbazCaller(server)
    first, second = ids(caller.all(Status="Running"))
    assert "executionStopTime" not in caller.get(f"/jobSessions/{first}")
    assert caller("POST", f"/jobSessions/{first}/stop").status_code == 204
    assert caller.get(f"/jobSessions/{first}")["executionStopTime"]
    server.clock.mode = "polls"
    caller("POST", f"/jobSessions/{second}/stop")
    assert [caller.get(f"/jobSessions/{second}")["status"] for _look in range(3)] == [
        "Canceling",
        "Canceled",
        "Canceled",
    ]
    assert caller("POST", f"/jobSessions/{second}/stop").status_code == 400


def test_a_snapshot_brings_everything_back(caller: VbazCaller) -> None:
    server = caller.server
    server.seed(shipped(sessions=[RUNNING]))
    caller = VbazCaller(server)
    [running] = caller.all(Status="Running")
    caller("POST", f"/jobSessions/{running['id']}/stop")
    before, snapshot = caller.all(), server.snapshot()
    server.seed(shipped(history={"count": 3}))
    assert len(VbazCaller(server).all()) == 9
    server.restore(snapshot)
    assert VbazCaller(server).all() == before
