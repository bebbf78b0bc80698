# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that describe the collection agree with the files that make it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.yaml import yaml_load

from ansible_collections.backupfleet.rest.plugins.module_utils._core.version import VERSION
from tooling import cores, registered, tree
from tooling.registered import loaded, summary
from tooling.sources import Source, python_files

MODULES = [source for source in python_files("plugins/modules") if source.path.stem in registered.names()]
NAMES = {source.path.stem for source in MODULES}
CONNECTED = {name for name in NAMES if "hostname" in loaded(name).TASK.options}
# What runs in the controller only has a documentation, and no module.
ACTIONS_ONLY = {*registered.documented()}
COLLECTION = f"{tree.NAMESPACE}.{tree.NAME}"
DOCUMENTED = {"DOCUMENTATION", "EXAMPLES", "RETURN"}
MAX_SUMMARY = 140


def _yaml(path: str) -> Any:
    return yaml_load((tree.ROOT / path).read_text(encoding="utf-8"))


def _text(source: Source, name: str) -> str:
    """The literal a module's top-level name is set to."""
    for node in source.syntax.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return str(ast.literal_eval(node.value))
    return ""


def _keys(node: Any) -> Iterator[Any]:
    """Every key of a document, at any depth."""
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _keys(part)
    yield from node if isinstance(node, dict) else ()


def test_every_key_of_a_documentation_is_a_text() -> None:
    """YAML takes `off`, `on`, `yes` and numbers for something else, and `ansible-doc` shows nothing then."""
    for source in MODULES:
        keys = [key for name in DOCUMENTED for key in _keys(yaml_load(_text(source, name)))]
        assert [key for key in keys if not isinstance(key, str)] == [], source.path.stem


def test_version_and_name() -> None:
    galaxy = _yaml("galaxy.yml")
    assert galaxy["version"] == VERSION
    assert (galaxy["namespace"], galaxy["name"]) == (tree.NAMESPACE, tree.NAME)


def test_action_groups_are_the_prefixes() -> None:
    """Of all modules that have a connection of their own: there is nothing to give to the others."""
    wanted = defaultdict(list)
    for name in sorted(CONNECTED):
        wanted[name.partition("_")[0]].append(name)
    assert _yaml("meta/runtime.yml")["action_groups"] == wanted


def test_every_module_runs_in_the_controllers_process() -> None:
    """By an action plugin of its own name: by that name Ansible knows the defaults of the task."""
    assert {source.path.stem for source in python_files("plugins/action")} == NAMES | ACTIONS_ONLY
    assert "plugin_routing" not in _yaml("meta/runtime.yml")


@pytest.mark.parametrize("source", MODULES, ids=str)
def test_modules_are_documented(source: Source) -> None:
    assert all(_text(source, name).strip() for name in DOCUMENTED)
    documentation = yaml_load(_text(source, "DOCUMENTATION"))
    assert documentation["module"] == source.path.stem
    # Members of an action group share the options of their service's connection.
    shared = f"{COLLECTION}._{source.path.stem.partition('_')[0]}" in documentation["extends_documentation_fragment"]
    assert shared == (source.path.stem in CONNECTED)
    assert f"{COLLECTION}.{source.path.stem}:" in _text(source, "EXAMPLES")


@pytest.mark.parametrize("source", MODULES, ids=str)
def test_fragments_of_documentation_are_there(source: Source) -> None:
    """`backupfleet.rest._vbr.state` is STATE of the fragments in _vbr.py; one without a third name is DOCUMENTATION."""
    for name in yaml_load(_text(source, "DOCUMENTATION"))["extends_documentation_fragment"]:
        assert name.startswith(f"{COLLECTION}.")
        file, _dot, part = name.removeprefix(f"{COLLECTION}.").partition(".")
        assert (tree.ROOT / "plugins" / "doc_fragments" / f"{file}.py").is_file(), f"there is no fragment {name}"
        fragments = import_module(f"ansible_collections.{COLLECTION}.plugins.doc_fragments.{file}").ModuleDocFragment
        assert hasattr(fragments, part.upper() or "DOCUMENTATION"), f"there is no fragment {name}"


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_readme_has_every_module_in_one_sentence(name: str) -> None:
    readme = (tree.ROOT / "README.md").read_text(encoding="utf-8")
    assert f"| `{name}` | {summary(name)} |\n" in readme
    # It is the first paragraph of the module's documentation, which is to be a sentence that says what the module does.
    assert ". " not in summary(name) and len(summary(name)) <= MAX_SUMMARY


def test_new_modules_are_announced() -> None:
    """In a fragment of the changelog, as long as the changelog itself does not list them."""
    listed = {module["name"] for release in _releases() for module in release.get("modules", ())}
    paths = (tree.ROOT / "changelogs" / "fragments").glob("*.y*ml")
    fragments = [path.read_text(encoding="utf-8") for path in paths]
    assert not [name for name in NAMES - listed if not any(re.search(rf"\b{name}\b", text) for text in fragments)]


def _releases() -> Any:
    return _yaml("changelogs/changelog.yaml")["releases"].values()


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


@pytest.mark.parametrize("folder", ["filter", "modules", "action"])
def test_what_a_plugin_names_is_named_one_by_one(folder: str) -> None:
    """ansible-doc warns of `A, B = 1, 2` in a file whose documentation it reads, and sanity takes that for an error."""
    for path in (tree.ROOT / "plugins" / folder).glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            assert not [target for target in targets if isinstance(target, ast.Tuple)], path.name
