# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/performance.md: everything measured in one run, the median of three, in a table for each question.

`python -m benchmarks.page [--full]`; `--full` goes on to 20,000 jobs when the page is written, and writes it again.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import TypeAlias

from benchmarks import alone, credentials, cutover, many
from benchmarks.competitors import BenchmarkFailed, Score, bare, ours
from benchmarks.cutover import Step
from benchmarks.measuring import Measured
from benchmarks.tables import MEBIBYTE
from tooling import tree

PAGE = tree.ROOT / "docs" / "performance.md"
SIZES, MANY_MORE = (10, 100, 1000), (5000, 20000)
RUNS = 3
# What takes longer is measured once more at the most.
LONG_SECONDS = 60
LATENCY = 0.05
LATE = f", {LATENCY * 1000:g} ms of latency"
OF_LATENCY = (100, 1000)
LATE_OBJECTS = 200
# What `parallel` is where nobody says it.
DEFAULT_LANES = 4
BOOK = "migrate.yml"
Move: TypeAlias = Callable[[Path, int, float], Score]
MOVES: Mapping[str, Move] = {"bare script": bare, BOOK: ours}


@dataclass(frozen=True)
class Line:
    """A line of the table: what was done, by what, and each of its runs with how many requests it sent."""

    what: str
    by: str
    runs: tuple[tuple[Measured, int], ...]

    def cells(self) -> list[str]:
        took = [measured for measured, _requests in self.runs]
        figures = median(each.seconds for each in took), median(each.cpu for each in took)
        peak = median(each.peak for each in took) / MEBIBYTE
        return [
            self.what,
            self.by,
            *(f"{each:.2f}" for each in figures),
            f"{peak:.0f}",
            str(self.runs[0][1]),
            str(len(took)),
        ]


def repeated(what: str, by: str, once: Callable[[Path], tuple[Measured, int]]) -> Line:
    """Run it three times, or as often as it fits into a minute."""
    runs: list[tuple[Measured, int]] = []
    started = time.monotonic()
    while len(runs) < RUNS and (not runs or time.monotonic() - started < LONG_SECONDS):
        with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
            runs.append(once(Path(place)))
        print(f"{what}, {by}: {runs[-1][0].seconds:.2f} s", flush=True)
    return Line(what, by, tuple(runs))


def migrations(sizes: Iterable[int], late_ones: Iterable[int] = ()) -> Iterator[Line]:
    for jobs, latency in (*((jobs, 0.0) for jobs in sizes), *((jobs, LATENCY) for jobs in late_ones)):
        for name, move in MOVES.items():
            yield repeated(f"move {jobs} jobs{LATE if latency else ''}", name, partial(_moved, move, jobs, latency))


def _moved(move: Move, jobs: int, latency: float, place: Path) -> tuple[Measured, int]:
    score = move(place, jobs, latency)
    return score.measured, score.requests.total()


def accounts() -> Iterator[Line]:
    number = credentials.DEFAULT_NUMBER
    for name in credentials.COMPETITORS:

        def once(place: Path, name: str = name) -> tuple[Measured, int]:
            result = credentials.compete(name, place, number)
            return result.measured, result.requests

        yield repeated(f"create {number} accounts", name, once)


def by_steps(make: Callable[[Path], Iterator[Step]]) -> Iterator[Line]:
    """A line for each step of what is only done as a whole."""
    found: dict[str, list[tuple[Measured, int]]] = {}
    started = time.monotonic()
    for _run in range(RUNS):
        if found and time.monotonic() - started >= LONG_SECONDS:
            break
        with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
            for step in make(Path(place)):
                found.setdefault(step.name, []).append((step.measured, step.requests))
    for name, runs in found.items():
        yield Line(name.removeprefix(f"{BOOK}, "), BOOK if name.startswith(BOOK) else "one task", tuple(runs))


def late(lines: Iterable[Line]) -> Iterator[Line]:
    return (replace(line, what=line.what + LATE) for line in lines)


def sections() -> Iterator[tuple[str, list[Line]]]:
    """The tables, each under its heading."""
    yield "Moving jobs by the automation section, export to verification", [*migrations(SIZES, OF_LATENCY)]
    number, objects = cutover.DEFAULT_NUMBER, LATE_OBJECTS
    yield (
        "Bringing jobs in, and handing them over",
        [
            *by_steps(lambda place: cutover.there_and_back(place, number)),
            *late(by_steps(lambda place: cutover.there_and_back(place, number, LATENCY))),
        ],
    )
    yield (
        "A whole server, and many objects as code",
        [
            *by_steps(cutover.whole_server),
            *by_steps(lambda place: iter(many.estate(place, many.OBJECTS))),
            *late(by_steps(lambda place: iter(many.estate(place, objects, LATENCY)))),
        ],
    )
    yield "Fifty pairs in one run", [*by_steps(lambda place: iter([many.pairs(place, many.PAIRS)]))]
    yield "The same accounts by what else could be used", [*accounts()]


def markdown(rows: list[list[str]]) -> str:
    rule = ["---", "---", *["---:"] * (len(rows[0]) - 2)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:]))


def page(found: list[tuple[str, list[Line]]], slopes: dict[str, float], load: tuple[float, float]) -> str:
    """The page; `load` is the machine's average before and after."""
    head = ["what", "by", "seconds", "client CPU s", "memory MB", "requests", "runs"]
    moving = slopes["export"] + slopes["import"]
    per_job = {**slopes, "export and import": moving, "export, import and verify": moving + slopes["verify"]}
    of_bare = [["for each job", "", "ms of client CPU", "of the bare script's"]]
    of_bare += [[name, "", f"{each:.2f}", f"{each / slopes[alone.BARE]:.2f}"] for name, each in per_job.items()]
    when = datetime.now(UTC).strftime("%Y-%m-%d")
    cores = len(os.sched_getaffinity(0))
    return TEMPLATE.format(
        when=when,
        python=platform.python_version(),
        cores=cores,
        before=load[0],
        after=load[1],
        tables="\n\n".join(
            f"## {title}\n\n{markdown([head, *(line.cells() for line in lines)])}" for title, lines in found
        ),
        parallel=DEFAULT_LANES,
        slopes=markdown(of_bare),
        few=alone.FEW,
        many=alone.MANY,
    )


TEMPLATE = """# What it costs

`python -m benchmarks.page` made this page on {when}, against the simulator in a process of its own: Python {python},
{cores} cores, load average {before:.1f} at the beginning and {after:.1f} at the end. Above the number of cores other
work disturbed it: seconds are too long then, and client CPU says more.

Seconds are on the wall; client CPU is that of the program and all its children, without the simulator. Memory is that
of all its processes at the most, looked at once a second, and more often at the beginning. Each is the median of its
runs: three, or as many as begin in a minute. `make bench` prints the same kind of tables and writes nothing.

The bare script sends the same requests by `requests`, one after the other, without plan, preflight, verification,
report or way back. The collection sends {parallel} at a time (`parallel`), which saves nothing where the simulator
shares the cores with its client, and most where each answer takes its time. Of the seconds of a small move some are
pauses between looks at sessions of the server, which end after a few looks here.

{tables}

## For each job more

The slope from {few} to {many} jobs of 10 KB each, the tasks without Ansible around them:

{slopes}
"""


def main(words: list[str]) -> int:
    before = os.getloadavg()[0]
    try:
        found, slopes = [*sections()], alone.slopes()
        _write(found, slopes, before)
        if "--full" in words:
            found.insert(1, ("Moving many more jobs", [*migrations(MANY_MORE)]))
            _write(found, slopes, before)
    except BenchmarkFailed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def _write(found: list[tuple[str, list[Line]]], slopes: dict[str, float], before: float) -> None:
    PAGE.write_text(page(found, slopes, (before, os.getloadavg()[0])), "utf-8")
    print(f"\n{PAGE} is written", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
