# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of an import at the server: sessions, partial failures, lost answers, waiting, the report."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from driving import drive
from estates import (
    CHAIN_SECRETS,
    Record,
    account,
    actions,
    bundle_of,
    chain_of_four,
    estate_of,
    job,
    linux_host,
    repository,
    rows,
    writes,
)
from simulator.testing import Server

KINDS_OF_CHAIN = ["credentials", "managedServers", "repositories", "jobs"]


def imports(server: Server) -> dict[str, list[Record]]:
    """Hears each import request: kind -> the records that were sent, in order."""
    heard: dict[str, list[Record]] = {}

    def hear(exchange: Any) -> None:
        if exchange.path.endswith("/import"):
            kind = exchange.path.split("/")[-2]
            heard.setdefault(kind, []).extend(row for rows in exchange.json.values() for row in rows)

    server.app.observers.append(hear)
    return heard


def vanishing(server: Server, unique: str) -> None:
    """Somebody deletes this account of the target when the plan is made and the import is about to begin."""

    def hear(exchange: Any) -> None:
        if exchange.path.endswith("/jobs/export"):
            server.app.observers.remove(hear)
            document = server.snapshot()
            accounts = document["rows"]["credentials"]
            document["rows"]["credentials"] = {
                key: row for key, row in accounts.items() if row["body"]["uniqueId"] != unique
            }
            server.restore(document)

    server.app.observers.append(hear)


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    return bundle_of(tmp_path / "bundle", chain_of_four())


# -- partial failure ---------------------------------------------------------------------------------------------------


SECRETS = {"credentials": {name: {"password": f"Kf8+vT3&{name}=Qz1%"} for name in ("one", "two")}}


def two_chains() -> dict[str, Any]:
    """Two accounts, each with a host, a repository there and a job; and a job that follows the first job."""
    accounts = [account("one", "tech\\one"), account("two", "tech\\two")]
    hosts = [linux_host(f"{login['uniqueId']}.tech.local", login) for login in accounts]
    stores = [repository(f"Store {host['name'][:3]}", host["name"]) for host in hosts]
    jobs = [job("Nightly", stores[0]), job("Weekly", stores[1]), job("Afterwards", stores[1], after="Nightly")]
    return estate_of(credentials=accounts, linuxHosts=hosts, LinuxLocalRepositories=stores, jobs=jobs)


@pytest.mark.parametrize("said", ["Failed", "Warning"])
def test_a_partial_failure_names_every_object_and_the_second_run_finishes_the_rest(
    target: Server, tmp_path: Path, said: str
) -> None:
    target.switch(partial_result=said)
    options: dict[str, Any] = {"src": bundle_of(tmp_path / "bundle", two_chains()), "secrets": SECRETS}
    drive("import", target, **options, kinds=["credentials"])
    vanishing(target, "one")

    first = drive("import", target, **options)

    assert (first["failed"], first["changed"]) == (True, True)
    assert first["created"] == {
        "managedServers": ["two.tech.local"],
        "repositories": ["Store two"],
        "jobs": ["Weekly"],
    }
    assert "is not found" in first["failed_objects"]["managedServers"].pop("one.tech.local")
    assert first["failed_objects"] == {
        "managedServers": {},
        "repositories": {"Store one": "not sent: needs managedServers 'one.tech.local', which failed"},
        "jobs": {
            "Nightly": "not sent: needs repositories 'Store one', which failed",
            "Afterwards": "not sent: needs jobs 'Nightly', which failed",
        },
    }
    names = ("'one.tech.local'", "'Store one'", "'Nightly'", "'Afterwards'")
    for part in ("4 object(s) failed, 3 were created", "Run the task again", *names):
        assert part in first["msg"]

    heard = imports(target)
    second = drive("import", target, **options)

    assert not second.get("failed"), second["msg"]
    assert {kind: [row.get("uniqueId") or row["name"] for row in sent] for kind, sent in heard.items()} == {
        "credentials": ["one"],
        "managedServers": ["one.tech.local"],
        "repositories": ["Store one-id"],
        "jobs": ["Nightly", "Afterwards"],
    }
    assert len(rows(target, "jobs")) == 3
    assert drive("import", target, **options)["changed"] is False


def test_a_long_list_of_failures_is_cut_in_the_message_and_whole_in_the_result(target: Server, tmp_path: Path) -> None:
    accounts = [account(f"account{number:02}") for number in range(25)]
    secrets = {"credentials": {row["uniqueId"]: {"password": "Ck4&many+Wd8="} for row in accounts}}
    target.faults.add(do="status", status=400, path="/import$", body={"errorCode": "UnknownError", "message": "No."})

    bundle = bundle_of(tmp_path / "bundle", estate_of(credentials=accounts))
    result = drive("import", target, src=bundle, secrets=secrets)

    assert "account19" in result["msg"] and "account20" not in result["msg"]
    assert "and 5 more, see failed_objects" in result["msg"]
    assert len(result["failed_objects"]["credentials"]) == 25


# -- what counts is what the target shows ------------------------------------------------------------------------------

OVER = {"id": "5d2b7f0e-0000-4f0c-8d5e-0f4a9c1b2d31", "state": "Stopped"}


def ended(result: str) -> dict[str, Any]:
    body = {**OVER, "result": {"result": result, "message": "Told by the test"}}
    return {"do": "status", "status": 200, "path": "/sessions/[^/]+$", "times": 0, "body": body}


def test_what_is_there_is_created_though_the_session_failed(target: Server, bundle: str) -> None:
    target.faults.add(**ended("Failed"))
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert not result.get("failed"), result["msg"]
    assert list(result["created"]) == KINDS_OF_CHAIN
    assert [session["result"] for session in result["sessions"]] == ["Failed"] * len(KINDS_OF_CHAIN)


@pytest.mark.usefixtures("swift_clock")
def test_what_is_not_there_has_failed_though_the_session_succeeded(target: Server, bundle: str) -> None:
    target.faults.add(do="status", status=201, path="/import$", body={**OVER, "state": "Starting"})
    target.faults.add(**ended("Success"))
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert result["failed_objects"]["credentials"] == {"service-account": "the session ended, but it is not there"}
    assert result["created"] == {}


@pytest.mark.usefixtures("swift_clock")
@pytest.mark.parametrize("kind", KINDS_OF_CHAIN)
def test_a_lost_answer_is_looked_for_and_nothing_is_sent_twice(target: Server, bundle: str, kind: str) -> None:
    target.faults.add(do="drop_after", path=f"{kind}/import$")
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert not result.get("failed"), result["msg"]
    assert list(result["created"]) == KINDS_OF_CHAIN
    assert writes(target).count(f"POST /api/v1/automation/{kind}/import") == 1


@pytest.mark.usefixtures("swift_clock")
@pytest.mark.parametrize("kind", KINDS_OF_CHAIN)
def test_a_request_that_was_lost_is_not_sent_again_either(target: Server, bundle: str, kind: str) -> None:
    target.faults.add(do="drop_before", path=f"{kind}/import$")
    first = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert first["failed"] and "may have been carried out" in next(iter(first["failed_objects"][kind].values()))
    assert writes(target).count(f"POST /api/v1/automation/{kind}/import") == 1
    second = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert list(second["created"]) == KINDS_OF_CHAIN[KINDS_OF_CHAIN.index(kind) :]


def test_a_refused_import_started_no_session_and_none_is_looked_for(
    target: Server, bundle: str, swift_clock: Any
) -> None:
    target.faults.add(do="status", status=400, path="/import$", body={"errorCode": "UnknownError", "message": "No."})
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert "-> 400 UnknownError: No." in result["failed_objects"]["credentials"]["service-account"]
    assert target.journal.counts["GET /api/v1/automation/sessions"] == 1, "the one before the plan"
    assert swift_clock.slept == []


@pytest.mark.parametrize("status", [401, 403])
def test_nothing_more_is_sent_when_the_right_to_import_is_lost(target: Server, bundle: str, status: int) -> None:
    target.faults.add(do="status", status=status, path="managedServers/import$", times=0)
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert result["created"] == {"credentials": ["service-account"]}
    assert f"-> {status}" in result["failed_objects"]["managedServers"]["linux01.tech.local"]
    assert result["failed_objects"]["jobs"]["Nightly"].startswith("not sent: ")
    assert not [path for path in writes(target) if "repositories" in path]


# -- sessions ----------------------------------------------------------------------------------------------------------


def test_sessions_are_told_with_the_records_that_did_not_simply_succeed(target: Server, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    options = {"src": bundle_of(tmp_path / "bundle", two_chains()), "secrets": SECRETS}
    drive("import", target, **options, kinds=["credentials"])
    vanishing(target, "one")

    result = drive("import", target, **options, report=str(report))

    assert [session["kind"] for session in result["sessions"]] == KINDS_OF_CHAIN[1:]
    assert [len(session["log"]) for session in result["sessions"]] == [1, 0, 0]
    failed = result["sessions"][0]["log"][0]
    assert failed["status"] == "Failed" and "one.tech.local" in failed["title"]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    told = json.loads(report.read_text())
    assert [len(session["log"]) for session in told["sessions"]] == [2, 1, 1]
    assert told["failed_objects"] == result["failed_objects"]
    assert told["plan"] == result["plan"] and told["msg"] == result["msg"]
    assert SECRETS["credentials"]["two"]["password"] not in report.read_text()


def test_no_report_in_check_mode(target: Server, bundle: str, tmp_path: Path) -> None:
    drive("import", target, check=True, src=bundle, secrets=CHAIN_SECRETS, report=str(tmp_path / "report.json"))
    assert not (tmp_path / "report.json").exists()


def test_progress_is_told_while_sessions_work(target: Server, bundle: str, swift_clock: Any) -> None:
    target.clock.change({"mode": "polls", "polls": 3})
    told: list[str] = []
    drive("import", target, told=told, src=bundle, secrets=CHAIN_SECRETS)
    assert "credentials: importing 1" in told
    assert any(line.startswith("credentials: session ") for line in told)
    assert "jobs: 1 of 1 created" in told and "jobs: disabling 1" in told
    assert swift_clock.slept, "it polls with pauses"


def test_a_session_that_does_not_end_ends_the_run_in_time_and_the_next_one_waits_for_it(
    target: Server, bundle: str, swift_clock: Any
) -> None:
    target.clock.change({"mode": "polls", "polls": 2})
    target.faults.add(do="stick_session", path="managedServers/import$")
    options: dict[str, Any] = {"src": bundle, "secrets": CHAIN_SECRETS, "wait_timeout": 60}

    first = drive("import", target, **options)
    assert first["created"] == {"credentials": ["service-account"]}
    assert "is still Working after 60 seconds" in first["failed_objects"]["managedServers"]["linux01.tech.local"]
    assert first["failed_objects"]["repositories"]["Store"].startswith("not sent: ")
    assert sum(swift_clock.slept) <= 60

    sent = writes(target)
    told: list[str] = []
    second = drive("import", target, told=told, **options)
    assert second["failed"] and "is still Working after 60 seconds" in second["msg"]
    assert any("unfinished session" in line for line in told)
    assert writes(target) == sent, "it wrote nothing before the old session had ended"

    drive("session", target, action="stop")
    third = drive("import", target, **options)
    assert not third.get("failed"), third["msg"]
    assert "managedServers" in third["created"] and "credentials" in third["kept"]


def test_the_unfinished_session_of_an_earlier_run_is_waited_for(target: Server, bundle: str, swift_clock: Any) -> None:
    target.clock.change({"mode": "polls", "polls": 20})
    drive("import", target, src=bundle, secrets=CHAIN_SECRETS, kinds=["credentials"], wait=False)
    told: list[str] = []

    result = drive("import", target, told=told, src=bundle, secrets=CHAIN_SECRETS, kinds=["credentials"])

    assert told[0].startswith("waiting for the unfinished session")
    assert (result["changed"], actions(result)) == (False, {"service-account": "keep"})
    assert swift_clock.slept


def test_without_waiting_the_session_is_only_started(target: Server, bundle: str) -> None:
    target.clock.change({"mode": "polls", "polls": 1000})
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS, kinds=["credentials"], wait=False)
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is True
    assert [(session["kind"], session["result"]) for session in result["sessions"]] == [("credentials", "None")]
    assert target.journal.counts["POST /api/v1/automation/credentials/export"] == 1
    found = drive("session", target, session_id=result["sessions"][0]["id"])
    assert found["finished"] is False


def test_without_waiting_a_refusal_is_a_failure_all_the_same(target: Server, bundle: str) -> None:
    target.faults.add(do="status", status=400, path="/import$")
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS, kinds=["credentials"], wait=False)
    assert result["failed"] and list(result["failed_objects"]["credentials"]) == ["service-account"]


def test_a_log_that_cannot_be_read_does_not_spoil_the_import(target: Server, bundle: str) -> None:
    target.faults.add(do="status", status=500, path="/logs$", times=0)
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert not result.get("failed"), result["msg"]
    assert all("the log could not be read" in session["log"][0]["title"] for session in result["sessions"])


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["report", "journal"])
def test_a_file_that_cannot_be_written_is_found_out_before_anything_is_sent(
    target: Server, bundle: str, tmp_path: Path, option: str
) -> None:
    (tmp_path / "letter").write_text("a file, no directory")
    wrong = str(tmp_path / "letter" / "file.json")
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS, **{option: wrong})
    assert result["failed"] and wrong in result["msg"]
    assert writes(target) == []


@pytest.mark.parametrize("option", ["report", "journal"])
def test_the_directory_of_a_file_is_made(target: Server, bundle: str, tmp_path: Path, option: str) -> None:
    file = tmp_path / "new" / "deep" / "file.json"
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS, **{option: str(file)})
    assert not result.get("failed"), result["msg"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def losing(server: Server, path: str, directory: Path) -> None:
    """The directory is gone as soon as a request to this path was answered."""

    def hear(exchange: Any) -> None:
        if exchange.path.endswith(path):
            shutil.rmtree(directory, ignore_errors=True)

    server.app.observers.append(hear)


def test_jobs_are_not_sent_when_the_journal_cannot_be_kept(target: Server, bundle: str, tmp_path: Path) -> None:
    losing(target, "/logs", tmp_path / "place")
    journal = tmp_path / "place" / "journal.json"
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS, journal=str(journal))
    assert result["failed"] and str(journal.parent) in result["failed_objects"]["jobs"]["Nightly"]
    assert list(result["created"]) == KINDS_OF_CHAIN[:-1]
    assert rows(target, "jobs") == []


def test_a_report_that_is_lost_in_the_end_does_not_hide_the_result(target: Server, bundle: str, tmp_path: Path) -> None:
    losing(target, "/disable", tmp_path / "place")
    report = tmp_path / "place" / "report.json"
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS, report=str(report))
    assert not result.get("failed"), result["msg"]
    assert "The report could not be written" in result["warnings"][0]
    assert list(result["created"]) == KINDS_OF_CHAIN
