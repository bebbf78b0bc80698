# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions that do not say what a conclusion needs: nothing is green that they may turn red, or left out unsaid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Server, simulated
from support.tasks import drive
from support.vbaz import MACHINES, POLICIES, ago, seeded, session

ASKED: dict[str, Any] = {"resource": "summary", "session_types": ["PolicyBackup"], "name": MACHINES, "max_age": "26h"}
GOOD = {
    "id": "good",
    "type": "PolicyBackup",
    "status": "Success",
    "backupJobInfo": {"policyId": POLICIES[MACHINES], "policyName": MACHINES},
}
# What is wrong with a session that ended badly, and that it did.
WITHOUT_START = {"executionStartTime": None}
WITHOUT_POLICY = {"backupJobInfo": None}
OF_UNKNOWN_TYPE = {"type": "Unknown"}
OF_NEW_TYPE = {"type": "DiskPolicyBackup"}


@pytest.fixture(name="server")
def simulated_appliance() -> Iterator[Server]:
    with simulated("vbaz") as server:
        yield server


def at(hours: float) -> str:
    return ago(hours).strftime("%Y-%m-%dT%H:%M:%SZ")


def with_rows(server: Server, *rows: dict[str, Any]) -> None:
    """The appliance lists these sessions, whatever it is asked for."""
    page = {"offset": 0, "limit": 500, "totalCount": len(rows), "results": list(rows)}
    server.faults.add(do="status", status=200, body=page, path="/jobSessions$", times=0)


def bad(hours: float, **strange: Any) -> dict[str, Any]:
    return {**GOOD, "id": "bad", "status": "Error", "executionStartTime": at(hours), **strange}


STRANGE = pytest.mark.parametrize(
    "strange",
    [WITHOUT_START, {"executionStartTime": "soon"}, WITHOUT_POLICY, OF_UNKNOWN_TYPE, OF_NEW_TYPE],
    ids=["null start", "unreadable start", "no policy", "unknown type", "new type"],
)


@STRANGE
def test_a_bad_session_that_may_be_the_last_one_is_not_passed_over(server: Server, strange: dict[str, Any]) -> None:
    with_rows(server, bad(1, **strange), {**GOOD, "executionStartTime": at(2)})
    result = drive("vbaz_info", server, **ASKED)
    assert result["failed"]
    assert "may not be the last one: session bad" in result["msg"] and "ended with Error" in result["msg"]
    assert result["expectations"][0]["met"] is False


@STRANGE
@pytest.mark.parametrize("status", ["Success", "Running"])
def test_a_good_one_or_one_at_work_turns_nothing(server: Server, strange: dict[str, Any], status: str) -> None:
    with_rows(server, {**bad(1, **strange), "status": status}, {**GOOD, "executionStartTime": at(2)})
    assert not drive("vbaz_info", server, **ASKED).get("failed")


@pytest.mark.parametrize("strange", [WITHOUT_POLICY, OF_UNKNOWN_TYPE])
def test_an_earlier_one_turns_nothing(server: Server, strange: dict[str, Any]) -> None:
    with_rows(server, {**GOOD, "executionStartTime": at(1)}, bad(2, **strange))
    assert not drive("vbaz_info", server, **ASKED).get("failed")


def test_the_worse_of_two_of_one_start_counts(server: Server) -> None:
    for rows in ([bad(1), {**GOOD, "executionStartTime": at(1)}], [{**GOOD, "executionStartTime": at(1)}, bad(1)]):
        for row in rows:
            row["executionStartTime"] = "2026-11-28T01:00:00Z"
        server.faults.clear()
        with_rows(server, *rows)
        result = drive("vbaz_info", server, **{**ASKED, "max_age": "400000h"})
        assert result["failed"] and "ended with Error" in result["msg"]


def test_a_session_of_the_future_is_not_as_expected(server: Server) -> None:
    with_rows(server, {**GOOD, "executionStartTime": at(-24 * 365)}, bad(1))
    result = drive("vbaz_info", server, **ASKED)
    assert result["failed"] and "ahead of the clock of the appliance" in result["msg"]


def test_a_clock_that_was_corrected_a_little_does_no_harm(server: Server) -> None:
    with_rows(server, {**GOOD, "executionStartTime": at(-4 / 60)})
    assert not drive("vbaz_info", server, **ASKED).get("failed")


@pytest.mark.parametrize(("days", "failed"), [(2, True), (-2, False)])
def test_the_age_is_by_the_clock_of_the_appliance(server: Server, days: int, failed: bool) -> None:
    """Its clock is two days ahead of the one where the task runs, or two days behind."""
    server.clock.ahead = days * 86_400.0
    with_rows(server, {**GOOD, "executionStartTime": at(1 if failed else 49)})
    result = drive("vbaz_info", server, **ASKED)
    assert result.get("failed", False) is failed, result.get("msg")
    assert abs(result["expectations"][0]["age_seconds"] - (49 if failed else 1) * 3600) < 60


def test_what_is_left_out_of_a_file_is_said(server: Server, tmp_path: Path) -> None:
    with_rows(server, bad(1, **WITHOUT_START), {**GOOD, "executionStartTime": at(2)})
    options = {"dest": str(tmp_path / "sessions.json"), "format": "json"}
    result = drive("vbaz_session_export", server, **options, **{"from": "2020-01-01"})
    assert result["count"] == 1
    assert [warning for warning in result["warnings"] if "left out" in warning and warning.endswith(": bad.")]
    whole = drive("vbaz_session_export", server, **options)
    assert whole["count"] == 2 and not whole["warnings"]
    assert [row["id"] for row in json.loads((tmp_path / "sessions.json").read_text())["results"]] == ["bad", "good"]


def test_an_appliance_is_asked_for_types_that_may_be_backups_too(server: Server) -> None:
    """The list is filtered by types there, so a type that may be one of those has to be among them."""
    seeded(server, session(2, kind="SnapshotBackup", status="Error", hours=1), session(1, hours=2))
    result = drive("vbaz_info", server, **ASKED)
    assert result["failed"] and "of type SnapshotBackup" in result["msg"]
