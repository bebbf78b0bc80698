# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with one chain is of one job, and what may have been taken over is never forgotten."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.plugin_utils import run_reports
from simulator.core.call import Exchange
from simulator.testing import simulated_pair
from support import reports
from support.chains import EVERY_WAY, POLICY, REPLICA, Asleep, chain, job, once, seed
from support.headquarters import Move, Result
from support.reports import TEMPLATE
from support.tasks import connection, drive

from .conftest import NEWEST

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story


def shown_otherwise(ready: Asleep, name: str, field: str, value: Any) -> None:
    """From now on the target shows a job with another value, at every question for the job itself."""
    path = f"/api/v1/jobs/{job(ready.pair.target, name)['id']}"
    model = drive("rest", ready.pair.target, path=path)["resource"]
    *above, last = field.split(".")
    holder = model
    for step in above:
        holder = holder[step]
    holder[last] = value
    ready.pair.target.faults.add(do="status", status=200, path=f"{path}$", method="GET", body=model, times=0)


@pytest.mark.parametrize("value", [7, "x", [7], [None], {"a": 1}, [{"type": "ProtectionGroup"}], [{"id": {}}]])
def test_a_policy_of_another_shape_holds_up_no_job(ready: Asleep, value: Any) -> None:
    shown_otherwise(ready, POLICY, "computers", value)
    result = ready.done(adopt=["attach_backup", "move"], jobs=[POLICY, "Tier 01"])
    (said,) = [warning for warning in result["warnings"] if "starts anew" in warning]
    assert f"'{POLICY}'" in said and ("computers" in said or "protection group" in said)
    assert ready.states() == {POLICY: "not adopted", "Tier 01": "adopted"} and result["counts"] == {"cut over": 2}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("virtualMachines.includes", 7),
        ("virtualMachines.includes", [7]),
        ("virtualMachines.includes", [{"type": "VirtualMachine"}]),
        ("virtualMachines.includes", [{"type": [1], "name": "srv02"}]),
        ("seeding", 7),
        ("seeding", {"replicaMapping": {"isEnabled": True, "mappingRules": 7}}),
        ("seeding", {"replicaMapping": {"isEnabled": True, "mappingRules": [{"originalVM": 7}]}}),
        ("jobSettings.replicaNameSuffix", {}),
    ],
)
def test_a_replica_job_of_another_shape_is_asked_nothing(ready: Asleep, field: str, value: Any) -> None:
    shown_otherwise(ready, REPLICA, field, value)
    result = ready.hand_over(adopt=["replica_mapping", "move"], jobs=[REPLICA, "Tier 01"])
    (said,) = [warning for warning in result["warnings"] if "starts anew" in warning]
    assert f"'{REPLICA}'" in said and field in said and "defect" not in result["msg"]
    assert ready.states() == {REPLICA: "not adopted", "Tier 01": "adopted"}
    assert not job(ready.pair.target, "Tier 01")["state"].get("disabled")


@pytest.mark.parametrize("value", [7, [1], {"a": "b"}])
def test_a_backup_that_a_job_names_otherwise_is_a_refusal(ready: Asleep, value: Any) -> None:
    shown_otherwise(ready, "Files 1", "backupRepository.sourceBackupId", value)
    ready.hand_over(adopt=["source_backup"], jobs=["Files 1", "Files 2"])
    assert ready.states() == {"Files 1": "not adopted", "Files 2": "adopted"}


def dies_after(ready: Asleep, path: str) -> None:
    """The target is not there any more after it has done this, and the answer is lost."""
    target = ready.pair.target
    target.faults.add(do="drop_after", path=f"{path}$", method="POST")
    leave = partial(target.faults.add, do="drop_before", times=0)
    target.app.observers.append(once(lambda exchange: exchange.path.endswith(path), leave))


def test_what_was_taken_over_before_the_target_died_stays_so(ready: Asleep) -> None:
    options = {"adopt": ["move"], "jobs": ["Tier 01"]}
    dies_after(ready, "/enable")
    assert ready.hand_over(**options)["failed"] and ready.states() == {"Tier 01": "adopted"}
    ready.pair.target.faults.clear()
    again = ready.done(**options)
    assert ready.states() == {"Tier 01": "adopted"} and "starts anew" not in str(again["warnings"])
    back = ready.done(state="rolled_back", jobs=["Tier 01"])
    assert "1 job(s) took over their chains" in str(back["warnings"])


def test_what_was_taken_over_stays_so_though_the_target_shows_it_no_more(ready: Asleep) -> None:
    edit_journal(ready, "Tier 01", chain={"way": "move", "state": "adopted"})
    ready.pair.target.faults.add(do="status", status=400, path="/moveTo$", method="POST", times=0)
    result = ready.done(adopt=["move"], jobs=["Tier 01"])
    assert ready.states() == {"Tier 01": "adopted"} and "starts anew" in str(result["warnings"])
    back = ready.done(state="rolled_back", jobs=["Tier 01"])
    assert "1 job(s) took over their chains" in str(back["warnings"])


def test_a_job_that_is_awake_is_looked_at_before_it_is_said_to_have_no_chain(ready: Asleep) -> None:
    options = {"adopt": ["move"], "jobs": ["Tier 01"]}
    dies_after(ready, "/enable")
    assert ready.hand_over(**options)["failed"]
    ready.pair.target.faults.clear()
    edit_journal(ready, "Tier 01", chain={"way": "move", "state": "asked"})
    assert "starts anew" not in str(ready.done(**options)["warnings"])
    assert ready.states() == {"Tier 01": "adopted"}


def test_a_rollback_says_what_may_have_been_taken_over(ready: Asleep) -> None:
    options = {"adopt": ["move"], "jobs": ["Tier 01"]}
    dies_after(ready, "/moveTo")
    assert ready.hand_over(**options)["failed"] and ready.states() == {"Tier 01": "asked"}
    ready.pair.target.faults.clear()
    assert chain(ready.pair.target, "Tier 01")
    check = ready.hand_over(check=True, state="rolled_back", jobs=["Tier 01"])
    result = ready.done(state="rolled_back", jobs=["Tier 01"])
    (said,) = [warning for warning in result["warnings"] if "may have taken over" in warning]
    assert said in check["warnings"] and "Tier 01" in said
    assert "Rescan the repositories on the source" in said and ready.states() == {"Tier 01": "asked"}
    ready.done(**options)
    assert ready.states() == {"Tier 01": "adopted"}


def edit_journal(ready: Asleep, name: str, **fields: Any) -> None:
    """Write into the journal by hand what it says of a job."""
    (path,) = ready.move.bundle.glob("journal-*.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    content["jobs"][name] |= fields
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("noted", "state"),
    [
        ({"state": "not adopted"}, "not adopted"),
        ({"state": "adopted"}, "adopted"),
        ({"way": "move"}, "adopted"),
        ({"why": "so"}, "adopted"),
        ({"way": None, "state": None}, "adopted"),
        ({"way": "move", "state": "zzz"}, "adopted"),
        ({"way": "zzz", "state": "not adopted"}, "adopted"),
    ],
)
def test_a_journal_that_says_less_of_a_chain_stops_nothing(ready: Asleep, noted: dict[str, Any], state: str) -> None:
    edit_journal(ready, "Tier 01", chain=noted)
    result = ready.done(adopt=["move"], jobs=["Tier 01"])
    assert ready.states() == {"Tier 01": state} and result["counts"] == {"cut over": 1}
    assert ("starts anew" in str(result["warnings"])) == (state == "not adopted")


def wakes(ready: Asleep, name: str) -> None:
    """The target enables a job whenever it is replaced, though it was disabled on both servers."""
    sides = [job(server, name) for server in ready.pair.servers]
    for row in sides:
        row["state"]["disabled"] = True
    edit_journal(ready, name, source_disabled=True)

    def hear(exchange: Exchange) -> None:
        if exchange.method == "PUT" and exchange.path.endswith(f"/jobs/{sides[1]['id']}"):
            job(ready.pair.target, name)["state"]["disabled"] = False

    ready.pair.target.app.observers.append(hear)


def taking_over(result: Result) -> set[str]:
    """The jobs that are said to take over their chains."""
    said = [warning for warning in result["warnings"] if "take over their chains" in warning]
    return {name for warning in said for name in warning.rpartition("): ")[2].rstrip(".").split(", ")}


def update(ready: Asleep, name: str) -> dict[str, Any]:
    """The source has another description since, which is brought over."""
    job(ready.pair.source, name)["body"]["description"] = "Changed"
    return {"changed_since": "update"}


def name_its_chain(_ready: Asleep, _name: str) -> dict[str, Any]:
    return {"adopt": ["source_backup"]}


@pytest.mark.parametrize("why", [update, name_its_chain])
def test_a_job_that_a_write_wakes_is_put_to_sleep_again(ready: Asleep, why: Any) -> None:
    wakes(ready, "Files 1")
    ready.done(jobs=["Files 1"], **why(ready, "Files 1"))
    assert job(ready.pair.target, "Files 1")["state"]["disabled"]


@pytest.mark.parametrize("why", [update, name_its_chain])
def test_a_job_that_cannot_be_put_to_sleep_again_is_named(ready: Asleep, why: Any) -> None:
    wakes(ready, "Files 1")
    ready.pair.target.faults.add(do="status", status=400, path="/disable$", times=0)
    options = {"jobs": ["Files 1", "Files 2"], **why(ready, "Files 1")}
    result = ready.hand_over(**options)
    assert result["failed"] and "'Files 1': it was changed, and may be enabled now" in result["msg"]
    assert result["counts"] == {"cutting over": 1, "cut over": 1}
    ready.pair.target.faults.clear()
    ready.done(**options)
    assert job(ready.pair.target, "Files 1")["state"]["disabled"]


def test_a_dry_run_names_what_is_brought_in_first_and_takes_over_its_chain_then(tmp_path: Path) -> None:
    with simulated_pair(source_build=NEWEST, target_build=NEWEST, source_seed=seed()) as pair:
        move = Move(pair, tmp_path / "bundle")
        move.export()
        move.brought_in()
        options = {"source": connection(pair.source), "src": str(move.bundle), "state": "cut_over", "adopt": EVERY_WAY}
        check = drive("cutover", pair.target, check=True, **options)
        first = drive("cutover", pair.target, **options)
        move.brought_in(phase="cutover")
        second = drive("cutover", pair.target, **options)
    late = set(check["jobs"]["waiting"])
    before, after = taking_over(check), taking_over(second)
    assert POLICY in before & late and after <= before and before - taking_over(first) == set()
    assert after == before & late


def first_runs(move: Move, **steps: Any) -> str:
    """What the report of a run with these steps says of jobs that start anew."""
    place = move.bundle.parent
    done = {"has_failed": False, "tasks": {}, "continues": False, **reports.run(move.pair, **steps)}
    done["files"] = {"bundle": str(move.bundle)}
    files, *_rest = run_reports.made(done, place, TEMPLATE.read_text(encoding="utf-8"), place / "kept")
    found = json.loads(files["report.json"])["findings"]
    return "\n".join(one["message"] for one in found if one["code"] == "first-run-full")


def test_a_report_does_not_say_of_a_job_with_its_chain_that_it_starts_anew(tmp_path: Path) -> None:
    with simulated_pair(source_build=NEWEST, target_build=NEWEST, source_seed=seed()) as pair:
        move = Move(pair, tmp_path / "bundle")
        move.export()
        imported = move.bring_in()
        before = first_runs(move, import_=imported)
        options = {"source": connection(pair.source), "src": str(move.bundle), "state": "cut_over"}
        given = {"adopt": ["move", "replica_mapping"], "jobs": ["Tier 01", REPLICA]}
        handed = drive("cutover", pair.target, **options, **given)
        after = first_runs(move, import_=imported, cutover=handed)
    assert "'Tier 01'" in before and f"'{REPLICA}'" in before
    assert "'Tier 01'" not in after and f"'{REPLICA}'" not in after
    assert "'Hyper-V 1'" in after and "'Files 1'" in after
