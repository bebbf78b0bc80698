# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backing up a vCenter: the request is validated, sent once, and its backup waited for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server
from support.tasks import drive
from support.vcsa import (
    INFO,
    JOB,
    LOCATION,
    ORDER,
    SECRETS,
    STYLES,
    back_up,
    begun,
    keep_busy,
    left_open,
    refused,
    vcenter,
)

HOUR = 3600
LONG_AFTER = 100_000


@pytest.fixture(params=STYLES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A vCenter that has one style only; a backup takes three polls."""
    with vcenter("polls", styles=request.param) as (made, _clock):
        yield made


# -- one backup --------------------------------------------------------------------------------------------------------


def test_a_backup_is_started_and_waited_for(server: Server) -> None:
    lines: list[str] = []
    server.readonly()
    check = back_up(server, check=True)
    assert (check["changed"], check["resource"], begun(server)) == (True, {}, 0)
    server.readonly(False)

    done = drive(JOB, server, progress=lines, **ORDER)

    assert (done["changed"], done["action"], done["diff"]) == (True, "start", check["diff"])
    assert (done["request"], done["validation"]) == (check["request"], {"status": "OK", "messages": []})
    job = done["resource"]
    assert (job["state"], job["raw_state"], job["progress"], job["type"]) == ("succeeded", "SUCCEEDED", 100, "MANUAL")
    assert job["location"].startswith(LOCATION) and job["size"] > 0 and job["end_time"] >= job["start_time"]
    assert [line.partition(": ")[2] for line in lines] == ["started", "running, 33%", "running, 66%", "succeeded, 100%"]
    assert (begun(server), left_open(server), done["warnings"]) == (1, 0, [])


def test_every_option_arrives_at_the_appliance(server: Server) -> None:
    options = {"location": "backup.tech.local/vcenter", "location_type": "NFS", "comment": "pre patch"}
    result = back_up(server, parts=["seat"], fast_backup=True, **options)
    (sent,) = [
        entry["body"].get("piece", entry["body"])
        for entry in server.journal.entries
        if entry["path"].endswith("/job") and entry["method"] == "POST"
    ]
    assert sent == {**result["request"], "backup_password": "***", "location_password": "***"}
    assert {name: sent[name] for name in options} == options
    assert (sent["parts"], sent["fast_backup"]) == (["seat"], True)
    job_id = result["resource"]["id"]
    for field, value in SECRETS.items():
        assert server.service.holds_secret({"kind": "jobs", "id": job_id, "field": field, "value": value})


def test_an_option_that_is_not_given_is_not_sent(server: Server) -> None:
    result = drive(JOB, server, location=LOCATION, parts=[])
    assert result["request"] == {"location": LOCATION, "location_type": "SFTP", "parts": []}
    assert result["warnings"] == ["Without backup_password the backup is stored unencrypted."]


def test_the_appliance_chooses_the_parts_if_none_are_given(server: Server) -> None:
    assert back_up(server)["request"]["parts"] == ["common", "seat"]


def test_without_wait_the_backup_is_left_running(server: Server) -> None:
    result = back_up(server, wait=False)
    assert (result["changed"], result["resource"]["state"]) == (True, "running")


def test_a_backup_that_fails_fails_the_task(server: Server) -> None:
    server.switch(job_outcome="FAILED", job_message="The target is full.")
    result = drive(JOB, server, **ORDER)
    assert result["failed"] is True
    assert "failed: " in result["msg"] and "The target is full." in result["msg"]
    assert any("The target is full." in text for text in result["messages"])
    assert result["resource"]["state"] == "failed"
    assert left_open(server) == 0


def test_wait_timeout_ends_the_wait(server: Server) -> None:
    server.clock.change({"mode": "polls", "polls": LONG_AFTER})
    result = drive(JOB, server, wait_timeout=60, **ORDER)
    assert "is still running after 60 seconds" in result["msg"] and "on_busy: attach" in result["msg"]
    assert result["job_id"] in result["msg"]


@pytest.mark.parametrize("word", ["PENDING", "BLOCKED", "RUNNING"])
def test_every_state_of_a_running_backup_is_understood(server: Server, word: str) -> None:
    server.switch(details_of_running=word)
    job_id = keep_busy(server)
    assert job_id in refused(server)
    (row,) = drive(INFO, server, gather=["jobs"], job_ids=[job_id])["resource"]["jobs"]
    assert (row["raw_state"], row["state"]) == (word, word.lower())


def test_a_backup_of_hours_outlives_its_sessions() -> None:
    with vcenter("seconds", idle_seconds=600, lifetime_seconds=HOUR) as (server, clock):
        server.clock.change({"seconds": 3 * HOUR})
        done = back_up(server, parts=["common"])
        assert done["resource"]["state"] == "succeeded"
        assert done["resource"]["duration"] >= 3 * HOUR
        assert clock.time > 2.9 * HOUR
        signed_in = [path for path in server.journal.counts if path.startswith("POST") and path.endswith("session")]
        assert sum(server.journal.counts[path] for path in signed_in) in (3, 4)
        assert (begun(server), left_open(server)) == (1, 0)


@pytest.mark.parametrize("state", ["SUCCEEDED", "INPROGRESS"])
def test_a_backup_that_was_there_before_is_not_taken_for_the_one_that_was_ordered(
    server: Server, swift_clock: object, state: str
) -> None:
    old = back_up(server)["resource"]
    job = {"id": old["id"], "state": state, "messages": [], "progress": 100, "start_time": "2026-11-28T14:32:18.984Z"}
    body = {"value": job} if server.service.switches.styles == "rest" else job
    server.faults.add(do="status", status=201, body=body, method="POST", path="/backup/job$")
    result = drive(JOB, server, **ORDER)
    assert result.get("failed") is True
    assert old["id"] in result["msg"] and "may have been started" in result["msg"]
    assert begun(server) == 2


# -- validated before anything is sent ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"backup_password": "short"}, "backup_password"),
        ({"location": "sftp://-oProxyCommand/x"}, "hyphen"),
        ({"location_type": "SMB"}, "location_type is SMB"),
        ({"location": "backup.tech.local/x"}, "no protocol"),
        ({"location_user": "-v"}, "hyphen"),
        ({"comment": "a\nb"}, "comment"),
        ({"max_age": "soon"}, "max_age"),
        ({"job_id": "1"}, "job_id"),
    ],
)
def test_bad_input_is_refused_before_any_request(server: Server, options: dict[str, Any], complaint: str) -> None:
    assert complaint in refused(server, **options)
    assert not server.journal.entries


def test_unknown_parts_are_refused_with_the_known_ones(server: Server) -> None:
    assert "no part stats. Its parts are: common, seat." in refused(server, parts=["seat", "stats"])
    assert begun(server) == 0


def test_a_backup_that_the_appliance_refuses_is_not_started(server: Server) -> None:
    server.switch(unreachable_host="backup.tech.local")
    for check in (True, False):
        result = drive(JOB, server, check=check, **ORDER)
        assert "the appliance refuses the backup" in result["msg"]
        assert result["validation"]["status"] == "FAIL" and result["validation"]["messages"]
    assert begun(server) == 0


@pytest.mark.parametrize("way", ["refuse", "error"])
def test_a_refusal_is_understood_in_either_form(server: Server, way: str) -> None:
    server.switch(unreachable_host="backup.tech.local", violation_in_validate=way, violation_in_create="refuse")
    result = drive(JOB, server, **ORDER)
    assert result["failed"] and "backup.tech.local" in result["msg"]
    assert drive(INFO, server)["resource"]["running"] is None


def test_a_warning_of_the_appliance_is_a_warning_of_the_task(server: Server) -> None:
    server.switch(validate_status="WARNING")
    result = back_up(server)
    assert result["changed"] is True
    assert any(text.startswith("The appliance warns: ") for text in result["warnings"])


@pytest.mark.parametrize("fault", [{"do": "status", "status": 500}, {"do": "drop_after"}, {"do": "truncate"}])
def test_a_failed_validation_does_not_prevent_the_backup(server: Server, fault: dict[str, Any]) -> None:
    server.faults.add(path="/backup(/validate)?$", method="POST", **fault)
    result = back_up(server)
    assert result["changed"] is True
    assert any("did not validate" in text for text in result["warnings"])


@pytest.mark.parametrize("check", [True, False])
def test_validate_only_starts_nothing(server: Server, check: bool) -> None:
    server.readonly()
    result = back_up(server, check=check, validate_only=True)
    assert (result["changed"], result["action"], result["validation"]["status"]) == (False, "validate", "OK")
    assert (begun(server), result["diff"]) == (0, [])


def test_validate_only_fails_if_the_appliance_refuses_or_is_busy(server: Server) -> None:
    server.switch(unreachable_host="backup.tech.local")
    assert "refuses the backup" in refused(server, validate_only=True)
    server.switch(unreachable_host="")
    job_id = keep_busy(server)
    assert job_id in refused(server, validate_only=True, on_busy="attach")
    server.faults.add(do="status", status=500, path="/backup(/validate)?$", method="POST", times=0)
    assert "500" in refused(server, validate_only=True)
