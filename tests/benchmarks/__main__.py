# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench [SIZES="10 100"]`: migrations of growing estates, by the playbook and by the bare script, side by side.

Times are printed, never checked: the exit code says only whether every migration did what it should.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.competitors import BenchmarkFailed, Score, bare, ours
from benchmarks.tables import Round, report

DEFAULT_SIZES = "10 100 1000"
COMPETITORS = (("bare script", bare), ("migrate.yml", ours))


def sizes(words: list[str]) -> list[int]:
    """The numbers of jobs wanted: from the command line, else from $SIZES. Raises ValueError."""
    wanted = " ".join(words) or os.environ.get("SIZES") or DEFAULT_SIZES
    if not all(word.isdecimal() and int(word) for word in wanted.split()):
        raise ValueError(f"SIZES must be numbers of jobs, not {wanted!r}")
    return sorted({int(word) for word in wanted.split()})


def compare(jobs: int) -> Round:
    """Run both migrations of one size; print the time of each one when it ends."""
    scores: list[Score] = []
    for name, compete in COMPETITORS:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
            print(f"{jobs:>6} jobs  {name:<12}", end=" ", flush=True)
            scores.append(compete(Path(place), jobs))
            print(f"{scores[-1].measured.seconds:8.2f} s", flush=True)
    return Round(jobs, *scores)


def main(words: list[str]) -> int:
    try:
        rounds = [compare(jobs) for jobs in sizes(words)]
    except (BenchmarkFailed, ValueError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"\n{report(rounds)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
