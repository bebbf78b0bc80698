# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where each job stands: by the journal alone, by both servers, and where these say something else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.services.vbr.kinds import JOBS
from simulator.testing import simulated_pair
from support.clock import SwiftClock
from support.handover import NAMES, Staged, jobs_to_hand_over, row, staged
from support.tasks import connection, run

JOB = "Backup Job 2"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("staged"))


@pytest.fixture
def ready(once: Staged, swift_clock: SwiftClock) -> Iterator[Staged]:
    once.again()
    yield once
    for server in once.pair.servers:
        server.readonly(False)


def info(ready: Staged, *sides: str, check: bool = False, **options: Any) -> dict[str, Any]:
    """What the module says, which writes nothing and is the same again."""
    pair = ready.pair
    servers = {"source": connection(pair.source), "target": connection(pair.target)}
    before = ready.all()
    for server in pair.servers:
        server.readonly()
    given = {"src": str(ready.bundle), **{side: servers[side] for side in sides}, **options}
    results = [run("migration_info", given, check) for check in (check, not check, check)]
    for server in pair.servers:
        server.readonly(False)
    assert ready.all() == before and not any(result["changed"] for result in results)
    assert results[0] == results[1] == results[2]
    return results[0]


def of_job(result: dict[str, Any], name: str = JOB) -> dict[str, Any]:
    (found,) = [each for each in result["jobs"] if each["name"] == name]
    return dict(found)


def disable(ready: Staged, side: str, disabled: bool, name: str = JOB) -> None:
    row(getattr(ready.pair, side), name)["state"]["disabled"] = disabled


BOTH = ("source", "target")


@pytest.mark.parametrize("sides", [(), ("source",), ("target",), BOTH], ids="+".join)
def test_staged_cut_over_and_rolled_back(ready: Staged, sides: tuple[str, ...]) -> None:
    staged_now = info(ready, *sides)
    assert staged_now["counts"] == {"staged": 4} and staged_now["playbook"] == "cutover"
    ready.done(jobs=["By hand"])
    assert info(ready, *sides)["counts"] == {"staged": 3, "cut over": 1}
    ready.done()
    handed = info(ready, *sides)
    assert handed["counts"] == {"cut over": 4} and handed["playbook"] == "" and "rollback" in handed["next"]
    ready.done(state="rolled_back")
    back = info(ready, *sides)
    assert back["counts"] == {"rolled back": 4} and back["playbook"] == "cutover"
    assert of_job(back, "By hand")["source_name"] == "Backup Job 4"
    assert [of_job(back)[side] != "" for side in BOTH] == [side in sides for side in BOTH]
    assert [bool(back[side]) for side in BOTH] == [side in sides for side in BOTH]


def test_what_waits_is_said(tmp_path_factory: pytest.TempPathFactory, swift_clock: SwiftClock) -> None:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        made = staged(pair, tmp_path_factory.mktemp("held"), hold=["Backup Job 3"])
        assert info(made, *BOTH)["counts"] == {"waiting": 1, "staged": 3}
        made.done()
        halfway = info(made, *BOTH)
        assert halfway["counts"] == {"at rest": 1, "cut over": 3} and "go on" in halfway["next"]


def test_in_the_middle_of_a_cutover_a_job_may_be_off_on_both(
    tmp_path_factory: pytest.TempPathFactory, swift_clock: SwiftClock
) -> None:
    """That is as the journal says; one that was disabled on the source is off as it was."""
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        made = staged(pair, tmp_path_factory.mktemp("held"), hold=["Backup Job 3", "Retired"])
        made.done()
        halfway = info(made, *BOTH)
        off = {row["name"]: (row["stands"], row["off"]) for row in halfway["jobs"]}
        assert off["Backup Job 3"] == ("at rest", True) and off["Retired"] == ("at rest", False)
        assert {off[name] for name in (JOB, "By hand")} == {("cut over", False)}
        # Nobody knows it of one server alone.
        assert not any(row["off"] for side in BOTH for row in info(made, side)["jobs"])


@pytest.mark.parametrize("sides", [(), BOTH], ids="+".join)
def test_one_that_a_rollback_removed_is_planned_again(ready: Staged, sides: tuple[str, ...]) -> None:
    ready.done()
    ready.done(state="rolled_back", remove=True)
    gone = info(ready, *sides)
    assert gone["counts"] == {"removed from the target": 4} and gone["playbook"] == "plan"
    assert gone["next"].startswith("4 job(s) are as they were on the source, and nothing of them is on the target")


def test_a_job_that_is_enabled_on_both_comes_first(ready: Staged) -> None:
    ready.done()
    disable(ready, "source", False)
    row(ready.pair.target, "Backup Job 3")["state"]["disabled"] = True
    result = info(ready, *BOTH)
    assert result["counts"] == {"cut over": 2, "diverged": 2}
    assert of_job(result)["wrong"] == ["it is enabled on both servers"]
    assert result["next"] == f"First of all disable these on one of the two servers, which may run on both: '{JOB}'."
    # A single server cannot know that, but it sees its own side of it.
    assert of_job(info(ready, "source"))["wrong"] == ["it is enabled on the source, and is cut over"]


@pytest.mark.parametrize(
    ("done", "side", "disabled", "says"),
    [
        (True, "target", True, "it is disabled on the target"),
        (False, "target", False, "it is enabled on both servers"),
    ],
)
def test_a_server_that_says_otherwise(ready: Staged, done: bool, side: str, disabled: bool, says: str) -> None:
    if done:
        ready.done()
    disable(ready, side, disabled)
    assert of_job(info(ready, *BOTH))["wrong"] == [says]


def test_one_that_was_rolled_back_and_does_not_run(ready: Staged) -> None:
    ready.done()
    ready.done(state="rolled_back")
    disable(ready, "source", True)
    assert of_job(info(ready, *BOTH))["wrong"] == ["it is disabled on the source, and was rolled back"]
    # One that was disabled before the cutover is as it was.
    assert of_job(info(ready, *BOTH), "Retired")["wrong"] == []


@pytest.mark.parametrize("done", [True, False])
def test_one_that_is_gone(ready: Staged, done: bool) -> None:
    if done:
        ready.done()
    ready.pair.target.service.estate.remove(JOBS, row(ready.pair.target, JOB))
    result = of_job(info(ready, *BOTH))
    assert (result["stands"], result["wrong"]) == ("diverged", ["it is no longer on the target"])
    assert result["target"] == "missing"


def test_one_that_nobody_imported(ready: Staged) -> None:
    content = json.loads(ready.journal.read_text(encoding="utf-8"))
    del content["jobs"]["By hand"]
    ready.journal.write_text(json.dumps(content), encoding="utf-8")
    row(ready.pair.target, "By hand")["body"]["name"] = "Backup Job 4"
    disable(ready, "target", False, "Backup Job 4")
    on_both = of_job(info(ready, *BOTH), "Backup Job 4")
    assert (on_both["stands"], on_both["wrong"]) == ("diverged", ["it is enabled on both servers"])
    disable(ready, "target", True, "Backup Job 4")
    result = info(ready, *BOTH)
    assert of_job(result, "Backup Job 4")["stands"] == "not staged" and result["counts"]["not staged"] == 1
    ready.journal.unlink()
    nothing = run("migration_info", {"src": str(ready.bundle)})
    assert nothing["counts"] == {"not staged": len(NAMES)} and nothing["playbook"] == "plan"


def test_servers_and_journals_of_another_pair_are_refused(ready: Staged) -> None:
    pair = ready.pair
    wrong = run("migration_info", {"src": str(ready.bundle), "source": connection(pair.target)})
    assert wrong["failed"] and "is of another source" in wrong["msg"]
    other = shutil.copy(ready.journal, ready.journal.with_name("journal-other.json"))
    twice = run("migration_info", {"src": str(ready.bundle)})
    assert twice["failed"] and "has 2 journals" in twice["msg"] and "journal" in twice["msg"]
    target = connection(pair.target)
    assert run("migration_info", {"src": str(ready.bundle), "target": target})["counts"] == {"staged": 4}
    named = run("migration_info", {"src": str(ready.bundle), "journal": str(other)})
    assert named["counts"] == {"staged": 4}
