# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole server whose jobs all sleep on the target, with what each of them has made on the source."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.core.call import Exchange
from simulator.core.store import Row
from simulator.seeds import headquarters
from simulator.seeds.headquarters_jobs import VCENTER
from simulator.services.vbr.chains import BACKUPS
from simulator.services.vbr.kinds import JOBS
from simulator.testing import Pair, Server
from support.handover import witness
from support.headquarters import Move, Result, able_to_run
from support.tasks import connection, drive

POINTS = [{"type": "Full"}, {"type": "Increment"}]
REPLICA, COPY, POLICY = "Till standby", "Copy of tier 03", "Laptop policy"
# Of each way, the jobs that go on by it.
FILES, AGENTS = ("Files 1", "Files 2"), ("Ward agents 1", "Ward agents 2")
OF_WAY = {
    "source_backup": (*FILES, *AGENTS),
    "move": ("Tier 01", "Hyper-V 1", "Shop", COPY),
    "replica_mapping": (REPLICA,),
    "attach_backup": (POLICY,),
}
EVERY_WAY = list(OF_WAY)


# One of each sort beside them: a handover reads all jobs of both servers at every step, and that it copes with many is
# shown elsewhere.
BESIDE = {
    "Tier 02",
    "Tier 03",
    "Tier 12",
    "Lab agents",
    "Kiosk policy",
    "Directory",
    "Directory copy",
    "Files copy",
    "Scan",
}


def seed() -> dict[str, Any]:
    """The headquarters with fewer jobs, with a chain of a copy and of a policy, and with replicas."""
    made = headquarters.document()
    kept = {*(name for names in OF_WAY.values() for name in names), *BESIDE}
    for section, jobs in made["estate"]["jobs"].items():
        made["estate"]["jobs"][section] = [job for job in jobs if job["name"] in kept]
    for job in made["estate"]["jobs"]["otherJobs"]:
        if job["name"] in (COPY, POLICY):
            job["_state"] = {"points": list(POINTS)}
    made["records"]["replicas"].append({"name": REPLICA, "type": "Regular", "machines": ["srv02"]})
    twin = {"hostName": VCENTER, "type": "VirtualMachine", "name": "srv02_replica", "objectId": "vm-90001"}
    made["records"]["inventoryObjects"] = [twin]
    return made


@dataclass
class Asleep:
    """Both servers and the bundle as they are when all jobs sleep on the target; `again` brings that back."""

    move: Move
    place: Path
    snapshots: tuple[dict[str, Any], dict[str, Any]]
    number: int = 0

    @property
    def pair(self) -> Pair:
        return self.move.pair

    def again(self) -> None:
        self.number += 1
        for server, snapshot in zip(self.pair.servers, self.snapshots, strict=True):
            server.restore(snapshot)
            server.journal.clear()
        self.move.bundle = Path(shutil.copytree(self.place / "bundle", self.place / str(self.number)))

    def options(self, **other: Any) -> dict[str, Any]:
        given = {"source": connection(self.pair.source), "src": str(self.move.bundle), "state": "cut_over"}
        return {**given, **other}

    def hand_over(self, check: bool = False, **other: Any) -> Result:
        """However it ends."""
        return drive("cutover", self.pair.target, check=check, **self.options(**other))

    def done(self, **other: Any) -> Result:
        """The same, and it has to go well."""
        result = self.hand_over(**other)
        assert not result.get("failed"), result["msg"]
        return result

    def states(self) -> dict[str, str]:
        """How far each job is on its way to its chain, by the journal."""
        (path,) = self.move.bundle.glob("journal-*.json")
        jobs = json.loads(path.read_text(encoding="utf-8"))["jobs"]
        return {name: entry["chain"]["state"] for name, entry in jobs.items() if "chain" in entry}

    def phases(self) -> set[str]:
        (path,) = self.move.bundle.glob("journal-*.json")
        return {entry["phase"] for entry in json.loads(path.read_text(encoding="utf-8"))["jobs"].values()}


def asleep(pair: Pair, place: Path) -> Asleep:
    """Export and import, both what is staged and what waits for the cutover."""
    move = Move(pair, place / "bundle")
    move.export()
    move.brought_in()
    (path,) = move.bundle.glob("journal-*.json")
    jobs = json.loads(path.read_text(encoding="utf-8"))["jobs"]
    late = [name for name, entry in jobs.items() if entry["phase"] == "waiting"]
    if late:
        move.hand_over(jobs=late)
        move.brought_in(phase="cutover")
    made = Asleep(move, place, (pair.source.snapshot(), pair.target.snapshot()))
    made.again()
    return made


class OneAwake:
    """Looks after every request to either server that no job is able to run on both. `wrongs` says after which."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.wrongs: list[str] = []
        witness(pair, self._look)

    def _look(self, request: str) -> None:
        both = able_to_run(self.pair.source) & able_to_run(self.pair.target)
        if both:
            self.wrongs.append(f"after {request}: {sorted(both)} on both")


def job(server: Server, name: str) -> Row:
    return next(row for row in server.service.estate.rows(JOBS) if row["body"]["name"] == name)


def chain(server: Server, name: str) -> Row | None:
    """The backup of a job of a server."""
    row_id = job(server, name)["id"]
    return next((row for row in server.service.store.rows(BACKUPS) if row["job"] == row_id), None)


def kinds_of_points(server: Server, name: str) -> list[list[str]]:
    """The kinds of the points of each machine of a job."""
    found = chain(server, name)
    return [[point["type"] for point in each["points"]] for each in found["objects"]] if found else []


def run(server: Server, name: str) -> None:
    drive("job_run", server, name=name)


def once(do: Callable[[Exchange], bool], then: Callable[[], None]) -> Callable[[Exchange], None]:
    """An observer that does something after the first request that fits."""
    over: list[bool] = []

    def hear(exchange: Exchange) -> None:
        if not over and do(exchange):
            over.append(True)
            then()

    return hear
