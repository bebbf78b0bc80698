# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs go on with their chains where an option says so, each by the call that its type has; else nothing is asked."""

from __future__ import annotations

import pytest

from contract import Contract, ContractObserver
from simulator.services.vbr.chains import BACKUPS
from simulator.services.vbr.kinds import REPOSITORIES
from simulator.testing import simulated_pair
from support.chains import (
    EVERY_WAY,
    FILES,
    OF_WAY,
    POLICY,
    REPLICA,
    Asleep,
    asleep,
    chain,
    job,
    kinds_of_points,
    once,
    run,
    seed,
)
from support.estates import writes

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

NEWEST = "13.1.0.411"
OWN = {"adopt": EVERY_WAY}
ASKED = ("/api/v1/backups", "/api/v1/replicas", "/attachBackup")
LOST = {
    "source_backup": "/jobs/[^/]+$",
    "move": "/moveTo$",
    "replica_mapping": "/jobs/[^/]+$",
    "attach_backup": "/attachBackup$",
}


def adopting(ready: Asleep) -> list[str]:
    """What the target was sent for the sake of chains."""
    marks = ("/moveTo", "/attachBackup")
    return [each for each in writes(ready.pair.target) if each.endswith(marks) or each.startswith("PUT /api/v1/jobs/")]


def test_nothing_is_asked_for_without_the_option(ready: Asleep) -> None:
    result = ready.done()
    asked = [entry["path"] for server in ready.pair.servers for entry in server.journal.entries]
    assert [path for path in asked if any(mark in path for mark in ASKED)] == []
    assert ready.states() == {} and "chain" not in str(result["warnings"])
    run(ready.pair.target, "Tier 01")
    assert kinds_of_points(ready.pair.target, "Tier 01") == [["Full"], ["Full"]]


@pytest.mark.parametrize("way", EVERY_WAY)
def test_a_target_that_does_not_show_what_became_of_it_holds_up_no_job(ready: Asleep, way: str) -> None:
    names = OF_WAY[way]
    broken = {"do": "status", "status": 200, "body": {"data": 7}, "times": 0}
    ready.pair.target.faults.add(path="/backups$", **broken)
    ready.pair.source.faults.add(path="/replicaPoints$", **broken)
    result = ready.done(adopt=[way], jobs=list(names))
    said = "\n".join(warning for warning in result["warnings"] if "starts anew" in warning)
    assert all(f"'{name}'" in said for name in names) and result["counts"] == {"cut over": len(names)}
    assert "adopted" not in ready.states().values()


@pytest.mark.parametrize("way", ["source_backup", "move"])
def test_the_next_run_of_a_job_is_an_increment_of_its_chain(ready: Asleep, way: str) -> None:
    names = OF_WAY[way]
    before = {name: kinds_of_points(ready.pair.source, name) for name in names}

    ready.done(adopt=[way], jobs=list(names))

    assert ready.states() == dict.fromkeys(names, "adopted")
    for name in names:
        run(ready.pair.target, name)
        assert kinds_of_points(ready.pair.target, name) == [[*points, "Increment"] for points in before[name]]


def test_a_job_that_stays_disabled_gets_its_chain_too(ready: Asleep) -> None:
    ready.done(adopt=["move"], jobs=["Tier 12"])
    assert job(ready.pair.target, "Tier 12")["state"]["disabled"] and chain(ready.pair.target, "Tier 12")


def test_a_replica_job_is_mapped_to_the_replicas_that_are_there(ready: Asleep) -> None:
    ready.done(adopt=["replica_mapping"], jobs=[REPLICA])
    mapping = job(ready.pair.target, REPLICA)["body"]["seeding"]["replicaMapping"]
    (rule,) = mapping["mappingRules"]
    assert mapping["isEnabled"] and ready.states() == {REPLICA: "adopted"}
    assert (rule["originalVM"]["name"], rule["replicaVM"]["name"]) == ("srv02", "srv02_replica")
    assert rule["replicaVM"]["objectId"] == "vm-90001"


def test_a_backup_of_a_policy_is_attached_to_its_computer(ready: Asleep) -> None:
    ready.done(adopt=["attach_backup"], jobs=[POLICY])
    computer = job(ready.pair.target, POLICY)["body"]["computers"][0]["id"]
    (made,) = [row for row in ready.pair.target.service.store.rows(BACKUPS) if row["name"] == POLICY]
    assert made["entity"] == computer and ready.states() == {POLICY: "adopted"}


def test_a_dry_run_says_what_a_run_does_and_what_has_no_way_back(ready: Asleep) -> None:
    check = ready.hand_over(check=True, **OWN)
    assert not [each for server in ready.pair.servers for each in writes(server)]
    first = ready.done(**OWN)
    assert (check["diff"], check["warnings"]) == (first["diff"], first["warnings"])
    after = check["diff"][0]["after"]
    assert "Files 1: goes on with its chain (source_backup)\n" in after
    assert "repository Cloud files: rescanned on the target\n" in after
    said = "\n".join(check["warnings"])
    assert "4 job(s) take over their chains, which no rollback undoes (the target's job owns the backup then)" in said
    assert "may remove the snapshots" in said


def test_a_second_run_asks_for_nothing_again(ready: Asleep) -> None:
    ready.done(**OWN)
    for server in ready.pair.servers:
        server.journal.clear()
    assert ready.done(**OWN)["changed"] is False
    assert adopting(ready) == []


@pytest.mark.parametrize("way", EVERY_WAY)
def test_what_was_asked_for_and_not_answered_is_looked_for(ready: Asleep, way: str) -> None:
    ready.pair.target.faults.add(do="drop_after", path=LOST[way], method="PUT" if "jobs" in LOST[way] else "POST")
    names = OF_WAY[way]
    result = ready.done(adopt=[way], jobs=list(names))
    assert ready.states() == dict.fromkeys(names, "adopted")
    assert not [warning for warning in result["warnings"] if "starts anew" in warning]
    if way in ("move", "attach_backup"):
        assert len([each for each in adopting(ready) if not each.startswith("PUT")]) == len(names)


@pytest.mark.parametrize("way", EVERY_WAY)
def test_a_run_that_breaks_off_is_gone_on_with(ready: Asleep, way: str) -> None:
    target, names = ready.pair.target, OF_WAY[way]

    def leave() -> None:
        target.faults.add(do="drop_before", times=0)

    target.app.observers.append(once(lambda _exchange: bool(ready.states()), leave))
    broken = ready.hand_over(adopt=[way], jobs=list(names))
    assert broken["failed"] and set(ready.states().values()) == {"asked"}
    target.faults.clear()
    ready.done(adopt=[way], jobs=list(names))
    assert ready.states() == dict.fromkeys(names, "adopted")


def test_what_was_taken_over_before_a_run_broke_off_is_not_asked_for_again(ready: Asleep) -> None:
    ready.pair.target.faults.add(do="drop_before", path="/enable$", times=100)
    options = {"adopt": ["move"], "jobs": ["Tier 01", "Shop"]}
    assert ready.hand_over(**options)["failed"]
    ready.pair.target.faults.clear()
    sent = [each for each in adopting(ready) if each.endswith("/moveTo")]
    ready.done(**options)
    assert [each for each in adopting(ready) if each.endswith("/moveTo")] == sent and len(sent) == 2


def test_a_server_that_shows_it_at_the_first_run_is_taken_at_its_word(ready: Asleep) -> None:
    ready.pair.target.switch(source_backup="at_its_run")
    ready.done(adopt=["source_backup"], jobs=list(FILES))
    assert set(ready.states().values()) == {"adopted"} and chain(ready.pair.target, "Files 1") is None
    run(ready.pair.target, "Files 1")
    assert kinds_of_points(ready.pair.target, "Files 1")[0][-1] == "Increment"


@pytest.mark.parametrize(
    ("way", "switch"),
    [
        ("source_backup", {"source_backup": "refuse"}),
        ("source_backup", {"source_backup": "ignore"}),
        ("move", {"imported_chains": "refuse"}),
    ],
)
def test_a_job_that_gets_no_chain_is_handed_over_and_said(ready: Asleep, way: str, switch: dict[str, str]) -> None:
    ready.pair.target.switch(**switch)
    names = OF_WAY[way]
    result = ready.done(adopt=[way], jobs=list(names))
    assert result["counts"] == {"cut over": len(names)}
    said = "\n".join(warning for warning in result["warnings"] if "starts anew" in warning)
    assert all(f"'{name}'" in said for name in names) and "Map backup" in said
    assert set(ready.states().values()) == {"not adopted"}
    assert all(not job(ready.pair.target, name)["state"].get("disabled") for name in names)
    assert ready.done(adopt=[way], jobs=list(names))["changed"] is False


def test_what_is_not_found_is_not_guessed(ready: Asleep) -> None:
    store = ready.pair.target.service.store
    (place,) = (row["id"] for row in ready.pair.target.service.estate.named(REPOSITORIES, "Cloud files"))
    for _each in range(2):
        made = {"name": "Files 1", "job": "", "jobType": "FileBackup", "repository": place, "objects": []}
        store.add(BACKUPS, {**made, "created": "2026-01-01T10:00:00+01:00"})
    result = ready.done(adopt=["source_backup"], jobs=list(FILES))
    said = "\n".join(result["warnings"])
    assert "the target shows 3 backup 'Files 1' in 'Cloud files' of type FileBackup." in said
    assert ready.states() == {"Files 1": "not adopted", "Files 2": "adopted"}


def test_without_a_rescan_there_is_no_chain_and_the_job_goes_on(ready: Asleep) -> None:
    ready.pair.target.faults.add(do="status", status=500, path="/rescan$", times=0)
    result = ready.done(adopt=["move"], jobs=["Tier 01"])
    said = "\n".join(result["warnings"])
    assert "was not rescanned" in said and "the target shows no backup 'Tier 01'" in said
    assert result["counts"] == {"cut over": 1}


def test_two_chains_of_a_job_are_not_chosen_from(ready: Asleep) -> None:
    first = chain(ready.pair.source, "Tier 01")
    assert first
    ready.pair.source.service.store.add(BACKUPS, {**first, "objects": []})
    result = ready.done(adopt=["move"], jobs=["Tier 01"])
    assert "it has 2 chains in the repository that it writes to" in "\n".join(result["warnings"])
    assert not [each for each in adopting(ready) if each.endswith("/moveTo")]


def test_a_rollback_says_what_it_leaves(ready: Asleep) -> None:
    ready.done(adopt=["move"], jobs=["Tier 01", "Shop"])
    back = {"state": "rolled_back", "jobs": ["Tier 01", "Shop"]}
    check = ready.hand_over(check=True, **back)
    result = ready.done(**back)
    (said,) = [warning for warning in result["warnings"] if "took over" in warning]
    assert said in check["warnings"] and "Shop" in said and "Rescan the repositories on the source" in said
    again = ready.done(adopt=["move"], jobs=["Tier 01", "Shop"])
    assert not [warning for warning in again["warnings"] if "starts anew" in warning]


def test_a_job_that_took_over_its_chain_is_removed_as_any_and_its_backups_stay(ready: Asleep) -> None:
    ready.done(**OWN)
    result = ready.done(state="rolled_back", remove=True)
    assert {*FILES, "Tier 01", REPLICA} <= set(result["removed"]["jobs"])
    kept = {one["key"]: one["reason"] for one in result["left"]}
    assert "the target knows 2 backup(s) in it, and would forget them." in kept["Cloud files"]
    assert {row["name"] for row in ready.pair.target.service.store.rows(BACKUPS)} >= {*FILES, "Tier 01"}


def test_after_a_rollback_what_was_refused_is_tried_again(ready: Asleep) -> None:
    jobs = {"jobs": ["Tier 01"]}
    ready.pair.target.switch(imported_chains="refuse")
    ready.done(adopt=["move"], **jobs)
    ready.done(state="rolled_back", **jobs)
    assert ready.states() == {}
    ready.pair.target.switch(imported_chains="move")
    ready.done(adopt=["move"], **jobs)
    assert ready.states() == {"Tier 01": "adopted"}


def test_it_goes_with_a_cutover_only(ready: Asleep) -> None:
    result = ready.hand_over(state="rolled_back", **OWN)
    assert result["failed"] and "adopt goes with state: cut_over only." in result["msg"]


def test_a_job_of_another_way_is_named(ready: Asleep) -> None:
    result = ready.done(adopt=["source_backup"], jobs=["Tier 01", "Files 1"])
    assert "'Tier 01': adopt does not name move." in "\n".join(result["warnings"])
    assert ready.states() == {"Files 1": "adopted"}


@pytest.mark.parametrize("build", ["12.3.1.1139", "13.0.0.4967", "13.0.1.180", NEWEST])
def test_each_revision_is_asked_only_what_it_documents(
    build: str, tmp_path_factory: pytest.TempPathFactory, contract: Contract
) -> None:
    with simulated_pair(source_build=build, target_build=build, source_seed=seed()) as pair:
        ready = asleep(pair, tmp_path_factory.mktemp("asleep"))
        observer = ContractObserver(contract, expected=lambda exchange: exchange.path.endswith("/serverInfo"))
        for server in pair.servers:
            server.app.observers.append(observer)
        result = ready.done(**OWN)
        assert observer.judged > 0 and observer.violations == []
        old = build != NEWEST
        assert ("has no call for it" in "\n".join(result["warnings"])) == old
        assert ready.phases() == {"cut over"} and set(ready.states().values()) <= {"adopted"}
