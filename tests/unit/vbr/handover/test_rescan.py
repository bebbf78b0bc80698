# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A repository that comes over with its jobs is rescanned before they wake, once; a rescan that fails is a warning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.core.call import Exchange
from simulator.testing import simulated_pair
from support.clock import SwiftClock
from support.estates import writes
from support.handover import BothAsleepOrOneAwake, Staged, jobs_to_hand_over, staged
from support.quartet import PAIRS_OF_BUILDS

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

STORAGE = "Main Big Repository"
RESCAN = "POST /api/v1/backupInfrastructure/repositories/rescan"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("staged"), hold=[STORAGE])


@pytest.fixture
def ready(once: Staged, swift_clock: SwiftClock) -> Iterator[Staged]:
    """The storage was brought in, its jobs sleep on both servers."""
    once.again()
    observer = BothAsleepOrOneAwake(once.pair)
    once.done()
    brought = once.bring_in()
    assert brought["created"]["repositories"] == [STORAGE], brought
    once.pair.target.journal.clear()
    yield once
    for server in once.pair.servers:
        server.app.observers.clear()
        server.faults.clear()
    assert observer.wrongs == []


def test_it_is_rescanned_once_and_before_the_first_job_wakes(ready: Staged) -> None:
    check = ready.hand_over(check=True)
    assert f"repository {STORAGE}: rescanned on the target\n" in check["diff"][0]["after"]
    assert not writes(ready.pair.target)

    first = ready.done()

    asked = [request for request in writes(ready.pair.target) if "/export" not in request]
    assert asked[0] == RESCAN and asked.count(RESCAN) == 1
    assert any(request.endswith("/enable") for request in asked)
    assert (first["diff"], first["warnings"]) == (check["diff"], [])
    assert ready.done()["changed"] is False
    ready.done(state="rolled_back")
    assert writes(ready.pair.target).count(RESCAN) == 1


def test_each_wave_of_its_jobs_rescans_it(ready: Staged) -> None:
    for number, jobs in enumerate((["Backup Job 2"], ["Backup Job 3"]), start=1):
        ready.done(jobs=jobs)
        assert writes(ready.pair.target).count(RESCAN) == number


@pytest.mark.parametrize("fault", ["session", "lost", "refused", "late", "unlisted"])
def test_a_rescan_that_fails_is_a_warning_and_holds_up_no_job(ready: Staged, fault: str) -> None:
    target = ready.pair.target
    options: dict[str, Any] = {}
    if fault == "late":
        target.clock.change({"mode": "polls", "polls": 10_000})
        options = {"wait_timeout": 60}
    elif fault == "session":

        def gone(exchange: Exchange) -> None:
            if exchange.path.endswith("/rescan"):
                target.faults.add(do="status", status=200, path="/sessions/[^/]+$", body=failed(exchange.response_json))

        target.app.observers.append(gone)
    else:
        path = "repositories$" if fault == "unlisted" else "/rescan$"
        do = {"do": "drop_after"} if fault == "lost" else {"do": "status", "status": 500}
        target.faults.add(path=path, times=0, **do)
    result = ready.done(**options)
    target.clock.change({"mode": "instant"})
    (warning,) = result["warnings"]
    assert f"The repository '{STORAGE}' was not rescanned" in warning and "Rescan it in the console" in warning
    assert result["counts"] == {"cut over": 4}
    assert ready.hand_over()["changed"] is False


def failed(session: dict[str, Any]) -> dict[str, Any]:
    """A session at an end that is none one would like."""
    result = {"result": "Failed", "message": "The share is not there.", "isCanceled": False}
    return {**session, "state": "Stopped", "result": result, "progressPercent": 100}


@pytest.mark.parametrize("revision", PAIRS_OF_BUILDS)
def test_each_revision_is_asked_only_what_it_documents(revision: str, tmp_path: Path, contract: Contract) -> None:
    source, target = PAIRS_OF_BUILDS[revision]
    with simulated_pair(source_build=source, target_build=target, source_seed=jobs_to_hand_over()) as pair:
        ready = staged(pair, tmp_path, hold=[STORAGE])
        ready.done()
        observer = ContractObserver(contract, expected=lambda exchange: exchange.path.endswith("/serverInfo"))
        pair.target.app.observers.append(observer)
        assert not ready.bring_in().get("failed")
        result = ready.done()
        assert observer.judged > 0 and observer.violations == []
        old = revision in ("1.0-rev2", "1.1-rev0")
        assert writes(pair.target).count(RESCAN) == (0 if old else 1)
        assert ["has no request for it" in warning for warning in result["warnings"]] == [True] * old
