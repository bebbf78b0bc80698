# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the tests of the client a simulated server, in this process or behind a socket, and a clock of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._connection import Clock, Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._dialects.vbr import Vbr
from driving import connection
from driving.clock import SwiftClock
from simulator.testing import Pair, Server, serving_pair, simulated_pair

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
