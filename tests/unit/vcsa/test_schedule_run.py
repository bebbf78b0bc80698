# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of a vCenter's backup schedules, and writes of schedules whose answers were lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server
from support.tasks import drive
from support.vcsa import (
    ONE_SCHEDULE,
    SCHEDULE,
    SECRETS,
    STYLES,
    WHOLE,
    keep_busy,
    left_open,
    manage_schedule,
    schedule_writes,
    vcenter,
)


@pytest.fixture(params=STYLES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with vcenter(styles=request.param) as (made, _clock):
        yield made


# -- running it now ----------------------------------------------------------------------------------------------------


def test_a_run_is_waited_for(server: Server) -> None:
    server.clock.change({"mode": "polls", "polls": 4})
    server.readonly()
    check = manage_schedule(server, check=True, run=True, **WHOLE)
    server.readonly(False)
    done = manage_schedule(server, run=True, comment="now", **WHOLE)
    assert (done["action"], done["changed"], done["diff"]) == ("create", True, check["diff"])
    assert (done["job"]["state"], done["job"]["type"]) == ("succeeded", "SCHEDULED")
    again = manage_schedule(server, run=True, **WHOLE)
    assert (again["action"], again["changed"]) == ("none", True)
    assert again["job"]["id"] != done["job"]["id"]


def test_a_run_that_fails_fails_the_task(server: Server) -> None:
    server.switch(job_outcome="FAILED", job_message="The target is full.")
    result = drive(SCHEDULE, server, run=True, **WHOLE)
    assert "The target is full." in result["msg"]
    assert result["job"]["state"] == "failed"


def test_a_run_on_a_busy_appliance_fails_or_waits(server: Server) -> None:
    manage_schedule(server, **WHOLE)
    first = keep_busy(server)
    result = drive(SCHEDULE, server, run=True)
    assert result["running_job"] == first
    assert manage_schedule(server, run=True, on_busy="wait")["job"]["state"] == "succeeded"


@pytest.mark.parametrize(("fault", "fails"), [("drop_after", False), ("drop_before", True)])
@pytest.mark.parametrize("run_type", ["SCHEDULED", "MANUAL"])
def test_a_run_whose_answer_was_lost_is_looked_up(server: Server, fault: str, fails: bool, run_type: str) -> None:
    server.switch(run_type=run_type)
    manage_schedule(server, **WHOLE)
    before = server.service.store.count("jobs")
    server.faults.add(do=fault, method="POST", path="/schedules/default$")
    assert bool(drive(SCHEDULE, server, run=True).get("failed")) is fails
    assert server.service.store.count("jobs") == before + (not fails)


# -- lost answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
@pytest.mark.parametrize(
    ("first", "then", "method"),
    [
        ({}, WHOLE, "POST"),
        (WHOLE, {"retention": 9}, "PUT|PATCH"),
        (WHOLE, {"state": "absent"}, "DELETE"),
    ],
)
def test_a_write_whose_answer_was_lost_is_looked_up(
    server: Server, fault: str, first: dict[str, Any], then: dict[str, Any], method: str
) -> None:
    if first:
        manage_schedule(server, **first)
    for each in method.split("|"):
        server.faults.add(do=fault, method=each, path=ONE_SCHEDULE)
    result = drive(SCHEDULE, server, **then)
    assert bool(result.get("failed")) is (fault == "drop_before")
    server.faults.clear()
    server.journal.clear()
    assert manage_schedule(server, **then)["changed"] is (fault == "drop_before")
    assert len(schedule_writes(server)) == (fault == "drop_before")


def test_a_lost_answer_to_a_password_is_an_error(server: Server) -> None:
    manage_schedule(server, **WHOLE)
    for method in ("PUT", "PATCH"):
        server.faults.add(do="drop_after", method=method, path=ONE_SCHEDULE)
    result = drive(SCHEDULE, server, update_secret="always", **SECRETS)
    assert "broke before the answer arrived" in result["msg"]


def test_no_session_is_left_whichever_request_of_a_schedule_fails(server: Server) -> None:
    def run() -> None:
        server.reset()
        drive(SCHEDULE, server, **WHOLE)
        drive(SCHEDULE, server, retention=0, **SECRETS)

    run()
    total = len(server.journal.entries)
    for number in range(total):
        server.faults.clear()
        server.faults.add(do="status", status=500, skip=number)
        run()
        assert left_open(server) <= 1
