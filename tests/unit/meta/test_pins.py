# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is installed or used from elsewhere is pinned, so that somebody's next release breaks no fresh clone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tooling import cores, pins, tree

TESTS = tree.ROOT / "tests"
COMMIT = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
WORKFLOWS = sorted((tree.ROOT / ".github" / "workflows").glob("*.yml"))
MAKEFILE = (tree.ROOT / "Makefile").read_text(encoding="utf-8")
NOXFILE = (tree.ROOT / "noxfile.py").read_text(encoding="utf-8")


def requirements(path: Path) -> Iterator[Requirement]:
    """What a file asks for, with the files that it names."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("-r "):
            yield from requirements(path.parent / text[3:])
        elif text:
            yield Requirement(text)


def pinned(path: Path, python: str) -> dict[str, str]:
    """The versions that a constraints file has for a Python; each name once."""
    lines = list(map(Requirement, filter(None, (line.partition("#")[0].strip() for line in path.open()))))
    here = [line for line in lines if not line.marker or line.marker.evaluate({"python_version": python})]
    versions = {canonicalize_name(line.name): str(line.specifier) for line in here}
    assert len(versions) == len(here)
    assert all(re.fullmatch(r"==[^*,]+", version) for version in versions.values())
    return {name: version.removeprefix("==") for name, version in versions.items()}


@pytest.mark.parametrize("python", cores.TESTED)
@pytest.mark.parametrize("target", pins.ENVIRONMENTS)
def test_whatever_is_asked_for_is_pinned_to_what_is_allowed(target: str, python: str) -> None:
    versions = pinned(TESTS / target, python)
    for wanted in requirements(TESTS / pins.ENVIRONMENTS[target]):
        name = canonicalize_name(wanted.name)
        assert name in versions, f"{name} has no pin: `make pins LIKE=.venv`"
        assert wanted.specifier.contains(versions[name]), f"{wanted}: `make pins LIKE=.venv`"


def test_each_python_is_tested_with_its_newest_ansible_core() -> None:
    for python in cores.TESTED:
        newest = [core for core, pythons in cores.PYTHONS.items() if python in pythons][-1]
        assert pinned(TESTS / "constraints.txt", python)["ansible-core"].startswith(f"{newest}.")


def test_another_ansible_core_brings_its_own_resolvelib() -> None:
    left = pinned(pins.for_another_core(), cores.THIS_PYTHON)
    assert set(pinned(TESTS / "constraints.txt", cores.THIS_PYTHON)) - set(left) == set(pins.OF_THE_CORE)


def test_every_installation_is_constrained() -> None:
    (pip,) = re.findall(r"^PIP := (.*)$", MAKEFILE, re.MULTILINE)
    assert pip.endswith("install --constraint $(PINS)")
    assert "PINS := tests/constraints.txt\n" in MAKEFILE
    # Whoever installs goes by that name, and installs again when the pins have changed.
    assert MAKEFILE.count("pip ") == 1
    assert re.search(r"^\$\(RUNTIME\): .*\$\(PINS\)", MAKEFILE, re.MULTILINE)
    for found in re.finditer(r"session\.install\(", NOXFILE):
        assert "--constraint" in NOXFILE[found.start() - 150 : found.start() + 80]
    assert "pip" not in re.findall(r'session\.run\("(\w+)"', NOXFILE)


def test_what_pip_would_install_becomes_lines() -> None:
    found = {"3.11": {"a": "1", "b": "1", "c": "2"}, "3.12": {"a": "1", "b": "2"}}
    assert pins.written(found).splitlines() == [
        "a==1",
        'b==1; python_version == "3.11"',
        'b==2; python_version == "3.12"',
        'c==2; python_version == "3.11"',
    ]


@pytest.mark.parametrize(
    "path", sorted((tree.ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.name
)
def test_workflows_use_commits_and_no_moving_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(COMMIT.findall(text)) == text.count("uses:") > 0
    jobs = yaml.safe_load(text)["jobs"].values()
    assert not [job["runs-on"] for job in jobs if "latest" in job["runs-on"]]


def test_the_execution_environment_has_the_versions_of_the_tests() -> None:
    definition: dict[str, Any] = yaml.safe_load((tree.ROOT / "execution-environment.yml").read_text(encoding="utf-8"))
    dependencies = definition["dependencies"]
    python = dependencies["python_interpreter"]["package_system"].removeprefix("python")
    versions = pinned(TESTS / "constraints.txt", python)
    packages = (dependencies["ansible_core"]["package_pip"], dependencies["ansible_runner"]["package_pip"])
    asked = [*map(Requirement, (*packages, *dependencies["python"]))]
    assert {wanted.name: str(wanted.specifier) for wanted in asked} == {
        wanted.name: f"=={versions[wanted.name]}" for wanted in asked
    }
    # What the collection itself needs is among them.
    assert {wanted.name for wanted in requirements(tree.ROOT / "requirements.txt")} <= {wanted.name for wanted in asked}
    assert re.search(r":\d+\.\d+$|@sha256:[0-9a-f]{64}$", definition["images"]["base_image"]["name"])
