# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration backup: run now, and what it holds on to."""

from __future__ import annotations

from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.testing import Server, simulated_pair
from support.quartet import ALL, BUILDS
from support.tasks import drive

REPOSITORY, HINT = "Main Big Repository", "Long-term archive"


@pytest.mark.parametrize("revision", ALL)
def test_a_run_changes_every_time_and_is_waited_for(revision: str, contract: Contract) -> None:
    with simulated_pair(source_build=BUILDS[revision], clock="polls") as pair:
        server, observer = pair.source, ContractObserver(contract)
        server.app.observers.append(observer)
        for _time in range(2):
            server.readonly()
            check = drive("configuration_backup", server, check=True, run=True)
            server.readonly(False)
            result = drive("configuration_backup", server, run=True)
            assert (check["changed"], result["changed"], result["diff"]) == (True, True, check["diff"])
            assert "session" not in check
            assert (result["session"]["state"], result["session"]["result"]["result"]) == ("Stopped", "Success")
            assert result["resource"]["lastSuccessfulBackup"]["sessionId"] == result["session"]["id"]
        assert observer.violations == []


def test_settings_come_first_and_then_the_run(target: Server) -> None:
    drive("configuration_backup", target, restore_points=3, run=True)
    writes = [name for name in target.journal.counts if "configBackup" in name and not name.startswith("GET")]
    assert writes == ["PUT /api/v1/configBackup", "POST /api/v1/configBackup/backup"]


def test_a_run_that_fails_fails_the_task(target: Server) -> None:
    target.clock.change({"mode": "polls", "polls": 1000})
    target.app.observers.append(lambda exchange: _stop(target, exchange.path))
    result = drive("configuration_backup", target, run=True)
    assert result["failed"] is True
    assert "failed" in result["msg"]


def _stop(server: Server, path: str) -> None:
    if path.endswith("/backup"):
        for row in server.service.sessions.rows():
            server.service.sessions.stop(row)


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "status", "status": 204, "body": ""},
        {"do": "status", "status": 200, "body": {}},
        {"do": "status", "status": 200, "body": {"id": "44444444-0000-4000-8000-000000000001"}},
        {"do": "drop_before"},
        {"do": "drop_after"},
        {"do": "truncate"},
    ],
    ids=str,
)
@pytest.mark.parametrize("settings", [{}, {"restore_points": 3}], ids=["alone", "after-settings"])
def test_a_run_that_nobody_knows_of_is_an_unknown_outcome(
    target: Server, settings: dict[str, Any], fault: dict[str, Any]
) -> None:
    target.faults.add(method="POST", path="/configBackup/backup$", **fault)
    result = drive("configuration_backup", target, run=True, **settings)
    assert result.get("failed") is True
    assert "may have been started" in result["msg"] and "starts another one" in result["msg"]
    assert "looks before it writes" not in result["msg"]


@pytest.mark.parametrize("lost", ["session", "settings"])
def test_a_run_that_cannot_be_followed_is_not_said_to_be_looked_for(
    target: Server, swift_clock: object, lost: str
) -> None:
    target.clock.change({"mode": "polls", "polls": 3})
    target.app.observers.append(lambda exchange: _break(target, exchange.path, lost))
    result = drive("configuration_backup", target, run=True)
    assert (result.get("failed"), result["changed"]) == (True, True)
    assert "starts another one" in result["msg"] and "looks before it writes" not in result["msg"]


def test_a_run_that_takes_too_long_says_that_another_task_starts_another_one(
    target: Server, swift_clock: object
) -> None:
    target.clock.change({"mode": "polls", "polls": 1000})
    result = drive("configuration_backup", target, run=True, wait_timeout=5)
    assert "after 5 seconds" in result["msg"] and "starts another one" in result["msg"]
    assert "Run the task again" not in result["msg"]


def _break(server: Server, path: str, lost: str) -> None:
    if path.endswith("/configBackup/backup"):
        gone = "/sessions/" if lost == "session" else "/configBackup$"
        server.faults.add(do="status", status=500, method="GET", path=gone, times=0)


def test_an_unknown_repository_is_named_with_those_that_are_known(target: Server) -> None:
    result = drive("configuration_backup", target, repository="Nowhere")
    assert result["failed"] is True
    assert "Default Backup Repository" in result["msg"]


def test_what_it_needs_cannot_be_removed() -> None:
    with simulated_pair() as pair:
        drive("configuration_backup", pair.source, repository=REPOSITORY, encryption_password_hint=HINT)
        result = drive("encryption_password", pair.source, hint=HINT, state="absent")
        assert "configuration backup" in result["msg"]
        drive("configuration_backup", pair.source, encryption_password_hint="")
        assert drive("encryption_password", pair.source, hint=HINT, state="absent")["changed"] is True
