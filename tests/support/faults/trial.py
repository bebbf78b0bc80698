# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories of broken migrations: each starts afresh, breaks somewhere, and has to end as an undisturbed one does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ansible_collections.backupfleet.rest.plugins.module_utils._core.failures import NAMES_SHOWN
from simulator.testing import Pair, estate

from .disturbances import Death, heal
from .invariant import InvariantObserver
from .migration import Migration, Result, Undisturbed, files


class Trial:
    """Runs one story after the other on the same pair of servers, and gathers what was wrong with any of them."""

    def __init__(self, pair: Pair, calm: Undisturbed, place: Path) -> None:
        self.pair, self.target, self.calm = pair, pair.target, calm
        self.wrongs: list[str] = []
        self._place = place
        self._invariant = InvariantObserver(pair.target)
        self._stories = 0

    def close(self) -> None:
        for server in self.pair.servers:
            heal(server)
            server.app.observers.clear()

    @contextmanager
    def story(self, title: str, exporting: bool = False, **options: Any) -> Iterator[Migration]:
        """Inside, an export from, or an import into, a fresh server may be broken; then it has to end well."""
        self._stories += 1
        for server in self.pair.servers:
            server.reset()
        self._invariant.forget()
        place = self._place / str(self._stories)
        place.mkdir()
        if not exporting:
            shutil.copytree(self.calm.exported, place / "bundle")
        wrongs = len(self.wrongs)
        migration = Migration(self.pair, place, options)
        yield migration
        self._end(migration, exporting)
        self.wrongs[wrongs:] = [f"{title}: {wrong}" for wrong in [*self.wrongs[wrongs:], *self._invariant.wrongs]]

    def endure(self, run: Callable[[], Result], *requests: str) -> Result:
        """A run that may break at one of these requests. Whatever it raises, death aside, is a defect and stays one."""
        result: Result = {}
        with suppress(Death):
            result = run()
            self.wrongs += unfair(result, requests)
        return result

    @contextmanager
    def slow_sessions(self, polls: int) -> Iterator[None]:
        """Inside, a session of the target takes this many looks."""
        usual, self.target.clock.polls = self.target.clock.polls, polls
        try:
            yield
        finally:
            self.target.clock.polls = usual

    def allow_duplicates(self) -> None:
        """This story sends what the target has, and at the same time as others."""
        self._invariant.wrongs = [wrong for wrong in self._invariant.wrongs if "starts by itself" in wrong]

    def expect_disturbance(self) -> None:
        """Every disturbance has met its request; otherwise the story proves nothing."""
        if not all(rule.fired for server in self.pair.servers for rule in server.faults.rules if rule.times):
            self.wrongs.append("the disturbance did not meet its request")

    def acquit(self) -> None:
        """Fails with everything that was wrong in any story."""
        assert self._stories
        assert not self.wrongs, "\n".join(self.wrongs)

    def _end(self, migration: Migration, exporting: bool) -> None:
        run, calm = migration.imported, self.calm.imported
        if exporting:
            # The import of the same bundle is another story.
            run, calm = migration.exported, self.calm.exported
        for server in self.pair.servers:
            heal(server)
        second, third = run(), run()
        if second.get("failed"):
            self.wrongs.append(f"the run in peace failed: {second['msg']}")
        if not exporting and estate(self.target) != self.calm.estate:
            self.wrongs.append("the run in peace did not end in the same estate")
        if files(migration.bundle) != files(calm):
            self.wrongs.append("the run in peace did not end with the same bundle")
        if third.get("failed") or third["changed"]:
            self.wrongs.append(f"the run after that was not idle: {third}")


def unfair(result: Result, requests: tuple[str, ...]) -> list[str]:
    """What is wrong with what a broken run reports: it succeeds, or one message names the objects it failed at.

    A run that broke before it sent anything names one of the requests instead.
    """
    message = result.get("msg", "")
    if not result.get("failed"):
        return []
    if "plan" not in result:
        return [] if any(request in message for request in requests) else [f"no request is named: {message}"]
    wanted = {(item["kind"], item["key"]) for item in result["plan"] if item["action"] == "create"}
    made, failed = _object_keys(result["created"]), _object_keys(result["failed_objects"])
    unreported = [f"nothing is said of {kind} {key}" for kind, key in wanted - made - failed]
    named = [kind for kind, key in failed if kind in message and f"'{key}'" in message]
    enough = len(named) >= min(len(failed), NAMES_SHOWN) > 0
    return unreported if enough else [*unreported, f"only {len(named)} of {len(failed)} objects are named: {message}"]


def _object_keys(by_kind: dict[str, Any]) -> set[tuple[str, str]]:
    return {(kind, key) for kind, keys in by_kind.items() for key in keys}
