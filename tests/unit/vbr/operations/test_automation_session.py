# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One automation session: info, wait, logs, stop; by its id or the latest."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.testing import Server
from support.estates import account, estate_of, linux_host, writes
from support.tasks import drive
from support.vbr_caller import VbrCaller

SLOW = {"mode": "polls", "polls": 20}


def start(server: Server, name: str = "one") -> str:
    """Start an import without waiting; returns the id of its session."""
    spec = estate_of(credentials=[account(name, password="Fh3&session+Wq8=")])
    result = drive("import", server, spec=spec, api_version="1.2-rev1", wait=False)
    return str(result["sessions"][0]["id"])


def start_failing(server: Server) -> None:
    """Leave a session behind that failed: the account its host wants is not there."""
    host = linux_host("linux01.tech.local", account("gone", "tech\\gone"))
    VbrCaller(server, "1.2-rev1").import_("managedServers", {"linuxHosts": [host]})


@pytest.mark.parametrize("action", ["info", "wait", "logs", "stop"])
def test_the_latest_session_is_meant_if_none_is_named(target: Server, action: str) -> None:
    start(target)
    latest = start(target, "two")
    assert drive("session", target, action=action)["resource"]["id"] == latest


@pytest.mark.parametrize("action", ["info", "wait", "logs", "stop"])
def test_a_session_is_found_by_its_id(target: Server, action: str) -> None:
    first = start(target)
    start(target, "two")
    result = drive("session", target, action=action, session_id=first)
    assert result["resource"]["id"] == first
    assert (result["changed"], result["finished"], result["result"]) == (False, True, "Success")


@pytest.mark.parametrize("action", ["wait", "logs", "stop"])
def test_its_log_is_shown_oldest_first(target: Server, action: str) -> None:
    session = start(target)
    log = drive("session", target, action=action, session_id=session)["log"]
    assert [row["id"] for row in log] == sorted(row["id"] for row in log)
    assert [row["status"] for row in log] == ["Succeeded"]


def test_info_reads_no_log(target: Server) -> None:
    start(target)
    assert "log" not in drive("session", target)
    assert not [path for path in target.journal.counts if path.endswith("/logs")]


def test_a_log_may_be_empty_and_is_there_all_the_same(target: Server) -> None:
    target.clock.change({**SLOW, "polls": 1000})
    start(target)
    result = drive("session", target, action="logs")
    assert (result["log"], result["finished"], result["result"]) == ([], False, "None")


def test_waiting_ends_with_the_session(target: Server, swift_clock: Any) -> None:
    target.clock.change(SLOW)
    start(target)
    assert drive("session", target)["finished"] is False
    result = drive("session", target, action="wait")
    assert (result["finished"], result["result"], len(result["log"])) == (True, "Success", 1)
    assert swift_clock.slept


@pytest.mark.parametrize("action", ["wait", "stop"])
def test_waiting_has_a_deadline(target: Server, swift_clock: Any, action: str) -> None:
    target.clock.change(SLOW)
    target.faults.add(do="stick_session", path="/import$")
    session = start(target)
    target.faults.add(do="status", status=200, path="/stop$", body={})
    result = drive("session", target, action=action, wait_timeout=30)
    assert result["failed"] and f"session {session} is still Working after 30 seconds" in result["msg"]
    assert sum(swift_clock.slept) <= 30


def test_waiting_for_a_session_that_failed_is_a_failure_that_shows_its_log(target: Server) -> None:
    start_failing(target)
    result = drive("session", target, action="wait")
    assert result["failed"] and "ended with Failed" in result["msg"]
    assert result["resource"]["state"] == "Stopped"
    assert [row["status"] for row in result["log"]] == ["Failed"]


@pytest.mark.parametrize("action", ["info", "logs", "stop"])
def test_showing_a_session_that_failed_is_no_failure(target: Server, action: str) -> None:
    start_failing(target)
    result = drive("session", target, action=action)
    assert not result.get("failed"), result["msg"]
    assert result["result"] == "Failed"


def test_a_warning_is_no_failure(target: Server) -> None:
    target.switch(duplicates="skip")
    start(target)
    VbrCaller(target, "1.2-rev1").import_("credentials", {"credentials": [account("one", password="Fh3&again+Wq8=")]})
    result = drive("session", target, action="wait")
    assert not result.get("failed"), result["msg"]
    assert result["result"] == "Warning"


def test_stopping_ends_it_and_shows_how_it_ended(target: Server) -> None:
    target.clock.change({**SLOW, "polls": 1000})
    session = start(target)
    result = drive("session", target, action="stop", session_id=session)
    assert (result["changed"], result["finished"], result["result"]) == (True, True, "Failed")
    assert writes(target)[-1] == f"POST /api/v1/automation/sessions/{session}/stop"


def test_every_role_may_look_and_the_server_says_who_may_stop(target: Server) -> None:
    target.clock.change({**SLOW, "polls": 1000})
    start(target)
    viewer = {"username": target.viewer.username, "password": target.viewer.password}
    for action in ("info", "logs"):
        assert not drive("session", target, action=action, **viewer).get("failed"), action
    assert "-> 403" in drive("session", target, action="stop", **viewer)["msg"]
