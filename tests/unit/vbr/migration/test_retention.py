# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore points become days by the user's rule and by nothing else, and every place that compares knows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.retention import (
    changes,
    days_per_point,
    in_days,
)
from simulator.testing import Pair, Server, simulated_pair
from support.estates import bundle_of, codes, estate_of, exported, job, secrets_of
from support.handover import row
from support.imports import imported, only, planned, refused
from support.tasks import connection, drive, run

TWO_DAYS = {"restore_points": {"days_per_point": 2}}
PLACE = "storage.retentionPolicy"


def keeps(kind: str, quantity: Any, name: str = "Nightly") -> dict[str, Any]:
    store = {"name": "Default Backup Repository", "uniqueId": ""}
    return job(name, storage={"backupRepository": store, "retentionPolicy": {"type": kind, "quantity": quantity}})


def policy(record: dict[str, Any]) -> tuple[str, int]:
    found = record["storage"]["retentionPolicy"]
    return found["type"], found["quantity"]


# -- the rule ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "factor", "days"),
    [(14, 1, 14), (14, 2, 28), (7, 0.5, 4), (30, 0.1, 3), (1, 0.01, 1), (3, "1.5", 5), (14, "1", 14)],
)
def test_days_are_rounded_up(points: int, factor: Any, days: int) -> None:
    rule = days_per_point({"restore_points": {"days_per_point": factor}})
    assert policy(in_days(keeps("RestorePoints", points), rule)) == ("Days", days)


@pytest.mark.parametrize(
    "record", [keeps("Days", 7), keeps("RestorePoints", None), keeps("RestorePoints", "many"), job("None"), {}]
)
def test_what_keeps_no_number_of_restore_points_is_the_very_same(record: dict[str, Any]) -> None:
    assert in_days(record, "2") is record and changes(record, "2") == ()


@pytest.mark.parametrize(
    "convert",
    [
        {"restore_points": {"days_per_point": factor}}
        for factor in (0, -1, True, None, "", "many", [1], float("nan"), float("inf"))
    ]
    + [{"points": {}}, {"restore_points": 1}, {"restore_points": {}}, {**TWO_DAYS, "reverse_incremental": True}],
)
def test_another_rule_is_refused_before_anything_is_asked(target: Server, tmp_path: Path, convert: Any) -> None:
    with pytest.raises(InvalidInput):
        days_per_point(convert)
    src = bundle_of(tmp_path / "bundle", estate_of(jobs=[keeps("RestorePoints", 14)]))
    refused(target, "convert", src=src, convert=convert)
    assert not target.journal.entries


@pytest.mark.parametrize("convert", [None, {}])
def test_nothing_is_converted_by_default(target: Server, tmp_path: Path, convert: Any) -> None:
    result = imported(target, tmp_path, estate_of(jobs=[keeps("RestorePoints", 14)]), convert=convert)
    assert policy(only(target, "jobs", "Nightly")) == ("RestorePoints", 14)
    assert planned(result, "Nightly")["converted"] == [] and "restore-points-converted" not in codes(result)


# -- the import --------------------------------------------------------------------------------------------------------


def test_the_plan_shows_both_values_and_the_target_gets_days(target: Server, tmp_path: Path) -> None:
    estate = estate_of(jobs=[keeps("RestorePoints", 14), keeps("Days", 7, "Weekly")])

    result = imported(target, tmp_path, estate, convert=TWO_DAYS)

    assert planned(result, "Nightly")["converted"] == [
        {"field": f"{PLACE}.type", "before": "RestorePoints", "after": "Days"},
        {"field": f"{PLACE}.quantity", "before": 14, "after": 28},
    ]
    assert planned(result, "Weekly")["converted"] == []
    assert f"{PLACE}.quantity: 14 becomes 28 (converted)" in result["diff"][0]["after"]
    (said,) = [one for one in result["findings"] if one["code"] == "restore-points-converted"]
    assert (said["severity"], said["key"]) == ("info", "Nightly")
    assert said["message"] == "its 14 restore points become 28 days (convert.restore_points.days_per_point: 2)."
    assert policy(only(target, "jobs", "Nightly")) == ("Days", 28)
    assert policy(only(target, "jobs", "Weekly")) == ("Days", 7)


def test_the_quartet(target: Server, tmp_path: Path) -> None:
    options = {"src": bundle_of(tmp_path / "bundle", estate_of(jobs=[keeps("RestorePoints", 14)])), "convert": TWO_DAYS}
    runs = [drive("import", target, check, **options)["changed"] for check in (True, False, True, False)]
    assert runs == [True, True, False, False]


def test_a_comparison_knows_the_rule_and_without_it_tells_the_difference(target: Server, tmp_path: Path) -> None:
    estate = estate_of(jobs=[keeps("RestorePoints", 14)])
    imported(target, tmp_path, estate, convert=TWO_DAYS)
    options = {"src": str(tmp_path / "bundle"), "check": True, "on_missing_secret": "skip"}

    same, other, another = (
        planned(drive("import", target, **options, convert=convert), "Nightly")
        for convert in (TWO_DAYS, {}, {"restore_points": {"days_per_point": 3}})
    )

    assert (same["action"], same["diff"]) == ("keep", [])
    assert {one["field"] for one in other["diff"]} == {f"{PLACE}.type", f"{PLACE}.quantity"}
    assert another["diff"] == [{"field": f"{PLACE}.quantity", "before": 28, "after": 42}]


@pytest.mark.parametrize(("build", "kind"), [("13.0.1.180", "Days"), ("12.3.1.1139", "RestorePoints")])
def test_a_rule_that_changes_nothing_is_said(tmp_path: Path, build: str, kind: str) -> None:
    with simulated_pair(target_build=build) as pair:
        result = imported(pair.target, tmp_path, estate_of(jobs=[keeps(kind, 14)]), convert=TWO_DAYS)
        assert policy(only(pair.target, "jobs", "Nightly")) == (kind, 14)
        assert "unused-convert" in codes(result, "warning")


def test_another_rule_is_another_plan(target: Server, tmp_path: Path) -> None:
    plan = str(tmp_path / "plan.json")
    src = bundle_of(tmp_path / "bundle", estate_of(jobs=[keeps("RestorePoints", 14)]))
    drive("import", target, src=src, convert=TWO_DAYS, save_plan=plan)
    saved = json.loads(Path(plan).read_text())
    assert saved["options"]["convert"] == TWO_DAYS and len(saved["objects"][0]["converted"]) == len(
        ("type", "quantity")
    )

    result = refused(target, "convert", src=src, plan=plan)
    assert {one["cause"] for one in result["differences"] if one["field"] == "convert"} == {"the options"}
    assert not drive("import", target, src=src, plan=plan, convert=TWO_DAYS).get("failed")


# -- the preflight and the cutover -------------------------------------------------------------------------------------


def test_the_preflight_says_instead_what_the_rule_does(pair: Pair) -> None:
    servers = {"source": connection(pair.source), "target": connection(pair.target)}
    before, after = (run("preflight", {**servers, **rule}) for rule in ({}, {"convert": TWO_DAYS}))
    assert "restore-points-retention" in codes(before, "warning") and "restore-points-converted" not in codes(before)
    assert "restore-points-retention" not in codes(after) and "restore-points-converted" in codes(after, "info")


@pytest.mark.parametrize("quantity", [None, 31])
def test_a_cutover_knows_by_which_rule_a_job_came(pair: Pair, tmp_path: Path, quantity: int | None) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    points = policy(row(pair.source, "Backup Job 2")["body"])
    assert points[0] == "RestorePoints"
    result = drive("import", pair.target, src=bundle, secrets=secrets_of(bundle), convert=TWO_DAYS)
    assert not result.get("failed"), result["msg"]
    if quantity:
        row(pair.source, "Backup Job 2")["body"]["storage"]["retentionPolicy"]["quantity"] = quantity

    options = {"src": bundle, "source": connection(pair.source), "state": "cut_over", "changed_since": "update"}
    result = drive("cutover", pair.target, **options)

    assert not result.get("failed"), result["msg"]
    assert policy(row(pair.target, "Backup Job 2")["body"]) == ("Days", 2 * (quantity or points[1]))
