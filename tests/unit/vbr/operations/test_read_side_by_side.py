# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An estate that is read side by side is the one that is read one by one, with as many requests."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.testing import Server, simulated_pair
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILDS = ("12.3.1.1139", "13.1.0.411")
REFUSED = {"": 0, "/credentials$": 403, "/scaleOutRepositories$": 403, "/permissions$": 404, "/jobs/states$": 403}


@pytest.fixture(scope="module", params=BUILDS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """One whose answers take their time, each another one, so that they come in any order."""
    dice = random.Random(5)
    with simulated_pair(source_build=request.param, source_seed=headquarters.document()) as pair:
        pair.source.app.observers.append(lambda _exchange: time.sleep(dice.random() * 0.001))
        pair.source.app.latency = 0.001
        yield pair.source


@pytest.mark.parametrize("path", REFUSED)
def test_an_estate_is_the_same_and_so_is_what_is_left_out(server: Server, path: str) -> None:
    read: list[dict[str, Any]] = []
    counts: list[dict[str, int]] = []
    for parallel in (1, 4):
        server.faults.clear()
        if path:
            server.faults.add(do="status", status=REFUSED[path], method="GET", path=path, times=0)
        server.journal.clear()
        server.crowd.reset()
        read.append(drive("info", server, resource="estate", parallel=parallel))
        counts.append(dict(server.journal.counts))
        assert server.crowd.most <= parallel
    server.faults.clear()
    assert server.crowd.most > 1
    assert read[1] == read[0]
    assert counts[1] == counts[0]
