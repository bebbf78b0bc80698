# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command for what comes next: as this run was started, and for the jobs and the ways that it was given."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.command import AS_BEFORE, command_of
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


def test_only_what_a_next_command_reads_is_known_of_the_variables() -> None:
    known = {**WAVE, "vbr_import_kinds": ["jobs"], "vbr_migration_root": "/srv/moves"}
    hidden = {"vbr_secrets": "orchard-secret-1", "vbr_import_password": "orchard-secret-1", "vbr_source": {}}
    assert as_it_was_run({}, {**known, **hidden, "vbr_cutover_running": object()}, ())["variables"] == known


def test_the_command_is_read_by_a_shell_as_it_is_meant() -> None:
    words = shlex.split(command_of({"pair": "demo", "ran": RAN}, "cutover"))
    assert words[:5] == ["ansible-playbook", *RAN["options"]]
    assert words[5:8] == ["backupfleet.rest.cutover", "--limit", "demo"] and yaml.safe_load(words[9]) == WAVE
    words = shlex.split(command_of({"pair": "demo", "ran": RAN}, "rollback"))
    assert yaml.safe_load(words[9]) == {"vbr_rollback_remove": True}
    assert command_of({"pair": "demo", "ran": RAN}, "plan", " -e x=1").endswith(
        "backupfleet.rest.plan --limit demo -e x=1"
    )


@pytest.mark.parametrize(
    "value",
    ["stop", True, 3, None, ["Tier 01", "Nightly (old) - 2"], {"jobs": ["a@b.c", "x/y"]}, "Prüfung 1"],
)
def test_a_command_can_be_copied_from_what_ansible_shows(value: Any) -> None:
    """Ansible shows texts as JSON: with a backslash before each quote and each backslash."""
    given = {"vbr_cutover_running": value}
    command = command_of({"pair": "demo", "ran": {"variables": given}}, "cutover")
    assert not {'"', "\\"} & set(command)
    assert yaml.safe_load(shlex.split(command)[-1]) == given


@pytest.mark.parametrize(
    "name", ["it's", 'say "x"', "D:\\Old", "a: b", "a #b", "[x]", "{{ x }}", "1e3", "true", "*", "", " a"]
)
def test_what_cannot_be_said_so_makes_a_command_that_is_refused(name: str) -> None:
    """Without which jobs it would be a command for all of them."""
    given = {"vbr_cutover_jobs": [name]}
    assert shlex.split(command_of({"pair": "demo", "ran": {"variables": given}}, "cutover"))[-1] == AS_BEFORE


@pytest.mark.parametrize("value", ["true", "no", "600", "1e3"])
def test_what_was_given_as_name_and_value_is_given_so_again(value: str) -> None:
    """Of name=value on a command line Ansible makes a text, which YAML would take for something else."""
    given = {"vbr_rollback_remove": value, "vbr_rollback_jobs": ["By hand"]}
    words = shlex.split(command_of({"pair": "demo", "ran": {"variables": given}}, "rollback"))
    assert words[-4:-1] == ["-e", f"vbr_rollback_remove={value}", "-e"]
    assert yaml.safe_load(words[-1]) == {"vbr_rollback_jobs": ["By hand"]}


def test_after_a_plan_the_variables_of_the_import_go_along() -> None:
    given = {"vbr_import_kinds": ["credentials"], "vbr_migration_root": "/srv/moves", "vbr_cutover_running": "stop"}
    command = command_of({"pair": "demo", "ran": {"variables": given}}, "apply", " -e vbr_plan_digest=abc")
    words = shlex.split(command)
    assert words[-2:] == ["-e", "vbr_plan_digest=abc"]
    assert yaml.safe_load(words[-3]) == {name: given[name] for name in ("vbr_import_kinds", "vbr_migration_root")}


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
    assert made["outcome"] == "failed" and yaml.safe_load(shlex.split(made["command"])[-1]) == WAVE


def test_after_a_wave_the_next_one_is_somebody_s_choice(ready: Staged) -> None:
    """The command as it stands is refused, and takes no job that nobody has chosen."""
    made = reported(ready, cutover=ready.done(jobs=["By hand"]))
    assert made["next"].startswith("3 job(s) are not handed over yet")
    assert "Name the next wave in vbr_cutover_jobs; without it all that are left go." in made["next"]
    assert made["next"].endswith("These are left: 'Backup Job 2', 'Backup Job 3', 'Retired'.")
    given = yaml.safe_load(shlex.split(made["command"])[-1])
    assert given == {"vbr_cutover_jobs": ["THE NEXT WAVE"], "vbr_cutover_adopt": ["move"]}
    assert "No job of the journal is called" in ready.hand_over(jobs=given["vbr_cutover_jobs"])["msg"]


def test_a_wave_that_the_inventory_names_is_one_too(ready: Staged) -> None:
    done = run(ready.pair, cutover=ready.done(jobs=["By hand"]))
    standing = [{"name": name, "phase": phase, "stands": phase, "wrong": []} for name, phase in ready.phases().items()]
    made = report({**done, "name": "cutover", "standing": standing})
    assert yaml.safe_load(shlex.split(made["command"])[-1]) == {"vbr_cutover_jobs": ["THE NEXT WAVE"]}


def test_what_is_taken_back_is_handed_over_again_without_the_others(ready: Staged) -> None:
    ready.done(jobs=["By hand", "Backup Job 2"])
    made = reported(ready, rollback=ready.done(state="rolled_back", jobs=["By hand"]))
    assert (
        made["next"] == "1 job(s) are as they were on the source: mend what was wrong, and hand them over: 'By hand'."
    )
    assert yaml.safe_load(shlex.split(made["command"])[-1]) == WAVE
    made = reported(ready, rollback=ready.done(state="rolled_back", jobs=["Backup Job 2"]))
    assert made["next"].startswith("1 job(s) are as they were on the source") and "'By hand'" not in made["next"]
    assert yaml.safe_load(shlex.split(made["command"])[-1])["vbr_cutover_jobs"] == ["Backup Job 2"]


def test_more_jobs_than_a_command_can_have_are_not_all_jobs() -> None:
    many = [f"Job {number}" for number in range(21)]
    assert shlex.split(command_of({"pair": "demo"}, "cutover", jobs=many))[-1] == AS_BEFORE
    twenty = shlex.split(command_of({"pair": "demo"}, "cutover", jobs=many[:20]))[-1]
    assert yaml.safe_load(twenty) == {"vbr_cutover_jobs": many[:20]}


@pytest.mark.parametrize(
    "name", ["Prod *", "Job {{ lookup('pipe', 'id') }}", "a', b", "$(id)", "[x", "a: b", "a #b", "@a"]
)
def test_a_name_of_a_server_that_may_mean_something_else_is_in_no_command(name: str) -> None:
    assert shlex.split(command_of({"pair": "demo"}, "cutover", jobs=["Fine", name]))[-1] == AS_BEFORE


@pytest.mark.parametrize("playbook", ["cutover", "rollback"])
def test_a_dry_run_names_the_command_that_does_it(ready: Staged, playbook: str) -> None:
    wave = {"vbr_cutover_jobs": ["By hand"], "vbr_import_kinds": ["jobs"], "vbr_rollback_jobs": ["By hand"]}
    if playbook == "rollback":
        ready.done()
    state = "cut_over" if playbook == "cutover" else "rolled_back"
    result = ready.hand_over(check=True, jobs=["By hand"], state=state)
    done = run(ready.pair, True, **{playbook: result})
    ran = {"options": ["-i", "hosts.yml"], "variables": wave}
    words = shlex.split(report({**done, "name": playbook, "ran": ran})["command"])
    assert words[:6] == ["ansible-playbook", "-i", "hosts.yml", f"backupfleet.rest.{playbook}", "--limit", "demo"]
    # A cutover imports what waits.
    assert yaml.safe_load(words[-1]) == {f"vbr_{playbook}_jobs": ["By hand"], "vbr_import_kinds": ["jobs"]}


def test_somebody_s_own_playbook_has_no_command(ready: Staged) -> None:
    result = ready.hand_over(check=True)
    assert report({**run(ready.pair, True, cutover=result), "name": "run"})["command"] == ""
