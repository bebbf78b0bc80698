# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The execution environment: `ansible-builder` takes its definition, and it gets what the plugins import, no more."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement

from tooling import tree
from tooling.sources import imports, python_files

DEFINITION = tree.ROOT / "execution-environment.yml"
# What every execution environment has, whatever collections are in it.
GIVEN = "ansible-core"


def run(program: str, *words: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        (str(Path(sys.executable).with_name(program)), *map(str, words)),
        cwd=cwd,
        env={**os.environ, **tree.environment(cwd)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def imported() -> set[str]:
    """The distributions whose packages the plugins import, without what comes along with them or with Ansible."""
    files = python_files("plugins")
    names = {found.name.partition(".")[0] for source in files for found in imports(source) if not found.relative}
    foreign = names - set(sys.stdlib_module_names) - {"ansible", "ansible_collections"}
    where = packages_distributions()
    wanted = {_normal(where[name][0]) for name in foreign}
    return wanted - _needed_by(wanted | {GIVEN})


def _needed_by(distributions: Iterable[str]) -> set[str]:
    lines = (line for name in distributions for line in requires(name) or [])
    return {_normal(requirement.name) for requirement in map(Requirement, lines) if not _extra(requirement)}


def _extra(requirement: Requirement) -> bool:
    return requirement.marker is not None and "extra" in str(requirement.marker)


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")


def test_an_image_gets_what_the_plugins_import(collections: Path, tmp_path: Path) -> None:
    # What the build of an image asks each installed collection.
    found: dict[str, Any] = yaml.safe_load(run("ansible-builder", "introspect", collections, cwd=tmp_path))
    assert {_normal(Requirement(line.partition("#")[0]).name) for line in found["python"]} == imported()
    assert found["system"] == []


def test_the_definition_is_accepted(tarball: Path, tmp_path: Path) -> None:
    shutil.copy(DEFINITION, tmp_path)
    (tmp_path / "dist").mkdir()
    shutil.copy(tarball, tmp_path / "dist")
    output = run("ansible-builder", "create", "--verbosity", "3", cwd=tmp_path)
    assert "No matches" not in output
    context = tmp_path / "context" / "_build"
    (collection,) = yaml.safe_load((context / "requirements.yml").read_text(encoding="utf-8"))["collections"]
    # The build of the image runs in that folder.
    assert (context / collection["name"]).read_bytes() == tarball.read_bytes()


def test_it_is_the_version_that_is_released() -> None:
    version = yaml.safe_load((tree.ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    definition = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    (collection,) = definition["dependencies"]["galaxy"]["collections"]
    (copied,) = definition["additional_build_files"]
    assert copied["src"] == collection["name"] == f"dist/{tree.NAMESPACE}-{tree.NAME}-{version}.tar.gz"


def test_its_ansible_is_one_that_is_supported() -> None:
    definition = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    core = Requirement(definition["dependencies"]["ansible_core"]["package_pip"])
    runtime = (tree.ROOT / "tests" / "requirements-runtime.txt").read_text(encoding="utf-8").splitlines()
    (supported,) = (Requirement(line) for line in runtime if line.startswith(GIVEN))
    (pin,) = core.specifier
    assert (core.name, pin.operator) == (GIVEN, "==")
    assert supported.specifier.contains(pin.version)
