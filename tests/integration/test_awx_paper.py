# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of AWX take for granted: modules on paper are like the real ones, and the repository is a project."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS
from support.awx_paper import SPECS, real_awx
from tooling import tree

# A survey cannot have an empty answer: what stands there for all, where the roles take an empty list.
ALL = {"vbr_import_kinds": ",".join(KINDS), "vbr_cutover_jobs": "**", "vbr_rollback_jobs": "**"}


class Loader(yaml.SafeLoader):
    """Reads what is marked as no template as the text it is."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


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


def test_an_answer_that_nobody_gave_chooses_all_of_a_list() -> None:
    path = tree.ROOT / "playbooks" / "vars" / "awx.yml"
    surveys = yaml.load(path.read_text(encoding="utf-8"), Loader)["awx_surveys"]
    roles = (tree.ROOT / "roles").glob("vbr_*/meta/argument_specs.yml")
    options: dict[str, Any] = {}
    for role in roles:
        options |= yaml.safe_load(role.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    asked = {question["variable"]: question for survey in surveys.values() for question in survey["spec"]}
    lists = {name: question for name, question in asked.items() if options[name]["type"] == "list"}
    ways = lists.pop("vbr_cutover_adopt")
    assert (ways["type"], ways["required"], ways["default"]) == ("multiselect", False, "")
    assert ways["choices"] == options["vbr_cutover_adopt"]["choices"]
    assert {name: question["default"] for name, question in lists.items()} == ALL
    assert {str(options[name]["default"]) for name in lists} == {"[]"}
    assert all(question["required"] and len(question["default"]) <= question["max"] for question in lists.values())


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
