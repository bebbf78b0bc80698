# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs asleep: no job runs on two servers, and the true schedule stays in the journal until cutover."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from simulator.testing import Server, estate
from support.estates import CHAIN_SECRETS, SOURCE, actions, bundle_of, chain_of_four, estate_of, job, rows, writes
from support.tasks import drive

BROKEN = {"do": "status", "status": 500, "times": 0}


def jobs(server: Server) -> dict[str, tuple[bool, bool]]:
    """Name -> (starts by itself, is enabled)."""
    return {
        row["body"]["name"]: (row["body"]["schedule"]["runAutomatically"], not row["state"].get("disabled"))
        for row in estate(server)["jobs"]
    }


def two_jobs() -> dict[str, Any]:
    by_hand = {"runAutomatically": False, "afterThisJob": {"isEnabled": False, "jobName": None}}
    return estate_of(jobs=[job("Nightly"), job("By hand", schedule=by_hand)])


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    return bundle_of(tmp_path / "bundle", two_jobs())


def journal(bundle: str) -> dict[str, Any]:
    (file,) = Path(bundle).glob("journal-*.json")
    content: dict[str, Any] = json.loads(file.read_text())
    return content


def states(bundle: str) -> dict[str, str]:
    return {entry["name"]: entry["phase"] for entry in journal(bundle)["jobs"].values()}


def test_jobs_come_in_disabled_and_without_their_start(target: Server, bundle: str) -> None:
    result = drive("import", target, src=bundle)
    assert result["created"] == {"jobs": ["Nightly", "By hand"]}
    assert jobs(target) == {"Nightly": (False, False), "By hand": (False, False)}


def test_the_journal_remembers_what_they_had_and_what_was_sent(target: Server, bundle: str) -> None:
    result = drive("import", target, src=bundle)
    identity = target.snapshot()["identity"]["vbrId"]
    ids = {row["body"]["name"]: row_id for row_id, row in target.snapshot()["rows"]["jobs"].items()}
    unknown = {"phase": "staged", "source_id": "", "source_disabled": None}
    first = {"late": False, "asked": False, "unfinished": False}
    assert journal(bundle) == {
        "format": "backupfleet.rest/journal/2",
        "source": SOURCE.vbr_id,
        "target": identity,
        "jobs": {
            name: {**unknown, "name": name, "id": ids[name], "source_name": name, "schedule.runAutomatically": runs}
            for name, runs in (("Nightly", True), ("By hand", False))
        },
        "created": [
            {"kind": "jobs", "key": name, "revision": result["api_version"], "record": ANY, **first}
            for name in ("By hand", "Nightly")
        ],
    }
    assert [each["record"]["name"] for each in journal(bundle)["created"]] == ["By hand", "Nightly"]
    file = Path(bundle) / f"journal-{identity}.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_was_sent_and_is_not_there_is_forgotten(target: Server, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    refusal = {"errorCode": "UnknownError", "message": "No."}
    target.faults.add(do="status", status=400, path="repositories/import$", body=refusal)
    drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert [each["kind"] for each in journal(bundle)["created"]] == ["credentials", "managedServers"]
    assert not drive("import", target, src=bundle, secrets=CHAIN_SECRETS).get("failed")
    kinds = ["credentials", "managedServers", "repositories", "jobs"]
    assert [each["kind"] for each in journal(bundle)["created"]] == kinds
    written = (Path(bundle) / f"journal-{target.snapshot()['identity']['vbrId']}.json").read_text()
    assert not [value for each in CHAIN_SECRETS["credentials"].values() for value in each.values() if value in written]


def test_everything_else_of_the_schedule_stays(target: Server, tmp_path: Path) -> None:
    schedule = {"runAutomatically": True, "daily": {"isEnabled": True, "localTime": "22:00"}, "odd": [1, None]}
    drive("import", target, src=bundle_of(tmp_path / "bundle", estate_of(jobs=[job("Nightly", schedule=schedule)])))
    assert rows(target, "jobs")[0]["schedule"] == {**schedule, "runAutomatically": False}


def test_without_staging_jobs_come_in_as_they_are_and_there_is_no_journal(target: Server, bundle: str) -> None:
    result = drive("import", target, src=bundle, staged=False)
    assert not result.get("failed"), result["msg"]
    assert jobs(target) == {"Nightly": (True, True), "By hand": (False, True)}
    assert not list(Path(bundle).glob("journal-*"))
    again = drive("import", target, src=bundle, staged=False)
    assert (again["changed"], set(actions(again).values())) == (False, {"keep"})


def test_an_inline_estate_has_no_journal_unless_one_is_named(target: Server, tmp_path: Path) -> None:
    drive("import", target, spec=two_jobs(), api_version="1.2-rev1")
    assert jobs(target) == {"Nightly": (False, False), "By hand": (False, False)}
    drive("import", target, spec=estate_of(jobs=[job("Third")]), api_version="1.2-rev1", journal=str(tmp_path / "j"))
    assert list(json.loads((tmp_path / "j").read_text())["jobs"]) == ["Third"]


def test_check_mode_writes_no_journal(target: Server, bundle: str) -> None:
    drive("import", target, check=True, src=bundle)
    assert not list(Path(bundle).glob("journal-*"))


def wake(server: Server, **body: Any) -> None:
    """Enable every job of a server, and change its schedule."""
    for job_id in server.snapshot()["rows"]["jobs"]:
        row = server.service.store.get("jobs", job_id)
        assert row is not None
        row["state"]["disabled"] = False
        row["body"]["schedule"].update(body)


@pytest.mark.parametrize("how", ["keep", "fail"])
def test_a_staged_job_that_is_enabled_since_is_put_to_sleep_again(target: Server, bundle: str, how: str) -> None:
    """A change can wake a job, and a run may die right behind it."""
    drive("import", target, src=bundle)
    wake(target)
    planned = drive("import", target, check=True, src=bundle, on_existing=how)
    result = drive("import", target, src=bundle, on_existing=how)
    assert planned["changed"] is result["changed"] is True and not result.get("failed")
    assert {item["reason"] for item in planned["plan"] if item["kind"] == "jobs"} == {
        "put to sleep by an earlier run, and enabled since"
    }
    assert jobs(target)["Nightly"] == (False, False)
    assert drive("import", target, src=bundle)["changed"] is False


def test_a_staged_job_that_somebody_lets_start_is_refused(target: Server, bundle: str) -> None:
    """Somebody may have handed it over, so that it is not put to sleep; and the source may run it as well."""
    drive("import", target, src=bundle)
    wake(target, runAutomatically=True)
    before = len(writes(target))
    result = drive("import", target, src=bundle)
    assert result["failed"] and "starts by itself there" in result["msg"] and "'Nightly'" in result["msg"]
    assert len(writes(target)) == before and jobs(target)["Nightly"] == (True, True)


def test_the_schedule_of_a_staged_job_is_no_drift_unless_jobs_are_to_be_awake(target: Server, bundle: str) -> None:
    drive("import", target, src=bundle)
    assert set(actions(drive("import", target, src=bundle)).values()) == {"keep"}
    awake = drive("import", target, src=bundle, staged=False)
    assert actions(awake) == {"Nightly": "drift", "By hand": "keep"}
    assert awake["changed"] is False
    assert [change["field"] for item in awake["plan"] for change in item["diff"]] == ["schedule.runAutomatically"]


# -- when putting to sleep goes wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        ({"path": "/disable$", **BROKEN}, "-> 500"),
        # The list is good once, or nothing would be written at all.
        ({"path": "/api/v1/jobs$", **BROKEN, "skip": 1}, "-> 500"),
        ({"path": "/api/v1/jobs$", **BROKEN, "status": 200, "body": {"data": []}}, "does not show it"),
    ],
    ids=["disabling fails", "the list fails", "the list is empty"],
)
def test_a_job_that_could_not_be_disabled_is_named_and_the_next_run_does_it(
    target: Server, bundle: str, fault: dict[str, Any], part: str
) -> None:
    target.faults.add(**fault)

    first = drive("import", target, src=bundle)
    assert (first["failed"], first["changed"]) == (True, True)
    assert set(first["failed_objects"]["jobs"]) == {"Nightly", "By hand"}
    for reason in first["failed_objects"]["jobs"].values():
        assert reason.startswith("it is there, but not disabled: ") and part in reason
    assert jobs(target)["Nightly"] == (False, True), "it does not start by itself all the same"
    assert states(bundle) == {"Nightly": "pending", "By hand": "pending"}

    target.faults.clear()
    target.readonly()
    check = drive("import", target, check=True, src=bundle)
    assert check["changed"] is True
    assert all(item["reason"].startswith("brought in by an earlier run") for item in check["plan"])
    for side, state in (("before", "enabled"), ("after", "disabled")):
        assert all(line.endswith(f"; {state}") for line in check["diff"][0][side].splitlines())

    target.readonly(False)
    second = drive("import", target, src=bundle)
    assert not second.get("failed"), second["msg"]
    assert (second["changed"], second["created"]) == (True, {})
    assert jobs(target) == {"Nightly": (False, False), "By hand": (False, False)}
    assert states(bundle) == {"Nightly": "staged", "By hand": "staged"}
    assert drive("import", target, src=bundle)["changed"] is False


def test_the_lost_answer_of_disabling_is_looked_for(target: Server, bundle: str) -> None:
    target.faults.add(do="drop_after", path="/disable$")
    result = drive("import", target, src=bundle)
    assert not result.get("failed"), result["msg"]
    assert [path for path in writes(target) if path.endswith("/disable")] == list(
        dict.fromkeys(path for path in writes(target) if path.endswith("/disable"))
    ), "each job once"


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("moment", ["jobs/import", "/api/v1/jobs", "/disable"])
def test_a_killed_run_leaves_no_job_that_starts_and_the_next_one_finishes(
    target: Server, bundle: str, moment: str
) -> None:
    def kill(exchange: Any) -> None:
        if exchange.path.endswith(moment):
            raise Killed

    target.app.observers.append(kill)
    with pytest.raises(Killed):
        drive("import", target, src=bundle)
    target.app.observers.remove(kill)
    assert not any(starts for starts, _enabled in jobs(target).values())

    second = drive("import", target, src=bundle)

    assert not second.get("failed"), second["msg"]
    assert jobs(target) == {"Nightly": (False, False), "By hand": (False, False)}
    assert writes(target).count("POST /api/v1/automation/jobs/import") == 1


def test_without_a_journal_a_job_that_lost_its_start_is_known_by_that(target: Server) -> None:
    target.faults.add(path="/disable$", **BROKEN)
    drive("import", target, spec=two_jobs(), api_version="1.2-rev1")
    target.faults.clear()

    second = drive("import", target, spec=two_jobs(), api_version="1.2-rev1")

    assert second["changed"] is True
    assert jobs(target)["Nightly"] == (False, False)
    assert jobs(target)["By hand"] == (False, True), "nothing distinguishes it from a job of the target's own"


# -- chains ------------------------------------------------------------------------------------------------------------


def test_chained_jobs_come_after_the_jobs_they_wait_for(target: Server, tmp_path: Path) -> None:
    chain = estate_of(jobs=[job("Third", after="Second"), job("Free"), job("Second", after="First"), job("First")])
    result = drive("import", target, src=bundle_of(tmp_path / "bundle", chain))
    assert not result.get("failed"), result["msg"]
    order = [row["name"] for row in [body["body"] for body in target.snapshot()["rows"]["jobs"].values()]]
    assert order.index("First") < order.index("Second") < order.index("Third")


def test_a_job_may_wait_for_one_that_the_target_has(target: Server, tmp_path: Path) -> None:
    drive("import", target, src=bundle_of(tmp_path / "first", estate_of(jobs=[job("First")])))
    second = bundle_of(tmp_path / "second", estate_of(jobs=[job("Second", after="First")]))
    assert drive("import", target, src=second)["created"] == {"jobs": ["Second"]}


def test_a_chain_that_is_switched_off_names_nobody(target: Server, tmp_path: Path) -> None:
    schedule = {"runAutomatically": True, "afterThisJob": {"isEnabled": False, "jobName": "Long gone"}}
    bundle = bundle_of(tmp_path / "bundle", estate_of(jobs=[job("Nightly", schedule=schedule)]))
    assert drive("import", target, src=bundle)["created"] == {"jobs": ["Nightly"]}


def test_staging_concerns_only_the_jobs_of_the_bundle(target: Server, tmp_path: Path) -> None:
    drive("import", target, spec=estate_of(jobs=[job("The target's own")]), api_version="1.2-rev1", staged=False)
    drive("import", target, src=bundle_of(tmp_path / "bundle", chain_of_four()), secrets=CHAIN_SECRETS)
    assert jobs(target) == {"The target's own": (True, True), "Nightly": (False, False)}
