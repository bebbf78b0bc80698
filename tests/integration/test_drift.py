# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""drift.yml: two servers, or a server and its bundle, compared without a change, and one overview of all pairs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from simulator.services.vbr.kinds import JOBS
from simulator.testing import Pair, Server, serving_pair
from support.estates import writes
from support.playbooks import Played, flowing, inventory, play
from support.report_pages import reported
from support.tasks import drive, secrets_for

# What becomes of the target after the move: nothing, its job's retention, its description. The fourth has no source
# then, the jobs of the fifth are enabled on both servers, and those of the last on neither.
PAIRS = ("alike", "shorter", "described", "gone", "both", "off")


@dataclass
class Fleet:
    place: Path
    pairs: dict[str, Pair]
    played: dict[str, Played] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)

    def report(self, pair: str) -> dict[str, Any]:
        return reported(self.place / "vbr_migrations" / pair)[0]

    def requests(self) -> dict[str, int]:
        """How many requests could have changed something on any server of each pair."""
        return {name: sum(len(writes(server)) for server in pair.servers) for name, pair in self.pairs.items()}


@pytest.fixture(name="fleet", scope="module")
def moved_and_drifted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    place = tmp_path_factory.mktemp("fleet")
    with ExitStack() as stack:
        fleet = Fleet(place, {name: stack.enter_context(serving_pair()) for name in PAIRS})
        secrets = secrets_for(drive("export", fleet.pairs["alike"].source)["manifest"])
        hosts = inventory(place, fleet.pairs, vbr_secrets=secrets)
        fleet.played["migrate"] = play("migrate", "-i", hosts, cwd=place)
        edit_jobs(fleet.pairs["shorter"].target, lambda job: job["storage"]["retentionPolicy"].update(quantity=1))
        edit_jobs(fleet.pairs["described"].target, lambda job: job.update(description="somebody's"))
        for row in fleet.pairs["both"].target.service.estate.rows(JOBS):
            row["state"]["disabled"] = False
        for row in fleet.pairs["off"].source.service.estate.rows(JOBS):
            row["state"]["disabled"] = True
        fleet.pairs["gone"].source.faults.add(do="status", status=503, times=0)
        fleet.sent = fleet.requests()
        against = ("-e", "vbr_drift_against=bundle", "--limit", "gone,shorter", "-e", "vbr_drift_fail_on=never")
        fleet.played["verify"] = play("verify", "-i", hosts, cwd=place)
        fleet.played["bundle"] = play("drift", "-i", hosts, *against, cwd=place)
        fleet.played["info"] = play("drift", "-i", hosts, "--limit", "described", *fail_on("info"), cwd=place)
        fleet.played["wrong"] = play("drift", "-i", hosts, "--limit", "alike", *fail_on("grave"), cwd=place)
        fleet.played["source"] = play("drift", "-i", hosts, cwd=place)
        yield fleet


def fail_on(severity: str) -> tuple[str, str]:
    return "-e", f"vbr_drift_fail_on={severity}"


def edit_jobs(target: Server, edit: Callable[[dict[str, Any]], object]) -> None:
    document = target.snapshot()
    for row in document["rows"]["jobs"].values():
        edit(row["body"])
    target.restore(document)


def test_what_is_critical_fails_and_what_is_not_does_not(fleet: Fleet) -> None:
    assert fleet.played["migrate"].code == 0, fleet.played["migrate"].output
    played = fleet.played["source"]
    assert {name: row["failed"] for name, row in played.recap.items() if row["failed"]} == {
        "shorter": 1,
        "gone": 1,
        "both": 1,
        "off": 1,
    }
    assert "critical: retention is shorter (storage.retentionPolicy.quantity: 1 instead of" in flowing(played.output)
    assert fleet.played["info"].code == 2 and "info: it is described otherwise" in flowing(fleet.played["info"].output)
    assert fleet.played["bundle"].code == 0, fleet.played["bundle"].output


def test_each_pair_has_its_report(fleet: Fleet) -> None:
    outcomes = {name: fleet.report(name)["outcome"] for name in PAIRS}
    assert outcomes == {
        "alike": "alike",
        "shorter": "drifted",
        "described": "drifted",
        "gone": "failed",
        "both": "drifted",
        "off": "drifted",
    }
    assert fleet.report("shorter")["drift"]["counts"] == {"critical": 1, "warning": 0, "info": 0}
    assert fleet.report("described")["drift"]["counts"] == {"critical": 0, "warning": 0, "info": 1}


def test_jobs_that_are_enabled_on_both_servers_are_critical(fleet: Fleet) -> None:
    rows = fleet.report("both")["drift"]["rows"]
    assert [(row["severity"], row["why"]) for row in rows] == [("critical", "it is enabled on both servers")]
    assert "critical: it is enabled on both servers" in flowing(fleet.played["source"].output)
    assert fleet.report("alike")["verification"]["diverged"] == []


def test_jobs_that_no_server_runs_are_critical(fleet: Fleet) -> None:
    rows = fleet.report("off")["drift"]["rows"]
    said = "it is off on both servers, though the source ran it (staged)"
    assert [(row["severity"], row["why"]) for row in rows] == [("critical", said)]
    assert f"critical: {said}" in flowing(fleet.played["source"].output)


def test_a_choice_that_is_none_is_said(fleet: Fleet) -> None:
    assert fleet.played[
        "wrong"
    ].code == 2 and "vbr_verify_severity must be one of: critical, warning, info, never" in flowing(
        fleet.played["wrong"].output
    )


def test_nothing_is_changed(fleet: Fleet) -> None:
    assert fleet.requests() == fleet.sent
    for name in ("source", "bundle", "info"):
        assert not [row for row in fleet.played[name].recap.values() if row["changed"]], fleet.played[name].output


def test_one_overview_has_a_line_for_each_pair(fleet: Fleet) -> None:
    """Also for one whose source does not answer, which stopped long before the others."""
    newest = fleet.place / "vbr_migrations" / "reports" / "latest" / "overview.json"
    made = json.loads(newest.read_text(encoding="utf-8"))
    assert made["name"] == "drift"
    assert {row["pair"]: row["outcome"] for row in made["pairs"]} == {
        "gone": "failed",
        "shorter": "drifted",
        "described": "drifted",
        "both": "drifted",
        "off": "drifted",
        "alike": "alike",
    }
    assert made["pairs"][-1]["pair"] == "alike"
    assert "migrate: 6 pairs: 6 moved" in flowing(fleet.played["migrate"].output)
    # Nothing is missing anywhere, but two of them differ, and a job of a third is awake where it is to sleep.
    verified = flowing(fleet.played["verify"].output)
    assert "verify: 6 pairs: 3 verified, 3 failed" in verified
    assert verified.count("; the target is not as it should be") == 3
