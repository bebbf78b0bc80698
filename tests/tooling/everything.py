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
from typing import IO, Any
from xml.etree import ElementTree

from tooling import tree

# Sessions of nox in rows, cheapest first. A row of one has all cores, and its output is seen while it runs. The pieces
# of a longer row keep one core busy each, so they run side by side, and the output of each is shown when it has ended.
PIECES = (
    *(("format",), ("types",), ("conventions",), ("lint",), ("unit",)),
    *(
        ("contract", "conformance"),
        ("integration",),
        ("docs", "package", "integration-oldest"),
        ("sanity", "sanity-oldest"),
    ),
)
# What takes seconds, and the tests that need no process of Ansible, but for long ones.
QUICK = (("format",), ("types",), ("lint",), ("unit-quick",))
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
    failed_pieces = [piece for row in rows for piece in row if not _succeeded(piece)]
    if failed_pieces:
        print(f"Failed: {', '.join(failed_pieces)}. Run one alone: `.venv/bin/nox -s {failed_pieces[0]}`.")
    count = _tests()
    # A linter that objects has no test to count, and is a failure all the same.
    failed = max(count["failed"], len(failed_pieces))
    print(f"{count['passed']} passed, {failed} failed, {count['skipped']} skipped")
    return int(bool(failed))


def _run(row: tuple[str, ...]) -> None:
    """Run the pieces of a row side by side; one that is alone may write where it likes."""
    if len(row) == 1:
        _start(row[0], None).wait()
        return
    print(f"\nSide by side, each shown when it has ended: {', '.join(row)}", flush=True)
    with ExitStack() as stack:
        outputs = [stack.enter_context(tempfile.TemporaryFile()) for _piece in row]
        running = [_start(piece, output) for piece, output in zip(row, outputs, strict=True)]
        for process, output in zip(running, outputs, strict=True):
            process.wait()
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout.buffer)
            sys.stdout.flush()


def _start(piece: str, output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    command = (sys.executable, "-m", "nox", "--session", piece, "--report", str(REPORTS / f"{piece}.json"))
    return subprocess.Popen(command, cwd=tree.ROOT, stdout=output, stderr=output and subprocess.STDOUT)


def _succeeded(piece: str) -> bool:
    """Print how long a piece took and how it ended; one that left no report was broken off, and failed."""
    sessions = list(_sessions(piece))
    for session in sessions:
        print(f"{session['name']:<14} {session['result']:<8} {session['duration']:6.1f} s")
    return bool(sessions) and all(session["result"] == SUCCESS for session in sessions)


def _sessions(piece: str) -> Iterator[dict[str, Any]]:
    report = REPORTS / f"{piece}.json"
    if report.exists():
        yield from json.loads(report.read_text(encoding="utf-8"))["sessions"]


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
