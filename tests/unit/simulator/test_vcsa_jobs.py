# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup jobs of a simulated vCenter: one at a time, from start to end, as jobs and in the details."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from simulator.testing import Server, simulated
from support.vcsa_caller import PIECE, VcsaCaller, invoke

STYLES = ("rest", "api")
JOB = "com.vmware.appliance.recovery.backup.job"
WORKING = {"duration", "size", "progress", "start_time"}
MEASURES = WORKING | {"end_time", "error"}
HOUR = 3600


@pytest.fixture(params=STYLES)
def start(request: pytest.FixtureRequest) -> Iterator[Callable[..., VcsaCaller]]:
    """Makes a vCenter with a clock, and a caller of it."""
    style: str = request.param
    managers = []

    def made(clock: str = "polls", polls: int = 4) -> VcsaCaller:
        manager = simulated("vcsa", clock=clock, polls=polls)
        managers.append(manager)
        return VcsaCaller(manager.__enter__(), style)

    yield made
    for manager in managers:
        manager.__exit__(None, None, None)


def test_a_job_goes_on_by_looks(start: Callable[..., VcsaCaller]) -> None:
    caller = start(polls=4)
    answer = caller.create()
    assert answer.status_code == {"rest": 200, "api": 201}[caller.style]
    job = caller.value(answer)
    assert job == {**job, "state": "INPROGRESS", "progress": 0, "messages": []}
    assert "end_time" not in job
    seen = [caller.job(job["id"]) for _look in range(5)]
    assert [each["state"] for each in seen] == ["INPROGRESS"] * 3 + ["SUCCEEDED"] * 2
    assert [each["progress"] for each in seen] == [25, 50, 75, 100, 100]
    assert ["end_time" in each for each in seen] == [False] * 3 + [True] * 2
    assert seen[-1]["start_time"] == job["start_time"] <= seen[-1]["end_time"]


def test_a_job_of_hours(start: Callable[..., VcsaCaller]) -> None:
    caller = start(clock="seconds")
    clock = caller.server.clock
    clock.change({"seconds": 5 * HOUR})
    caller.server.switch(idle_seconds=2 * HOUR)
    job_id = caller.started()
    states = []
    for _hour in range(6):
        clock.change({"ahead": clock.ahead + HOUR})
        job = caller.job(job_id)
        states.append((job["state"], job["progress"]))
    assert states == [*[("INPROGRESS", done) for done in (20, 40, 60, 80)], ("SUCCEEDED", 100), ("SUCCEEDED", 100)]
    assert caller.details(job_id)[job_id]["duration"] >= 5 * HOUR


def test_a_job_that_takes_no_time(start: Callable[..., VcsaCaller]) -> None:
    caller = start(clock="instant")
    job = caller.value(caller.create())
    assert (job["state"], job["progress"]) == ("SUCCEEDED", 100)
    assert caller.job(job["id"]) == job


def test_only_one_at_a_time(start: Callable[..., VcsaCaller]) -> None:
    caller = start(polls=99)
    assert caller.schedule("default", location="sftp://10.0.0.5/backups").ok
    job_id = caller.started()
    for answer in (caller.create(), caller.validate(), caller.run("default")):
        assert caller.error(answer) == (400, "FEATURE_IN_USE")
    refused = invoke(caller.server, caller.id, "com.vmware.appliance.recovery.restore.job.create", piece=_restore())
    [(kind, fields)] = refused["error"]["ERROR"].items()
    assert kind == "com.vmware.vapi.std.errors.feature_in_use"
    assert fields["error_type"] == {"OPTIONAL": "FEATURE_IN_USE"}
    caller.server.service.settle()
    assert caller.job(job_id)["state"] == "SUCCEEDED"
    assert caller.create().ok


def _restore() -> object:
    fields = {"location_type": "SFTP", "location": "sftp://10.0.0.5/backups"}
    return {"STRUCTURE": {"com.vmware.appliance.recovery.restore.job.restore_request": fields}}


def test_ids_are_times_and_none_is_used_twice(start: Callable[..., VcsaCaller]) -> None:
    caller = start(clock="instant")
    made = [caller.started() for _job in range(5)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"\d{8}-\d{6}-\d+", job_id) for job_id in made)
    assert caller.get("/job")[:5] == made[::-1]
    caller.server.switch(list_order="oldest")
    assert caller.get("/job")[-5:] == made


def test_a_job_that_fails(start: Callable[..., VcsaCaller]) -> None:
    caller = start()
    caller.server.switch(job_outcome="FAILED", job_message="disk full on the backup server")
    job_id = caller.started()
    caller.server.service.settle()
    job = caller.job(job_id)
    assert job["state"] == "FAILED"
    assert [message["default_message"] for message in job["messages"]] == ["disk full on the backup server"]
    assert job["end_time"]


def test_canceling(start: Callable[..., VcsaCaller]) -> None:
    caller = start(polls=9)
    job_id = caller.started()
    answer = caller.cancel(job_id)
    assert (answer.status_code, caller.value(answer)) == (200, {"status": "OK", "messages": []})
    job = caller.job(job_id)
    assert (job["state"], job["messages"][0]["id"]) == ("FAILED", "simulator.job.canceled")
    again = caller.value(caller.cancel(job_id))
    assert (again["status"], len(again["messages"])) == ("FAIL", 1)
    caller.server.switch(cancel_finished="WARNING")
    assert caller.value(caller.cancel(job_id))["status"] == "WARNING"
    assert caller.error(caller.cancel("20200101-000000-1")) == (404, "NOT_FOUND")


def test_a_canceled_job_may_take_its_time(start: Callable[..., VcsaCaller]) -> None:
    caller = start(polls=9)
    caller.server.switch(cancel_looks=2)
    job_id = caller.started()
    caller.cancel(job_id)
    assert [caller.job(job_id)["state"] for _look in range(3)] == ["INPROGRESS", "FAILED", "FAILED"]


def test_a_stuck_job_ends_only_by_hand(start: Callable[..., VcsaCaller]) -> None:
    caller = start(polls=1)
    caller.server.faults.add(do="stick_session", method="POST", path="/job$")
    job_id = caller.started()
    seen = [caller.job(job_id) for _look in range(5)]
    assert {(job["state"], job["progress"]) for job in seen} == {("INPROGRESS", 99)}
    caller.cancel(job_id)
    assert caller.job(job_id)["state"] == "FAILED"


@pytest.mark.parametrize(
    ("shown", "measures"),
    [("RUNNING", WORKING), ("PENDING", set()), ("BLOCKED", {"start_time"})],
)
def test_details_of_a_running_job(start: Callable[..., VcsaCaller], shown: str, measures: set[str]) -> None:
    caller = start(polls=9)
    caller.server.switch(details_of_running=shown)
    job_id = caller.started()
    found = caller.details(job_id)[job_id]
    assert found["status"] == shown
    assert MEASURES & set(found) == measures
    assert found["cancelable"]


@pytest.mark.parametrize("outcome", ["SUCCEEDED", "FAILED"])
def test_details_of_a_finished_job(start: Callable[..., VcsaCaller], outcome: str) -> None:
    caller = start(clock="instant")
    caller.server.switch(job_outcome=outcome)
    found = caller.details(job_id := caller.started())[job_id]
    assert (found["status"], found["type"], found["cancelable"]) == (outcome, "MANUAL", False)
    assert MEASURES & set(found) == WORKING | {"end_time"}
    assert found["location_user"] == "bk"
    assert found["progress"]["total"] == 100


def test_details_of_those_that_are_asked_for(start: Callable[..., VcsaCaller]) -> None:
    caller = start(clock="instant")
    first, second, third = (caller.started() for _job in range(3))
    assert list(caller.details(first, third, "unknown")) == [third, first]
    assert {first, second, third} < set(caller.details())


@pytest.mark.parametrize(
    ("kind", "location", "url"),
    [
        ("SFTP", "sftp://10.0.0.5/backups/", "sftp://10.0.0.5/backups"),
        ("SCP", "10.0.0.5/var/backups", "scp://10.0.0.5/var/backups"),
        ("SCP", "host:/data/bk", "scp://host/data/bk"),
        ("NFS", "nfs://10.0.0.5:/nfs/vc", "nfs://10.0.0.5:/nfs/vc"),
        ("SMB", "10.0.0.5/F$/Backups", "smb://10.0.0.5/F$/Backups"),
    ],
)
def test_details_show_a_url(start: Callable[..., VcsaCaller], kind: str, location: str, url: str) -> None:
    caller = start(clock="instant")
    job_id = caller.started(location_type=kind, location=location)
    assert caller.details(job_id)[job_id]["location"].startswith(f"{url}/vCenter/sn_vc01.tech.local/M_8.0.2.00100_")
    caller.server.switch(directory="none")
    job_id = caller.started(location_type=kind, location=location)
    assert caller.details(job_id)[job_id]["location"].startswith(f"{url}/sn_vc01.tech.local/M_")


@pytest.mark.parametrize(("asked", "kept"), [([], {"common"}), (["seat"], {"common", "seat"})])
def test_what_is_not_optional_is_always_in_it(start: Callable[..., VcsaCaller], asked: list[str], kept: object) -> None:
    caller = start(clock="instant")
    caller.started(parts=asked)
    [newest] = caller.value(caller.archives(PIECE["location"], "vc01.tech.local", max_results=1))
    assert set(caller.value(caller.archive(PIECE["location"], "vc01.tech.local", newest["archive"]))["parts"]) == kept


def test_parts_and_their_sizes(start: Callable[..., VcsaCaller]) -> None:
    caller = start()
    assert [(part["id"], part["optional"]) for part in caller.get("/parts")] == [("common", False), ("seat", True)]
    assert all(isinstance(caller.get(f"/parts/{part['id']}"), int) for part in caller.get("/parts"))
    unknown = caller.error(caller("GET", "/parts/unknown"))
    assert unknown == ((400, "ERROR") if caller.style == "rest" else (500, "ERROR"))
    assert caller.error(caller.create(parts=["common", "unknown"])) == (400, "INVALID_ARGUMENT")


def test_newer_releases_know_more_of_parts(start: Callable[..., VcsaCaller]) -> None:
    caller = start()
    assert not any("standalone" in part for part in caller.get("/parts"))
    caller.server.switch(release="9.1.1", supervisors="on")
    shown = {part["id"]: part["standalone"] for part in caller.get("/parts")}
    assert shown == {"common": False, "seat": False, "supervisors": True}


def test_old_releases_know_fewer_places_and_no_fast_backup() -> None:
    with simulated("vcsa") as server:
        server.switch(release="6.7.0")
        caller = VcsaCaller(server, "rest")
        assert caller.error(caller.create(location_type="NFS", location="nfs://h/x")) == (400, "INVALID_ARGUMENT")
        assert caller.error(caller.create(fast_backup=True)) == (400, "UNEXPECTED_INPUT")
        assert "build" not in next(iter(caller.details().values()))
        server.switch(release="8.0.2")
        assert caller.create(fast_backup=True).ok


def test_a_saved_job_goes_on_where_it_was(start: Callable[..., VcsaCaller]) -> None:
    caller = start(polls=5)
    job_id = caller.started()
    before = caller.job(job_id)
    saved = caller.server.snapshot()
    caller.server.service.settle()
    assert caller.job(job_id)["state"] == "SUCCEEDED"
    caller.server.restore(saved)
    after = caller.job(job_id)
    assert (after["state"], after["progress"]) == ("INPROGRESS", before["progress"] + 20)


def test_a_running_vcenter_restores_nothing(start: Callable[..., VcsaCaller]) -> None:
    caller = start(clock="instant")
    place = f"/{caller.style}/appliance/recovery"
    assert caller.get(place) == {"supported": True}
    assert caller.get(f"{place}/restore/job") == {"state": "NONE", "messages": [], "progress": 0}
    request = {"location_type": "SFTP", "location": "sftp://10.0.0.5/backups"}
    body = {"piece": request} if caller.style == "rest" else request
    answer = caller("POST", f"{place}/restore/job", json=body)
    assert caller.error(answer) == (400, "NOT_ALLOWED_IN_CURRENT_STATE")
    assert caller.error(caller("GET", f"{place}/reconciliation/job")) == (404, "NOT_FOUND")


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("vcsa", clock="polls", polls=3) as made:
        yield made


def test_the_three_faces_show_one_state(server: Server) -> None:
    rest, api = VcsaCaller(server, "rest"), VcsaCaller(server, "api")
    job_id = rest.started()
    server.service.settle()
    assert api.job(job_id) == rest.job(job_id)
    found = invoke(server, rest.id, f"{JOB}.get", id=job_id)["output"]["STRUCTURE"][f"{JOB}.backup_job_status"]
    assert found == {**rest.job(job_id), "end_time": {"OPTIONAL": rest.job(job_id)["end_time"]}}
    assert api.get("/job") == rest.get("/job") == invoke(server, api.id, f"{JOB}.list")["output"]
