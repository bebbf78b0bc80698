# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions of an import: waiting, deadlines, progress, logs; and the files that report on it."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Server
from support.estates import CHAIN_SECRETS, actions, bundle_of, chain_of_four, rows, writes
from support.imports import CHAINS_SECRETS, half_done
from support.tasks import drive

KINDS_OF_CHAIN = ["credentials", "managedServers", "repositories", "jobs"]


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    return bundle_of(tmp_path / "bundle", chain_of_four())


# -- sessions ----------------------------------------------------------------------------------------------------------


def test_sessions_are_reported_with_the_records_that_did_not_simply_succeed(target: Server, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    result = half_done(target, tmp_path, report=str(report))

    assert [session["kind"] for session in result["sessions"]] == KINDS_OF_CHAIN[1:]
    assert [len(session["log"]) for session in result["sessions"]] == [1, 0, 0]
    failed = result["sessions"][0]["log"][0]
    assert failed["status"] == "Failed" and "one.tech.local" in failed["title"]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    written = json.loads(report.read_text())
    assert [len(session["log"]) for session in written["sessions"]] == [2, 1, 1]
    assert written["failed_objects"] == result["failed_objects"]
    assert written["plan"] == result["plan"] and written["msg"] == result["msg"]
    assert CHAINS_SECRETS["credentials"]["two"]["password"] not in report.read_text()


def test_check_mode_writes_no_report(target: Server, bundle: str, tmp_path: Path) -> None:
    drive("import", target, check=True, src=bundle, secrets=CHAIN_SECRETS, report=str(tmp_path / "report.json"))
    assert not (tmp_path / "report.json").exists()


def test_a_run_with_nothing_to_do_writes_no_report(target: Server, bundle: str, tmp_path: Path) -> None:
    drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    drive("import", target, src=bundle, report=str(tmp_path / "report.json"))
    assert not (tmp_path / "report.json").exists()


def test_progress_is_shown_while_sessions_work(target: Server, bundle: str, swift_clock: Any) -> None:
    target.clock.change({"mode": "polls", "polls": 3})
    lines: list[str] = []
    drive("import", target, progress=lines, src=bundle, secrets=CHAIN_SECRETS)
    assert "credentials: importing 1" in lines
    assert any(line.startswith("credentials: session ") for line in lines)
    assert "jobs: 1 of 1 created" in lines and "jobs: disabling 1" in lines
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
    lines: list[str] = []
    second = drive("import", target, progress=lines, **options)
    assert second["failed"] and "is still Working after 60 seconds" in second["msg"]
    assert any("unfinished session" in line for line in lines)
    assert writes(target) == sent, "it wrote nothing before the old session had ended"

    drive("session", target, action="stop")
    third = drive("import", target, **options)
    assert not third.get("failed"), third["msg"]
    assert "managedServers" in third["created"] and "credentials" in third["kept"]


def test_the_unfinished_session_of_an_earlier_run_is_waited_for(target: Server, bundle: str, swift_clock: Any) -> None:
    target.clock.change({"mode": "polls", "polls": 20})
    drive("import", target, src=bundle, secrets=CHAIN_SECRETS, kinds=["credentials"], wait=False)
    lines: list[str] = []

    result = drive("import", target, progress=lines, src=bundle, secrets=CHAIN_SECRETS, kinds=["credentials"])

    assert lines[0].startswith("waiting for the unfinished session")
    assert (result["changed"], actions(result)) == (False, {"service-account": "keep"})
    assert swift_clock.slept


def test_without_waiting_the_session_is_only_started(target: Server, bundle: str) -> None:
    target.clock.change({"mode": "polls", "polls": 1000})
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS, kinds=["credentials"], wait=False)
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is True
    assert [(session["kind"], session["result"]) for session in result["sessions"]] == [("credentials", "None")]
    # Nobody has seen it yet.
    assert (result["created"], result["failed_objects"]) == ({}, {})
    assert result["sessions"][0]["accepted"] == ["service-account"]
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


def test_nothing_more_is_sent_when_the_journal_cannot_be_kept(target: Server, bundle: str, tmp_path: Path) -> None:
    losing(target, "/logs", tmp_path / "place")
    journal = tmp_path / "place" / "journal.json"
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS, journal=str(journal))
    assert result["failed"] and str(journal.parent) in result["failed_objects"]["jobs"]["Nightly"]
    assert list(result["created"]) == KINDS_OF_CHAIN[:1]
    assert rows(target, "jobs") == []


def test_a_report_that_is_lost_in_the_end_does_not_hide_the_result(target: Server, bundle: str, tmp_path: Path) -> None:
    losing(target, "/disable", tmp_path / "place")
    report = tmp_path / "place" / "report.json"
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS, report=str(report))
    assert not result.get("failed"), result["msg"]
    assert "The report could not be written" in result["warnings"][0]
    assert list(result["created"]) == KINDS_OF_CHAIN
