# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated vCenter refuses in a request, and when: in the check, at once, or after the job has run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import simulated
from support.vcsa_caller import VcsaCaller

STYLES = ("rest", "api")
WRONG: list[tuple[dict[str, Any], str]] = [
    *[({"backup_password": word}, "password.policy") for word in ("Abcde1!", "A" * 15 + "bcde1!", "abcdefg1!")],
    *[({"backup_password": word}, "password.policy") for word in ("ABCDEFG1!", "Abcdefgh!", "Abcdefgh1", "Abcdef 1!")],
    ({"backup_password": "Abcdéf1!"}, "password.policy"),
    ({"location": "ftp://10.0.0.5/backups"}, "location.scheme"),
    ({"location": "gopher://10.0.0.5/backups"}, "location.scheme"),
    ({"location": "sftp://-oProxyCommand/backups"}, "location.malformed"),
    ({"location": "sftp://10.0.0.5/back ups"}, "location.malformed"),
    ({"location": "sftp://10.0.0.5/back\nups"}, "location.malformed"),
    ({"location": "sftp:///backups"}, "location.malformed"),
    ({"location": ""}, "location.malformed"),
    ({"location": "sftp://10.6.6.6/backups"}, "location.unreachable"),
    ({"location": "10.6.6.6/backups"}, "location.unreachable"),
]


@pytest.fixture(params=STYLES)
def caller(request: pytest.FixtureRequest) -> Iterator[VcsaCaller]:
    with simulated("vcsa") as server:
        server.switch(unreachable_host="10.6.6.6")
        yield VcsaCaller(server, request.param)


def ids(messages: list[dict[str, Any]]) -> list[str]:
    return [message["id"] for message in messages]


@pytest.mark.parametrize(("changes", "named"), WRONG)
def test_the_check_reports_it(caller: VcsaCaller, changes: dict[str, Any], named: str) -> None:
    result = caller.value(caller.validate(**changes))
    assert (result["status"], ids(result["messages"])) == ("FAIL", [f"simulator.{named}"])


@pytest.mark.parametrize(("changes", "named"), WRONG)
def test_a_job_is_refused_at_once(caller: VcsaCaller, changes: dict[str, Any], named: str) -> None:
    jobs = caller.get("/job")
    answer = caller.create(**changes)
    assert caller.error(answer) == (400, "INVALID_ARGUMENT")
    assert named in answer.text
    assert caller.get("/job") == jobs


@pytest.mark.parametrize(("changes", "named"), WRONG)
def test_or_fails_later(caller: VcsaCaller, changes: dict[str, Any], named: str) -> None:
    caller.server.switch(violation_in_create="late")
    job = caller.job(caller.started(**changes))
    assert (job["state"], ids(job["messages"])) == ("FAILED", [f"simulator.{named}"])


def test_or_is_an_error_without_a_name(caller: VcsaCaller) -> None:
    caller.server.switch(violation_in_create="error", violation_in_validate="error")
    status = {"rest": 400, "api": 500}[caller.style]
    for answer in (caller.create(backup_password="short"), caller.validate(backup_password="short")):
        assert caller.error(answer) == (status, "ERROR")


def test_the_check_may_refuse_too(caller: VcsaCaller) -> None:
    caller.server.switch(violation_in_validate="refuse")
    assert caller.error(caller.validate(backup_password="short")) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("status", ["OK", "WARNING", "FAIL"])
def test_the_check_may_have_another_status(caller: VcsaCaller, status: str) -> None:
    caller.server.switch(validate_status=status)
    result = caller.value(caller.validate())
    assert (result["status"], len(result["messages"])) == (status, 0 if status == "OK" else 1)
    assert caller.create().ok


@pytest.mark.parametrize(
    "changes",
    [
        {"location_type": "SCP", "location": "10.0.0.5/var/backups"},
        {"location_type": "NFS", "location": "nfs://10.0.0.5:/nfs/vc"},
        {"location_type": "SFTP", "location": "sftp://[fd00::5]:2222/backups"},
        {"location_type": "FTPS", "location": "FTPS://backup.tech.local/vc"},
        {"backup_password": "A!bcdef1"},
        {"backup_password": "Z" * 17 + "a0~"},
    ],
)
def test_what_is_right(caller: VcsaCaller, changes: dict[str, Any]) -> None:
    assert caller.value(caller.validate(**changes))["status"] == "OK"
    assert caller.create(**changes).ok


def test_a_schedule_is_held_to_the_same_rules(caller: VcsaCaller) -> None:
    for spec in ({"location": "10.0.0.5/backups"}, {"location": "sftp://h/x", "backup_password": "short"}):
        assert caller.error(caller.schedule("default", **spec)) == (400, "INVALID_ARGUMENT")
    assert caller.get("/schedules") == ([] if caller.style == "rest" else {})
    assert caller.schedule("default", location="sftp://10.6.6.6/backups").ok
    job = caller.job(caller.value(caller.run("default"))["id"])
    assert (job["state"], ids(job["messages"])) == ("FAILED", ["simulator.location.unreachable"])
