# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Automation sessions: how they move on, end, are stopped, listed and logged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Pair, simulated_pair
from support.vbr_caller import VbrCaller


def accounts(number: int) -> dict[str, Any]:
    record = {"type": "Standard", "description": "", "password": "Pw&8+long%one=#"}
    return {"credentials": [record | {"username": f"u{n}", "uniqueId": f"t{n}"} for n in range(number)]}


@pytest.fixture
def slow() -> Iterator[Pair]:
    with simulated_pair(clock="polls", polls=4) as made:
        yield made


def begin(caller: VbrCaller, number: int = 4) -> dict[str, Any]:
    answer = caller("POST", "/automation/credentials/import", json=accounts(number))
    assert answer.status_code == 201
    return dict(answer.json())


def looks(caller: VbrCaller, session: dict[str, Any]) -> list[int]:
    """How many accounts are there after each of four looks at the session."""
    found = []
    for _look in range(4):
        caller.get(f"/automation/sessions/{session['id']}")
        found.append(caller.get("/credentials")["pagination"]["total"])
    return found


def test_states_while_time_passes(slow: Pair) -> None:
    caller = VbrCaller(slow.target, "1.2-rev1")
    session = begin(caller)
    seen = [session] + [caller.get(f"/automation/sessions/{session['id']}") for _unused in range(4)]
    assert [each["state"] for each in seen] == ["Starting", "Starting", "Working", "Working", "Stopped"]
    assert [each["progressPercent"] for each in seen] == [0, 25, 50, 75, 100]
    for running in seen[:-1]:
        assert (running["endTime"], running["result"], running["resourceId"]) == (None, None, None)
    assert seen[-1]["result"]["result"] == "Success"


def test_at_once_is_still_answered_as_starting(target: VbrCaller) -> None:
    session = begin(target)
    assert session["state"] == "Starting"
    assert target.get(f"/automation/sessions/{session['id']}")["state"] == "Stopped"


def test_by_the_clock() -> None:
    with simulated_pair(clock="seconds") as pair:
        pair.target.clock.seconds = 100
        caller = VbrCaller(pair.target, "1.2-rev1")
        path = f"/automation/sessions/{begin(caller)['id']}"
        states = []
        for _unused in range(3):
            pair.target.clock.ahead += 40
            states.append(caller.get(path)["state"])
        assert states == ["Working", "Working", "Stopped"]


def test_objects_appear_one_after_another(slow: Pair) -> None:
    caller = VbrCaller(slow.target, "1.2-rev1")
    session = begin(caller)
    assert looks(caller, session) == [1, 2, 3, 4]


def test_the_last_object_comes_with_the_end(slow: Pair) -> None:
    caller = VbrCaller(slow.target, "1.2-rev1")
    session = begin(caller, 1)
    assert looks(caller, session) == [0, 0, 0, 1]


def test_whatever_a_client_asks_in_between_the_session_still_runs(slow: Pair) -> None:
    caller = VbrCaller(slow.target, "1.2-rev1")
    session = begin(caller)
    for _time in range(2):
        for path in ("/credentials", "/jobs", "/sessions", "/serverInfo"):
            caller.get(path)
        assert caller.get(f"/automation/sessions/{session['id']}")["state"] == "Working"


def test_for_a_client_that_never_looks_it_ends_all_the_same(slow: Pair) -> None:
    caller = VbrCaller(slow.target, "1.2-rev1")
    begin(caller)
    found = [caller.get("/credentials")["pagination"]["total"] for _unused in range(20)]
    assert (found[0], found[-2], found[-1]) == (0, 3, 4)


def test_who_does_not_wait_finds_nothing_to_refer_to(slow: Pair) -> None:
    caller = VbrCaller(slow.target, "1.2-rev1")
    begin(caller, 1)
    host = {
        "type": "LinuxHost",
        "name": "h",
        "description": "",
        "sshFingerprint": "x",
        "credentials": {"credentialsName": "u0"},
    }
    assert caller.import_("managedServers", {"linuxHosts": [host]})["result"]["result"] == "Failed"


def test_a_stopped_session_keeps_what_it_made(slow: Pair) -> None:
    caller = VbrCaller(slow.target, "1.2-rev1")
    path = f"/automation/sessions/{begin(caller)['id']}"
    caller.get(path)
    assert caller("POST", f"{path}/stop").json() == {}
    ended = caller.get(path)
    assert (ended["state"], ended["result"]["isCanceled"]) == ("Stopped", True)
    assert 0 < caller.get("/credentials")["pagination"]["total"] < 4


def test_log_is_newest_first_with_one_record_per_object(target: VbrCaller) -> None:
    session = begin(target, 3)
    log = target.get(f"/automation/sessions/{session['id']}/logs")
    assert log["totalRecords"] == 3
    assert [record["id"] for record in log["records"]] == [3, 2, 1]
    assert [record["title"].rsplit(" ", 1)[-1] for record in log["records"]] == ["u2", "u1", "u0"]


@pytest.mark.parametrize(
    ("revision", "own", "info"),
    [("1.1-rev0", "activityId", ...), ("1.2-rev1", "jobId", ...), ("1.3-rev1", "jobId", "")],
)
def test_spelling_by_revision(pair: Pair, revision: str, own: str, info: Any) -> None:
    caller = VbrCaller(pair.target, revision)
    body = accounts(1)
    if revision == "1.1-rev0":
        body["credentials"][0]["tag"] = body["credentials"][0].pop("uniqueId")
    session = caller.import_("credentials", body)
    assert own in session
    assert session["records"][0].get("additionalInfo", ...) == info


def test_only_automation_sessions_are_listed_filtered_and_paged(target: VbrCaller) -> None:
    for number in (1, 2, 3):
        body = accounts(number)
        target.import_("credentials", {"credentials": body["credentials"][-1:]})
    target.import_("credentials", {"credentials": accounts(1)["credentials"]})
    listed = target.get("/automation/sessions")
    assert listed["pagination"] == {"total": 4, "count": 4, "skip": 0, "limit": 200}
    assert {session["sessionType"] for session in listed["data"]} == {"Automation"}
    assert target.get("/automation/sessions", resultFilter="Failed")["pagination"]["total"] == 1
    assert target.get("/automation/sessions", stateFilter="Working")["data"] == []
    assert target.get("/automation/sessions", nameFilter="*credentials*", limit=2, skip=3)["pagination"]["count"] == 1
    newest = target.get("/automation/sessions", orderColumn="CreationTime", orderAsc="false", limit=1)["data"]
    assert newest[0]["usn"] == 4


def test_unknown_session(target: VbrCaller) -> None:
    missing = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"
    for method, tail in (("GET", ""), ("GET", "/logs"), ("POST", "/stop")):
        answer = target(method, f"/automation/sessions/{missing}{tail}")
        assert (answer.status_code, answer.json()["resourceId"]) == (404, missing)


def test_a_restored_snapshot_goes_on_where_it_was(slow: Pair) -> None:
    caller = VbrCaller(slow.target, "1.2-rev1")
    path = f"/automation/sessions/{begin(caller)['id']}"
    slow.target.restore(slow.target.snapshot())
    assert [caller.get(path)["state"] for _unused in range(4)][-1] == "Stopped"
    assert caller.get("/credentials")["pagination"]["total"] == 4
