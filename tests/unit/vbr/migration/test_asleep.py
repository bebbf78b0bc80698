# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An imported job sleeps only if the target shows it, and no other job is disabled in its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Server, estate
from support.estates import CHAIN_SECRETS, bundle_of, chain_of_four
from support.tasks import drive

OURS, OTHER = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"


@pytest.fixture(name="options")
def chain_and_its_secrets(tmp_path: Path) -> dict[str, Any]:
    return {"src": bundle_of(tmp_path / "bundle", chain_of_four()), "secrets": CHAIN_SECRETS}


def phases(tmp_path: Path) -> list[str]:
    (journal,) = (tmp_path / "bundle").glob("journal-*.json")
    return [job["phase"] for job in json.loads(journal.read_text(encoding="utf-8"))["jobs"].values()]


def lists(server: Server, **types: str) -> None:
    """Let the server list the job once for each id, with this type and enabled."""
    rows = [{"id": row_id, "name": "Nightly", "type": kind, "isDisabled": False} for row_id, kind in types.items()]
    page = {"data": rows, "pagination": {"total": len(rows), "count": len(rows), "skip": 0, "limit": 200}}
    server.faults.add(do="status", status=200, body=page, method="GET", path="/api/v1/jobs$", times=0)
    server.faults.add(do="status", status=204, body="", path="/disable$", times=0)


def disabled(server: Server) -> set[str]:
    return {request.split("/")[-2] for request in server.journal.counts if request.endswith("/disable")}


def test_a_job_of_another_sort_by_the_same_name_is_not_touched(target: Server, options: dict[str, Any]) -> None:
    lists(target, **{OURS: "VSphereBackup", OTHER: "HyperVBackup"})
    assert drive("import", target, **options)["failed"], "it is never shown as disabled"
    assert disabled(target) == {OURS}


def test_of_two_that_it_can_be_neither_is_touched(target: Server, options: dict[str, Any]) -> None:
    lists(target, **{OURS: "VSphereBackup", OTHER: "VSphereBackup"})
    reason = drive("import", target, **options)["failed_objects"]["jobs"]["Nightly"]
    assert f"2 jobs have its name: {OURS}, {OTHER}" in reason
    assert disabled(target) == set()


def test_a_disable_without_effect_is_a_failure_and_the_next_run_does_it(
    target: Server, tmp_path: Path, options: dict[str, Any]
) -> None:
    target.faults.add(do="status", status=204, body="", path="/disable$", times=0)
    result = drive("import", target, **options)
    assert result["failed"] and "the list shows it enabled" in result["failed_objects"]["jobs"]["Nightly"]
    assert phases(tmp_path) == ["pending"]
    target.faults.clear()
    assert not drive("import", target, **options).get("failed")
    (job,) = estate(target)["jobs"]
    assert job["state"]["disabled"] is True and phases(tmp_path) == ["staged"]


def test_vbr_job_believes_what_the_server_shows(target: Server, options: dict[str, Any]) -> None:
    drive("import", target, **options)
    target.faults.add(do="status", status=204, body="", path="/enable$", times=0)
    result = drive("job", target, name="Nightly", state="enabled")
    assert result["failed"] and "shows isDisabled as true still" in result["msg"]


def test_what_a_server_says_to_have_deleted_is_looked_for(target: Server, options: dict[str, Any]) -> None:
    drive("import", target, **options)
    target.faults.add(do="status", status=204, body="", method="DELETE", path="/jobs/", times=0)
    result = drive("job", target, name="Nightly", state="absent", wait_timeout=5)
    assert result["failed"] and "is still listed" in result["msg"]


def test_a_job_that_is_awake_already_is_a_warning(target: Server, options: dict[str, Any]) -> None:
    drive("import", target, **options, staged=False)
    kept = drive("import", target, **options)
    assert kept["changed"] is False
    assert [finding["code"] for finding in kept["findings"]] == ["job-awake"]
