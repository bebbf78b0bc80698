# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks as users run them: the dry run, the move, the second run, several pairs, and what goes wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, estate, serving_pair
from support.playbooks import inventory, play
from support.tasks import drive, secrets_for

WRITES = ("import", "disable", "enable", "stop")


@pytest.fixture(name="pair")
def simulated_servers() -> Iterator[Pair]:
    with serving_pair() as pair:
        yield pair


@pytest.fixture(name="secrets")
def made_up_secrets(pair: Pair) -> dict[str, Any]:
    found = drive("export", pair.source)
    return secrets_for(found["manifest"])


def writes(pair: Pair) -> list[str]:
    """The requests to either server that changed something."""
    seen = [request for server in pair.servers for request in server.journal.counts]
    return [request for request in seen if request.startswith("POST") and request.endswith(WRITES)]


def test_the_dry_run_shows_the_plan_and_leaves_nothing(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    for server in pair.servers:
        server.readonly()
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    # Not below tmp_path: ansible-core 2.21 has a socket there, whose path must not be long.
    with tempfile.TemporaryDirectory() as temporary:
        played = play("migrate", "-i", hosts, "--check", "--diff", cwd=tmp_path, environment={"TMPDIR": temporary})
        assert played.code == 0, played.output
        assert list(Path(temporary).iterdir()) == []
    assert not writes(pair)
    assert "+Main Big Repository" in played.output
    assert "+Backup Job 2; needs" in played.output
    assert not (tmp_path / "vbr_migrations").exists()


def test_a_move_is_made_once(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    first = play("migrate", "-i", hosts, cwd=tmp_path)
    assert first.code == 0, first.output
    assert first.recap["demo"]["changed"] > 0
    assert "all as they should be" in first.output
    after_first = estate(pair.target)
    again = play("migrate", "-i", hosts, cwd=tmp_path)
    assert again.recap["demo"] | {"changed": 0} == again.recap["demo"], again.output
    assert estate(pair.target) == after_first
    shown = play("migrate", "-i", hosts, "--check", "--diff", cwd=tmp_path)
    assert (shown.code, shown.recap["demo"]["changed"]) == (0, 0), shown.output


def test_export_import_and_verify_are_the_move_in_three(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    for step in ("export", "import", "verify"):
        played = play(step, "-i", hosts, cwd=tmp_path)
        assert played.code == 0, played.output
    assert "main-domain-credentials" in play("export", "-i", hosts, cwd=tmp_path).output


def test_verify_fails_when_something_is_missing(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    assert play("export", "-i", hosts, cwd=tmp_path).code == 0
    played = play("verify", "-i", hosts, cwd=tmp_path)
    assert played.code != 0
    assert "Backup Job 2" in played.output


def test_a_missing_secret_stops_before_the_first_write(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    del secrets["credentials"]["main-domain-credentials"]
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    played = play("migrate", "-i", hosts, cwd=tmp_path)
    assert played.code != 0
    assert not writes(pair)
    assert "main-domain-credentials: its secret is missing" in played.output


def test_several_pairs_move_in_one_run(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    with serving_pair() as other:
        hosts = inventory(tmp_path, {"one": pair, "two": other}, vbr_secrets=secrets)
        played = play("migrate", "-i", hosts, cwd=tmp_path)
        assert played.code == 0, played.output
        assert set(played.recap) == {"one", "two"}
        assert estate(pair.target)["jobs"] == estate(other.target)["jobs"] != []


def test_both_edges_do_the_same(pair: Pair, secrets: dict[str, Any], tmp_path: Path) -> None:
    """With an environment of its own a task travels as an ordinary module; the result is the same."""
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
    assert play("export", "-i", hosts, cwd=tmp_path).code == 0
    book = tmp_path / "edges.yml"
    book.write_text(EDGES, encoding="utf-8")
    played = play(book, "-i", hosts, cwd=tmp_path)
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
      src: vbr_migrations/demo/bundle
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
