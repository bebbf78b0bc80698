# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of Enterprise Manager: switched, run and removed, each as a quartet where the server shows the state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contract.em import EmContractObserver
from support.clock import SwiftClock
from support.em import (
    BACKUP,
    BRANCH,
    COPY,
    FORMATS,
    FRESH,
    IMMEDIATE_COPY,
    MAIN,
    REPLICA,
    TWICE,
    Manager,
    ask,
    enterprise_manager,
    jobs,
    sent,
    signed_in,
)

WRITE = {"path": "/api/jobs/78c3919c-54d7-43fe-b047-485d3566f11f$"}
POLL = {"method": "GET", "path": "/api/tasks/"}
RUNS = {"started": "start", "stopped": "stop", "retried": "retry", "synced": "sync"}


@pytest.fixture(name="manager", params=list(FORMATS))
def simulated_manager(request: pytest.FixtureRequest, em_clock: SwiftClock) -> Iterator[Manager]:
    with enterprise_manager(request.param) as server:
        server.app.observers.append(observer := EmContractObserver())
        yield server
    assert observer.violations == []


def job(server: Manager, state: str, check: bool = False, **options: Any) -> dict[str, Any]:
    return ask("em_job", server, check, **{"name": BACKUP, **options, "state": state})


@pytest.mark.parametrize("state", ["disabled", "enabled", "absent"])
def test_a_state_changes_once(manager: Manager, state: str) -> None:
    if state == "enabled":
        job(manager, "disabled")
    manager.readonly()
    check = job(manager, state, check=True)
    assert (check.get("msg"), check["changed"], check["backup_server"]) == (None, True, MAIN)

    manager.readonly(False)
    change = job(manager, state)
    assert (change.get("msg"), change["changed"], change["diff"]) == (None, True, check["diff"])
    enabled = None if state == "absent" else state == "enabled"
    assert change["resource"].get("ScheduleEnabled") is enabled
    assert len(jobs(manager, BACKUP)) == (state != "absent")

    manager.readonly()
    for check_mode in (True, False):
        again = job(manager, state, check=check_mode)
        assert (again.get("msg"), again["changed"], again["diff"]) == (None, False, [])
    assert signed_in(manager) == 0


@pytest.mark.parametrize(
    ("name", "state"),
    [(BACKUP, "started"), (BACKUP, "stopped"), (REPLICA, "retried"), (COPY, "synced"), (IMMEDIATE_COPY, "synced")],
)
def test_a_run_is_asked_for_each_time(manager: Manager, name: str, state: str) -> None:
    manager.readonly()
    check = job(manager, state, check=True, name=name)
    assert (check.get("msg"), check["changed"]) == (None, True)
    manager.readonly(False)
    for count in (1, 2):
        change = job(manager, state, name=name)
        assert (change.get("msg"), change["changed"], change["diff"]) == (None, True, check["diff"])
        assert f'Job "{name}" triggered to {RUNS[state]}' in change["message"]
        assert change["resource"]["Name"] == name
        assert sent(manager, RUNS[state]) == count


@pytest.mark.parametrize(
    ("options", "state", "reason"),
    [
        ({"name": "Nobody"}, "started", "name: there is no 'Nobody'. There are: Appserver Replication,"),
        ({"name": TWICE}, "absent", f"name: there are several jobs '{TWICE}'"),
        ({"name": TWICE}, "disabled", "Give backup_server, or the id."),
        ({"backup_server": "nowhere"}, "absent", "backup_server: there is no 'nowhere'"),
        ({"name": COPY}, "started", "cannot be started: the server does not offer it. It can be synced."),
        ({}, "synced", "It can be started, stopped, retried."),
    ],
)
def test_bad_input_is_one_clear_error(manager: Manager, options: dict[str, Any], state: str, reason: str) -> None:
    manager.readonly()
    refused = job(manager, state, **options)
    assert reason in refused["msg"]


def test_jobs_of_one_name_are_distinguished_by_their_backup_server(manager: Manager) -> None:
    gone = job(manager, "absent", name=TWICE, backup_server=BRANCH)
    assert (gone["changed"], gone["backup_server"]) == (True, BRANCH)
    assert len(jobs(manager, TWICE)) == 1
    assert job(manager, "absent", name=TWICE, backup_server=BRANCH)["changed"] is False


@pytest.mark.parametrize("state", ["disabled", "absent"])
@pytest.mark.parametrize("lost", ["drop_before", "drop_after", "truncate"])
def test_a_lost_answer_is_looked_up(manager: Manager, state: str, lost: str) -> None:
    method = "DELETE" if state == "absent" else "POST"
    manager.faults.add(do=lost, method=method, **WRITE)
    first = job(manager, state)
    assert bool(first.get("failed")) == (lost == "drop_before")
    second = job(manager, state)
    assert (second.get("msg"), second["changed"]) == (None, lost == "drop_before")


@pytest.mark.parametrize("lost", ["drop_after", "truncate"])
def test_a_start_whose_answer_was_lost_is_found_among_the_tasks(manager: Manager, lost: str) -> None:
    manager.faults.add(do=lost, method="POST", **WRITE)
    started = job(manager, "started")
    assert (started.get("msg"), started["changed"], sent(manager, "start")) == (None, True, 1)


def test_a_start_without_a_trace_is_an_unknown_outcome(manager: Manager) -> None:
    manager.faults.add(do="drop_before", method="POST", **WRITE)
    assert "broke before the answer arrived" in job(manager, "started")["msg"]
    manager.faults.add(do="expire_token", **POLL)
    assert "cannot be followed to its end" in job(manager, "started")["msg"]
    assert sent(manager, "start") == 2


@pytest.mark.parametrize("state", ["disabled", "absent"])
def test_a_task_that_ends_with_its_session_is_seen_by_its_effect(manager: Manager, state: str) -> None:
    manager.faults.add(do="expire_token", **POLL)
    ended = job(manager, state)
    assert (ended.get("msg"), ended["changed"], signed_in(manager)) == (None, True, 0)


@pytest.mark.parametrize("state", ["disabled", "absent"])
def test_lists_may_lag_behind_the_task(manager: Manager, state: str) -> None:
    manager.switch(listing_lag=6)
    assert job(manager, state).get("msg") is None
    assert job(manager, state)["changed"] is False


def test_a_job_that_someone_else_removed_is_gone(manager: Manager) -> None:
    manager.faults.add(do="status", status=404, method="DELETE", **WRITE)
    refused = job(manager, "absent")
    assert refused["failed"], "It is still there."
    manager.faults.add(do="delay", method="DELETE", **WRITE)

    def remove(exchange: Any) -> None:
        if exchange.query.get("type") == ["BackupServer"]:
            manager.service.estate.store.remove("jobs", "78c3919c-54d7-43fe-b047-485d3566f11f")

    manager.app.observers.append(remove)
    assert job(manager, "absent")["changed"]


def test_a_task_that_takes_too_long_is_an_error(manager: Manager, em_clock: SwiftClock) -> None:
    manager.faults.add(do="stick_session", method="POST", **WRITE)
    late = job(manager, "started", wait_timeout=10)
    assert "task task-1 (StartJob) is still Running after 10 seconds" in late["msg"]


@pytest.mark.parametrize("state", ["absent", "disabled", "started"])
def test_a_job_that_is_listed_with_the_id_of_another_is_not_touched(manager: Manager, state: str) -> None:
    """A server that lists a job with an id that is not its own, or that nobody has."""
    manager.faults.add(do="status", status=404, method="GET", path="/api/jobs/", times=1)
    before = manager.snapshot()["rows"]["jobs"]
    refused = job(manager, state)
    assert (refused["failed"], refused["changed"]) == (True, False)
    assert "which is not its own" in refused["msg"]
    assert manager.snapshot()["rows"]["jobs"] == before
    assert [
        entry for entry in manager.journal.entries if entry["method"] == "DELETE" and "/jobs/" in entry["path"]
    ] == []


def test_of_jobs_that_differ_by_case_only_the_exact_one_is_meant(manager: Manager) -> None:
    [own], [other] = jobs(manager, BACKUP), jobs(manager, FRESH)
    other["name"], other["backupServer"] = BACKUP.upper(), own["backupServer"]
    for name, row in ((BACKUP, own), (BACKUP.upper(), other)):
        assert row["id"] in job(manager, "started", check=True, name=name)["resource"]["UID"]
    message = job(manager, "started", check=True, name=BACKUP.lower())["msg"]
    assert all(f"{row['id']} ({row['name']})" in message for row in (own, other))
