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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from simulator.core.blueprint import Login
from simulator.demo import SOURCE, read_seed
from simulator.testing import Pair, Server, estate, serving_pair
from support.awx import SUCCESSFUL, Controller, Job
from support.canaries import Aviary, every_secret
from support.report_pages import Page
from support.tasks import drive

ORGANIZATION = "Backup fleet"
WORKFLOW = f"{ORGANIZATION}: move demo"
# What a job hands on to the next one is kept in AWX' database.
MAX_ARTIFACT_BYTES = 2000
READING = ["demo source", "demo target"]
WRITING = [*READING, "demo secrets"]


@dataclass
class Place:
    """AWX and a pair of servers, in which every secret is heard wherever it is said."""

    awx: Controller
    pair: Pair
    secrets: dict[str, Any]
    aviary: Aviary
    shared: Path

    def move(self, **answers: Any) -> list[Job]:
        """Run the workflow; whoever approves sees that nothing was sent yet."""
        before = estate(self.pair.target)

        def approve(name: str) -> None:
            assert name == "Import into the target of demo"
            assert (self.shared / "demo" / "plan.html").exists()
            assert estate(self.pair.target) == before

        return self.awx.move(WORKFLOW, approve, **answers)

    def run(self, template: str, credentials: list[str], limit: str = "demo", check: bool = False) -> Job:
        return self.awx.run(f"{ORGANIZATION}: {template}", credentials, limit, check)

    def heard(self, *jobs: Job) -> list[str]:
        """Sentences about secrets in what is kept of jobs: events, output, what they hand on, bundles and reports."""
        found = [line for job in jobs for line in self.aviary.heard_under(job.place / "artifacts")]
        found += self.aviary.heard_in("what is handed on", json.dumps([job.artifacts for job in jobs]).encode())
        return found + (self.aviary.heard_under(self.shared) if self.shared.exists() else [])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    aviary, place = Aviary(), tmp_path_factory.mktemp("awx")
    with serving_pair() as pair:
        for name, server in (("source", pair.source), ("target", pair.target)):
            server.login = Login(server.username, aviary.canary(f"the password of the {name}"))
            server.service.accounts.add(server.username, server.password)
        secrets = every_secret(aviary, read_seed(SOURCE)["estate"])
        made = Place(Controller(place), pair, secrets, aviary, place / "shared")
        servers = {"source": inputs(pair.source), "target": inputs(pair.target)}
        played = made.awx.set_up(
            {
                "awx_pairs": [{"name": "demo", **servers, "secrets": secrets}],
                "awx_migration_root": str(made.shared),
            }
        )
        assert played.code == 0, played.output
        yield made


@pytest.fixture(name="place")
def as_prepared(prepared: Place) -> Iterator[Place]:
    """The same for every test: what one changes, the next does not see."""
    documents = [server.snapshot() for server in prepared.pair.servers]
    yield replace(prepared, awx=replace(prepared.awx, made=deepcopy(prepared.awx.made)))
    for server, document in zip(prepared.pair.servers, documents, strict=True):
        server.restore(document)
    shutil.rmtree(prepared.shared, ignore_errors=True)


def inputs(server: Server) -> dict[str, Any]:
    """A server as somebody types it into a credential: its certificate authority as text."""
    assert server.ca_path
    return {
        "hostname": server.hostname,
        "port": str(server.port),
        "username": server.username,
        "password": server.password,
        "ca": Path(server.ca_path).read_text(encoding="utf-8"),
    }


def brief(job: Job) -> dict[str, Any]:
    """What a job handed on."""
    told: dict[str, Any] = job.artifacts["vbr_report_summary"]["demo"]
    return told


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
    skipping = place.awx.run(f"{ORGANIZATION}: plan", WRITING, "demo", vbr_import_on_missing_secret="skip")
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
    """A job that nobody limited to one host would do the same move twice, side by side."""
    place.awx.made["host"]["other"] = {**place.awx.made["host"]["demo"], "name": "other"}
    place.awx.made["group"]["vbr_migrations"]["hosts"].append("other")
    job = place.run("migrate", WRITING, limit="")
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
