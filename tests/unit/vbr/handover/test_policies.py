# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies work on computers, which know what they were given last: never by two servers, and what holds after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.services.vbr.kinds import JOBS
from simulator.testing import Server, simulated_pair
from support.headquarters import Moment, Move, moment

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.0.1.180"
POLICY = "Laptop policy"
GROUPS = ["Laptops"]
APPLIED = {"enabled": True, "automatic": True}


def policies(server: Server) -> dict[str, dict[str, Any]]:
    """What the computers of each policy were given last."""
    rows = (row for row in server.service.estate.rows(JOBS) if row["body"]["type"].endswith("Policy"))
    return {row["body"]["name"]: row["state"].get("applied", {}) for row in rows}


def applications(server: Server) -> int:
    return sum(count for request, count in server.app.journal.counts.items() if "applyConfiguration" in request)


@contextmanager
def exported(place: Path) -> Iterator[Move]:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        made = Move(pair, place / "bundle")
        (policy,) = [row for row in pair.source.service.estate.rows(JOBS) if row["body"]["name"] == POLICY]
        daily = {"isEnabled": True, "localTime": "12:00", "dailyKind": "Everyday"}
        policy["body"]["schedule"] = {"runAutomatically": True, "daily": daily, "afterThisJob": {"isEnabled": False}}
        made.export()
        yield made


@pytest.fixture(scope="module")
def once_cut_over(tmp_path_factory: pytest.TempPathFactory) -> Moment:
    with exported(tmp_path_factory.mktemp("cut_over")) as move:
        move.brought_in()
        move.hand_over()
        move.brought_in(phase="cutover")
        return moment(move)


@pytest.fixture
def cut_over(once_cut_over: Moment, tmp_path: Path) -> Iterator[Move]:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        yield once_cut_over.again(pair, tmp_path)


def test_no_policy_is_staged_though_its_computers_are_there(tmp_path: Path) -> None:
    with exported(tmp_path) as move:
        result = move.brought_in(stage_anyway=GROUPS)
        assert policies(move.pair.target) == {}

    waits = {row["key"]: row["reason"] for row in result["plan"] if row["phase"] == "cutover" and row["kind"] == "jobs"}
    assert "as soon as it is created" in waits[POLICY]


def test_computers_are_given_what_a_policy_is_after_the_cutover(cut_over: Move) -> None:
    before = policies(cut_over.pair.target)
    assert before and APPLIED not in before.values()

    cut_over.hand_over()

    assert set(policies(cut_over.pair.target)) == set(before)
    assert all(applied == APPLIED for applied in policies(cut_over.pair.target).values())
    sent = applications(cut_over.pair.target)
    assert cut_over.hand_over()["changed"] is False
    assert applications(cut_over.pair.target) == sent == len(before)


def test_a_rollback_gives_them_back_what_the_source_has(cut_over: Move) -> None:
    cut_over.hand_over()
    assert applications(cut_over.pair.source) == 0

    cut_over.hand_over("rolled_back")

    given = {name: applied for name, applied in policies(cut_over.pair.source).items() if applied}
    assert set(given) == set(policies(cut_over.pair.target))
    assert all(applied == APPLIED for applied in given.values())


@pytest.mark.parametrize("how", [{"status": 400}, {"status": 200, "body": {"id": 5}}])
def test_one_that_is_refused_is_a_warning_and_holds_up_nothing(cut_over: Move, how: dict[str, Any]) -> None:
    cut_over.pair.target.faults.add(do="status", method="POST", path="/applyConfiguration$", times=0, **how)

    result = cut_over.hand_over()

    said = [each for each in result["warnings"] if POLICY in each and "rescanned next" in each]
    assert len(said) == 1
    assert not result.get("failed")
