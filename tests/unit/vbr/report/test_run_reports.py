# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run in each of its forms is what the filters make, and each run keeps its own."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.filter.migration_summary import migration_summary
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.summary import migration_brief
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.verification import verification
from ansible_collections.backupfleet.rest.plugins.plugin_utils import run_reports
from simulator.testing import Pair
from support.reports import TEMPLATE, move, page, report

PLAYED = {"name": "migrate", "continues": False, "has_failed": False, "tasks": {}}
FILES = {"report.json": "{}", "report.html": "<p>"}


class OfAnsible(list[Any]):
    """A list as Ansible hands it over: what it holds comes out by iterating, and JSON would write what lies in it."""

    def __iter__(self) -> Any:
        return iter([f"{index}" for index, _part in enumerate(list.__iter__(self))])


@pytest.fixture(name="run")
def run_of_a_move(pair: Pair, tmp_path: Path) -> dict[str, Any]:
    return {**move(pair, tmp_path), **PLAYED}


def forms(run: dict[str, Any], place: Path) -> tuple[dict[str, Any], dict[str, str], list[str], dict[str, Any]]:
    folder = run_reports.folder_of(run, place)
    files, said, _warnings = run_reports.made(run, place, TEMPLATE.read_text(encoding="utf-8"), folder)
    return json.loads(files["report.json"]), files, said["lines"], said["brief"]


def test_each_form_is_what_its_filter_makes(run: dict[str, Any], tmp_path: Path) -> None:
    made, files, lines, brief = forms(run, tmp_path)
    path = str(tmp_path / "reports" / "2026-11-21T10-01-04Z-migrate" / "report.html")
    assert made == report(run)
    assert files == {"report.json": files["report.json"], "report.html": page(made)}
    assert (lines, brief) == (migration_summary(made, path), migration_brief(made, path))


def test_the_newest_report_is_gone_on_with(run: dict[str, Any], tmp_path: Path) -> None:
    """Neither an older one nor the plan of a dry run."""
    for time, pair in (("2026-11-20T10:00:00Z", "older"), ("2026-11-21T10:00:00Z", "newest")):
        folder = run_reports.folder_of({**run, "times": {"ended": time}}, tmp_path)
        run_reports.keep(folder, "report", {"report.json": json.dumps({**report(run), "exported": {pair: 1}})})
    dry = run_reports.folder_of({**run, "times": {"ended": "2026-11-22T10:00:00Z"}, "for_show": True}, tmp_path)
    run_reports.keep(dry, "plan", {"plan.json": json.dumps({**report(run), "exported": {"plan": 1}})})
    again = {**run, "steps": {"verify": run["steps"]["verify"]}, "continues": True}
    assert forms(again, tmp_path)[0]["exported"] == {"newest": 1}
    assert forms(again, tmp_path)[0]["totals"] == report(run)["totals"]


@pytest.mark.parametrize("aside", ["drift", "preflight", "failed", "refused"])
def test_a_run_that_did_not_come_to_move_anything_is_not_gone_on_with(
    run: dict[str, Any], tmp_path: Path, aside: str
) -> None:
    """It has another subject, or nothing of what the pair has become."""
    template = TEMPLATE.read_text(encoding="utf-8")
    run_reports.kept(run, tmp_path, template)
    failure = {"task": "A task", "result": {"msg": "no"}}
    wrong = {"plan": [], "findings": [{"severity": "error", "code": "x", "kind": "jobs", "key": "a"}]}
    steps: dict[str, Any] = {
        "drift": {"export": run["steps"]["export"], "verify": {"ok": True, "compared": 1, "missing": [], "drift": []}},
        "preflight": {"preflight": {"findings": []}},
        "failed": {"export": {"failed": True}},
        "refused": {"import": {**wrong, "findings": [{**wrong["findings"][0], "message": "m", "remedy": "r"}]}},
    }
    other = {**run, "name": aside, "steps": steps[aside], "times": {"ended": "2026-11-22T10:00:00Z"}}
    other |= {"failure": failure} if aside in ("failed", "refused") else {}
    run_reports.kept({**other, "details": {}}, tmp_path, template)
    again = {**run, "name": "rollback", "steps": {"rollback": {"counts": {}}}, "continues": True}
    made = forms(again, tmp_path)[0]
    assert made["totals"] == report(run)["totals"] and made["verification"]["compared"] == 20
    assert not any(one.get("code") == "x" for one in made["findings"])


def test_a_server_is_called_as_before_where_nobody_asked_it(run: dict[str, Any], tmp_path: Path) -> None:
    """By a run that begins anew, too; another server at another place is not."""
    run_reports.kept(run, tmp_path, TEMPLATE.read_text(encoding="utf-8"))
    compared = {"ok": True, "compared": 1, "missing": [], "drift": []}
    again = {**run, "name": "drift", "steps": {"verify": compared}}
    assert forms(again, tmp_path)[0]["target"]["name"] == "backupserver02.tech.local"
    elsewhere = {**again, "target": {**run["target"], "port": 9420}}
    assert "name" not in forms(elsewhere, tmp_path)[0]["target"]


def test_a_comparison_knows_the_server_that_it_compared(run: dict[str, Any], tmp_path: Path) -> None:
    plan = {"plan": [], "target": {"name": "b", "build": "13"}, "api_version": "1.3-rev1"}
    made = forms({**run, "steps": {"verify": verification(plan)}}, tmp_path)[0]
    assert made["target"]["name"] == "b" and made["revisions"] == {"target": "1.3-rev1"}
    assert not {"target", "api_version"} & {*made["verification"]}


def test_the_text_is_for_people_too(run: dict[str, Any], tmp_path: Path) -> None:
    text = forms({**run, "pair": "Zürich"}, tmp_path)[1]["report.json"]
    assert text.startswith('{\n    "format": "backupfleet.rest/report/1",\n    "pair": "Zürich",\n')
    assert text.endswith("\n}\n")


def test_what_ansible_hands_over_is_looked_into(run: dict[str, Any], tmp_path: Path) -> None:
    verified = {"ok": True, "compared": 1, "missing": [], "drift": (), "waiting": OfAnsible([object()])}
    made = forms({**run, "steps": {"verify": verified}}, tmp_path)[0]
    assert made["verification"] == {**verified, "drift": [], "waiting": ["0"], "at": run["times"]["verify"]}


def test_without_a_folder_there_are_lines_only(run: dict[str, Any], tmp_path: Path) -> None:
    files, said, _warnings = run_reports.made(run, tmp_path, "", None)
    assert (files, said["brief"]["report"], said["failure"]) == ({}, "", "")
    assert said["lines"] == migration_summary(report(run))


# -- what failed -------------------------------------------------------------------------------------------------------


def failure(**given: Any) -> Any:
    return run_reports.failure_of({"failure": {}, "has_failed": True, "tasks": {}, **given})


def test_what_failed_is_found() -> None:
    tasks = {"one": {}, "two": {"failed": True, "msg": "no"}, "three": {"failed": True, "msg": "later"}}
    assert failure(tasks=tasks) == {"task": "two", "result": {"msg": "no", "failed": True}}
    assert failure(tasks=tasks, failure={"task": "mine", "result": {}})["task"] == "mine"
    assert failure(tasks=tasks, has_failed=False) == {}
    assert failure(tasks={"one": {}}) == run_reports.UNKNOWN


# -- how they are kept -------------------------------------------------------------------------------------------------


def test_a_report_is_never_replaced(tmp_path: Path) -> None:
    first = tmp_path / "hq" / "reports" / "2026-11-28T16-00-05Z-migrate"
    run_reports.keep(first, "report", FILES)
    second = run_reports.free(first)
    assert second.name == f"{first.name}-2"
    with pytest.raises(FileExistsError, match="another run"):
        run_reports.keep(first, "report", {"report.json": "[]"})
    run_reports.keep(second, "report", {"report.json": "[]"})
    assert {path.name: path.read_text(encoding="utf-8") for path in first.iterdir()} == FILES
    assert (first.parent / "latest" / "report.json").read_text(encoding="utf-8") == "[]"
    assert sorted(path.name for path in first.parent.iterdir()) == [first.name, second.name, "latest"]


def test_reports_are_for_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "hq" / "reports" / "run"
    run_reports.keep(folder, "report", FILES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, *list(folder.parents)[:2])} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_report_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after the first file."""
    written: list[Path] = []

    def full(path: Path, text: str) -> None:
        written.append(path)
        if len(written) > 1:
            raise OSError(28, "No space left on device")
        path.write_text(text, encoding="utf-8")

    monkeypatch.setattr(run_reports, "write_file", full)
    with pytest.raises(OSError, match="No space"):
        run_reports.keep(tmp_path / "reports" / "run", "report", FILES)
    assert list((tmp_path / "reports").iterdir()) == []


def test_without_links_there_are_the_folders(tmp_path: Path) -> None:
    (tmp_path / "latest" / "mine").mkdir(parents=True)
    (warning,) = run_reports.keep(tmp_path / "run", "report", FILES)
    assert warning.startswith(f"{tmp_path / 'latest'} is a directory where a link")
    assert {path.name for path in tmp_path.iterdir()} == {"run", "latest"}


def test_two_runs_of_one_second_have_a_report_each(
    run: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one's is there after this one looked for a free place."""
    free = run_reports.free

    def another_is_faster(folder: Path) -> Path:
        monkeypatch.setattr(run_reports, "free", free)
        run_reports.keep(folder, "report", FILES)
        return folder

    monkeypatch.setattr(run_reports, "free", another_is_faster)
    said, warnings = run_reports.kept(run, tmp_path, TEMPLATE.read_text(encoding="utf-8"))
    first, second = sorted(path for path in (tmp_path / "reports").iterdir() if not path.is_symlink())
    assert second.name == f"{first.name}-2"
    assert {path.name: path.read_text(encoding="utf-8") for path in first.iterdir()} == FILES
    assert f"report: {second / 'report.html'}" in said["lines"]
    assert (said["brief"]["report"], warnings) == (str(second / "report.html"), [])


def test_a_file_in_the_place_of_the_folder_is_an_error(run: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="reports"):
        run_reports.kept(run, tmp_path, TEMPLATE.read_text(encoding="utf-8"))
