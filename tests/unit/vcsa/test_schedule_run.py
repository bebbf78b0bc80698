# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of a vCenter's backup schedules, and schedules whose answers were lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server
from support.tasks import drive
from support.vcsa import ORDER, SECRETS, STYLES, back_up, left_open, vcenter

MODULE = "vcsa_backup_schedule"
WHOLE = {**ORDER, "retention": 3, "recurrence": {"minute": 0, "hour": 2}}
ONE = r"/schedules(/update)?(/default)?$"


@pytest.fixture(params=STYLES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with vcenter(styles=request.param) as (made, _clock):
        yield made


def keep(server: Server, check: bool = False, **options: Any) -> dict[str, Any]:
    result = drive(MODULE, server, check=check, **options)
    assert not result.get("failed"), result["msg"]
    return result


def changes(server: Server) -> list[str]:
    """The methods of the requests that changed a schedule."""
    return [
        entry["method"]
        for entry in server.journal.entries
        if "/schedules" in entry["path"] and entry["method"] != "GET" and not entry["path"].endswith("session")
    ]


# -- running it now ----------------------------------------------------------------------------------------------------


def test_a_run_is_waited_for(server: Server) -> None:
    server.clock.change({"mode": "polls", "polls": 4})
    server.readonly()
    check = keep(server, check=True, run=True, **WHOLE)
    server.readonly(False)
    done = keep(server, run=True, comment="now", **WHOLE)
    assert (done["action"], done["changed"], done["diff"]) == ("create", True, check["diff"])
    assert (done["job"]["state"], done["job"]["type"]) == ("succeeded", "SCHEDULED")
    again = keep(server, run=True, **WHOLE)
    assert (again["action"], again["changed"]) == ("none", True)
    assert again["job"]["id"] != done["job"]["id"]


def test_a_run_that_fails_fails_the_task(server: Server) -> None:
    server.switch(job_outcome="FAILED", job_message="The target is full.")
    result = drive(MODULE, server, run=True, **WHOLE)
    assert "The target is full." in result["msg"]
    assert result["job"]["state"] == "failed"


def test_a_run_on_a_busy_appliance(server: Server) -> None:
    keep(server, **WHOLE)
    server.clock.change({"mode": "polls", "polls": 40})
    first = back_up(server, wait=False)["resource"]["id"]
    result = drive(MODULE, server, run=True)
    assert result["running_job"] == first
    assert keep(server, run=True, on_busy="wait")["job"]["state"] == "succeeded"


@pytest.mark.parametrize(("deed", "fails"), [("drop_after", False), ("drop_before", True)])
@pytest.mark.parametrize("run_type", ["SCHEDULED", "MANUAL"])
def test_a_run_whose_answer_was_lost(server: Server, deed: str, fails: bool, run_type: str) -> None:
    server.switch(run_type=run_type)
    keep(server, **WHOLE)
    before = server.service.store.count("jobs")
    server.faults.add(do=deed, method="POST", path="/schedules/default$")
    assert bool(drive(MODULE, server, run=True).get("failed")) is fails
    assert server.service.store.count("jobs") == before + (not fails)


# -- lost answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["drop_after", "drop_before"])
@pytest.mark.parametrize(
    ("first", "then", "method"),
    [
        ({}, WHOLE, "POST"),
        (WHOLE, {"retention": 9}, "PUT|PATCH"),
        (WHOLE, {"state": "absent"}, "DELETE"),
    ],
)
def test_a_lost_answer_is_looked_up(
    server: Server, deed: str, first: dict[str, Any], then: dict[str, Any], method: str
) -> None:
    if first:
        keep(server, **first)
    for each in method.split("|"):
        server.faults.add(do=deed, method=each, path=ONE)
    result = drive(MODULE, server, **then)
    assert bool(result.get("failed")) is (deed == "drop_before")
    server.faults.clear()
    server.journal.clear()
    assert keep(server, **then)["changed"] is (deed == "drop_before")
    assert len(changes(server)) == (deed == "drop_before")


def test_nobody_can_see_whether_a_password_arrived(server: Server) -> None:
    keep(server, **WHOLE)
    for method in ("PUT", "PATCH"):
        server.faults.add(do="drop_after", method=method, path=ONE)
    result = drive(MODULE, server, update_secret="always", **SECRETS)
    assert "broke before the answer arrived" in result["msg"]


def test_whatever_request_fails_no_session_is_left(server: Server) -> None:
    def run() -> None:
        server.reset()
        drive(MODULE, server, **WHOLE)
        drive(MODULE, server, retention=0, **SECRETS)

    run()
    total = len(server.journal.entries)
    for number in range(total):
        server.faults.clear()
        server.faults.add(do="status", status=500, skip=number)
        run()
        assert left_open(server) <= 1
