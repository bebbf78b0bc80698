# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter migration_brief: what a workflow hands on, however much was moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.backupfleet.rest.plugins.filter.migration_brief import FilterModule
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.summary import migration_brief
from simulator.testing import Pair, simulated_pair
from support.estates import CHAIN_SECRETS, bundle_of, chain_of_four
from support.reports import move, report, run
from support.tasks import drive


@pytest.fixture(name="pair")
def simulated_servers() -> Iterator[Pair]:
    with simulated_pair() as pair:
        yield pair


def test_a_move(pair: Pair, tmp_path: Path) -> None:
    document = report(move(pair, tmp_path))
    assert migration_brief(document, "/srv/report.html") == {
        "outcome": "moved",
        "dry_run": False,
        "totals": document["totals"],
        "verified": True,
        "jobs": {},
        "would": {},
        "report": "/srv/report.html",
        "next": document["next"],
    }


def test_what_was_not_compared_is_not_said_to_be_right(pair: Pair, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    planned = drive("import", pair.target, check=True, src=bundle, secrets=CHAIN_SECRETS)
    brief = migration_brief(report(run(pair, True, import_=planned)))
    assert (brief["outcome"], brief["dry_run"], brief["verified"], brief["report"]) == ("planned", True, None, "")


def test_the_filter_has_its_name() -> None:
    assert FilterModule().filters() == {"migration_brief": migration_brief}
