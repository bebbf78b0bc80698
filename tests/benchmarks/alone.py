# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of a migration, each in a process of its own without Ansible around it: what each job takes of a processor.

`python -m benchmarks.alone [FEW MANY]`
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.competitors import BenchmarkFailed, bare
from benchmarks.measuring import Measured, run
from benchmarks.simulation import TESTS, simulation
from benchmarks.tables import MILLISECONDS, table
from support.tasks import secrets_for
from tooling import tree

FEW, MANY = 100, 1000
RUNS = 3
TASKS = ("export", "import", "verify")
BARE = "bare script"


def alone(place: Path, jobs: int) -> Iterator[tuple[str, Measured]]:
    """Each task with its measures, and the bare script. Raises BenchmarkFailed."""
    with simulation(place, jobs) as pair:
        source, target = (
            {**pair.server(name), "port": int(pair.server(name)["port"])} for name in ("source", "target")
        )
        bundle = place / "bundle"
        yield "export", _task(place, "export", source, dest=str(bundle))
        given = {"src": str(bundle), "secrets": secrets_for(json.loads((bundle / "manifest.json").read_text("utf-8")))}
        yield "import", _task(place, "import", target, **given)
        # What is there already is compared with the bundle, and nothing is sent.
        yield "verify", _task(place, "import", target, **given)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as other:
        yield BARE, bare(Path(other), jobs).measured


def _task(place: Path, title: str, server: dict[str, Any], **options: Any) -> Measured:
    log = place / "task.log"
    order = json.dumps([title, {**server, **options}])
    paths = os.pathsep.join((str(TESTS), str(tree.checkout())))
    measured = run([sys.executable, "-m", "support.memory", order], {**os.environ, "PYTHONPATH": paths}, log)
    said = log.read_text("utf-8", "replace")
    if measured.code or json.loads(said)[1].get("failed"):
        raise BenchmarkFailed(f"{title}: {said[-2000:]}")
    return measured


def slopes(few: int = FEW, many: int = MANY) -> dict[str, float]:
    """The milliseconds of client processor for each job more, by task, and of the bare script."""
    least, most = _processor_seconds(few), _processor_seconds(many)
    return {name: (most[name] - least[name]) * MILLISECONDS / (many - few) for name in most}


def _processor_seconds(jobs: int) -> dict[str, float]:
    """Of each task, and of the bare script: the median of the runs."""
    runs = []
    for _run in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
            runs.append(dict(alone(Path(place), jobs)))
    return {name: median(each[name].cpu for each in runs) for name in runs[0]}


def report(took: dict[str, float]) -> str:
    """A row for each task, one for the whole move with and without verification, beside the bare script."""
    moving = took["export"] + took["import"]
    rows = [["client CPU for each job", "ms", "of the bare script's"]]
    named = {**took, "export and import": moving, "and verify": moving + took["verify"]}
    rows += [[name, f"{each:.2f}", f"{each / took[BARE]:.2f}"] for name, each in named.items()]
    return table(rows)


def main(words: list[str]) -> int:
    try:
        print(report(slopes(*map(int, words))))
    except BenchmarkFailed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
