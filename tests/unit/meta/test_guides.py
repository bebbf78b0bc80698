# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guides and README files show exists: modules and their options, roles, playbooks, variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.yaml import yaml_load

from tooling import guides, tree
from tooling.sources import python_files

COLLECTION = f"{tree.NAMESPACE}.{tree.NAME}"
NAME = re.compile(rf"\b{re.escape(COLLECTION)}\.([a-z_]+)")
BLOCKS = [block for path in guides.texts() for block in guides.blocks(path)]
YAML = [block for block in BLOCKS if block.language == "yaml"]
PREFIXES = {source.path.stem.partition("_")[0] for source in python_files("plugins/modules")}
VARIABLE = re.compile(rf"({'|'.join(sorted(PREFIXES))})_[a-z_]+")
MODULES = {source.path.stem for source in python_files("plugins/modules")}
PLAYBOOKS = {path.stem for path in (tree.ROOT / "playbooks").glob("*.yml")}
ROLES = {path.name for path in (tree.ROOT / "roles").iterdir() if path.is_dir()}
FILTERS = {source.path.stem for source in python_files("plugins/filter")}
MAX_COLUMNS = 120
BESIDE_FOLDER = re.compile(r"\b(host|group)_vars/[\w.]+\.ya?ml\b")
KEYWORDS = ("tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always")


@cache
def known_variables() -> set[str]:
    """What roles take and playbooks and roles speak of."""
    files = (path for folder in ("playbooks", "roles") for path in (tree.ROOT / folder).rglob("*.yml"))
    return {found[0] for path in files for found in VARIABLE.finditer(path.read_text(encoding="utf-8"))}


@cache
def options(module: str) -> set[str]:
    return set(import_module(f"ansible_collections.{COLLECTION}.plugins.modules.{module}").TASK.arguments)


def tasks(document: Any) -> Iterator[Mapping[str, Any]]:
    """Every task of a playbook or a list of tasks, in blocks too."""
    for entry in document if isinstance(document, list) else []:
        if isinstance(entry, dict):
            yield entry
            for keyword in KEYWORDS:
                yield from tasks(entry.get(keyword))


def keys(document: Any) -> Iterator[str]:
    """Every key of every dictionary."""
    if isinstance(document, dict):
        yield from map(str, document)
    for value in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from keys(value)


@pytest.mark.parametrize("block", YAML, ids=str)
def test_yaml_is_yaml_and_uses_options_that_are_there(block: guides.Block) -> None:
    for task in tasks(yaml_load(block.code)):
        for name in task:
            found = NAME.fullmatch(str(name))
            if found:
                assert set(task[name] or {}) <= options(found[1])


@pytest.mark.parametrize("block", YAML, ids=str)
def test_variables_are_known_to_a_role_or_a_playbook(block: guides.Block) -> None:
    given = {key for key in keys(yaml_load(block.code)) if VARIABLE.fullmatch(key)}
    assert given <= known_variables() | MODULES


@pytest.mark.parametrize("path", guides.texts(), ids=lambda path: str(path.relative_to(tree.ROOT)))
def test_names_of_the_collection_lead_somewhere(path: Path) -> None:
    named = set(NAME.findall(path.read_text(encoding="utf-8"))) - {"docsite"}
    assert named <= MODULES | PLAYBOOKS | ROLES | FILTERS | PREFIXES


@pytest.mark.parametrize("path", guides.texts(), ids=lambda path: str(path.relative_to(tree.ROOT)))
def test_variables_of_a_host_stand_in_its_folder(path: Path) -> None:
    """Ansible reads the folder and passes over a file of the same name beside it."""
    shown = [words for block in guides.blocks(path) for words in (block.caption, block.code)]
    assert not [words for words in shown if BESIDE_FOLDER.search(words)]


def test_every_guide_is_in_the_contents() -> None:
    contents = yaml_load((guides.GUIDES.parent / "extra-docs.yml").read_text(encoding="utf-8"))
    listed = [name for section in contents["sections"] for name in section["toctree"]]
    assert sorted(listed) == sorted(path.stem for path in guides.GUIDES.glob("*.rst"))
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("path", sorted(guides.GUIDES.glob("*.rst")), ids=lambda path: str(path.stem))
def test_lines_of_guides_fit_a_screen(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not [number for number, line in enumerate(lines, 1) if len(line) > MAX_COLUMNS]
