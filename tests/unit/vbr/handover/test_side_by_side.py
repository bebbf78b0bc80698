# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that change hands side by side: as one by one in the end, one step after the other, at servers that are busy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http
from simulator.core.call import Exchange
from simulator.testing import Pair, serving_pair, simulated_pair
from support.estates import writes
from support.faults.stories import Step, back, back_and_gone, cut
from support.handover import BothAsleepOrOneAwake, Staged, jobs_to_hand_over, row, staged, standing

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

WRITES = ("/enable", "/disable")


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("staged"))


@pytest.fixture
def ready(once: Staged) -> Iterator[Staged]:
    """Answers that take long enough to be under way together."""
    observer = BothAsleepOrOneAwake(once.pair)
    for server in once.pair.servers:
        server.app.latency = 0.003
        server.crowd.reset()
    yield once
    for server in once.pair.servers:
        server.app.observers.clear()
        server.faults.clear()
        server.app.latency = 0.0
    assert observer.heard and observer.wrongs == []


def ended(ready: Staged, parallel: int, *steps: Step) -> tuple[Any, ...]:
    """Everything as these steps leave it, and what the last one says of the jobs."""
    sent = replace(ready, parallel=parallel)
    sent.again()
    # Each has a bundle of its own.
    ready.number = sent.number
    for step in steps:
        result = step(sent)
        assert not result.get("failed"), result["msg"]
    return (*sent.all(), {name: result[name] for name in ("counts", "jobs", "removed", "left") if name in result})


@pytest.mark.parametrize("steps", [(cut,), (cut, back), (cut, back_and_gone), (cut, back, cut)])
def test_side_by_side_ends_as_one_by_one(ready: Staged, steps: tuple[Step, ...]) -> None:
    alone = ended(ready, 1, *steps)
    assert {server.crowd.most for server in ready.pair.servers} == {1}
    beside = ended(ready, 4, *steps)
    assert all(1 < server.crowd.most <= 4 for server in ready.pair.servers)
    *alone_servers, alone_said = alone
    *beside_servers, beside_said = beside
    assert beside_servers == alone_servers
    assert beside_said["counts"] == alone_said["counts"]
    assert beside_said.get("removed") == alone_said.get("removed")


@pytest.mark.parametrize(("steps", "first", "then"), [((cut,), "source", "target"), ((cut, back), "target", "source")])
def test_nothing_wakes_before_everything_rests(ready: Staged, steps: tuple[Step, ...], first: str, then: str) -> None:
    heard: list[tuple[str, str]] = []

    def listener(side: str) -> Callable[[Exchange], None]:
        return lambda exchange: heard.append((side, exchange.path)) if exchange.path.endswith(WRITES) else None

    *before, last = steps
    ready.again()
    for step in before:
        assert not step(ready).get("failed")
    for side in ("source", "target"):
        getattr(ready.pair, side).app.observers.append(listener(side))
    # It rests slowly, and the others could wake meanwhile.
    getattr(ready.pair, first).faults.add(do="delay", path="/disable$", seconds=0.05, times=2)
    assert not last(ready).get("failed")
    sides = [side for side, _path in heard]
    assert sides == sorted(sides, key=(first, then).index)
    assert set(sides) == {first, then}


def test_one_job_that_cannot_rest_stops_no_other_and_does_not_wake(ready: Staged) -> None:
    ready.again()
    job_id = row(ready.pair.source, "Backup Job 2")["id"]
    ready.pair.source.faults.add(do="status", status=400, path=f"{job_id}/disable$", times=2)
    result = ready.hand_over()
    assert result["failed"] and result["counts"] == {"cutting over": 1, "cut over": 3}
    assert "Injected" in result["msg"]
    assert standing(ready.pair.target)["Backup Job 2"] == (False, False)
    ready.pair.source.faults.clear()
    assert ready.done()["counts"] == {"cut over": 4}


def test_what_makes_it_pointless_to_go_on_stops_what_is_not_begun(ready: Staged) -> None:
    ready.again()
    for server in ready.pair.servers:
        server.journal.clear()
    ready.pair.source.faults.add(do="status", status=403, path="/disable$", times=0)
    result = ready.hand_over()
    assert result["failed"] and "source: " in result["msg"] and "not done to its end" in result["msg"]
    assert not writes(ready.pair.target)
    ready.pair.source.faults.clear()
    assert ready.done()["counts"] == {"cut over": 4}


def test_nothing_is_removed_after_what_ends_a_removal(ready: Staged) -> None:
    """Not even again what was refused before, perhaps because of others."""
    ready = replace(ready, parallel=4)
    ready.again()
    cut(ready)
    back(ready)
    target = ready.pair.target
    for status, times in ((400, 1), (403, 0)):
        target.faults.add(do="status", status=status, method="DELETE", path="/jobs/", times=times)
    result = back_and_gone(ready)
    assert result["failed"]
    tried = [each for each in writes(target) if each.startswith("DELETE /api/v1/jobs/")]
    assert len(tried) == len(set(tried)) > 1


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with serving_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("wired"))


def make_busy(pair: Pair, status: int) -> None:
    for server in pair.servers:
        server.app.latency = 0.03
        server.crowd.reset()
        server.crowd.change({"busy_above": 2, "busy_status": status})


@pytest.mark.parametrize("status", [429, 503])
def test_jobs_change_hands_at_servers_that_are_busy(
    wired: Staged, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing fails only because requests were side by side, and each server is warned of once."""
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.02)
    observer = BothAsleepOrOneAwake(wired.pair)
    wired.again()
    for step, phase in ((cut, "cut over"), (back_and_gone, "rolled back")):
        make_busy(wired.pair, status)
        result = step(wired)
        assert not result.get("failed"), result["msg"]
        assert result["counts"] == {phase: 4}
        busy = [warning for warning in result["warnings"] if "was busy with 4 requests at a time" in warning]
        refused = [server for server in wired.pair.servers if server.crowd.refused]
        assert len(busy) == len(refused) > 0
    assert observer.wrongs == []
