# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter drift: how severe it is what differs, and what of it stops a run."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.filter.drift import FilterModule
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.drift import SEVERITIES, drift
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.verification import verification

ENCRYPTION = "storage.advancedSettings.storageData.encryption.isEnabled"
GFS = "storage.gfsPolicy.weekly"


def found(field: str, before: Any, after: Any, kind: str = "jobs") -> dict[str, Any]:
    """A verification of one object that differs in one field: the target has `before`, and should have `after`."""
    change = {"field": field, "before": before, "after": after}
    return {"missing": [], "drift": [{"kind": kind, "key": "Nightly", "reason": "", "diff": [change]}]}


def missing(kind: str, reason: str = "") -> dict[str, Any]:
    return {"missing": [{"kind": kind, "key": "one", "reason": reason}], "drift": []}


@pytest.mark.parametrize(
    ("severity", "field", "before", "after"),
    [
        ("critical", ENCRYPTION, False, True),
        ("critical", ENCRYPTION, None, True),
        ("warning", ENCRYPTION, True, False),
        ("critical", "storage.retentionPolicy.quantity", 7, 14),
        ("critical", "storage.retentionPolicy.quantity", None, 14),
        ("critical", "storage.retentionPolicy.quantity", "14", 14),
        ("warning", "storage.retentionPolicy.quantity", 30, 14),
        ("critical", "storage.retentionPolicy.type", "RestorePoints", "Days"),
        ("critical", "storage.gfsPolicy.isEnabled", False, True),
        ("warning", "storage.gfsPolicy.isEnabled", True, False),
        ("critical", f"{GFS}.isEnabled", False, True),
        ("critical", f"{GFS}.keepForNumberOfWeeks", 1, 4),
        ("warning", f"{GFS}.keepForNumberOfWeeks", 4, 1),
        ("critical", "storage.backupRepository.name", "Other", "Store"),
        ("critical", "storage.backupRepository.uniqueId", "a", "b"),
        ("info", "description", "a", "b"),
        ("info", "storage.advancedSettings.notifications.vmAttribute.notes", "a", "b"),
        ("warning", "storage.advancedSettings.storageData.compressionLevel", "None", "Optimal"),
        ("warning", "schedule.daily.localTime", "22:00", "23:00"),
        ("warning", "virtualMachines.includes", [], [{"name": "one"}]),
    ],
)
def test_how_severe_a_field_is(severity: str, field: str, before: Any, after: Any) -> None:
    (row,) = drift(found(field, before, after))["rows"]
    assert (row["severity"], row["field"], row["before"], row["after"]) == (severity, field, before, after)
    assert row["why"]


@pytest.mark.parametrize(
    ("severity", "field", "before", "after"),
    [
        ("critical", "bucket.immutability.isEnabled", False, True),
        ("critical", "bucket.immutability.daysCount", 7, 30),
        ("warning", "bucket.immutability.daysCount", 30, 7),
        ("warning", "backupRepository.name", "a", "b"),
        ("warning", "repository.path", "/a", "/b"),
    ],
)
def test_how_severe_a_field_of_a_repository_is(severity: str, field: str, before: Any, after: Any) -> None:
    assert drift(found(field, before, after, "repositories"))["rows"][0]["severity"] == severity


def test_a_missing_job_is_worse_than_what_it_would_need() -> None:
    assert drift(missing("jobs"))["rows"][0]["severity"] == "critical"
    assert drift(missing("credentials"))["rows"][0]["severity"] == "warning"
    assert drift(missing("jobs", "needs it"))["rows"][0]["why"] == "this job is missing: needs it"


@pytest.mark.parametrize(("fail_on", "stops"), [("never", 0), ("critical", 1), ("warning", 2), ("info", 3)])
def test_what_stops_a_run(fail_on: str, stops: int) -> None:
    three = [found("description", "a", "b"), found(ENCRYPTION, False, True), found("schedule.retry", 1, 2)]
    made = drift({"missing": [], "drift": [row for one in three for row in one["drift"]]}, fail_on)
    assert made["stops"] == stops and made["counts"] == dict.fromkeys(SEVERITIES, 1)
    assert [row["severity"] for row in made["rows"]] == list(SEVERITIES)
    assert len(made["said"].splitlines()) == stops
    if stops:
        assert "jobs 'Nightly': critical: encryption is off" in made["said"]
        assert f"({ENCRYPTION}: False instead of True)" in made["said"]


def test_nothing_that_differs_stops_nothing() -> None:
    made = drift({"missing": [], "drift": []}, "info")
    assert (made["rows"], made["stops"], made["said"]) == ([], 0, "")


def test_a_severity_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="critical, warning, info, never"):
        drift(missing("jobs"), "grave")


def test_ansible_finds_it() -> None:
    verified = verification({"plan": []})
    ((name, found),) = FilterModule().filters().items()
    assert (name, found(verified, "critical")) == ("drift", drift(verified, "critical"))


def test_what_code_says_is_graded_like_a_bundle() -> None:
    shorter = {
        "before": {"storage.retentionPolicy.quantity": 1, "id": "1"},
        "after": {"storage.retentionPolicy.quantity": 7},
    }
    moved = {
        "before": {"storage.backupRepositoryId": "1"},
        "after": {"storage.backupRepositoryId": "2", "calls": ["enable"]},
    }
    items = [
        {"kind": "jobs", "key": "new", "action": "create", "failed": False, "diff": []},
        {"kind": "jobs", "key": "short", "action": "update", "failed": False, "diff": [shorter]},
        {"kind": "jobs", "key": "moved", "action": "update", "failed": False, "diff": [moved]},
        {"kind": "jobs", "key": "same", "action": "none", "failed": False, "diff": []},
    ]
    extra = [{"kind": "proxies", "key": "p", "purged": False}]
    found = verification({"resources": items, "extra": extra})
    assert (found["ok"], found["compared"]) == (False, 4)
    assert [(row["key"], row["severity"], row["why"]) for row in drift(found)["rows"]] == [
        ("new", "critical", "this job is missing"),
        ("short", "critical", "retention is shorter"),
        ("moved", "critical", "it writes to another repository"),
        ("p", "warning", "it is on the server and not in the code"),
    ]
    assert verification({"resources": items[3:], "extra": []})["ok"] is True


def test_where_jobs_stand_is_graded() -> None:
    jobs = [
        {"name": "both", "wrong": ["it is enabled on both servers"]},
        {"name": "off", "wrong": ["it is disabled on the target"]},
        {"name": "well", "wrong": []},
    ]
    found = verification({"plan": []}, {"jobs": jobs})
    assert [(row["key"], row["severity"]) for row in drift(found)["rows"]] == [("both", "critical"), ("off", "warning")]
    assert found["ok"] is False and drift(found, "critical")["stops"] == 1


def test_what_no_server_runs_is_critical_and_what_was_not_ended_is_drift() -> None:
    jobs = [
        {"name": "rests", "wrong": [], "phase": "at rest", "off": True},
        {"name": "was off", "wrong": [], "phase": "at rest", "off": False},
        {"name": "staged", "wrong": [], "phase": "staged", "off": True},
        {"name": "handed", "wrong": ["it is disabled on the target"], "phase": "cut over", "off": True},
        {"name": "well", "wrong": [], "phase": "cut over", "off": False},
    ]
    found = verification({"plan": []}, {"jobs": jobs})
    graded = {row["key"]: (row["severity"], row["why"]) for row in drift(found)["rows"]}
    assert graded == {
        "rests": ("critical", "it is off on both servers, though the source ran it (at rest)"),
        "was off": ("warning", "a cutover or a rollback of it was not ended (at rest)"),
        "staged": ("critical", "it is off on both servers, though the source ran it (staged)"),
        "handed": (
            "critical",
            "it is disabled on the target; it is off on both servers, though the source ran it (cut over)",
        ),
    }
    assert found["ok"] is False
