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
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http as http_module
from ansible_collections.backupfleet.rest.plugins.module_utils._core.parallel import Lanes
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.creating import in_blocks
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.dependencies import levels
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.plan import CREATE, PlanItem
from simulator.core.call import Exchange
from simulator.seeds import headquarters
from simulator.testing import Pair, estate, serving_pair, simulated_pair
from support.faults.killed import killed_at
from support.faults.matrix import AN_ID
from support.headquarters import Move, Result, able_to_run, enabled, guard
from support.tasks import connection
from support.terminated import PATIENCE_SECONDS, ended, heard, last_request, start

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.1.0.411"
SERVERS = "/backupInfrastructure/managedServers$"
NOTES = "/note$"
CHAIN = ["Hyper-V 1", "Hyper-V 2", "Hyper-V 3"]
# Writes that are one of several of their kind, by two: one run shows how each is refused. Two need not each other, and
# after a third refusal nothing would be beside others any more.
CREATED = ((SERVERS, "/adDomains$"), ("/proxies$", "/globalExclusions/vm$"), ("/security/users$", "/api/v1/jobs$"))
CHANGED = ("/accessPermissions$", NOTES, "/disable$")


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


@contextmanager
def unhurried(pair: Pair) -> Iterator[None]:
    """A target that is fresh, and answers that take their time, so that they come in another order each run."""
    pair.target.reset()
    dice = random.Random(7)
    pair.target.app.observers.append(lambda _exchange: time.sleep(dice.random() * 0.002))
    yield
    pair.target.app.observers.clear()
    pair.target.reset()


@pytest.fixture
def move(pair: Pair, exported: Path, tmp_path: Path) -> Iterator[Move]:
    with unhurried(pair):
        yield Move(pair, Path(shutil.copytree(exported, tmp_path / "bundle")))


def again(move: Move) -> Move:
    """The same from the beginning."""
    move.pair.target.reset()
    return Move(move.pair, Path(shutil.copytree(move.bundle, move.bundle.with_name("again"))))


@dataclass
class Calm:
    """An import with which nothing is wrong: what it said, what it asked for in which order, and what there is then."""

    result: Result
    estate: Result
    journal: Result
    writes: Counter[str]
    most: int
    seen: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def calm(pair: Pair, exported: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Calm]:
    """By how many requests are side by side; four are the usual number."""
    made: dict[int, Calm] = {}
    for parallel in (1, 4):
        seen: list[str] = []
        progress: list[str] = []
        with unhurried(pair):
            pair.target.app.observers.append(lambda each, seen=seen: seen.append(f"{each.method} {each.path}"))
            move = Move(pair, Path(shutil.copytree(exported, tmp_path_factory.mktemp("calm") / "bundle")))
            result = move.brought_in(parallel=parallel, progress=progress)
            (path,) = move.bundle.glob("journal-*.json")
            journal = json.loads(path.read_text(encoding="utf-8"))
            most = pair.target.crowd.most
            made[parallel] = Calm(result, estate(pair.target), journal, writes(move), most, seen, progress)
    return made


@pytest.fixture
def usual(calm: dict[int, Calm]) -> Calm:
    return calm[4]


@pytest.fixture(scope="module")
def sockets_of_headquarters() -> Iterator[Pair]:
    seed = headquarters.document()
    with serving_pair(source_build=BUILD, target_build=BUILD, source_seed=seed) as wired:
        yield wired


@pytest.fixture
def wired(sockets_of_headquarters: Pair, exported: Path, tmp_path: Path) -> Iterator[Move]:
    """The same behind sockets, for a process of its own."""
    sockets_of_headquarters.target.reset()
    yield Move(sockets_of_headquarters, Path(shutil.copytree(exported, tmp_path / "bundle")))
    sockets_of_headquarters.target.reset()


def writes(move: Move) -> Counter[str]:
    """The requests that wrote something, or tried to, by method and path."""
    return Counter(
        {
            request: count
            for request, count in move.pair.target.journal.counts.items()
            if not request.startswith("GET") and not request.endswith(("/export", "/token", "/logout"))
        }
    )


def of_path(counts: Counter[str], path: str) -> int:
    return sum(count for request, count in counts.items() if request.endswith(path.rstrip("$")))


def sent(move: Move, path: str) -> int:
    return of_path(writes(move), path)


def said(result: Result) -> Result:
    """A result without what another run has otherwise."""
    return {name: value for name, value in result.items() if name not in ("sessions", "diff")}


def test_an_import_is_the_same_as_one_by_one(calm: dict[int, Calm]) -> None:
    found = []
    for each in calm.values():
        noted = {name: {**job, "id": ""} for name, job in each.journal["jobs"].items()}
        asked = Counter(AN_ID.sub("ID", request) for request in each.seen)
        found.append((said(each.result), each.progress, each.estate, noted, each.journal["created"], asked))
    assert calm[4].most == 4
    for one, beside in zip(*found, strict=True):
        assert one == beside


def test_one_by_one_an_object_has_all_that_it_takes_before_the_next_is_created(calm: dict[int, Calm]) -> None:
    exclusions = [each for each in calm[1].seen if "globalExclusions" in each and not each.startswith("GET")]
    assert [each.startswith("PUT") for each in exclusions] == [False, True] * (len(exclusions) // 2)
    assert exclusions and calm[1].most == 1


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


def test_parts_of_one_setting_are_created_one_by_one() -> None:
    settings = [PlanItem("datastoreLatencies", "byRest", name, CREATE) for name in "abc"]
    domains = [PlanItem("adDomains", "byRest", name, CREATE) for name in "abc"]
    assert [len(block) for block in in_blocks(Lanes(4), settings)] == [1, 1, 1]
    assert [len(block) for block in in_blocks(Lanes(4), domains)] == [3]


# -- a busy server -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paths", CREATED, ids="+".join)
@pytest.mark.parametrize("do", ["status", "status_after"])
def test_what_was_refused_beside_others_is_looked_for_and_then_sent_once_more(
    move: Move, usual: Calm, paths: tuple[str, ...], do: str
) -> None:
    rules = [move.pair.target.faults.add(do=do, status=503, method="POST", path=path, times=1) for path in paths]

    move.brought_in()

    assert all(rule.fired for rule in rules)
    assert estate(move.pair.target) == usual.estate
    for path in paths:
        # Who needs it may have been refused for want of it.
        assert (sent(move, path) > of_path(usual.writes, path)) is (do == "status")


def test_a_chain_is_created_link_by_link_also_where_one_was_refused_beside_others(move: Move) -> None:
    usually = jobs_sent(again(move))
    assert [name for name in usually if name in CHAIN] == CHAIN
    at = usually.index(CHAIN[0])
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


@pytest.mark.parametrize("do", ["status", "status_after"])
def test_changes_that_were_refused_beside_others_are_sent_once_more(move: Move, usual: Calm, do: str) -> None:
    methods = {path: "POST" if "disable" in path else "PUT" for path in CHANGED}
    add = move.pair.target.faults.add
    rules = [add(do=do, status=503, path=path, method=method) for path, method in methods.items()]

    move.brought_in()

    assert all(rule.fired for rule in rules)
    assert estate(move.pair.target) == usual.estate


def test_one_by_one_such_an_answer_stays_a_failure(move: Move) -> None:
    move.pair.target.faults.add(do="status", status=503, method="POST", path=SERVERS, times=1)
    result = move.bring_in(parallel=1)
    assert result["failed"] and set(result["failed_objects"]) >= {"managedServers"}
    assert move.brought_in(parallel=1)["changed"]


def test_what_is_alone_or_wrong_is_not_sent_again_either(move: Move, usual: Calm) -> None:
    move.pair.target.faults.add(do="status", status=503, method="POST", path="/kmsServers$", times=0)
    move.pair.target.faults.add(do="status", status=400, method="POST", path="/security/users$", times=0)
    failed = move.bring_in()["failed_objects"]
    assert "kmsServers" in failed
    assert sent(move, "/kmsServers$") == 1
    assert list(failed["users"]) == list(usual.result["created"]["users"])
    assert sent(move, "/security/users$") == len(failed["users"])


def test_what_stays_refused_is_sent_twice_and_no_more(move: Move, usual: Calm) -> None:
    move.pair.target.faults.add(do="status", status=503, method="POST", path="/security/users$", times=0)

    failed = move.bring_in()["failed_objects"]["users"]

    assert list(failed) == list(usual.result["created"]["users"])
    assert sent(move, "/security/users$") == 2 * len(failed)


@pytest.mark.parametrize("status", [429, 503])
def test_an_import_into_a_server_that_takes_few_requests_at_a_time_goes_well(
    wired: Move, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(http_module, "BACKOFF_SECONDS", 0.02)
    target = wired.pair.target
    target.app.latency = 0.01
    target.crowd.change({"busy_above": 2, "busy_status": status})
    result = wired.brought_in(parallel=8)
    assert len([each for each in result["warnings"] if "busy" in each]) == 1, result["warnings"]
    assert target.crowd.refused and target.crowd.most > 2
    target.crowd.reset()
    target.app.latency = 0.0
    assert set(enabled(target).values()) == {False}
    assert wired.brought_in()["changed"] is False


# -- killed ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [r"/api/v1/jobs$", r"/disable$", r"/accessPermissions$", r"/managedServers$"])
def test_a_run_that_is_ended_in_the_middle_signs_out_and_the_next_one_does_the_rest(wired: Move, path: str) -> None:
    target = wired.pair.target
    target.app.latency = 0.02
    options = connection(target, src=str(wired.bundle), secrets=wired.secrets, parallel=4)
    with heard(target, path, 6) as in_the_middle:
        process = start("vbr_import", options)
        assert in_the_middle.wait(PATIENCE_SECONDS)
        process.send_signal(signal.SIGTERM)
        end = ended(process)
    assert end.code == 1 and "has signed out" in end.result["msg"]
    assert last_request(target) == "POST /api/oauth2/logout"
    assert not able_to_run(target)
    target.app.latency = 0.0
    assert wired.brought_in()["changed"]
    assert set(enabled(target).values()) == {False}
    assert wired.brought_in()["changed"] is False


@pytest.mark.parametrize("path", ["POST /api/v1/jobs", "POST /api/v1/jobs/ID/disable", "PUT /api/v1/globalExclusions"])
def test_a_run_that_is_killed_on_the_spot_is_finished_by_the_next(wired: Move, usual: Calm, path: str) -> None:
    target = wired.pair.target
    seen = [AN_ID.sub("ID", each) for each in usual.seen]
    first = next(at for at, each in enumerate(seen) if each.startswith(path))
    target.app.latency = 0.01
    options = {"src": str(wired.bundle), "secrets": wired.secrets, "parallel": 4}
    assert killed_at(target, first + 1, options, "whole_import") == -signal.SIGKILL
    target.app.latency = 0.0
    assert not able_to_run(target)
    wired.brought_in()
    assert estate(target) == usual.estate
    assert wired.brought_in()["changed"] is False
