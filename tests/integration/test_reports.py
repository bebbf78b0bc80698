# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reports that the playbooks leave: after a move, a second run, a dry run, a refusal and a failure."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, serving_pair
from support.playbooks import inventory, play
from support.report_pages import Page
from support.reports import HOSTILE
from support.tasks import drive, secrets_for

SEEDED_JOB = "Backup Job 2"


@pytest.fixture(name="pair")
def simulated_servers() -> Iterator[Pair]:
    with serving_pair() as pair:
        yield pair


@pytest.fixture(name="secrets")
def made_up_secrets(pair: Pair) -> dict[str, Any]:
    return secrets_for(drive("export", pair.source)["manifest"])


def reported(place: Path, stem: str = "report", pair: str = "demo") -> tuple[dict[str, Any], Page]:
    """What a run left for programs and for people; both are for nobody else, and say the same."""
    folder = place / "vbr_migrations" / pair
    files = [folder / f"{stem}.{ending}" for ending in ("json", "html")]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    report = json.loads(files[0].read_text(encoding="utf-8"))
    read = Page(files[1].read_text(encoding="utf-8"))
    assert read.numbers == report["kinds"]
    assert read.outcome == report["outcome"]
    return report, read


def test_a_move_and_a_second_run(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    played = play("migrate", "-i", hosts, cwd=tmp_path)
    assert played.code == 0, played.output
    assert f"report: {tmp_path}/vbr_migrations/demo/report.html" in played.output
    report, read = reported(tmp_path)
    assert report["outcome"] == "moved"
    assert {row["kind"]: row["name"] for row in report["objects"] if row["outcome"] == "created"}["jobs"] == SEEDED_JOB
    assert report["verification"]["ok"]
    assert set(report["revisions"].values()) == {"1.2-rev1"}
    assert set(report["seconds"]) == {"export", "import", "verify"}
    assert report["source"]["port"] == pair.source.port
    assert len(report["sessions"]) == 7 and all(session["log"] for session in report["sessions"])
    assert "Import of credentials record linux01" in read.text

    again = play("migrate", "-i", hosts, "-e", "vbr_report_backup=true", cwd=tmp_path)
    assert again.recap["demo"]["changed"] == 0, again.output
    second, _read = reported(tmp_path)
    assert (second["outcome"], second["totals"]["kept"], second["sessions"]) == ("complete", 20, [])
    (kept,) = (tmp_path / "vbr_migrations" / "demo").glob("report.json.*")
    assert json.loads(kept.read_text(encoding="utf-8")) == report


def test_a_dry_run_leaves_a_plan_if_it_is_to(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    played = play("migrate", "-i", hosts, "--check", "-e", "vbr_report_in_check_mode=true", cwd=tmp_path)
    assert played.code == 0, played.output
    report, read = reported(tmp_path, "plan")
    assert (report["outcome"], report["totals"]["planned"]) == ("planned", 19)
    assert "no server was written to" in read.text
    assert [file.name for file in (tmp_path / "vbr_migrations" / "demo").iterdir() if file.stem == "report"] == []


def test_a_refusal_is_reported_and_the_run_fails(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    del secrets["credentials"]["main-domain-credentials"]
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    played = play("migrate", "-i", hosts, cwd=tmp_path)
    assert played.code != 0 and played.recap["demo"]["failed"] == 1
    report, read = reported(tmp_path)
    assert report["outcome"] == "refused"
    assert report["failure"]["task"].endswith("Import the bundle")
    assert "main-domain-credentials: its secret is missing" in report["failure"]["message"]
    assert report["totals"]["created"] == 0 < report["totals"]["blocked"]
    assert "Refused: nothing was sent" in read.text


def test_a_half_done_import_is_reported_and_the_run_fails(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    pair.target.faults.add(do="status", status=400, path="repositories/import$")
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    played = play("migrate", "-i", hosts, cwd=tmp_path)
    assert played.code != 0
    report, _read = reported(tmp_path)
    assert report["outcome"] == "failed"
    assert report["totals"]["created"] > 0 < report["totals"]["failed"]
    assert report["kinds"]["jobs"]["failed"] == 1


def test_a_server_that_is_not_there_is_reported(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    pair.source.faults.add(do="status", status=503, path="/", times=0)
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    assert play("migrate", "-i", hosts, cwd=tmp_path).code != 0
    report, _read = reported(tmp_path)
    assert (report["outcome"], report["objects"]) == ("failed", [])
    assert "503" in report["failure"]["message"]


def test_what_a_play_lacks_is_reported(pair: Pair, tmp_path: Path) -> None:
    """Not only what modules say: here nobody told how to sign in to the target."""
    lacking = {name: getattr(pair.target, name) for name in ("hostname", "port", "ca_path")}
    hosts = inventory(tmp_path, {"demo": pair}, vbr_target=lacking)
    assert play("migrate", "-i", hosts, cwd=tmp_path).code != 0
    report, _read = reported(tmp_path)
    assert report["outcome"] == "failed"
    assert "Validating arguments" in report["failure"]["task"]


def test_three_steps_write_one_report(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    outcomes = []
    for step in ("export", "import", "verify"):
        played = play(step, "-i", hosts, cwd=tmp_path)
        assert played.code == 0, played.output
        outcomes.append(reported(tmp_path)[0]["outcome"])
    assert outcomes == ["exported", "moved", "verified"]
    report, _read = reported(tmp_path)
    assert report["totals"]["created"] == 19
    assert report["verification"]["compared"] == 20
    assert set(report["seconds"]) == {"export", "import", "verify"}


def test_hostile_names_stay_text_on_the_whole_way(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    """Also on the way through Ansible, which would take some of them for templates."""
    document = pair.source.snapshot()
    text = json.dumps(document)
    assert SEEDED_JOB in text
    for number, name in enumerate(HOSTILE):
        place = tmp_path / str(number)
        place.mkdir()
        pair.source.restore(json.loads(text.replace(SEEDED_JOB, json.dumps(name)[1:-1])))
        pair.target.reset()
        hosts = inventory(place, {"demo": pair}, vbr_secrets=secrets)
        played = play("migrate", "-i", hosts, cwd=place)
        assert played.code == 0, played.output
        report, read = reported(place)
        assert name in [row["name"] for row in report["objects"]]
        assert name in read.text
        assert "script" not in read.tags and read.asks == []
