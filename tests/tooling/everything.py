# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the pieces of `make test` or `make quick`, names those that failed, and closes with a count of the tests."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

from tooling import tree

Lane = tuple[str, ...]
# Sessions of nox in rows of lanes. The lanes of a row run side by side, the pieces of each one after the other. The
# output of the first is seen while it runs, that of the others when they have ended. Where none of a row has more than
# one core to do, all are to take about as long. `conventions` and `lint` go through one copy of the collection, so they
# share a lane.
PIECES: tuple[tuple[Lane, ...], ...] = (
    (("unit",), ("format", "conventions", "lint", "types")),
    (("integration",),),
    (("contract", "sanity"), ("conformance", "sanity-oldest", "docs", "package", "integration-oldest")),
)
# What takes seconds, and the tests that need no process of Ansible, but for long ones.
QUICK: tuple[tuple[Lane, ...], ...] = ((("unit-quick",), ("format", "lint", "types")),)
# Where the pieces that count tests leave their results, as JUnit XML.
RESULTS = tree.CACHE / "results"
# Where nox writes how each piece ended.
REPORTS = RESULTS / "pieces"
SUCCESS = "success"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only what takes seconds, and the unit tests")
    rows = QUICK if parser.parse_args().quick else PIECES
    shutil.rmtree(RESULTS, ignore_errors=True)
    REPORTS.mkdir(parents=True)
    for row in rows:
        _run(row)
    print()
    failed_pieces = [piece for row in rows for lane in row for piece in _failed(lane)]
    if failed_pieces:
        print(f"Failed: {', '.join(failed_pieces)}. Run one alone: `.venv/bin/nox -s {failed_pieces[0]}`.")
    count = _tests()
    # A linter that objects has no test to count, and is a failure all the same.
    failed = max(count["failed"], len(failed_pieces))
    print(f"{count['passed']} passed, {failed} failed, {count['skipped']} skipped")
    return int(bool(failed))


def _run(row: tuple[Lane, ...]) -> None:
    """Run the lanes of a row side by side; the first one may write where it likes."""
    first, *others = row
    if others:
        titles = "; ".join(", ".join(lane) for lane in others)
        print(f"\nSide by side: {', '.join(first)}; and shown when ended: {titles}", flush=True)
    with ExitStack() as stack:
        outputs = [stack.enter_context(tempfile.TemporaryFile()) for _lane in others]
        alone = _start(first, None)
        running = [_start(lane, output) for lane, output in zip(others, outputs, strict=True)]
        alone.wait()
        for process, output in zip(running, outputs, strict=True):
            process.wait()
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout.buffer)
            sys.stdout.flush()


def _start(lane: Lane, output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    """Start the pieces of a lane, in this order; one that fails does not hold up the next."""
    command = (sys.executable, "-m", "nox", "--session", *lane, "--report", str(_report(lane)))
    return subprocess.Popen(command, cwd=tree.ROOT, stdout=output, stderr=output and subprocess.STDOUT)


def _report(lane: Lane) -> Path:
    return REPORTS / f"{lane[0]}.json"


def _failed(lane: Lane) -> Iterator[str]:
    """Print how long each piece of a lane took and how it ended; one that left no report was broken off, and failed."""
    sessions = {session["name"]: session for session in _sessions(lane)}
    for session in sessions.values():
        print(f"{session['name']:<18} {session['result']:<8} {session['duration']:6.1f} s")
    yield from (piece for piece in lane if sessions.get(piece, {}).get("result") != SUCCESS)


def _sessions(lane: Lane) -> Iterator[dict[str, Any]]:
    if _report(lane).exists():
        yield from json.loads(_report(lane).read_text(encoding="utf-8"))["sessions"]


def _tests() -> Counter[str]:
    count: Counter[str] = Counter()
    for path in RESULTS.glob("*.xml"):
        count.update(_outcome(case) for case in ElementTree.parse(path).iter("testcase"))
    return count


def _outcome(case: ElementTree.Element) -> str:
    tags = {child.tag for child in case}
    if tags & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in tags else "passed"


if __name__ == "__main__":
    sys.exit(main())
