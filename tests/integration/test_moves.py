# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""migrate.yml where all goes well: the dry run, the move of several pairs, the second run, and what each reports.

The pairs `one` and `two` are as the simulator ships them, the jobs of `hostile` have hostile names. The playbook is
played four times for all tests of this file.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import pytest

from simulator.services.vbr.kinds import JOBS
from simulator.testing import Pair, Server, estate, serving_pair
from support.estates import writes
from support.playbooks import Played, inventory, play
from support.report_pages import reported
from support.reports import HOSTILE
from support.tasks import drive, secrets_for

SEEDED_JOB = "Backup Job 2"
MOVED = ("one", "two", "hostile")


@dataclass
class Moves:
    """The pairs, and of each run: what it printed, the files of the pairs after it, and the targets after it."""

    place: Path
    pairs: dict[str, Pair]
    hosts: Path = Path()
    played: dict[str, Played] = field(default_factory=dict)
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Of the dry run: what it left in the directory for temporary files, and the writes that it sent.
    left: list[Path] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def migrate(self, run: str, *words: str, **environment: str) -> None:
        self.played[run] = play("migrate", "-i", self.hosts, *words, cwd=self.place, environment=environment)
        self.targets[run] = {name: estate(pair.target) for name, pair in self.pairs.items()}
        shutil.copytree(self.place / "vbr_migrations", self.place / run, symlinks=True)

    def files(self, run: str, pair: str) -> Path:
        """The directory of a pair as this run left it."""
        return self.place / run / pair


@pytest.fixture(name="moves", scope="module")
def four_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moves]:
    place = tmp_path_factory.mktemp("moves")
    with serving_pair() as one, serving_pair() as two, serving_pair() as hostile:
        made = Moves(place, {"one": one, "two": two, "hostile": hostile})
        give_hostile_names(hostile.source)
        secrets = secrets_for(drive("export", one.source)["manifest"])
        made.hosts = inventory(place, made.pairs, {"two": {"vbr_report_in_check_mode": True}}, vbr_secrets=secrets)
        dry_run(made)
        made.migrate("first")
        made.migrate("again", "--limit", "one")
        made.migrate("shown", "--limit", "one", "--check", "--diff", "-e", "vbr_report_in_check_mode=true")
        yield made


def give_hostile_names(server: Server) -> None:
    """Let the server have its job once for each hostile name."""
    document = server.snapshot()
    ((_id, job),) = document["rows"]["jobs"].items()
    jobs = {str(uuid5(NAMESPACE_DNS, name)): {**job["body"], "name": name} for name in HOSTILE}
    document["rows"]["jobs"] = {
        identifier: {**job, "id": identifier, "body": body} for identifier, body in jobs.items()
    }
    server.restore(document)


def dry_run(moves: Moves) -> None:
    """Play it on servers that refuse every write."""
    servers = [server for name in ("one", "two") for server in moves.pairs[name].servers]
    for server in servers:
        server.readonly()
    # Not below the place: ansible-core 2.21 has a socket there, whose path must not be long.
    with tempfile.TemporaryDirectory() as temporary:
        moves.migrate("dry", "--limit", "one,two", "--check", "--diff", TMPDIR=temporary)
        moves.left = list(Path(temporary).iterdir())
    for server in servers:
        moves.written += writes(server)
        server.readonly(False)


def test_the_dry_run_shows_the_plan_and_leaves_nothing(moves: Moves) -> None:
    played = moves.played["dry"]
    assert played.code == 0, played.output
    assert played.output.count("+Main Big Repository") == 2
    assert played.output.count("+Backup Job 2; needs") == 2
    assert not moves.files("dry", "one").exists()
    assert (moves.left, moves.written) == ([], [])


def test_a_dry_run_leaves_a_plan_if_it_is_to(moves: Moves) -> None:
    report, read = reported(moves.files("dry", "two"), "plan")
    assert (report["outcome"], report["totals"]["planned"]) == ("planned", 19)
    assert "no server was written to" in read.text
    assert not (moves.files("dry", "two") / "reports" / "latest").exists()


def test_several_pairs_move_in_one_run(moves: Moves) -> None:
    played, targets = moves.played["first"], moves.targets["first"]
    assert played.code == 0, played.output
    assert set(played.recap) == set(MOVED)
    assert all(played.recap[name]["changed"] > 0 for name in MOVED)
    assert played.output.count("all as they should be") == len(MOVED)
    assert targets["one"]["jobs"] == targets["two"]["jobs"] != []


def test_a_move_is_made_once(moves: Moves) -> None:
    again, shown = moves.played["again"], moves.played["shown"]
    assert (again.code, again.recap["one"]["changed"]) == (0, 0), again.output
    assert moves.targets["again"] == moves.targets["first"]
    assert (shown.code, shown.recap["one"]["changed"]) == (0, 0), shown.output


def test_a_move_is_reported(moves: Moves) -> None:
    for name in MOVED:
        (folder,) = (moves.files("first", name) / "reports").glob("*-migrate")
        page = moves.place / "vbr_migrations" / name / "reports" / folder.name / "report.html"
        assert f"report: {page}" in moves.played["first"].output
    report, read = reported(moves.files("first", "one"))
    assert report["outcome"] == "moved"
    assert {row["kind"]: row["name"] for row in report["objects"] if row["outcome"] == "created"}["jobs"] == SEEDED_JOB
    assert report["verification"]["ok"]
    assert set(report["revisions"].values()) == {"1.2-rev1"}
    assert set(report["seconds"]) == {"export", "preflight", "import", "verify"}
    assert report["source"]["port"] == moves.pairs["one"].source.port
    assert len(report["sessions"]) == 7 and all(session["log"] for session in report["sessions"])
    assert "Import of credentials record linux01" in read.text


def test_a_second_run_is_reported(moves: Moves) -> None:
    second, _read = reported(moves.files("again", "one"))
    assert (second["outcome"], second["totals"]["kept"], second["sessions"]) == ("complete", 23, [])
    kept = sorted((moves.files("again", "one") / "reports").glob("*-migrate"))
    first, _read = reported(moves.files("first", "one"))
    assert [json.loads((folder / "report.json").read_text(encoding="utf-8")) for folder in kept] == [first, second]


def test_a_dry_run_leaves_the_report_of_the_move_alone(moves: Moves) -> None:
    """Even where it writes its own: `latest` is the one of the newest move."""
    before, _read = reported(moves.files("again", "one"))
    after, _read = reported(moves.files("shown", "one"))
    plan, _read = reported(moves.files("shown", "one"), "plan")
    assert (after, plan["dry_run"]) == (before, True)
    (folder,) = (moves.files("shown", "one") / "reports").glob("*-check")
    assert {path.name for path in folder.iterdir()} == {"plan.json", "plan.html"}


def test_hostile_names_stay_text_on_the_whole_way(moves: Moves) -> None:
    """Also on the way through Ansible, which would take some of them for templates."""
    report, read = reported(moves.files("first", "hostile"))
    assert {row["name"] for row in report["objects"] if row["kind"] == "jobs"} == set(HOSTILE)
    assert {row["body"]["name"] for row in moves.targets["first"]["hostile"]["jobs"]} == set(HOSTILE)
    for name in HOSTILE:
        assert name in read.text
    assert "script" not in read.tags and read.asks == []


def test_servers_that_become_one_take_turns(tmp_path: Path) -> None:
    """Each import sees what the one before it has created: nothing is refused, and nothing is there twice."""
    with serving_pair() as one, serving_pair() as two:
        manifest = drive("whole_export", one.source)["manifest"]
        pairs = {"one": one, "two": Pair(two.source, one.target)}
        hosts = inventory(tmp_path, pairs, vbr_secrets=secrets_for(manifest))
        played = play("migrate", "-i", hosts, cwd=tmp_path)
        assert played.code == 0, played.output
        outcomes = {name: reported(tmp_path / "vbr_migrations" / name)[0] for name in ("one", "two")}
        assert sorted(report["outcome"] for report in outcomes.values()) == ["complete", "moved"]
        assert not any(report["totals"]["failed"] for report in outcomes.values())
        names = [row["body"]["name"] for row in one.target.service.estate.rows(JOBS)]
        assert names == [SEEDED_JOB]
