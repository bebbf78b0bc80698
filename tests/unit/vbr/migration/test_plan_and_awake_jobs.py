# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job that somebody brings in awake between plan and apply, or wakes: it is never taken for a staged one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.verification import verification
from simulator.testing import Server, estate
from support.estates import CHAIN_SECRETS, bundle_of, chain_of_four, writes
from support.tasks import drive

Options = dict[str, Any]


@pytest.fixture(name="given")
def chain_and_its_secrets(tmp_path: Path) -> Options:
    return {"src": bundle_of(tmp_path / "bundle", chain_of_four()), "secrets": CHAIN_SECRETS}


def planned(target: Server, tmp_path: Path, given: Options) -> Options:
    result = drive("import", target, save_plan=str(tmp_path / "plan.json"), **given)
    assert not result.get("failed"), result["msg"]
    return {**given, "plan": str(tmp_path / "plan.json")}


def by_hand(target: Server, given: Options) -> None:
    """Somebody imports the same things awake, without this journal."""
    other = str(Path(given["src"]).parent / "other.json")
    assert drive("import", target, **given, staged=False, journal=other)["changed"]


def set_jobs(target: Server, **state: Any) -> None:
    document = target.snapshot()
    for row in document["rows"]["jobs"].values():
        row["state"] = state
        row["body"]["schedule"]["runAutomatically"] = True
    target.restore(document)


def refused(target: Server, options: Options) -> dict[tuple[str, str], str]:
    before = len(writes(target))
    result = drive("import", target, **options)
    assert result["failed"] and len(writes(target)) == before
    return {(one["key"], one["field"]): one["cause"] for one in result["differences"]}


def test_a_job_that_somebody_else_brought_in_is_not_one_of_an_earlier_run(
    target: Server, tmp_path: Path, given: Options
) -> None:
    options = planned(target, tmp_path, given)
    by_hand(target, given)
    found = refused(target, options)
    assert found[("Nightly", "action")] == found[("Nightly", "state")] == "the target"


def test_a_job_that_an_earlier_run_brought_in_is_no_difference(target: Server, tmp_path: Path, given: Options) -> None:
    options = planned(target, tmp_path, given)
    assert drive("import", target, **options)["changed"]
    again = drive("import", target, **options)
    assert not again.get("failed") and again["changed"] is False


def test_a_job_that_somebody_else_brought_in_asleep_is_not_of_an_earlier_run_either(
    target: Server, tmp_path: Path, given: Options
) -> None:
    options = planned(target, tmp_path, given)
    by_hand(target, given)
    set_jobs(target, disabled=True)
    assert list(refused(target, options)) == [("Nightly", "action")]


def test_a_kept_job_that_was_woken_is_a_departure(target: Server, tmp_path: Path, given: Options) -> None:
    by_hand(target, given)
    set_jobs(target, disabled=True)
    options = planned(target, tmp_path, given)
    assert not drive("import", target, **options).get("failed")
    set_jobs(target)
    assert refused(target, options) == {("Nightly", "state"): "the target"}


def test_a_kept_job_that_was_awake_when_planned_is_none(target: Server, tmp_path: Path, given: Options) -> None:
    by_hand(target, given)
    options = planned(target, tmp_path, given)
    assert not drive("import", target, **options).get("failed")


def test_a_comparison_names_a_job_that_is_awake(target: Server, given: Options) -> None:
    by_hand(target, given)
    found = verification(drive("import", target, check=True, **given))
    assert found["ok"] is False and found["missing"] == found["drift"] == []
    assert [row["key"] for row in found["awake"]] == ["Nightly"]
    assert "1 awake." in found["summary"]["awake"] and "'Nightly'" in found["summary"]["awake"]


def test_a_comparison_of_staged_jobs_names_none(target: Server, given: Options) -> None:
    drive("import", target, **given)
    assert estate(target)["jobs"][0]["state"]["disabled"] is True
    found = verification(drive("import", target, check=True, **given))
    assert found["ok"] is True and found["awake"] == [] and found["summary"]["awake"] == ""


def test_a_kept_job_that_the_list_does_not_show_is_not_known_to_sleep(target: Server, given: Options) -> None:
    by_hand(target, given)
    page = {"data": [], "pagination": {"total": 0, "count": 0, "skip": 0, "limit": 200}}
    target.faults.add(do="status", status=200, body=page, method="GET", path="/api/v1/jobs$", times=0)
    result = drive("import", target, check=True, **given)
    assert [finding["code"] for finding in result["findings"]] == ["job-not-listed"]
    assert [row["key"] for row in verification(result)["awake"]] == ["Nightly"]


def test_a_comparison_names_a_job_that_an_earlier_run_could_not_disable(target: Server, given: Options) -> None:
    target.faults.add(do="status", status=500, path="/disable$", times=0)
    assert drive("import", target, **given)["failed"]
    target.faults.clear()
    found = verification(drive("import", target, check=True, **given))
    assert [row["reason"] for row in found["awake"]] == ["brought in by an earlier run and not yet disabled"]
