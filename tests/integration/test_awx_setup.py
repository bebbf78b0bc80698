# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What playbooks/awx_setup.yml makes: it fits together, AWX would take it, and the setup says no secret."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment, StrictUndefined

from support.awx_paper import SPECS, real_awx
from support.awx_place import IMAGE, ORGANIZATION, Place
from tooling import tree

Made = dict[str, dict[str, dict[str, Any]]]
# What AWX' names for fields of inputs are (facts: awx/main/fields.py, CredentialTypeInputField).
FIELD_WORDS = {"id", "label", "help_text", "type", "secret", "multiline", "format", "choices", "default"}


@pytest.fixture(name="made")
def made_by_the_setup(awx: Place) -> Made:
    """What was made, by kind and name."""
    return awx.awx.made


def test_the_setup_says_no_secret(awx: Place) -> None:
    assert awx.aviary.heard_in("its output", awx.played.output.encode()) == []


def test_what_is_made_fits_together(made: Made) -> None:
    assert set(made) == set(SPECS), "a module that awx_setup.yml does not use any more, or the other way round"
    groups = {name: group["hosts"] for name, group in made["group"].items()}
    assert groups["vbr_migrations"] == ["demo", "hq", "branch"]
    assert groups["vcenters"] == ["our vCenter Server Appliance"]
    assert sorted(made["host"]) == sorted(name for hosts in groups.values() for name in hosts)
    assert made["host"]["hq"]["variables"] == {"vbr_import_rename": {"jobs": {"a": "b"}}}
    types = made["credential_type"]
    for credential in made["credential"].values():
        fields = {field["id"] for field in types[credential["credential_type"]]["inputs"]["fields"]}
        assert set(credential["inputs"]) <= fields
    assert {credential["credential_type"] for credential in made["credential"].values()} == set(types)
    for template in made["job_template"].values():
        (play,) = yaml.safe_load((tree.ROOT / template["playbook"]).read_text(encoding="utf-8"))
        assert play["hosts"] in groups
        assert template["execution_environment"] in made["execution_environment"]
        assert template["instance_groups"] == list(made["instance_group"])
        assert template["inventory"] in made["inventory"] and template["project"] in made["project"]
    for workflow in made["workflow_job_template"].values():
        for node in workflow["workflow_nodes"]:
            template = node["unified_job_template"]
            assert template["type"] == "workflow_approval" or template["name"] in made["job_template"]
            assert {one["name"] for one in node["related"].get("credentials", [])} <= set(made["credential"])
    assert len(made["workflow_job_template"]) == 3


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
    assert set(variables) == {"vbr_source", "vbr_target", "vbr_secrets", "em_server", "vcsa_server", "vbaz_server"}


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
    path = tree.ROOT / "roles" / "vbr_import" / "meta" / "argument_specs.yml"
    options = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    surveys = [one["survey_spec"] for one in made["job_template"].values() if one["survey_enabled"]]
    surveys += [one["survey_spec"] for one in made["workflow_job_template"].values()]
    assert len(surveys) == 7
    for question in (question for survey in surveys for question in survey["spec"]):
        option = options[question["variable"]]
        assert question.get("choices") == option.get("choices")
        assert question["default"] == option["default"] or option["type"] == "list"


def test_the_modules_on_paper_are_like_the_real_ones() -> None:
    try:
        modules = real_awx() / "plugins" / "modules"
    except LookupError as error:
        pytest.skip(str(error))
    for module, options in SPECS.items():
        documentation = yaml.safe_load(text_of(modules / f"{module}.py", "DOCUMENTATION"))
        assert_documented(options, documentation["options"], module)


def text_of(source: Path, name: str) -> str:
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return str(ast.literal_eval(node.value))
    raise AssertionError(f"{source} has no {name}")


def assert_documented(ours: dict[str, Any], real: dict[str, Any], where: str) -> None:
    for name, option in ours.items():
        assert name in real, where
        for word in ("type", "elements", "choices"):
            assert option.get(word) == real[name].get(word, "str" if word == "type" else None), (where, name, word)
        assert_documented(option.get("options", {}), real[name].get("suboptions", {}), f"{where} {name}")
    required = {name for name, option in real.items() if option.get("required")}
    assert required == {name for name, option in ours.items() if option.get("required")}, where


def test_the_repository_is_a_project_that_brings_itself(tmp_path: Path) -> None:
    """AWX installs what collections/requirements.yml of a project names, from within the project."""
    command = ["collection", "install", "-r", "collections/requirements.yml", "-p", str(tmp_path), "--offline"]
    subprocess.run(
        [str(Path(sys.executable).with_name("ansible-galaxy")), *command],
        cwd=tree.snapshot(),
        env={**os.environ, **tree.environment(tmp_path)},
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "ansible_collections" / tree.NAMESPACE / tree.NAME / "playbooks" / "migrate.yml").is_file()
