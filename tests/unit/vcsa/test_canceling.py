# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canceling a vCenter's backup: once, and not if it has ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.core.clock import LOOK
from simulator.testing import Server
from support.tasks import drive
from support.vcsa import JOB, STYLES, back_up, keep_busy, vcenter

LONG_AFTER = 100_000


@pytest.fixture(params=STYLES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A vCenter that has one style only; a backup takes three polls."""
    with vcenter("polls", styles=request.param) as (made, _clock):
        yield made


@pytest.mark.parametrize("named", [True, False])
def test_canceling_changes_something_once(server: Server, named: bool) -> None:
    job_id = keep_busy(server)
    options = {"state": "canceled", **({"job_id": job_id} if named else {})}
    server.readonly()
    check = drive(JOB, server, check=True, **options)
    assert (check["changed"], check["action"], check["resource"]["id"]) == (True, "cancel", job_id)
    server.readonly(False)
    done = drive(JOB, server, **options)
    assert (done["changed"], done["diff"], done["resource"]["state"]) == (True, check["diff"], "failed")
    server.readonly()
    for check_mode in (True, False):
        again = drive(JOB, server, check=check_mode, **options)
        assert (again["changed"], again["action"], again["diff"]) == (False, "none", [])


def test_canceling_changes_nothing_if_no_backup_is_at_work(server: Server) -> None:
    result = drive(JOB, server, state="canceled")
    assert (result["changed"], result["resource"]) == (False, {})


def test_an_unknown_backup_cannot_be_canceled(server: Server) -> None:
    back_up(server)
    result = drive(JOB, server, state="canceled", job_id="20200101-000000-1")
    assert result["failed"] and "Its backups are: 20" in result["msg"]


def test_a_slow_cancel_is_waited_for(server: Server) -> None:
    server.switch(cancel_looks=4)
    keep_busy(server, LONG_AFTER)
    assert drive(JOB, server, state="canceled")["resource"]["state"] == "failed"


@pytest.mark.parametrize("cancel_finished", ["FAIL", "WARNING"])
def test_a_cancel_that_comes_too_late_changes_nothing_and_warns(server: Server, cancel_finished: str) -> None:
    server.switch(cancel_finished=cancel_finished)
    late = []
    # In one of these it ends between the look and the request.
    for head_start in range(3 * LOOK):
        job_id = keep_busy(server, 3)
        server.service.jobs.get(job_id)["looks"] = head_start
        result = drive(JOB, server, state="canceled")
        assert not result.get("failed"), result["msg"]
        server.service.settle()
        late += [result] if result.get("warnings") else []
    assert {(result["changed"], result["resource"]["state"]) for result in late} == {(False, "succeeded")}
    assert "succeeded before that" in late[0]["warnings"][0]


@pytest.mark.parametrize(("fault", "fails"), [("drop_after", False), ("drop_before", True)])
def test_a_lost_answer_to_a_cancel_is_looked_up(server: Server, fault: str, fails: bool) -> None:
    job_id = keep_busy(server, LONG_AFTER)
    server.faults.add(do=fault, method="POST", path=job_id)
    result = drive(JOB, server, state="canceled")
    assert bool(result.get("failed")) is fails
    if fails:
        assert "broke before the answer arrived" in result["msg"]


@pytest.mark.parametrize("job_id", [".", "..", "../x", "", "a\nb"])
def test_an_id_that_is_no_step_of_a_path_is_refused(server: Server, job_id: str) -> None:
    result = drive(JOB, server, state="canceled", job_id=job_id)
    assert result["failed"] and "is no id" in result["msg"]
    assert not server.journal.counts
