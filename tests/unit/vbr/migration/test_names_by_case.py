# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that differ by case only, on a target that takes them for one: no object is taken for another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.services.vbr.kinds import JOBS
from simulator.testing import Pair, Server, simulated_pair
from support.estates import writes
from support.headquarters import Moment, Move, enabled, moment
from support.tasks import connection, drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.1.0.411"
# A job, and what another one of its transport is called: by ordinary REST, and by the automation section.
ALIKE = [("Hyper-V 1", "HYPER-V 1", "Hyper-V 3"), ("Tier 01", "TIER 01", "Tier 05")]


def called(node: Any, old: str, new: str) -> Any:
    """A document in which everything that is called `old`, or ends on it, is called otherwise."""
    if isinstance(node, dict):
        return {name: called(value, old, new) for name, value in node.items()}
    if isinstance(node, list):
        return [called(value, old, new) for value in node]
    is_it = isinstance(node, str) and node.endswith(old) and len(node) < 2 * len(old) + 4
    return f"{node.removesuffix(old)}{new}" if is_it else node


def pair_with(old: str, new: str) -> Any:
    seed = called(headquarters.document(), old, new)
    return simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=seed)


def staged(move: Move) -> dict[str, Any]:
    (path,) = move.bundle.glob("journal-*.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["jobs"]
    return found


def alike(server: Server, name: str) -> set[str]:
    return {each for each in enabled(server) if each.lower() == name.lower()}


@pytest.mark.parametrize(("one", "other", "was"), ALIKE)
def test_no_job_is_taken_for_another_in_this_run_or_the_next(tmp_path: Path, one: str, other: str, was: str) -> None:
    with pair_with(was, other) as pair:
        move = Move(pair, tmp_path / "bundle")
        move.export()
        for _run in range(2):
            result = move.bring_in()
            (there,) = alike(pair.target, one)
            (missing,) = {one, other} - {there}
            reason = result["failed_objects"]["jobs"][missing]
            assert result["failed"] and "it is there, but" not in reason
            assert f"What is there is '{there}', whose name differs by case only" in reason
            assert there in staged(move) and missing not in staged(move)
        assert not enabled(pair.target)[there]
        # What did not come in goes on where it was.
        move.hand_over()
        assert enabled(pair.source)[missing] and not enabled(pair.source)[there] and enabled(pair.target)[there]


def test_a_job_is_not_taken_for_one_of_an_earlier_run_that_the_source_has_no_more(tmp_path: Path) -> None:
    one, other, was = ALIKE[0]
    with pair_with(was, other) as pair:
        move = Move(pair, tmp_path / "bundle")
        move.export()
        move.bring_in()
        (there,) = alike(pair.target, one)
        (missing,) = {one, other} - {there}
        estate = pair.source.service.estate
        (row,) = [each for each in estate.rows(JOBS) if each["body"]["name"] == there]
        row["body"]["name"] = "Something else"
        move.export()
        planned = move.bring_in(check=True, on_existing="update")
        assert [row["action"] for row in planned["plan"] if row["key"] == missing and row["kind"] == "jobs"] == [
            "create"
        ]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Moment:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        move = Move(pair, tmp_path_factory.mktemp("moved") / "bundle")
        move.export()
        move.brought_in()
        return moment(move)


@pytest.fixture(name="move")
def moved_to_a_target(moved: Moment, tmp_path: Path) -> Iterator[Move]:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        yield moved.again(pair, tmp_path)


@pytest.mark.parametrize("known_by", ["id", "source_id"])
@pytest.mark.parametrize("state", ["cut_over", "rolled_back", "import"])
def test_a_journal_with_one_job_twice_is_refused(move: Move, known_by: str, state: str) -> None:
    (path,) = move.bundle.glob("journal-*.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    first, second = content["jobs"]["Hyper-V 1"], content["jobs"]["Hyper-V 3"]
    second[known_by] = first[known_by].upper()
    path.write_text(json.dumps(content), encoding="utf-8")
    before = _all(move.pair), path.read_text(encoding="utf-8")
    options = {"source": connection(move.pair.source), "src": str(move.bundle), "state": state}
    result = move.bring_in() if state == "import" else drive("cutover", move.pair.target, **options)
    assert result["failed"] and "'Hyper-V 1' and 'Hyper-V 3' for one job" in result["msg"]
    assert (_all(move.pair), path.read_text(encoding="utf-8")) == before


def _all(pair: Pair) -> Any:
    return [(enabled(server), len(writes(server))) for server in pair.servers]


@pytest.mark.parametrize(("name", "own"), [("Hyper-V 1", "HYPER-V 1"), ("Tier 01", "TIER 01")])
def test_an_update_renames_nothing(move: Move, name: str, own: str) -> None:
    target = move.pair.target
    row = next(each for each in target.service.estate.rows(JOBS) if each["body"]["name"] == name)
    row["body"]["name"], row["body"]["description"] = own, "another"
    planned = move.bring_in(check=True, on_existing="update")
    done = move.bring_in(on_existing="update")
    for result in (planned, done):
        (item,) = [each for each in result["plan"] if (each["kind"], each["key"]) == ("jobs", name)]
        assert item["action"] == "update" and [each["field"] for each in item["diff"]] == ["description"]
        found = [each for each in result["findings"] if each["code"] == "names-differ-by-case" and each["key"] == name]
        assert [own in each["message"] for each in found] == [True]
    assert not done.get("failed") and name in done["updated"]["jobs"]
    assert row["body"]["name"] == own and row["body"]["description"] != "another"
    again = move.bring_in(on_existing="update")
    assert again["changed"] is False
