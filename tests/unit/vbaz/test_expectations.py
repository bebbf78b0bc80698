# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary of sessions, and what a task expects of the last ones."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz import times
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz.expectations import (
    BACKUPS,
    GOOD,
    Expectation,
    Unmet,
    expectation_of,
    require_met,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz.summary import Tally

NOW = times.begin("from", "2026-09-30T12:00:00Z")
DAILY = {"p1": "Daily"}


def row(session_id: str, started: str, kind: str = "PolicyBackup", status: str = "Success", policy: str = "p1") -> Any:
    info = {"policyId": policy, "policyName": {"p1": "Daily", "p2": "Weekly"}.get(policy)}
    return {
        "id": session_id,
        "type": kind,
        "status": status,
        "executionStartTime": started,
        "backupJobInfo": info if policy else None,
    }


def tally(*rows: Any) -> Tally:
    made = Tally()
    for each in rows:
        made.add(each)
    return made


def judged(*rows: Any, policies: dict[str, str] | None = None, **other: Any) -> list[dict[str, Any]]:
    expectation = Expectation(**{"statuses": GOOD, "max_age": 26 * 3600, "types": BACKUPS, **other})
    return expectation.judge(tally(*rows), policies or DAILY, NOW)


def problems(*rows: Any, **other: Any) -> list[str]:
    return [each["problem"] for each in judged(*rows, **other)]


# -- counting ----------------------------------------------------------------------------------------------------------


def test_sessions_are_counted_and_the_last_ones_are_kept() -> None:
    summary = tally(
        row("3", "2026-09-30T01:00:00.5Z", status="Running"),
        row("2", "2026-09-29T01:00:00Z", status="Error"),
        row("1", "2026-09-28T01:00:00Z"),
        row("0", "2026-09-28T00:00:00Z", kind="RepositoryEdit", policy=""),
        {"status": "Pending"},
    ).as_dict()
    assert summary == {
        "count": 5,
        "by_status": {"Error": 1, "Pending": 1, "Running": 1, "Success": 2},
        "by_type": {"None": 1, "PolicyBackup": 3, "RepositoryEdit": 1},
        "first": "2026-09-28T00:00:00Z",
        "last": "2026-09-30T01:00:00Z",
        "policies": [
            {
                "policy_id": "p1",
                "policy": "Daily",
                "type": "PolicyBackup",
                "session_id": "2",
                "status": "Error",
                "started": "2026-09-29T01:00:00Z",
                "stopped": "",
                "running": True,
            }
        ],
    }


@pytest.mark.parametrize("order", [1, -1])
def test_the_last_session_does_not_depend_on_the_order_of_the_list(order: int) -> None:
    rows = [row("1", "2026-09-28T01:00:00Z"), row("2", "2026-09-29T01:00:00.7Z"), row("3", "2026-09-29T01:00:00.71Z")]
    assert [last.session_id for last in tally(*rows[::order]).last_sessions()] == ["3"]


def test_the_summary_of_no_sessions_is_empty() -> None:
    summary = tally().as_dict()
    assert (summary["count"], summary["first"], summary["last"], summary["policies"]) == (0, "", "", [])


# -- expecting ---------------------------------------------------------------------------------------------------------


def test_a_recent_good_backup_is_as_expected() -> None:
    (found,) = judged(row("1", "2026-09-30T00:00:00Z"))
    assert (found["met"], found["problem"], found["age_seconds"]) == (True, "", 12 * 3600)


def test_a_bad_backup_after_a_good_one_is_not_as_expected() -> None:
    rows = row("2", "2026-09-30T00:00:00Z", status="Error"), row("1", "2026-09-29T23:00:00Z")
    assert problems(*rows) == ["policy 'Daily': its last PolicyBackup (session 2, begun 12h ago) ended with Error"]


def test_an_old_backup_is_not_as_expected() -> None:
    assert problems(row("1", "2026-09-29T09:59:59Z")) == [
        "policy 'Daily': its last PolicyBackup (session 1, begun 1d 2h ago) is older than 1d 2h"
    ]
    assert problems(row("1", "2026-09-29T10:00:00Z")) == [""]


def test_a_session_that_is_still_running_does_not_count() -> None:
    rows = row("2", "2026-09-30T11:00:00Z", status="RunningWithError"), row("1", "2026-09-30T00:00:00Z")
    (found,) = judged(*rows)
    assert (found["met"], found["session_id"], found["running"]) == (True, "1", True)


def test_a_policy_that_was_never_backed_up_is_not_as_expected() -> None:
    found = judged(
        row("1", "2026-09-30T00:00:00Z"),
        row("2", "2026-09-30T00:00:00Z", kind="HealthCheck", policy="p2"),
        policies={"p1": "Daily", "p2": "Weekly"},
    )
    assert [(each["policy"], each["met"]) for each in found] == [("Daily", True), ("Weekly", False)]
    assert found[1]["problem"] == "policy 'Weekly': no PolicySnapshot or PolicyBackup of it has ended"


def test_a_snapshot_does_not_hide_a_failed_backup() -> None:
    rows = row("2", "2026-09-30T11:00:00Z", kind="PolicySnapshot"), row("1", "2026-09-30T01:00:00Z", status="Error")
    assert [bool(problem) for problem in problems(*rows)] == [True, False]
    assert problems(*rows, types=("PolicySnapshot",)) == [""]


def test_a_session_that_may_or_may_not_be_a_backup_does_not_count() -> None:
    assert "no PolicySnapshot" in problems(row("1", "2026-09-30T11:00:00Z", kind="SnapshotBackup"))[0]


def test_only_the_given_policies_are_judged() -> None:
    assert len(judged(row("1", "2026-09-30T11:00:00Z"), row("2", "2020-01-01T00:00:00Z", policy="p2"))) == 1


def test_any_status_or_any_age_is_good_if_none_is_given() -> None:
    assert problems(row("1", "2026-09-30T11:00:00Z", status="Canceled"), statuses=()) == [""]
    assert problems(row("1", "2020-09-30T11:00:00Z"), max_age=None) == [""]


def test_a_session_of_the_future_has_the_age_zero() -> None:
    (found,) = judged(row("1", "2026-09-30T12:05:00Z"))
    assert (found["age_seconds"], found["met"]) == (0, True)


def test_all_problems_are_in_one_message() -> None:
    rows = judged(row("1", "2020-01-01T00:00:00Z", status="Error"), policies={"p1": "Daily", "p2": "Weekly"})
    with pytest.raises(Unmet) as caught:
        require_met(rows, summary={"count": 1})
    assert caught.value.message.startswith("2 of 2 are not as expected: policy 'Daily': ")
    assert "ended with Error and is older than 1d 2h; policy 'Weekly'" in caught.value.message
    assert caught.value.as_result()["expectations"] == rows
    assert caught.value.as_result()["summary"] == {"count": 1}


OPTIONS: dict[str, Any] = dict.fromkeys(("expect", "max_age", "session_ids", "status", "to", "session_types"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, None),
        ({"max_age": "1h"}, Expectation(GOOD, 3600, BACKUPS)),
        ({"expect": ["Success"]}, Expectation(("Success",), None, BACKUPS)),
        ({"expect": [], "max_age": "1h"}, Expectation((), 3600, BACKUPS)),
        ({"expect": ["Success"], "session_types": ["Retention"]}, Expectation(("Success",), None, ("Retention",))),
    ],
)
def test_the_expectation_is_read_from_the_options(options: dict[str, Any], expected: Expectation | None) -> None:
    assert expectation_of({**OPTIONS, **options}) == expected


@pytest.mark.parametrize("option", [{"status": ["Success"]}, {"session_ids": ["1"]}, {"to": "2026-01-01"}])
def test_filters_that_could_hide_the_last_session_are_refused(option: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="could hide the very session"):
        expectation_of({**OPTIONS, "max_age": "1h", **option})
