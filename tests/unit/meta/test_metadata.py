# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that describe the collection agree with the files that make it."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.backupfleet.rest.plugins.module_utils._core.version import VERSION
from tooling import cores, tree
from tooling.sources import Source, python_files

MODULES = python_files("plugins/modules")
NAMES = {source.path.stem for source in MODULES}
COLLECTION = f"{tree.NAMESPACE}.{tree.NAME}"
DOCUMENTED = {"DOCUMENTATION", "EXAMPLES", "RETURN"}


def _yaml(path: str) -> Any:
    return yaml.safe_load((tree.ROOT / path).read_text(encoding="utf-8"))


def _text(source: Source, name: str) -> str:
    """The literal a module's top-level name is set to."""
    for node in source.syntax.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return str(ast.literal_eval(node.value))
    return ""


def test_version_and_name() -> None:
    galaxy = _yaml("galaxy.yml")
    assert galaxy["version"] == VERSION
    assert (galaxy["namespace"], galaxy["name"]) == (tree.NAMESPACE, tree.NAME)


def test_action_groups_are_the_prefixes() -> None:
    wanted = defaultdict(list)
    for name in sorted(NAMES):
        wanted[name.partition("_")[0]].append(name)
    assert _yaml("meta/runtime.yml")["action_groups"] == wanted


def test_every_module_is_routed_to_the_one_action_plugin() -> None:
    (action,) = (source.path.stem for source in python_files("plugins/action"))
    wanted = {name: {"action_plugin": f"{COLLECTION}.{action}"} for name in NAMES}
    assert _yaml("meta/runtime.yml")["plugin_routing"] == {"modules": wanted}


@pytest.mark.parametrize("source", MODULES, ids=str)
def test_modules_are_documented(source: Source) -> None:
    assert all(_text(source, name).strip() for name in DOCUMENTED)
    documentation = yaml.safe_load(_text(source, "DOCUMENTATION"))
    assert documentation["module"] == source.path.stem
    # Members of an action group share the options of their service's connection.
    assert f"{COLLECTION}._{source.path.stem.partition('_')[0]}" in documentation["extends_documentation_fragment"]
    assert f"{COLLECTION}.{source.path.stem}:" in _text(source, "EXAMPLES")


def test_the_readme_tells_of_every_module() -> None:
    readme = (tree.ROOT / "README.md").read_text(encoding="utf-8")
    assert not [name for name in NAMES if f"| `{name}` |" not in readme]


@pytest.mark.parametrize("source", python_files("plugins/filter"), ids=str)
def test_filters_are_documented(source: Source) -> None:
    assert (tree.ROOT / source.path).with_suffix(".yml").is_file()


@pytest.mark.parametrize("role", sorted((tree.ROOT / "roles").glob("*")), ids=lambda role: str(role.name))
def test_roles_say_what_they_take(role: Path) -> None:
    specs = (role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    # Where it says no_log, ansible-core before 2.19 refuses a value that is vaulted in line. A role's options are not
    # shown anyway; those of the modules are hidden there.
    assert "no_log" not in specs
    assert (role / "README.md").is_file()


@pytest.mark.parametrize("role", sorted((tree.ROOT / "roles").glob("*")), ids=lambda role: str(role.name))
def test_roles_need_the_ansible_that_the_collection_needs(role: Path) -> None:
    oldest = _yaml("meta/runtime.yml")["requires_ansible"].removeprefix(">=")
    assert _yaml(f"roles/{role.name}/meta/main.yml")["galaxy_info"]["min_ansible_version"] == oldest


def test_the_oldest_ansible_is_tested() -> None:
    assert _yaml("meta/runtime.yml")["requires_ansible"] == f">={next(iter(cores.PYTHONS))}.0"


def test_ansible_lint_is_strict() -> None:
    settings = _yaml(".ansible-lint")
    assert settings["profile"] == "production"
    assert settings["strict"] is True
    assert not {"skip_list", "warn_list"} & settings.keys()


def test_no_sanity_ignores() -> None:
    assert not list((tree.ROOT / "tests" / "sanity").glob("ignore-*.txt"))
