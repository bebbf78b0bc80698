# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a vCenter that max_age makes unnecessary, because a young one is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server
from support.tasks import drive
from support.vcsa import JOB, LOCATION, ORDER, STYLES, back_up, refused, vcenter

HOUR = 3600


@pytest.fixture(params=STYLES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A vCenter that has one style only; a backup takes three polls."""
    with vcenter("polls", styles=request.param) as (made, _clock):
        yield made


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
