# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter migration_report: what became of each object, however the run ended."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.filter.migration_report import FilterModule
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.document import migration_report
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.words import OUTCOMES
from simulator.testing import Pair, simulated_pair
from support.estates import CHAIN_SECRETS, bundle_of, chain_of_four
from support.reports import TIMES, move, report, run
from support.tasks import drive


@pytest.fixture(name="pair")
def simulated_servers() -> Iterator[Pair]:
    with simulated_pair() as pair:
        yield pair


@pytest.fixture(name="bundle")
def bundle_of_four(tmp_path: Path) -> str:
    return bundle_of(tmp_path / "bundle", chain_of_four())


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {row["name"]: row["outcome"] for row in document["objects"]}


def test_a_whole_migration(pair: Pair, tmp_path: Path) -> None:
    document = report(move(pair, tmp_path))
    assert (document["pair"], document["outcome"], document["dry_run"], document["failure"]) == (
        "demo",
        "moved",
        False,
        None,
    )
    assert document["source"] == {
        "name": "srv04.tech.local",
        "build": "12.3.1.1139",
        "hostname": pair.source.hostname,
        "port": 9419,
    }
    assert document["target"] == {
        "name": "backupserver02.tech.local",
        "build": "13.0.1.180",
        "hostname": pair.target.hostname,
        "port": 9419,
    }
    assert document["next"].startswith("The jobs are asleep.")
    assert document["revisions"] == {"source": "1.2-rev1", "target": "1.2-rev1"}
    assert document["totals"] == dict.fromkeys(OUTCOMES, 0) | {"created": 19, "kept": 1}
    assert document["kinds"]["proxies"] == dict.fromkeys(OUTCOMES, 0) | {"created": 1, "kept": 1}
    assert sum(document["exported"].values()) == len(document["objects"]) == document["verification"]["compared"] == 20
    assert document["seconds"] == {"export": 2.5, "import": 60.0, "verify": 1.2}
    assert document["times"] == TIMES


def test_the_numbers_are_those_of_the_objects(pair: Pair, tmp_path: Path) -> None:
    document = report(move(pair, tmp_path))
    assert Counter(row["outcome"] for row in document["objects"]) == Counter(document["totals"])
    for kind, numbers in document["kinds"].items():
        assert Counter(row["outcome"] for row in document["objects"] if row["kind"] == kind) == Counter(numbers)


def test_sessions_come_with_their_whole_log(pair: Pair, tmp_path: Path) -> None:
    made = move(pair, tmp_path)
    document = report(made)
    assert [session["kind"] for session in document["sessions"]] == list(document["kinds"])
    assert [len(session["log"]) for session in document["sessions"]][:2] == [4, 4]
    assert all(session["seconds"] >= 0 and session["result"] == "Success" for session in document["sessions"])
    # Without the details that the import wrote there is what a person wants to see of it: here, nothing.
    assert not any(session["log"] for session in report({**made, "details": {}})["sessions"])


def test_files_may_be_given_as_they_are(pair: Pair, tmp_path: Path) -> None:
    made = move(pair, tmp_path)
    document = report(made)
    assert report({**made, "details": json.dumps(made["details"])}) == document
    # What the import wrote has everything that its result has.
    (ended,) = (row["id"] for row in made["steps"]["import"]["sessions"][-1:])
    assert report({**made, "steps": {**made["steps"], "import": {"sessions": [{"id": ended}]}}}) == document
    again = run(pair, verify=made["steps"]["verify"])
    assert report(again, earlier=document) == report(again, json.dumps(document))


def test_what_an_earlier_import_wrote_is_not_taken_for_this_one(pair: Pair, tmp_path: Path) -> None:
    made = move(pair, tmp_path)
    broken = {"failed": True, "sessions": [{"id": "another", "kind": "credentials", "log": []}]}
    document = report({**made, "steps": {"import": broken}})
    assert document["objects"] == []
    assert [session["id"] for session in document["sessions"]] == ["another"]


def test_a_dry_run_is_a_plan(pair: Pair, bundle: str) -> None:
    document = report(
        run(pair, True, import_=drive("import", pair.target, check=True, src=bundle, secrets=CHAIN_SECRETS))
    )
    assert (document["outcome"], document["dry_run"]) == ("planned", True)
    assert set(outcomes(document).values()) == {"planned"}


def test_a_filter_that_matched_nothing_is_said_whatever_the_import_notices(pair: Pair, tmp_path: Path) -> None:
    bundle = str(tmp_path / "bundle")
    exported = drive("export", pair.source, dest=bundle, filters={"jobs": {"names": ["Nightyl*"]}})
    planned = drive("import", pair.target, check=True, src=bundle)
    codes = [row["code"] for row in report(run(pair, export=exported, import_=planned))["findings"]]
    assert codes == ["unmatched-filter", *(row["code"] for row in planned["findings"])]
    # An import that goes on with this report has noticed what it has noticed.
    again = report(run(pair, import_=planned), report(run(pair, export=exported, import_=planned)))
    assert [row["code"] for row in again["findings"]] == codes[1:]


def test_a_refused_import_has_sent_nothing(pair: Pair, bundle: str) -> None:
    refused = drive("import", pair.target, src=bundle)
    document = report(run(pair, failure={"task": "Import the bundle", "result": refused}, import_=refused))
    assert document["outcome"] == "refused"
    assert document["failure"] == {"task": "Import the bundle", "message": refused["msg"]}
    assert set(outcomes(document).values()) == {"blocked"}
    assert document["objects"][0]["reason"].startswith("its secret is missing")
    assert document["findings"][0]["severity"] == "error"


def test_a_half_done_import(pair: Pair, bundle: str) -> None:
    pair.target.faults.add(do="status", status=400, path="managedServers/import$")
    broken = drive("import", pair.target, src=bundle, secrets=CHAIN_SECRETS)
    document = report(run(pair, failure={"task": "Import the bundle", "result": broken}, import_=broken))
    assert document["outcome"] == "failed"
    assert list(outcomes(document).values()) == ["created", "failed", "failed", "failed"]
    assert "400" in document["objects"][1]["reason"]
    assert document["objects"][3]["reason"].startswith("not sent: needs repositories 'Store'")


def test_what_is_there_is_kept_and_drift_is_reported(pair: Pair, tmp_path: Path, bundle: str) -> None:
    options: dict[str, Any] = {"secrets": CHAIN_SECRETS}
    drive("import", pair.target, src=bundle, **options)
    assert report(run(pair, import_=drive("import", pair.target, src=bundle, **options)))["outcome"] == "complete"
    nowhere = [{"name": "The job", "phase": "", "stands": "not staged", "wrong": []}]
    kept = run(pair, import_=drive("import", pair.target, src=bundle, **options))
    assert report({**kept, "standing": nowhere})["next"].startswith("No job was staged by this migration")
    estate = chain_of_four()
    estate["jobs"]["jobs"][0]["description"] = "as it should be"
    other = bundle_of(tmp_path / "other", estate)
    document = report(run(pair, import_=drive("import", pair.target, src=other, **options)))
    assert list(outcomes(document).values()) == ["kept", "kept", "kept", "drift"]
    assert document["objects"][3]["diff"] == [{"field": "description", "before": "", "after": "as it should be"}]


def test_a_job_that_is_there_and_awake_counts_as_failed_only(pair: Pair, bundle: str) -> None:
    pair.target.faults.add(do="status", status=500, path="/disable$", times=0)
    result = drive("import", pair.target, src=bundle, secrets=CHAIN_SECRETS)
    document = report(run(pair, import_=result))
    assert result["created"]["jobs"] == ["Nightly"]
    assert document["kinds"]["jobs"] == dict.fromkeys(OUTCOMES, 0) | {"failed": 1}


def test_a_job_that_the_target_runs_already_is_not_said_to_be_asleep(pair: Pair, bundle: str) -> None:
    drive("import", pair.target, src=bundle, secrets=CHAIN_SECRETS, staged=False)
    document = report(run(pair, import_=drive("import", pair.target, src=bundle, secrets=CHAIN_SECRETS)))
    assert document["outcome"] == "complete"
    assert "asleep." not in document["next"] and "'Nightly'" in document["next"]


def test_a_step_goes_on_where_the_one_before_ended(pair: Pair, tmp_path: Path) -> None:
    made = move(pair, tmp_path)
    steps = made["steps"]

    def step(name: str) -> dict[str, Any]:
        times = {name: TIMES[name], "ended": "2026-11-21T10:00:07Z"}
        return {**made, "steps": {name: steps[name]}, "times": times}

    exported = report(step("export"))
    imported = report(step("import"), exported)
    verified = report(step("verify"), imported)
    assert [document["outcome"] for document in (exported, imported, verified)] == ["exported", "moved", "verified"]
    assert exported["objects"] == [] and exported["verification"] is None
    whole = report(made)
    for section in ("source", "exported", "objects", "kinds", "sessions", "verification", "revisions"):
        assert verified[section] == whole[section], section
    assert verified["seconds"]["export"] == 6.8


def test_nothing_is_known_when_nothing_was_done(pair: Pair) -> None:
    failed = {"task": "Export the estate", "result": {"failed": True, "msg": "VBR: nobody answers"}}
    document = report(run(pair, failure=failed, export={"failed": True, "msg": "VBR: nobody answers"}))
    assert (document["outcome"], document["objects"], document["sessions"]) == ("failed", [], [])
    assert document["failure"]["message"] == "VBR: nobody answers"


def test_a_failed_loop_says_what_its_rounds_said(pair: Pair) -> None:
    rounds = [{"failed": False, "msg": "fine"}, {"failed": True, "msg": "drift: [...]"}]
    failed = {"task": "Stop", "result": {"failed": True, "msg": "One or more items failed", "results": rounds}}
    assert report(run(pair, failure=failed))["failure"]["message"] == "drift: [...]"


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-11-21T16:11:05.2242+01:00", "2026-11-21T15:11:15.2242178Z", 10.0),
        ("2026-11-21T16:11:05Z", None, None),
        (None, "2026-11-21T16:11:05Z", None),
        ("yesterday", "2026-11-21T16:11:05Z", None),
        ("2026-11-21T16:11:05", "2026-11-21T16:11:05Z", 0.0),
        ("0001-01-01T00:00:00+01:00", "2026-11-21T16:11:05Z", None),
    ],
)
def test_times_of_servers_are_read_as_far_as_they_are_times(
    pair: Pair, start: str | None, end: str | None, seconds: float | None
) -> None:
    session = {"kind": "jobs", "id": "1", "result": "Success", "message": "", "log": [], "started": start, "ended": end}
    (document,) = report(run(pair, import_={"plan": [], "sessions": [session]}))["sessions"]
    assert document["seconds"] == seconds


def test_a_step_that_did_not_begin_took_no_time(pair: Pair) -> None:
    assert report({**run(pair), "times": {}})["seconds"] == {}
    assert report({**run(pair), "times": {"export": TIMES["export"], "import": ""}})["seconds"] == {}
    times = {"export": TIMES["export"], "import": "", "verify": "", "ended": TIMES["ended"]}
    assert report({**run(pair), "times": times})["seconds"] == {"export": 63.8}


def test_passwords_stay_out(pair: Pair, tmp_path: Path) -> None:
    document = json.dumps(report(move(pair, tmp_path)))
    assert pair.source.password not in document
    assert pair.target.password not in document


def test_ansible_finds_it(pair: Pair) -> None:
    ((name, found),) = FilterModule().filters().items()
    assert (name, found(run(pair))) == ("migration_report", migration_report(run(pair)))


def test_an_account_that_was_given_before_a_host_is_not_reported(pair: Pair) -> None:
    place = {"hostname": "user:Wd5&before+@vbr", "port": 9419}
    document = migration_report({**run(pair), "source": place, "target": {"hostname": "vbr"}})
    assert (document["source"], document["target"]) == ({"hostname": "vbr", "port": 9419}, {"hostname": "vbr"})
