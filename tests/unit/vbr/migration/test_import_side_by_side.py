# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An import whose requests are side by side: the same target and the same report as one by one, and no failure more."""

from __future__ import annotations

import json
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http as http_module
from ansible_collections.backupfleet.rest.plugins.module_utils._core.parallel import Lanes
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.creating import in_blocks
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.dependencies import levels
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.plan import CREATE, PlanItem
from simulator.core.call import Exchange
from simulator.seeds import headquarters
from simulator.testing import Pair, estate, serving_pair, simulated_pair
from support.estates import account
from support.faults.killed import killed_at
from support.faults.matrix import AN_ID
from support.headquarters import Move, Result, able_to_run, enabled, guard, rows
from support.tasks import connection, drive
from support.terminated import PATIENCE_SECONDS, ended, heard, last_request, start

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.1.0.411"
SERVERS = "/backupInfrastructure/managedServers$"
NOTES = "/note$"
CHAIN = ["Hyper-V 1", "Hyper-V 2", "Hyper-V 3"]
# A write that is one of several of its kind, and how often it is sent when nothing is wrong.
CREATED = (SERVERS, "/adDomains$", "/proxies$", "/api/v1/jobs$", "/globalExclusions/vm$", "/security/users$")


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as servers:
        guard(servers.source)
        yield servers


@pytest.fixture(scope="module")
def exported(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("exported") / "bundle"
    Move(pair, place).export()
    return place


@pytest.fixture
def move(pair: Pair, exported: Path, tmp_path: Path) -> Iterator[Move]:
    """A target that is fresh, and answers that take their time, so that they come in another order each run."""
    pair.target.reset()
    dice = random.Random(7)
    pair.target.app.observers.append(lambda _exchange: time.sleep(dice.random() * 0.002))
    yield Move(pair, Path(shutil.copytree(exported, tmp_path / "bundle")))
    pair.target.app.observers.clear()
    pair.target.reset()


def again(move: Move) -> Move:
    """The same from the beginning."""
    move.pair.target.reset()
    return Move(move.pair, Path(shutil.copytree(move.bundle, move.bundle.with_name("again"))))


def writes(move: Move) -> Counter[str]:
    """The requests that wrote something, or tried to, by method and path."""
    return Counter(
        {
            request: count
            for request, count in move.pair.target.journal.counts.items()
            if not request.startswith("GET") and not request.endswith(("/export", "/token", "/logout"))
        }
    )


def sent(move: Move, path: str) -> int:
    return sum(count for request, count in writes(move).items() if request.endswith(path.rstrip("$")))


def said(result: Result) -> Result:
    """A result without what another run has otherwise."""
    return {name: value for name, value in result.items() if name not in ("sessions", "diff")}


def test_an_import_is_the_same_as_one_by_one(move: Move) -> None:
    other, found = again(move), []
    for each, parallel in ((move, 1), (other, 4)):
        each.pair.target.reset()
        each.pair.target.app.crowd.reset()
        progress: list[str] = []
        result = each.brought_in(parallel=parallel, progress=progress)
        (path,) = each.bundle.glob("journal-*.json")
        journal = json.loads(path.read_text(encoding="utf-8"))
        noted = {name: {**job, "id": ""} for name, job in journal["jobs"].items()}
        asked = Counter(AN_ID.sub("ID", request) for request in each.pair.target.journal.counts.elements())
        found.append((said(result), progress, estate(each.pair.target), noted, journal["created"], asked))
    assert move.pair.target.crowd.most == 4
    for one, beside in zip(*found, strict=True):
        assert one == beside


def test_one_by_one_an_object_has_all_that_it_takes_before_the_next_is_created(move: Move) -> None:
    seen: list[str] = []
    move.pair.target.app.observers.append(lambda each: seen.append(f"{each.method} {each.path}"))
    move.brought_in(parallel=1)
    exclusions = [each for each in seen if "globalExclusions" in each and not each.startswith("GET")]
    assert [each.startswith("PUT") for each in exclusions] == [False, True] * (len(exclusions) // 2)
    assert move.pair.target.crowd.most == 1


def test_all_jobs_sleep_and_none_could_run_meanwhile(move: Move) -> None:
    awake: list[str] = []

    def look(exchange: Exchange) -> None:
        both = able_to_run(move.pair.source) & able_to_run(move.pair.target)
        awake.extend(f"{exchange.method} {exchange.path}: {name}" for name in both)

    move.pair.target.app.observers.append(look)
    move.brought_in(parallel=8)
    assert awake == []
    assert set(enabled(move.pair.target).values()) == {False}


# -- the order ---------------------------------------------------------------------------------------------------------


def item(name: str, *needs: str) -> PlanItem:
    return PlanItem("jobs", "byRest", name, CREATE, needs=tuple(("jobs", need) for need in needs))


def test_what_needs_another_one_is_not_beside_it() -> None:
    items = [item("a"), item("b", "a"), item("c", "b", "z"), item("d"), item("e", "a", "d"), item("f", "f")]
    assert [[each.key for each in level] for level in levels(items)] == [["a", "d", "f"], ["b", "e"], ["c"]]
    assert levels([]) == []


def jobs_sent(move: Move) -> list[str]:
    """Import, with the first link of a chain created later than what is beside it; the jobs in the order they came."""
    names: list[str] = []
    move.pair.target.faults.add(do="delay", seconds=0.5, method="POST", path="/inventory/hv01", times=1)

    def hear(exchange: Exchange) -> None:
        if f"{exchange.method} {exchange.path}" == "POST /api/v1/jobs":
            names.append(exchange.json["name"])

    move.pair.target.app.observers.append(hear)
    move.brought_in(parallel=4)
    move.pair.target.app.observers.remove(hear)
    return names


def test_a_chain_is_created_link_by_link(move: Move) -> None:
    assert [name for name in jobs_sent(move) if name in CHAIN] == CHAIN


def test_parts_of_one_setting_are_created_one_by_one() -> None:
    settings = [PlanItem("datastoreLatencies", "byRest", name, CREATE) for name in "abc"]
    domains = [PlanItem("adDomains", "byRest", name, CREATE) for name in "abc"]
    assert [len(block) for block in in_blocks(Lanes(4), settings)] == [1, 1, 1]
    assert [len(block) for block in in_blocks(Lanes(4), domains)] == [3]


# -- a busy server -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CREATED)
@pytest.mark.parametrize("do", ["status", "status_after"])
def test_what_was_refused_beside_others_is_looked_for_and_then_sent_once_more(move: Move, path: str, do: str) -> None:
    other = again(move)
    other.brought_in()
    there, usual = estate(other.pair.target), sent(other, path)
    move.pair.target.reset()
    move.pair.target.faults.add(do=do, status=503, method="POST", path=path, times=1)

    move.brought_in()

    assert estate(move.pair.target) == there
    # Who needs it may have been refused for want of it.
    assert (sent(move, path) > usual) is (do == "status")


def test_what_needs_one_that_was_refused_beside_others_is_sent_once_more_too(move: Move) -> None:
    at = jobs_sent(again(move)).index(CHAIN[0])
    move.pair.target.reset()
    rule = move.pair.target.faults.add(do="status", status=503, method="POST", path="/api/v1/jobs$", skip=at)

    names = jobs_sent(move)

    assert rule.fired and names[at] == CHAIN[0]
    assert [name for name in names[at + 1 :] if name in CHAIN][-3:] == CHAIN


def test_jobs_that_could_not_be_disabled_beside_others_are_disabled_one_by_one(move: Move) -> None:
    rule = move.pair.target.faults.add(do="status", status=503, method="POST", path="/disable$", times=12)

    move.brought_in()

    assert rule.fired == 12
    assert set(enabled(move.pair.target).values()) == {False}


@pytest.mark.parametrize("path", ["/accessPermissions$", NOTES, "/disable$"])
@pytest.mark.parametrize("do", ["status", "status_after"])
def test_a_change_that_was_refused_beside_others_is_sent_once_more(move: Move, path: str, do: str) -> None:
    other = again(move)
    other.brought_in()
    there = estate(other.pair.target)
    move.pair.target.reset()
    rule = move.pair.target.faults.add(do=do, status=503, path=path, method="POST" if "disable" in path else "PUT")

    move.brought_in()

    assert rule.fired
    assert estate(move.pair.target) == there


def test_one_by_one_such_an_answer_stays_a_failure(move: Move) -> None:
    move.pair.target.faults.add(do="status", status=503, method="POST", path=SERVERS, times=1)
    result = move.bring_in(parallel=1)
    assert result["failed"] and set(result["failed_objects"]) >= {"managedServers"}
    assert move.brought_in(parallel=1)["changed"]


def test_what_is_alone_is_not_sent_again_either(move: Move) -> None:
    move.pair.target.faults.add(do="status", status=503, method="POST", path="/kmsServers$", times=0)
    result = move.bring_in()
    assert "kmsServers" in result["failed_objects"]
    assert sent(move, "/kmsServers$") == 1


def test_what_stays_refused_is_sent_twice_and_no_more(move: Move) -> None:
    move.pair.target.faults.add(do="status", status=503, method="POST", path="/security/users$", times=0)
    other = again(move)
    other.pair.target.faults.add(do="status", status=400, method="POST", path="/security/users$", times=0)
    refused = other.bring_in()["failed_objects"]["users"]
    assert sent(other, "/security/users$") == len(refused)
    move.pair.target.reset()
    move.pair.target.faults.add(do="status", status=503, method="POST", path="/security/users$", times=0)

    result = move.bring_in()

    assert list(result["failed_objects"]["users"]) == list(refused)
    assert sent(move, "/security/users$") == 2 * len(refused)


@pytest.mark.parametrize("status", [429, 503])
def test_an_import_into_a_server_that_takes_few_requests_at_a_time_goes_well(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(http_module, "BACKOFF_SECONDS", 0.02)
    seed = headquarters.document()
    with serving_pair(source_build=BUILD, target_build=BUILD, source_seed=seed) as wired:
        target = wired.target
        target.app.latency = 0.01
        target.crowd.change({"busy_above": 2, "busy_status": status})
        move = Move(wired, Path(shutil.copytree(exported, tmp_path / "bundle")))
        result = move.brought_in(parallel=8)
        assert len([each for each in result["warnings"] if "busy" in each]) == 1, result["warnings"]
        assert target.crowd.refused and target.crowd.most > 2
        target.crowd.reset()
        assert set(enabled(target).values()) == {False}
        assert move.brought_in()["changed"] is False


# -- what ends the run -------------------------------------------------------------------------------------------------


ACCOUNT = {"refersTo": "credentials", "name": "tech\\service01", "uniqueId": "orion-many-01"}
MANY = 150


def many(move: Move, **other: Any) -> Result:
    """Import many domains at once."""
    login = account(ACCOUNT["uniqueId"], ACCOUNT["name"])
    domains = [{"serverName": f"dc{number:03}.orion.local", "credentialsId": ACCOUNT} for number in range(MANY)]
    spec = {"credentials": {"credentials": [login]}, "adDomains": {"byRest": domains}}
    given = {"credentials": {login["uniqueId"]: {"password": "Long&secret+value=%77"}}}
    return drive("whole_import", move.pair.target, spec=spec, spec_version="1.3-rev2", secrets=given, **other)


def of_target(move: Move) -> set[str]:
    return {each["serverName"] for each in rows(move.pair.target, "adDomains")}


def test_it_says_how_far_it_is(move: Move) -> None:
    progress: list[str] = []
    result = many(move, progress=progress)
    assert len(result["created"]["adDomains"]) == MANY
    assert [each for each in progress if "adDomains" in each] == [
        f"adDomains: creating {MANY}",
        f"adDomains: 64 of {MANY} sent",
        f"adDomains: 128 of {MANY} sent",
        f"adDomains: {MANY} of {MANY} created",
    ]


@pytest.mark.parametrize("parallel", [1, 4])
def test_nothing_is_sent_any_more_when_the_account_is_locked(move: Move, parallel: int) -> None:
    move.pair.target.faults.add(do="status", status=401, path="/(adDomains|token)$", method="POST", times=0, skip=41)

    result = many(move, parallel=parallel)

    move.pair.target.faults.clear()
    failed = result["failed_objects"]["adDomains"]
    made = of_target(move)
    assert 35 <= len(made) <= 41
    # Nothing of which nobody looked is called done.
    assert len(failed) == MANY and "adDomains" not in result["created"]
    reasons = Counter("not sent" in reason for reason in failed.values())
    assert reasons[False] <= len(made) + parallel and reasons[True] >= MANY - 64
    assert result["changed"] and "401" in result["msg"]
    assert len(many(move, parallel=parallel)["created"]["adDomains"]) == MANY - len(made)
    assert many(move)["changed"] is False


@pytest.mark.parametrize("do", ["drop_before", "drop_after"])
@pytest.mark.parametrize("parallel", [1, 4])
def test_answers_that_are_lost_are_looked_up_and_nothing_is_sent_twice(move: Move, do: str, parallel: int) -> None:
    lost = 7
    move.pair.target.faults.add(do=do, path="/adDomains$", method="POST", times=lost, skip=10)

    result = many(move, parallel=parallel)

    move.pair.target.faults.clear()
    missing = lost if do == "drop_before" else 0
    assert len(result.get("failed_objects", {}).get("adDomains", {})) == missing
    assert len(result["created"]["adDomains"]) == len(of_target(move)) == MANY - missing
    assert sent(move, "POST /api/v1/adDomains") == MANY
    assert many(move, parallel=parallel)["changed"] is bool(missing)


# -- killed ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [r"/api/v1/jobs$", r"/disable$", r"/accessPermissions$", r"/managedServers$"])
def test_a_run_that_is_ended_in_the_middle_signs_out_and_the_next_one_does_the_rest(
    exported: Path, tmp_path: Path, path: str
) -> None:
    seed = headquarters.document()
    with serving_pair(source_build=BUILD, target_build=BUILD, source_seed=seed) as wired:
        target = wired.target
        move = Move(wired, Path(shutil.copytree(exported, tmp_path / "bundle")))
        target.app.latency = 0.05
        options = connection(target, src=str(move.bundle), secrets=move.secrets, parallel=4)
        with heard(target, path, 6) as in_the_middle:
            process = start("vbr_import", options)
            assert in_the_middle.wait(PATIENCE_SECONDS)
            process.send_signal(signal.SIGTERM)
            end = ended(process)
        assert end.code == 1 and "has signed out" in end.result["msg"]
        assert last_request(target) == "POST /api/oauth2/logout"
        assert not able_to_run(target)
        target.app.latency = 0.0
        assert move.brought_in()["changed"]
        assert set(enabled(target).values()) == {False}
        assert move.brought_in()["changed"] is False


@pytest.mark.parametrize("path", ["POST /api/v1/jobs", "POST /api/v1/jobs/ID/disable", "PUT /api/v1/globalExclusions"])
def test_a_run_that_is_killed_on_the_spot_is_finished_by_the_next(exported: Path, tmp_path: Path, path: str) -> None:
    seed = headquarters.document()
    with serving_pair(source_build=BUILD, target_build=BUILD, source_seed=seed) as wired:
        target = wired.target
        calm = Move(wired, Path(shutil.copytree(exported, tmp_path / "calm")))
        seen: list[str] = []
        target.app.observers.append(lambda each: seen.append(AN_ID.sub("ID", f"{each.method} {each.path}")))
        calm.brought_in()
        target.app.observers.clear()
        there, first = estate(target), next(at for at, each in enumerate(seen) if each.startswith(path))
        target.reset()
        target.app.latency = 0.01
        move = Move(wired, Path(shutil.copytree(exported, tmp_path / "bundle")))
        options = {"src": str(move.bundle), "secrets": move.secrets, "parallel": 4}
        assert killed_at(target, first + 1, options, "whole_import") == -signal.SIGKILL
        target.app.latency = 0.0
        assert not able_to_run(target)
        move.brought_in()
        assert estate(target) == there
        assert move.brought_in()["changed"] is False
