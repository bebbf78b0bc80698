# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The move in single steps: export.yml, import.yml and verify.yml, where they keep what they make, and both edges.

The pair `demo` is moved; `unmoved` is only exported; `elsewhere` has a place of its own in the inventory.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, serving_pair
from support.playbooks import Played, flowing, inventory, play
from support.report_pages import reported
from support.tasks import drive, secrets_for

PAIRS = ("demo", "unmoved", "elsewhere")
MOVE = re.compile(r"mv -n .*? host_vars/demo/secrets\.yml")


@dataclass
class Steps:
    """The pairs, what each step printed, and the report of `demo` after it."""

    place: Path
    pairs: dict[str, Pair]
    hosts: Path = Path()
    played: dict[str, Played] = field(default_factory=dict)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)

    def step(self, name: str, playbook: str, *words: str) -> None:
        self.played[name] = play(playbook, "-i", self.hosts, *words, cwd=self.place)
        self.reports[name], _read = reported(self.place / "vbr_migrations" / "demo")


@pytest.fixture(name="steps", scope="module")
def four_steps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Steps]:
    place = tmp_path_factory.mktemp("steps")
    with ExitStack() as stack:
        made = Steps(place, {name: stack.enter_context(serving_pair()) for name in PAIRS})
        secrets = secrets_for(drive("export", made.pairs["demo"].source)["manifest"])
        own = {"elsewhere": {"vbr_migration_root": str(place / "in_the_inventory")}}
        made.hosts = inventory(place, made.pairs, own, vbr_secrets=secrets)
        made.step("export", "export")
        made.step("second export", "export", "--limit", "demo", "-e", f"vbr_migration_root={place}/on_the_command_line")
        made.step("import", "import", "--limit", "demo")
        made.step("verify", "verify", "--limit", "demo,unmoved")
        yield made


@pytest.mark.parametrize(
    ("root", "pair"), [("vbr_migrations", "demo"), ("in_the_inventory", "elsewhere"), ("on_the_command_line", "demo")]
)
def test_bundles_lie_where_the_user_says(steps: Steps, root: str, pair: str) -> None:
    for name in ("export", "second export"):
        assert steps.played[name].code == 0, steps.played[name].output
    assert (steps.place / root / pair / "bundle" / "manifest.json").exists()


def test_export_import_and_verify_are_the_move_in_three(steps: Steps) -> None:
    for name in ("export", "import"):
        assert steps.played[name].code == 0, steps.played[name].output
    assert steps.played["verify"].recap["demo"]["failed"] == 0, steps.played["verify"].output
    needed = steps.place / "on_the_command_line" / "demo" / "secrets_needed.yml"
    assert "main-domain-credentials" in needed.read_text(encoding="utf-8")
    # A long one is named, and not printed; nor is a command that would lose the secrets that are there.
    said = flowing(steps.played["second export"].output)
    assert str(needed) in said and "This pair has vbr_secrets already" in said
    assert "mv -n" not in said and "main-domain-credentials" not in said


def test_what_an_export_advises_works_in_any_folder(tmp_path: Path) -> None:
    place = tmp_path / "ten minutes"
    place.mkdir()
    with serving_pair() as pair:
        hosts = inventory(place, {"demo": pair})
        for earlier in (False, True):
            said = flowing(play("export", "-i", hosts, cwd=place).output)
            assert ("It is of an earlier export" in said) == earlier
        (command,) = MOVE.findall(said)
        subprocess.run(("bash", "-euc", f"mkdir -p host_vars/demo; {command}"), cwd=place, check=True)
        assert "main-domain-credentials" in (place / "host_vars" / "demo" / "secrets.yml").read_text(encoding="utf-8")

        again = play("export", "-i", hosts, cwd=place)
        assert again.code == 0 and "mv -n" not in again.output
        assert "This pair has vbr_secrets already" in flowing(again.output)


def test_three_steps_write_one_report(steps: Steps) -> None:
    assert [steps.reports[name]["outcome"] for name in ("export", "import", "verify")] == [
        *("exported", "moved", "verified"),
    ]
    report = steps.reports["verify"]
    assert report["totals"]["created"] == 19
    assert report["verification"]["compared"] == 23
    assert set(report["seconds"]) == {"export", "import", "verify"}


def test_verify_fails_when_something_is_missing(steps: Steps) -> None:
    played = steps.played["verify"]
    assert played.code != 0
    assert played.recap["unmoved"]["failed"] == 1
    assert " missing." in played.output and "Backup Job 2" in played.output


def test_both_edges_do_the_same(steps: Steps) -> None:
    """With an environment of its own a task travels as an ordinary module; the result is the same."""
    book = steps.place / "edges.yml"
    book.write_text(EDGES, encoding="utf-8")
    played = play(book, "-i", steps.hosts, "--limit", "unmoved", cwd=steps.place)
    assert played.code == 0, played.output
    # Only the edge in the controller's process can show progress.
    assert played.output.count("speaks 1.2-rev1") == 1


EDGES = """
- hosts: vbr_migrations
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  module_defaults:
    group/backupfleet.rest.vbr:
      hostname: "{{ vbr_target.hostname }}"
      port: "{{ vbr_target.port }}"
      username: "{{ vbr_target.username }}"
      password: "{{ vbr_target.password }}"
      ca_path: "{{ vbr_target.ca_path }}"
    # Those of a module are for this module and for no other.
    backupfleet.rest.vbr_automation_import:
      src: vbr_migrations/unmoved/bundle
      secrets: "{{ vbr_secrets }}"
    backupfleet.rest.vbr_info:
      resource: credentials
  tasks:
    - backupfleet.rest.vbr_automation_import:
      check_mode: true
      register: here
    - backupfleet.rest.vbr_automation_import:
      check_mode: true
      environment:
        EDGE: module
      register: there
    - ansible.builtin.assert:
        that:
          - here.plan == there.plan
          - here.changed and there.changed
"""
