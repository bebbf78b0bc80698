# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of vCenters as users make them: several at the same time, as a gate before a change, before a migration."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.core.call import Exchange
from simulator.testing import Pair, Server, serving, serving_pair
from support.playbooks import connection, inventory, play
from support.tasks import drive, secrets_for
from support.vcsa import LOCATION, SECRETS, begun, left_open

ORDER = {
    "vcsa_backup_location": LOCATION,
    "vcsa_backup_location_user": "vcenter",
    "vcsa_backup_location_password": SECRETS["location_password"],
    "vcsa_backup_password": SECRETS["backup_password"],
}
# How long the work of a backup takes that nobody ends, and how long it is waited for before the test fails.
HOURS_AS_SECONDS = 7200
PATIENCE_SECONDS = 120
SESSION_HEADER = "Vmware-Api-Session-Id"


@pytest.fixture
def pair() -> Iterator[Pair]:
    with serving_pair(others=("vcsa",)) as made:
        yield made


@pytest.fixture
def vcenters() -> Iterator[dict[str, Server]]:
    """Three vCenters."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(serving("vcsa")) for name in ("one", "two", "three")}


def hosts_of(place: Path, servers: dict[str, Server], **variables: Any) -> Path:
    hosts = {name: {"vcsa_server": connection(server), **ORDER, **variables} for name, server in servers.items()}
    path = place / "vcenters.json"
    path.write_text(json.dumps({"vcenters": {"hosts": hosts}}), encoding="utf-8")
    return path


def take_hours(*servers: Server) -> Callable[[], None]:
    """Let backups go on and on; returns what ends those at work."""
    for server in servers:
        server.clock.change({"mode": "seconds", "seconds": HOURS_AS_SECONDS})

    def end() -> None:
        for server in servers:
            server.clock.change({"mode": "instant"})

    return end


def heard(output: str) -> list[str]:
    return [secret for secret in SECRETS.values() if secret in output]


def test_several_vcenters_are_backed_up_at_the_same_time(vcenters: dict[str, Server], tmp_path: Path) -> None:
    """No backup ends before all have begun: one after the other, they would run out of time."""
    end, at_work = take_hours(*vcenters.values()), set()

    def watch(name: str, exchange: Exchange) -> None:
        if exchange.method == "POST" and exchange.path.endswith("/backup/job"):
            at_work.add(name)
            if at_work == set(vcenters):
                end()

    for name, server in vcenters.items():
        server.app.observers.append(partial(watch, name))
    hosts = hosts_of(tmp_path, vcenters, vcsa_backup_wait_timeout=PATIENCE_SECONDS)
    played = play("vcsa_backup", "-i", hosts, "-vvv", cwd=tmp_path)
    assert played.code == 0, played.output
    assert {host: counts["changed"] for host, counts in played.recap.items()} == dict.fromkeys(vcenters, 1)
    assert [(begun(server), left_open(server)) for server in vcenters.values()] == [(1, 0)] * 3
    runs = [max(server.service.jobs.rows(), key=lambda row: row["created"]) for server in vcenters.values()]
    assert max(run["created"] for run in runs) <= min(run["ended"] for run in runs), "they overlapped"
    assert not heard(played.output)


def test_one_that_fails_does_not_keep_the_others_from_theirs(vcenters: dict[str, Server], tmp_path: Path) -> None:
    vcenters["two"].switch(job_outcome="FAILED", job_message="The target is full.")
    played = play("vcsa_backup", "-i", hosts_of(tmp_path, vcenters), cwd=tmp_path)
    assert played.code != 0
    assert {host: counts["failed"] for host, counts in played.recap.items()} == {"one": 0, "two": 1, "three": 0}
    assert "The target is full." in played.output
    assert not heard(played.output)


def test_the_dry_run_starts_nothing(vcenters: dict[str, Server], tmp_path: Path) -> None:
    for server in vcenters.values():
        server.readonly()
    played = play("vcsa_backup", "-i", hosts_of(tmp_path, vcenters), "--check", "--diff", cwd=tmp_path)
    assert played.code == 0, played.output
    assert sum(begun(server) for server in vcenters.values()) == 0
    assert LOCATION in played.output
    assert not heard(played.output)


def test_hosts_that_share_a_vcenter_share_its_backup(vcenters: dict[str, Server], tmp_path: Path) -> None:
    """The backup of one is at work until the other, which was refused for it, has seen it."""
    server = vcenters["one"]
    end, refused = take_hours(server), set()

    def watch(exchange: Exchange) -> None:
        session = exchange.headers.get(SESSION_HEADER)
        if session in refused and exchange.method == "GET":
            end()
        if exchange.status == 400:
            refused.add(session)

    server.app.observers.append(watch)
    waiting = {"vcsa_backup_max_age": "1h", "vcsa_backup_wait_timeout": PATIENCE_SECONDS}
    hosts = hosts_of(tmp_path, {"first": server, "second": server}, **waiting)
    played = play("vcsa_backup", "-i", hosts, cwd=tmp_path)
    assert played.code == 0, played.output
    assert len(refused) == 1
    assert sum(counts["changed"] for counts in played.recap.values()) == 1
    assert server.service.store.count("jobs") == jobs_of_the_seed() + 1


def jobs_of_the_seed() -> int:
    with serving("vcsa") as server:
        return int(server.service.store.count("jobs"))


def test_a_gate_before_any_other_change(vcenters: dict[str, Server], tmp_path: Path) -> None:
    vcenters["two"].switch(job_outcome="FAILED")
    role = {"role": "backupfleet.rest.vcsa_backup", "vars": {"vcsa_backup_max_age": "24h"}}
    change = {"name": "The change", "ansible.builtin.file": {"path": "{{ inventory_hostname }}.done", "state": "touch"}}
    book = {
        "hosts": "vcenters",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "roles": [role],
        "post_tasks": [change],
    }
    path = tmp_path / "change.yml"
    path.write_text(yaml.safe_dump([book]), encoding="utf-8")
    hosts = hosts_of(tmp_path, vcenters)
    assert play(path, "-i", hosts, cwd=tmp_path).code != 0
    assert {file.stem for file in tmp_path.glob("*.done")} == {"one", "three"}
    vcenters["two"].switch(job_outcome="SUCCEEDED")
    assert play(path, "-i", hosts, cwd=tmp_path).code == 0
    assert [begun(server) for server in vcenters.values()] == [1, 2, 1], "a young backup is enough"


def test_both_edges_do_the_same(vcenters: dict[str, Server], tmp_path: Path) -> None:
    """With an environment of its own a task travels as an ordinary module, and takes its connection from there."""
    server = vcenters["one"]
    environment = {f"VCSA_{name.upper()}": str(value) for name, value in connection(server).items()}
    order = {
        name.removeprefix("vcsa_backup_"): value for name, value in ORDER.items() if name != "vcsa_backup_password"
    }
    options = {**order, "backup_password": SECRETS["backup_password"]}
    archives = {"gather": ["summary", "archives"], **order}
    tasks = [
        {"backupfleet.rest.vcsa_backup_job": options, "environment": environment},
        {"backupfleet.rest.vcsa_backup_info": archives, "environment": environment, "register": "there"},
        {"backupfleet.rest.vcsa_backup_info": {**archives, **connection(server)}, "register": "here"},
        {"backupfleet.rest.vcsa_backup_schedule": options, "environment": {**environment, "VCSA_API_STYLE": "rest"}},
        {"ansible.builtin.assert": {"that": ["here.resource.archives == there.resource.archives"]}},
    ]
    book = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "tasks": tasks,
    }
    path = tmp_path / "edges.yml"
    path.write_text(yaml.safe_dump([book]), encoding="utf-8")
    played = play(path, "-vvv", "--diff", cwd=tmp_path)
    assert played.code == 0, played.output
    assert begun(server) == 1
    # What a task has in its environment, Ansible shows itself.
    assert not heard(played.output)


# -- before a migration ------------------------------------------------------------------------------------------------


def test_a_migration_backs_the_vcenter_up_first(pair: Pair, tmp_path: Path) -> None:
    vcsa = pair.others["vcsa"]
    secrets = secrets_for(drive("export", pair.source)["manifest"])
    hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets, **ORDER)
    shown = play("migrate", "-i", hosts, "--check", "--diff", cwd=tmp_path)
    assert (shown.code, begun(vcsa)) == (0, 0), shown.output
    played = play("migrate", "-i", hosts, cwd=tmp_path)
    assert played.code == 0, played.output
    assert (begun(vcsa), left_open(vcsa)) == (1, 0)
    assert "all as they should be" in played.output
    assert not heard(played.output)


def test_without_a_backup_nothing_is_moved(pair: Pair, tmp_path: Path) -> None:
    """Where the backup fails, and where nobody said where it goes to."""
    pair.others["vcsa"].switch(job_outcome="FAILED")
    with serving_pair(others=("vcsa",)) as unlocated:
        pairs = {"failing": pair, "unlocated": unlocated}
        hosts = inventory(tmp_path, pairs, {"failing": ORDER}, vbr_secrets={})
        played = play("migrate", "-i", hosts, cwd=tmp_path)
        assert not [server for one in pairs.values() for server in one.servers if server.journal.entries]
    assert played.code != 0
    assert {host: counts["failed"] for host, counts in played.recap.items()} == dict.fromkeys(pairs, 1)
    assert "missing required arguments: vcsa_backup_location" in played.output
    kept = tmp_path / "vbr_migrations" / "failing"
    assert {path.name for path in kept.iterdir()} == {"reports"}
    assert "Back up the vCenter" in (kept / "reports" / "latest" / "report.json").read_text(encoding="utf-8")
