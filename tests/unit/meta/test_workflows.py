# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What build machines run is what a developer runs: the targets of the Makefile, which are pieces of the noxfile."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tooling import cores, guides, tree

MAKEFILE = (tree.ROOT / "Makefile").read_text(encoding="utf-8")
NOXFILE = (tree.ROOT / "noxfile.py").read_text(encoding="utf-8")
TARGETS = {
    target
    for line in MAKEFILE.splitlines()
    if (rule := re.match(r"([a-z][a-z -]*):(?!=)", line))
    for target in rule[1].split()
}
WORKFLOWS = sorted((tree.ROOT / ".github" / "workflows").glob("*.yml"))
# Prose calls make in backticks, a workflow and .ci/run in a step or a line; code may begin a line with it.
CALL = re.compile(r"(?:`|run: |exec |^ {4}|\$ )make ([a-z][a-z-]*)", re.MULTILINE)
CALL_IN_CODE = re.compile(r"^make ([a-z][a-z-]*)", re.MULTILINE)
CALLERS = sorted(
    {
        *guides.texts(),
        *tree.ROOT.glob(".ci/*"),
        *WORKFLOWS,
    }
)


def _jobs(workflow: Any) -> list[dict[str, Any]]:
    return list(workflow["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.name))
def test_workflows_run_the_targets_of_make(path: Any) -> None:
    jobs = _jobs(yaml.safe_load(path.read_text(encoding="utf-8")))
    commands = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    called = [found[1] for command in commands if (found := re.fullmatch(r"make ([a-z-]+)", command))]
    assert called
    assert set(called) <= TARGETS
    # Everything else would be something that a developer cannot run.
    assert all(command.startswith(("make ", "gh release ")) for command in commands)


def test_everything_is_tested_on_every_python() -> None:
    workflow = yaml.safe_load((tree.ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    pythons = set(workflow["jobs"]["test"]["strategy"]["matrix"]["python"])
    assert pythons == set(cores.TESTED)
    # Between them they have every ansible-core of the matrix's ends.
    assert {cores.oldest(python) for python in pythons} >= {next(iter(cores.PYTHONS))}


@pytest.mark.parametrize("path", CALLERS, ids=lambda path: str(path.relative_to(tree.ROOT)))
def test_whoever_calls_make_calls_what_it_has(path: Any) -> None:
    code = "\n".join(block.code for block in guides.blocks(path))
    assert set(CALL.findall(path.read_text(encoding="utf-8")) + CALL_IN_CODE.findall(code)) <= TARGETS


def test_the_pieces_of_make_are_sessions_of_nox() -> None:
    (pieces,) = re.findall(r"^([a-z -]+): \$\(TOOLS\)\n\t@\$\(BIN\)/nox -s \$@$", MAKEFILE, re.MULTILINE)
    for piece in pieces.split():
        assert f"def {piece}(" in NOXFILE or f'name="{piece}"' in NOXFILE


def test_ci_is_make_test() -> None:
    assert (tree.ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("exec make test")
