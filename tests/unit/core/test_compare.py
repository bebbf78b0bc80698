# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing the desired with the actual: per field, nulls and secrets left out, enums in any case."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.compare import Leave, drift
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.keeping import OF_ONE_SERVER

SAME: dict[str, tuple[Any, Any]] = {
    "equal": ({"a": {"b": [1, {"c": "d"}]}}, {"a": {"b": [1, {"c": "d"}]}}),
    "more on the server": ({"a": 1}, {"a": 1, "b": 2}),
    "null leaves the field alone": ({"a": None, "b": {"c": None}}, {"a": 1, "b": {"c": 2}}),
    "null for a whole branch": ({"a": None}, {"a": {"b": 1}}),
    "empty and null": ({"a": "", "b": [], "c": {}, "d": False, "e": 0}, {"a": None, "b": None, "c": None, "d": None}),
    "empty and missing": ({"a": "", "b": [], "c": {}, "d": {"e": None}}, {}),
    "an enum in another case": ({"type": "VSphereBackup"}, {"type": "vspherebackup"}),
    "enums in a list": ({"days": ["Monday", "Sunday"]}, {"days": ["monday", "SUNDAY"]}),
    "enums in records of a list": ({"disks": [{"mode": "AllDisks"}]}, {"disks": [{"mode": "allDisks"}]}),
    "secrets": (
        {"password": "x", "sharedKey": "x", "secretKey": "x", "linux": {"privateKey": "x", "passphrase": "x"}},
        {"password": "", "sharedKey": "", "secretKey": "", "linux": {"privateKey": None}},
    ),
    "a certificate's secrets": ({"certificate": {"certificate": "x", "password": "y"}}, {"certificate": {}}),
    "ids of one server": ({"hostUniqueId": "a", "encryptionPasswordId": "b"}, {"hostUniqueId": "c"}),
    "what a server only reports": ({"size": "1 GB", "metadata": [1], "powerState": "on"}, {}),
}


@pytest.mark.parametrize(("desired", "actual"), SAME.values(), ids=SAME)
def test_the_same_is_no_drift(desired: dict[str, Any], actual: dict[str, Any]) -> None:
    assert drift(desired, actual, Leave(OF_ONE_SERVER)) == []


DIFFERENT: dict[str, tuple[Any, Any, list[tuple[str, Any, Any]]]] = {
    "a value": ({"a": 1}, {"a": 2}, [("a", 2, 1)]),
    "a flag": ({"a": True}, {"a": False}, [("a", False, True)]),
    "a missing value": ({"a": 1}, {}, [("a", None, 1)]),
    "deep": ({"a": {"b": {"c": 1, "d": 2}}}, {"a": {"b": {"c": 1, "d": 3}}}, [("a.b.d", 3, 2)]),
    "a missing branch": ({"a": {"b": 1, "c": None}}, {"a": None}, [("a.b", None, 1)]),
    "the empty text clears": ({"a": ""}, {"a": "x"}, [("a", "x", "")]),
    "zero counts": ({"a": 0}, {"a": 5}, [("a", 5, 0)]),
    "lists are whole": ({"a": [1, 2]}, {"a": [1, 2, 3]}, [("a", [1, 2, 3], [1, 2])]),
    "lists have an order": ({"a": [1, 2]}, {"a": [2, 1]}, [("a", [2, 1], [1, 2])]),
    "the empty list clears": ({"a": []}, {"a": [1]}, [("a", [1], [])]),
    "free text": ({"description": "Nightly"}, {"description": "nightly"}, [("description", "nightly", "Nightly")]),
    "a path": ({"path": "/Backups"}, {"path": "/backups"}, [("path", "/backups", "/Backups")]),
    "another type": ({"a": "1"}, {"a": 1}, [("a", 1, "1")]),
    "beside a certificate's secrets": (
        {"certificate": {"certificate": "x", "formatType": "pfx"}},
        {"certificate": {"formatType": "pem"}},
        [("certificate.formatType", "pem", "pfx")],
    ),
    "several": ({"a": 1, "b": 2, "c": 3}, {"a": 9, "b": 2, "c": 9}, [("a", 9, 1), ("c", 9, 3)]),
}


@pytest.mark.parametrize(("desired", "actual", "expected"), DIFFERENT.values(), ids=DIFFERENT)
def test_a_difference_is_drift(
    desired: dict[str, Any], actual: dict[str, Any], expected: list[tuple[str, Any, Any]]
) -> None:
    assert [(found.field, found.before, found.after) for found in drift(desired, actual)] == expected


def test_fields_can_be_left_out_by_their_path() -> None:
    desired = {"schedule": {"runAutomatically": True, "x": 1}, "runAutomatically": True}
    found = drift(desired, {"schedule": {"x": 2}}, Leave(paths=frozenset({"schedule.runAutomatically"})))
    assert [change.field for change in found] == ["schedule.x", "runAutomatically"]


def test_no_secret_is_ever_in_a_drift() -> None:
    desired = {
        "credentials": {"password": "Mk7&never+Shown="},
        "existingAccount": {"subscription": {"secret": "Mk7&never"}},
    }
    assert "never" not in str(drift(desired, {}))
