# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cutover and a rollback that break at any request: no job runs on two servers, and the second run ends it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from simulator.core.call import Exchange
from simulator.testing import Server, serving_pair, simulated_pair
from support.estates import writes
from support.faults.disturbances import DEATHS, FAULTS, Death, disturb, heal
from support.faults.killed import killed_at
from support.handover import BothAsleepOrOneAwake, Staged, jobs_to_hand_over, staged

SIGKILLED = -9
CUT, BACK = {"state": "cut_over"}, {"state": "rolled_back"}

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("calm"))


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with serving_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("wired"))


class Stories:
    """Runs that break at one request each, and what was wrong with any of them."""

    def __init__(self, ready: Staged, *before: dict[str, Any]) -> None:
        self.ready, self.before = ready, before
        self.invariant = BothAsleepOrOneAwake(ready.pair)
        self.wrongs: list[str] = []
        self.count = 0
        # The journal as it was before the run that breaks, and whether that run asked for any change.
        self.first, self.begun = "", False

    def begin(self) -> None:
        self.ready.again()
        for options in self.before:
            self.ready.done(**options)
        self.first = self.ready.journal.read_text(encoding="utf-8")

    def calm(self, options: dict[str, Any]) -> dict[str, list[str]]:
        """The requests of an undisturbed run, by server; everything is as it left it."""
        heard: dict[str, list[str]] = {}
        self.begin()

        def hear(exchange: Exchange) -> None:
            heard.setdefault(exchange.instance, []).append(f"{exchange.method} {exchange.path}")

        for server in self.ready.pair.servers:
            server.app.observers.append(hear)
        self.ready.done(**options)
        for server in self.ready.pair.servers:
            server.app.observers.remove(hear)
        return heard

    def each(self, disturbance: str, options: dict[str, Any], then: dict[str, Any]) -> None:
        """Disturb `options` at each of its requests; `then` has to end as if nothing had happened."""
        requests = self.calm(options)
        if then != options:
            self.ready.done(**then)
        calm = self.ready.all()
        for server in self.ready.pair.servers:
            for at, request in enumerate(requests[server.app.service.instance]):
                self.begin()
                title = f"{disturbance} at {at}, {server.hostname} {request}"
                self._story(title, server, disturbance, at, options, then)
                self.compare(title, calm, staged_still=then is not options and not self.begun)

    def _story(
        self, title: str, server: Server, disturbance: str, at: int, options: dict[str, Any], then: dict[str, Any]
    ) -> None:
        self.count += 1
        wrongs = len(self.invariant.wrongs)
        before = self._written()
        disturb(server, disturbance, at)
        with suppress(Death):
            first = self.ready.hand_over(**options)
            if first.get("failed") and not first.get("msg"):
                self.wrongs.append(f"{title}: it failed and says nothing")
        self.begun = self._written() > before
        if not all(rule.fired for rule in server.faults.rules if rule.times):
            self.wrongs.append(f"{title}: the disturbance did not meet its request")
        for each in self.ready.pair.servers:
            heal(each)
        second = self.ready.hand_over(**then)
        if second.get("failed"):
            self.wrongs.append(f"{title}: the run in peace failed: {second['msg']}")
        third = self.ready.hand_over(**then)
        if third.get("failed") or third["changed"]:
            self.wrongs.append(f"{title}: the run after that was not idle: {third}")
        self.wrongs += [f"{title}: {wrong}" for wrong in self.invariant.wrongs[wrongs:]]

    def _written(self) -> int:
        return sum(len(writes(server)) for server in self.ready.pair.servers)

    def compare(self, title: str, calm: tuple[Any, ...], staged_still: bool = False) -> None:
        for what, one, other in zip(("source", "target", "journal"), self.ready.all(), calm, strict=True):
            # What no cutover had begun with is staged still, and is not rolled back: nothing is written down of it.
            if one != (self.first if staged_still and what == "journal" else other):
                self.wrongs.append(f"{title}: the {what} did not end as an undisturbed one")

    def acquit(self) -> None:
        for server in self.ready.pair.servers:
            server.app.observers.clear()
        assert self.count and self.invariant.heard
        print(f"{self.count} stories, {self.invariant.heard} requests looked at")
        assert not self.wrongs, "\n".join(self.wrongs)


@pytest.mark.parametrize("disturbance", [*FAULTS, *DEATHS])
def test_a_cutover_that_breaks_at_any_request_is_finished_by_the_next(ready: Staged, disturbance: str) -> None:
    stories = Stories(ready)
    stories.each(disturbance, CUT, CUT)
    stories.acquit()


@pytest.mark.parametrize("disturbance", [*FAULTS, *DEATHS])
def test_a_rollback_that_breaks_at_any_request_is_finished_by_the_next(ready: Staged, disturbance: str) -> None:
    stories = Stories(ready, CUT)
    stories.each(disturbance, BACK, BACK)
    stories.acquit()


@pytest.mark.parametrize("disturbance", [*FAULTS, *DEATHS])
def test_a_cutover_that_breaks_at_any_request_can_be_rolled_back(ready: Staged, disturbance: str) -> None:
    """From half a cutover, the servers come out as they were before it."""
    stories = Stories(ready)
    stories.begin()
    before = ready.all()[:2]
    stories.each(disturbance, CUT, BACK)
    assert ready.all()[:2] == before
    stories.acquit()


def test_a_killed_cutover_is_finished_by_the_next(wired: Staged) -> None:
    """SIGKILL over sockets, at every request that is sent after the first write."""
    stories = Stories(wired)
    requests = stories.calm(CUT)
    calm = wired.all()
    for server in wired.pair.servers:
        heard = requests[server.app.service.instance]
        first = next(
            at for at, request in enumerate(heard) if request.endswith(("/disable", "/enable")) or "PUT" in request
        )
        for at, request in list(enumerate(heard))[first:]:
            stories.begin()
            stories.count += 1
            title = f"SIGKILL at {at}, {request}"
            code = killed_at(server, at, wired.options(), "cutover", wired.pair.target)
            assert code == SIGKILLED, f"{title}: exit code {code}"
            wired.done()
            stories.compare(title, calm)
    stories.wrongs += stories.invariant.wrongs
    stories.acquit()
