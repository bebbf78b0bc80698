# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enterprise Manager: how tasks run, whom they belong to, and how the control plane acts on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from simulator.testing import Server, serving_pair, simulated
from support.em_caller import EmCaller

ORACLE = "78c3919c-54d7-43fe-b047-485d3566f11f"
VOLUME = "urn:veeam:Repository:cbd9a4b6-b9ed-4cd6-a091-75b6481c9d55"
CLONE = f"/jobs/{ORACLE}?action=clone"
SPEC = {"BackupJobCloneInfo": {"JobName": "New", "FolderName": "New", "RepositoryUid": VOLUME}}


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("em", clock="polls", polls=4) as made:
        yield made


@pytest.fixture
def caller(server: Server) -> EmCaller:
    return EmCaller(server)


def begun(caller: EmCaller, spec: dict[str, Any] | None = None) -> str:
    answer = caller("POST", CLONE, json=spec or SPEC)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["TaskId"])


def made(server: Server) -> list[str]:
    """The ids of the existing clones, without a look."""
    return [row["id"] for row in server.service.estate.rows("jobs") if row["name"] == "New"]


def looks(caller: EmCaller, task: str, count: int) -> list[dict[str, Any]]:
    return [caller.get(f"/tasks/{task}") for _look in range(count)]


def test_a_task_walks_through_its_states_and_only_the_last_one_links(caller: EmCaller) -> None:
    seen = looks(caller, begun(caller), 5)
    assert [task["State"] for task in seen] == [
        "Running",
        "OperationFinished",
        "OperationFinished",
        "Finished",
        "Finished",
    ]
    assert "Result" not in seen[0]
    assert seen[1]["Result"] == {"Message": "OperationFinished", "Success": True}
    assert [len(task["Links"]) for task in seen] == [1, 1, 1, 2, 2]


def test_the_lists_know_of_a_clone_only_when_its_task_is_finished(server: Server, caller: EmCaller) -> None:
    task = begun(caller)
    looks(caller, task, 3)
    assert not made(server)
    looks(caller, task, 1)
    assert caller.jobs(Name="New")


def test_the_lists_may_lag_behind(server: Server, caller: EmCaller) -> None:
    server.switch(listing_lag=3)
    task = looks(caller, begun(caller), 4)[-1]
    assert task["State"] == "Finished"
    (related,) = (link["Href"] for link in task["Links"] if link["Rel"] == "Related")
    assert [caller("GET", related).status_code for _look in range(4)] == [404, 404, 200, 200]


def test_by_the_clock(server: Server, caller: EmCaller) -> None:
    server.clock.change({"mode": "seconds", "seconds": 60})
    task = begun(caller)
    states = []
    for _step in range(3):
        states.append(looks(caller, task, 1)[0]["State"])
        server.clock.ahead += 31
    assert states == ["Running", "OperationFinished", "Finished"]


def test_at_once_but_answered_as_running() -> None:
    with simulated("em") as server:
        caller = EmCaller(server)
        assert looks(caller, begun(caller), 1)[0]["State"] == "Finished"


def test_tasks_belong_to_their_session(server: Server, caller: EmCaller) -> None:
    assert begun(caller) == "task-1"
    other = EmCaller(server)
    assert other.get("/tasks") == {"Tasks": []}
    stranger = other("GET", "/tasks/task-1")
    assert stranger.status_code == 500
    assert stranger.json()["Message"] == "There is no backup task with id [task-1] in current rest session"
    assert begun(other, {"BackupJobCloneInfo": SPEC["BackupJobCloneInfo"] | {"JobName": "Other"}}) == "task-1"
    assert [task["TaskId"] for task in caller.get("/tasks")["Tasks"]] == ["task-1"]


def test_a_deleted_task_is_gone_and_one_that_ran_never_does_it(server: Server, caller: EmCaller) -> None:
    first, second = begun(caller), begun(caller, {"BackupJobCloneInfo": SPEC["BackupJobCloneInfo"] | {"JobName": "B"}})
    assert caller("DELETE", f"/tasks/{second}").status_code == 204
    assert caller("DELETE", f"/tasks/{second}").status_code == 500
    looks(caller, first, 4)
    server.service.settle()
    assert (len(caller.jobs(Name="New")), len(caller.jobs(Name="B"))) == (1, 0)


def test_work_goes_on_when_the_session_is_over(server: Server, caller: EmCaller) -> None:
    begun(caller)
    caller("DELETE", f"/logonSessions/{caller.logon.json()['SessionId']}")
    other = EmCaller(server)
    for _look in range(4):
        other.get("/tasks")
    assert not other.jobs(Name="New"), "nobody has looked at the task: those of others are not shown"
    for _look in range(16):
        other.get("/tasks")
    assert other.jobs(Name="New")


def test_a_stuck_task_never_ends(server: Server, caller: EmCaller) -> None:
    server.faults.add(do="stick_session", method="POST", path="/jobs/")
    assert {task["State"] for task in looks(caller, begun(caller), 9)} == {"Running"}
    server.service.settle()
    assert not caller.jobs(Name="New")


def test_two_of_one_name_under_way_are_two_requests_but_one_job(server: Server, caller: EmCaller) -> None:
    for task in (begun(caller), begun(caller)):
        looks(caller, task, 5)
    results = [task["Result"]["Success"] for task in caller.get("/tasks")["Tasks"]]
    assert sorted(results) == [False, True]
    assert len(caller.jobs(Name="New")) == 1


def test_tasks_that_overlap_see_each_other(server: Server, caller: EmCaller) -> None:
    for _time in range(2):
        assert caller("POST", f"/jobs/{ORACLE}?action=toggleScheduleEnabled").status_code == 202
    looks(caller, "task-1", 5)
    looks(caller, "task-2", 5)
    assert caller.jobs(Name="Oracle Backup")[0]["ScheduleEnabled"] is True
    caller("DELETE", f"/jobs/{ORACLE}")
    caller("POST", f"/jobs/{ORACLE}?action=toggleScheduleEnabled")
    looks(caller, "task-3", 5)
    looks(caller, "task-4", 5)
    assert [task["Result"]["Success"] for task in caller.get("/tasks")["Tasks"]] == [True, True, True, False]
    assert not caller.jobs(Name="Oracle Backup")


def test_a_job_that_is_gone_meanwhile(server: Server, caller: EmCaller) -> None:
    task = begun(caller)
    server.service.store.remove("jobs", ORACLE)
    assert looks(caller, task, 4)[-1]["Result"]["Success"] is False


def test_a_snapshot_holds_tasks_half_way_and_no_secret(server: Server, caller: EmCaller) -> None:
    task = begun(caller)
    looks(caller, task, 2)
    snapshot = json.loads(json.dumps(server.snapshot()))
    assert caller.token not in json.dumps(snapshot)
    looks(caller, task, 4)
    caller.do("DELETE", f"/jobs/{ORACLE}")
    server.restore(snapshot)
    assert caller.jobs(Name="Oracle Backup")
    assert not made(server)
    assert looks(caller, task, 4)[-1]["State"] == "Finished"
    assert caller.jobs(Name="New")


def test_reset_and_seed(server: Server, caller: EmCaller) -> None:
    server.service.store.remove("jobs", ORACLE)
    server.reset()
    assert caller("GET", "/tasks").status_code == 401
    assert EmCaller(server).jobs(Name="Oracle Backup")
    server.seed(
        {
            "backupServers": [
                {"name": "alone", "description": "", "port": 9392, "version": "13", "wcfPort": 9405, "thumbprint": "00"}
            ]
        }
    )
    fresh = EmCaller(server)
    assert [row["Name"] for row in fresh.get("/backupServers")["Refs"]] == ["alone"]
    assert fresh.jobs() == []
    with pytest.raises(KeyError):
        server.seed({"jobs": [{"name": "lost", "backupServer": "nowhere"}]})


def test_writes_may_be_refused(server: Server, caller: EmCaller) -> None:
    server.readonly()
    assert caller("POST", CLONE, json=SPEC).status_code == 599
    assert caller("DELETE", f"/jobs/{ORACLE}").status_code == 599
    assert EmCaller(server).jobs()
    assert caller("DELETE", f"/logonSessions/{caller.logon.json()['SessionId']}").status_code == 204


def test_a_lost_answer_has_its_effect(server: Server, caller: EmCaller) -> None:
    server.faults.add(do="drop_after", method="POST", path="/jobs/")
    with pytest.raises(requests.ConnectionError):
        caller("POST", CLONE, json=SPEC)
    server.service.settle()
    assert len(caller.jobs(Name="New")) == 1


def test_injected_errors_are_in_the_service_s_own_words(server: Server, caller: EmCaller) -> None:
    server.faults.add(do="status", status=503, path="/jobs$")
    assert caller("GET", "/jobs").json()["StatusCode"] == 503


def test_passwords_are_known_only_by_question(server: Server, caller: EmCaller) -> None:
    assert server.secret_equals("accounts", server.username, "password", server.password)
    assert not server.secret_equals("accounts", server.username, "password", "wrong")
    with pytest.raises(LookupError):
        server.secret_equals("jobs", "Oracle Backup", "password", "x")
    everything = json.dumps([server.snapshot(), server.journal.dump()])
    for secret in (server.password, caller.token):
        assert secret not in everything


def test_it_runs_beside_the_pair_and_is_controlled_like_it() -> None:
    with serving_pair(others=("em",)) as pair:
        server = pair.others["em"]
        assert pair.environment["EM_PORT"] == str(server.port)
        control, trust = f"{pair.control_url}/em", {"verify": pair.ca_path, "timeout": 5}
        answer = requests.patch(f"{control}/switches", json={"json_keys": "camel"}, **trust)  # type: ignore[arg-type]
        assert answer.json()["json_keys"] == "camel"
        assert "jobs" in EmCaller(server).get("/jobs", format="Entity")
        snapshot = requests.get(f"{control}/snapshot", **trust).json()  # type: ignore[arg-type]
        assert len(snapshot["rows"]["backupServers"]) == 2
