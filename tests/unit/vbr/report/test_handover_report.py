# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a cutover and of a rollback: where each job stands, how far the pair is, what comes next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration import phases
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.continuing import counts_of
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.summary import LONGEST
from ansible_collections.backupfleet.rest.plugins.plugin_utils import run_reports
from ansible_collections.backupfleet.rest.plugins.plugin_utils.overviews import overview, overview_files, overview_lines
from simulator.testing import simulated_pair
from support.clock import SwiftClock
from support.handover import NAMES, Staged, jobs_to_hand_over, row, staged
from support.report_pages import Page
from support.reports import TEMPLATE, run
from support.reports import report as report_from
from tooling import tree

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

OVERVIEW = tree.ROOT / "roles" / "vbr_report" / "templates" / "overview.html.j2"
VERIFIED = {"ok": True, "compared": 12, "missing": [], "drift": []}
COMPARED = {"verification": VERIFIED, "drift": {"counts": {}, "rows": []}}
STEP = {"cut_over": ("cutover", "Hand the jobs over"), "rolled_back": ("rollback", "Take the jobs back")}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("staged"))


@pytest.fixture
def ready(once: Staged, swift_clock: SwiftClock) -> Staged:
    once.again()
    return once


def made(
    ready: Staged, *, check: bool = False, verified: Any = None, earlier: Any = None, **options: Any
) -> tuple[Any, Page, Any, Any]:
    """The report of a run of one of the two playbooks, its page, its lines and its brief."""
    result = ready.hand_over(check=check, **options)
    name, task = STEP[options.get("state", "cut_over")]
    failure = {"task": task, "result": result} if result.get("failed") else None
    steps = {name: result, **({"verify": verified} if verified else {})}
    return reported(ready, {**run(ready.pair, check, failure, **steps), "name": name}, earlier)


def reported(ready: Staged, done: dict[str, Any], earlier: Any = None) -> tuple[Any, Page, Any, Any]:
    """The report of a run, that goes on with an earlier one if there is one."""
    place = ready.bundle.parent / f"pair-{ready.number}"
    if earlier:
        folder = place / "reports" / "2026-11-20T10-00-00Z-earlier"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(json.dumps(earlier), encoding="utf-8")
    whole = {"has_failed": False, "tasks": {}, "continues": bool(earlier), **done}
    whole["files"] = {"bundle": str(ready.bundle)}
    template = TEMPLATE.read_text(encoding="utf-8")
    files, said, _warnings = run_reports.made(whole, place, template, place / "kept")
    stem = run_reports.stem_of(whole)
    return json.loads(files[f"{stem}.json"]), Page(files[f"{stem}.html"]), said["lines"], said["brief"]


def window(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["step"], one["state"], one["jobs"]) for one in report["window"]]


DONE = [("plan", "done", ""), ("apply", "done", "")]


def test_a_dry_run_counts_what_it_would_do(ready: Staged) -> None:
    report, page, lines, brief = made(ready, check=True, jobs=["Backup Job*"])
    assert (report["outcome"], report["dry_run"], report["window"]) == ("planned", True, [])
    assert brief["jobs"] == {"staged": 4} and brief["would"] == {"cut over": 3}
    assert "would be: 3 cut over" in lines and "With this run it would be: 3 cut over." in page.text
    assert report["next"].endswith("run the same playbook without --check.")


def test_a_dry_run_says_what_becomes_of_those_that_come_to_rest_first(ready: Staged) -> None:
    """The run goes on with them: nobody is to believe that they are left so."""
    result = {"planned": {"at rest": 2, "cut over": 3}, "changed": True}
    _report, page, lines, brief = reported(ready, {**run(ready.pair, True, cutover=result), "name": "cutover"})
    said = "would be: 2 at rest, then brought in and cut over, 3 cut over"
    assert said in lines and said in page.text and brief["would"] == result["planned"]
    (line,) = [line for line in overview_lines(overview("cutover", "", ["one"], [{"brief": brief}])) if "one:" in line]
    assert said in line


def test_a_wave_leaves_the_others_and_names_the_next_one(ready: Staged) -> None:
    report, page, lines, brief = made(ready, jobs=["By hand"], verified=VERIFIED)
    assert report["outcome"] == "handed over"
    assert window(report) == [*DONE, ("verify", "done", ""), ("cutover", "next", "1 of 4 jobs")]
    assert brief["jobs"] == {"staged": 3, "cut over": 1} and "jobs: 3 staged, 1 cut over" in lines
    assert report["next"].startswith("3 job(s) are not handed over yet")
    assert report["command"].endswith("backupfleet.rest.cutover --limit demo -e '{vbr_cutover_jobs: [THE NEXT WAVE]}'")
    shown = ("By hand", "Backup Job 4 on the source", "1 of 4 jobs", "Handed over")
    assert all(text in page.text for text in shown)
    # Names of servers are there although nothing was exported or imported.
    assert report["source"]["name"] and report["target"]["build"]


def test_when_all_is_handed_over_there_is_nothing_left(ready: Staged) -> None:
    report, _page, _lines, _brief = made(ready)
    assert window(report) == [*DONE, ("verify", "skipped", ""), ("cutover", "done", "4 of 4 jobs")]
    assert "watch the next run" in report["next"] and report["command"] == ""
    again = made(ready)[0]
    assert (again["outcome"], again["next"]) == ("handed over", report["next"])


def test_a_rollback_is_a_step_of_its_own(ready: Staged) -> None:
    made(ready)
    report, page, _lines, brief = made(ready, state="rolled_back", verified=VERIFIED)
    assert report["outcome"] == "taken back" and brief["jobs"] == {"rolled back": 4}
    assert window(report)[2:] == [
        ("verify", "done", ""),
        ("cutover", "next", "0 of 4 jobs"),
        ("rolled back", "done", "4 of 4 jobs"),
    ]
    assert "as they were on the source" in report["next"] and "Taken back" in page.text


def test_a_dry_run_counts_what_it_would_remove(ready: Staged) -> None:
    made(ready)
    report, page, lines, brief = made(ready, check=True, state="rolled_back", remove=True)
    count = sum(report["handover"]["removed"].values())
    assert count > 4 and brief["would"] == {"rolled back": 4, "objects removed": count}
    assert f"would be: 4 rolled back, {count} objects removed" in lines
    (would,) = [line for line in lines if line.startswith("would be removed from the target:")]
    assert would.startswith(f"would be removed from the target: {count} objects: ") and "jobs 4" in would
    assert "nothing that the migration created would stay on the target" in lines
    assert "Would be removed from the target:" in page.text


def test_what_was_removed_is_said_and_comes_back_by_a_plan(ready: Staged) -> None:
    made(ready)
    objects = [object_of("jobs", name) for name in NAMES.values()] + [object_of("jobs", "Elsewhere")]
    earlier = {**report_of(ready), "objects": objects, **COMPARED}
    options = {"state": "rolled_back", "remove": True}
    report, page, lines, brief = made(ready, earlier=earlier, **options)
    count = sum(report["handover"]["removed"].values())
    assert any(line.startswith(f"removed from the target: {count} objects: ") for line in lines)
    assert "nothing that the migration created is left on the target" in lines
    assert {row["key"]: row["outcome"] for row in report["objects"]} == {
        **dict.fromkeys(NAMES.values(), "removed"),
        "Elsewhere": "created",
    }
    assert report["totals"]["removed"] == report["kinds"]["jobs"]["removed"] == 4
    # What was verified is gone.
    assert report["verification"] is None and brief["verified"] is None
    assert brief["jobs"] == {"removed from the target": 4} and "Removed from the target:" in page.text
    assert report["command"].endswith("backupfleet.rest.plan --limit demo")
    assert window(report)[:2] == [("plan", "next", ""), ("apply", "later", "")]
    assert window(report)[-2:] == [("cutover", "later", "0 of 4 jobs"), ("rolled back", "done", "4 of 4 jobs")]


def test_a_cutover_after_a_removal_leads_to_a_plan_too(ready: Staged) -> None:
    made(ready)
    made(ready, state="rolled_back", remove=True)
    report, _page, lines, _brief = made(ready)
    assert report["outcome"] == "refused" and any("the target does not have it" in line for line in lines)
    assert report["next"].startswith("4 job(s) are as they were on the source, and nothing of them is on the target")
    assert report["command"].endswith("backupfleet.rest.plan --limit demo")


def test_what_stays_is_said_with_its_reason(ready: Staged) -> None:
    made(ready)
    row(ready.pair.target, "By hand")["body"]["description"] = "somebody's"
    report, _page, lines, _brief = made(ready, state="rolled_back", remove=True)
    assert report["handover"]["stay"] > 0 and not any("is left on the target" in line for line in lines)
    assert any("jobs 'By hand': it was changed since" in line for line in lines)
    # A cutover would not find the others.
    assert report["command"].endswith("backupfleet.rest.plan --limit demo")
    kinds = {each["kind"] for each in ready.hand_over(state="rolled_back", remove=True, check=True)["left"]}
    assert "Of what the migration created, this stays on the target" in report["next"] and len(kinds) > 1
    assert "jobs 1" in report["next"] and "repositories 1" in report["next"]


def test_what_was_not_to_go_is_not_said_to_stay(ready: Staged) -> None:
    made(ready)
    report, *_others = made(ready, state="rolled_back", remove=True, jobs=["By hand"])
    assert report["handover"]["stay"] > 0 and "stays on the target" not in report["next"]


def test_what_another_run_verified_is_of_then(ready: Staged) -> None:
    earlier = {**report_of(ready), **COMPARED}
    earlier["verification"] = {**VERIFIED, "at": "2026-11-20T10:15:20Z"}
    earlier |= counts_of([{**object_of("jobs", "Lab"), "outcome": "blocked", "reason": "needs a lab"}])
    report, page, lines, _brief = made(ready, earlier=earlier)
    # What was read when it was imported is not in the way of what this run has to say.
    assert not any("needs a lab" in line for line in lines) and "needs a lab" in page.text
    assert report["earlier"] == ["objects", "verification"]
    said = "by an earlier run, 2026-11-20 10:15 UTC"
    assert f"verified {said}: 12 objects, all as they should be" in lines and f"Verification {said}" in page.text


def test_storage_of_one_owner_is_named_as_long_as_it_matters(ready: Staged) -> None:
    """Before the cutover by the plan, after it by the journal, and by the report when that has forgotten it."""
    reason = {"outcome": "waiting", "reason": phases.ONE_OWNER, "phase": "cutover"}
    waiting = [{**object_of("repositories", name), **reason} for name in ("Cloud", "Bucket")]
    before = {**report_of(ready), "objects": waiting}
    report, _page, lines, _brief = made(ready, check=True, earlier=before)
    unowned = report["one_owner"]
    (ahead,) = [line for line in lines if line.startswith("no way back")]
    assert ahead.startswith("no way back: repositories 'Cloud', 'Bucket': From the moment it is created here")

    lost = [{**row, "outcome": "failed", "reason": "no answer"} for row in waiting]
    assert ahead in made(ready, check=True, earlier={**before, "objects": lost, "one_owner": unowned})[2]

    content = json.loads(ready.journal.read_text(encoding="utf-8"))
    made_late = {"kind": "repositories", "revision": "1.3-rev0", "late": True}
    stores = {"Cloud": "AmazonS3", "Disk": "LinuxLocal"}
    content["created"] += [{**made_late, "key": name, "record": {"type": kind}} for name, kind in stores.items()]
    ready.journal.write_text(json.dumps(content), encoding="utf-8")
    handed, page, lines, _brief = made(ready, earlier=before)
    known = {row["key"]: row["owned"] for row in handed["one_owner"]}
    assert known == {"Cloud": True, "Bucket": False}
    said = "no way back: repositories 'Cloud': It belongs to the target since the cutover"
    assert any(line.startswith(said) for line in lines) and "It belongs to the target since the cutover" in page.text

    back, _page, lines, _brief = made(ready, earlier=handed, state="rolled_back", remove=True)
    assert '"key": "Cloud"' not in ready.journal.read_text(encoding="utf-8")
    assert [line for line in lines if line.startswith(said) and "Let the source take it over again" in line]
    assert [row["key"] for row in back["one_owner"] if row["owned"]] == ["Cloud"]


def test_the_import_of_a_cutover_is_the_rest_of_a_migration(ready: Staged) -> None:
    earlier = {
        **report_of(ready),
        "objects": [object_of("jobs", "staged"), {**object_of("jobs", "late"), "outcome": "waiting"}],
    }
    plan = [{**object_of("jobs", name), "action": action} for name, action in (("staged", "keep"), ("late", "create"))]
    imported = {"changed": True, "plan": [*plan, {**plan[0], "key": "there"}], "created": {"jobs": ["late"]}}
    steps = {"cutover": ready.hand_over(), "import": imported}
    report = reported(ready, {**run(ready.pair, **steps), "name": "cutover"}, earlier)[0]
    assert {row["key"]: row["outcome"] for row in report["objects"]} == {
        "staged": "created",
        "late": "created",
        "there": "kept",
    }
    assert report["totals"]["created"] == 2


def object_of(kind: str, key: str) -> dict[str, Any]:
    known = {"kind": kind, "key": key, "name": key, "outcome": "created", "transport": "rest", "phase": "stage"}
    return {**known, "reason": "", "cause": "", "diff": [], "needs": []}


def report_of(ready: Staged) -> dict[str, Any]:
    """What an earlier run left."""
    return {**report_from({**run(ready.pair), "name": "migrate"}), "aside": False}


def test_a_refusal_says_that_nothing_was_changed(ready: Staged) -> None:
    row(ready.pair.target, "By hand")["state"]["disabled"] = False
    report, page, lines, _brief = made(ready)
    assert report["outcome"] == "refused" and report["window"] == []
    assert report["next"].startswith("Nothing was changed: mend what is shown")
    assert "it is enabled on the target" in page.text and any("it is enabled on the target" in line for line in lines)


def test_one_that_broke_says_by_reason_what_failed_and_how_to_go_on(ready: Staged) -> None:
    ready.pair.target.faults.add(do="status", status=400, path="/enable$", times=0, body={"message": "no licence"})
    report, page, _lines, brief = made(ready)
    ready.pair.target.faults.clear()
    assert report["outcome"] == "failed" and brief["jobs"]["cutting over"] == 3
    assert window(report)[-1] == ("cutover", "next", "1 of 4 jobs")
    failures = report["handover"]["failures"]
    assert sum(group["count"] for group in failures) == 3
    assert all("no licence" in group["reason"] and group["reason"] in page.text for group in failures)
    assert report["next"].startswith("Run the cutover again to go on, or roll back")
    assert report["command"].endswith("backupfleet.rest.cutover --limit demo")


def test_what_was_cut_over_and_is_not_so_any_more_is_bad(ready: Staged) -> None:
    made(ready)
    row(ready.pair.target, "By hand")["state"]["disabled"] = True
    report, page, lines, brief = made(ready)
    assert brief["jobs"] == {"cut over": 3, "diverged": 1}
    assert "diverged: jobs 'By hand': it is disabled on the target" in lines
    assert report["next"].startswith("See why these are not as the journal says") and "it is disabled" in page.text
    trouble = overview(
        "cutover", "2026-11-28T16:00:05Z", ["good", "bad"], [{"brief": {**brief, "jobs": {}}}, {"brief": brief}]
    )
    assert [each["pair"] for each in trouble["pairs"]] == ["bad", "good"]
    shown = Page(overview_files(trouble, OVERVIEW.read_text(encoding="utf-8"), Path("/srv"))["overview.html"])
    assert "3 cut over, 1 diverged" in shown.text and shown.text.count("not as it should be") == 1
    assert "Handed over, and not all jobs are where the journal says" in page.text
    assert any(line.startswith("bad: handed over; ") and "jobs: 3 cut over" in line for line in overview_lines(trouble))


def test_a_later_look_at_the_target_knows_that_jobs_were_handed_over(ready: Staged) -> None:
    made(ready)
    report = reported(ready, {**run(ready.pair, verify=VERIFIED), "name": "verify"})[0]
    assert window(report) == [*DONE, ("verify", "done", ""), ("cutover", "done", "4 of 4 jobs")]
    assert "asleep" not in report["next"]


@pytest.mark.parametrize("earlier", [False, True], ids=["alone", "going on"])
def test_an_import_of_what_is_handed_over_says_so(ready: Staged, earlier: bool) -> None:
    made(ready)
    imported = ready.bring_in(phase="stage")
    before = {**report_of(ready), **COMPARED} if earlier else None
    report = reported(ready, {**run(ready.pair, import_=imported), "name": "import"}, before)[0]
    assert (report["outcome"], report["command"]) == ("complete", "")
    assert report["next"].startswith("All that was staged is handed over") and "rollback" in report["next"]


def test_an_import_beside_what_is_handed_over_leads_to_a_look_at_the_rest(ready: Staged) -> None:
    made(ready, jobs=["By hand"])
    report = reported(ready, {**run(ready.pair, import_=ready.bring_in(phase="stage")), "name": "import"})[0]
    assert report["next"].startswith("3 job(s) are not handed over yet: verify the target")
    assert report["command"].endswith("backupfleet.rest.verify --limit demo")


def test_an_import_in_the_middle_of_a_cutover_does_not_say_that_jobs_are_asleep(ready: Staged) -> None:
    ready.pair.target.faults.add(do="status", status=400, path="/enable$", times=0)
    made(ready)
    ready.pair.target.faults.clear()
    report = reported(ready, {**run(ready.pair, import_=ready.bring_in(phase="stage")), "name": "import"})[0]
    assert "in the middle of it" in report["next"] and report["command"].endswith("rest.cutover --limit demo")


def test_names_that_are_hostile_stay_text_and_the_brief_stays_short(ready: Staged) -> None:
    content = json.loads(ready.journal.read_text(encoding="utf-8"))
    names = [f"<script>{number}</script>{'x' * 100}" for number in range(30)]
    one = next(iter(content["jobs"].values()))
    content["jobs"] = {name: {**one, "name": name, "phase": "cut over"} for name in names}
    ready.journal.write_text(json.dumps(content), encoding="utf-8")
    handed = {"counts": {"cut over": 30}, "diverged": dict.fromkeys(names, "<b>")}
    report, page, _lines, brief = reported(ready, {**run(ready.pair, cutover=handed), "name": "cutover"})
    assert all(name in page.text for name in names) and not page.tags & {"script", "b"}
    assert len(brief["next"]) <= LONGEST < len(report["next"])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"format": "other/1"}', "[" * 100_000, "\ud800", '{"kinds": []}']
)
def test_an_earlier_report_that_cannot_be_read_is_none(ready: Staged, text: str) -> None:
    place = ready.bundle.parent / "pair"
    folder = place / "reports" / "2026-11-20T10-00-00Z-export"
    folder.mkdir(parents=True)
    form = text.replace('{"kinds"', '{"format": "backupfleet.rest/report/1", "kinds"')
    (folder / "report.json").write_bytes(form.encode("utf-8", "surrogatepass"))
    done = {**run(ready.pair, verify=VERIFIED), "name": "verify", "continues": True, "has_failed": False, "tasks": {}}
    _files, said, warnings = run_reports.made(done, place, "", None)
    (folder / "report.json").unlink()
    folder.rmdir()
    assert said["brief"]["outcome"] == "verified"
    (warning,) = warnings
    assert str(folder) in warning and "begins anew" in warning


def test_a_journal_that_cannot_be_read_is_warned_of(ready: Staged) -> None:
    ready.journal.write_text("{", encoding="utf-8")
    done = {**run(ready.pair, verify=VERIFIED), "continues": False, "has_failed": False, "tasks": {}}
    whole = {**done, "files": {"bundle": str(ready.bundle)}}
    _files, said, warnings = run_reports.made(whole, ready.bundle.parent, "", None)
    assert said["brief"]["jobs"] == {} and "Where each job stands is not known: The journal" in warnings[0]
