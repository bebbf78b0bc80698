# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only one server can own, and whatever needs it, waits for the cutover."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.services.vbr.kinds import JOBS
from simulator.testing import Server
from support.estates import bundle_of, codes, rows, writes
from support.imports import BUCKET_SECRETS, chains_and_a_bucket, planned
from support.tasks import drive


@pytest.fixture
def given(tmp_path: Path) -> dict[str, Any]:
    """The options to import two chains, a bucket, a job that writes to it, and one that waits for that job."""
    return {"src": bundle_of(tmp_path / "bundle", chains_and_a_bucket()), "secrets": BUCKET_SECRETS}


def names(target: Server, kind: str) -> set[str]:
    return {str(row.get("name")) for row in rows(target, kind)}


def test_object_storage_and_what_needs_it_waits_for_the_cutover(target: Server, given: dict[str, Any]) -> None:
    result = drive("import", target, **given)

    assert not result.get("failed"), result["msg"]
    assert result["waiting"] == {"repositories": ["Bucket"], "jobs": ["To the bucket", "After the bucket"]}
    assert planned(result, "Bucket")["phase"] == "cutover" and "own" in planned(result, "Bucket")["reason"]
    assert "needs repositories 'Bucket'" in planned(result, "To the bucket")["reason"]
    assert codes(result, "info").count("waits-for-cutover") == 1
    assert "Bucket" not in names(target, "repositories")
    assert {"Nightly", "Weekly", "Afterwards"} <= names(target, "jobs") and "To the bucket" not in names(target, "jobs")


def test_what_waits_is_no_change(target: Server, given: dict[str, Any]) -> None:
    drive("import", target, **given)
    before = len(writes(target))
    check, again = drive("import", target, check=True, **given), drive("import", target, **given)
    assert (check["changed"], again["changed"], len(writes(target))) == (False, False, before)
    assert "(waits for the cutover)" in "".join(part["after"] for part in check["diff"])


def at_rest(src: str, *names: str) -> None:
    """The journal as a cutover leaves it that has put these jobs of the source to rest, or all."""
    (path,) = Path(src).glob("journal-*.json")
    journal = json.loads(path.read_text())
    for entry in [journal["jobs"][name] for name in names or journal["jobs"]]:
        entry |= {"phase": "at rest", "rested": True} if entry["phase"] == "waiting" else {}
    path.write_text(json.dumps(journal))


def test_while_the_source_is_awake_nothing_that_waits_is_touched(target: Server, given: dict[str, Any]) -> None:
    drive("import", target, **given)
    before = len(writes(target))
    for kinds in ([], ["repositories"]):
        result = drive("import", target, **given, phase="cutover", kinds=kinds)
        assert (result["changed"], len(writes(target))) == (False, before), result.get("msg")
        assert result["waiting"]["repositories"] == ["Bucket"]
    assert "not at rest" in planned(result, "Bucket")["reason"]


def test_storage_that_two_jobs_use_waits_for_both(target: Server, given: dict[str, Any]) -> None:
    drive("import", target, **given, hold=["Nightly"])
    at_rest(given["src"], "Nightly", "Afterwards")
    result = drive("import", target, **given, hold=["Nightly"], phase="cutover")
    assert result["created"] == {"jobs": ["Nightly", "Afterwards"]}
    assert result["waiting"] == {"repositories": ["Bucket"], "jobs": ["To the bucket", "After the bucket"]}


def test_the_cutover_brings_it_in_asleep(target: Server, given: dict[str, Any]) -> None:
    drive("import", target, **given)
    at_rest(given["src"])
    result = drive("import", target, **given, phase="cutover")
    assert not result.get("failed"), result["msg"]
    assert result["created"] == {"repositories": ["Bucket"], "jobs": ["To the bucket", "After the bucket"]}
    assert result["waiting"] == {}
    assert not [row for row in rows(target, "jobs") if row["schedule"]["runAutomatically"]]
    assert drive("import", target, **given, phase="cutover")["changed"] is False


def test_a_change_window_brings_in_what_waits_and_no_more(target: Server, given: dict[str, Any]) -> None:
    """What was left out while staging, or is new, is another matter."""
    drive("import", target, **given)
    at_rest(given["src"])
    weekly = next(row for row in target.service.estate.rows(JOBS) if row["body"]["name"] == "Weekly")
    target.service.estate.remove(JOBS, weekly)

    result = drive("import", target, **given, phase="waiting")

    assert result["created"] == {"repositories": ["Bucket"], "jobs": ["To the bucket", "After the bucket"]}
    assert (planned(result, "Weekly")["action"], result["waiting"]) == ("skip", {})
    assert drive("import", target, **given, phase="cutover")["created"] == {"jobs": ["Weekly"]}


def test_by_name_it_is_staged_all_the_same(target: Server, given: dict[str, Any]) -> None:
    result = drive("import", target, **given, stage_anyway=["bucket"])
    assert not result.get("failed"), result["msg"]
    assert result["waiting"] == {} and "Bucket" in names(target, "repositories")


def test_by_name_anything_is_held_back_with_what_needs_it(target: Server, given: dict[str, Any]) -> None:
    result = drive("import", target, **given, hold=["Nightly"])
    assert sorted(result["waiting"]["jobs"]) == ["After the bucket", "Afterwards", "Nightly", "To the bucket"]
    assert "vbr_hold" in planned(result, "Nightly")["reason"]


@pytest.mark.parametrize("option", ["hold", "stage_anyway"])
def test_a_misspelt_name_is_said_with_the_nearest(target: Server, given: dict[str, Any], option: str) -> None:
    result = drive("import", target, check=True, **given, **{option: ["Bukket"]})
    (finding,) = [one for one in result["findings"] if one["code"] == f"unused-{option.replace('_', '-')}"]
    assert "'Bucket'" in finding["message"] and option in finding["message"]
