# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A look at the target after each single request: what may never happen during a migration, however it is broken."""

from __future__ import annotations

from typing import Any

from simulator.core.call import Exchange
from simulator.services.vbr.kinds import JOBS
from simulator.testing import Server

# An import that was answered so was refused before it had an effect.
REFUSALS = frozenset({400, 401, 403})


class InvariantObserver:
    """Hears every request to a target. `wrongs` are sentences, in the order in which things happened."""

    def __init__(self, target: Server) -> None:
        self.target = target
        self.wrongs: list[str] = []
        # Kinds of which an import was sent and nobody has looked yet what became of it.
        self._unseen: set[str] = set()
        self._moved_before: frozenset[str] = frozenset(self._jobs())
        target.app.observers.append(self._hear)

    def forget(self) -> None:
        """A new story begins on a target that was reset."""
        self.wrongs, self._unseen = [], set()

    def _jobs(self) -> dict[str, dict[str, Any]]:
        return {row["body"]["name"]: row for row in self.target.service.estate.rows(JOBS)}

    def _hear(self, exchange: Exchange) -> None:
        request = f"{exchange.method} {exchange.path}"
        *_rest, kind, action = exchange.path.split("/")
        if action == "import":
            self._mind_import(kind, exchange, request)
        elif action == "export" and exchange.status == 200:
            self._unseen.discard(kind)
        for name, row in self._jobs().items():
            runs = row["body"]["schedule"]["runAutomatically"] and not row["state"].get("disabled")
            if runs and name not in self._moved_before:
                self.wrongs.append(f"after {request}: {name} is enabled and starts by itself")

    def _mind_import(self, kind: str, exchange: Exchange, request: str) -> None:
        if kind in self._unseen:
            self.wrongs.append(f"{request} was sent again, blindly")
        if exchange.status not in REFUSALS:
            self._unseen.add(kind)
        running = [row["name"] for row in self.target.service.imports.rows() if row["ended"] is None]
        if len(running) > 1:
            self.wrongs.append(f"{request}: {', '.join(running)} are at work at the same time")
        for session in self.target.service.imports.rows():
            if any("xists already" in record["description"] for record in session["records"]):
                self.wrongs.append(f"{session['name']} was given something that the target has")
