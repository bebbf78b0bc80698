# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair of servers with staged jobs, that a test cuts over, breaks and rolls back as often as it likes.

Four jobs are staged: one with a start of its own, one chained to it, one without a start under a new name, and one that
is disabled on the source.
"""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.core.store import Row
from simulator.services.vbr.kinds import ALL_KINDS, JOBS
from simulator.testing import Pair, Server
from support.estates import exported, secrets_of
from support.faults.migration import small_estate
from support.tasks import connection, drive

Result = dict[str, Any]
# Name on the source -> name on the target.
NAMES = {
    "Backup Job 2": "Backup Job 2",
    "Backup Job 3": "Backup Job 3",
    "Backup Job 4": "By hand",
    "Retired": "Retired",
}
RENAME = {"jobs": {old: new for old, new in NAMES.items() if old != new}}
AWAKE = ("Backup Job 2", "Backup Job 3", "By hand")


def jobs_to_hand_over() -> dict[str, Any]:
    """The seed of the source."""
    seed = small_estate()
    jobs = seed["estate"]["jobs"]["jobs"]
    retired = copy.deepcopy(jobs[0])
    retired["name"] = "Retired"
    jobs.append(retired)
    return seed


def row(server: Server, name: str) -> Row:
    """A job of a server, as it is stored: whoever compares it with itself later needs a copy."""
    return next(each for each in server.service.estate.rows(JOBS) if each["body"]["name"] == name)


def objects(server: Server) -> dict[str, Any]:
    """Everything that a server has, by kind."""
    wanted = ("body", "state", "secrets")
    return {
        kind.name: [copy.deepcopy({name: each[name] for name in wanted}) for each in server.service.estate.rows(kind)]
        for kind in ALL_KINDS
    }


def standing(server: Server) -> dict[str, tuple[bool, bool]]:
    """The jobs of a server: whether each is enabled, and whether it starts by itself."""
    return {
        each["body"]["name"]: (not each["state"].get("disabled"), each["body"]["schedule"]["runAutomatically"])
        for each in server.service.estate.rows(JOBS)
    }


@dataclass
class Staged:
    """Both servers and the bundle as they are when everything is staged; `again` brings that back."""

    pair: Pair
    place: Path
    snapshots: tuple[dict[str, Any], dict[str, Any]]
    number: int = 0
    bundle: Path = field(default_factory=Path)
    hold: list[str] = field(default_factory=list)
    parallel: int = 4

    def again(self) -> None:
        """Everything is staged, and nothing more has happened."""
        self.number += 1
        for server, snapshot in zip(self.pair.servers, self.snapshots, strict=True):
            server.restore(snapshot)
        self.bundle = Path(shutil.copytree(self.place / "staged", self.place / str(self.number)))

    def options(self, **other: Any) -> dict[str, Any]:
        source = connection(self.pair.source, parallel=self.parallel)
        given = {"src": str(self.bundle), "source": source, "state": "cut_over", "parallel": self.parallel}
        return {**given, **other}

    def hand_over(self, check: bool = False, **other: Any) -> Result:
        return drive("cutover", self.pair.target, check=check, **self.options(**other))

    def import_options(self) -> dict[str, Any]:
        given = {"src": str(self.bundle), "secrets": secrets_of(str(self.bundle)), "rename": RENAME, "hold": self.hold}
        return {**given, "phase": "cutover", "parallel": self.parallel}

    def bring_in(self, **other: Any) -> Result:
        """Import what waited for the cutover."""
        return drive("import", self.pair.target, **{**self.import_options(), **other})

    def done(self, **other: Any) -> Result:
        """The same, and it has to go well."""
        result = self.hand_over(**other)
        assert not result.get("failed"), result["msg"]
        return result

    @property
    def journal(self) -> Path:
        (path,) = self.bundle.glob("journal-*.json")
        return path

    def noted(self) -> str:
        """The journal's text; `''` before there is one."""
        return "".join(path.read_text(encoding="utf-8") for path in self.bundle.glob("journal-*.json"))

    def phases(self) -> dict[str, str]:
        jobs = json.loads(self.noted() or '{"jobs": {}}')["jobs"]
        return {name: entry["phase"] for name, entry in jobs.items()}

    def all(self) -> tuple[Any, ...]:
        """Everything that a run can change. Nothing at work is ended by this look."""
        return (*(objects(server) for server in self.pair.servers), self.journal.read_text(encoding="utf-8"))


def staged(pair: Pair, place: Path, names: Mapping[str, str] | None = None, hold: list[str] | None = None) -> Staged:
    """Export and import, with one job renamed and one disabled if there are these; what is held waits."""
    names = NAMES if names is None else names
    if "Retired" in names:
        row(pair.source, "Retired")["state"]["disabled"] = True
    bundle = exported(pair, place / "staged")
    rename = {"jobs": {old: new for old, new in names.items() if old != new}}
    result = drive("import", pair.target, src=bundle, secrets=secrets_of(bundle), rename=rename, hold=hold or [])
    assert not result.get("failed"), result["msg"]
    made = Staged(pair, place, (pair.source.snapshot(), pair.target.snapshot()), hold=hold or [])
    made.again()
    return made


def witness(pair: Pair, look: Callable[[str], object]) -> None:
    """Look after every request to either server, before any other one has an effect at one of them."""
    pair.target.app.take_turns_with(pair.source.app)
    for server in pair.servers:
        server.app.witness = look


class BothAsleepOrOneAwake:
    """Looks after every request to either server that no job is able to run on both. `wrongs` says after which."""

    def __init__(self, pair: Pair, names: Mapping[str, str] | None = None) -> None:
        self.pair, self.names = pair, NAMES if names is None else names
        self.wrongs: list[str] = []
        self.heard = 0
        witness(pair, self._look)

    def _look(self, request: str) -> None:
        self.heard += 1
        source, target = map(standing, self.pair.servers)
        for old, new in self.names.items():
            if all(source.get(old, (False,))) and all(target.get(new, (False,))):
                self.wrongs.append(f"after {request}: {new} is able to run on both")
