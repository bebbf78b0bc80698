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
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment, StrictUndefined

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS
from simulator.testing import estate
from support.awx import SUCCESSFUL, Job
from support.awx_paper import SPECS
from support.awx_place import DEMO, IMAGE, ORGANIZATION, Done, Place, moved_once, set_up
from support.estates import estate_of, job
from support.handover import standing
from support.imports import imported
from support.playbooks import flowing
from support.report_pages import Page
from support.tasks import drive
from tooling import tree

Made = dict[str, dict[str, dict[str, Any]]]
# What AWX' names for fields of inputs are (facts: awx/main/fields.py, CredentialTypeInputField).
FIELD_WORDS = {"id", "label", "help_text", "type", "secret", "multiline", "format", "choices", "default"}
# What a job hands on to the next one is kept in AWX' database.
MAX_ARTIFACT_BYTES = 2000
READING = ["demo source", "demo target"]
WRITING = [*READING, "demo secrets"]


@pytest.fixture(name="awx", scope="module")
def set_up_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with set_up(tmp_path_factory.mktemp("awx")) as place:
        assert place.played.code == 0, place.played.output
        yield place


# -- what the setup makes ----------------------------------------------------------------------------------------------


@pytest.fixture(name="made")
def made_by_the_setup(awx: Place) -> Made:
    """What was made, by kind and name."""
    return awx.awx.made


def test_the_setup_says_no_secret(awx: Place) -> None:
    assert awx.aviary.heard_in("its output", awx.played.output.encode()) == []


def test_what_is_made_fits_together(made: Made) -> None:
    assert set(made) == set(SPECS), "a module that awx_setup.yml does not use any more, or the other way round"
    groups = {name: group["hosts"] for name, group in made["group"].items()}
    assert groups["vbr_migrations"] == ["demo", "hq"]
    assert groups["vcenters"] == ["our vCenter Server Appliance"]
    assert sorted(made["host"]) == sorted(name for hosts in groups.values() for name in hosts)
    assert made["host"]["hq"]["variables"] == {"vbr_import_rename": {"jobs": {"a": "b"}}}
    types = made["credential_type"]
    for credential in made["credential"].values():
        fields = {field["id"] for field in types[credential["credential_type"]]["inputs"]["fields"]}
        assert set(credential["inputs"]) <= fields
    assert {credential["credential_type"] for credential in made["credential"].values()} == set(types)
    for template in made["job_template"].values():
        _group, play = yaml.safe_load((tree.ROOT / template["playbook"]).read_text(encoding="utf-8"))
        assert play["hosts"] in groups
        assert template["execution_environment"] in made["execution_environment"]
        assert template["instance_groups"] == list(made["instance_group"])
        assert template["inventory"] in made["inventory"] and template["project"] in made["project"]
    for workflow in made["workflow_job_template"].values():
        for node in workflow["workflow_nodes"]:
            template = node["unified_job_template"]
            assert template["type"] == "workflow_approval" or template["name"] in made["job_template"]
            assert {one["name"] for one in node["related"].get("credentials", [])} <= set(made["credential"])
    # Of each pair one to move it, one to hand its jobs over, one to take them back.
    assert len(made["workflow_job_template"]) == 6


def test_every_playbook_has_a_template(made: Made) -> None:
    """As code too: to read it, to keep it, and as a check that finds drift and cannot be launched as anything else."""
    others = {"awx_setup", "demo", "group"}
    playbooks = {path.stem for path in (tree.ROOT / "playbooks").glob("*.yml")} - others
    assert {Path(one["playbook"]).stem for one in made["job_template"].values()} == playbooks
    drift = made["job_template"][f"{ORGANIZATION}: check drift"]
    assert (drift["playbook"], drift["job_type"]) == ("playbooks/as_code.yml", "check")
    assert not drift["ask_job_type_on_launch"]


def test_the_pods_share_the_volume(made: Made) -> None:
    pod = yaml.safe_load(made["instance_group"][ORGANIZATION]["pod_spec_override"])
    (container,) = pod["spec"]["containers"]
    assert container["image"] == IMAGE
    (root,) = {template["extra_vars"]["vbr_migration_root"] for template in made["job_template"].values()}
    assert container["volumeMounts"] == [{"name": "migrations", "mountPath": root}]


def test_credentials_of_one_job_do_not_meet(made: Made) -> None:
    """A job takes one credential of a type, and each type has variables of its own."""
    variables = [name for kind in made["credential_type"].values() for name in kind["injectors"]["extra_vars"]]
    assert sorted(variables) == sorted(set(variables))
    servers = {"vbr_server", "em_server", "vcsa_server", "vbaz_server"}
    assert set(variables) == {"vbr_source", "vbr_target", "vbr_secrets"} | servers


def test_awx_would_take_the_types(made: Made) -> None:
    """AWX knows these words only, and tries every template with nothing but what the type declares."""
    for kind in made["credential_type"].values():
        fields = kind["inputs"]["fields"]
        assert kind["kind"] in ("cloud", "net")
        assert all(set(field) <= FIELD_WORDS for field in fields)
        assert {field["id"] for field in fields if field.get("secret")} in ({"password"}, {"secrets"})
        files = {name.partition(".")[2]: "/path" for name in kind["injectors"].get("file", {})}
        known: dict[str, Any] = dict.fromkeys((field["id"] for field in fields), "")
        environment = Environment(undefined=StrictUndefined)
        for text in texts(kind["injectors"]):
            environment.from_string(text).render({**known, "tower": {"filename": files}})


def texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [text for part in node.values() for text in texts(part)]
    return [node]


def test_surveys_ask_what_the_roles_take(made: Made) -> None:
    """With the same choices and defaults, so that an answer nobody gave changes nothing."""
    options: dict[str, Any] = {}
    for role in ("vbr_import", "vbr_cutover", "vbr_rollback"):
        path = tree.ROOT / "roles" / role / "meta" / "argument_specs.yml"
        options |= yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    surveys = [one["survey_spec"] for one in made["job_template"].values() if one["survey_enabled"]]
    surveys += [one["survey_spec"] for one in made["workflow_job_template"].values()]
    assert len(surveys) == 15
    for question in (question for survey in surveys for question in survey["spec"]):
        option = options[question["variable"]]
        if option["type"] == "bool":
            # A survey knows texts only.
            assert (question["choices"], question["default"]) == (["false", "true"], str(option["default"]).lower())
            continue
        assert question.get("choices") == option.get("choices")
        assert question["default"] == option["default"] or option["type"] == "list"
        # Of a list that is not asked for, AWX makes a text of nothing, which is no kind.
        assert question["variable"] != "vbr_import_kinds" or question["default"] == ",".join(KINDS)


# -- jobs and workflows of it ------------------------------------------------------------------------------------------


@pytest.fixture(name="place")
def as_it_was_set_up(awx: Place) -> Iterator[Place]:
    """The same for every test: what one changes, the next does not see."""
    documents = [server.snapshot() for server in awx.pair.servers]
    yield replace(awx, awx=replace(awx.awx, made=deepcopy(awx.awx.made)))
    for server, document in zip(awx.pair.servers, documents, strict=True):
        server.restore(document)
    shutil.rmtree(awx.shared, ignore_errors=True)


@pytest.fixture(name="once", scope="module")
def moved_for_all(awx: Place, tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Done]:
    return moved_once(awx, tmp_path_factory.mktemp("once"))


@pytest.fixture
def planned(once: tuple[Done, Done]) -> Done:
    """The workflow has planned, and waits for the approval."""
    return once[0]


@pytest.fixture
def moved(once: tuple[Done, Done]) -> Done:
    """The workflow has done all."""
    return once[1]


def brief(job: Job) -> dict[str, Any]:
    """What a job handed on."""
    summary: dict[str, Any] = job.artifacts["vbr_report_summary"][DEMO]
    return summary


def test_a_workflow_moves_a_pair_once(place: Place, moved: Done) -> None:
    jobs = moved.again(place)
    assert [job.status for job in jobs] == [SUCCESSFUL] * 3, jobs[-1].output
    plan, done, verify = jobs
    assert [brief(job)["outcome"] for job in jobs] == ["planned", "moved", "verified"]
    assert plan.artifacts["vbr_plan_digests"] == {DEMO: plan_file(place)["digest"]}
    # The plan is what was done then.
    assert brief(plan)["totals"]["planned"] == brief(done)["totals"]["created"] == 19
    assert brief(verify)["verified"] is True
    assert all(len(json.dumps(job.artifacts)) < MAX_ARTIFACT_BYTES for job in jobs)
    assert "Export the estate" in plan.changed()
    assert ["Import the bundle" in job.changed() for job in jobs] == [True, True, False]
    after = estate(place.pair.target)
    assert len(after["jobs"]) == 1
    again = place.move()
    assert [brief(job)["outcome"] for job in again] == ["planned", "complete", "verified"]
    assert [job.changed() for job in again[1:]] == [[], []]
    assert estate(place.pair.target) == after
    assert place.heard(*jobs, *again) == []


def plan_file(place: Place) -> dict[str, Any]:
    return dict(json.loads((place.shared / DEMO / "plan.json").read_text(encoding="utf-8")))


def test_a_target_that_changed_after_the_approval_is_not_touched(place: Place, planned: Done, tmp_path: Path) -> None:
    """Somebody makes there, by hand, a job of the name of one that is moved."""
    seen: list[object] = []

    def somebody() -> None:
        name = next(one["key"] for one in plan_file(place)["objects"] if one["kind"] == "jobs")
        imported(place.pair.target, tmp_path, estate_of(jobs=[job(name, description="somebody's")]))
        seen.append(estate(place.pair.target))

    jobs = place.move(somebody, planned.again(place))
    assert [done.status for done in jobs] == [SUCCESSFUL, "failed"]
    assert brief(jobs[-1])["outcome"] == "refused" and "(the target)" in flowing(jobs[-1].output)
    assert [estate(place.pair.target)] == seen
    assert place.heard(*jobs) == []


@pytest.mark.parametrize("how", ["edited", "planned anew"])
def test_another_plan_than_the_approved_one_is_refused(place: Place, planned: Done, how: str) -> None:
    """Whoever edits the file, or lets something else be planned, has it approved first."""
    before = estate(place.pair.target)

    def somebody() -> None:
        if how == "planned anew":
            assert place.awx.run(f"{ORGANIZATION}: plan", WRITING, DEMO, vbr_hold=["linux01"]).status == SUCCESSFUL
        else:
            path = place.shared / DEMO / "plan.json"
            path.write_text(path.read_text(encoding="utf-8").replace("stage", "cutover"), encoding="utf-8")

    jobs = place.move(somebody, planned.again(place))
    assert [done.status for done in jobs] == [SUCCESSFUL, "failed"]
    said = "was changed after it was saved" if how == "edited" else "is not the plan that was approved"
    assert said in flowing(jobs[-1].output)
    assert brief(jobs[-1])["outcome"] == "refused"
    assert estate(place.pair.target) == before


def test_a_pair_of_which_no_digest_was_handed_over_is_not_applied(place: Place, planned: Done) -> None:
    (plan,) = planned.again(place)
    digests = {"hq": plan.artifacts["vbr_plan_digests"][DEMO]}
    refused = place.awx.run(f"{ORGANIZATION}: apply", WRITING, DEMO, vbr_plan_digests=digests)
    assert refused.status == "failed" and "not among vbr_plan_digests" in flowing(refused.output)


def test_jobs_are_handed_over_and_taken_back_after_an_approval(place: Place, moved: Done) -> None:
    """Who approves knows how many jobs it is about, and nothing was changed yet."""
    assert all(job.status == SUCCESSFUL for job in moved.again(place))
    seen = [standing(server) for server in place.pair.servers]
    asked: list[str] = []

    def approve(question: str) -> None:
        asked.append(question)
        assert [standing(server) for server in place.pair.servers] == seen

    def handed(name: str) -> list[Job]:
        jobs = place.awx.move(f"{ORGANIZATION}: {name} {DEMO}", approve)
        assert [job.status for job in jobs] == [SUCCESSFUL] * 2, jobs[-1].output
        assert place.heard(*jobs) == []
        return jobs

    preview, done = handed("hand over")
    assert (brief(preview)["jobs"], brief(preview)["would"]) == ({"staged": 1}, {"cut over": 1})
    assert preview.changed() == ["Hand the jobs over"] and brief(done)["jobs"] == {"cut over": 1}
    assert (place.shared / DEMO / "reports" / "latest-plan" / "plan.html").is_file()
    seen = [standing(server) for server in place.pair.servers]
    preview, done = handed("take back")
    assert (brief(preview)["would"], brief(done)["jobs"]) == ({"rolled back": 1}, {"rolled back": 1})
    assert asked == [f"Hand the jobs over of {DEMO}", f"Take the jobs back of {DEMO}"]


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
    assert (
        Page((place.shared / "demo" / "reports" / "latest" / "report.html").read_text(encoding="utf-8")).outcome
        == "complete"
    )
    assert place.heard(dry, job, again) == []


def test_a_refusal_ends_the_workflow_before_the_approval(place: Place) -> None:
    lacking = deepcopy(place.secrets)
    del lacking["credentials"]["main-domain-credentials"]
    place.awx.made["credential"]["demo secrets"]["inputs"]["secrets"] = json.dumps(lacking)
    jobs = place.move()
    assert [job.status for job in jobs] == ["failed"]
    assert brief(jobs[-1])["outcome"] == "refused" and "vbr_plan_digests" not in jobs[-1].artifacts
    assert "main-domain-credentials': its secret is missing" in flowing(jobs[-1].output)
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
