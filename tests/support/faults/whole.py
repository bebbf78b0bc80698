# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole server with one object of each sort on its way to another: what is broken off, undone and looked after."""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator.seeds import headquarters
from simulator.testing import Pair, estate, simulated_pair
from support.handover import Result, Staged, witness
from support.headquarters import Move, able_to_run, guard, rows
from support.tasks import drive, secrets_for

BUILD = "13.1.0.411"
# What others may call an object by. A proxy is called by its host, which others name for its own sake.
MARKS = ("name", "uniqueId", "username", "serverName", "azureTenantId", "path", "friendlyName", "accessKey", "account")


def one_of_each(document: dict[str, Any]) -> dict[str, Any]:
    """A seed without the objects that are like another one and that nothing refers to."""
    found = document["estate"]
    for kind in reversed(found):
        for listed in found[kind].values():
            for row in reversed(list(listed)):
                alike = [each for each in listed if each is not row and each.get("type") == row.get("type")]
                others = [each for each in listed if each is not row]
                if alike and not _named(kind, row, {**found, kind: {**found[kind], "": others}}, listed):
                    listed.remove(row)
    return document


def _named(kind: str, row: dict[str, Any], everything: dict[str, Any], listed: list[Any]) -> bool:
    """Whether anything but the object itself has its name."""
    said = [rows for lists in everything.values() for rows in lists.values() if rows is not listed]
    text = json.dumps(said)
    marks = [row[mark] for mark in MARKS if kind != "proxies" and isinstance(row.get(mark), str) and row[mark]]
    return any(json.dumps(sign + mark) in text for mark in marks for sign in ("", "@"))


class Whole(Staged):
    """The same handles for a move by both transports. What is compared has names in the place of ids."""

    def options(self, **other: Any) -> dict[str, Any]:
        given = super().options(**other)
        # The environment says it of the connection of the task only.
        parallel = os.environ.get("VBR_PARALLEL")
        return {**given, "source": {**given["source"], **({"parallel": int(parallel)} if parallel else {})}}

    def import_options(self) -> dict[str, Any]:
        manifest = json.loads((self.bundle / "manifest.json").read_text(encoding="utf-8"))
        return {"src": str(self.bundle), "secrets": secrets_for(manifest)}

    def bring_in(self, **other: Any) -> Result:
        """Import what waited for the cutover."""
        return drive("whole_import", self.pair.target, **{**self.import_options(), "phase": "cutover", **other})

    def stage(self) -> Result:
        """Import what can be there while the source works."""
        return self.bring_in(phase="stage")

    def all(self) -> tuple[Any, ...]:
        return (*(estate(server) for server in self.pair.servers), json.dumps(self.phases(), sort_keys=True))

    def after(self, result: Result, place: Path) -> Whole:
        """What a step made of it, as a beginning of its own."""
        assert not result.get("failed"), result["msg"]
        shutil.copytree(self.bundle, place / "staged")
        source, target = (copy.deepcopy(server.snapshot()) for server in self.pair.servers)
        return replace(self, place=place, snapshots=(source, target))


@contextmanager
def exported() -> Iterator[Pair]:
    """A pair of which the source has one object of each sort, and permissions at its repositories."""
    with simulated_pair(
        source_build=BUILD, target_build=BUILD, source_seed=one_of_each(headquarters.document())
    ) as pair:
        guard(pair.source)
        yield pair


def whole(pair: Pair, place: Path) -> Whole:
    """Both servers and the bundle as they are before the first import."""
    move = Move(pair, place / "staged")
    move.export()
    # Some of what a server has is made up when it is first shown.
    rows(pair.target, "backupInfrastructure/proxies")
    made = Whole(pair, place, (pair.source.snapshot(), pair.target.snapshot()))
    made.again()
    return made


class NeverOnBoth:
    """Looks after every request to either server: no job of any type is able to run by itself on both."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.wrongs: list[str] = []
        self.heard = 0
        witness(pair, self._look)

    def _look(self, request: str) -> None:
        self.heard += 1
        both = able_to_run(self.pair.source) & able_to_run(self.pair.target)
        if both:
            self.wrongs.append(f"after {request}: {sorted(both)} can run on both")
