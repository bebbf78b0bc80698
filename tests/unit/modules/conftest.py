# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the tests of the modules a pair of simulated servers and, where the vendor's files are, the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._dialects import em, vbr
from contract.fixtures import contract
from driving.clock import SwiftClock
from simulator.testing import Pair, Server, simulated_pair

__all__ = ["contract", "pair", "swift_clock", "target"]


@pytest.fixture
def swift_clock(monkeypatch: pytest.MonkeyPatch) -> SwiftClock:
    """Every client of the test waits on this clock."""
    clock = SwiftClock()
    monkeypatch.setattr(vbr, "Clock", lambda: clock)
    return clock


@pytest.fixture
def em_clock(monkeypatch: pytest.MonkeyPatch) -> SwiftClock:
    """Every client of an Enterprise Manager waits on this clock."""
    clock = SwiftClock()
    monkeypatch.setattr(em, "Clock", lambda: clock)
    return clock


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A 12.3.1 with the seed's estate and a fresh 13.0.1; sessions end at once."""
    with simulated_pair() as servers:
        yield servers


@pytest.fixture
def target(pair: Pair) -> Server:
    return pair.target
