# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client's clock on which waiting takes no time."""

from __future__ import annotations

from simulator.testing import Server


class SwiftClock:
    """`time` is what it shows, in seconds; `slept` are the seconds it was asked to wait, one by one."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


class CommonClock(SwiftClock):
    """The same clock for a client and a simulated server: what the client waits passes at the server too."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._server.clock.ahead += seconds
