# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else makes an object of the same name on the target between plan and import: it stays theirs."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.core.call import Exchange
from simulator.seeds import headquarters
from simulator.services.vbr.kinds import JOBS
from simulator.testing import Pair, Server, simulated_pair
from support.estates import bundle_of, estate_of, exported, job, secrets_of
from support.faults.disturbances import Death, disturb, heal
from support.handover import jobs_to_hand_over, row, standing
from support.headquarters import Move
from support.tasks import connection, drive

NAME, NEXT = "Backup Job 2", "Backup Job 4"
THEIRS = "made by a colleague, production"
IMPORT = "/jobs/import"


@pytest.fixture
def pair() -> Iterator[Pair]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as servers:
        yield servers


def add(server: Server, body: dict[str, Any], group: str = "jobs", starts: bool = True, **other: Any) -> None:
    """A colleague makes a job after this one, which is enabled."""
    theirs = {**copy.deepcopy(body), "description": THEIRS, **other}
    theirs["schedule"]["runAutomatically"] = starts
    server.service.estate.add(JOBS, group, theirs, {}, {})


def meanwhile(pair: Pair, path: str = "repositories/import", **other: Any) -> None:
    """A colleague makes their job of the same name before the jobs are sent: after a request to this path."""

    def hear(exchange: Exchange) -> None:
        if exchange.path.endswith(path):
            pair.target.app.observers.remove(hear)
            add(pair.target, row(pair.source, NAME)["body"], **other)

    pair.target.app.observers.append(hear)


def imported(pair: Pair, bundle: str, **other: Any) -> dict[str, Any]:
    return drive("import", pair.target, src=bundle, secrets=secrets_of(bundle), **other)


def noted(bundle: str) -> dict[str, Any]:
    (path,) = Path(bundle).glob("journal-*.json")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    made = [each["key"] for each in content["created"] if each["kind"] == "jobs"]
    return {"jobs": content["jobs"], "created": made}


def is_theirs(pair: Pair, starts: bool = True) -> bool:
    return standing(pair.target)[NAME] == (True, starts) and row(pair.target, NAME)["body"]["description"] == THEIRS


@pytest.mark.parametrize("starts", [True, False])
def test_a_job_that_the_server_refused_is_somebody_elses(pair: Pair, tmp_path: Path, starts: bool) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    meanwhile(pair, starts=starts)

    result = imported(pair, bundle)

    assert result["failed"] and list(result["failed_objects"]) == ["jobs"]
    (reason,) = result["failed_objects"]["jobs"].values()
    assert "exists already" in reason and "run the task again, and what is there is kept" in reason
    assert NAME not in result["created"]["jobs"] and len(result["created"]["jobs"]) == 3
    assert is_theirs(pair, starts)
    assert NAME not in noted(bundle)["jobs"] and NAME not in noted(bundle)["created"]
    again = imported(pair, bundle)
    assert not again.get("failed"), again["msg"]
    assert again["changed"] is False and is_theirs(pair, starts)


def test_neither_cutover_nor_rollback_touches_it(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    meanwhile(pair)
    imported(pair, bundle)
    options = {"src": bundle, "source": connection(pair.source)}

    cut = drive("cutover", pair.target, state="cut_over", **options)
    assert not cut.get("failed") and cut["counts"] == {"cut over": 3}
    assert standing(pair.source)[NAME] == (True, True), "nobody else backs its machines up"
    back = drive("cutover", pair.target, state="rolled_back", remove=True, **options)
    assert not back.get("failed") and NAME not in back["removed"]["jobs"]
    assert is_theirs(pair)


@pytest.mark.usefixtures("swift_clock")
@pytest.mark.parametrize("do", ["drop_before", "drop_after"])
def test_after_a_lost_answer_what_is_not_as_it_was_sent_is_somebody_elses(pair: Pair, tmp_path: Path, do: str) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    meanwhile(pair)
    pair.target.faults.add(do=do, path=f"{IMPORT}$")

    result = imported(pair, bundle)

    assert "differs from what was sent in" in result["failed_objects"]["jobs"][NAME]
    assert is_theirs(pair) and NAME not in noted(bundle)["jobs"]
    assert (NEXT in result["created"].get("jobs", [])) is (do == "drop_after")
    assert not imported(pair, bundle).get("failed")
    assert is_theirs(pair)


@pytest.mark.usefixtures("swift_clock")
def test_a_session_that_is_not_over_in_time_makes_nobody_elses_job_ours(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    meanwhile(pair)
    pair.target.faults.add(do="stick_session", path=f"{IMPORT}$")

    result = imported(pair, bundle, wait_timeout=60)

    assert result["failed"] and NAME in result["failed_objects"]["jobs"]
    assert is_theirs(pair)


@pytest.mark.parametrize("duplicates", ["skip", "refuse"])
def test_what_a_killed_run_did_not_create_is_left_alone_by_the_next(
    pair: Pair, tmp_path: Path, duplicates: str
) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    pair.target.switch(duplicates=duplicates)
    meanwhile(pair)
    disturb(pair.target, "killed after the request arrived", path=f"{IMPORT}$")
    with pytest.raises(Death):
        imported(pair, bundle)
    heal(pair.target)
    assert noted(bundle)["jobs"][NAME]["phase"] == "pending"

    result = imported(pair, bundle)

    assert not result.get("failed"), result["msg"]
    (found,) = [each for each in result["plan"] if each["key"] == NAME]
    assert found["reason"] == "already there, and not what an earlier run sent"
    assert is_theirs(pair) and NAME not in noted(bundle)["jobs"]
    assert standing(pair.target)[NEXT] == (False, False), "what it did create is put to sleep"
    assert imported(pair, bundle)["changed"] is False


def test_what_a_server_skipped_is_compared(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    pair.target.switch(duplicates="skip")
    meanwhile(pair)
    assert "skipped" in imported(pair, bundle)["failed_objects"]["jobs"][NAME] or is_theirs(pair)
    assert is_theirs(pair) and NAME not in noted(bundle)["jobs"]


def test_an_import_that_was_refused_as_a_whole_made_nothing(target: Server, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", estate_of(jobs=[job("Nightly")]))
    target.faults.add(do="status", status=400, path=f"{IMPORT}$", body={"errorCode": "UnknownError", "message": "No."})

    def hear(exchange: Exchange) -> None:
        if exchange.path.endswith(IMPORT):
            target.app.observers.remove(hear)
            target.service.estate.add(JOBS, "jobs", job("Nightly"), {}, {})

    target.app.observers.append(hear)
    result = drive("import", target, src=bundle)
    assert "No." in result["failed_objects"]["jobs"]["Nightly"] and result["created"] == {}
    assert standing(target)["Nightly"] == (True, True)


def test_each_kind_is_known_by_what_the_log_calls_it(pair: Pair, tmp_path: Path) -> None:
    """Another migration brings the same in meanwhile: nothing of it is ours, whatever it is."""
    bundle = exported(pair, tmp_path / "bundle")
    other = Path(shutil.copytree(bundle, tmp_path / "other"))

    def overtake(exchange: Exchange) -> None:
        if exchange.path.endswith("/jobs/export"):
            pair.target.app.observers.remove(overtake)
            assert not imported(pair, str(other), parallel=1).get("failed")

    pair.target.app.observers.append(overtake)
    result = imported(pair, bundle, parallel=1)

    assert result["failed"] and result["created"] == {}
    first = ["credentials", "cloudcredentials", "encryptionPasswords"]
    assert [kind for kind in result["failed_objects"] if kind in first] == first
    (journal,) = Path(bundle).glob("journal-*.json")
    assert json.loads(journal.read_text(encoding="utf-8"))["created"] == []
    assert not imported(pair, bundle).get("failed")


# -- by ordinary REST --------------------------------------------------------------------------------------------------

BY_REST = "Hyper-V 3"


@pytest.fixture
def move(tmp_path: Path) -> Iterator[Move]:
    build = "13.1.0.411"
    with simulated_pair(source_build=build, target_build=build, source_seed=headquarters.document()) as servers:
        made = Move(servers, tmp_path / "bundle")
        made.export()
        yield made


def add_by_rest(move: Move, **other: Any) -> None:
    """The same with a job that ordinary REST creates; in the one lane of a run nothing waits for this."""

    def hear(exchange: Exchange) -> None:
        if exchange.path.endswith("proxies/import"):
            move.pair.target.app.observers.remove(hear)
            theirs = row(move.pair.source, BY_REST)
            add(move.pair.target, theirs["body"], theirs["group"], **other)

    move.pair.target.app.observers.append(hear)


@pytest.mark.story
def test_a_job_that_ordinary_rest_refused_is_somebody_elses(move: Move) -> None:
    add_by_rest(move)

    result = move.bring_in()

    reason = result["failed_objects"]["jobs"][BY_REST]
    assert "-> 400" in reason and "run the task again, and what is there is kept" in reason
    assert BY_REST not in result["created"]["jobs"] and BY_REST not in noted(str(move.bundle))["jobs"]
    assert standing(move.pair.target)[BY_REST] == (True, True)
    again = move.brought_in()
    assert BY_REST in again["kept"]["jobs"] and standing(move.pair.target)[BY_REST] == (True, True)


@pytest.mark.story
@pytest.mark.parametrize("do", ["drop_before", "drop_after", "status_after"])
@pytest.mark.parametrize("ours", [True, False])
def test_after_a_lost_answer_it_is_ours_if_it_is_as_it_was_sent(move: Move, do: str, ours: bool) -> None:
    if not ours:
        add_by_rest(move)
    how = {"do": do, "status": 500} if do == "status_after" else {"do": do}
    move.pair.target.faults.add(method="POST", path="/api/v1/jobs$", times=0, **how)

    result = move.bring_in()

    assert (BY_REST in result["created"].get("jobs", [])) is (ours and do != "drop_before")
    if not ours:
        assert "differs from what was sent in description" in result["failed_objects"]["jobs"][BY_REST]
        assert standing(move.pair.target)[BY_REST] == (True, True)
