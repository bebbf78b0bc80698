# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command for what comes next: as this run was started, and for the jobs and the ways that it was given."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.command import command_of
from ansible_collections.backupfleet.rest.plugins.plugin_utils.command_line import as_it_was_run
from simulator.testing import simulated_pair
from support.clock import SwiftClock
from support.handover import Staged, jobs_to_hand_over, staged
from support.reports import report, run

WAVE = {"vbr_cutover_jobs": ["By hand"], "vbr_cutover_adopt": ["move"]}
RAN = {
    "options": ["-i", "site a/hosts.yml", "--vault-id", "prod@prompt"],
    "variables": {**WAVE, "vbr_rollback_remove": True},
}


def test_without_a_command_line_there_is_nothing_to_say() -> None:
    assert as_it_was_run({}, {}, ()) == {"options": [], "variables": {}}
    assert command_of({"pair": "a b"}, "plan") == "ansible-playbook backupfleet.rest.plan --limit 'a b'"


def test_what_the_configuration_says_is_not_repeated() -> None:
    assert as_it_was_run({"inventory": ("/etc/hosts.yml",)}, {}, ["/etc/hosts.yml"])["options"] == []


def test_inventories_and_the_vault_are_those_of_this_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"inventory": (str(tmp_path / "hq.yml"), "/elsewhere", "one,two"), "ask_vault_pass": True}
    options = as_it_was_run(given, {}, ["/etc/ansible/hosts"])["options"]
    assert options == ["-i", "hq.yml", "-i", "/elsewhere", "-i", "one,two", "-J"]
    given = {"vault_ids": ("prod@prompt",), "vault_password_files": ("~/.vault",), "ask_vault_pass": False}
    options = as_it_was_run(given, {}, ())["options"]
    assert options == ["--vault-id", "prod@prompt", "--vault-password-file", "~/.vault"]


def test_only_what_hands_jobs_over_is_known_of_the_variables() -> None:
    said = {**WAVE, "vbr_import_secrets": "orchard-secret-1", "vbr_cutover_running": object()}
    assert as_it_was_run({}, said, ())["variables"] == WAVE


def test_the_command_is_read_by_a_shell_as_it_is_meant() -> None:
    words = shlex.split(command_of({"pair": "demo", "ran": RAN}, "cutover"))
    assert words[:5] == ["ansible-playbook", *RAN["options"]]
    assert words[5:8] == ["backupfleet.rest.cutover", "--limit", "demo"] and json.loads(words[9]) == WAVE
    words = shlex.split(command_of({"pair": "demo", "ran": RAN}, "rollback"))
    assert json.loads(words[9]) == {"vbr_rollback_remove": True}
    assert command_of({"pair": "demo", "ran": RAN}, "plan", " -e x=1").endswith(
        "backupfleet.rest.plan --limit demo -e x=1"
    )


@pytest.fixture
def ready(tmp_path: Path, swift_clock: SwiftClock) -> Iterator[Staged]:
    with simulated_pair(source_seed=jobs_to_hand_over()) as pair:
        yield staged(pair, tmp_path)


def reported(ready: Staged, failure: dict[str, Any] | None = None, **steps: Any) -> dict[str, Any]:
    standing = [{"name": name, "phase": phase, "stands": phase, "wrong": []} for name, phase in ready.phases().items()]
    return report({**run(ready.pair, False, failure, **steps), "name": "cutover", "standing": standing, "ran": RAN})


def test_a_wave_that_broke_is_run_again_as_that_wave(ready: Staged) -> None:
    ready.pair.target.faults.add(do="status", status=400, path="/enable$", times=0)
    result = ready.hand_over(jobs=["By hand"])
    made = reported(ready, {"task": "Hand the jobs over", "result": result}, cutover=result)
    assert made["outcome"] == "failed" and json.loads(shlex.split(made["command"])[-1]) == WAVE


def test_after_a_wave_the_next_one_is_somebody_s_choice(ready: Staged) -> None:
    made = reported(ready, cutover=ready.done(jobs=["By hand"]))
    assert made["next"].startswith("3 job(s) are not handed over yet")
    assert made["next"].endswith("The next wave is named in vbr_cutover_jobs; without it all that are left go.")
    assert json.loads(shlex.split(made["command"])[-1]) == {"vbr_cutover_adopt": ["move"]}
