# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that wait for the cutover: their source comes to rest first, then they are brought in, then they wake."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest

from simulator.core.call import Exchange
from simulator.services.vbr.kinds import JOBS
from simulator.testing import simulated_pair
from support.clock import SwiftClock
from support.estates import writes
from support.handover import BothAsleepOrOneAwake, Staged, jobs_to_hand_over, row, staged, standing

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BACK = {"state": "rolled_back"}
HELD = ("Backup Job 3", "Retired")
ENABLED, STARTS = True, True


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("staged"), hold=list(HELD))


@pytest.fixture
def ready(once: Staged, swift_clock: SwiftClock) -> Iterator[Staged]:
    """Everything is staged but what is held; in the end, no job was able to run on both servers after any request."""
    once.again()
    observer = BothAsleepOrOneAwake(once.pair)
    yield once
    for server in once.pair.servers:
        server.app.observers.clear()
        server.faults.clear()
    assert observer.wrongs == []


def held(ready: Staged) -> set[str]:
    return {phase for name, phase in ready.phases().items() if name in HELD}


def test_what_is_held_waits_in_the_journal_and_is_not_there(ready: Staged) -> None:
    assert held(ready) == {"waiting"}
    assert not set(HELD) & set(standing(ready.pair.target))
    assert ready.bring_in(phase="stage")["changed"] is False


def test_it_is_not_brought_in_while_its_source_is_awake(ready: Staged) -> None:
    before = len(writes(ready.pair.target))
    result = ready.bring_in()
    assert not result.get("failed") and sorted(result["waiting"]["jobs"]) == sorted(HELD)
    assert (result["changed"], len(writes(ready.pair.target))) == (False, before)


def test_the_cutover_puts_its_source_to_rest_and_says_what_comes_next(ready: Staged) -> None:
    check = ready.hand_over(check=True)
    first, again = ready.done(), ready.done()
    assert check["changed"] and first["changed"] and not again["changed"]
    assert check["diff"] == first["diff"]
    assert first["counts"] == {"at rest": 2, "cut over": 2}
    assert "the phase cutover" in first["msg"]
    assert not any(enabled for enabled, _starts in standing(ready.pair.source).values())


def test_the_diff_says_what_is_not_there_yet_and_as_what_it_comes(ready: Staged) -> None:
    (shown,) = ready.hand_over(check=True)["diff"]
    before, after = (dict(line.split(": ", 1) for line in shown[side].splitlines()) for side in ("before", "after"))
    assert [before[name] for name in HELD] == [
        "source enabled; target not there",
        "source disabled; target not there",
    ]
    assert [after[name] for name in HELD] == [
        "source disabled; target enabled, starts by itself, once it is brought in",
        "source disabled; target disabled, with a start of its own, once it is brought in",
    ]
    ready.done()
    (back,) = ready.hand_over(check=True, **BACK)["diff"]
    assert f"{HELD[0]}: source disabled; target not there\n" in back["before"]
    assert f"{HELD[0]}: source enabled; target not there\n" in back["after"]


def test_at_rest_it_is_brought_in_asleep_and_then_it_wakes(ready: Staged) -> None:
    ready.done()
    brought = ready.bring_in()
    assert not brought.get("failed"), brought["msg"]
    assert sorted(brought["created"]["jobs"]) == sorted(HELD)
    assert held(ready) == {"staged"}

    ready.done()
    assert set(ready.phases().values()) == {"cut over"}
    awake = standing(ready.pair.target)
    assert awake["Backup Job 3"] == (ENABLED, STARTS) and awake["Retired"] == (False, STARTS)
    assert ready.hand_over()["changed"] is False


@pytest.mark.parametrize("moment", ["at rest", "brought in", "cut over"])
def test_a_rollback_from_any_moment_wakes_the_source_as_it_was(ready: Staged, moment: str) -> None:
    before = standing(ready.pair.source)
    ready.done()
    if moment != "at rest":
        ready.bring_in()
    if moment == "cut over":
        ready.done()

    ready.done(**BACK)

    assert standing(ready.pair.source) == before
    assert not any(enabled for enabled, _starts in standing(ready.pair.target).values())
    assert held(ready) == ({"waiting"} if moment == "at rest" else {"rolled back"})
    assert ready.hand_over(**BACK)["changed"] is False


def test_after_a_rollback_it_can_be_cut_over_again(ready: Staged) -> None:
    for options in ({}, BACK, {}):
        ready.done(**options)
    ready.bring_in()
    ready.done()
    assert standing(ready.pair.target)["Backup Job 3"] == (ENABLED, STARTS)


def test_a_job_of_its_name_that_somebody_made_is_not_touched(ready: Staged) -> None:
    theirs = "00000000-0000-4000-8000-0000000000aa"
    made = ready.pair.target.snapshot()
    rows = made["rows"]["jobs"]
    template = next(each for each in rows.values() if each["body"]["name"] == "Backup Job 2")
    body = {**template["body"], "name": "Backup Job 3"}
    rows[theirs] = {**template, "id": theirs, "body": body, "state": {**template["state"], "disabled": False}}
    ready.pair.target.restore(made)
    before = copy.deepcopy(row(ready.pair.target, "Backup Job 3"))
    source = standing(ready.pair.source)

    cut = ready.done()

    assert cut["counts"] == {"at rest": 2, "cut over": 2}
    assert row(ready.pair.target, "Backup Job 3") == before

    # The source would wake beside it.
    back = ready.hand_over(**BACK)
    assert row(ready.pair.target, "Backup Job 3") == before
    assert not any(theirs in path for path in writes(ready.pair.target))
    assert (
        back["failed"] and "'Backup Job 3': the target has another job of its name, and that is enabled" in back["msg"]
    )
    assert standing(ready.pair.source) == {**source, "Backup Job 3": (False, source["Backup Job 3"][1])}


def test_a_cutover_killed_while_it_puts_to_rest_is_taken_up_again(ready: Staged) -> None:
    ready.pair.source.faults.add(do="drop_before", path="/disable$", times=100)
    broken = ready.hand_over()
    assert broken["failed"]
    # The one that was disabled all the time is at rest.
    assert ready.bring_in()["created"] == {"jobs": ["Retired"]}
    ready.pair.source.faults.clear()

    ready.done()

    assert ready.phases()["Backup Job 3"] == "at rest"
    assert not ready.bring_in().get("failed")
    ready.done()
    assert standing(ready.pair.target)["Backup Job 3"] == (ENABLED, STARTS)


def test_what_was_brought_in_is_no_change_any_more(ready: Staged) -> None:
    ready.done()
    assert not ready.bring_in().get("failed")
    assert ready.bring_in()["changed"] is False


def test_an_import_that_broke_off_is_no_end_of_the_window(ready: Staged) -> None:
    """The job was sent and is not there, or was not proved to be asleep: the next import ends it, after any cutover."""
    ready.done()
    ready.pair.target.faults.add(do="status", status=500, path="/jobs/import$")
    assert ready.bring_in()["failed"] and held(ready) == {"pending"}
    result = ready.done()
    assert (result["changed"], result["counts"]) == (False, {"pending": 2, "cut over": 2})
    row(ready.pair.source, "Backup Job 3")["state"]["disabled"] = False
    again = ready.done()
    assert again["changed"] and "the phase cutover" in again["msg"]
    assert standing(ready.pair.source)["Backup Job 3"][0] is False
    assert not ready.bring_in().get("failed")
    assert ready.done()["counts"] == {"cut over": 4}


def test_a_job_that_somebody_else_makes_in_the_window_is_neither_put_to_sleep_nor_handed_over(ready: Staged) -> None:
    ready.done()
    target, theirs = ready.pair.target, copy.deepcopy(row(ready.pair.source, "Backup Job 3")["body"])
    theirs |= {"description": "theirs", "schedule": {"runAutomatically": False}}

    def hear(exchange: Exchange) -> None:
        if exchange.path.endswith("/jobs/export"):
            target.app.observers.remove(hear)
            target.service.estate.add(JOBS, "jobs", theirs, {}, {})

    target.app.observers.append(hear)
    assert "somebody else's" in ready.bring_in()["failed_objects"]["jobs"]["Backup Job 3"]
    for _again in range(2):
        assert not ready.bring_in().get("failed")
        assert standing(target)["Backup Job 3"] == (ENABLED, not STARTS)
    result = ready.done()
    assert result["counts"] == {"pending": 1, "cut over": 3}
    assert standing(target)["Backup Job 3"] == (ENABLED, not STARTS)
    assert ready.bring_in()["changed"] is False
