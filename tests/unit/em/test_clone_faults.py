# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clones when things go wrong: answers are lost, sessions end, tasks fail. No clone is made twice, or unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.core.call import Exchange
from support.clock import SwiftClock
from support.em import BACKUP, FORMATS, Manager, clone, enterprise_manager, jobs, sent, signed_in

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

NAME = "Billing Backup"
PAGE = "<html><title>Sign in to the proxy</title></html>"
CLONE = {"method": "POST", "path": "/api/jobs/"}
POLL = {"method": "GET", "path": "/api/tasks/"}
EVER = {"times": 0}
# Every way in which one request can be badly answered.
ANSWERS: dict[str, dict[str, Any]] = {
    "never arrived": {"do": "drop_before"},
    "no answer": {"do": "drop_after"},
    "half an answer": {"do": "truncate"},
    "a proxy's page": {"do": "status", "status": 200, "body": PAGE},
    "an empty body": {"do": "status", "status": 200, "body": ""},
    "other JSON": {"do": "status", "status": 200, "body": {"Jobs": [None], "data": [], "Links": "none"}},
    "a proxy's error page": {"do": "status", "status": 502, "body": PAGE},
    "a redirect": {"do": "status", "status": 302, "body": PAGE, "headers": {"Location": "https://login.local/"}},
    "an empty error": {"do": "status", "status": 500, "body": ""},
    "the end of the session": {"do": "expire_token"},
}


@pytest.fixture(name="manager", params=list(FORMATS))
def simulated_manager(request: pytest.FixtureRequest, em_clock: SwiftClock) -> Iterator[Manager]:
    with enterprise_manager(request.param) as server:
        yield server


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_request_is_badly_answered_the_next_run_leaves_one_clone(
    answer: str, form: str, em_clock: SwiftClock
) -> None:
    options = {"schedule_enabled": True}
    with enterprise_manager(form) as server:
        clone(server, **options)
        total = len(server.journal.entries)
    assert total > 10
    for number in range(total):
        with enterprise_manager(form) as server:
            server.faults.add(skip=number, **ANSWERS[answer])
            first = clone(server, **options)
            server.faults.clear()
            assert bool(first.get("failed")) == bool(first.get("msg")), number
            server.app.exclusively(server.service.settle)
            second = clone(server, **options)
            assert not second.get("failed"), (number, first, second)
            assert second["resource"]["ScheduleEnabled"] is True
            assert len(jobs(server, NAME)) == 1, number
            assert sent(server, "clone") <= 2
            if answer != "never arrived" and not first.get("failed"):
                assert second["changed"] is False, number


@pytest.mark.parametrize("lost", ["drop_after", "truncate"])
def test_a_lost_answer_is_found_among_the_tasks_of_the_session(manager: Manager, lost: str) -> None:
    manager.faults.add(do=lost, **CLONE)
    made = clone(manager)
    assert (made.get("msg"), made["changed"], made["resource"]["Name"]) == (None, True, NAME)
    assert sent(manager, "clone") == 1


def test_a_lost_answer_is_found_by_the_name_of_the_job(manager: Manager) -> None:
    manager.faults.add(do="drop_after", **CLONE)
    manager.faults.add(do="expire_token", method="GET", path="/api/tasks$")
    assert clone(manager)["resource"]["Name"] == NAME
    assert sent(manager, "clone") == 1


@pytest.mark.parametrize("lost", ["drop_before", "drop_after"])
def test_a_lost_answer_without_a_trace_is_found_by_the_second_run(manager: Manager, lost: str) -> None:
    manager.faults.add(do=lost, **CLONE)
    manager.faults.add(do="status", status=503, method="GET", path="/api/tasks$", **EVER)
    first = clone(manager)
    assert "broke before the answer arrived" in first["msg"]
    assert "run the task again: it looks before it writes" in first["msg"]
    assert sent(manager, "clone") == 1

    manager.faults.clear()
    manager.app.exclusively(manager.service.settle)
    second = clone(manager)
    assert (second.get("msg"), second["changed"]) == (None, lost == "drop_before")
    assert (len(jobs(manager, NAME)), sent(manager, "clone")) == (1, 1 if lost == "drop_after" else 2)


def test_failed_polls_do_not_end_the_wait(manager: Manager) -> None:
    manager.faults.add(do="status", status=500, times=3, **POLL)
    assert clone(manager)["changed"]


@pytest.mark.parametrize("fault", [{"do": "status", "status": 500}, {"do": "drop_before"}, {"do": "truncate"}])
def test_a_task_that_cannot_be_read_is_seen_by_its_effect(manager: Manager, fault: dict[str, Any]) -> None:
    manager.faults.add(**fault, **POLL, **EVER)
    made = clone(manager)
    assert (made["changed"], made["resource"]["Name"]) == (True, NAME)
    assert sent(manager, "clone") == 1


def test_a_task_that_ends_with_its_session_is_seen_by_its_effect(manager: Manager) -> None:
    manager.faults.add(do="expire_token", **POLL)
    made = clone(manager)
    assert (made["changed"], made["resource"]["Name"]) == (True, NAME)
    # The new session would not know the task.
    assert manager.journal.counts["GET /api/tasks/task-1"] == 1
    assert (sent(manager, "clone"), signed_in(manager)) == (1, 0)


def test_a_task_that_cannot_be_polled_any_more_is_an_unknown_outcome(manager: Manager) -> None:
    manager.faults.add(do="expire_token", **POLL)
    manager.faults.add(do="stick_session", **CLONE)
    unknown = clone(manager, wait_timeout=60)
    assert "task task-1 (CloneJob) cannot be followed to its end" in unknown["msg"]
    assert "Run the task again later: it looks first." in unknown["msg"]


def test_a_task_that_takes_too_long_is_an_error_and_the_session_is_ended(
    manager: Manager, em_clock: SwiftClock
) -> None:
    manager.faults.add(do="stick_session", **CLONE)
    late = clone(manager, wait_timeout=30)
    assert "task task-1 (CloneJob) is still Running after 30 seconds" in late["msg"]
    assert signed_in(manager) == 0
    assert em_clock.time > 20


def test_a_task_in_operation_finished_is_polled_on(manager: Manager) -> None:
    """The backup server is done then, but Enterprise Manager does not show the job yet."""
    states: list[str] = []

    def watch(exchange: Exchange) -> None:
        if exchange.path == "/api/tasks/task-1":
            states.append(exchange.response_body.decode())

    manager.app.observers.append(watch)
    manager.clock.change({"mode": "polls", "polls": 4})
    assert clone(manager)["changed"]
    assert sum("OperationFinished" in state for state in states[:-1]) >= 2
    assert ">Finished<" in states[-1] or '"Finished"' in states[-1]


@pytest.mark.parametrize("outcome", ["bad_request", "failed_task"])
def test_a_clone_that_the_server_refuses_is_an_error(manager: Manager, outcome: str) -> None:
    manager.switch(wrong_action=outcome)

    def spoil(exchange: Exchange) -> None:
        """Between looking and writing somebody else forbids it."""
        for row in list(manager.service.estate.rows("jobs")):
            row["clonable"] = False

    manager.app.observers.append(spoil)
    refused = clone(manager, repository="Backup Volume 01", name=NAME)
    assert refused["failed"]
    assert refused["changed"] is False
    manager.app.observers.clear()


@pytest.mark.parametrize("outcome", ["bad_request", "failed_task"])
def test_a_name_that_was_taken_meanwhile_fails_with_the_message_of_the_server(manager: Manager, outcome: str) -> None:
    manager.switch(duplicate_name=outcome)

    def take(exchange: Exchange) -> None:
        if exchange.query.get("type") == ["Backup"]:
            template = next(row for row in manager.service.estate.rows("jobs") if row["name"] == BACKUP)
            manager.service.estate.store.add("jobs", {**template, "name": NAME}, "11111111-2222-4333-8444-555555555555")

    manager.app.observers.append(take)
    refused = clone(manager)
    assert f"Simulated: there is a job named {NAME}" in refused["msg"]
    assert sent(manager, "clone") == 1
    if outcome == "failed_task":
        assert "Nevertheless there is a job of this name now" in refused["msg"]
        assert refused["resource"]["Name"] == NAME


def test_a_clone_that_is_made_although_its_task_failed_is_reported(manager: Manager) -> None:
    manager.switch(clone_verdict="denied")
    failed = clone(manager)
    assert "Simulated: the job could not be cloned" in failed["msg"]
    assert (failed["failed"], failed["changed"], failed["resource"]["Name"]) == (True, True, NAME)
    again = clone(manager)
    assert (again["changed"], sent(manager, "clone")) == (False, 1)


def test_a_task_that_fails_with_not_found_is_tried_again(manager: Manager, em_clock: SwiftClock) -> None:
    """Enterprise Manager was seen not to find a fresh job for a moment (facts/em.md 7)."""
    hidden: list[dict[str, Any]] = []
    estate = manager.service.estate

    def hide(exchange: Exchange) -> None:
        if exchange.query.get("action") == ["clone"] and sent(manager, "clone") == 1:
            hidden.append(next(row for row in estate.rows("jobs") if row["name"] == BACKUP))
            estate.store.remove("jobs", hidden[0]["id"])
        elif hidden and em_clock.slept[-1:] == [5.0]:
            estate.store.add("jobs", hidden[0], hidden[0]["id"])

    manager.app.observers.append(hide)
    made = clone(manager)
    assert (made.get("msg"), made["changed"], sent(manager, "clone")) == (None, True, 2)
    assert len(jobs(manager, NAME)) == 1


@pytest.mark.parametrize("fault", [{"do": "truncate"}, {"do": "status"}, {"do": "status", "status": 404}])
def test_a_new_job_that_cannot_be_read_at_once_is_read_again(manager: Manager, fault: dict[str, Any]) -> None:
    manager.faults.add(method="GET", path="/api/jobs/", times=2, **fault)
    assert clone(manager)["resource"]["Name"] == NAME


def test_a_new_job_that_cannot_be_read_by_its_id_is_known_by_its_name(manager: Manager) -> None:
    manager.faults.add(do="status", status=404, method="GET", path="/api/jobs/", **EVER)
    made = clone(manager)
    assert (made.get("msg"), made["changed"], made["resource"]["Name"]) == (None, True, "Billing Backup")


@pytest.mark.parametrize("other", ["Oracle Backup", "CRM Backup Copy"])
def test_a_job_that_the_task_was_about_is_not_taken_for_the_clone(em_clock: SwiftClock, other: str) -> None:
    """The first link may be that of the source, or of any other job: its schedule is left alone."""
    with enterprise_manager("json") as server:
        (before,) = jobs(server, other)
        link = {"Rel": "Related", "Type": "Job", "Href": f"https://elsewhere.example:9398/api/jobs/{before['id']}"}
        done = {"TaskId": "task-1", "State": "Finished", "Result": {"Success": True}, "Links": [link]}
        server.faults.add(do="status", status=200, body=done, **POLL)
        made = clone(server, schedule_enabled=False)
        assert made["changed"] is True
        assert made.get("resource", {}).get("Name") in (None, "Billing Backup")
        assert jobs(server, other) == [before]


def test_lists_may_lag_behind_the_task(manager: Manager) -> None:
    manager.switch(listing_lag=6)
    made = clone(manager, schedule_enabled=True)
    assert (made.get("msg"), made["resource"]["ScheduleEnabled"]) == (None, True)
    assert sent(manager, "toggleScheduleEnabled") == 1


def test_a_toggle_whose_answer_was_lost_is_not_sent_again(manager: Manager) -> None:
    manager.faults.add(do="drop_after", skip=1, **CLONE)
    made = clone(manager, schedule_enabled=True)
    assert (made.get("msg"), made["resource"]["ScheduleEnabled"]) == (None, True)
    assert sent(manager, "toggleScheduleEnabled") == 1


def test_a_clone_whose_schedule_cannot_be_switched_is_reported(manager: Manager) -> None:
    manager.faults.add(do="status", status=400, skip=1, **CLONE)
    failed = clone(manager, schedule_enabled=True)
    assert (failed["failed"], failed["changed"], failed["resource"]["Name"]) == (True, True, NAME)
    switched = clone(manager, schedule_enabled=True)
    assert (switched["action"], switched["changed"]) == ("update", True)


@pytest.mark.parametrize("row", [{"UID": "urn:veeam:Job:1"}, {"Name": BACKUP}, {"Name": BACKUP, "UID": ""}], ids=str)
def test_a_row_that_is_no_job_is_an_error(row: dict[str, Any], em_clock: SwiftClock) -> None:
    with enterprise_manager("json") as server:
        server.faults.add(do="status", status=200, body={"Entities": {"Jobs": [row]}}, path="/api/query")
        assert "without a name or without a UID" in clone(server)["msg"]
