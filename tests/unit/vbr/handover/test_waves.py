# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cutover of some jobs: it is refused where they share what waits with others that would stay awake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.handover.decide import chosen
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.handover.waves import parted, torn
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.journal_entries import JournalJob
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kind import link
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.stage import (
    AT_REST,
    COMING_TO_REST,
    CUT_OVER,
    PENDING,
    ROLLED_BACK,
    STAGED,
    WAITING,
    Journal,
)
from simulator.core.call import Exchange
from simulator.seeds import headquarters
from simulator.testing import Pair, estate, simulated_pair
from support.clock import SwiftClock
from support.headquarters import Move, able_to_run, enabled
from support.tasks import connection, drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

WAVE = ["Files*", "Tier 01"]


# -- which jobs belong together ----------------------------------------------------------------------------------------


def job(name: str, phase: str = WAITING, *buckets: str) -> JournalJob:
    needs = (("jobs", name), *(("repositories", bucket) for bucket in buckets))
    return JournalJob(name, phase, True, needs=needs if phase != STAGED else ())


def refused(ours: list[JournalJob], others: list[JournalJob]) -> dict[str, str]:
    return {one.name: one.reason for one in torn(ours, others)}


def test_what_shares_nothing_goes_alone() -> None:
    assert refused([job("A", WAITING, "1")], [job("B", WAITING, "2"), job("C", STAGED)]) == {}


@pytest.mark.parametrize("phase", [WAITING, COMING_TO_REST])
def test_who_shares_a_bucket_has_to_be_named_too(phase: str) -> None:
    (reason,) = refused([job("A", WAITING, "1")], [job("B", phase, "1"), job("C", WAITING, "2")]).values()
    assert "repositories '1'" in reason and "'B'" in reason and "'C'" not in reason
    assert "vbr_cutover_jobs" in reason


def test_who_shares_with_those_has_to_be_named_as_well() -> None:
    others = [job("B", WAITING, "1", "2"), job("C", WAITING, "2", "3"), job("D", WAITING, "4")]
    (reason,) = refused([job("A", WAITING, "1")], others).values()
    assert "'B', 'C'" in reason and "'D'" not in reason and "'2'" not in reason


@pytest.mark.parametrize("phase", [AT_REST, PENDING, ROLLED_BACK])
def test_who_is_at_rest_or_was_brought_in_is_in_no_way(phase: str) -> None:
    assert refused([job("A", WAITING, "1")], [job("B", phase, "1")]) == {}


def test_a_job_that_is_there_needs_nobody() -> None:
    assert refused([job("A", STAGED), job("B", ROLLED_BACK, "1")], [job("C", WAITING, "1")]) == {}


def test_an_import_that_broke_off_is_no_other_case() -> None:
    half = job("A", PENDING, "1")
    half.rested = True
    assert "'B'" in refused([half], [job("B", WAITING, "1")])["A"]


def test_a_job_that_needs_another_one_shares_it() -> None:
    copy = JournalJob("Copy", WAITING, True, needs=(("jobs", "A"), ("jobs", "Copy")))
    assert "jobs 'A'" in refused([job("A")], [copy])["A"]


def test_journals_of_older_versions_say_nothing_of_it() -> None:
    assert refused([JournalJob("A", WAITING, True)], [JournalJob("B", WAITING, True)]) == {}


def copies(name: str, *of: str) -> dict[str, Any]:
    return {"name": name, "sourceObjects": {"includes": {"jobs": [{"id": link("jobs", one)} for one in of]}}}


def starts_after(name: str, other: str, enabled: bool = True) -> dict[str, Any]:
    return {"name": name, "schedule": {"afterThisJob": {"isEnabled": enabled, "jobName": other}}}


def test_jobs_that_need_the_runs_of_one_another_had_better_go_together() -> None:
    definitions = [starts_after("B", "A"), copies("C", "A", "D"), starts_after("E", "A", enabled=False), {"name": "A"}]
    a, b, c, e = (job(name, STAGED) for name in "ABCE")
    (said,) = parted([a], [b, c, e], definitions)
    assert said.startswith("2 job(s) need") and "'B' (of 'A'), 'C' (of 'A')." in said
    # The other way round, too.
    (said,) = parted([b], [a, c, e], definitions)
    assert "'B' (of 'A')." in said and "'C'" not in said
    assert list(parted([a, b, c], [e], definitions)) == []


def test_who_was_handed_over_or_is_disabled_is_parted_from_nobody() -> None:
    gone, asleep = job("A", CUT_OVER), JournalJob("A", STAGED, True, disabled=True)
    definitions = [starts_after("B", "A")]
    assert list(parted([job("B", STAGED)], [gone], definitions)) == []
    assert list(parted([job("B", STAGED)], [asleep], definitions)) == []


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_entry_is_no_job_of_a_journal_that_has_no_names_of_the_source(blank: str) -> None:
    old = Journal(None, "target", {"A": job("A"), "B": job("B")})
    for jobs in ([blank], ["A", blank]):
        with pytest.raises(InvalidInput, match="An entry of jobs is blank"):
            chosen(old, jobs)
    assert [one.name for one in chosen(old, ["a"])] == ["A"]


# -- a whole server ----------------------------------------------------------------------------------------------------


@pytest.fixture(name="move")
def staged_headquarters(tmp_path: Path, swift_clock: SwiftClock) -> Iterator[Move]:
    """Exported and staged. In the end, no job was able to run on both servers after any request."""
    build = "13.0.1.180"
    with simulated_pair(source_build=build, target_build=build, source_seed=headquarters.document()) as pair:
        move = Move(pair, tmp_path / "bundle")
        move.export()
        move.brought_in()
        both: list[str] = []

        def hear(exchange: Exchange) -> None:
            found = able_to_run(pair.source) & able_to_run(pair.target)
            both.extend(f"after {exchange.method} {exchange.path}: {name}" for name in found)

        for server in pair.servers:
            server.app.observers.insert(0, hear)
        yield move
        assert both == []


def cut(move: Move, check: bool = False, **other: Any) -> dict[str, Any]:
    options = {"source": connection(move.pair.source), "src": str(move.bundle), "state": "cut_over"}
    return drive("cutover", move.pair.target, check=check, **{**options, **other})


def journal(move: Move) -> dict[str, Any]:
    (path,) = move.bundle.glob("journal-*.json")
    jobs: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["jobs"]
    return jobs


def wave(move: Move, jobs: list[str]) -> dict[str, Any]:
    """What the role does: hand over, bring in what waited, hand that over. It has to go well, and leave none behind."""
    move.hand_over(jobs=jobs)
    brought = move.brought_in(phase="cutover")
    move.hand_over(jobs=jobs)
    assert not [name for name, entry in journal(move).items() if entry["phase"] in ("at rest", "pending")]
    return brought


def off_on_both(pair: Pair, before: dict[str, bool]) -> set[str]:
    on = {name for server in pair.servers for name, is_on in enabled(server).items() if is_on}
    return {name for name, was_on in before.items() if was_on} - on


def test_the_journal_says_what_each_job_waits_with(move: Move) -> None:
    jobs = journal(move)
    assert {name for name, entry in jobs.items() if entry.get("needs")} == {
        name for name, entry in jobs.items() if entry["phase"] == "waiting"
    }
    assert jobs["Copy of tier 01"]["needs"] == [
        {"kind": "jobs", "key": "Copy of tier 01"},
        {"kind": "repositories", "key": "Cloud capacity"},
        {"kind": "scaleOutRepositories", "key": "Orion pool"},
    ]
    assert {"kind": "jobs", "key": "Files 1"} in jobs["Files copy"]["needs"]


def test_a_wave_that_tears_storage_apart_is_refused_before_anything_is_changed(move: Move) -> None:
    before = (*map(estate, move.pair.servers), journal(move))
    for check in (True, False):
        result = cut(move, check, jobs=WAVE)
        assert result["failed"] and result["changed"] is False
        assert result["msg"].startswith("Nothing was changed.") and "'Files copy'" in result["msg"]
        assert "'Scans'" in result["msg"] and "repositories 'Cloud objects'" in result["msg"]
        assert (*map(estate, move.pair.servers), journal(move)) == before
    result = cut(move, jobs=["Copy of tier 01"])
    assert all(f"'{name}'" in result["msg"] for name in ("Copy of tier 03", "Copy of tier 06", "Copy of tier 09"))
    assert "'Tier 12'" in result["msg"] and "'Scans'" not in result["msg"]


def test_with_all_that_it_names_it_passes_and_so_does_the_rest(move: Move) -> None:
    before = enabled(move.pair.source)
    brought = wave(move, [*WAVE, "Scans"])
    assert sorted(brought["created"]["jobs"]) == ["Files 1", "Files 2", "Files copy", "Scans"]
    # What has nothing to do with the wave stays with those that use it.
    assert brought["created"].keys() == {"jobs", "repositories"}
    assert off_on_both(move.pair, before) == set()
    for rest in (["Copy of tier*", "Tier*"], []):
        wave(move, rest)
        assert off_on_both(move.pair, before) == set()
    assert {entry["phase"] for entry in journal(move).values()} == {"cut over"}
    source, target = map(enabled, move.pair.servers)
    assert not [name for name, on in source.items() if on and target.get(name)]


def test_the_whole_is_never_torn_and_leaves_what_stays_on_the_source(move: Move) -> None:
    findings = move.brought_in()["findings"]
    said = {one["key"]: one["remedy"] for one in findings if one["code"] == "waits-for-cutover"}
    assert "leaves it to them" in said["Kiosks"] and said["Wards"].startswith("The cutover creates it")
    assert ["stage_anyway" in one["remedy"] for one in findings if one["key"] == "Kiosk policy"] == [True]
    brought = wave(move, [])
    assert {entry["phase"] for entry in journal(move).values()} == {"cut over"}
    assert brought["created"]["protectionGroups"] == ["Wards", "Laptops", "Field"]
    assert enabled(move.pair.source)["Kiosk policy"]
    assert cut(move)["changed"] is False and move.brought_in(phase="cutover")["changed"] is False


def test_a_journal_of_an_older_version_learns_of_it_from_the_next_import(move: Move) -> None:
    (path,) = move.bundle.glob("journal-*.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    for entry in content["jobs"].values():
        entry.pop("needs", None)
    path.write_text(json.dumps(content), encoding="utf-8")
    assert not cut(move, check=True, jobs=WAVE).get("failed")
    assert [move.bring_in(check=True)["changed"], move.brought_in()["changed"]] == [True, True]
    assert move.brought_in()["changed"] is False
    assert cut(move, check=True, jobs=WAVE)["failed"]


def test_what_the_source_and_the_bundle_have_no_more_is_not_asked_for(move: Move) -> None:
    """Somebody removed it and exported anew: it uses nothing, and nobody could name it."""
    server = move.pair.source
    made = server.snapshot()
    made["rows"]["jobs"] = {key: row for key, row in made["rows"]["jobs"].items() if row["body"]["name"] != "Scans"}
    server.restore(made)
    assert "'Scans'" in cut(move, check=True, jobs=["Files*"])["msg"]
    kept = {path: path.read_text(encoding="utf-8") for path in move.bundle.glob("journal-*.json")}
    move.export()
    for path, text in kept.items():
        path.write_text(text, encoding="utf-8")
    assert sorted(wave(move, ["Files*"])["created"]["jobs"]) == ["Files 1", "Files 2", "Files copy"]
