# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollback that cleans up: what the migration created goes, what somebody uses or changed stays, and each is said."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.services.vbr.chains import add_points
from simulator.services.vbr.kinds import BY_NAME
from simulator.testing import Server, simulated_pair
from support.clock import SwiftClock
from support.estates import exported, writes
from support.handover import NAMES, BothAsleepOrOneAwake, Staged, jobs_to_hand_over, objects, row, staged, standing
from support.quartet import PAIRS_OF_BUILDS
from support.tasks import connection, drive, run

from .test_cutover import quartet

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BACK = {"state": "rolled_back", "remove": True}
STORAGE = "Main Big Repository"


@pytest.fixture(scope="module")
def bare() -> dict[str, Any]:
    """What the target has before anything is imported."""
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        return everything(pair.target)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("staged"))


@pytest.fixture
def ready(once: Staged, swift_clock: SwiftClock) -> Iterator[Staged]:
    """Everything was cut over."""
    once.again()
    observer = BothAsleepOrOneAwake(once.pair)
    once.done()
    once.pair.target.journal.clear()
    yield once
    for server in once.pair.servers:
        server.app.observers.clear()
        server.faults.clear()
        server.readonly(False)
    once.pair.target.switch(four_eyes="off", used_credentials="refuse")
    assert observer.wrongs == []


def everything(server: Server) -> dict[str, Any]:
    """What a server has, without its accounts, which are there when users or roles are first listed, as a proxy has its
    name then. No users are moved here.
    """
    found = objects(server)
    del found["users"]
    for proxy in found["proxies"]:
        proxy["body"].pop("name", None)
    return found


def of_kind(server: Server, kind: str) -> list[dict[str, Any]]:
    return [each["body"] for each in server.service.estate.rows(BY_NAME[kind])]


def reasons(result: dict[str, Any], where: str = "left") -> dict[str, str]:
    return {f"{one['kind']} {one['key']}": one["reason"] for one in result[where]}


def created(ready: Staged) -> list[str]:
    return [each["kind"] for each in json.loads(ready.journal.read_text())["created"]]


def deletions(server: Server) -> list[str]:
    return [request.split("/")[-2] for request in writes(server) if request.startswith("DELETE")]


def test_all_that_was_created_goes_and_the_target_is_as_it_was(ready: Staged, bare: dict[str, Any]) -> None:
    source = standing(ready.pair.source)
    result = quartet(ready, **BACK)
    assert everything(ready.pair.target) == bare
    assert (result["left"], result["pending"], created(ready)) == ([], [], [])
    assert sorted(result["removed"]["jobs"]) == ["Backup Job 2", "Backup Job 3", "By hand", "Retired"]
    assert result["counts"] == {"rolled back": 4}
    assert {name: enabled for name, (enabled, _starts) in standing(ready.pair.source).items()} == {
        **dict.fromkeys(source, True),
        "Retired": False,
    }
    # Who uses something goes before it, and nothing is asked that deletes backups.
    kinds = list(dict.fromkeys(deletions(ready.pair.target)))
    assert kinds[0] == "jobs" and kinds.index("repositories") < kinds.index("managedServers")
    assert kinds.index("managedServers") < kinds.index("credentials")
    assert not [entry for entry in ready.pair.target.journal.entries if "delete" in str(entry.get("query", "")).lower()]


def test_before_a_cutover_it_takes_the_staging_back(
    once: Staged, bare: dict[str, Any], swift_clock: SwiftClock
) -> None:
    once.again()
    source = everything(once.pair.source)
    result = once.done(**BACK)
    assert (everything(once.pair.target), result["left"]) == (bare, [])
    assert everything(once.pair.source) == source


def test_without_it_nothing_is_deleted(ready: Staged) -> None:
    result = ready.done(state="rolled_back")
    assert deletions(ready.pair.target) == [] and "removed" not in result
    assert ready.hand_over(remove=True)["failed"], "a cutover removes nothing"


def test_afterwards_it_can_be_imported_and_cut_over_again(ready: Staged) -> None:
    ready.done(**BACK)
    assert "the target does not have it" in ready.hand_over()["msg"]
    again = ready.bring_in(phase="stage")
    assert not again.get("failed"), again["msg"]
    assert ready.done()["counts"] == {"cut over": 4}
    assert standing(ready.pair.target)["Backup Job 2"] == (True, True)


def test_what_somebody_changed_stays_with_all_it_uses(ready: Staged) -> None:
    row(ready.pair.target, "Backup Job 2")["body"]["description"] = "Mine now"
    check = ready.hand_over(check=True, **BACK)
    result = ready.done(**BACK)
    for each in (check, result):
        assert "description was " in reasons(each)["jobs Backup Job 2"]
        assert reasons(each)["repositories Main Big Repository"] == "it is in use by job 'Backup Job 2'."
    assert [one["body"]["name"] for one in ready.pair.target.service.estate.rows(BY_NAME["jobs"])] == ["Backup Job 2"]
    assert STORAGE in [body["name"] for body in of_kind(ready.pair.target, "repositories")]
    assert standing(ready.pair.target)["Backup Job 2"] == (False, False)
    assert any("On the target stays jobs 'Backup Job 2'" in warning for warning in result["warnings"])
    assert "    stays: it is in use by job 'Backup Job 2'." in check["diff"][1]["after"]
    assert ready.hand_over(**BACK)["changed"] is False


def test_what_the_cutover_brought_over_is_no_change_of_somebody(once: Staged, swift_clock: SwiftClock) -> None:
    once.again()
    row(once.pair.source, "Backup Job 2")["body"]["description"] = "New words"
    once.done(changed_since="update")
    assert row(once.pair.target, "Backup Job 2")["body"]["description"] == "New words"
    assert once.done(**BACK)["left"] == []


def test_another_revision_than_it_was_sent_in_is_not_compared(ready: Staged) -> None:
    content = json.loads(ready.journal.read_text())
    for each in content["created"]:
        each["revision"] = "1.0-rev2"
    ready.journal.write_text(json.dumps(content))
    result = ready.done(**BACK)
    assert result["removed"] == {} and all("not compared" in one["reason"] for one in result["left"])


@pytest.mark.parametrize("switch", ["refuse", "delete"])
def test_what_a_newcomer_uses_stays(ready: Staged, switch: str) -> None:
    """Also where the server would delete it all the same."""
    ready.pair.target.switch(used_credentials=switch)
    ready.done(state="rolled_back")
    made = ready.pair.target.snapshot()
    template = next(each for each in made["rows"]["jobs"].values() if each["body"]["name"] == "Backup Job 2")
    newcomer = "00000000-0000-4000-8000-0000000000bb"
    made["rows"]["jobs"][newcomer] = {**template, "id": newcomer, "body": {**template["body"], "name": "Theirs"}}
    ready.pair.target.restore(made)
    before = copy.deepcopy(row(ready.pair.target, "Theirs"))
    result = ready.done(**BACK)
    assert reasons(result)["repositories Main Big Repository"] == "it is in use by job 'Theirs'."
    assert row(ready.pair.target, "Theirs") == before
    assert "jobs" in result["removed"] and "jobs Backup Job 2" not in reasons(result)
    assert ready.hand_over(**BACK)["changed"] is False


def test_a_repository_that_was_written_to_stays(ready: Staged) -> None:
    service = ready.pair.target.service
    add_points(service.store, service.estate, service.clock, row(ready.pair.target, "Backup Job 2"), ["vm01"], "Full")
    result = ready.done(**BACK)
    assert "knows 1 backup(s) in it" in reasons(result)["repositories Main Big Repository"]
    assert len(list(service.store.rows("backups"))) == 1
    assert "jobs Backup Job 2" not in reasons(result)


def test_some_of_the_jobs_go_and_nothing_else(ready: Staged) -> None:
    result = ready.done(jobs=["By hand", "Retired"], **BACK)
    assert {kind: sorted(keys) for kind, keys in result["removed"].items()} == {"jobs": ["By hand", "Retired"]}
    assert set(deletions(ready.pair.target)) == {"jobs"}
    assert reasons(result)[f"repositories {STORAGE}"] == "only some of the jobs are taken back."
    assert standing(ready.pair.target)["Backup Job 2"] == (True, True)
    assert ready.done(**BACK)["left"] == []


@pytest.mark.parametrize("mode", ["refuse", "pending"])
def test_what_a_second_person_has_to_approve_is_pending_and_no_failure(
    ready: Staged, mode: str, bare: dict[str, Any]
) -> None:
    ready.pair.target.switch(four_eyes=mode)
    first = ready.done(**BACK)
    assert "repositories Main Big Repository" in reasons(first, "pending")
    assert all("second person" in reason for reason in reasons(first, "pending").values())
    assert set(first["removed"]) >= {"jobs"} and "repositories" not in first["removed"]
    assert all("in use by" in reason for reason in reasons(first).values())
    asked = len(deletions(ready.pair.target))
    second = ready.done(**BACK)
    assert (second["changed"], set(reasons(second, "pending"))) == (False, set(reasons(first, "pending")))
    # What was refused is asked for again, what waits is not.
    assert (len(deletions(ready.pair.target)) > asked) is (mode == "refuse")
    # It is switched off, and nothing waits any more.
    ready.pair.target.switch(four_eyes="off")
    for each in list(ready.pair.target.service.store.rows("authorizationEvents")):
        each["state"] = "Rejected"
    assert ready.done(**BACK)["left"] == []
    assert everything(ready.pair.target) == bare


def test_what_the_server_keeps_is_left_with_its_words(ready: Staged) -> None:
    refusal = {"errorCode": "UnknownError", "message": "It is in use by a protection group."}
    ready.pair.target.faults.add(do="status", status=400, path="/credentials/", times=0, method="DELETE", body=refusal)
    result = ready.done(**BACK)
    kept = {key: reason for key, reason in reasons(result).items() if key.startswith("credentials")}
    assert kept and all("in use by a protection group" in reason for reason in kept.values())
    assert any("protection group" in warning for warning in result["warnings"])


def test_what_is_gone_already_is_forgotten(ready: Staged) -> None:
    ready.done(state="rolled_back")
    store = ready.pair.target.service.store
    for name in ("By hand", "Retired"):
        store.remove("jobs", row(ready.pair.target, name)["id"])
    result = quartet(ready, **BACK)
    assert "By hand" not in result["removed"]["jobs"] and created(ready) == []


def test_a_journal_of_an_older_version_removes_nothing(ready: Staged) -> None:
    content = json.loads(ready.journal.read_text())
    del content["created"]
    ready.journal.write_text(json.dumps(content))
    result = ready.done(**BACK)
    assert (result["removed"], deletions(ready.pair.target)) == ({}, [])


@pytest.mark.parametrize("revision", PAIRS_OF_BUILDS)
def test_each_revision_is_asked_only_what_it_documents(revision: str, tmp_path: Path, contract: Contract) -> None:
    source, target = PAIRS_OF_BUILDS[revision]
    with simulated_pair(source_build=source, target_build=target, source_seed=jobs_to_hand_over()) as pair:
        before = everything(pair.target)
        ready = staged(pair, tmp_path)
        ready.done()
        unknown = ("/serverInfo", "/authorization/events")
        observer = ContractObserver(contract, expected=lambda exchange: exchange.path.endswith(unknown))
        pair.target.app.observers.append(observer)
        result = ready.done(**BACK)
        assert observer.judged > 0 and observer.violations == []
        assert (result["left"], everything(pair.target)) == ([], before)


def test_a_job_that_is_nowhere_any_more_is_in_nobodys_way(ready: Staged) -> None:
    """Rolled back, removed from the target, then deleted on the source: it says of itself that it is left out."""
    ready.done(**BACK)
    gone, source = ("Backup Job 3", "Retired"), ready.pair.source
    for name in gone:
        source.service.store.remove("jobs", row(source, name)["id"])
    # The bundle has it still, so that it may have been deleted by mistake.
    refused = ready.hand_over()
    assert refused["failed"] and "the source does not have it. If it was deleted there, export again" in refused["msg"]

    exported(ready.pair, ready.bundle)
    options = {**ready.import_options(), "phase": "stage"}
    assert drive("import", ready.pair.target, **options)["created"]["jobs"]
    result = ready.done()
    assert result["changed"] and result["counts"] == {"cut over": 2}
    (said,) = [warning for warning in result["warnings"] if "left out" in warning]
    assert said.startswith("2 job(s) were rolled back, and are on neither server") and all(
        name in said for name in gone
    )
    assert ready.done()["changed"] is False
    # Whoever names one is not stopped, either.
    alone = ready.done(jobs=["Retired"])
    assert (alone["changed"], alone["counts"]) == (False, {}) and "'Retired'" in alone["warnings"][0]


@pytest.mark.parametrize("asked", [True, False])
def test_a_job_that_is_nowhere_any_more_stands_nowhere(ready: Staged, asked: bool) -> None:
    ready.done(**BACK)
    store = ready.pair.source.service.store
    for each in list(ready.pair.source.service.estate.rows(BY_NAME["jobs"])):
        store.remove("jobs", each["id"])
    sides = {"source": connection(ready.pair.source), "target": connection(ready.pair.target)} if asked else {}
    given = {"src": str(ready.bundle), **sides}
    assert len(run("migration_info", given)["jobs"]) == len(NAMES)
    exported(ready.pair, ready.bundle)
    result = run("migration_info", given)
    assert (result["jobs"], result["counts"]) == ([], {})
    assert result["next"].startswith("Nothing was imported yet")
