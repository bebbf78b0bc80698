# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every piece of `make test`, names those that failed, and closes with one line that counts the tests."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from xml.etree import ElementTree

from tooling import tree

# Where the pieces that count tests leave their results, as JUnit XML.
RESULTS = tree.CACHE / "results"
NOX_REPORT = RESULTS / "pieces.json"
NOX_SUCCESS = "success"


def main() -> int:
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    status = subprocess.run(
        (sys.executable, "-m", "nox", "--report", str(NOX_REPORT)), cwd=tree.ROOT, check=False
    ).returncode
    print()
    failed_pieces = _pieces()
    if failed_pieces:
        print(f"Failed: {', '.join(failed_pieces)}. Run one alone with `make {failed_pieces[0]}`.")
    count = _tests()
    # A linter that objects has no test to count, and is a failure all the same.
    failed = max(count["failed"], len(failed_pieces), int(status != 0))
    print(f"{count['passed']} passed, {failed} failed, {count['skipped']} skipped")
    return status


def _pieces() -> list[str]:
    """Print how long each piece took; return those that failed."""
    if not NOX_REPORT.exists():
        return []
    sessions = json.loads(NOX_REPORT.read_text(encoding="utf-8"))["sessions"]
    for session in sessions:
        print(f"{session['name']:<12} {session['result']:<8} {session['duration']:6.1f} s")
    return [session["name"] for session in sessions if session["result"] != NOX_SUCCESS]


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
