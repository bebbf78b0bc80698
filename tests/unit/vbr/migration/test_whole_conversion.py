# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole server whose bundle is written in another revision than its target speaks: all of it is converted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import JOBS, KINDS, first_of_types
from contract import Contract, ContractObserver
from simulator.seeds import headquarters
from simulator.testing import Pair, simulated_pair
from support.estates import writes
from support.headquarters import Move, able_to_run, enabled

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story


@dataclass(frozen=True)
class Way:
    """Of the bundle: its revision and build; of the target: what it speaks, and its build. And what is not taken."""

    bundled: str
    source: str
    spoken: str
    target: str
    left: tuple[str, ...] = ()
    filters: dict[str, Any] = field(default_factory=dict)

    @property
    def options(self) -> dict[str, Any]:
        kinds = [kind for kind in KINDS if kind not in self.left]
        return {"api_version": self.spoken, **({"kinds": kinds} if self.left else {})}


OLDER = ["VSphereBackup", *(each for each, since in first_of_types(JOBS).items() if since < "1.3-rev2")]
WAYS = (
    Way("1.2-rev1", "12.3.1.1139", "1.3-rev1", "13.0.1.180"),
    Way("1.2-rev1", "12.3.1.1139", "1.3-rev2", "13.1.0.411"),
    Way("1.3-rev0", "13.0.1.180", "1.3-rev2", "13.1.0.411"),
    # A failover cluster and roles of one's own are new in 1.3-rev2.
    Way("1.3-rev2", "13.1.0.411", "1.3-rev1", "13.0.1.180", ("roles", "users"), {"jobs": {"types": OLDER}}),
)


@dataclass
class Moved:
    way: Way
    move: Move
    planned: dict[str, Any]
    first: dict[str, Any]
    judge: ContractObserver

    @property
    def pair(self) -> Pair:
        return self.move.pair


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: f"{way.bundled}-{way.spoken}")
def moved(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, contract: Contract
) -> Iterator[Moved]:
    way: Way = request.param
    builds = {"source_build": way.source, "target_build": way.target}
    with simulated_pair(**builds, source_seed=headquarters.document()) as pair:
        judge = ContractObserver(contract, expected=lambda exchange: exchange.path.endswith("/serverInfo"))
        pair.target.app.observers.append(judge)
        move = Move(pair, tmp_path_factory.mktemp("converted") / "bundle")
        assert move.export(api_version=way.bundled, filters=way.filters)["api_version"] == way.bundled
        planned = move.brought_in(check=True, **way.options)
        yield Moved(way, move, planned, move.brought_in(**way.options), judge)


def test_what_goes_by_ordinary_rest_is_converted_too(moved: Moved) -> None:
    assert moved.first["api_version"] == moved.way.spoken
    made = [item for item in moved.first["plan"] if (item["transport"], item["action"]) == ("rest", "create")]
    assert {item["kind"] for item in made} >= {"scaleOutRepositories", "jobs"}
    assert not moved.first["failed_objects"]
    assert moved.judge.violations == []


def test_a_dry_run_says_the_same(moved: Moved) -> None:
    assert moved.planned["plan"] == moved.first["plan"]
    assert moved.planned["changed"] and moved.first["changed"]


def test_no_job_is_able_to_run_on_both_servers(moved: Moved) -> None:
    assert not able_to_run(moved.pair.source) & able_to_run(moved.pair.target)


def test_a_second_run_has_nothing_to_change(moved: Moved) -> None:
    moved.pair.target.app.journal.clear()
    again = moved.move.brought_in(**moved.way.options)
    assert again["changed"] is False
    assert [each for each in writes(moved.pair.target) if "/inventory/" not in each] == []
    now = {(item["kind"], item["key"]): item["action"] for item in again["plan"]}
    staged = [item for item in moved.first["plan"] if (item["action"], item["phase"]) == ("create", "stage")]
    assert {now[item["kind"], item["key"]] for item in staged} == {"keep"}


def test_the_jobs_are_handed_over(moved: Moved) -> None:
    moved.move.hand_over(api_version=moved.way.spoken)
    moved.move.brought_in(phase="cutover", **moved.way.options)
    moved.move.hand_over(api_version=moved.way.spoken)
    source, target = enabled(moved.pair.source), enabled(moved.pair.target)
    assert not able_to_run(moved.pair.source) & able_to_run(moved.pair.target)
    assert any(target.values())
    brought = {item["key"] for item in moved.first["plan"] if item["kind"] == "jobs" and item["action"] == "create"}
    assert {name for name in brought if source.get(name)} == set()
