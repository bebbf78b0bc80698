# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a vCenter that need not be made, as there is a young one, or are to end: neither is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server
from support.tasks import drive
from support.vcsa import JOB, LOCATION, ORDER, STYLES, back_up, refused, vcenter

HOUR = 3600
LONG_AFTER = 100_000


@pytest.fixture(params=STYLES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A vCenter that has one style only; a backup takes three looks."""
    with vcenter("polls", styles=request.param) as (made, _clock):
        yield made


def keep_busy(server: Server, polls: int = 40) -> str:
    """A backup that is at work for a while; its id."""
    server.clock.change({"mode": "polls", "polls": polls})
    return str(back_up(server, wait=False)["resource"]["id"])


# -- a young backup is enough ------------------------------------------------------------------------------------------


def test_a_young_backup_is_enough(server: Server) -> None:
    first = back_up(server, max_age="1h")
    assert first["changed"] is True
    server.readonly()
    for check in (True, False):
        again = back_up(server, check=check, max_age="1h")
        assert (again["changed"], again["action"], again["diff"]) == (False, "none", [])
        assert again["resource"]["id"] == first["resource"]["id"]
        assert 0 <= again["age_seconds"] < 60
    server.clock.ahead += 2 * HOUR
    assert back_up(server, check=True, max_age="1h")["changed"] is True
    assert back_up(server, max_age="3h")["changed"] is False


@pytest.mark.parametrize(
    "other",
    [{"location": f"{LOCATION}/other"}, {"location": "sftp://other.tech.local/vcenter"}, {"location_type": "SCP"}],
)
def test_a_backup_elsewhere_is_none(server: Server, other: dict[str, Any]) -> None:
    back_up(server)
    where = {**other, **({"location": "backup.tech.local/vcenter"} if "location_type" in other else {})}
    assert back_up(server, max_age="1d", **where)["changed"] is True


def test_a_failed_backup_is_none(server: Server) -> None:
    server.switch(job_outcome="FAILED")
    refused(server)
    server.switch(job_outcome="SUCCEEDED")
    assert back_up(server, max_age="1d")["changed"] is True


def test_the_place_may_be_written_in_another_way(server: Server) -> None:
    back_up(server)
    other = {"location": "BACKUP.tech.local:22/vcenter/", "location_type": "SFTP"}
    assert back_up(server, max_age="1d", **other)["changed"] is False


def test_without_details_no_backup_is_known_to_be_here() -> None:
    with vcenter("polls", release="6.5") as (server, _clock):
        options = {**ORDER, "max_age": "1d"}
        for _run in range(2):
            result = drive(JOB, server, **options)
            assert (result["changed"], result["resource"]["state"]) == (True, "succeeded")
            assert "location" not in result["resource"]


# -- canceling ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False])
def test_canceling_is_a_quartet(server: Server, named: bool) -> None:
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


def test_nothing_at_work_is_nothing_to_cancel(server: Server) -> None:
    result = drive(JOB, server, state="canceled")
    assert (result["changed"], result["resource"]) == (False, {})


def test_an_unknown_backup_cannot_be_canceled(server: Server) -> None:
    back_up(server)
    result = drive(JOB, server, state="canceled", job_id="20200101-000000-1")
    assert result["failed"] and "Its backups are: 20" in result["msg"]


def test_a_cancel_that_takes_its_time_is_waited_for(server: Server) -> None:
    server.switch(cancel_looks=4)
    keep_busy(server, LONG_AFTER)
    assert drive(JOB, server, state="canceled")["resource"]["state"] == "failed"


@pytest.mark.parametrize("cancel_finished", ["FAIL", "WARNING"])
def test_a_cancel_that_comes_too_late(server: Server, cancel_finished: str) -> None:
    server.switch(cancel_finished=cancel_finished)
    late = []
    # In one of these it ends between the look and the request.
    for polls in range(1, 10):
        keep_busy(server, polls)
        result = drive(JOB, server, state="canceled")
        assert not result.get("failed"), result["msg"]
        server.service.settle()
        late += [result] if result.get("warnings") else []
    assert {(result["changed"], result["resource"]["state"]) for result in late} == {(False, "succeeded")}
    assert "succeeded before that" in late[0]["warnings"][0]


@pytest.mark.parametrize(("deed", "fails"), [("drop_after", False), ("drop_before", True)])
def test_a_lost_answer_to_a_cancel(server: Server, deed: str, fails: bool) -> None:
    job_id = keep_busy(server, LONG_AFTER)
    server.faults.add(do=deed, method="POST", path=job_id)
    result = drive(JOB, server, state="canceled")
    assert bool(result.get("failed")) is fails
    if fails:
        assert "broke before the answer arrived" in result["msg"]
