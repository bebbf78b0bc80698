# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report in each of its forms is what the filters make of it one after the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.filter.migration_brief import migration_brief
from ansible_collections.backupfleet.rest.plugins.filter.migration_document import FilterModule, migration_document
from ansible_collections.backupfleet.rest.plugins.filter.migration_report import migration_report
from ansible_collections.backupfleet.rest.plugins.filter.migration_summary import migration_summary
from simulator.testing import Pair
from support.reports import TEMPLATE, move, page, report

PATH = "/srv/demo/report.html"


class OfAnsible(list[Any]):
    """A list as Ansible hands it over: what it holds comes out by iterating, and JSON would write what lies in it."""

    def __iter__(self) -> Any:
        return iter([f"{index}" for index, _part in enumerate(list.__iter__(self))])


@pytest.fixture(name="run")
def run_of_a_move(pair: Pair, tmp_path: Path) -> dict[str, Any]:
    return {**move(pair, tmp_path), "path": PATH, "template": TEMPLATE.read_text(encoding="utf-8")}


def test_each_form_is_what_its_filter_makes(run: dict[str, Any]) -> None:
    made = report(run)
    assert json.loads(migration_document(run, "json")) == made
    assert migration_document(run, "html") == page(made)
    assert migration_document(run, "lines") == migration_summary(made, PATH)
    assert migration_document(run, "brief") == migration_brief(made, PATH)


def test_an_earlier_report_is_gone_on_with(run: dict[str, Any]) -> None:
    earlier = migration_document(run, "json")
    again = {**run, "steps": {"verify": run["steps"]["verify"]}, "earlier": earlier}
    assert json.loads(migration_document(again, "json")) == report(again, earlier)
    assert report(again, earlier)["totals"] == migration_report(run)["totals"]


def test_the_text_is_for_people_too(run: dict[str, Any]) -> None:
    text = migration_document({**run, "pair": "Zürich"}, "json")
    assert text.startswith('{\n    "format": "backupfleet.rest/report/1",\n    "pair": "Zürich",\n')
    assert text.endswith("\n}\n")


def test_what_ansible_hands_over_is_looked_into(run: dict[str, Any]) -> None:
    verified = {"ok": False, "compared": 1, "missing": OfAnsible([object()]), "drift": ()}
    made = json.loads(migration_document({**run, "steps": {"verify": verified}}, "json"))
    assert made["verification"] == {"ok": False, "compared": 1, "missing": ["0"], "drift": []}


def test_there_are_no_other_forms(run: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        migration_document(run, "pdf")
    assert FilterModule().filters() == {"migration_document": migration_document}
