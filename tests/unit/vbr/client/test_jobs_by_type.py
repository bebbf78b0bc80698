# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On a server that fails to list its jobs as a whole they are asked for by type, and nothing is written unproved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Server, simulated_pair
from support.estates import bundle_of, estate_of, job, writes
from support.imports import imported
from support.quartet import BUILDS
from support.tasks import drive
from unit.vbr.resource.test_job import AS_IT_IS, NAME

BY_TYPE = {"job_list": "by_type"}


@pytest.fixture(name="server", params=BUILDS.values(), ids=str)
def served(request: pytest.FixtureRequest) -> Iterator[Server]:
    with simulated_pair(source_build=request.param) as pair:
        yield pair.source


def test_jobs_are_read_by_type(server: Server) -> None:
    before = drive("info", server, resource="jobs")["resources"]
    estate = drive("info", server, resource="estate")
    server.switch(**BY_TYPE)
    assert drive("info", server, resource="jobs")["resources"] == before
    assert drive("info", server, resource="estate") == estate
    server.readonly()
    result = drive("job", server, name=NAME, description=AS_IT_IS["description"])
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is False
    again = drive("estate", server, **json.loads(json.dumps(estate["resource"])))
    assert not again.get("failed"), again["msg"]
    assert again["changed"] is False


def test_a_type_that_cannot_be_listed_either_is_warned_of(target: Server) -> None:
    target.switch(job_list="some_types")
    result = drive("info", target, resource="jobs")
    assert not result.get("failed"), result["msg"]
    assert [warning for warning in result["warnings"] if "HyperVBackup" in warning]


def test_no_job_is_made_where_the_jobs_of_vsphere_cannot_be_listed(server: Server) -> None:
    server.faults.add(do="status", status=500, path="/jobs$", method="GET", times=0)
    result = drive("job", server, **{**AS_IT_IS, "name": "New"})
    assert result["failed"]
    assert not writes(server)


@pytest.mark.parametrize("jobs", ["not_vsphere", "not_backup"])
def test_one_word_for_the_jobs_of_vsphere_that_fails_is_enough(target: Server, tmp_path: Path, jobs: str) -> None:
    target.switch(job_list=jobs)
    assert drive("info", target, resource="jobs")["failed"]
    result = drive("import", target, src=bundle_of(tmp_path / "bundle", ESTATE))
    assert result["failed"] and not writes(target)


ESTATE: dict[str, Any] = estate_of(jobs=[job("Moved")])


def test_an_import_proves_its_jobs_asleep_by_type(target: Server, tmp_path: Path) -> None:
    target.switch(**BY_TYPE)
    result = imported(target, tmp_path, ESTATE)
    assert not result.get("failed"), result["msg"]
    assert result["created"] == {"jobs": ["Moved"]}
    (row,) = [row for row in target.service.store.rows("jobs") if row["body"]["name"] == "Moved"]
    assert row["state"]["disabled"] is True


def test_an_import_that_could_prove_nothing_writes_nothing(target: Server, tmp_path: Path) -> None:
    target.faults.add(do="status", status=500, path="/api/v1/jobs$", method="GET", times=0)
    result = drive("import", target, src=bundle_of(tmp_path / "bundle", ESTATE))
    assert result["failed"]
    assert not writes(target)
