# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration backup: run now, and what it holds on to."""

from __future__ import annotations

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


def test_an_unknown_repository_is_named_with_those_that_are_known(target: Server) -> None:
    result = drive("configuration_backup", target, repository="Nowhere")
    assert result["failed"] is True
    assert "Default Backup Repository" in result["msg"]


def test_what_it_needs_cannot_be_removed() -> None:
    with simulated_pair() as pair:
        drive("configuration_backup", pair.source, repository=REPOSITORY, encryption_password_hint=HINT)
        result = drive("encryption_password", pair.source, hint=HINT, state="absent")
        assert "Backup Configuration Job" in result["msg"]
        drive("configuration_backup", pair.source, encryption_password_hint="")
        assert drive("encryption_password", pair.source, hint=HINT, state="absent")["changed"] is True
