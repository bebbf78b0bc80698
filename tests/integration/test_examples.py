# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every EXAMPLE in the documentation runs as it is printed."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import yaml

from simulator.demo import OTHERS
from simulator.testing import serving_pair
from support.playbooks import inventory, play
from support.tasks import drive, secrets_for
from tooling import tree

VAULT = re.compile(r"\bvault_\w+")
MODULES = tree.ROOT / "plugins" / "modules"
NEWEST = "13.1.0.411"
# It runs in a role only, and every role begins with just this task.
OF_A_ROLE = "check_role_variables"


def examples(module: Path) -> list[dict[str, object]]:
    """The tasks of a module's EXAMPLES."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES":
            tasks: list[dict[str, object]] = yaml.safe_load(ast.literal_eval(node.value))
            return tasks
    raise AssertionError(f"{module.name} has no EXAMPLES")


def test_every_example_runs(tmp_path: Path) -> None:
    tasks = [task for module in sorted(MODULES.glob("*.py")) for task in examples(module)]
    tasks = [task for task in tasks if f"backupfleet.rest.{OF_A_ROLE}" not in task]
    # What the examples take from a vault.
    vault = {name: f"Ex4&{name}+%=#Wn8" for name in VAULT.findall(json.dumps(tasks))}
    book = {
        "hosts": "vbr_migrations",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}", "work_dir": str(tmp_path), **vault},
        "tasks": tasks,
    }
    (tmp_path / "examples.yml").write_text(json.dumps([book]), encoding="utf-8")
    # Some modules are for the newest servers only.
    with serving_pair(others=tuple(OTHERS), target_build=NEWEST) as pair:
        secrets = secrets_for(drive("export", pair.source)["manifest"])
        hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
        played = play(tmp_path / "examples.yml", "-i", hosts, cwd=tmp_path)
    assert played.code == 0, played.output
    assert played.recap["demo"]["ok"] == len(tasks)
