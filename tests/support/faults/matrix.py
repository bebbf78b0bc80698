# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request of a step that writes something, with every disturbance: all of them, or each sort of request once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.core.call import Exchange
from simulator.testing import Server
from support.estates import HARMLESS

from .disturbances import DEATHS, FAULTS, IN_TURN, REFUSALS
from .sample import AN_ID, SEED, SHARE
from .stories import Step, Stories

WAYS = (*FAULTS, *REFUSALS, *DEATHS)
# The ways that are tests of their own, or one for all of them, another one at each request.
PLAYED = WAYS if SHARE else (IN_TURN,)
# They ask, and change nothing.
ASKING = ("/api/v1/inventory/",)


@dataclass(frozen=True)
class Cell:
    """The request with this number at a server, and what it is like: its method, its path without ids, a type."""

    server: Server
    at: int
    request: str
    sort: str


class Matrix(Stories):
    """The stories of a step that breaks at its writes."""

    def play(self, way: str, step: Step, then: Step, thin: int = 1, first: int = 0) -> None:
        """Disturb the writes of a step in a way; `then` has to end as if nothing had happened.

        In turn, one of `thin` sorts of request is disturbed, from the one with the number `first` on.
        """
        cells = list(self._writes(step))
        if then is not step:
            self._in_peace(then)
        calm = self.ready.all()
        for how, cell in in_turn(cells, thin, first) if way == IN_TURN else of(cells, way):
            self.begin()
            title = f"{how} at {cell.at}, {cell.server.hostname} {cell.request}"
            self._story(title, cell.server, how, cell.at, step, then)
            self.compare(title, calm, staged_still=then is not step and not self.begun)

    def _writes(self, step: Step) -> Iterator[Cell]:
        """The requests of an undisturbed run that write something; everything is as it left it."""
        counts: dict[str, int] = {}
        found: list[Cell] = []
        self.begin()

        def listener(server: Server) -> Any:
            def hear(exchange: Exchange) -> None:
                at = counts[server.hostname] = counts.get(server.hostname, -1) + 1
                if exchange.method != "GET" and not exchange.path.endswith(HARMLESS):
                    body = exchange.json if isinstance(exchange.json, dict) else {}
                    request = f"{exchange.method} {exchange.path}"
                    sort = f"{server.hostname} {AN_ID.sub('ID', request)} {body.get('type', '')}"
                    found.extend([] if exchange.path.startswith(ASKING) else [Cell(server, at, request, sort)])

            return hear

        hearing = [(server, listener(server)) for server in self.ready.pair.servers]
        for server, hear in hearing:
            server.app.observers.append(hear)
        self._in_peace(step)
        for server, hear in hearing:
            server.app.observers.remove(hear)
        yield from found


def of(cells: list[Cell], way: str) -> Iterator[tuple[str, Cell]]:
    """One way at a share of the requests."""
    dice = random.Random(f"{SEED} {way}")
    yield from ((way, cell) for cell in cells if dice.random() < float(SHARE))


def in_turn(cells: list[Cell], thin: int, first: int) -> Iterator[tuple[str, Cell]]:
    """Another way each time, at the first request of a sort: of one sort in `thin`."""
    firsts = list({cell.sort: cell for cell in reversed(cells)}.values())[::-1]
    for number, cell in enumerate(firsts[first::thin]):
        yield WAYS[number % len(WAYS)], cell
