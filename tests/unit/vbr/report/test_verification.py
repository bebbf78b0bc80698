# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter verification: what a planned import says about a target that should be complete."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.filter.verification import FilterModule
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.drift import drift
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.verification import verification

DIFF = [{"field": "description", "before": "a", "after": "b"}]


def item(key: str, action: str, **other: Any) -> dict[str, Any]:
    return {"kind": "jobs", "key": key, "action": action, "reason": "", "diff": [], **other}


@pytest.mark.parametrize(
    ("plan", "ok", "compared", "missing", "drift"),
    [
        ([], True, 0, [], []),
        ([item("a", "keep")], True, 1, [], []),
        ([item("a", "keep"), item("b", "skip")], True, 1, [], []),
        ([item("a", "create")], False, 1, ["a"], []),
        ([item("a", "blocked", reason="its secret is missing")], False, 1, ["a"], []),
        ([item("a", "drift", diff=DIFF)], False, 1, [], ["a"]),
        ([item("a", "keep"), item("b", "create"), item("c", "drift", diff=DIFF)], False, 3, ["b"], ["c"]),
    ],
)
def test_what_is_missing_and_what_differs(
    plan: list[dict[str, Any]], ok: bool, compared: int, missing: list[str], drift: list[str]
) -> None:
    verified = verification({"plan": plan})
    assert (verified["ok"], verified["compared"]) == (ok, compared)
    assert [found["key"] for found in verified["missing"]] == missing
    assert [found["key"] for found in verified["drift"]] == drift
    assert all(found["diff"] == DIFF for found in verified["drift"])


def test_reasons_are_passed_on() -> None:
    (found,) = verification({"plan": [item("a", "blocked", reason="needs b")]})["missing"]
    assert found == {"kind": "jobs", "key": "a", "reason": "needs b"}


def test_ansible_finds_it() -> None:
    result = {"plan": [item("a", "keep"), item("b", "create")]}
    ((name, found),) = FilterModule().filters().items()
    assert (name, found(result)) == ("verification", verification(result))


def test_what_waits_for_the_cutover_is_not_missing() -> None:
    result = {"plan": [item("a", "keep"), item("b", "create"), item("c", "create")], "waiting": {"jobs": ["b"]}}
    verified = verification(result)
    assert verified["compared"] == 2 and [found["key"] for found in verified["missing"]] == ["c"]
    assert verified["waiting"] == {"jobs": ["b"]}


def test_what_is_left_to_hands_is_named_apart() -> None:
    """Nor is what needs it missing. What is missing for another reason is."""
    plan = [
        item("role", "blocked", reason="needs a role"),
        item("user", "blocked", reason="needs role", blocked_by={"kind": "jobs", "key": "role"}),
        item("other", "blocked", reason="its secret is missing"),
    ]
    finding = {"code": "needs-by-hand", "kind": "jobs", "key": "role", "message": "", "remedy": ""}
    verified = verification({"plan": plan, "findings": [finding]})
    assert [row["key"] for row in verified["by_hand"]] == ["role", "user"]
    assert verified["summary"]["by_hand"].startswith("2 left out until done by hand")
    assert [row["key"] for row in verified["missing"]] == ["other"] and verified["compared"] == 1
    (missing, *hands) = drift(verified)["rows"]
    assert missing["severity"] == "critical" and {row["severity"] for row in hands} == {"warning"}


def test_settings_that_the_target_keeps_are_no_drift() -> None:
    kept = {**item("trafficRules", "drift", diff=DIFF), "kind": "trafficRules"}
    verified = verification({"plan": [kept]})
    assert verified["ok"] and [row["key"] for row in verified["settings"]] == ["trafficRules"]
    assert drift(verified)["rows"] == []
    # Where they were to be updated, they are.
    verified = verification({"plan": [{**kept, "action": "update"}]})
    assert not verified["ok"] and [row["key"] for row in verified["drift"]] == ["trafficRules"]
