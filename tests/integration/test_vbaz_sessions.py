# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evidence of several appliances, as an auditor's playbook keeps it: one file each, one summary, and what fails."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Server, serving
from support.playbooks import Played, connection, play
from support.vbaz import MACHINES, asked, seeded, session, signed_in

Appliances = dict[str, Server]
# East has what the role does by itself, west the other format.
FORMATS = {"west": "json", "east": "csv"}
OWN = {"west": {"vbaz_sessions_format": FORMATS["west"]}}


@pytest.fixture(name="served", scope="module")
def two_servers() -> Iterator[Appliances]:
    with serving("vbaz") as west, serving("vbaz") as east:
        yield {"west": west, "east": east}


@pytest.fixture(name="appliances")
def as_if_just_started(served: Appliances) -> Appliances:
    return refreshed(served)


def refreshed(served: Appliances) -> Appliances:
    """The same for every test; nobody may write to them, whatever is played."""
    for server in served.values():
        server.reset()
        server.readonly()
    seeded(served["west"], session(1, status="Error", hours=30), session(2, hours=5), policies=(MACHINES,))
    seeded(served["east"], session(1, hours=2), policies=(MACHINES,))
    return served


def inventory(place: Path, appliances: Appliances, own: dict[str, dict[str, Any]] | None = None, **more: Any) -> Path:
    """All appliances with the same variables, and then their own."""
    hosts = {
        name: {"vbaz_server": connection(server), **(own or {}).get(name, {})} for name, server in appliances.items()
    }
    path = place / "inventory.json"
    path.write_text(json.dumps({"azure_appliances": {"hosts": hosts, "vars": more}}), encoding="utf-8")
    return path


def evidence(place: Path, appliances: Appliances, *words: str, **more: Any) -> Played:
    return play("vbaz_sessions", "-i", inventory(place, appliances, **more), *words, cwd=place)


def summary(place: Path) -> dict[str, dict[str, Any]]:
    """What the summary says of each appliance."""
    written = json.loads((place / "vbaz_evidence" / "summary.json").read_text(encoding="utf-8"))
    return {row["appliance"]: row for row in written["appliances"]}


@dataclass
class Evidence:
    """The evidence of both appliances, asked for again and again: each run, and what lay there after the dry one."""

    place: Path
    runs: dict[str, Played]
    after_dry: set[str]
    signed_in: int


@pytest.fixture(name="kept", scope="module")
def four_runs(served: Appliances, tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    place, appliances = tmp_path_factory.mktemp("evidence"), refreshed(served)
    dry = evidence(place, appliances, "--check", "--diff", own=OWN)
    after_dry = {path.name for path in place.iterdir()}
    runs = {
        "dry": dry,
        "first": evidence(place, appliances, own=OWN),
        "dry again": evidence(place, appliances, "--check", "--diff", own=OWN),
        "again": evidence(place, appliances, own=OWN),
    }
    return Evidence(place, runs, after_dry, sum(signed_in(server) for server in appliances.values()))


def test_one_file_each_and_one_summary(kept: Evidence) -> None:
    played = kept.runs["first"]
    assert played.code == 0, played.output
    rows = summary(kept.place)
    assert list(rows) == ["west", "east"]
    for name, form in FORMATS.items():
        path = kept.place / "vbaz_evidence" / f"{name}.{form}"
        content = path.read_bytes()
        assert (rows[name]["path"], rows[name]["size"]) == (str(path), len(content))
        assert rows[name]["checksum"] == hashlib.sha256(content).hexdigest()
        assert rows[name]["checksum"] in played.output
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert rows["west"]["sessions"]["by_status"] == {"Error": 1, "Success": 1}
    assert rows["east"]["sessions"]["by_status"] == {"Success": 1}
    assert [row["session_id"][-1] for row in rows["west"]["sessions"]["policies"]] == ["2"]
    assert not any(row["problem"] for row in rows.values())


def test_a_dry_run_leaves_nothing(kept: Evidence) -> None:
    dry = kept.runs["dry"]
    assert dry.code == 0, dry.output
    assert kept.after_dry == {"inventory.json"}
    assert all(dry.recap[name]["changed"] >= 1 for name in FORMATS)


def test_the_second_run_changes_nothing(kept: Evidence) -> None:
    for name in ("dry again", "again"):
        again = kept.runs[name]
        assert (again.code, [again.recap[name]["changed"] for name in FORMATS]) == (0, [0, 0]), again.output
    assert kept.signed_in == 0


def test_what_is_chosen_is_kept(appliances: Appliances, tmp_path: Path) -> None:
    played = evidence(
        tmp_path,
        appliances,
        vbaz_sessions_root=str(tmp_path / "vbaz_evidence"),
        vbaz_sessions_status=["Error"],
        vbaz_sessions_session_types=["PolicyBackup"],
        vbaz_sessions_name=MACHINES,
        # Without quotes, as a user may write it.
        vbaz_sessions_from="2020-01-01",
    )
    assert played.code == 0, played.output
    assert {name: row["sessions"]["count"] for name, row in summary(tmp_path).items()} == {"west": 1, "east": 0}
    body = asked(appliances["west"], "/export")[0]["body"]
    assert (body["status"], body["sessionTypes"], body["fromUtc"]) == (
        ["Error"],
        ["PolicyBackup"],
        "2020-01-01T00:00:00Z",
    )


def test_a_last_backup_that_is_too_old_fails_its_host_alone(appliances: Appliances, tmp_path: Path) -> None:
    played = evidence(tmp_path, appliances, vbaz_sessions_max_age="4h")
    assert played.code != 0
    assert (played.recap["west"]["failed"], played.recap["east"]["failed"]) == (1, 0), played.output
    rows = summary(tmp_path)
    problem = rows["west"]["problem"]
    assert "policy 'Backup Policy': its last PolicyBackup" in problem and "is older than 4h" in problem
    assert "is older than 4h" in played.output
    assert rows["west"]["sessions"]["count"] == 2 and rows["east"]["problem"] == ""
    assert (tmp_path / "vbaz_evidence" / "west.csv").exists()


def test_an_appliance_that_cannot_be_asked_is_in_the_summary(
    kept: Evidence, appliances: Appliances, tmp_path: Path
) -> None:
    shutil.copytree(kept.place / "vbaz_evidence", tmp_path / "vbaz_evidence")
    path = tmp_path / "vbaz_evidence" / "east.csv"
    before = path.read_bytes()
    appliances["east"].faults.add(do="truncate", path="/export$", times=0)
    played = evidence(tmp_path, appliances, own=OWN)
    assert (played.recap["west"]["failed"], played.recap["east"]["failed"]) == (0, 1), played.output
    row = summary(tmp_path)["east"]
    assert "broke before the answer arrived" in row["problem"]
    assert "checksum" not in row
    assert path.read_bytes() == before


def test_a_role_refuses_what_it_does_not_understand(appliances: Appliances, tmp_path: Path) -> None:
    played = evidence(tmp_path, appliances, vbaz_sessions_format="pdf")
    assert played.code != 0
    assert "value of vbaz_sessions_format must be one of: csv, xml, json" in played.output
    assert not any(server.journal.entries for server in appliances.values())


def test_no_password_is_shown(appliances: Appliances, tmp_path: Path) -> None:
    for server in appliances.values():
        body = {"detail": f"no: {server.password}"}
        server.faults.add(do="status", status=400, body=body, path="/export$", times=0)
    played = evidence(tmp_path, appliances, "-vvv", "--diff")
    kept = (tmp_path / "vbaz_evidence" / "summary.json").read_text(encoding="utf-8")
    for server in appliances.values():
        assert server.password not in played.output + kept


EDGES = """
- hosts: azure_appliances
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  module_defaults:
    group/backupfleet.rest.vbaz:
      hostname: "{{ vbaz_server.hostname }}"
      port: "{{ vbaz_server.port }}"
      username: "{{ vbaz_server.username }}"
      password: "{{ vbaz_server.password }}"
      ca_path: "{{ vbaz_server.ca_path }}"
  tasks:
    - backupfleet.rest.vbaz_session_export:
        dest: "{{ inventory_hostname }}.xml"
        format: xml
        from: 2020-01-01
        to: 2099-12-31T23:59:59Z
      register: here
    - backupfleet.rest.vbaz_session_export:
        dest: "{{ inventory_hostname }}.xml"
        format: xml
        from: 2020-01-01
        to: 2099-12-31T23:59:59Z
      environment:
        EDGE: module
      register: there
    - backupfleet.rest.vbaz_info:
        resource: summary
        max_age: 3h
      environment:
        EDGE: module
      register: judged
      failed_when: judged.expectations is not defined
    - ansible.builtin.assert:
        that:
          - here.checksum == there.checksum
          - here.changed and not there.changed
          - judged.expectations[0].met == (inventory_hostname == 'east')
"""


def test_both_edges_do_the_same(appliances: Appliances, tmp_path: Path) -> None:
    """With an environment of its own a task travels as an ordinary module; dates may stand without quotes."""
    book = tmp_path / "edges.yml"
    book.write_text(EDGES, encoding="utf-8")
    played = play(book, "-i", inventory(tmp_path, appliances), cwd=tmp_path)
    assert played.code == 0, played.output
    assert not any(signed_in(server) for server in appliances.values())
