# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a vCenter's backups in both styles: summary, parts, jobs, schedules and archives, with filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server
from support.tasks import drive
from support.vcsa import INFO, LOCATION, ORDER, PLACE, SCHEDULE, STYLES, back_up, refused, vcenter

HOUR = 3600


@pytest.fixture(params=STYLES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with vcenter(styles=request.param) as (made, _clock):
        yield made


def gathered(server: Server, *gather: str, **options: Any) -> Any:
    """The resource of a task that goes well and changes nothing."""
    result = drive(INFO, server, **({"gather": list(gather)} if gather else {}), **options)
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is False
    return result["resource"]


def test_the_summary_has_the_last_success_and_its_age(server: Server) -> None:
    job_id = back_up(server)["resource"]["id"]
    server.clock.ahead += 2 * HOUR
    server.readonly()
    summary = gathered(server)
    assert (summary["supported"], summary["running"]) == (True, None)
    assert summary["last_success"]["id"] == job_id
    assert 2 * HOUR <= summary["age_seconds"] < 2 * HOUR + 60
    elsewhere = gathered(server, location="sftp://nowhere.tech.local/x")
    assert (elsewhere["last_success"], elsewhere["age_seconds"]) == (None, None)


def test_the_age_is_measured_by_the_clock_of_the_appliance(server: Server) -> None:
    """An appliance that is a year ahead of us has backups that are no older for that."""
    server.clock.ahead += 365 * 24 * HOUR
    back_up(server)
    assert gathered(server)["age_seconds"] < 60
    assert back_up(server, max_age="1h")["changed"] is False


def test_a_failed_backup_is_not_the_last_success(server: Server) -> None:
    server.seed({})
    server.switch(job_outcome="FAILED")
    refused(server)
    assert gathered(server)["last_success"] is None


def test_the_summary_has_the_backup_at_work(server: Server) -> None:
    server.clock.change({"mode": "polls", "polls": 1000})
    job_id = back_up(server, wait=False)["resource"]["id"]
    running = gathered(server)["running"]
    assert (running["id"], running["state"], running["end_time"]) == (job_id, "running", None)


def test_an_old_appliance_is_read_as_far_as_it_can_be() -> None:
    with vcenter(release="6.5") as (server, _clock):
        back_up(server)
        old = gathered(server, "summary", "parts", "jobs")
        assert (old["supported"], old["age_seconds"] < 60) == (None, True)
        assert old["jobs"][0]["state"] == "succeeded"
        assert {part["id"] for part in old["parts"]} == {"common", "seat"}


def test_parts_have_sizes(server: Server) -> None:
    server.faults.add(do="status", status=500, path="/parts/seat$", times=0)
    assert {part["id"]: part["size_mb"] for part in gathered(server, "parts")["parts"]} == {"common": 512, "seat": None}


def test_jobs_are_listed_newest_first(server: Server) -> None:
    server.switch(list_order="oldest")
    for _number in range(3):
        back_up(server)
        server.clock.ahead += 60
    times = [row["start_time"] for row in gathered(server, "jobs")["jobs"]]
    assert len(times) >= 3 and times == sorted(times, reverse=True)


def test_jobs_are_filtered(server: Server) -> None:
    server.seed({})
    good = back_up(server)["resource"]["id"]
    drive(SCHEDULE, server, run=True, **{**ORDER, "location": "nfs://backup.tech.local/vcenter"})
    server.switch(job_outcome="FAILED")
    refused(server)

    def ids(**options: Any) -> list[str]:
        return [row["id"] for row in gathered(server, "jobs", **options)["jobs"]]

    assert len(ids()) == 3
    assert len(ids(states=["failed"])) == 1
    assert len(ids(states=["failed", "succeeded"])) == 3
    assert len(ids(type="scheduled")) == 1
    assert len(ids(type="manual")) == 2
    assert len(ids(location=LOCATION)) == 2
    assert ids(job_ids=[good]) == [good]
    assert ids(location=LOCATION, states=["succeeded"], type="manual") == [good]


def test_archives_at_a_location_are_listed_and_filtered(server: Server) -> None:
    back_up(server, comment="pre patch")
    archives = gathered(server, "archives", **PLACE)["archives"]
    assert any(row["comment"] == "pre patch" for row in archives)
    (own,) = {row["system_name"] for row in archives}
    filters = {"system_names": [own], "archive_filter": {"comment_substring": "pre", "max_results": 1}}
    assert [row["comment"] for row in gathered(server, "archives", **PLACE, **filters)["archives"]] == ["pre patch"]
    later = {"archive_filter": {"start_timestamp": "2999-01-01T00:00:00.000Z"}}
    assert gathered(server, "archives", **PLACE, **later)["archives"] == []


def test_a_password_in_a_url_is_a_warning(server: Server) -> None:
    back_up(server)
    result = drive(INFO, server, gather=["archives"], **PLACE)
    in_a_url = [entry for entry in server.journal.entries if "location_password" in str(entry["query"])]
    assert bool(in_a_url) is (result["api_style"] == "rest")
    assert len(result["warnings"]) == (result["api_style"] == "rest")
    assert drive(INFO, server, **PLACE)["warnings"] == []


def test_archives_need_a_location(server: Server) -> None:
    result = drive(INFO, server, gather=["archives"])
    assert "Give location" in result["msg"]
    assert not server.journal.entries
    assert "no protocol" in drive(INFO, server, gather=["archives"], location="host/x")["msg"]


def test_a_location_that_does_not_exist_is_an_error(server: Server) -> None:
    result = drive(INFO, server, gather=["archives"], location="sftp://backup.tech.local/nothing")
    assert result["failed"] and result["error"]["code"] == "NOT_FOUND"


def test_a_query_is_applied(server: Server) -> None:
    assert gathered(server, "parts", "schedules", query="parts[?optional].id") == ["seat"]
    assert drive(INFO, server, query="[")["failed"]
