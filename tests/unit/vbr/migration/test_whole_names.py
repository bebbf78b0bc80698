# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of objects of ordinary REST: new ones are followed wherever they are referred to, and none hides another."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.services.vbr.kinds import JOBS, REPOSITORIES
from simulator.testing import Server, simulated_pair
from support.headquarters import Move

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.0.1.180"


def body(server: Server, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row["body"] for row in server.service.estate.rows(JOBS) if row["body"]["name"] == name)
    return found


def id_of(server: Server, kind: Any, name: str) -> str:
    return next(str(row["id"]) for row in server.service.estate.rows(kind) if row["body"]["name"] == name)


@pytest.mark.parametrize("name", ["Tier 02", "Hyper-V 1"])
def test_of_two_jobs_of_one_name_none_is_lost(tmp_path: Path, name: str) -> None:
    """One goes by the automation section and the other does not, or both by ordinary REST."""
    seed = headquarters.document()
    jobs = seed["estate"]["jobs"]["otherJobs"]
    jobs.append({**copy.deepcopy(next(job for job in jobs if job["name"] == "Hyper-V 3")), "name": name})
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=seed) as pair:
        move = Move(pair, tmp_path / "bundle")
        move.export()
        result = move.bring_in()
        assert result["failed"] and not result["changed"]
        assert name in result["msg"] and "two records have this key" in result["msg"]


def test_a_new_name_is_followed_wherever_an_object_is_referred_to(tmp_path: Path) -> None:
    rename = {"repositories": {"Store north 2": "Renamed store"}, "jobs": {"Tier 02": "Renamed tier"}}
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        move = Move(pair, tmp_path / "bundle")
        move.export()
        move.brought_in(rename=rename)
        target = pair.target
        store = id_of(target, REPOSITORIES, "Renamed store")
        assert body(target, "Hyper-V 1")["storage"]["backupRepositoryId"] == store
        (scanned,) = body(target, "Scan")["linkedJobs"]["includes"]
        assert (scanned["id"], scanned["name"]) == (id_of(target, JOBS, "Renamed tier"), "Renamed tier")
        again = move.brought_in(rename=rename)
        assert again["changed"] is False
