# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cutover.yml and rollback.yml as a user plays them: shown, done, done again, in waves, and both edges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.services.vbr.kinds import JOBS
from simulator.testing import Pair, serving_pair
from support.estates import secrets_of
from support.handover import RENAME, Staged, jobs_to_hand_over, row, staged, standing
from support.playbooks import connection, flowing, inventory, play
from support.report_pages import reported


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with serving_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path_factory.mktemp("staged"))


@pytest.fixture
def ready(once: Staged, tmp_path: Path) -> Staged:
    """Everything is staged, in the directory of the pair."""
    once.again()
    (tmp_path / "vbr_migrations" / "demo").mkdir(parents=True)
    once.bundle = once.bundle.rename(tmp_path / "vbr_migrations" / "demo" / "bundle")
    return once


def test_the_window_and_the_way_back(ready: Staged, tmp_path: Path) -> None:
    hosts = inventory(tmp_path, {"demo": ready.pair})
    before = ready.all()[:2]

    def changed(playbook: str, *words: str) -> int:
        played = play(playbook, "-i", hosts, *words, cwd=tmp_path)
        assert played.code == 0, played.output
        assert ready.pair.source.password not in played.output
        return played.recap["demo"]["changed"]

    assert play("cutover", "-i", hosts, "-e", '{"vbr_cutover_jobs": ["Nightly"]}', cwd=tmp_path).code != 0
    report, _page = reported(tmp_path / "vbr_migrations" / "demo")
    assert report["outcome"] == "failed" and "No job of the journal is called" in report["failure"]["message"]
    assert report["standing"]["counts"] == {"staged": 4} and report["next"].startswith("Nothing was changed")
    wave = ("-e", '{"vbr_cutover_jobs": ["By hand"]}')
    assert changed("cutover", "--check", "--diff", *wave) == 1
    assert ready.all()[:2] == before
    assert changed("cutover", *wave) == 1
    report, _page = reported(tmp_path / "vbr_migrations" / "demo")
    command = f"ansible-playbook -i {Path(hosts).name} backupfleet.rest.cutover --limit demo"
    assert report["command"] == f"{command} -e '{{vbr_cutover_jobs: [THE NEXT WAVE]}}'"
    assert "Name the next wave in vbr_cutover_jobs" in report["next"]
    assert standing(ready.pair.source)["Backup Job 2"] == (True, True)
    assert [changed("cutover"), changed("cutover")] == [1, 0]
    assert standing(ready.pair.target)["Backup Job 2"] == (True, True)
    assert (tmp_path / "vbr_migrations" / "demo" / "cutover.json").is_file()
    report, page = reported(tmp_path / "vbr_migrations" / "demo")
    assert (report["outcome"], report["standing"]["counts"]) == ("handed over", {"cut over": 4})
    assert report["window"][-1] == {"step": "cutover", "state": "done", "jobs": "4 of 4 jobs"}
    assert "By hand" in page.text and set(report["seconds"]) == {"cutover"}
    assert [changed("rollback", "--check"), changed("rollback"), changed("rollback")] == [1, 1, 0]
    assert ready.all()[:2] == before
    assert reported(tmp_path / "vbr_migrations" / "demo")[0]["window"][-1]["step"] == "rolled back"
    remove = ("-e", "vbr_rollback_remove=true")
    row(ready.pair.target, "By hand")["body"]["description"] = "Mine"
    shown = play("rollback", "-i", hosts, "--check", "--diff", *remove, cwd=tmp_path)
    assert "stays: it was changed since: description was" in flowing(shown.output), shown.output
    assert [changed("rollback", *remove), changed("rollback", *remove)] == [1, 0]
    assert list(standing(ready.pair.target)) == ["By hand"]


def test_a_misspelt_wave_is_not_all_jobs(ready: Staged, tmp_path: Path) -> None:
    hosts = inventory(tmp_path, {"demo": ready.pair}, vbr_cutover_job=["By hand"])
    before = ready.all()
    played = play("cutover", "-i", hosts, cwd=tmp_path)
    assert played.code != 0 and "Nothing reads vbr_cutover_job. Is it vbr_cutover_jobs?" in played.output
    assert ready.all() == before


def waiting(pair: Pair, place: Path, journal: str = "", **variables: Any) -> tuple[Staged, Path]:
    """A pair with a job that waits for the cutover, in the directory that the playbooks use; and the inventory."""
    made = staged(pair, place / "made", hold=["Backup Job 3"])
    (place / "vbr_migrations" / "demo").mkdir(parents=True)
    made.bundle = made.bundle.rename(place / "vbr_migrations" / "demo" / "bundle")
    given: dict[str, Any] = {"vbr_hold": ["Backup Job 3"], "vbr_import_rename": RENAME}
    if journal:
        given["vbr_import_journal"] = str(made.journal.rename(place / journal))
    secrets = secrets_of(str(made.bundle))
    return made, inventory(place, {"demo": pair}, vbr_secrets=secrets, **{**given, **variables})


def handed_over(place: Path) -> dict[str, Any]:
    """What the newest report says of the hand-over."""
    found: dict[str, Any] = reported(place / "vbr_migrations" / "demo")[0]["handover"]
    return found


@pytest.mark.parametrize("journal", ["", "elsewhere.json"], ids=["in the bundle", "elsewhere"])
def test_what_waited_is_brought_in_and_handed_over_in_the_same_run(journal: str, tmp_path: Path) -> None:
    with serving_pair(source_seed=jobs_to_hand_over()) as pair:
        made, hosts = waiting(pair, tmp_path, journal, vbr_cutover_changed_since="ignore")
        before = standing(pair.source)
        row(pair.source, "Backup Job 2")["body"]["description"] = "somebody's"

        played = [play("cutover", "-i", hosts, cwd=tmp_path)]
        # Of both times that jobs are handed over, although the second begins where this one is done.
        assert sum("Backup Job 2: changed" in said for said in handed_over(tmp_path)["warnings"]) == 1
        played.append(play("cutover", "-i", hosts, cwd=tmp_path))

        assert standing(pair.target)["Backup Job 3"] == (True, True), played[0].output
        played.append(play("rollback", "-i", hosts, cwd=tmp_path))
        assert [run.code for run in played] == [0, 0, 0], "".join(run.output for run in played)
        assert [run.recap["demo"]["changed"] for run in played] == [3, 0, 1]
        assert "cut over" in played[0].output and standing(pair.source) == before
        assert len(list(made.bundle.glob("journal-*"))) == (0 if journal else 1)


def test_a_run_that_ends_with_jobs_off_on_both_servers_is_not_green(tmp_path: Path) -> None:
    """A saved plan, a file to save one to, or a start awake stand in the variables of the import: none is meant here.
    What has no secret is not brought in, and its job runs nowhere."""
    with serving_pair(source_seed=jobs_to_hand_over()) as pair:
        others = {"vbr_import_save_plan": "saved.json", "vbr_import_staged": False}
        _made, hosts = waiting(pair, tmp_path, **others)
        only = ("-e", '{"vbr_import_kinds": ["credentials"]}')

        stopped = play("cutover", "-i", hosts, *only, cwd=tmp_path)

        assert stopped.code != 0 and stopped.recap["demo"]["failed"] == 1, stopped.output
        said = flowing(stopped.output)
        assert "Jobs are off on both servers: Backup Job 3." in said, stopped.output
        assert "vbr_rollback" in said
        report, _page = reported(tmp_path / "vbr_migrations" / "demo")
        assert report["failure"]["task"] == "Stop if jobs are off on both servers"
        assert (report["outcome"], report["handover"]["changed"]) == ("failed", True)
        assert report["next"].startswith("These jobs are off on both servers: 'Backup Job 3'.")
        # A look at it is no run that ends so.
        assert play("cutover", "-i", hosts, "--check", *only, cwd=tmp_path).code == 0
        assert play("cutover", "-i", hosts, cwd=tmp_path).code == 0
        assert standing(pair.target)["Backup Job 3"] == (True, True)


def test_an_import_that_does_not_begin_is_named_and_so_is_what_was_done_before(tmp_path: Path) -> None:
    """Its secrets are a text that is no JSON: the jobs of the source are at rest by then."""
    with serving_pair(source_seed=jobs_to_hand_over()) as pair:
        _made, hosts = waiting(pair, tmp_path)

        stopped = play("cutover", "-i", hosts, "-e", "vbr_secrets='{no'", cwd=tmp_path)

        assert stopped.code != 0, stopped.output
        report, _page = reported(tmp_path / "vbr_migrations" / "demo")
        assert report["failure"]["task"] == "Stop at a variable of vbr_import that is none"
        assert report["next"].startswith("These jobs are off on both servers: 'Backup Job 3'.")


def test_an_import_that_broke_off_is_ended_by_the_next_run(tmp_path: Path) -> None:
    with serving_pair(source_seed=jobs_to_hand_over()) as pair:
        made, hosts = waiting(pair, tmp_path)
        pair.target.faults.add(do="status", status=500, path="/jobs/import$")
        broken = play("cutover", "-i", hosts, cwd=tmp_path)
        assert broken.code != 0 and made.phases()["Backup Job 3"] == "pending", broken.output
        again = play("cutover", "-i", hosts, cwd=tmp_path)
        assert again.code == 0, again.output
        assert standing(pair.target)["Backup Job 3"] == (True, True)


def test_a_job_that_is_gone_from_the_target_does_not_end_green(ready: Staged, tmp_path: Path) -> None:
    """No server runs it. The others are handed over all the same."""
    hosts = inventory(tmp_path, {"demo": ready.pair})
    assert play("cutover", "-i", hosts, "-e", '{"vbr_cutover_jobs": ["By hand"]}', cwd=tmp_path).code == 0
    ready.pair.target.service.estate.remove(JOBS, row(ready.pair.target, "By hand"))
    assert play("cutover", "-i", hosts, "--check", cwd=tmp_path).code == 0

    stopped = play("cutover", "-i", hosts, cwd=tmp_path)

    assert stopped.code != 0 and stopped.recap["demo"]["failed"] == 1, stopped.output
    assert "Jobs are off on both servers: By hand. They were handed over" in flowing(stopped.output), stopped.output
    assert standing(ready.pair.target)["Backup Job 2"] == (True, True)
    report, _page = reported(tmp_path / "vbr_migrations" / "demo")
    assert (report["outcome"], report["handover"]["lost"]) == ("failed", ["By hand"])
    assert report["failure"]["task"] == "Stop if jobs that were handed over are gone"
    assert report["next"].startswith("These jobs are off on both servers: 'By hand'.")
    back = play("rollback", "-i", hosts, "-e", '{"vbr_rollback_jobs": ["By hand"]}', cwd=tmp_path)
    assert back.code == 0 and standing(ready.pair.source)["Backup Job 4"][0] is True, back.output


@pytest.mark.parametrize("words", [(), ("--check",)], ids=["done", "shown"])
def test_one_source_is_not_handed_over_to_two_targets_at_a_time(
    ready: Staged, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Side by side both would see its jobs awake, and wake them on both targets."""
    with serving_pair(source_seed=jobs_to_hand_over()) as other:
        same = {**connection(ready.pair.source), "hostname": str(ready.pair.source.hostname).upper()}
        hosts = inventory(tmp_path, {"demo": ready.pair, "other": other}, own={"other": {"vbr_source": same}})
        before = ready.all(), standing(other.target)
        for server in (*ready.pair.servers, *other.servers):
            server.readonly()
        refused = play("cutover", "-i", hosts, *words, cwd=tmp_path)
        for server in (*ready.pair.servers, *other.servers):
            server.readonly(False)

        assert refused.code != 0 and (ready.all(), standing(other.target)) == before, refused.output
        assert "demo, other (" in flowing(refused.output), refused.output
        assert "Run it for one of them at a time (--limit)." in flowing(refused.output)
        assert {name: host["failed"] for name, host in refused.recap.items()} == {"demo": 1, "other": 1}
        if not words:
            report, _page = reported(tmp_path / "vbr_migrations" / "demo")
            assert report["failure"]["task"] == "Stop if two hosts have the same source"
            assert play("cutover", "-i", hosts, "--limit", "demo", cwd=tmp_path).code == 0
