# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says of a preflight: on its own, before an import, and when it ended the run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.filter.migration_summary import migration_summary
from ansible_collections.backupfleet.rest.plugins.plugin_utils.preflight_files import with_findings
from simulator.services.vbr.resources.license import licence
from simulator.testing import Pair, simulated_pair
from support.estates import CHAIN_SECRETS, bundle_of, chain_of_four
from support.reports import page, report, run
from support.tasks import connection, drive
from support.tasks import run as perform


@pytest.fixture(name="pair")
def simulated_servers() -> Iterator[Pair]:
    with simulated_pair() as pair:
        yield pair


def judged(pair: Pair, **options: Any) -> dict[str, Any]:
    servers = {"source": connection(pair.source), "target": connection(pair.target)}
    return perform("preflight", {**servers, **options})


def test_on_its_own_it_is_a_report(pair: Pair) -> None:
    result = judged(pair)
    document = report(run(pair, preflight=result))
    assert (document["outcome"], document["preflight"]) == ("checked", result["findings"])
    assert document["revisions"] == {"source": "1.2-rev1", "target": "1.3-rev1"}
    assert (document["source"]["name"], document["target"]["build"]) == ("srv04.tech.local", "13.0.1.180")
    assert "Preflight" in page(document) and "it keeps 7 restore points." in page(document)
    lines = migration_summary(document)
    assert any(line.startswith("warning: jobs 'Backup Job 2'") for line in lines)
    assert lines[-2:] == [
        "next: Mend what you can, and plan the move.",
        "  ansible-playbook backupfleet.rest.plan --limit demo",
    ]
    # Of a server alone there is no move.
    assert report({**run(pair, preflight=result), "target": {}})["command"] == ""


def test_the_report_has_every_finding_of_the_file_if_it_is_still_that_of_the_run(pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "preflight.json"
    result = judged(pair, report=str(path))
    whole = json.loads(path.read_text(encoding="utf-8"))
    assert len(whole["findings"]) > len(result["findings"])
    steps = {"export": {}, "preflight": result}
    assert with_findings(steps) == {"export": {}, "preflight": {**result, "findings": whole["findings"]}}
    assert report(run(pair, preflight=with_findings(steps)["preflight"]))["preflight"] == whole["findings"]

    for text in ("", "{}", json.dumps({**whole, "counts": {"error": 9}}), json.dumps({**whole, "findings": [5]})):
        path.write_text(text, encoding="utf-8")
        assert with_findings(steps) == steps
    assert with_findings({}) == {} and with_findings({"preflight": {}}) == {"preflight": {}}


def test_an_error_is_a_refusal(pair: Pair) -> None:
    licence(pair.target.service)["status"] = "Expired"
    result = judged(pair)
    failure = {"task": "Pass the preflight", "result": result}
    document = report(run(pair, failure=failure, preflight=result))
    assert (document["outcome"], document["failure"]["message"]) == ("refused", result["msg"])
    assert "Refused: nothing was sent" in page(document)


def test_what_the_import_says_too_is_said_once(pair: Pair, tmp_path: Path) -> None:
    mapped = {"repositories": {"No such repository": "Default Backup Repository"}}
    options = {"src": bundle_of(tmp_path / "bundle", chain_of_four()), "mappings": mapped}
    preflight = judged(pair, **options)
    imported = drive("import", pair.target, **options, secrets=CHAIN_SECRETS)
    document = report(run(pair, preflight=preflight, import_=imported))
    assert document["outcome"] == "moved"
    found = [one["code"] for one in [*document["preflight"], *document["findings"]]]
    assert found.count("unused-mapping") == 1
