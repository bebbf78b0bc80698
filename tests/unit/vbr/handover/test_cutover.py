# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that change hands: what is woken, in which waves, what stands in the way, and that a second run does nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.files import held
from simulator.core.call import Exchange
from simulator.testing import Server, simulated_pair
from support.clock import SwiftClock
from support.estates import writes
from support.handover import AWAKE, BothAsleepOrOneAwake, Staged, jobs_to_hand_over, row, staged, standing
from support.tasks import drive

ENABLED, STARTS = True, True
BACK = {"state": "rolled_back"}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("staged"))


@pytest.fixture
def ready(once: Staged, swift_clock: SwiftClock) -> Iterator[Staged]:
    """Everything is staged; in the end, no job was able to run on both servers after any request."""
    once.again()
    observer = BothAsleepOrOneAwake(once.pair)
    for server in once.pair.servers:
        server.faults.clear()
        server.readonly(False)
        server.clock.change({"mode": "instant"})
    yield once
    for server in once.pair.servers:
        server.app.observers.clear()
        server.faults.clear()
        server.readonly(False)
    assert observer.wrongs == []


def refused(ready: Staged, **options: Any) -> str:
    """The message of a run that was refused before anything was changed."""
    before = ready.all()
    for server in ready.pair.servers:
        server.readonly()
    for check in (True, False):
        result = ready.hand_over(check=check, **options)
        assert (result.get("failed"), result["changed"]) == (True, False), result
    for server in ready.pair.servers:
        server.readonly(False)
    assert ready.all() == before
    return str(result["msg"])


def quartet(ready: Staged, **options: Any) -> dict[str, Any]:
    """Check, change, check again, again; returns the change."""

    def run(check: bool, readonly: bool) -> dict[str, Any]:
        for server in ready.pair.servers:
            server.readonly(readonly)
        result = ready.hand_over(check=check, **options)
        assert not result.get("failed"), result["msg"]
        return result

    before = ready.all()
    check = run(check=True, readonly=True)
    assert check["changed"] is True and ready.all() == before
    change = run(check=False, readonly=False)
    assert (change["changed"], change["diff"]) == (True, check["diff"])
    for again in (run(check=True, readonly=True), run(check=False, readonly=True)):
        assert (again["changed"], again["diff"]) == (False, []), again
    for server in ready.pair.servers:
        server.readonly(False)
    return change


# -- there and back ----------------------------------------------------------------------------------------------------


def test_a_cutover_wakes_what_was_enabled_with_its_start_and_nothing_else(ready: Staged) -> None:
    result = quartet(ready)
    assert result["counts"] == {"cut over": 4}
    assert not any(enabled for enabled, _starts in standing(ready.pair.source).values())
    assert standing(ready.pair.target) == {
        "Backup Job 2": (ENABLED, STARTS),
        "Backup Job 3": (ENABLED, STARTS),
        "By hand": (ENABLED, False),
        "Retired": (False, STARTS),
    }
    assert set(ready.phases().values()) == {"cut over"}


def test_a_rollback_brings_both_servers_back(ready: Staged) -> None:
    before = ready.all()[:2]
    ready.done()
    result = quartet(ready, **BACK)
    assert result["counts"] == {"rolled back": 4}
    assert ready.all()[:2] == before
    assert not any(any(state) for state in standing(ready.pair.target).values())


def test_what_was_rolled_back_can_be_cut_over_again(ready: Staged) -> None:
    ready.done()
    there = ready.all()
    ready.done(**BACK)
    ready.done()
    assert ready.all() == there


def test_a_rollback_of_what_was_never_cut_over_leaves_the_source_alone(ready: Staged) -> None:
    row(ready.pair.source, "Backup Job 2")["state"]["disabled"] = True
    result = ready.done(**BACK)
    assert (result["changed"], result["counts"]) == (False, {"staged": 4})
    assert standing(ready.pair.source)["Backup Job 2"][0] is False


def test_a_rollback_puts_a_staged_job_to_sleep_that_somebody_enabled(ready: Staged) -> None:
    row(ready.pair.target, "By hand")["state"].pop("disabled")
    assert quartet(ready, **BACK)["counts"] == {"staged": 4}
    assert standing(ready.pair.target)["By hand"] == (False, False)


def test_the_diff_shows_both_servers_and_both_names(ready: Staged) -> None:
    (shown,) = ready.hand_over(check=True)["diff"]
    before, after = (shown[side].splitlines() for side in ("before", "after"))
    assert before[2] == (
        "By hand (Backup Job 4 on the source): source enabled; target disabled, without a start of its own"
    )
    assert after[0] == "Backup Job 2: source disabled; target enabled, starts by itself"
    assert after[3] == "Retired: source disabled; target disabled, with a start of its own"


def test_the_report_has_every_job(ready: Staged, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    ready.hand_over(check=True, report=str(report))
    assert not report.exists()
    ready.done(report=str(report))
    content = json.loads(report.read_text())
    assert [(job["source_name"], job["name"], job["phase"]) for job in content["jobs"]][2] == (
        "Backup Job 4",
        "By hand",
        "cut over",
    )
    assert content["target"]["vbr_id"]


def test_both_servers_are_signed_in_to_once(ready: Staged) -> None:
    before = [server.journal.counts["POST /api/oauth2/token"] for server in ready.pair.servers]
    ready.done()
    after = [server.journal.counts["POST /api/oauth2/token"] for server in ready.pair.servers]
    assert [new - old for old, new in zip(before, after, strict=True)] == [1, 1]


# -- waves -------------------------------------------------------------------------------------------------------------


def test_a_wave_takes_only_its_jobs_by_either_name(ready: Staged) -> None:
    result = quartet(ready, jobs=["backup job 2", "Backup Job 4"])
    assert result["jobs"] == {"cut over": ["Backup Job 2", "By hand"]}
    assert ready.phases()["Backup Job 3"] == "staged"
    assert standing(ready.pair.source)["Backup Job 3"] == (ENABLED, STARTS)
    assert ready.done(jobs=["*job*", "Retired"])["counts"] == {"cut over": 4}


def test_a_name_that_nothing_has_is_an_error_with_the_nearest(ready: Staged) -> None:
    message = refused(ready, jobs=["Retired", "Bakup Job 2"])
    assert "'Bakup Job 2'" in message and "The nearest: 'Backup Job 2'" in message


@pytest.mark.parametrize("jobs", [[""], ["  "], ["By hand", ""]])
def test_an_empty_variable_in_the_place_of_a_name_chooses_nothing(ready: Staged, jobs: list[str]) -> None:
    assert "a variable in its place may be empty" in refused(ready, jobs=jobs)


@pytest.mark.parametrize("jobs", [[], ["*"], ["*job*", "Retired"]], ids=["none named", "all", "all by two"])
def test_who_chooses_all_hears_what_stays_behind(ready: Staged, jobs: list[str]) -> None:
    content = json.loads(ready.journal.read_text())
    del content["jobs"]["By hand"]
    ready.journal.write_text(json.dumps(content))
    stays = "1 job(s) of the source are not in the journal and stay there: Backup Job 4."
    assert stays in ready.hand_over(check=True, jobs=jobs)["warnings"]
    assert stays not in ready.hand_over(check=True, jobs=["Backup Job 2"]).get("warnings", [])


# -- what stands in the way --------------------------------------------------------------------------------------------


def test_a_job_that_is_awake_on_the_target_is_refused(ready: Staged) -> None:
    row(ready.pair.target, "By hand")["state"].pop("disabled")
    assert "'By hand': it is enabled on the target" in refused(ready)


def test_a_job_that_was_not_proved_asleep_is_refused(ready: Staged) -> None:
    content = json.loads(ready.journal.read_text())
    content["jobs"]["By hand"]["phase"] = "pending"
    ready.journal.write_text(json.dumps(content))
    assert "Run the import again" in refused(ready)


@pytest.mark.parametrize(("side", "name"), [("source", "Backup Job 4"), ("target", "By hand")])
def test_a_job_that_is_not_there_any_more_is_refused(ready: Staged, side: str, name: str) -> None:
    server: Server = getattr(ready.pair, side)
    store = server.service.store
    store.remove("jobs", row(server, name)["id"])
    assert f"the {side} does not have it" in refused(ready)


def test_another_job_of_the_same_name_is_not_taken_for_it(ready: Staged) -> None:
    content = json.loads(ready.journal.read_text())
    content["jobs"]["By hand"]["id"] = "00000000-1111-4222-8333-444444444444"
    ready.journal.write_text(json.dumps(content))
    assert "the target has another job of this name" in refused(ready)


def test_a_bundle_that_does_not_know_what_was_disabled_is_one_error(ready: Staged) -> None:
    manifest = ready.bundle / "manifest.json"
    content = json.loads(manifest.read_text())
    del content["states"]
    manifest.write_text(json.dumps(content))
    assert "does not say which jobs were disabled" in refused(ready)


def test_without_a_journal_nothing_is_known(ready: Staged) -> None:
    ready.journal.rename(ready.bundle / "elsewhere.json")
    result = ready.hand_over()
    assert result["failed"] and "knows no job" in result["msg"]
    assert ready.done(journal=str(ready.bundle / "elsewhere.json"))["counts"] == {"cut over": 4}


def test_a_wrong_pair_is_refused(ready: Staged) -> None:
    source, target = ready.pair.servers
    identity = source.snapshot()["identity"]["vbrId"]
    source.service.identity["vbrId"] = "99999999-2222-4333-8444-555555555555"
    assert identity in refused(ready)
    source.service.identity["vbrId"] = target.snapshot()["identity"]["vbrId"]
    assert "are the same backup server" in refused(ready)
    source.service.identity["vbrId"] = identity
    content = json.loads(ready.journal.read_text())
    ready.journal.write_text(json.dumps({**content, "target": "another"}))
    assert "belongs to another target server" in refused(ready)
    ready.journal.write_text(json.dumps({**content, "source": "another"}))
    assert "belongs to another source server" in refused(ready)


def test_two_runs_at_once_are_one_and_an_error(ready: Staged) -> None:
    with held(ready.journal):
        assert "Another run is at work" in refused(ready)
        result = drive("import", ready.pair.target, src=str(ready.bundle), on_missing_secret="skip", check=True)
        assert not result.get("failed"), "who only looks needs no lock"
    assert not list(ready.bundle.glob(".*.lock"))


@pytest.mark.parametrize(("side", "name"), [("source", "Backup Job 4"), ("target", "By hand")])
def test_a_job_that_goes_away_meanwhile_is_proved_nothing_of(ready: Staged, side: str, name: str) -> None:
    server: Server = getattr(ready.pair, side)

    def remove(exchange: Exchange) -> None:
        if exchange.path.endswith("/disable"):
            ready.pair.source.app.observers.remove(remove)
            server.service.store.remove("jobs", row(server, name)["id"])

    ready.pair.source.app.observers.append(remove)
    result = ready.hand_over()
    assert result["failed"] and "'By hand'" in result["msg"]
    assert ready.phases()["By hand"] == "cutting over"
    assert standing(ready.pair.target)["Backup Job 2"] == (ENABLED, STARTS)


# -- jobs at work ------------------------------------------------------------------------------------------------------


def start(server: Server, name: str, polls: int) -> None:
    server.clock.change({"mode": "polls", "polls": polls})
    result = drive("job_run", server, name=name, wait=False)
    assert not result.get("failed"), result["msg"]


def test_a_job_that_runs_is_waited_for(ready: Staged) -> None:
    start(ready.pair.source, "Backup Job 2", polls=30)
    ready.done()
    asked = [entry["path"] for entry in ready.pair.source.journal.entries]
    assert asked.count("/api/v1/jobs/states") > 2
    assert standing(ready.pair.target)["Backup Job 2"] == (ENABLED, STARTS)


def test_a_job_that_runs_is_stopped_if_the_user_says_so(ready: Staged) -> None:
    start(ready.pair.source, "Backup Job 2", polls=10_000)
    ready.done(running="stop")
    assert [path.split("/")[-1] for path in writes(ready.pair.source)].count("stop") == 1
    assert standing(ready.pair.target)["Backup Job 2"] == (ENABLED, STARTS)


@pytest.mark.parametrize("fault", [{"do": "drop_after"}, {"do": "status", "status": 500}], ids=["lost", "500"])
def test_a_stop_without_an_answer_holds_up_no_other_job(ready: Staged, fault: dict[str, Any]) -> None:
    start(ready.pair.source, "Backup Job 2", polls=10_000)
    start(ready.pair.source, "Backup Job 3", polls=10_000)
    ready.pair.source.faults.add(path="/stop$", **fault)
    ready.hand_over(running="stop", running_timeout=30)
    two, three, by_hand = map(standing(ready.pair.target).get, ("Backup Job 2", "Backup Job 3", "By hand"))
    assert (ENABLED, STARTS) in (two, three) and by_hand == (ENABLED, False)  # Of both asked at a time one is met.


def test_a_job_that_runs_can_be_a_refusal(ready: Staged) -> None:
    start(ready.pair.source, "Backup Job 2", polls=10_000)
    assert "'Backup Job 2': it runs on the source" in refused(ready, running="fail")


def test_a_job_that_does_not_end_holds_up_no_other(ready: Staged) -> None:
    start(ready.pair.source, "Backup Job 2", polls=10_000)
    first = ready.hand_over(running_timeout=30)
    assert first["failed"] and "still runs on the source after 30 seconds" in first["msg"]
    assert ready.phases() | {"Backup Job 2": ""} == dict.fromkeys(ready.phases(), "cut over") | {"Backup Job 2": ""}
    assert ready.phases()["Backup Job 2"] == "cutting over"
    assert standing(ready.pair.target)["Backup Job 2"] == (False, False)
    ready.pair.source.clock.change({"mode": "instant"})
    assert ready.done()["counts"] == {"cut over": 4}


def test_a_rollback_waits_for_what_runs_on_the_target(ready: Staged) -> None:
    ready.done()
    start(ready.pair.target, "By hand", polls=30)
    assert "it runs on the target" in refused(ready, running="fail", **BACK)
    ready.done(**BACK)
    assert standing(ready.pair.source)["Backup Job 4"][0] is ENABLED


def test_where_the_states_of_jobs_cannot_be_read_sessions_tell(ready: Staged) -> None:
    start(ready.pair.source, "Backup Job 2", polls=10_000)
    ready.pair.source.faults.add(do="status", status=500, path="/jobs/states$", times=0)
    assert "it runs on the source" in refused(ready, running="fail")


def test_a_disabled_job_at_work_is_waited_for_whatever_the_states_call_it(ready: Staged) -> None:
    ready.pair.source.switch(disabled_at_work="disabled")
    start(ready.pair.source, "Backup Job 2", polls=10_000)
    first = ready.hand_over(running_timeout=30)
    ready.pair.source.switch(disabled_at_work="running")
    assert "still runs on the source after 30 seconds" in first["msg"]
    assert standing(ready.pair.target)["Backup Job 2"] == (False, False)


def test_a_journal_of_the_first_format_can_be_cut_over(ready: Staged) -> None:
    """It knows neither ids nor states: names and the source itself tell. What was renamed is not found."""
    content = json.loads(ready.journal.read_text())
    names = ("Backup Job 2", "Backup Job 3", "Retired", "By hand")
    flag = "schedule.runAutomatically"
    old = {name: {"name": name, "state": "staged", flag: content["jobs"][name][flag]} for name in names}
    first = {"format": "backupfleet.rest/journal/1", "target": content["target"], "jobs": old}
    ready.journal.write_text(json.dumps(first))
    assert "'By hand': the source does not have it" in refused(ready)
    ready.done(jobs=["Backup*", "Retired"])
    assert standing(ready.pair.target)["Retired"] == (False, STARTS)
    assert standing(ready.pair.target)["Backup Job 3"] == (ENABLED, STARTS)


def test_an_import_after_the_cutover_leaves_the_jobs_awake_and_warns_of_none(ready: Staged) -> None:
    ready.done()
    rename = {"jobs": {"Backup Job 4": "By hand"}}
    again = drive("import", ready.pair.target, src=str(ready.bundle), on_missing_secret="skip", rename=rename)
    assert again["changed"] is False
    assert "job-awake" not in [finding["code"] for finding in again["findings"]]


# -- what a rollback cannot do -----------------------------------------------------------------------------------------


def test_a_job_that_the_source_lost_stays_where_it_runs_and_the_others_go_back(ready: Staged) -> None:
    ready.done()
    ready.pair.source.service.store.remove("jobs", row(ready.pair.source, "Backup Job 4")["id"])
    check = ready.hand_over(check=True, **BACK)
    assert any("By hand is left as it is" in warning for warning in check["warnings"])
    for changed in (True, False):
        result = ready.hand_over(**BACK)
        assert (result["failed"], result["changed"]) == (True, changed)
        assert "'By hand': the source does not have it" in result["msg"]
    assert standing(ready.pair.target)["By hand"][0] is ENABLED
    assert standing(ready.pair.source)["Backup Job 2"][0] is ENABLED


def test_a_source_that_somebody_woke_again_is_disabled_by_the_next_cutover(ready: Staged) -> None:
    ready.done(jobs=["Retired"])
    row(ready.pair.source, "Retired")["state"].pop("disabled")
    quartet(ready, jobs=["Retired"])
    assert standing(ready.pair.source)["Retired"][0] is False


def test_what_somebody_disabled_after_the_cutover_is_said_and_left(ready: Staged) -> None:
    ready.done()
    row(ready.pair.target, AWAKE[0])["state"]["disabled"] = True
    result = ready.done()
    assert (result["changed"], result["diverged"]) == (False, {AWAKE[0]: "it is disabled on the target"})
