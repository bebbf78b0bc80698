# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job that waits for the cutover and whose name the target takes for another one is refused while it still works."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, Server, simulated_pair
from support.clock import SwiftClock
from support.handover import BothAsleepOrOneAwake, Result, Staged, jobs_to_hand_over, row, staged, standing
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

ONE, OTHER, NEW = "Backup Job 4", "BACKUP JOB 4", "Another"
THEIRS = "00000000-0000-4000-8000-0000000000aa"
NAMES = {ONE: ONE, OTHER: OTHER}


@pytest.fixture
def pair(swift_clock: SwiftClock) -> Iterator[Pair]:
    """In the end, no job was able to run on both servers after any request."""
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        observer = BothAsleepOrOneAwake(pair, {ONE: ONE, OTHER: NEW})
        yield pair
        assert observer.wrongs == []


def with_twins(pair: Pair, place: Path) -> Staged:
    """Two jobs of the source that wait, and whose names differ by case only."""
    row(pair.source, "Retired")["body"]["name"] = OTHER
    return staged(pair, place, NAMES, [ONE])


def put_there(server: Server, name: str) -> None:
    """Somebody makes a job on a server."""
    made = server.snapshot()
    rows = made["rows"]["jobs"]
    template = next(each for each in rows.values() if each["body"]["name"] == "Backup Job 4")
    rows[THEIRS] = {**copy.deepcopy(template), "id": THEIRS, "body": {**template["body"], "name": name}}
    server.restore(made)


def refused(ready: Staged, **other: Any) -> Result:
    """The same with and without check mode, and before anything is changed."""
    before = ready.all()
    result, planned = (ready.hand_over(check, **other) for check in (False, True))
    assert result["failed"] and planned["failed"] and result["msg"] == planned["msg"]
    assert result["changed"] is False and ready.all() == before
    assert result["msg"].startswith("Nothing was changed.") and "vbr_import_rename" in result["msg"]
    return result


def test_a_job_of_the_target(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> None:
    ready = staged(pair, tmp_path_factory.mktemp("staged"), {"Backup Job 3": "Backup Job 3"}, ["Backup Job 3"])
    put_there(pair.target, "backup job 3")
    result = refused(ready)
    assert "'Backup Job 3': its name differs from 'backup job 3' by case only" in result["msg"]
    # The others go without it, and it stays awake.
    ready.done(jobs=["Backup Job 2", ONE, "Retired"])
    assert standing(pair.source)["Backup Job 3"][0] and ready.phases()["Backup Job 3"] == "waiting"


def test_two_that_come_at_once(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> None:
    ready = with_twins(pair, tmp_path_factory.mktemp("staged"))
    assert ready.phases()[ONE] == ready.phases()[OTHER] == "waiting"
    result = refused(ready)
    assert f"'{ONE}': its name differs from '{OTHER}'" in result["msg"]
    assert f"'{OTHER}': its name differs from '{ONE}'" in result["msg"]
    # One of them alone is in nobody's way until it is at rest.
    ready.done(jobs=[ONE])
    assert f"'{ONE}' by case only" in refused(ready, jobs=[OTHER])["msg"]
    assert ready.bring_in(rename={})["created"]["jobs"] == [ONE]
    ready.done(jobs=[ONE])
    assert standing(pair.source)[OTHER][0] and standing(pair.target)[ONE][0]
    refused(ready)


def test_under_another_name_both_go(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> None:
    ready = with_twins(pair, tmp_path_factory.mktemp("staged"))
    ready.hold = [ONE, NEW]
    options = {**ready.import_options(), "rename": {"jobs": {OTHER: NEW}}}
    planned = drive("import", pair.target, check=True, **{**options, "phase": "stage"})
    imported = drive("import", pair.target, **{**options, "phase": "stage"})
    assert not imported.get("failed"), imported["msg"]
    assert planned["changed"] is imported["changed"] is True
    assert {name for name, phase in ready.phases().items() if phase == "waiting"} == {ONE, NEW}
    ready.done()
    brought = drive("import", pair.target, **options)
    assert sorted(brought["created"]["jobs"]) == [NEW, ONE]
    ready.done()
    assert set(ready.phases().values()) == {"cut over"}
    assert standing(pair.target)[ONE][0] and standing(pair.target)[NEW][0]
    assert not any(awake for awake, _starts in standing(pair.source).values())
