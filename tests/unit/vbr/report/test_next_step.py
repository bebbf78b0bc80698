# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every report says what its reader does next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.filter.migration_summary import migration_summary
from simulator.testing import Pair, simulated_pair
from support.estates import CHAIN_SECRETS, bundle_of, chain_of_four
from support.reports import page, report, run
from support.tasks import drive


@pytest.fixture(name="pair")
def simulated_servers() -> Iterator[Pair]:
    with simulated_pair() as pair:
        yield pair


@pytest.fixture(name="options")
def chain_and_its_secrets(tmp_path: Path) -> dict[str, Any]:
    return {"src": bundle_of(tmp_path / "bundle", chain_of_four()), "secrets": CHAIN_SECRETS}


def failed(result: dict[str, Any]) -> dict[str, Any]:
    return {"task": "Complete the import", "result": result}


def test_a_refused_one_begins_with_its_secrets(pair: Pair, options: dict[str, Any]) -> None:
    refused = drive("import", pair.target, **{**options, "secrets": {}})
    document = report(run(pair, failure=failed(refused), import_=refused))
    assert (document["outcome"], document["next"].split(":")[1][:24]) == ("refused", " fill in the secrets bel")
    shown = page(document)
    assert "service-account:\n      password:" in shown and document["next"] in shown


def test_a_plan_is_carried_out_or_there_is_nothing_to_do(pair: Pair, options: dict[str, Any]) -> None:
    planned = report(run(pair, True, import_=drive("import", pair.target, check=True, **options)))
    assert planned["next"].endswith("run the same playbook without --check.") and planned["command"] == ""
    named = {"name": "import", "ran": {"variables": {"vbr_import_kinds": ["jobs"], "vbr_hold": ["Nightly"]}}}
    dry = run(pair, True, import_=drive("import", pair.target, check=True, **options))
    said = report({**dry, **named})["command"].partition("backupfleet.rest.import --limit demo -e ")[2]
    assert said == "'{vbr_import_kinds: [jobs], vbr_hold: [Nightly]}'"
    drive("import", pair.target, **options)
    again = report(run(pair, True, import_=drive("import", pair.target, check=True, **options)))
    assert again["next"] == "Nothing is to be created: the target has everything."
    assert "Plan of a dry run: nothing to do" in page(again)


def test_one_that_broke_is_run_again(pair: Pair, options: dict[str, Any]) -> None:
    pair.target.faults.add(do="status", status=400, path="managedServers/import$")
    broken = drive("import", pair.target, **options)
    assert "What is there is kept" in report(run(pair, failure=failed(broken), import_=broken))["next"]


def test_where_nothing_was_touched_nothing_is_said_to_be_there(pair: Pair, options: dict[str, Any]) -> None:
    beginning = "Nothing was changed: mend what is shown"
    no_bundle = drive("import", pair.target, src="/nowhere")
    for steps in ({}, {"import_": no_bundle}):
        assert report(run(pair, failure=failed(no_bundle), **steps))["next"].startswith(beginning)
    pair.target.faults.add(do="status", status=500, path="credentials")
    broken = drive("import", pair.target, check=True, **options)
    assert report(run(pair, failure=failed(broken), import_=broken))["next"].startswith(beginning)


def test_a_long_list_of_secrets_is_shown_by_its_file(pair: Pair, options: dict[str, Any]) -> None:
    refused = drive("import", pair.target, **{**options, "secrets": {}})
    document = report(run(pair, failure=failed(refused), import_=refused))
    many = {**document, "secrets_missing": [{**document["secrets_missing"][0], "key": str(key)} for key in range(20)]}
    place = "secrets: /pair/reports/latest/secrets_missing.yml has an empty place for each that is missing"
    short, long = (migration_summary(each, "/pair/reports/latest/report.html") for each in (document, many))
    assert short[short.index(place) + 1 :][1] == "vbr_secrets:"
    assert long[-1] == place
    assert "vbr_secrets:" in migration_summary(many)


def test_what_is_missing_is_moved_before_jobs_are_handed_over(pair: Pair) -> None:
    missing = [{"kind": "jobs", "key": "Nightly", "reason": ""}]
    verified = {"ok": False, "compared": 1, "missing": missing, "drift": []}
    assert "run the playbook migrate again" in report(run(pair, verify=verified))["next"]
    assert "hand them over" in report(run(pair, verify={**verified, "ok": True, "missing": []}))["next"]


@pytest.mark.parametrize(
    ("needed", "has", "says"),
    [
        ([], False, "Plan the move: no secret is needed for it."),
        (["password"], True, "Plan the move: the plan names what vbr_secrets, which this pair has already,"),
        (["password"], False, "Fill in secrets_needed.yml and encrypt it; then plan the move."),
    ],
    ids=["none is needed", "some are given", "none is given"],
)
def test_after_an_export_secrets_are_asked_for_where_they_lack(
    pair: Pair, needed: list[str], has: bool, says: str
) -> None:
    slots = (
        [{"kind": "credentials", "key": "a", "name": "a", "needs_one_of": [needed], "used_by": []}] if needed else []
    )
    made = report({**run(pair, export={"secrets_needed": slots, "counts": {}}), "has_secrets": has})
    assert made["next"].startswith(says) and made["command"].endswith("backupfleet.rest.plan --limit demo")


@pytest.mark.parametrize("name", ["export", "verify"])
def test_a_dry_run_of_what_imports_nothing_says_nothing_of_an_import(pair: Pair, name: str) -> None:
    step = {"ok": True, "compared": 1, "missing": [], "drift": []} if name == "verify" else {"counts": {}}
    made = report({**run(pair, True, **{name: step}), "name": name})
    assert made["next"].endswith("run the same playbook without --check.")
    assert made["command"].endswith(f"backupfleet.rest.{name} --limit demo")
