# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""plan.yml and apply.yml: what was approved is what is done, or nothing is."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from simulator.testing import Pair, Server, serving_pair
from support.estates import estate_of, job, writes
from support.imports import imported
from support.playbooks import Played, flowing, inventory, play
from support.report_pages import Page, reported
from support.tasks import drive, secrets_for

# What changes between the plan and apply: nothing, the target, the source.
PAIRS = ("same", "target", "source")


@dataclass
class Window:
    """The pairs, and what each playbook printed."""

    place: Path
    pairs: dict[str, Pair]
    played: dict[str, Played] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def plan(self, pair: str) -> dict[str, Any]:
        return dict(json.loads((self.place / "vbr_migrations" / pair / "plan.json").read_text()))

    def said(self, playbook: str) -> str:
        return flowing(self.played[playbook].output)


@pytest.fixture(name="window", scope="module")
def changed_in_between(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    place = tmp_path_factory.mktemp("window")
    with ExitStack() as stack:
        made = Window(place, {name: stack.enter_context(serving_pair()) for name in PAIRS})
        secrets = secrets_for(drive("export", made.pairs["same"].source)["manifest"])
        hosts = inventory(place, made.pairs, vbr_secrets=secrets)
        made.played["show"] = play("plan", "-i", hosts, "--check", "--limit", "same", cwd=place)
        made.played["plan"] = play("plan", "-i", hosts, cwd=place)
        made.digests = {name: made.plan(name)["digest"] for name in PAIRS}
        made.played["plan again"] = play("plan", "-i", hosts, "--limit", "same", cwd=place)
        approved = ("-e", f"vbr_plan_digest={made.digests['same']}")
        other = ("-e", f"vbr_plan_digest={'0' * 64}")
        made.played["not approved"] = play("apply", "-i", hosts, "--limit", "target", *other, cwd=place)
        in_the_way(made, place)
        described(made.pairs["source"].source)
        made.played["dry"] = play("apply", "-i", hosts, "--check", "--limit", "same", cwd=place)
        made.played["apply"] = play("apply", "-i", hosts, cwd=place)
        made.played["apply again"] = play("apply", "-i", hosts, "--limit", "same", *approved, cwd=place)
        yield made


def first_job(window: Window, pair: str) -> str:
    return str(next(one["key"] for one in window.plan(pair)["objects"] if one["kind"] == "jobs"))


def in_the_way(window: Window, place: Path) -> None:
    """Somebody makes a job on a target that is to get one of this name."""
    estate = estate_of(jobs=[job(first_job(window, "target"), description="somebody's")])
    imported(window.pairs["target"].target, place / "somebody", estate)


def described(source: Server) -> None:
    """Somebody edits every job of a source."""
    document = source.snapshot()
    for row in document["rows"]["jobs"].values():
        row["body"]["description"] = "edited since"
    source.restore(document)


def test_a_plan_is_written_and_no_server_is_changed(window: Window) -> None:
    assert window.played["show"].code == 0 and window.played["plan"].code == 0, window.played["plan"].output
    plan = window.plan("same")
    assert plan["counts"]["jobs"]["create"] and all("attributes" in one for one in plan["objects"])
    assert writes(window.pairs["same"].source) == []


def test_the_plan_is_there_for_people_and_says_how_it_is_applied(window: Window) -> None:
    folder = window.place / "vbr_migrations" / "same"
    page = Page((folder / "plan.html").read_text(encoding="utf-8"))
    command = f"backupfleet.rest.apply --limit same -e vbr_plan_digest={window.digests['same']}"
    assert page.outcome == "planned" and command in page.text and "all attributes" in page.text
    assert command in (folder / "plan.txt").read_text(encoding="utf-8") and command in window.said("plan")


def overview(window: Window) -> tuple[dict[str, Any], Page]:
    """That of the newest run over several pairs."""
    folder = window.place / "vbr_migrations" / "reports" / "latest"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name for path in folder.iterdir()} == {"overview.json", "overview.html"}
    page = Page((folder / "overview.html").read_text(encoding="utf-8"))
    assert all((folder / unquote(link)).is_file() for link in page.asks) and len(page.asks) == len(PAIRS)
    return json.loads((folder / "overview.json").read_text(encoding="utf-8")), page


def test_a_run_over_many_pairs_ends_with_one_overview(window: Window) -> None:
    """Also of pairs that were refused. A run for one pair alone leaves it as it is."""
    made, page = overview(window)
    assert {row["pair"]: row["outcome"] for row in made["pairs"]} == {
        "target": "refused",
        "source": "refused",
        "same": "moved",
    }
    assert made["name"] == "apply" and "All pairs: apply" in page.text
    assert window.said("apply").count("apply: 3 pairs: ") == window.said("plan").count("plan: 3 pairs: 3 planned") == 1
    assert "pairs:" not in window.said("apply again")
    kept = [path.name.partition("Z-")[2] for path in (window.place / "vbr_migrations" / "reports").glob("[0-9]*")]
    assert sorted(kept) == ["apply", "plan"]


def test_each_run_has_its_report(window: Window) -> None:
    for pair, outcome in {"same": "complete", "target": "refused", "source": "refused"}.items():
        report, page = reported(window.place / "vbr_migrations" / pair)
        assert report["outcome"] == outcome and bool(report["differences"]) == (outcome == "refused")
        cause = f"Changed: the {pair} (" if outcome == "refused" else ""
        assert cause in page.text
    assert window.said("apply").count("backupfleet.rest.plan --limit") == 2


def test_the_same_plan_again_is_no_change(window: Window) -> None:
    assert window.played["plan again"].recap["same"]["changed"] == 0, window.played["plan again"].output


def test_another_plan_than_the_approved_one_is_refused(window: Window) -> None:
    assert window.played["not approved"].code == 2
    assert "is not the plan that was approved" in window.said("not approved")


def test_what_was_planned_is_applied_and_verified(window: Window) -> None:
    applied = window.played["apply"].recap["same"]
    assert applied["failed"] == 0 and applied["changed"] > 0, window.played["apply"].output
    assert window.played["dry"].recap["same"]["failed"] == 0, window.played["dry"].output
    again = window.played["apply again"]
    assert again.code == 0 and again.recap["same"]["changed"] == 0, again.output


def test_a_target_that_changed_is_not_touched_and_the_difference_is_said(window: Window) -> None:
    assert window.played["apply"].recap["target"]["failed"] == 1
    assert f"jobs '{first_job(window, 'target')}'" in window.said("apply")
    assert "(the target)" in window.said("apply")
    imports = [write for write in writes(window.pairs["target"].target) if write.endswith("/import")]
    assert imports == ["POST /api/v1/automation/jobs/import"]


def test_a_source_that_changed_is_not_moved_and_the_difference_is_said(window: Window) -> None:
    assert window.played["apply"].recap["source"]["failed"] == 1
    assert "description" in window.said("apply") and "(the source)" in window.said("apply")
    assert not [write for write in writes(window.pairs["source"].target) if write.endswith("/import")]
