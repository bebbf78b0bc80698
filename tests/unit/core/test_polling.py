# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wait outlasts an outage, ends where the work ends, and says what goes on at the server when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Clock
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    BadAnswer,
    CertificateRefused,
    Forbidden,
    NotFound,
    Rejected,
    RestError,
    ServerFault,
    TaskFailed,
    TimedOut,
    Unreachable,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.polling import (
    OUTAGE_SECONDS,
    ended_badly,
    poll,
    started,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._em import client as em
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr import client as vbr
from simulator.testing import Server, simulated_pair
from support.clock import SwiftClock
from support.em import BACKUP, ask, enterprise_manager
from support.tasks import drive
from support.vcsa import JOB, ONE_SCHEDULE, ORDER, SCHEDULE, WHOLE, vcenter

OUTAGES = [
    Unreachable("refused"),
    ServerFault("busy", status=503),
    BadAnswer("cut off"),
    Rejected("slow down", status=429),
]
NO_OUTAGES = [CertificateRefused("not trusted"), NotFound("gone"), Forbidden("no"), Rejected("no", status=400)]


def wait(clock: SwiftClock, failure: RestError, seconds: float, timeout: float = 3600) -> str:
    """Wait for something that is ready after the failure has lasted for so many seconds."""

    def read() -> str:
        if clock.time < seconds:
            raise failure
        return "ready"

    return poll(read, bool, Clock(clock.now, clock.sleep), timeout, lambda latest: TimedOut("late"))


@pytest.mark.parametrize("failure", OUTAGES, ids=lambda failure: type(failure).__name__)
def test_an_outage_is_outlasted_by_time(clock: SwiftClock, failure: RestError) -> None:
    assert wait(clock, failure, OUTAGE_SECONDS - 10) == "ready"


@pytest.mark.parametrize("failure", OUTAGES, ids=lambda failure: type(failure).__name__)
@pytest.mark.parametrize("timeout", [20, 3600])
def test_an_outage_that_is_too_long_is_raised_as_it_is(clock: SwiftClock, failure: RestError, timeout: float) -> None:
    with pytest.raises(type(failure)):
        wait(clock, failure, 10_000, timeout)
    assert clock.time <= min(timeout, OUTAGE_SECONDS)


@pytest.mark.parametrize("failure", NO_OUTAGES, ids=lambda failure: type(failure).__name__)
def test_what_is_no_outage_ends_the_wait_at_once(clock: SwiftClock, failure: RestError) -> None:
    with pytest.raises(type(failure)):
        wait(clock, failure, 10)
    assert clock.time == 0


def test_each_outage_has_its_own_time(clock: SwiftClock) -> None:
    def read() -> bool:
        if clock.time % 200 < 190:
            raise Unreachable("refused")
        return clock.time > 1000

    poll(read, bool, Clock(clock.now, clock.sleep), 3600, lambda latest: TimedOut("late"))
    assert clock.time > 1000


@pytest.mark.parametrize(
    ("state", "bad"),
    [("Failed", True), ("canceled", True), ("CANCELLED", True), ("Finished", False), ("Working", False), (None, False)],
)
def test_some_states_are_a_bad_end_in_plain_words(state: Any, bad: bool) -> None:
    assert ended_badly(state) is bad


@pytest.mark.parametrize(
    ("failure", "hint"),
    [
        (BadAnswer("cut off", "Nothing was changed by this request; run the task again."), "Attach."),
        (Forbidden("no", "Ask for a role."), "Ask for a role. Attach."),
        (TimedOut("late", "Raise wait_timeout."), "Raise wait_timeout."),
        (TaskFailed("it failed"), ""),
    ],
)
def test_what_fails_after_the_start_says_what_was_started(failure: RestError, hint: str) -> None:
    with pytest.raises(RestError) as caught, started("Attach.", job_id="job-1"):
        raise failure
    assert (caught.value.hint, caught.value.facts) == (hint, {"job_id": "job-1", "changed": True})


# -- the same for every service ----------------------------------------------------------------------------------------

# How a task of a service starts work and follows it, on a clock where waiting takes no time; what a poll asks for; and
# the key under which the result names the work.
Work = tuple[Server, Callable[[], dict[str, Any]], str, str]


@contextmanager
def vcenter_backup() -> Iterator[Work]:
    with vcenter(clock="polls", polls=12) as (server, _clock):
        yield server, lambda: drive(JOB, server, **ORDER), "/backup/job/", "job_id"


@contextmanager
def em_start() -> Iterator[Work]:
    with enterprise_manager("json", polls=12) as server, mock.patch.object(em, "Clock", SwiftClock):
        yield server, lambda: ask("em_job", server, name=BACKUP, state="started"), "/api/tasks/", "task_id"


@contextmanager
def vbr_run() -> Iterator[Work]:
    with simulated_pair(clock="polls", polls=12) as pair, mock.patch.object(vbr, "Clock", SwiftClock):
        server = pair.source
        name = drive("info", server, resource="jobs")["resources"][0]["name"]
        yield server, lambda: drive("job_run", server, name=name), "/sessions/[^/]+$", "session_id"


WORKS = [vcenter_backup, em_start, vbr_run]
FAULTS = [{"do": "status", "status": 503}, {"do": "drop_before"}]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault["do"]))
@pytest.mark.parametrize("work", WORKS)
def test_an_outage_in_the_middle_does_not_end_a_wait(work: Any, fault: dict[str, Any]) -> None:
    """Of eight polls, which are half a minute or more."""
    with work() as (server, run, path, _key):
        server.faults.add(method="GET", path=path, skip=2, times=8, **fault)
        result = run()
        assert not result.get("failed"), result["msg"]
        assert result["changed"] is True


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault["do"]))
@pytest.mark.parametrize("work", WORKS)
def test_a_wait_that_fails_says_what_goes_on(work: Any, fault: dict[str, Any]) -> None:
    with work() as (server, run, path, key):
        server.faults.add(method="GET", path=path, skip=2, times=0, **fault)
        result = run()
        assert result["failed"] and result["changed"] is True
        assert result[key]
        assert "Nothing was changed" not in result["msg"]
        assert "again" in result["msg"] or "attach" in result["msg"]


@pytest.mark.parametrize("state", ["Failed", "Canceled"])
def test_a_task_that_ended_in_plain_words_is_not_polled_for_ever(state: str) -> None:
    with em_start() as (server, run, path, key):
        task = {"TaskId": "task-1", "State": state, "Result": {"Success": True, "Message": "No space"}}
        server.faults.add(do="status", status=200, body=task, method="GET", path=path, times=0)
        result = run()
        assert result["failed"] and f"failed: {state}, No space" in result["msg"] and result[key] == "task-1"
        assert sum(entry["path"].startswith("/api/tasks/") for entry in server.journal.entries) == 1


def test_what_was_written_is_said_though_it_cannot_be_read_back() -> None:
    with vcenter() as (server, _clock):
        server.faults.add(do="status", status=403, method="GET", path=ONE_SCHEDULE, skip=1, times=0)
        result = drive(SCHEDULE, server, **WHOLE)
        assert result["failed"] and result["changed"] is True
