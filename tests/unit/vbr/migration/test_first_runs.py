# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bundle says which jobs have a chain on the source, and a plan which of them start anew: in few lines for many."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import simulated_pair
from support.chains import REPLICA, seed
from support.estates import exported, secrets_of
from support.faults.migration import small_estate
from support.headquarters import Move
from support.tasks import drive

CODE = "first-run-full"
POINTS = [{"type": "Full"}]
MANY = 200


def found(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in result["findings"] if one["code"] == CODE]


def jobs_with_chains(number: int) -> dict[str, Any]:
    """A source with so many more jobs that have a chain; the others have none."""
    document = small_estate()
    jobs = document["estate"]["jobs"]["jobs"]
    for job in jobs:
        job.pop("_state", None)
    for at in range(number):
        made = copy.deepcopy(jobs[0])
        jobs.append({**made, "name": f"Kept {at:03}", "_state": {"points": list(POINTS)}})
    return document


def test_many_jobs_are_one_line_and_each_has_its_mark(tmp_path: Path) -> None:
    with simulated_pair(source_seed=jobs_with_chains(MANY)) as pair:
        bundle = exported(pair, tmp_path / "bundle")
        result = drive("import", pair.target, check=True, src=bundle, secrets=secrets_of(bundle))
    (one,) = found(result)
    assert one["severity"] == "info" and (one["kind"], one["key"]) == ("jobs", "")
    assert one["message"].startswith(f"{MANY} job(s) have a chain on the source") and one["message"].endswith(" more.")
    assert "at Storage Map backup" in one["remedy"]
    marked = {row["name"] for row in result["plan"] if row["starts_anew"]}
    assert len(marked) == MANY and all(name.startswith("Kept ") for name in marked)


def test_a_job_that_is_there_starts_nothing_anew(tmp_path: Path) -> None:
    with simulated_pair(source_seed=jobs_with_chains(1)) as pair:
        bundle = exported(pair, tmp_path / "bundle")
        options = {"src": bundle, "secrets": secrets_of(bundle)}
        assert not drive("import", pair.target, **options).get("failed")
        again = drive("import", pair.target, **options)
    assert found(again) == [] and not any(row["starts_anew"] for row in again["plan"])


def test_each_sort_of_job_has_its_own_clicks_and_its_way(tmp_path: Path) -> None:
    with simulated_pair(source_build="13.1.0.411", target_build="13.1.0.411", source_seed=seed()) as pair:
        move = Move(pair, tmp_path / "bundle")
        move.export()
        said = {one["remedy"]: one["message"] for one in found(move.bring_in(check=True))}
    (replicas,) = [remedy for remedy, message in said.items() if REPLICA in message]
    assert "builds replicas beside those that are there" in said[replicas]
    assert "tick Replica seeding" in replicas and "adopt: [replica_mapping]" in replicas
    (files,) = [remedy for remedy, message in said.items() if "'Files 1'" in message]
    assert "at Backup Repository Map backup" in files and "adopt: [source_backup]" in files
    (copies,) = [remedy for remedy, message in said.items() if "'Copy of tier 03'" in message]
    assert "at Target Map backup" in copies and "adopt: [move]" in copies
    assert any("Apply configuration" in remedy for remedy in said)


def test_a_bundle_says_where_a_chain_lies_and_nothing_that_changes_by_itself(tmp_path: Path) -> None:
    with simulated_pair(source_seed=jobs_with_chains(1)) as pair:
        bundle = Path(exported(pair, tmp_path / "bundle"))
        jobs = json.loads((bundle / "states.json").read_text(encoding="utf-8"))["jobs"]
        drive("job_run", pair.source, name="Kept 000")
        assert drive("export", pair.source, dest=str(bundle))["changed"] is False
    (made,) = [job for job in jobs if "chains" in job]
    (chain,) = made["chains"]
    assert made["name"] == chain["name"] == "Kept 000"
    assert set(chain) == {"name", "type", "repository", "platform"} and chain["repository"]


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_source_that_does_not_show_them_is_exported_and_said(tmp_path: Path, status: int) -> None:
    with simulated_pair(source_seed=jobs_with_chains(1)) as pair:
        pair.source.faults.add(do="status", status=status, path="/backups$", times=0)
        result = drive("export", pair.source, dest=str(tmp_path / "bundle"))
        assert not result.get("failed")
        (one,) = [one for one in result["findings"] if one["code"] == "chains-not-read"]
        assert one["severity"] == "warning" and "which start anew" in one["message"]
        bundle = str(tmp_path / "bundle")
        assert found(drive("import", pair.target, check=True, src=bundle, secrets=secrets_of(bundle))) == []
