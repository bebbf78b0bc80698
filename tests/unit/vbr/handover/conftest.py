# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that all sleep on the target of a pair that speaks the newest revision, each with its chain on the source."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.testing import simulated_pair
from support.chains import Asleep, OneAwake, asleep, seed
from support.clock import SwiftClock
from support.handover import Staged, jobs_to_hand_over, staged

NEWEST = "13.1.0.411"


@pytest.fixture(scope="module")
def once_asleep(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asleep]:
    with simulated_pair(source_build=NEWEST, target_build=NEWEST, source_seed=seed()) as pair:
        yield asleep(pair, tmp_path_factory.mktemp("asleep"))


@pytest.fixture
def ready(once_asleep: Asleep, swift_clock: SwiftClock) -> Iterator[Asleep]:
    """All jobs sleep on the target; in the end, none was able to run on both servers after any request."""
    once_asleep.again()
    observer = OneAwake(once_asleep.pair)
    yield once_asleep
    for server in once_asleep.pair.servers:
        server.app.observers.clear()
        server.faults.clear()
    once_asleep.pair.target.switch(source_backup="adopt", imported_chains="move")
    assert observer.wrongs == []


@pytest.fixture(scope="module")
def once_staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    """Four small jobs that sleep on the target; whoever uses it says `again` first."""
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("staged"))
