# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a plan and of its carrying out: what is planned, what waits, what differs, and the command to go on."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.plan import ACTIONS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.verification import verification
from ansible_collections.backupfleet.rest.plugins.plugin_utils import run_reports
from ansible_collections.backupfleet.rest.plugins.plugin_utils.plan_files import MARKS
from simulator.testing import Pair
from support.estates import bundle_of, estate_of, job
from support.imports import BUCKET_SECRETS, chains_and_a_bucket, imported
from support.report_pages import Page, counted
from support.reports import HOSTILE, TEMPLATE, run
from support.tasks import drive

PLAYED = {"name": "plan", "continues": False, "has_failed": False, "tasks": {}}
WAITING = {"Bucket", "To the bucket", "After the bucket"}


@pytest.fixture(name="given")
def options_of_an_import(tmp_path: Path) -> dict[str, Any]:
    return {"src": bundle_of(tmp_path / "bundle", chains_and_a_bucket()), "secrets": BUCKET_SECRETS}


@pytest.fixture(name="plan")
def where_the_plan_is(tmp_path: Path) -> Path:
    return tmp_path / "plan.json"


def made(pair: Pair, plan: Path, **steps: Any) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """The report of a run with these steps, its files, and its lines; the files beside the plan are written."""
    failed = next((result for result in steps.values() if result.get("failed")), None)
    failure = {"task": "Complete the import", "result": failed} if failed else None
    done = {**run(pair, failure=failure, **steps), **PLAYED, "plan": str(plan)}
    template = TEMPLATE.read_text(encoding="utf-8")
    files, said, _warnings = run_reports.made(done, plan.parent, template, run_reports.folder_of(done, plan.parent))
    run_reports.put_beside(done, files)
    return json.loads(files["report.json"]), files, said["lines"]


def named(report: dict[str, Any], outcome: str) -> set[str]:
    return {row["name"] for row in report["objects"] if row["outcome"] == outcome}


def test_a_plan_is_planned_and_says_how_it_is_applied(pair: Pair, given: dict[str, Any], plan: Path) -> None:
    planned = drive("import", pair.target, save_plan=str(plan), **given)
    report, files, lines = made(pair, plan, import_=planned)
    assert (report["outcome"], report["dry_run"]) == ("planned", False)
    assert named(report, "waiting") == WAITING and report["totals"]["waiting"] == 3
    assert report["totals"]["planned"] == len(report["objects"]) - 3
    command = f"backupfleet.rest.apply --limit demo -e vbr_plan_digest={planned['plan_digest']}"
    assert report["command"].endswith(command) and f"  {report['command']}" in lines
    assert [(one["step"], one["state"]) for one in report["window"]][:2] == [("plan", "done"), ("apply", "next")]
    (point,) = report["plan"]["points_of_no_return"]
    assert point["key"] == "Bucket" and any(line.startswith("no way back: repositories 'Bucket'") for line in lines)
    assert [group["count"] for group in report["waiting"]] == [2, 1]
    read = Page(files["report.html"])
    assert read.numbers == counted(report) and read.outcome == "planned"
    assert report["command"] in read.text and planned["plan_digest"] in read.text
    assert "What waits for the cutover, and why" in read.text and "only one server can own" in read.text


def test_the_page_and_the_text_lie_beside_the_plan(pair: Pair, given: dict[str, Any], plan: Path) -> None:
    planned = drive("import", pair.target, save_plan=str(plan), **given)
    files = made(pair, plan, import_=planned)[1]
    shown, text = (plan.with_suffix(ending).read_text(encoding="utf-8") for ending in (".html", ".txt"))
    assert (shown, text) == (files["plan.html"], files["plan.txt"]) and shown == files["report.html"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in plan.parent.glob("plan.*")} == {0o600}
    assert json.loads(files["plan.json"]) == json.loads(plan.read_text(encoding="utf-8"))
    # All that is sent of an object, and what it needs.
    for words in ('"runAutomatically": true', '"bucketName": "backups"', "all attributes, phase cutover"):
        assert words in Page(shown).text
    assert "  + To the bucket (phase cutover): needs repositories 'Bucket', which waits" in text
    assert "      needs repositories 'Store one'" in text
    assert not [
        value
        for kind in BUCKET_SECRETS.values()
        for one in kind.values()
        for value in one.values()
        if value in shown + text
    ]


def test_another_plan_by_now_is_not_taken_for_it(pair: Pair, given: dict[str, Any], plan: Path) -> None:
    planned = drive("import", pair.target, save_plan=str(plan), **given)
    drive("import", pair.target, save_plan=str(plan), **given, hold=["Nightly"])
    report, files, _lines = made(pair, plan, import_=planned)
    assert report["plan"]["points_of_no_return"] == [] and "plan.json" not in files
    assert "<script" not in files["report.html"]


def test_a_plan_of_updates_says_what_becomes_what(
    pair: Pair, given: dict[str, Any], plan: Path, tmp_path: Path
) -> None:
    """An object that an earlier run left unfinished is such a one, too, whatever the options say."""
    imported(pair.target, tmp_path / "else", estate_of(jobs=[job("Nightly", description="somebody else")]))
    planned = drive("whole_import", pair.target, save_plan=str(plan), on_existing="update", **given)
    report, files, _lines = made(pair, plan, import_=planned)
    assert planned["counts"]["jobs"]["update"] == 1 and "Nightly" in named(report, "planned")
    text = files["plan.txt"]
    assert "^ update" in text and "  ^ Nightly: it differs, and is given what the source has" in text
    assert "      description: 'somebody else' becomes ''" in text.splitlines()
    assert "description" in Page(files["plan.html"]).text


def test_the_text_of_a_plan_has_a_mark_for_each_action() -> None:
    assert set(MARKS) == set(ACTIONS) and len(set(MARKS.values())) == len(ACTIONS)


def test_names_stay_text_beside_their_attributes(pair: Pair, plan: Path, tmp_path: Path) -> None:
    """Of the scripts of the page there is one, and the page's policy knows no other."""
    estate = chains_and_a_bucket()
    (store,) = estate["repositories"]["LinuxLocalRepositories"][:1]
    estate["jobs"]["jobs"] += [job(name, store, description=name) for name in HOSTILE]
    options = {"src": bundle_of(tmp_path / "hostile", estate), "secrets": BUCKET_SECRETS}
    planned = drive("import", pair.target, save_plan=str(plan), **options)
    shown = made(pair, plan, import_=planned)[1]["plan.html"]
    assert planned["counts"]["jobs"]["create"] > len(HOSTILE)
    (script,) = re.findall(r"<script>(.*?)</script>", shown, re.S)
    assert f"script-src 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in shown
    assert shown.count("<script") == 1 and shown.count("</script") == 1
    read = Page(shown)
    assert read.asks == read.style_asks == read.handlers == []
    assert all(name in read.text and json.dumps(name, ensure_ascii=False) in read.text for name in HOSTILE)


def test_what_waits_is_neither_created_nor_missing(pair: Pair, given: dict[str, Any], plan: Path) -> None:
    """Of a real move too, and of the one that follows it."""
    moved = drive("import", pair.target, **given)
    verified = verification(drive("import", pair.target, check=True, **given))
    for result, outcome in ((moved, "moved"), (drive("import", pair.target, **given), "complete")):
        report, files, lines = made(pair, plan, import_=result, verify=verified)
        assert (report["outcome"], named(report, "waiting")) == (outcome, WAITING)
        assert report["verification"]["ok"] and report["totals"]["planned"] == 0
        assert [one["state"] for one in report["window"]] == ["done", "done", "done", "next"]
        assert report["next"].startswith("The jobs are asleep. Read the guide") and "rest.cutover" in report["command"]
        assert Page(files["report.html"]).totals["waiting"] == 3
        assert [line for line in lines if line.startswith("waits for the cutover: repositories 'Bucket'")]


def test_without_a_look_at_the_target_the_next_step_is_one(pair: Pair, given: dict[str, Any], plan: Path) -> None:
    report = made(pair, plan, import_=drive("import", pair.target, **given))[0]
    assert report["command"].endswith("backupfleet.rest.verify --limit demo")


def test_nothing_to_do_before_the_cutover_is_said(pair: Pair, given: dict[str, Any], plan: Path) -> None:
    drive("import", pair.target, **given)
    report = made(pair, plan, import_=drive("import", pair.target, save_plan=str(plan), **given))[0]
    assert report["next"].startswith("Nothing is to be created before the cutover")


def test_a_target_that_changed_is_refused_with_whose_change_it_is(
    pair: Pair, given: dict[str, Any], plan: Path, tmp_path: Path
) -> None:
    drive("import", pair.target, save_plan=str(plan), **given)
    imported(pair.target, tmp_path / "else", estate_of(jobs=[job("Nightly", description="somebody's")]))
    refused = drive("import", pair.target, plan=str(plan), **given)
    report, files, lines = made(pair, plan, import_=refused)
    assert (report["outcome"], report["next"]) == (
        "refused",
        "Nothing was sent: plan again, and have that plan approved.",
    )
    assert report["command"].endswith("backupfleet.rest.plan --limit demo")
    assert {one["cause"] for one in report["differences"]} == {"the target"}
    assert "Changed: the target (" in Page(files["report.html"]).text and "Nightly" in Page(files["report.html"]).text
    assert named(report, "waiting") == WAITING
    assert any("(the target)" in line for line in lines)


@pytest.mark.parametrize("how", ["edited", "not approved"])
def test_a_plan_that_is_not_the_approved_one_is_refused(
    pair: Pair, given: dict[str, Any], plan: Path, how: str
) -> None:
    drive("import", pair.target, save_plan=str(plan), **given)
    approved = {"plan_digest": "0" * 64} if how == "not approved" else {}
    if how == "edited":
        plan.write_text(plan.read_text(encoding="utf-8").replace("Nightly", "Mightly"), encoding="utf-8")
    refused = drive("import", pair.target, plan=str(plan), **approved, **given)
    report = made(pair, plan, import_=refused)[0]
    assert report["outcome"] == "refused" and report["command"].endswith("backupfleet.rest.plan --limit demo")
    assert [one["cause"] for one in report["differences"]] == ["the file of the plan"]
