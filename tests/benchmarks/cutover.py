# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs cut over and rolled back in one task each, and a whole server exported and imported.

`python -m benchmarks.cutover [NUMBER]`. Times are printed, never checked: the exit code says whether all was done, and
in how many requests a job changes hands.
"""

from __future__ import annotations

import copy
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bare import PAGE_ROWS
from benchmarks.competitors import BenchmarkFailed
from benchmarks.measuring import Measured, run
from benchmarks.simulation import TESTS
from benchmarks.tables import MEBIBYTE, table
from simulator.seeds import headquarters
from simulator.testing import Pair, Server, serving_pair
from support.faults.migration import small_estate
from tooling import tree

DEFAULT_NUMBER = 200
BUILD = "13.0.1.180"
# What is allowed: so many requests for each job, so many besides, and these again for each further page of a list.
PER_JOB, BESIDES, PER_PAGE = 4, 30, 5


@dataclass(frozen=True)
class Step:
    """One task in a process of its own: what it is called here, its measures, and how many requests it sent."""

    name: str
    measured: Measured
    requests: int


class Bench:
    """Runs tasks on a pair of servers, each in a process of its own, and keeps their measures."""

    def __init__(self, pair: Pair, place: Path, latency: float = 0.0) -> None:
        self.pair, self.place = pair, place
        self.heard = 0
        self.quiet = False
        self.steps: list[Step] = []
        for server in pair.servers:
            server.app.observers.append(self._hear)
            server.app.latency = latency

    def task(self, name: str, title: str, server: Server, **options: Any) -> dict[str, Any]:
        """Run a task. Raises BenchmarkFailed when it fails."""
        self.heard = 0
        log = self.place / "output.log"
        order = json.dumps([title, {**address(server), **options}])
        paths = os.pathsep.join((str(TESTS), str(tree.checkout())))
        measured = run([sys.executable, "-m", "support.memory", order], {**os.environ, "PYTHONPATH": paths}, log)
        said = log.read_text("utf-8", "replace")
        result: dict[str, Any] = {"failed": True, "msg": said[-2000:]}
        if not measured.code:
            _peak, result = json.loads(said)
        if result.get("failed"):
            raise BenchmarkFailed(f"{name}: {result['msg']}")
        self.steps.append(Step(name, measured, self.heard))
        if not self.quiet:
            print(f"{name:<36} {measured.seconds:8.2f} s", flush=True)
        return result

    def _hear(self, _exchange: object) -> None:
        self.heard += 1


def address(server: Server) -> dict[str, Any]:
    words = ("hostname", "port", "username", "password", "ca_path")
    return {word: getattr(server, word) for word in words}


def secrets(bundle: Path) -> dict[str, dict[str, dict[str, str]]]:
    """A made-up secret for every slot of a bundle."""
    from support.tasks import secrets_for

    return secrets_for(json.loads((bundle / "manifest.json").read_text("utf-8")))


def many_jobs(number: int) -> dict[str, Any]:
    """A small estate with so many copies of its first job."""
    seed = small_estate()
    first = seed["estate"]["jobs"]["jobs"][0]
    seed["estate"]["jobs"]["jobs"] = [{**copy.deepcopy(first), "name": f"Job {each:03}"} for each in range(number)]
    return seed


def there_and_back(place: Path, number: int, latency: float = 0.0) -> Iterator[Step]:
    """Jobs change hands, and back; each answer comes so many seconds later."""
    bundle = place / "bundle"
    with serving_pair(source_seed=many_jobs(number)) as pair:
        bench = Bench(pair, place, latency)
        bench.task(f"export, {number} jobs", "export", pair.source, dest=str(bundle))
        bench.task(f"import, {number} jobs", "import", pair.target, src=str(bundle), secrets=secrets(bundle))
        for state in ("cut_over", "rolled_back"):
            name = f"{state.replace('_', ' ')}, {number} jobs"
            options = {"src": str(bundle), "source": address(pair.source), "state": state}
            counts = bench.task(name, "cutover", pair.target, **options)["counts"]
            if counts != {state.replace("_", " "): number}:
                raise BenchmarkFailed(f"{name}: {counts}")
    yield from bench.steps


def whole_server(place: Path) -> Iterator[Step]:
    """A server with everything that one can have."""
    bundle = place / "whole"
    with serving_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        bench = Bench(pair, place)
        target = {name: getattr(pair.target, name) for name in ("hostname", "port", "ca_path")}
        bench.task("headquarters, export", "whole_export", pair.source, dest=str(bundle), for_server=target)
        bench.task("headquarters, import", "whole_import", pair.target, src=str(bundle), secrets=secrets(bundle))
    yield from bench.steps


def report(steps: list[Step], number: int) -> str:
    rows = [["one task each", "seconds", "cpu s", "memory MB", "requests"]]
    for step in steps:
        took = step.measured
        figures = (f"{took.seconds:.2f}", f"{took.cpu:.2f}", f"{took.peak / MEBIBYTE:.0f}", str(step.requests))
        rows.append([step.name, *figures])
    most = max(step.requests for step in handed_over(steps))
    met = "met   " if most <= allowed(number) else "MISSED"
    aim = f"{PER_JOB} for each job + {allowed(number) - PER_JOB * number} = {allowed(number)}"
    return f"{table(rows)}\n\n{met}  cutover and rollback: at most {most} requests (aim: {aim})"


def handed_over(steps: list[Step]) -> list[Step]:
    return [step for step in steps if step.name.startswith(("cut over", "rolled back"))]


def allowed(number: int) -> int:
    return PER_JOB * number + BESIDES + PER_PAGE * ((number - 1) // PAGE_ROWS)


def main(words: list[str]) -> int:
    number = int(words[0]) if words else DEFAULT_NUMBER
    try:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
            steps = [*there_and_back(Path(place), number), *whole_server(Path(place))]
    except BenchmarkFailed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"\n{report(steps, number)}")
    return int(any(step.requests > allowed(number) for step in handed_over(steps)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
