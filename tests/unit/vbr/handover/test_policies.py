# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies work on computers, which know what they were given last: never by two servers, and what holds after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.services.vbr.kinds import JOBS
from simulator.testing import Server, simulated_pair
from support.headquarters import Move

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


@pytest.fixture
def move(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        made = Move(pair, tmp_path_factory.mktemp("policies") / "bundle")
        (policy,) = [row for row in pair.source.service.estate.rows(JOBS) if row["body"]["name"] == POLICY]
        daily = {"isEnabled": True, "localTime": "12:00", "dailyKind": "Everyday"}
        policy["body"]["schedule"] = {"runAutomatically": True, "daily": daily, "afterThisJob": {"isEnabled": False}}
        made.export()
        yield made


def cut_over(move: Move) -> None:
    move.brought_in()
    move.hand_over()
    move.brought_in(phase="cutover")


def test_no_policy_is_staged_though_its_computers_are_there(move: Move) -> None:
    result = move.brought_in(stage_anyway=GROUPS)

    assert policies(move.pair.target) == {}
    waits = {row["key"]: row["reason"] for row in result["plan"] if row["phase"] == "cutover" and row["kind"] == "jobs"}
    assert "as soon as it is created" in waits[POLICY]


def test_computers_are_given_what_a_policy_is_after_the_cutover(move: Move) -> None:
    cut_over(move)
    before = policies(move.pair.target)
    assert before and APPLIED not in before.values()

    move.hand_over()

    assert set(policies(move.pair.target)) == set(before)
    assert all(applied == APPLIED for applied in policies(move.pair.target).values())
    sent = applications(move.pair.target)
    assert move.hand_over()["changed"] is False
    assert applications(move.pair.target) == sent == len(before)


def test_a_rollback_gives_them_back_what_the_source_has(move: Move) -> None:
    cut_over(move)
    move.hand_over()
    assert applications(move.pair.source) == 0

    move.hand_over("rolled_back")

    given = {name: applied for name, applied in policies(move.pair.source).items() if applied}
    assert set(given) == set(policies(move.pair.target))
    assert all(applied == APPLIED for applied in given.values())


@pytest.mark.parametrize("how", [{"status": 400}, {"status": 200, "body": {"id": 5}}])
def test_one_that_is_refused_is_a_warning_and_holds_up_nothing(move: Move, how: dict[str, Any]) -> None:
    cut_over(move)
    move.pair.target.faults.add(do="status", method="POST", path="/applyConfiguration$", times=0, **how)

    result = move.hand_over()

    said = [each for each in result["warnings"] if POLICY in each and "rescanned next" in each]
    assert len(said) == 1
    assert not result.get("failed")
