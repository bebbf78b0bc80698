# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make registered` was run, and a new kind of object needs nothing but its declaration and its module."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tooling import marks, registered, tree

RESOURCES = "plugins/module_utils/_vbr/resources"
DECLARATION = """
from __future__ import annotations

from ..resource.schema import KEY, Field, Resource

TAPE = Resource(what="tape", path="/api/v1/tapes", fields={"name": Field(role=KEY)}, kind="tapes", order=5)
"""
MODULE = '''
from __future__ import annotations

DOCUMENTATION = r"""
description:
  - Manages tapes, see M(backupfleet.rest.vbr_job).
extends_documentation_fragment:
  - backupfleet.rest._vbr.state
options:
  name:
    description: The name of the tape.
"""

from ..module_utils._core.edge import perform
from ..module_utils._vbr.resource.manage import manage
from ..module_utils._vbr.resources.tape import TAPE

TASK = perform(manage(TAPE))
'''


@pytest.fixture(name="made", scope="module")
def made_from_this_tree() -> dict[Path, str]:
    """The text of every file that is made."""
    return {path.relative_to(tree.ROOT): text for path, text in registered.made()}


def test_nothing_is_stale(made: dict[Path, str]) -> None:
    assert [path for path, text in made.items() if read(tree.ROOT / path) != text] == [], "run `make registered`"
    assert registered.left_over() == [], "run `make registered`"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.fixture(name="copy")
def with_a_new_kind(tmp_path: Path) -> Path:
    """A copy of the collection to which somebody added a declaration and a module."""
    for folder in ("plugins", "roles", "meta", "docs", "tests/tooling"):
        shutil.copytree(tree.ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(tree.ROOT / "README.md", tmp_path)
    (tmp_path / RESOURCES / "tape.py").write_text(DECLARATION, encoding="utf-8")
    (tmp_path / "plugins" / "modules" / "vbr_tape.py").write_text(MODULE, encoding="utf-8")
    place = tree.place(tmp_path / ".cache" / "collections")
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path, target_is_directory=True)
    return tmp_path


def register(copy: Path) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join(map(str, (copy / "tests", copy / ".cache" / "collections")))
    command = (sys.executable, "-m", "tooling.registered")
    return subprocess.run(
        command, cwd=copy, env={**os.environ, "PYTHONPATH": paths}, check=False, capture_output=True, text=True
    )


@pytest.mark.story
def test_a_new_kind_needs_its_declaration_and_its_module(copy: Path, made: dict[Path, str]) -> None:
    done = register(copy)
    assert done.returncode == 0, done.stderr
    # The codes of a preflight stay what they are.
    others = {str(path) for path in made if path.parent.name != "action" and path.parts[0] != "docs"}
    assert set(done.stdout.split()[1::2]) == {*others, "plugins/action/vbr_tape.py"}

    def text(path: str) -> str:
        return read(copy / path)

    assert 'KINDS: Mapping[str, Resource] = {\n    "tapes": TAPE,\n' in text(
        "plugins/module_utils/_vbr/resources/kinds.py"
    )
    assert "from ..modules.vbr_tape import TASK\n" in text("plugins/action/vbr_tape.py")
    assert 'MODULES = {\n    "tapes": vbr_tape,\n' in text("plugins/doc_fragments/_estate.py")
    assert "| `vbr_tape` | manages tapes, see `vbr_job` |\n" in text("README.md")
    runtime = yaml.safe_load(text("meta/runtime.yml"))
    assert "vbr_tape" in runtime["action_groups"]["vbr"]
    assert yaml.safe_load(text("roles/vbr_as_code/defaults/main.yml"))["vbr_as_code_tapes"] == []
    tasks, name = yaml.safe_load(text("roles/vbr_as_code/tasks/main.yml")), "backupfleet.rest.vbr_estate"
    assert [task[name]["tapes"] for task in tasks if name in task] == ["{{ vbr_as_code_tapes }}"]
    specs = yaml.safe_load(text("roles/vbr_as_code/meta/argument_specs.yml"))["argument_specs"]["main"]["options"]
    assert specs["vbr_as_code_tapes"]["options"]["name"] == {"description": "The name of the tape.", "type": "str"}
    assert register(copy).stdout == "", "the second run finds nothing to write"


@pytest.mark.story
def test_what_is_gone_is_gone_everywhere(copy: Path, made: dict[Path, str]) -> None:
    """Also from what nothing could be imported without."""
    assert register(copy).returncode == 0
    (copy / RESOURCES / "tape.py").unlink()
    (copy / "plugins" / "modules" / "vbr_tape.py").unlink()
    done = register(copy)
    assert done.returncode == 0, done.stderr
    assert {path: read(copy / path) for path in made} == made
    assert not (copy / "plugins" / "action" / "vbr_tape.py").exists()


def test_a_kind_without_a_module_is_named(copy: Path) -> None:
    (copy / "plugins" / "modules" / "vbr_tape.py").unlink()
    done = register(copy)
    assert done.returncode != 0
    assert "tapes is managed by one module, not by 0: []" in done.stderr


@pytest.mark.parametrize("text", ["", f"# {marks.BEGIN}\n", f"# {marks.BEGIN}\n# {marks.END}\n" * 2])
def test_a_file_has_one_pair_of_marks(tmp_path: Path, text: str) -> None:
    path = tmp_path / "marked.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LookupError, match=r"and not 1$"):
        marks.between(path, "new\n")


def test_what_is_written_stands_between_the_marks(tmp_path: Path) -> None:
    path = tmp_path / "marked.yml"
    path.write_text(f"a:\n  # {marks.BEGIN} of it\n  old: 1\n  # {marks.END}\nb: 2\n", encoding="utf-8")
    assert marks.between(path, "new: 3\n") == f"a:\n  # {marks.BEGIN} of it\n  new: 3\n  # {marks.END}\nb: 2\n"
