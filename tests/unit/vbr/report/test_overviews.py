# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The overview of a run over many pairs: a line for each, those first of which something has to be done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.summary import (
    failure_in_short,
    migration_brief,
)
from ansible_collections.backupfleet.rest.plugins.plugin_utils.overviews import (
    overview,
    overview_files,
    overview_lines,
)
from simulator.testing import Pair
from support.report_pages import Page
from support.reports import HOSTILE, move, report, run
from tooling import tree

TEMPLATE = (tree.ROOT / "roles" / "vbr_report" / "templates" / "overview.html.j2").read_text(encoding="utf-8")
FOLDER = Path("/srv/reports/2026-11-28T16-00-05Z-migrate")
ENDED = "2026-11-28T16:00:05.000000Z"


@pytest.fixture(name="briefs")
def a_move_and_a_failure(pair: Pair, tmp_path: Path) -> list[dict[str, Any]]:
    """What the reports of two pairs gave, and of a third, which left none."""
    moved = migration_brief(report(move(pair, tmp_path)), "/srv/hq/reports/a b#1/report.html")
    failed = report(run(pair, failure={"task": "Export", "result": {"msg": "nobody\nanswers <b>"}}))
    return [{"brief": moved}, {"brief": migration_brief(failed), "failure": failure_in_short(failed)}, {}]


def test_every_pair_has_a_line_and_trouble_is_first(briefs: list[dict[str, Any]]) -> None:
    made = overview("migrate", ENDED, ["hq", "branch", "lost"], briefs)
    assert [(row["pair"], row["outcome"]) for row in made["pairs"]] == [
        ("branch", "failed"),
        ("lost", "no report"),
        ("hq", "moved"),
    ]
    assert made["outcomes"] == {"moved": 1, "failed": 1, "no report": 1}
    lines = overview_lines(made, "/srv/overview.html")
    assert lines[0] == "migrate: 3 pairs: 1 moved, 1 failed, 1 no report"
    assert "hq: moved; 19 created, 1 kept" in lines and lines[-1] == "overview: /srv/overview.html"
    assert lines[1:3] == ["branch: failed", "  failed at: Export: nobody answers <b>"]


def test_what_is_not_as_it_should_be_is_trouble_too(pair: Pair) -> None:
    verified = {"ok": False, "compared": 1, "missing": [{"kind": "jobs", "key": "a", "reason": ""}], "drift": []}
    unlike = migration_brief(report(run(pair, verify=verified)))
    made = overview("verify", ENDED, ["hq", "branch"], [{"brief": {**unlike, "verified": True}}, {"brief": unlike}])
    assert [row["pair"] for row in made["pairs"]] == ["branch", "hq"]
    assert "the target is not as it should be" in "".join(overview_lines(made))


def test_the_page_leads_to_the_reports(briefs: list[dict[str, Any]]) -> None:
    made = overview("migrate", ENDED, ["hq", "branch", "lost"], briefs)
    files = overview_files(made, TEMPLATE, FOLDER)
    assert json.loads(files["overview.json"]) == made
    read = Page(files["overview.html"])
    # Wherever the directory is moved to, with all that is in it.
    assert read.asks == ["../../hq/reports/a%20b%231/report.html"]
    assert "blocked" not in read.text and "19" in read.text and not read.tags & {"script", "b"}
    assert "failed at: Export: nobody answers <b>" in read.text


def test_names_of_pairs_stay_text() -> None:
    made = overview(HOSTILE[0], ENDED, list(HOSTILE), [{} for _name in HOSTILE])
    read = Page(overview_files(made, TEMPLATE, FOLDER)["overview.html"])
    assert all(name in read.text for name in HOSTILE)
    assert not read.tags & {"script", "img"} and read.asks == read.handlers == []
