# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job that is on the target under another name, by a rename or by its console, is never brought in a second time."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.services.vbr.kinds import JOBS
from support.handover import AWAKE, NAMES, RENAME, Staged, row, standing
from support.tasks import drive

WAITS = "Backup Job 4"


@pytest.fixture
def ready(once_staged: Staged) -> Staged:
    once_staged.again()
    return once_staged


@pytest.fixture
def waiting(ready: Staged) -> Staged:
    """The renamed job waits for the cutover, and the others sleep."""
    ready.done(state="rolled_back", remove=True)
    again(ready, rename=RENAME, hold=["By hand"])
    assert ready.phases()["By hand"] == "waiting"
    return ready


def again(ready: Staged, **other: Any) -> Any:
    """A second import, of the phase stage."""
    return ready.bring_in(**{"phase": "stage", "rename": {}, **other})


def test_a_rename_that_is_not_given_again_holds(ready: Staged) -> None:
    result = again(ready)
    assert not result.get("failed") and result["changed"] is False, result.get("msg")
    assert set(standing(ready.pair.target)) == set(NAMES.values()) == set(ready.phases())


def test_so_it_does_after_the_cutover_and_the_way_back_stays_open(ready: Staged) -> None:
    ready.done()
    assert again(ready)["changed"] is False
    assert set(standing(ready.pair.target)) == set(NAMES.values())
    ready.done(state="rolled_back", remove=True)
    assert not standing(ready.pair.target) and standing(ready.pair.source)[WAITS][0]


@pytest.mark.parametrize("phase", ["stage", "cutover", "waiting"])
def test_another_rename_of_a_job_that_is_there_is_refused(ready: Staged, phase: str) -> None:
    before = ready.all()
    result = again(ready, phase=phase, rename={"jobs": {WAITS: "Other"}})
    assert result["failed"] and ready.all() == before
    said = (
        f"jobs '{WAITS}' is moved as 'By hand' by the journal, and is to be called 'Other' now: one job would be two."
    )
    assert said in result["msg"] and "vbr_import_rename" in result["msg"]


def test_one_that_was_removed_again_may_have_another_name(ready: Staged) -> None:
    ready.done(state="rolled_back", remove=True)
    result = again(ready, rename={"jobs": {WAITS: "Other"}})
    assert not result.get("failed"), result["msg"]
    assert set(standing(ready.pair.target)) == set(ready.phases()) == {*NAMES.values(), "Other"} - {"By hand"}
    ready.done()
    ready.done(state="rolled_back")


def test_what_waits_comes_in_under_the_name_that_it_was_to_have(waiting: Staged) -> None:
    waiting.done()
    result = waiting.bring_in(rename={}, phase="waiting")
    assert not result.get("failed"), result["msg"]
    assert result["created"] == {"jobs": ["By hand"]}
    waiting.done()
    assert set(standing(waiting.pair.target)) == set(NAMES.values())
    assert all(standing(waiting.pair.target)[name][0] for name in AWAKE)


def test_while_it_waits_its_rename_may_change_and_holds_else(waiting: Staged) -> None:
    assert again(waiting, hold=["By hand"])["changed"] is False and "By hand" in waiting.phases()
    again(waiting, hold=["Other"], rename={"jobs": {WAITS: "Other"}})
    assert {"Other"} == {*waiting.phases()} - {*NAMES.values()} and "By hand" not in waiting.phases()


# -- in the console of the target --------------------------------------------------------------------------------------


def call_it_final(ready: Staged) -> None:
    estate = ready.pair.target.service.estate
    row(ready.pair.target, "Backup Job 2")["body"]["name"] = "Final"
    for each in estate.rows(JOBS):
        after = each["body"]["schedule"].get("afterThisJob") or {}
        after.update({"jobName": "Final"} if after.get("jobName") == "Backup Job 2" else {})
    estate.reindex()


def test_a_job_that_was_renamed_on_the_target_is_known_by_its_id(ready: Staged) -> None:
    call_it_final(ready)

    result = again(ready, rename=RENAME)

    assert not result.get("failed") and result["changed"] is False, result.get("msg")
    assert "Backup Job 2" not in standing(ready.pair.target)
    ready.done()
    assert again(ready, phase="waiting")["changed"] is False
    assert standing(ready.pair.target)["Final"][0] and not standing(ready.pair.source)["Backup Job 2"][0]
    ready.done(state="rolled_back")
    assert not standing(ready.pair.target)["Final"][0] and standing(ready.pair.source)["Backup Job 2"][0]


def test_who_runs_after_a_renamed_one_runs_after_it(ready: Staged) -> None:
    """The third job runs after the second, and is brought in again."""
    ready.done(state="rolled_back", remove=True, jobs=["Backup Job 3"])
    call_it_final(ready)
    result = again(ready, rename=RENAME)
    assert result["created"] == {"jobs": ["Backup Job 3"]}, result.get("msg")
    after = row(ready.pair.target, "Backup Job 3")["body"]["schedule"]["afterThisJob"]
    assert after["jobName"] == "Final"


def test_a_dry_run_of_it_changes_no_file(ready: Staged) -> None:
    call_it_final(ready)
    noted = ready.noted()
    options = {**ready.import_options(), "phase": "stage"}
    assert drive("import", ready.pair.target, check=True, **options)["changed"] is False
    assert ready.noted() == noted
