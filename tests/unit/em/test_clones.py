# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several clones in one task: one logon session, all planned before the first, and one that fails hides no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contract.em import EmContractObserver
from support.clock import SwiftClock
from support.em import (
    BACKUP,
    BRANCH,
    FORMATS,
    FRESH,
    IMMEDIATE_COPY,
    MAIN,
    REPLICA,
    TWICE,
    Manager,
    clone,
    enterprise_manager,
    jobs,
    sent,
    signed_in,
)

CLONES: list[dict[str, Any]] = [
    {"source": BACKUP, "name": "Billing Backup"},
    {"source": REPLICA, "name": "Billing Replication", "vm_suffix": "_billing", "schedule_enabled": True},
    {"source": TWICE, "backup_server": BRANCH, "name": "Billing Backup"},
    {"source": IMMEDIATE_COPY, "name": "Billing Copy"},
]
CLONE = {"method": "POST", "path": "/api/jobs/"}


@pytest.fixture(name="manager", params=list(FORMATS))
def simulated_manager(request: pytest.FixtureRequest, em_clock: SwiftClock) -> Iterator[Manager]:
    with enterprise_manager(request.param) as server:
        server.app.observers.append(observer := EmContractObserver())
        yield server
    assert observer.violations == []


def test_a_list_of_clones_changes_once(manager: Manager) -> None:
    manager.readonly()
    check = clone(manager, check=True, clones=CLONES)
    assert (check.get("msg"), check["changed"]) == (None, True)
    assert [item["action"] for item in check["resources"]] == ["create"] * len(CLONES)

    manager.readonly(False)
    change = clone(manager, clones=CLONES)
    assert (change.get("msg"), change["changed"], change["failed_objects"]) == (None, True, {})
    assert change["diff"] == check["diff"]
    assert [item["resource"]["Name"] for item in change["resources"]] == [desired["name"] for desired in CLONES]
    assert [item["backup_server"] for item in change["resources"]] == [MAIN, MAIN, BRANCH, MAIN]
    # The two runs so far.
    assert manager.journal.counts["POST /api/sessionMngr/"] == 2

    manager.readonly()
    for check_mode in (True, False):
        again = clone(manager, check=check_mode, clones=CLONES)
        assert (again.get("msg"), again["changed"], again["diff"]) == (None, False, [])
    assert (sent(manager, "clone"), signed_in(manager)) == (len(CLONES), 0)


def test_an_empty_list_is_nothing_to_do(manager: Manager) -> None:
    assert clone(manager, clones=[]) == {
        "changed": False,
        "diff": [],
        "resources": [],
        "failed_objects": {},
        "warnings": [],
    }


def test_a_clone_that_cannot_be_planned_stops_all_of_them(manager: Manager) -> None:
    wrong = [{"source": "Nobody", "name": "One"}, {"source": FRESH, "name": "Two"}]
    refused = clone(manager, clones=[CLONES[0], *wrong])
    assert "2 of 3 clones cannot be made, so nothing was sent." in refused["msg"]
    assert set(refused["failed_objects"]["jobs"]) == {"One", "Two"}
    assert "'One': source: there is no 'Nobody'" in refused["msg"]
    assert sent(manager, "clone") == 0


def test_all_bad_texts_are_refused_at_once_before_anything_is_sent(manager: Manager) -> None:
    refused = clone(manager, clones=[{"source": BACKUP, "name": "x" * 51}, {"source": BACKUP, "name": " y"}, CLONES[0]])
    assert "2 of 3 clones cannot be made" in refused["msg"]
    assert not manager.journal.entries


@pytest.mark.parametrize("second", ["Billing Backup", "BILLING backup"])
def test_two_clones_cannot_have_one_name_on_one_server(manager: Manager, second: str) -> None:
    refused = clone(manager, clones=[CLONES[0], {"source": TWICE, "backup_server": MAIN, "name": second}])
    assert "stands in the list twice" in refused["msg"]
    assert sent(manager, "clone") == 0


def test_a_clone_of_a_clone_needs_a_second_task(manager: Manager) -> None:
    chain = [CLONES[0], {"source": "Billing Backup", "name": "Billing Backup 2", "repository": "CRM Volume"}]
    assert "source: there is no 'Billing Backup'" in clone(manager, clones=chain)["msg"]
    clone(manager, clones=chain[:1])
    assert clone(manager, clones=chain)["changed"]


def test_a_clone_that_fails_does_not_stop_the_others(manager: Manager) -> None:
    manager.faults.add(do="status", status=400, body={"Message": "The disk is full."}, skip=1, **CLONE)
    failed = clone(manager, clones=CLONES)
    assert (failed["failed"], failed["changed"]) == (True, True)
    assert list(failed["failed_objects"]["jobs"]) == ["Billing Replication"]
    assert "1 of 4 clones failed." in failed["msg"]
    assert "The disk is full." in failed["msg"]
    assert [item["changed"] for item in failed["resources"]] == [True, False, True, True]
    rest = clone(manager, clones=CLONES)
    assert [item["changed"] for item in rest["resources"]] == [False, True, False, False]


def test_a_server_that_refuses_the_sign_in_is_not_tried_again(manager: Manager) -> None:
    manager.faults.add(do="expire_token", skip=1, **CLONE)
    manager.faults.add(do="status", status=401, method="POST", path="/sessionMngr", skip=1, times=0)
    failed = clone(manager, clones=CLONES)
    reasons = failed["failed_objects"]["jobs"]
    assert "sign-in" in reasons["Billing Replication"]
    assert reasons["Billing Copy"].startswith("Not tried.")
    assert sent(manager, "clone") == 2


@pytest.mark.parametrize("lost", ["drop_before", "drop_after", "truncate"])
@pytest.mark.parametrize("number", range(len(CLONES)))
def test_a_lost_answer_makes_no_second_clone(manager: Manager, lost: str, number: int) -> None:
    manager.faults.add(do=lost, skip=number, **CLONE)
    clone(manager, clones=CLONES)
    manager.faults.clear()
    second = clone(manager, clones=CLONES)
    assert not second.get("failed"), second
    assert [len(jobs(manager, name)) for name in ("Billing Backup", "Billing Replication", "Billing Copy")] == [2, 1, 1]
