# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What grows with the number of objects, and how fast: four times as many take about four times the work."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair
from support import reports
from support.estates import account, bundle_of, estate_of, job, repository
from support.tasks import drive

FEW, MANY = 1250, 5000
# Four times the work, and as much again for a machine that does something else meanwhile; a square would be sixteen.
MOST = 8
ATTEMPTS = 3
ENDED_BADLY = {
    "id": "5d2b7f0e-0000-4f0c-8d5e-0f4a9c1b2d31",
    "state": "Stopped",
    "sessionType": "Automation",
    "result": {"result": "Failed", "message": "Failed"},
}

pytestmark = pytest.mark.story


def accounts(number: int) -> list[dict[str, Any]]:
    return [account(f"account{each:05}", f"tech\\user{each:05}") for each in range(number)]


def password(key: str) -> str:
    return f"Ck4&{key}+Wd8="


def refuse_all(pair: Pair, number: int) -> None:
    """Let the target end an import without any of the accounts, each of which its log names with its password."""
    rows = [
        {
            "id": each,
            "status": "Failed",
            "title": f"{row['uniqueId']}: {password(row['uniqueId'])} of {row['username']} is refused",
            "description": "",
        }
        for each, row in enumerate(accounts(number))
    ]
    faults = pair.target.faults
    faults.clear()
    faults.add(do="status", status=201, path="/import$", body={**ENDED_BADLY, "state": "Starting"}, times=0)
    faults.add(do="status", status=200, path="/sessions/[^/]+$", body=ENDED_BADLY, times=0)
    faults.add(do="status", status=200, path="/logs$", body={"totalRecords": number, "records": rows}, times=0)


def failing(pair: Pair, place: Path, number: int) -> Callable[[], None]:
    """An import of which every account fails, and its report."""
    bundle = bundle_of(place / "bundle", estate_of(credentials=accounts(number)))
    secrets = {"credentials": {row["uniqueId"]: {"password": password(row["uniqueId"])} for row in accounts(number)}}
    details = place / "import.json"

    def work() -> None:
        refuse_all(pair, number)
        result = drive("import", pair.target, src=bundle, secrets=secrets, report=str(details))
        failed = result["failed_objects"]["credentials"]
        assert len(failed) == number
        assert all(f"{key}: ******** of tech" in reason for key, reason in failed.items())
        run = reports.run(pair, import_=result)
        reports.page(reports.report({**run, "details": json.loads(details.read_text("utf-8"))}))

    return work


def unclear(pair: Pair, place: Path, number: int) -> Callable[[], None]:
    """A plan of which every job names a repository that nobody knows, with as many secrets and names of nothing."""
    pair.target.faults.clear()
    jobs = [job(f"Job {each:05}", repository(f"Store {each:05}", "host")) for each in range(number)]
    bundle = bundle_of(place / "bundle", estate_of(jobs=jobs))
    secrets = {"credentials": {row["uniqueId"]: {"password": password(row["uniqueId"])} for row in accounts(number)}}
    rename = {"jobs": {f"Jbo {each:05}": "Renamed" for each in range(number)}}

    def work() -> None:
        result = drive("import", pair.target, check=True, src=bundle, secrets=secrets, rename=rename, kinds=["jobs"])
        codes = [finding["code"] for finding in result["findings"]]
        assert {code: codes.count(code) for code in set(codes)} == dict.fromkeys(
            ("unknown-reference", "unused-secret", "unused-rename"), number
        )

    return work


def seconds(work: Callable[[], None]) -> float:
    """Of the processor, and not of the clock on the wall."""
    gc.collect()
    before = time.process_time()
    work()
    return time.process_time() - before


@pytest.mark.parametrize("scene", [failing, unclear])
def test_four_times_as_many_take_about_four_times_the_work(
    scene: Callable[[Pair, Path, int], Callable[[], None]], pair: Pair, tmp_path: Path
) -> None:
    few, many = float("inf"), float("inf")
    for attempt in range(ATTEMPTS):
        few = min(few, seconds(scene(pair, tmp_path / f"few{attempt}", FEW)))
        many = min(many, seconds(scene(pair, tmp_path / f"many{attempt}", MANY)))
        if many < MOST * few:
            return
    raise AssertionError(f"{MANY} took {many / few:.1f} times what {FEW} took")
