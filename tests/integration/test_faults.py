# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A migration that breaks at any request: the second run ends where an undisturbed one does, the third idles."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from simulator.core.call import Exchange
from simulator.testing import Pair, Server, serving_pair, simulated_pair
from support.faults.disturbances import DEATHS, FAULTS, disturb, heal
from support.faults.killed import killed_at
from support.faults.line import Line
from support.faults.migration import Undisturbed, small_estate, undisturbed
from support.faults.sample import SEED, SHARE, sample
from support.faults.trial import Trial
from support.tasks import drive

SIGKILLED = -9
# Looks that a session takes which is meant to outlive whatever else happens.
LONG = 40
# How many pairs are drawn: `make faults` plays more of them.
PAIRS_OF_DISTURBANCES = 30 if SHARE else 10
WAYS = (*FAULTS, *DEATHS)
SIGKILL, LOST = "SIGKILL", "answer lost after effect"
# Of how many requests one is disturbed where they are sent one by one.
ONE_BY_ONE = 3

pytestmark = [pytest.mark.usefixtures("no_waiting"), pytest.mark.of_servers]


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Servers whose sessions take two looks; each story begins with a reset."""
    with simulated_pair(clock="polls", polls=2, source_seed=small_estate()) as servers:
        yield servers


@pytest.fixture(scope="module")
def wired() -> Iterator[Pair]:
    """The same behind sockets."""
    with serving_pair(clock="polls", polls=2, source_seed=small_estate()) as servers:
        yield servers


@pytest.fixture(scope="module")
def calm(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return undisturbed(pair, tmp_path_factory.mktemp("calm"))


@pytest.fixture
def trial(pair: Pair, calm: Undisturbed, tmp_path: Path) -> Iterator[Trial]:
    with closing(Trial(pair, calm, tmp_path)) as stories:
        yield stories


@pytest.fixture
def wired_trial(wired: Pair, calm: Undisturbed, tmp_path: Path) -> Iterator[Trial]:
    with closing(Trial(wired, calm, tmp_path)) as stories:
        yield stories


def paths_of_imports(trial: Trial) -> list[str]:
    """The paths of the requests that import something."""
    return [request.split()[1] for request in trial.calm.importing if request.endswith("/import")]


def test_an_undisturbed_move_leaves_every_job_asleep(calm: Undisturbed) -> None:
    jobs = calm.estate["jobs"]
    assert len(jobs) == 3
    assert all(job["state"]["disabled"] and not job["body"]["schedule"]["runAutomatically"] for job in jobs)


# -- one disturbance, at each request in turn --------------------------------------------------------------------------


@pytest.mark.parametrize("disturbance", WAYS)
def test_an_import_that_breaks_at_any_request_is_finished_by_the_next(
    trial: Trial, disturbance: str, parallel: int
) -> None:
    requests = trial.calm.importing
    for at, request in list(sample(requests, disturbance, WAYS))[:: 1 if parallel > 1 else ONE_BY_ONE]:
        with trial.story(f"{disturbance} at {at}, {request}") as migration:
            disturb(trial.target, disturbance, at)
            trial.endure(migration.imported, *requests)
            trial.expect_disturbance()
    trial.acquit()


@pytest.mark.parametrize("disturbance", WAYS)
def test_an_export_that_breaks_at_any_request_is_finished_by_the_next(trial: Trial, disturbance: str) -> None:
    for server in trial.pair.servers:
        # Side by side, the one with this number may be another one of them.
        requests = trial.calm.exporting[server.app.service.instance]
        for at, request in sample(requests, disturbance, WAYS):
            with trial.story(f"{disturbance} at {at}, {request}", exporting=True) as migration:
                disturb(server, disturbance, at)
                trial.endure(migration.exported, *requests)
                trial.expect_disturbance()
    trial.acquit()


# -- more than one -----------------------------------------------------------------------------------------------------


def test_a_run_with_two_disturbances_is_finished_by_the_next(trial: Trial) -> None:
    dice, requests = random.Random(SEED), trial.calm.importing
    for _story in range(PAIRS_OF_DISTURBANCES):
        first, second = sorted(dice.sample(range(len(requests)), 2))
        one, other = dice.choice([*FAULTS]), dice.choice(WAYS)
        with trial.story(f"{one} at {first}, {other} at {second}") as migration:
            disturb(trial.target, one, first)
            disturb(trial.target, other, second)
            trial.endure(migration.imported, *requests)
    trial.acquit()


def test_two_disturbed_runs_are_finished_by_the_next(trial: Trial) -> None:
    dice, requests = random.Random(SEED), trial.calm.importing
    for _story in range(PAIRS_OF_DISTURBANCES):
        disturbances = [(dice.choice(WAYS), dice.randrange(len(requests))) for _run in range(2)]
        with trial.story(f"{disturbances[0]}, then {disturbances[1]}") as migration:
            for disturbance, at in disturbances:
                heal(trial.target)
                disturb(trial.target, disturbance, at)
                trial.endure(migration.imported, *requests)
    trial.acquit()


# -- sessions that go on -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("disturbance", ["answer lost after effect", "truncated answer"])
def test_a_session_whose_announcement_is_lost_is_found_and_waited_for(trial: Trial, disturbance: str) -> None:
    for path in paths_of_imports(trial):
        with trial.story(path) as migration, trial.slow_sessions(LONG):
            disturb(trial.target, disturbance, path=path)
            result = trial.endure(migration.imported, path)
            trial.expect_disturbance()
            assert not result.get("failed"), f"{path}: {result['msg']}"
    trial.acquit()


def test_the_session_of_a_killed_run_is_waited_for(trial: Trial) -> None:
    for path in paths_of_imports(trial):
        with trial.story(path) as migration, trial.slow_sessions(LONG):
            disturb(trial.target, "killed after the request arrived", path=path)
            trial.endure(migration.imported, path)
            trial.expect_disturbance()
            heal(trial.target)
            second = migration.imported()
            assert not second.get("failed"), f"{path}: {second['msg']}"
    trial.acquit()


@pytest.mark.parametrize("end", ["goes on", "is stopped"])
def test_a_session_that_sticks_ends_each_run_in_time(trial: Trial, end: str) -> None:
    """It ends the run that started it and the next one, both in time; when it ends itself, the rest is done."""
    for path in paths_of_imports(trial):
        with trial.story(path, wait_timeout=60) as migration:
            trial.target.faults.add(do="stick_session", path=path)
            first = trial.endure(migration.imported, path)
            assert "is still Working after 60 seconds" in first["msg"]
            sent = trial.target.journal.counts.copy()
            second = migration.imported()
            assert second["failed"] and "is still Working after 60 seconds" in second["msg"]
            writes = {name for name in trial.target.journal.counts - sent if name.endswith(("/import", "able"))}
            assert not writes, f"{path}: something was sent while the session was at work"
            (session,) = (row for row in trial.target.service.imports.rows() if row["ended"] is None)
            if end == "is stopped":
                drive("session", trial.target, action="stop", session_id=session["id"])
            session["stuck"] = False
    trial.acquit()


# -- duplicates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("duplicates", ["skip", "overwrite"])
def test_broken_imports_end_the_same_whatever_a_server_does_with_duplicates(trial: Trial, duplicates: str) -> None:
    """All the stories above run on a server that refuses them."""
    trial.target.switch(duplicates=duplicates)
    try:
        for disturbance in ("answer lost after effect", "500", "killed after the request arrived"):
            for path in paths_of_imports(trial):
                with trial.story(f"{disturbance} at {path}") as migration:
                    disturb(trial.target, disturbance, path=path)
                    trial.endure(migration.imported, path)
                    trial.expect_disturbance()
    finally:
        trial.target.switch(duplicates="refuse")
    trial.acquit()


@pytest.mark.parametrize("duplicates", ["refuse", "skip", "overwrite"])
def test_two_runs_at_the_same_time_end_as_one(trial: Trial, duplicates: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else imports the same bundle after this run has looked: it then sends what is there already."""
    # The other run comes in the midst of a request, in its thread: requests of other threads would wait for it.
    monkeypatch.setenv("VBR_PARALLEL", "1")
    target = trial.target
    target.switch(duplicates=duplicates)
    with trial.story(duplicates) as migration:

        def overtake(exchange: Exchange) -> None:
            if exchange.path.endswith("/jobs/export"):
                target.app.observers.remove(overtake)
                assert migration.imported()["changed"]

        target.app.observers.append(overtake)
        result = migration.imported()
        assert not result.get("failed"), result["msg"]
        trial.allow_duplicates()
    target.switch(duplicates="refuse")
    trial.acquit()


# -- over sockets ------------------------------------------------------------------------------------------------------


def test_a_killed_process_is_finished_by_the_next(wired_trial: Trial) -> None:
    """Each import request, and everything from the import of the jobs on; the deaths above go through all requests."""
    trial = wired_trial
    jobs = trial.calm.importing.index("POST /api/v1/automation/jobs/import")
    for at, request in sample(trial.calm.importing, SIGKILL, [SIGKILL]):
        if at >= jobs or request.endswith("/import"):
            with trial.story(f"{SIGKILL} at {at}, {request}") as migration:
                code = killed_at(trial.target, at, migration.import_options())
                assert code == SIGKILLED, f"{request}: exit code {code}"
    trial.acquit()


def test_a_lost_answer_to_a_question_is_asked_for_again(wired_trial: Trial) -> None:
    trial = wired_trial
    for at, request in sample(trial.calm.importing, LOST, [LOST]):
        if request.startswith("GET"):
            with trial.story(f"lost at {at}, {request}") as migration:
                disturb(trial.target, LOST, at)
                result = trial.endure(migration.imported, request)
                assert result["changed"] and not result.get("failed"), f"{request}: {result.get('msg')}"
                trial.expect_disturbance()
    trial.acquit()


def test_a_server_that_goes_away_is_named_and_the_rest_done_when_it_is_back(wired_trial: Trial) -> None:
    trial = wired_trial
    line = Line(trial.target.port)
    away = dataclasses.replace(trial.target, port=line.port)
    for at, request in enumerate(trial.calm.importing):
        if at % 8 == 0 or request.endswith(("/import", "/disable")):
            with trial.story(f"away at {at}, {request}") as migration:
                migration.pair = Pair(trial.pair.source, away)
                cut_at(trial.target, at, line)
                trial.endure(migration.imported, request, *trial.calm.importing)
                second = migration.imported()
                assert second["failed"] and not second["changed"]
                assert f"localhost:{line.port} does not answer" in second["msg"]
                line.mend()
    line.cut()
    trial.acquit()


def cut_at(server: Server, request: int, line: Line) -> None:
    """The line is cut when the server has heard this request; its answer is lost."""
    heard = 0

    def cut(exchange: Exchange) -> None:
        nonlocal heard
        if heard == request:
            server.app.observers.remove(cut)
            line.cut()
        heard += 1

    server.app.observers.append(cut)
