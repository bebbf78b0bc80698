# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects of ordinary REST: the work for each is the same, however many there are."""

from __future__ import annotations

import copy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import compare
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration import links
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kind import link
from simulator.seeds import headquarters
from simulator.testing import simulated_pair
from support.headquarters import Move

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story


def requests(copies: int, place: Path) -> Counter[str]:
    """What an import of so many backup copies, each of another job, asks of the target; ids apart."""
    seed = headquarters.document()
    jobs = seed["estate"]["jobs"]["otherJobs"]
    one = copy.deepcopy(next(job for job in jobs if job["name"] == "Copy of tier 01"))
    one["target"]["backupRepositoryId"] = "@Store north 2"
    jobs += [{**copy.deepcopy(one), "name": f"Copy {number}"} for number in range(copies)]
    with simulated_pair(source_build="13.0.1.180", target_build="13.0.1.180", source_seed=seed) as pair:
        move = Move(pair, place)
        move.export()
        pair.target.journal.clear()
        result = move.brought_in(stage_anyway=[f"Copy {number}" for number in range(copies)])
        assert len(result["created"]["jobs"]) >= copies
        return Counter(pair.target.journal.counts)


def test_lists_are_not_read_once_for_each_new_object(tmp_path: Path) -> None:
    few, many = requests(2, tmp_path / "few"), requests(22, tmp_path / "many")
    assert many["GET /api/v1/jobs"] == few["GET /api/v1/jobs"]
    lists = {name for name in few if name.startswith("GET ") and name[-36:].count("-") != 4}
    assert {name: many[name] for name in lists} == {name: few[name] for name in lists}
    assert many["POST /api/v1/jobs"] - few["POST /api/v1/jobs"] == 20


def test_a_link_is_found_without_a_look_at_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 5000
    folded: list[Any] = []

    def fold(name: Any) -> str:
        folded.append(name)
        return compare.fold(name)

    monkeypatch.setattr(links, "fold", fold)
    known = links.Linked()
    for number in range(count):
        known.add(f"id-{number}", link("jobs", f"Job {number}"))
    assert [known.ids(link("jobs", f"JOB {number}")) for number in range(count)] == [
        [f"id-{number}"] for number in range(count)
    ]
    assert len(folded) <= 2 * count


def test_a_link_means_the_unique_id_then_the_spelling_then_any_case() -> None:
    known = links.Linked()
    for row_id, name, unique in (("A", "Tier", "u1"), ("B", "tier", "u2"), ("C", "Other", "")):
        known.add(row_id, link("jobs", name, unique))
    assert known.ids(link("jobs", "Tier", "U2")) == ["b"]
    assert known.ids(link("jobs", "tier", "u9")) == ["b"]
    assert sorted(known.ids(link("jobs", "TIER"))) == ["a", "b"]
    assert known.ids(link("jobs", "OTHER")) == ["c"]
    assert known.ids(link("jobs", "none")) == []
