# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of sessions: dates as users write them, queries and bodies, types that nobody guesses, rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz import times
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz.filters import Filters, filters_of
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz.session_types import (
    EXPORT_TYPES,
    MEANINGS,
    WORKLOADS,
    belongs_to,
)

NOTHING: dict[str, Any] = dict.fromkeys(
    ("session_ids", "policy_id", "name", "status", "session_types", "workload_types", "from", "to")
)
POLICY = "4e096ba7-8125-4d5d-804b-581f4e6c8440"


def filters_from(**options: Any) -> Filters:
    return filters_of({**NOTHING, **options})


# -- dates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-09-01", "2026-09-01T00:00:00Z", "2026-09-02T00:00:00Z"),
        (" 2026-02-28 ", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("2026-09-01T22:00:00Z", "2026-09-01T22:00:00Z", "2026-09-01T22:00:00Z"),
        ("2026-09-01T22:00z", "2026-09-01T22:00:00Z", "2026-09-01T22:00:00Z"),
        ("2026-09-01T22:00:00+02:00", "2026-09-01T20:00:00Z", "2026-09-01T20:00:00Z"),
        ("2026-09-01T22:00:00-0530", "2026-09-02T03:30:00Z", "2026-09-02T03:30:00Z"),
        # What YAML makes of a moment without quotes.
        ("2026-09-01 22:00:00+00:00", "2026-09-01T22:00:00Z", "2026-09-01T22:00:00Z"),
        ("2026-09-01T22:00:00.1234567Z", "2026-09-01T22:00:00Z", "2026-09-01T22:00:00Z"),
    ],
)
def test_a_date_is_a_whole_day_and_a_moment_is_a_moment(text: str, first: str, last: str) -> None:
    assert times.formatted(times.begin("from", text)) == first
    assert times.formatted(times.end("to", text)) == last


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "",
        "2026",
        "2026-13-01",
        "2026-02-30",
        "01.09.2026",
        "2026-09-01T25:00:00Z",
        "20260901",
        "1756684800",
    ],
)
def test_a_text_that_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"from is no date: .*Write it as 2026-09-01"):
        times.begin("from", text)


@pytest.mark.parametrize("text", ["2026-09-01T22:00:00", "2026-09-01 22:00"])
def test_a_moment_without_a_time_zone_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="to has no time zone"):
        times.end("to", text)


@pytest.mark.parametrize("text", [None, 5, "", "soon", "2026-13-01T00:00:00Z"])
def test_a_session_with_a_bad_start_time_has_none(text: Any) -> None:
    assert times.started({"executionStartTime": text}) is None


# -- refused -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"from": "2026-09-02", "to": "2026-09-01"}, "from .* is not before to"),
        ({"from": "2026-09-01T10:00:00Z", "to": "2026-09-01T10:00:00Z"}, "from .* is not before to"),
        ({"session_ids": []}, "session_ids is empty"),
        ({"session_ids": ["1"], "status": ["Error"]}, "session_ids cannot be combined"),
        ({"session_ids": ["1"], "from": "2026-09-01"}, "session_ids cannot be combined"),
        ({"policy_id": "Backup Policy"}, "policy_id is no id.*Use name"),
    ],
)
def test_filters_that_contradict_each_other_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        filters_from(**options)


def test_from_and_to_may_be_the_same_day() -> None:
    filters = filters_from(**{"from": "2026-09-01", "to": "2026-09-01"})
    assert filters.begin and filters.end and filters.end - filters.begin == timedelta(days=1)


# -- body and query ----------------------------------------------------------------------------------------------------


def test_empty_filters_send_nothing() -> None:
    for empty in ({}, {"status": [], "session_types": [], "workload_types": [], "policy_id": ""}):
        assert filters_from(**empty).body() is None
        assert filters_from(**empty).query("v8.1") == {}


def test_filters_are_written_for_the_export_and_for_the_list() -> None:
    filters = filters_from(
        policy_id=POLICY.upper(),
        status=["Success", "Error"],
        session_types=["PolicyBackup"],
        workload_types=["SQL"],
        **{"from": "2026-09-01", "to": "2026-09-30"},
    )
    common = {"fromUtc": "2026-09-01T00:00:00Z", "toUtc": "2026-10-01T00:00:00Z", "policyId": POLICY}
    statuses = ["Error", "Success"]
    assert filters.body() == {
        **common,
        "status": statuses,
        "sessionTypes": ["PolicyBackup"],
        "workloadTypes": ["SQL"],
    }
    listed = {name[0].upper() + name[1:]: value for name, value in common.items()}
    # Types that may be of these are requested too, so that no session is overlooked.
    assert filters.query("v8.1") == {**listed, "Status": statuses, "Types": ["SqlPolicyBackup", "Unknown"]}
    # Older versions know fewer types, and no source says which.
    assert filters.query("v8") == {**listed, "Status": statuses}


def test_the_list_is_not_filtered_by_the_type_it_refuses() -> None:
    assert "Types" not in filters_from(session_types=["Retention"]).query("v8.1")


# -- types -------------------------------------------------------------------------------------------------------------


def test_every_type_has_known_meanings() -> None:
    assert len(MEANINGS) == 63
    for meaning in MEANINGS.values():
        assert set(meaning.types) <= {*EXPORT_TYPES, ""} and set(meaning.workloads) <= {*WORKLOADS, ""}


@pytest.mark.parametrize(
    ("name", "types", "workloads", "expected"),
    [
        ("PolicyBackup", (), (), True),
        ("PolicyBackup", ("PolicyBackup",), (), True),
        ("SqlPolicyBackup", ("PolicyBackup",), (), True),
        ("SqlPolicyBackup", ("PolicyBackup",), ("SQL",), True),
        ("SqlPolicyBackup", ("PolicyBackup",), ("VirtualMachine",), False),
        ("SqlPolicyBackup", ("PolicySnapshot",), ("SQL",), False),
        # Either a deletion or a matter of the configuration: clear if the filter has both, or neither.
        ("ConfigurationBackupDeletion", ("Deletion",), (), None),
        ("ConfigurationBackupDeletion", ("ConfigurationBackup",), (), None),
        ("ConfigurationBackupDeletion", ("Deletion", "ConfigurationBackup"), (), True),
        ("ConfigurationBackupDeletion", ("Restore",), (), False),
        ("HealthCheck", ("HealthCheck",), (), True),
        ("HealthCheck", (), ("SQL",), None),
        ("HealthCheck", ("PolicyBackup",), ("SQL",), False),
        ("AutoBackup", (), (), True),
        ("AutoBackup", ("PolicyBackup",), (), None),
        ("Unknown", (), WORKLOADS, None),
    ],
)
def test_a_type_is_placed_only_if_its_place_is_certain(
    name: str, types: tuple[str, ...], workloads: tuple[str, ...], expected: bool | None
) -> None:
    assert belongs_to(name, types, workloads) is expected
    session = {"id": "7", "type": name, "status": "Success"}
    strict = Filters(types=types, workloads=workloads)
    if expected is None:
        with pytest.raises(InvalidInput, match=rf"Session 7 has the type {name}"):
            strict.keeps(session)
    else:
        assert strict.keeps(session) is expected
    assert Filters(types=types, workloads=workloads, lenient=True).keeps(session) is bool(expected)


# -- row by row --------------------------------------------------------------------------------------------------------


def moment(text: str) -> datetime:
    return times.begin("from", text)


@pytest.mark.parametrize(
    ("filters", "row", "kept"),
    [
        (Filters(status=("Error",)), {"status": "Success"}, False),
        (Filters(begin=moment("2026-09-01")), {"executionStartTime": "2026-09-01T00:00:00Z"}, True),
        (Filters(begin=moment("2026-09-01")), {"executionStartTime": "2026-08-31T23:59:59.9999999Z"}, False),
        (Filters(end=moment("2026-09-01")), {"executionStartTime": "2026-09-01T00:00:00Z"}, False),
        (Filters(begin=moment("2026-09-01")), {"executionStartTime": None}, False),
        (Filters(policy_id=POLICY), {"backupJobInfo": {"policyId": POLICY.upper()}}, True),
        (Filters(policy_id=POLICY), {"healthCheckJobInfo": {"policyId": POLICY}}, True),
        (Filters(policy_id=POLICY), {"backupJobInfo": {"policyId": "another"}}, False),
        # A session that names no policy was chosen by the appliance.
        (Filters(policy_id=POLICY), {"backupJobInfo": None}, True),
    ],
)
def test_rows_of_the_list_are_filtered_again(filters: Filters, row: dict[str, Any], kept: bool) -> None:
    assert filters.keeps({"id": "1", "type": "PolicyBackup", "status": "Success", **row}) is kept
