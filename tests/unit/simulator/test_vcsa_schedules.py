# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schedules of a simulated vCenter, and the archives of their backups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import simulated
from support.vcsa_caller import PIECE, VcsaCaller

STYLES = ("rest", "api")
LOCATION = "sftp://10.0.0.5/backups"
SYSTEM = "vc01.tech.local"
SPEC: dict[str, Any] = {
    "parts": ["seat"],
    "location": LOCATION,
    "location_user": "bk",
    "location_password": PIECE["location_password"],
    "backup_password": PIECE["backup_password"],
    "recurrence_info": {"minute": 59, "hour": 23, "days": ["MONDAY", "FRIDAY"]},
    "retention_info": {"max_count": 2},
    "fast_backup": True,
}
NEVER_SHOWN = {"location_password", "backup_password"}


@pytest.fixture(params=STYLES)
def caller(request: pytest.FixtureRequest) -> Iterator[VcsaCaller]:
    with simulated("vcsa") as server:
        yield VcsaCaller(server, request.param)


def test_a_whole_life(caller: VcsaCaller) -> None:
    done = {"rest": 200, "api": 204}[caller.style]
    answer = caller.schedule("nightly", **SPEC)
    assert (answer.status_code, answer.content) == (done, b"")
    shown = {name: value for name, value in SPEC.items() if name not in NEVER_SHOWN}
    assert caller.get("/schedules/nightly") == {**shown, "parts": ["common", "seat"], "enable": True}
    assert caller.get("/schedules") == {"nightly": caller.get("/schedules/nightly")}
    answer = caller.reschedule("nightly", enable=False)
    assert (answer.status_code, answer.content) == (done, b"")
    assert caller.get("/schedules/nightly")["enable"] is False
    answer = caller("DELETE", "/schedules/nightly")
    assert (answer.status_code, answer.content) == (done, b"")
    assert caller.error(caller("GET", "/schedules/nightly")) == (404, "NOT_FOUND")


def test_unset_is_unchanged(caller: VcsaCaller) -> None:
    """Nothing can be cleared by an update (facts/vcsa.md 2)."""
    caller.schedule("default", **SPEC)
    before = caller.get("/schedules/default")
    assert caller.reschedule("default", retention_info=None, location_user=None).ok
    assert caller.get("/schedules/default") == before
    assert caller.reschedule("default", parts=["common"], retention_info={"max_count": 9}).ok
    assert caller.get("/schedules/default") == {**before, "parts": ["common"], "retention_info": {"max_count": 9}}
    assert caller.server.secret_equals("schedules", "default", "backup_password", PIECE["backup_password"])
    assert caller.reschedule("default", backup_password="Another1!").ok
    assert caller.server.secret_equals("schedules", "default", "backup_password", "Another1!")


def test_what_is_left_out(caller: VcsaCaller) -> None:
    caller.schedule("default", location=LOCATION)
    assert caller.get("/schedules/default") == {"parts": ["common", "seat"], "location": LOCATION, "enable": True}
    caller.server.switch(schedule_parts="given")
    caller.schedule("other", location=LOCATION, parts=["seat"])
    assert caller.get("/schedules/other")["parts"] == ["seat"]


def test_names(caller: VcsaCaller) -> None:
    assert caller.schedule("Default", **SPEC).ok
    assert caller.error(caller.schedule("Default", **SPEC)) == (400, "ALREADY_EXISTS")
    assert caller.schedule("default", **SPEC).ok
    caller.server.switch(second_schedule="refuse")
    assert caller.error(caller.schedule("third", **SPEC)) == (400, "ALREADY_EXISTS")
    for answer in (caller.reschedule("no"), caller("DELETE", "/schedules/no"), caller.run("no")):
        assert caller.error(answer) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "spec",
    [
        {"recurrence_info": {"minute": 60, "hour": 1}},
        {"recurrence_info": {"minute": 1, "hour": 24}},
        {"recurrence_info": {"minute": 1, "hour": 1, "days": ["Monday"]}},
        {"recurrence_info": {"minute": 1}},
        {"retention_info": {"max_count": 0}},
        {"parts": ["unknown"]},
        {"location": "smb://h/s/p q"},
    ],
)
def test_what_no_schedule_can_be_made_of(caller: VcsaCaller, spec: dict[str, Any]) -> None:
    assert caller.error(caller.schedule("default", **{**SPEC, **spec})) == (400, "INVALID_ARGUMENT")
    assert caller.schedule("default", **SPEC).ok
    assert caller.error(caller.reschedule("default", **spec)) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("kind", ["SCHEDULED", "MANUAL"])
def test_running_one_at_once(caller: VcsaCaller, kind: str) -> None:
    caller.server.switch(run_type=kind)
    caller.schedule("default", location=LOCATION, location_user="bk", enable=False, backup_password="Abcdef1!")
    answer = caller.run("default", comment="before the change")
    assert answer.status_code == 200
    job_id = caller.value(answer)["id"]
    details = caller.details(job_id)[job_id]
    assert (details["type"], details["location_user"]) == (kind, "bk")
    assert details["location"].endswith(f"/{kind[0]}_8.0.2.00100_{job_id.rpartition('-')[0]}_before_the_change")
    assert caller.server.secret_equals("jobs", job_id, "backup_password", "Abcdef1!")


@pytest.mark.parametrize(("pruned", "left"), [("scheduled", 5), ("all", 2)])
def test_retention(caller: VcsaCaller, pruned: str, left: int) -> None:
    """There are one archive of the past and two manual ones; whether they count is a switch."""
    caller.server.switch(retention_prunes=pruned)
    caller.schedule("default", location=LOCATION, retention_info={"max_count": 2})
    for _backup in range(2):
        caller.started()
    for _backup in range(3):
        assert caller.run("default").ok
    assert len(caller.value(caller.archives(LOCATION, SYSTEM))) == left


def test_archives(caller: VcsaCaller) -> None:
    job_id = caller.started(comment="pre upgrade", location=f"{LOCATION}/")
    assert caller.value(caller.systems(f"{LOCATION}/")) == [SYSTEM]
    newest, oldest = caller.value(caller.archives(LOCATION, SYSTEM))
    assert newest["comment"] == "pre upgrade"
    assert oldest == {
        "archive": "M_8.0.2.00100_20231209-074557_pre-patch",
        "timestamp": "2023-12-09T07:45:57.000Z",
        "version": "8.0.2.00100",
        "comment": "pre-patch",
    }
    found = caller.value(caller.archive(LOCATION, SYSTEM, newest["archive"]))
    assert found["location"] == caller.details(job_id)[job_id]["location"]
    assert (found["system_name"], found["parts"]) == (SYSTEM, ["common", "seat"])


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"comment_substring": "patch"}, 1),
        ({"comment_substring": "nothing"}, 0),
        ({"max_results": 1}, 1),
        ({"start_timestamp": "2024-01-01T00:00:00Z"}, 1),
        ({"end_timestamp": "2024-01-01T00:00:00.000Z"}, 1),
    ],
)
def test_archives_that_are_asked_for(caller: VcsaCaller, filters: dict[str, Any], count: int) -> None:
    caller.started(comment="")
    assert len(caller.value(caller.archives(LOCATION, SYSTEM, **filters))) == count


def test_where_nothing_lies(caller: VcsaCaller) -> None:
    caller.server.switch(job_outcome="FAILED")
    caller.started(location="sftp://10.9.9.9/x")
    for answer in (
        caller.systems("sftp://10.9.9.9/x"),
        caller.archives("sftp://10.9.9.9/x", SYSTEM),
        caller.archives(LOCATION, "other"),
        caller.archive(LOCATION, SYSTEM, "other"),
    ):
        assert caller.error(answer) == (404, "NOT_FOUND")
