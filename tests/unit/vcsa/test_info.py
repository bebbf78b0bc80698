# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a vCenter's backups in both styles: its summary, parts, jobs, schedules and archives, narrowed down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server
from support.tasks import drive
from support.vcsa import LOCATION, ORDER, SECRETS, STYLES, back_up, refused, vcenter

MODULE = "vcsa_backup_info"
PLACE = {"location": LOCATION, "location_user": "vcenter", "location_password": SECRETS["location_password"]}
HOUR = 3600


@pytest.fixture(params=STYLES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with vcenter(styles=request.param) as (made, _clock):
        yield made


def told(server: Server, *gather: str, **options: Any) -> Any:
    result = drive(MODULE, server, **({"gather": list(gather)} if gather else {}), **options)
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is False
    return result["resource"]


def test_the_summary(server: Server) -> None:
    job_id = back_up(server)["resource"]["id"]
    server.clock.ahead += 2 * HOUR
    server.readonly()
    summary = told(server)
    assert (summary["supported"], summary["running"]) == (True, None)
    assert summary["last_success"]["id"] == job_id
    assert 2 * HOUR <= summary["age_seconds"] < 2 * HOUR + 60
    elsewhere = told(server, location="sftp://nowhere.tech.local/x")
    assert (elsewhere["last_success"], elsewhere["age_seconds"]) == (None, None)


def test_the_age_is_measured_by_the_clock_of_the_appliance(server: Server) -> None:
    """An appliance that is a year ahead of us has backups that are no older for that."""
    server.clock.ahead += 365 * 24 * HOUR
    back_up(server)
    assert told(server)["age_seconds"] < 60
    assert back_up(server, max_age="1h")["changed"] is False


def test_a_failed_backup_is_no_success(server: Server) -> None:
    server.seed({})
    server.switch(job_outcome="FAILED")
    refused(server)
    assert told(server)["last_success"] is None


def test_a_backup_at_work_is_told(server: Server) -> None:
    server.clock.change({"mode": "polls", "polls": 1000})
    job_id = back_up(server, wait=False)["resource"]["id"]
    running = told(server)["running"]
    assert (running["id"], running["state"], running["end_time"]) == (job_id, "running", None)


def test_an_old_appliance_tells_what_it_can() -> None:
    with vcenter(release="6.5") as (server, _clock):
        back_up(server)
        told_by_it = told(server, "summary", "parts", "jobs")
        assert (told_by_it["supported"], told_by_it["age_seconds"] < 60) == (None, True)
        assert told_by_it["jobs"][0]["state"] == "succeeded"
        assert {part["id"] for part in told_by_it["parts"]} == {"common", "seat"}


def test_parts_have_sizes(server: Server) -> None:
    server.faults.add(do="status", status=500, path="/parts/seat$", times=0)
    assert {part["id"]: part["size_mb"] for part in told(server, "parts")["parts"]} == {"common": 512, "seat": None}


def test_jobs_are_told_the_newest_first(server: Server) -> None:
    server.switch(list_order="oldest")
    for _number in range(3):
        back_up(server)
        server.clock.ahead += 60
    times = [row["start_time"] for row in told(server, "jobs")["jobs"]]
    assert len(times) >= 3 and times == sorted(times, reverse=True)


def test_jobs_are_narrowed_down(server: Server) -> None:
    server.seed({})
    good = back_up(server)["resource"]["id"]
    drive("vcsa_backup_schedule", server, run=True, **{**ORDER, "location": "nfs://backup.tech.local/vcenter"})
    server.switch(job_outcome="FAILED")
    refused(server)

    def ids(**options: Any) -> list[str]:
        return [row["id"] for row in told(server, "jobs", **options)["jobs"]]

    assert len(ids()) == 3
    assert len(ids(states=["failed"])) == 1
    assert len(ids(states=["failed", "succeeded"])) == 3
    assert len(ids(type="scheduled")) == 1
    assert len(ids(type="manual")) == 2
    assert len(ids(location=LOCATION)) == 2
    assert ids(job_ids=[good]) == [good]
    assert ids(location=LOCATION, states=["succeeded"], type="manual") == [good]


def test_archives_at_a_location(server: Server) -> None:
    back_up(server, comment="pre patch")
    archives = told(server, "archives", **PLACE)["archives"]
    assert any(row["comment"] == "pre patch" for row in archives)
    (own,) = {row["system_name"] for row in archives}
    narrowed = {"system_names": [own], "archive_filter": {"comment_substring": "pre", "max_results": 1}}
    assert [row["comment"] for row in told(server, "archives", **PLACE, **narrowed)["archives"]] == ["pre patch"]
    later = {"archive_filter": {"start_timestamp": "2999-01-01T00:00:00.000Z"}}
    assert told(server, "archives", **PLACE, **later)["archives"] == []


def test_a_password_in_an_address_is_warned_of(server: Server) -> None:
    back_up(server)
    result = drive(MODULE, server, gather=["archives"], **PLACE)
    in_an_address = [entry for entry in server.journal.entries if "location_password" in str(entry["query"])]
    assert bool(in_an_address) is (result["api_style"] == "rest")
    assert len(result["warnings"]) == (result["api_style"] == "rest")
    assert drive(MODULE, server, **PLACE)["warnings"] == []


def test_archives_need_a_location(server: Server) -> None:
    result = drive(MODULE, server, gather=["archives"])
    assert "Give location" in result["msg"]
    assert not server.journal.entries
    assert "no protocol" in drive(MODULE, server, gather=["archives"], location="host/x")["msg"]


def test_a_location_that_is_not_there(server: Server) -> None:
    result = drive(MODULE, server, gather=["archives"], location="sftp://backup.tech.local/nothing")
    assert result["failed"] and result["error"]["code"] == "NOT_FOUND"


def test_a_query(server: Server) -> None:
    assert told(server, "parts", "schedules", query="parts[?optional].id") == ["seat"]
    assert drive(MODULE, server, query="[")["failed"]
