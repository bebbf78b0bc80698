# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the tests simulated servers, in this process or behind a socket, clocks of their own, and the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Clock, Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr import client as vbr
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.client import Vbr
from contract.fixtures import contract
from simulator.testing import Pair, Server, serving_pair, simulated_pair
from support.clock import SwiftClock
from support.tasks import connection

__all__ = ["contract"]

Open = Callable[..., Vbr]


@pytest.fixture
def server() -> Iterator[Server]:
    """A 12.3.1 with the seed's estate, in this process."""
    with simulated_pair() as pair:
        yield pair.source


@pytest.fixture
def clock() -> SwiftClock:
    return SwiftClock()


@pytest.fixture
def open_service(server: Server, clock: SwiftClock) -> Open:
    """Makes a client for the server, on the test's clock; takes further connection options."""

    def open_it(**other: object) -> Vbr:
        return Vbr(Connection(**connection(server, **other)), clock=Clock(clock.now, clock.sleep))

    return open_it


@pytest.fixture(scope="module")
def sockets() -> Iterator[Pair]:
    """Both servers behind TLS sockets; shared by the tests of a file, see `remote`."""
    with serving_pair() as pair:
        yield pair


@pytest.fixture
def remote(sockets: Pair) -> Server:
    """A server behind a socket, as if it had just been started."""
    sockets.source.reset()
    return sockets.source


@pytest.fixture
def swift_clock(monkeypatch: pytest.MonkeyPatch) -> SwiftClock:
    """Every client of the test waits on this clock."""
    clock = SwiftClock()
    monkeypatch.setattr(vbr, "Clock", lambda: clock)
    return clock


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A 12.3.1 with the seed's estate and a fresh 13.0.1; sessions end at once."""
    with simulated_pair() as servers:
        yield servers


@pytest.fixture
def target(pair: Pair) -> Server:
    return pair.target
