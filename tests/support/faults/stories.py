# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories of a pair that changes hands: steps that break at each of their requests, and the run that ends them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from simulator.core.call import Exchange
from simulator.testing import Server
from support.estates import writes
from support.faults.disturbances import DEATHS, FAULTS, IN_TURN, Death, disturb, heal
from support.faults.sample import SHARE, sample
from support.handover import BothAsleepOrOneAwake, Result, Staged

Step = Callable[[Staged], Result]
BESIDE = 4
# Of so many requests that are sent side by side, the client is killed at one.
KILLED_OF = 1 if SHARE else 4


def cases(*disturbances: str) -> list[tuple[int, str]]:
    """How many requests may be under way at a time, and what happens to one of them.

    `make faults` plays of requests side by side what it plays of requests one by one.
    """
    alone = [(1, each) for each in disturbances]
    return [*alone, *((BESIDE, each) for each in (disturbances if SHARE else (IN_TURN,)))]


def cut(ready: Staged) -> Result:
    """A cutover."""
    return ready.hand_over(state="cut_over")


def back(ready: Staged) -> Result:
    """A rollback."""
    return ready.hand_over(state="rolled_back")


def back_and_gone(ready: Staged) -> Result:
    """A rollback that removes what was created."""
    return ready.hand_over(state="rolled_back", remove=True)


def window(ready: Staged) -> Result:
    """What the role does: hand over, bring in what waited for that, and hand that over too."""
    results = [cut(ready)]
    if not results[-1].get("failed") and {"at rest", "pending"} & set(results[-1]["counts"]):
        results.append(ready.bring_in())
        if not results[-1].get("failed"):
            results.append(cut(ready))
    return {**results[-1], "changed": any(result["changed"] for result in results)}


class Invariant(Protocol):
    """Looks after every request to either server, and says after which one something was as it may never be."""

    wrongs: list[str]
    heard: int


class Stories:
    """Runs that break at one request each, and what was wrong with any of them.

    `before` is done in peace; `compared` is what has to be as after an undisturbed run.
    """

    def __init__(
        self,
        ready: Staged,
        *before: Step,
        names: Mapping[str, str] | None = None,
        compared: tuple[str, ...] = ("source", "target", "journal"),
        invariant: Invariant | None = None,
    ) -> None:
        self.ready, self.before, self.compared = ready, before, compared
        self.invariant: Invariant = invariant or BothAsleepOrOneAwake(ready.pair, names)
        self.wrongs: list[str] = []
        self.count = 0
        # The journal as it was before the run that breaks, and whether that run asked for any change.
        self.first, self.begun = "", False

    def begin(self) -> None:
        # It keeps the latest requests only, and what was written by this story is counted by it.
        for server in self.ready.pair.servers:
            server.journal.clear()
        self.ready.again()
        for step in self.before:
            self._in_peace(step)
        self.first = self.ready.noted()

    def _in_peace(self, step: Step) -> None:
        result = step(self.ready)
        assert not result.get("failed"), result["msg"]

    def calm(self, step: Step) -> dict[str, list[str]]:
        """The requests of an undisturbed run, by server; everything is as it left it."""
        heard: dict[str, list[str]] = {}
        self.begin()

        def hear(exchange: Exchange) -> None:
            heard.setdefault(exchange.instance, []).append(f"{exchange.method} {exchange.path}")

        for server in self.ready.pair.servers:
            server.app.observers.append(hear)
        self._in_peace(step)
        for server in self.ready.pair.servers:
            server.app.observers.remove(hear)
        return heard

    def each(self, disturbance: str, step: Step, then: Step, among: Sequence[str]) -> None:
        """Disturb a step at its requests; `then` has to end as if nothing had happened.

        At which of them goes by `sample`; `among` are all the disturbances that the test plays. With requests side by
        side, it is the request that comes then as the one with this number.
        """
        in_turn = disturbance == IN_TURN
        ways, among = ([*FAULTS, *DEATHS], [IN_TURN]) if in_turn else ([disturbance], among)
        requests = self.calm(step)
        if then is not step:
            self._in_peace(then)
        calm = self.ready.all()
        for server in self.ready.pair.servers:
            for at, request in sample(requests.get(server.app.service.instance, []), disturbance, among):
                self.begin()
                # All of them come, whichever requests are chosen.
                way = ways[self.count % len(ways)]
                title = f"{way} at {at}, {server.hostname} {request}"
                self._story(title, server, way, at, step, then)
                self.compare(title, calm, staged_still=then is not step and not self.begun)

    def _story(self, title: str, server: Server, disturbance: str, at: int, step: Step, then: Step) -> None:
        self.count += 1
        wrongs = len(self.invariant.wrongs)
        before = self._written()
        disturb(server, disturbance, at)
        with suppress(Death):
            first = step(self.ready)
            if first.get("failed") and not first.get("msg"):
                self.wrongs.append(f"{title}: it failed and says nothing")
        self.begun = self._written() > before
        if not all(rule.fired for rule in server.faults.rules if rule.times):
            self.wrongs.append(f"{title}: the disturbance did not meet its request")
        for each in self.ready.pair.servers:
            heal(each)
        second = then(self.ready)
        if second.get("failed"):
            self.wrongs.append(f"{title}: the run in peace failed: {second['msg']}")
        third = then(self.ready)
        if third.get("failed") or third["changed"]:
            self.wrongs.append(f"{title}: the run after that was not idle: {third}")
        self.wrongs += [f"{title}: {wrong}" for wrong in self.invariant.wrongs[wrongs:]]

    def _written(self) -> int:
        return sum(len(writes(server)) for server in self.ready.pair.servers)

    def compare(self, title: str, calm: tuple[Any, ...], staged_still: bool = False) -> None:
        for what, one, other in zip(("source", "target", "journal"), self.ready.all(), calm, strict=True):
            # What no cutover had begun with is staged still, and is not rolled back: nothing is written down of it.
            if what in self.compared and one != (self.first if staged_still and what == "journal" else other):
                self.wrongs.append(f"{title}: the {what} did not end as an undisturbed one")

    def acquit(self) -> None:
        for server in self.ready.pair.servers:
            server.app.observers.clear()
            server.app.witness = lambda request: None
        assert self.count and self.invariant.heard
        print(f"{self.count} stories, {self.invariant.heard} requests looked at")
        assert not self.wrongs, "\n".join(self.wrongs)
