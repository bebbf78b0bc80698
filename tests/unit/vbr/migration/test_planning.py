# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits for what: predecessors first, dependents of a blocked object blocked, missing secrets with their users."""

from __future__ import annotations

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.findings import Finding
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.plan import (
    BLOCKED,
    CREATE,
    KEEP,
    PlanItem,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.planning import (
    block_dependents,
    missing_secrets,
    predecessors_first,
)


def job(name: str, *after: str) -> PlanItem:
    return PlanItem("jobs", "jobs", name, CREATE, needs=tuple(("jobs", other) for other in after))


def other(kind: str, key: str, action: str = CREATE, *needs: tuple[str, str]) -> PlanItem:
    return PlanItem(kind, "list", key, action, needs=needs)


@pytest.mark.parametrize(
    ("items", "order"),
    [
        ([job("A"), job("B")], "AB"),
        ([job("B", "A"), job("A")], "AB"),
        ([job("C", "B"), job("B", "A"), job("A")], "ABC"),
        ([job("D", "B", "C"), job("C", "A"), job("B", "A"), job("A")], "ABCD"),
        ([job("B", "not in this bundle"), job("A")], "BA"),
        ([job("A", "A")], "A"),
    ],
)
def test_each_job_comes_after_those_it_waits_for(items: list[PlanItem], order: str) -> None:
    findings: list[Finding] = []
    keys = [item.key for item in predecessors_first(items, findings)]
    assert sorted(keys) == sorted(order) and not findings
    for item in items:
        for _kind, needed in item.needs:
            if needed in keys and needed != item.key:
                assert keys.index(needed) < keys.index(item.key)


def test_other_kinds_stay_before_the_jobs() -> None:
    items = [other("repositories", "R"), job("B", "A"), job("A")]
    assert [item.key for item in predecessors_first(items, [])] == ["R", "A", "B"]


def test_a_ring_of_jobs_is_one_finding_that_names_them_all() -> None:
    findings: list[Finding] = []
    predecessors_first([job("A", "C"), job("B", "A"), job("C", "B"), job("D")], findings)
    (finding,) = findings
    assert (finding.severity, finding.code) == ("error", "job-cycle")
    assert all(name in finding.message for name in "ABC") and "D" not in finding.message


def test_what_needs_a_blocked_object_is_blocked_to_the_end_of_the_chain() -> None:
    items = [
        other("credentials", "c", BLOCKED),
        other("managedServers", "m", CREATE, ("credentials", "c")),
        other("managedServers", "free", CREATE),
        other("repositories", "kept", KEEP, ("managedServers", "m")),
        other("repositories", "r", CREATE, ("managedServers", "m")),
        other("jobs", "j", CREATE, ("repositories", "r"), ("repositories", "kept")),
    ]
    assert {item.key: (item.action, item.reason) for item in block_dependents(items)} == {
        "c": (BLOCKED, ""),
        "m": (BLOCKED, "needs credentials 'c', which is blocked"),
        "free": (CREATE, ""),
        "kept": (KEEP, ""),
        "r": (BLOCKED, "needs managedServers 'm', which is blocked"),
        "j": (BLOCKED, "needs repositories 'r', which is blocked"),
    }


def test_a_missing_secret_is_one_error_with_whoever_needs_the_record() -> None:
    lacking = PlanItem("credentials", "list", "c", BLOCKED, "its secret is missing (password)", lacks=(("password",),))
    users = [
        other("managedServers", "m", CREATE, ("credentials", "c")),
        other("jobs", "j", CREATE, ("credentials", "c")),
    ]
    (finding,) = missing_secrets([lacking, *users])
    assert finding.message == "its secret is missing (password). Needed by managedServers 'm', jobs 'j'."
    assert "secrets.credentials['c']" in finding.remedy


def test_what_is_blocked_by_what_is_data_and_no_sentence() -> None:
    """A reason may end like that of another: names are of servers."""
    needy = PlanItem("jobs", "jobs", "j", CREATE, needs=(("repositories", "a, which is blocked"),))
    store = PlanItem("repositories", "r", "a, which is blocked", BLOCKED, "its host is unknown, which is blocked")
    blocked, job = block_dependents([store, needy])
    assert (blocked.blocked_by, blocked.cause, blocked.as_dict()["blocked_by"]) == (None, "", None)
    assert job.as_dict()["blocked_by"] == {"kind": "repositories", "key": "a, which is blocked"}
    assert job.cause == "something that they need is blocked"
