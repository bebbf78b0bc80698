# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of a vCenter as results show them: states, progress, parts, and which of them is the last success."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._core.times import moment_of
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa.jobs import (
    check_parts,
    job_row,
    last_success,
    part_row,
    percent_done,
    required_parts,
    selected_parts,
    state_of,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa.locations import location_given

# -- times and states --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2023-12-09T07:45:57.000Z",
        "2023-12-09T07:45:57Z",
        "2023-12-09T08:45:57.1234567+01:00",
        "2023-12-09T07:45:57",
        " 2023-12-09T07:45:57.5Z",
    ],
)
def test_moments_are_read_in_every_format(text: str) -> None:
    moment = moment_of(text)
    assert moment is not None and int(moment.timestamp()) == 1702107957


@pytest.mark.parametrize("text", ["", "yesterday", None, 1702107957, "2023-13-09T07:45:57Z"])
def test_a_text_that_is_no_moment_is_none(text: Any) -> None:
    assert moment_of(text) is None


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("NONE", "pending"),
        ("PENDING", "pending"),
        ("INPROGRESS", "running"),
        ("RUNNING", "running"),
        ("BLOCKED", "blocked"),
        ("SUCCEEDED", "succeeded"),
        ("FAILED", "failed"),
        ("CANCELLED", "failed"),
        ("Canceled", "failed"),
        ("RESTING", "unknown"),
        (None, "unknown"),
    ],
)
def test_states_of_both_enums_are_one(word: Any, state: str) -> None:
    assert state_of(word) == state


# -- parts and jobs ----------------------------------------------------------------------------------------------------

PARTS: list[Any] = [
    {"id": "common", "name": {"default_message": "Inventory"}, "selected_by_default": True, "optional": False},
    {"id": "seat", "name": "Stats", "selected_by_default": False, "optional": True},
]


def test_parts_are_checked_and_shown() -> None:
    check_parts(["seat", "common"], PARTS)
    check_parts(None, PARTS)
    assert (selected_parts(PARTS), required_parts(PARTS)) == (["common"], {"common"})
    assert [part_row(part, 5)["name"] for part in PARTS] == ["Inventory", "Stats"]
    with pytest.raises(InvalidInput, match=r"no part stats.*common, seat"):
        check_parts(["seat", "stats"], PARTS)


@pytest.mark.parametrize(
    ("details", "whole"),
    [
        ({"status": "RUNNING", "progress": {"total": 200, "completed": 50}}, 25),
        ({"status": "SUCCEEDED", "progress": {"total": 0, "completed": 0}}, 100),
        ({"status": "PENDING"}, 0),
        ({"status": "FAILED", "progress": None}, 100),
    ],
)
def test_progress_is_in_percent(details: dict[str, Any], whole: int) -> None:
    assert percent_done(details) == whole


def success(job_id: str, start: str | None, status: str = "SUCCEEDED") -> dict[str, Any]:
    return job_row(job_id, details={"status": status, "start_time": start, "location": "sftp://host/dir"})


def test_the_last_success_is_the_newest_that_succeeded() -> None:
    now = moment_of("2023-12-09T12:00:00Z")
    assert now is not None
    rows = [
        success("1", "2023-12-09T09:00:00Z"),
        success("2", "2023-12-09T11:00:00Z", "FAILED"),
        success("3", "2023-12-09T10:00:00Z"),
        success("4", None),
        success("5", "2023-12-09T12:30:00Z"),
    ]
    found = last_success(rows, now)
    assert found and (found.row["id"], found.age) == ("3", 7200.0)
    assert last_success(rows, now, location_given("sftp://other/dir")) is None
    assert last_success([], now) is None


def test_a_backup_that_began_a_little_later_than_now_is_young() -> None:
    now = moment_of("2023-12-09T12:00:00Z")
    assert now is not None
    found = last_success([success("1", "2023-12-09T12:00:02Z")], now)
    assert found and found.age == 0.0
