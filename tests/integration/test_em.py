# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs cloned by a playbook as its user runs it: shown, made, made once, and both edges doing the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Server, serving
from support.em import BACKUP, REPLICA, jobs, sent
from support.playbooks import Played, connection, play

CLONES = [
    {"source": BACKUP, "name": "Billing Backup", "repository": "CRM Volume", "schedule_enabled": True},
    {"source": REPLICA, "name": "Billing Replication", "vm_suffix": "_billing", "description": "Second site"},
]


@pytest.fixture(name="manager")
def simulated_manager() -> Iterator[Server]:
    with serving("em", clock="polls") as server:
        yield server


def inventory(place: Path, server: Server, **variables: Any) -> Path:
    return inventory_of(place, {"demo": server}, {"demo": variables})


def inventory_of(place: Path, servers: dict[str, Server], variables: dict[str, dict[str, Any]]) -> Path:
    hosts = {
        name: {"em_server": connection(server), "em_clone_jobs_clones": CLONES, **variables[name]}
        for name, server in servers.items()
    }
    path = place / "inventory.json"
    path.write_text(json.dumps({"enterprise_managers": {"hosts": hosts}}), encoding="utf-8")
    return path


def test_jobs_are_made_once_in_either_format(tmp_path: Path) -> None:
    formats = ("xml", "json")
    variables = {name: {"em_clone_jobs_body_format": name} for name in formats}
    with serving("em", clock="polls") as xml, serving("em", clock="polls") as json_:
        managers = dict(zip(formats, (xml, json_), strict=True))
        hosts = inventory_of(tmp_path, managers, variables)
        for manager in managers.values():
            manager.readonly()
        shown = play("em_clone_jobs", "-i", hosts, "--check", "--diff", cwd=tmp_path)
        assert (shown.code, changes(shown)) == (0, dict.fromkeys(formats, 1)), shown.output
        assert shown.output.count("job Billing Backup on backup01.tech.local") >= len(formats)
        for manager in managers.values():
            manager.readonly(False)

        made = play("em_clone_jobs", "-i", hosts, cwd=tmp_path)
        assert (made.code, changes(made)) == (0, dict.fromkeys(formats, 1)), made.output
        assert [manager.journal.counts["POST /api/sessionMngr/"] for manager in managers.values()] == [2, 2]

        again = play("em_clone_jobs", "-i", hosts, "--diff", cwd=tmp_path)
        assert (again.code, changes(again)) == (0, dict.fromkeys(formats, 0)), again.output
        for manager in managers.values():
            assert [len(jobs(manager, str(clone["name"]))) for clone in CLONES] == [1, 1]
            assert sent(manager, "clone") == len(CLONES)


def changes(played: Played) -> dict[str, int]:
    return {host: counts["changed"] for host, counts in played.recap.items()}


def test_one_that_fails_is_named_and_made_by_the_next_run(manager: Server, tmp_path: Path) -> None:
    hosts = inventory(tmp_path, manager)
    manager.faults.add(do="status", status=400, body={"Message": "The disk is full."}, method="POST", path="/api/jobs/")
    failed = play("em_clone_jobs", "-i", hosts, cwd=tmp_path)
    assert failed.code != 0
    assert "1 of 2 clones failed." in failed.output
    assert "The disk is full." in failed.output
    assert play("em_clone_jobs", "-i", hosts, cwd=tmp_path).recap["demo"]["changed"] == 1
    assert [len(jobs(manager, str(clone["name"]))) for clone in CLONES] == [1, 1]


def test_the_role_refuses_a_clone_it_does_not_understand(manager: Server, tmp_path: Path) -> None:
    hosts = inventory(tmp_path, manager, em_clone_jobs_clones=[{"source": BACKUP, "nmae": "Billing Backup"}])
    refused = play("em_clone_jobs", "-i", hosts, cwd=tmp_path)
    assert refused.code != 0
    assert "nmae" in refused.output
    assert not manager.journal.entries


def test_no_output_holds_a_secret(manager: Server, tmp_path: Path) -> None:
    hosts = inventory(tmp_path, manager)
    tokens: list[str] = []
    manager.app.observers.append(
        lambda exchange: tokens.append(exchange.response_headers.get("X-RestSvcSessionId") or manager.password)
    )
    manager.faults.add(do="stick_session", method="POST", path="/api/jobs/")
    played = play("em_clone_jobs", "-i", hosts, "-vvvv", "--diff", "-e", "em_clone_jobs_wait_timeout=2", cwd=tmp_path)
    assert "is still Running after 2 seconds" in played.output
    assert len(set(tokens)) >= 2
    assert not [
        secret for secret in set(tokens) if secret in played.output or json.dumps(secret)[1:-1] in played.output
    ]


def test_both_edges_do_the_same(manager: Server, tmp_path: Path) -> None:
    """With an environment of its own a task travels as an ordinary module; the result is the same."""
    hosts = inventory(tmp_path, manager)
    book = tmp_path / "edges.yml"
    book.write_text(EDGES, encoding="utf-8")
    played = play(book, "-i", hosts, cwd=tmp_path)
    assert played.code == 0, played.output
    # Only the edge in the controller's process can show progress.
    assert played.output.count("cloning job") == 1


EDGES = """
- hosts: enterprise_managers
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  module_defaults:
    group/backupfleet.rest.em:
      hostname: "{{ em_server.hostname }}"
      port: "{{ em_server.port }}"
      username: "{{ em_server.username }}"
      password: "{{ em_server.password }}"
      ca_path: "{{ em_server.ca_path }}"
  tasks:
    - backupfleet.rest.em_job_clone: &clone
        source: Oracle Backup
        name: Billing Backup
      check_mode: true
      register: here
    - backupfleet.rest.em_job_clone: *clone
      check_mode: true
      environment:
        EDGE: module
      register: there
    - ansible.builtin.assert:
        that:
          - here.sent == there.sent
          - here.changed and there.changed
    - backupfleet.rest.em_job_clone: *clone
      register: made
    - backupfleet.rest.em_job_clone: *clone
      environment:
        EDGE: module
      register: again
    - ansible.builtin.assert:
        that:
          - made.changed and not again.changed
          - made.resource == again.resource
    - backupfleet.rest.em_job:
        name: Billing Backup
        state: absent
      environment:
        EDGE: module
    - backupfleet.rest.em_info:
        resource: jobs
        filters: {Name: Billing Backup}
      environment:
        EDGE: module
      register: gone
    - ansible.builtin.assert:
        that: gone.count == 0
"""
