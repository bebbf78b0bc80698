# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan and apply that break at any request: the second run ends where an undisturbed one does, the third idles.

The plan is saved and applied as approved. After every request no job is able to run by itself on both servers.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.core.call import Exchange
from simulator.testing import Pair, Server, simulated_pair
from support.estates import secrets_of
from support.faults.disturbances import FAULTS, disturb, heal
from support.faults.migration import small_estate
from support.faults.sample import sample
from support.handover import BothAsleepOrOneAwake, objects
from support.tasks import drive

STEPS = ("plan", "apply")
DISTURBANCES = [name for name in FAULTS if name != "truncated answer"]
NAMES = {name: name for name in ("Backup Job 2", "Backup Job 3", "Backup Job 4")}

pytestmark = [pytest.mark.usefixtures("no_waiting"), pytest.mark.of_servers]


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with simulated_pair(source_seed=small_estate()) as servers:
        yield servers


class Window:
    """A small move that is exported, and can be planned and applied again and again."""

    def __init__(self, pair: Pair, place: Path) -> None:
        self.pair, self.place, self.here = pair, place, place / "now"
        self.start = [server.snapshot() for server in pair.servers]
        assert not drive("export", pair.source, dest=str(place / "exported" / "bundle")).get("failed")

    def again(self, step: str) -> None:
        """Nothing has happened yet from this step on."""
        shutil.rmtree(self.here, ignore_errors=True)
        before = self.place / ("exported" if step == STEPS[0] else "planned")
        shutil.copytree(before if before.exists() else self.place / "exported", self.here)
        for server, snapshot in zip(self.pair.servers, self.start, strict=True):
            server.restore(snapshot)
        if step != STEPS[0] and not before.exists():
            self.done(STEPS[0])
            shutil.copytree(self.here, before)
            self.again(step)

    def run(self, step: str) -> dict[str, Any]:
        bundle, plan = str(self.here / "bundle"), str(self.here / "plan.json")
        return drive(
            "import",
            self.pair.target,
            src=bundle,
            secrets=secrets_of(bundle),
            convert={"restore_points": {"days_per_point": 2}},
            **({"save_plan": plan} if step == "plan" else {"plan": plan, "plan_digest": self.digest()}),
        )

    def done(self, *steps: str) -> None:
        for step in steps:
            result = self.run(step)
            assert not result.get("failed"), f"{step}: {result['msg']}"

    def digest(self) -> str:
        return str(json.loads((self.here / "plan.json").read_text())["digest"])

    def outcome(self) -> dict[str, Any]:
        """Everything that a run can change; of the journal, what it says of each job but for its id."""
        journals = [json.loads(path.read_text()) for path in (self.here / "bundle").glob("journal-*.json")]
        jobs = {name: {**job, "id": bool(job["id"])} for each in journals for name, job in each["jobs"].items()}
        source, target = map(in_any_order, self.pair.servers)
        return {"source": source, "target": target, "plan": self.digest(), "jobs": jobs}


def in_any_order(server: Server) -> dict[str, list[str]]:
    """What an earlier run could create comes before what it could not."""
    return {kind: sorted(json.dumps(row, sort_keys=True) for row in rows) for kind, rows in objects(server).items()}


def heard(window: Window, step: str) -> list[tuple[Server, str]]:
    """The requests of an undisturbed step, with the server each went to."""
    found: list[tuple[Server, str]] = []
    servers = {server.app.service.instance: server for server in window.pair.servers}

    def hear(exchange: Exchange) -> None:
        found.append((servers[exchange.instance], f"{exchange.method} {exchange.path}"))

    for server in window.pair.servers:
        server.app.observers.append(hear)
    window.done(step)
    for server in window.pair.servers:
        server.app.observers.remove(hear)
    return found


def story(window: Window, step: str, server: Server, disturbance: str, at: int) -> list[str]:
    """Disturb a step at one of its requests, then run it and what follows in peace; what went wrong."""
    wrongs = []
    window.again(step)
    disturb(server, disturbance, at)
    first = window.run(step)
    wrongs += ["it failed and says nothing"] if first.get("failed") and not first.get("msg") else []
    if not all(rule.fired for rule in server.faults.rules if rule.times):
        wrongs.append("the disturbance did not meet its request")
    heal(server)
    for following in STEPS[STEPS.index(step) :]:
        result = window.run(following)
        wrongs += [f"{following} in peace failed: {result['msg']}"] if result.get("failed") else []
    return wrongs


@pytest.mark.parametrize("disturbance", DISTURBANCES)
@pytest.mark.parametrize("step", STEPS)
def test_it_is_finished_by_the_next_run(pair: Pair, tmp_path: Path, step: str, disturbance: str) -> None:
    invariant = BothAsleepOrOneAwake(pair, NAMES)
    window = Window(pair, tmp_path)
    window.again(step)
    requests = heard(window, step)
    window.done(*STEPS[STEPS.index(step) + 1 :])
    calm, wrongs, count = window.outcome(), [], 0
    chosen = (
        (server, *each)
        for server in pair.servers
        for each in sample([request for where, request in requests if where is server], disturbance, DISTURBANCES)
    )
    for server, at, request in chosen:
        count += 1
        found = story(window, step, server, disturbance, at)
        outcome = window.outcome()
        found += [f"the {part} did not end as an undisturbed one" for part in calm if outcome[part] != calm[part]]
        found += [] if idle(window) else ["the run after that was not idle"]
        wrongs += [f"{disturbance} at {at}, {request}: {one}" for one in (*found, *invariant.wrongs)]
        invariant.wrongs.clear()
    for server in pair.servers:
        server.app.observers.clear()
    window.again(STEPS[0])
    print(f"{count} stories, {invariant.heard} requests looked at")
    assert count and invariant.heard and not wrongs, "\n".join(wrongs)


def idle(window: Window) -> bool:
    """Whether another run of the last step does nothing."""
    result = window.run(STEPS[-1])
    return not result.get("failed") and not result["changed"]
