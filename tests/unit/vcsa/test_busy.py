# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A busy vCenter, lost answers, expired sessions: a backup is started once, or the error says why not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server
from support.clock import CommonClock
from support.tasks import drive
from support.vcsa import (
    BEGINNING,
    INFO,
    JOB,
    LOCATION,
    ORDER,
    SCHEDULE,
    STYLES,
    back_up,
    begun,
    keep_busy,
    left_open,
    refused,
    vcenter,
)

LONG_AFTER = 100_000
BUSY = {"id": "x", "default_message": "A backup or restore is already in progress.", "args": []}
# The answer of an appliance that is busy with work which it does not list, in each style.
REFUSALS: dict[str, Any] = {
    "api": {"error_type": "FEATURE_IN_USE", "messages": [BUSY]},
    "rest": {"type": "com.vmware.vapi.std.errors.feature_in_use", "value": {"messages": [BUSY]}},
}
VALIDATING = r"/backup(/validate)?$"


@pytest.fixture(params=STYLES)
def vcsa(request: pytest.FixtureRequest) -> Iterator[tuple[Server, CommonClock]]:
    """A vCenter that has one style only, and the clock."""
    with vcenter("polls", styles=request.param) as made:
        yield made


@pytest.fixture
def server(vcsa: tuple[Server, CommonClock]) -> Server:
    return vcsa[0]


def style_of(server: Server) -> str:
    return str(server.service.switches.styles)


# -- busy --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [True, False])
def test_a_busy_appliance_fails_the_task_and_names_the_job(server: Server, check: bool) -> None:
    job_id = keep_busy(server)
    result = drive(JOB, server, check=check, **ORDER)
    assert (result["running_job"], result["error"]["code"]) == (job_id, "FEATURE_IN_USE")
    assert job_id in result["msg"] and "on_busy" in result["msg"]
    assert begun(server) == 1


def test_on_busy_wait_starts_the_backup_afterwards(server: Server) -> None:
    first = keep_busy(server, 30)
    check = back_up(server, check=True, on_busy="wait")
    done = back_up(server, on_busy="wait")
    assert (done["changed"], done["attached"], done["diff"]) == (True, False, check["diff"])
    assert done["resource"]["id"] != first
    assert done["resource"]["state"] == "succeeded"


def test_on_busy_attach_takes_the_backup_at_work(server: Server) -> None:
    first = keep_busy(server, 30)
    server.readonly()
    check = back_up(server, check=True, on_busy="attach")
    done = back_up(server, on_busy="attach")
    for result in (check, done):
        assert (result["changed"], result["attached"], result["action"]) == (False, True, "attach")
        assert (result["resource"]["id"], result["warnings"]) == (first, [])
    assert done["resource"]["state"] == "succeeded"
    assert begun(server) == 1


def test_on_busy_attach_refuses_a_backup_at_another_location(server: Server) -> None:
    first = keep_busy(server, 30, location="sftp://other.tech.local/vcenter")
    result = drive(JOB, server, on_busy="attach", **ORDER)
    assert (result["running_job"], begun(server)) == (first, 1)
    assert "at another location" in result["msg"]


def test_on_busy_attach_fails_if_the_backup_at_work_fails(server: Server) -> None:
    keep_busy(server, 30)
    server.switch(job_outcome="FAILED")
    assert "failed: " in refused(server, on_busy="attach")


def test_an_appliance_that_becomes_busy_after_the_look_is_busy(server: Server) -> None:
    """Between the look and the request somebody else was faster."""
    server.faults.add(do="status", status=400, path=BEGINNING, method="POST", body=REFUSALS[style_of(server)])
    assert "already in progress" in refused(server)
    server.faults.add(do="status", status=400, path=BEGINNING, method="POST", body=REFUSALS[style_of(server)])
    assert back_up(server, on_busy="wait")["changed"] is True


@pytest.mark.parametrize("on_busy", ["fail", "attach"])
def test_work_that_is_not_listed_ends_the_task(server: Server, on_busy: str) -> None:
    refusal = {"do": "status", "status": 400, "method": "POST", "body": REFUSALS[style_of(server)]}
    server.faults.add(path=VALIDATING, **refusal)
    result = drive(JOB, server, on_busy=on_busy, **ORDER)
    assert "tells of no backup at work" in result["msg"]
    assert (result["running_job"], begun(server)) == (None, 0)


def test_work_that_is_not_listed_is_waited_for(vcsa: tuple[Server, CommonClock]) -> None:
    server, clock = vcsa
    refusal = {"do": "status", "status": 400, "method": "POST", "body": REFUSALS[style_of(server)]}
    server.faults.add(path=VALIDATING, **refusal)
    server.faults.add(path=BEGINNING, times=3, **refusal)
    assert back_up(server, on_busy="wait")["changed"] is True
    assert clock.time >= 90
    server.faults.add(path=BEGINNING, times=0, **refusal)
    assert "still busy" in refused(server, on_busy="wait", wait_timeout=100)


def test_another_refusal_with_the_same_status_does_not_mean_busy(server: Server) -> None:
    bodies = {
        "api": {"error_type": "INVALID_ARGUMENT", "messages": [BUSY]},
        "rest": {"type": "com.vmware.vapi.std.errors.invalid_argument", "value": {"messages": [BUSY]}},
    }
    server.faults.add(do="status", status=400, path=BEGINNING, method="POST", body=bodies[style_of(server)], times=0)
    result = drive(JOB, server, on_busy="wait", **ORDER)
    assert (result["error"]["code"], begun(server)) == ("INVALID_ARGUMENT", 1)
    assert "running_job" not in result


# -- lost answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "drop_after"},
        {"do": "truncate"},
    ],
)
def test_a_backup_whose_answer_was_lost_is_found(server: Server, fault: dict[str, Any]) -> None:
    back_up(server)
    server.faults.add(method="POST", path=BEGINNING, **fault)
    lines: list[str] = []
    result = drive(JOB, server, progress=lines, **ORDER)
    assert (result["changed"], result["resource"]["state"]) == (True, "succeeded"), result.get("msg")
    assert "the answer was lost: looking for the backup" in lines
    assert begun(server) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "drop_before"},
        {"do": "status", "status": 502, "body": "Bad Gateway"},
        {"do": "status", "status": 504, "body": ""},
        {"do": "status", "status": 200, "body": "<html>"},
    ],
)
def test_a_request_that_started_nothing_is_not_sent_again(
    vcsa: tuple[Server, CommonClock], fault: dict[str, Any]
) -> None:
    server, clock = vcsa
    server.faults.add(method="POST", path=BEGINNING, **fault)
    result = drive(JOB, server, **ORDER)
    assert result["failed"] is True
    assert (begun(server), left_open(server)) == (1, 0)
    assert clock.time > 20, "it looked for a while"
    assert drive(INFO, server)["resource"]["running"] is None


def test_a_server_error_is_a_refusal_and_not_a_lost_answer(vcsa: tuple[Server, CommonClock]) -> None:
    server, clock = vcsa
    server.faults.add(do="status", status=500, method="POST", path=BEGINNING)
    assert drive(JOB, server, **ORDER)["failed"] is True
    assert (begun(server), clock.time) == (1, 0)


def test_a_backup_of_somebody_else_is_not_taken_for_ours(server: Server) -> None:
    """While our request got lost on its way, a schedule began one."""
    drive(SCHEDULE, server, name="nightly", **ORDER)
    server.clock.change({"mode": "polls", "polls": LONG_AFTER})
    server.faults.add(do="drop_before", method="POST", path=BEGINNING)

    class Lines(list[str]):
        def append(self, line: str) -> None:
            super().append(line)
            if "lost" in line:
                drive(SCHEDULE, server, name="nightly", run=True, wait=False)

    result = drive(JOB, server, progress=Lines(), **ORDER)
    assert "broke before the answer arrived" in result["msg"]
    assert drive(INFO, server)["resource"]["running"]["type"] == "SCHEDULED"


# -- in the middle -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "status", "status": 500, "times": 3},
        {"do": "status", "status": 200, "body": "<html>", "times": 3},
        {"do": "truncate", "times": 2},
        {"do": "expire_token", "times": 1},
        {"do": "drop_before", "times": 2},
    ],
)
def test_failed_polls_do_not_end_the_wait(server: Server, fault: dict[str, Any]) -> None:
    server.faults.add(method="GET", path=r"/backup/job/\d", skip=1, **fault)
    done = back_up(server)
    assert done["resource"]["state"] == "succeeded"
    assert (begun(server), left_open(server)) == (1, 0)


def test_an_appliance_that_stays_broken_ends_the_wait(server: Server) -> None:
    server.faults.add(do="status", status=500, method="GET", path=r"/backup/job/\d", times=0)
    assert "500" in refused(server)
    assert (begun(server), left_open(server)) == (1, 0)


def test_no_session_is_left_whichever_request_of_a_backup_fails(server: Server) -> None:
    back_up(server)
    total = len(server.journal.entries)
    for number in range(total):
        server.reset()
        server.faults.clear()
        server.journal.clear()
        server.faults.add(do="status", status=500, skip=number)
        drive(JOB, server, **ORDER)
        assert begun(server) <= 1
        assert left_open(server) <= (number == total - 1), "only the one whose sign-out itself was broken"


@pytest.mark.parametrize("number", range(8))
def test_a_session_may_end_before_any_request(server: Server, number: int) -> None:
    server.faults.add(do="expire_token", path="/appliance", skip=number)
    assert back_up(server)["resource"]["state"] == "succeeded"
    created = [row for row in server.service.jobs.rows() if row["location"].startswith(LOCATION)]
    assert len(created) == 1
    assert left_open(server) == 0
