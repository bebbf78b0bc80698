# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection in AWX: what playbooks/awx_setup.yml sets up, and jobs and workflows of it, run by AWX' engine."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from simulator.testing import estate
from support.awx import SUCCESSFUL, Job
from support.awx_place import DEMO, ORGANIZATION, Place
from support.report_pages import Page
from support.tasks import drive

# What a job hands on to the next one is kept in AWX' database.
MAX_ARTIFACT_BYTES = 2000
READING = ["demo source", "demo target"]
WRITING = [*READING, "demo secrets"]


@pytest.fixture(name="place")
def as_it_was_set_up(awx: Place) -> Iterator[Place]:
    """The same for every test: what one changes, the next does not see."""
    documents = [server.snapshot() for server in awx.pair.servers]
    yield replace(awx, awx=replace(awx.awx, made=deepcopy(awx.awx.made)))
    for server, document in zip(awx.pair.servers, documents, strict=True):
        server.restore(document)
    shutil.rmtree(awx.shared, ignore_errors=True)


def brief(job: Job) -> dict[str, Any]:
    """What a job handed on."""
    summary: dict[str, Any] = job.artifacts["vbr_report_summary"][DEMO]
    return summary


def test_a_workflow_moves_a_pair_once(place: Place) -> None:
    jobs = place.move()
    assert [job.status for job in jobs] == [SUCCESSFUL] * 4, jobs[-1].output
    export, plan, done, verify = jobs
    assert [brief(job)["outcome"] for job in jobs] == ["exported", "planned", "moved", "verified"]
    # The plan is what was done then.
    assert brief(plan)["totals"]["planned"] == brief(done)["totals"]["created"] == 19
    assert brief(verify)["verified"] is True
    assert all(len(json.dumps(job.artifacts)) < MAX_ARTIFACT_BYTES for job in jobs)
    assert "Export the estate" in export.changed()
    assert ["Import the bundle" in job.changed() for job in (plan, done, verify)] == [True, True, False]
    after = estate(place.pair.target)
    assert len(after["jobs"]) == 1
    again = place.move()
    assert [job.changed() for job in again] == [[], [], [], []]
    assert estate(place.pair.target) == after
    assert place.heard(*jobs, *again) == []


def test_migrate_is_one_job(place: Place) -> None:
    dry = place.run("migrate", WRITING, check=True)
    assert (dry.status, estate(place.pair.target)["jobs"]) == (SUCCESSFUL, []), dry.output
    assert not place.shared.exists()
    job = place.run("migrate", WRITING)
    assert job.status == SUCCESSFUL, job.output
    assert "Import the bundle" in job.changed()
    again = place.run("migrate", WRITING)
    assert (again.status, again.changed()) == (SUCCESSFUL, [])
    files = [path for path in place.shared.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert Page((place.shared / "demo" / "report.html").read_text(encoding="utf-8")).outcome == "complete"
    assert place.heard(dry, job, again) == []


def test_a_refusal_ends_the_workflow_before_the_approval(place: Place) -> None:
    lacking = deepcopy(place.secrets)
    del lacking["credentials"]["main-domain-credentials"]
    place.awx.made["credential"]["demo secrets"]["inputs"]["secrets"] = json.dumps(lacking)
    jobs = place.move()
    assert [job.status for job in jobs] == [SUCCESSFUL, "failed"]
    assert brief(jobs[-1])["outcome"] == "refused"
    assert "main-domain-credentials: its secret is missing" in jobs[-1].output
    # Somebody who launches it may say otherwise in the survey.
    skipping = place.awx.run(f"{ORGANIZATION}: plan", WRITING, DEMO, vbr_import_on_missing_secret="skip")
    assert (skipping.status, brief(skipping)["totals"]["blocked"] > 0) == (SUCCESSFUL, True)
    assert place.heard(*jobs, skipping) == []


@pytest.mark.parametrize("broken", ["{{{secrets}", "password={secrets}", '["{secrets}"]', "{{{{ {secrets} }}}}"])
def test_secrets_that_cannot_be_read_are_not_shown(place: Place, broken: str) -> None:
    text = broken.format(secrets=place.aviary.canary("a broken text"))
    place.awx.made["credential"]["demo secrets"]["inputs"]["secrets"] = text
    (place.shared / "demo").mkdir(parents=True)
    drive("export", place.pair.source, dest=str(place.shared / "demo" / "bundle"))
    job = place.run("import", WRITING)
    assert job.status == "failed"
    assert place.heard(job) == []


def test_one_pair_of_credentials_does_not_serve_two_hosts(place: Place) -> None:
    """A job that is not limited to one host would do the same move twice, side by side."""
    job = place.run("migrate", WRITING, limit="demo,hq")
    assert job.status == "failed"
    assert "same source and the same target" in job.output
    assert estate(place.pair.target)["credentials"] == []


def test_a_server_that_is_not_trusted_is_not_spoken_to(place: Place) -> None:
    """AWX fills in false for a switch that nobody set: verification must not be what is switched off."""
    credential = place.awx.made["credential"]["demo source"]["inputs"]
    del credential["ca"]
    job = place.run("export", READING)
    assert job.status == "failed"
    assert "certificate" in job.output
    credential["unverified"] = True
    assert place.run("export", READING).status == SUCCESSFUL
