# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a vCenter that max_age makes unnecessary, because a young one is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.core.call import Exchange
from simulator.testing import Server
from support.tasks import drive
from support.vcsa import JOB, LOCATION, ORDER, STYLES, back_up, keep_busy, refused, vcenter

HOUR = 3600
SEEDED = 2


def made(server: Server) -> int:
    """How many backups there are beside those of the seed."""
    return len(server.snapshot()["rows"]["jobs"]) - SEEDED


@pytest.fixture(params=STYLES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A vCenter that has one style only; a backup takes three polls."""
    with vcenter("polls", styles=request.param) as (simulated, _clock):
        yield simulated


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
def test_a_backup_at_another_location_does_not_count(server: Server, other: dict[str, Any]) -> None:
    back_up(server)
    where = {**other, **({"location": "backup.tech.local/vcenter"} if "location_type" in other else {})}
    assert back_up(server, max_age="1d", **where)["changed"] is True


def test_a_failed_backup_does_not_count(server: Server) -> None:
    server.switch(job_outcome="FAILED")
    refused(server)
    server.switch(job_outcome="SUCCEEDED")
    assert back_up(server, max_age="1d")["changed"] is True


def test_the_location_may_be_written_differently(server: Server) -> None:
    back_up(server)
    other = {"location": "BACKUP.tech.local:22/vcenter/", "location_type": "SFTP"}
    assert back_up(server, max_age="1d", **other)["changed"] is False


def test_without_details_no_backup_counts() -> None:
    with vcenter("polls", release="6.5") as (server, _clock):
        options = {**ORDER, "max_age": "1d"}
        for _run in range(2):
            result = drive(JOB, server, **options)
            assert (result["changed"], result["resource"]["state"]) == (True, "succeeded")
            assert "location" not in result["resource"]


def test_a_backup_that_was_waited_for_is_enough(server: Server) -> None:
    """Two controllers at once: the second one waits for the first, and finds that nothing is left to be done."""
    first = keep_busy(server, 30)
    result = back_up(server, max_age="1h", on_busy="wait")
    assert (result["changed"], result["action"], result["attached"]) == (False, "none", False)
    assert (result["resource"]["id"], result["resource"]["state"]) == (first, "succeeded")
    assert 0 <= result["age_seconds"] < HOUR
    assert made(server) == 1


def test_one_at_another_location_that_was_waited_for_is_not(server: Server) -> None:
    first = keep_busy(server, 30, location=f"{LOCATION}/other")
    result = back_up(server, max_age="1h", on_busy="wait")
    assert result["changed"] is True and result["resource"]["id"] != first
    assert made(server) == 2


def test_one_that_ended_between_the_look_and_the_start_is_enough(server: Server) -> None:
    """The check of the request is refused by the busy appliance; when the start is due, it is not busy any more."""
    first = keep_busy(server, 30)

    def end(exchange: Exchange) -> None:
        if exchange.status == 400:
            server.clock.change({"mode": "instant"})

    server.app.observers.append(end)
    result = back_up(server, max_age="1h", on_busy="wait")
    assert (result["changed"], result["resource"]["id"]) == (False, first)
    assert made(server) == 1
