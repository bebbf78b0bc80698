# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can happen to the n-th request that a server gets: answers that are lost or wrong, and the client's death."""

from __future__ import annotations

from typing import Any

from simulator.core.call import Exchange
from simulator.testing import Server

# What the simulator does to a request by itself.
FAULTS: dict[str, dict[str, Any]] = {
    "answer lost before effect": {"do": "drop_before"},
    "answer lost after effect": {"do": "drop_after"},
    "500": {"do": "status", "status": 500},
    "token expired": {"do": "expire_token"},
    "truncated answer": {"do": "truncate"},
}
# Another one at each request.
IN_TURN = "in turn"
# Nothing happens, and the answer says so, or is of somebody else: a proxy's page.
REFUSALS: dict[str, dict[str, Any]] = {
    "400": {"do": "status", "status": 400},
    "garbage": {"do": "status", "status": 200, "body": "<html><body>Please sign in to the proxy.</body></html>"},
}
# The client is killed: the request never arrived, or it did its work and nobody is there to hear of it.
DEATHS: dict[str, dict[str, Any]] = {
    "killed before the request arrived": {"do": "drop_before"},
    "killed after the request arrived": {"do": "drop_after"},
}


class Death(BaseException):
    """The client's process ends here. Nothing of it may catch this, and it sends nothing any more."""


def disturb(server: Server, disturbance: str, after: int = 0, path: str = "") -> None:
    """Disturb the request that comes after `after` others; `path`, a pattern, says which are counted."""
    fault = {**FAULTS, **REFUSALS}.get(disturbance)
    if fault:
        server.faults.add(**fault, skip=after, path=path)
        return
    server.faults.add(**DEATHS[disturbance], skip=after, path=path)
    server.app.observers.append(Reaper(server))


def heal(server: Server) -> None:
    """Nothing more happens to any request."""
    server.faults.clear()
    server.app.observers = [observer for observer in server.app.observers if not isinstance(observer, Reaper)]


class Reaper:
    """Ends the client at its first request that meets a fault. A dead client does not sign out either."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def __call__(self, exchange: Exchange) -> None:
        if exchange.faults:
            self._server.faults.add(do="drop_before", times=0)
            raise Death
