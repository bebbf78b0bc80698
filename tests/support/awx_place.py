# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX that playbooks/awx_setup.yml has set up: for a pair of simulated servers, and for servers that are only names."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from simulator.core.blueprint import Login
from simulator.demo import SOURCE, read_seed
from simulator.testing import Pair, Server, estate, serving_pair

from .awx import Controller, Job
from .canaries import Aviary, every_secret
from .playbooks import Played

ORGANIZATION = "Backup fleet"
# The pair that jobs can move; `hq` has servers that nobody serves.
DEMO = "demo"
WORKFLOW = f"{ORGANIZATION}: move {DEMO}"
OTHERS = ("VBR server", "Enterprise Manager", "vCenter Server Appliance", "Veeam Backup for Azure")
IMAGE = "registry.example.com/backupfleet:1"


@dataclass
class Place:
    """AWX and a pair of servers, in which every secret is heard wherever it is said; and how the set-up went."""

    awx: Controller
    pair: Pair
    secrets: dict[str, Any]
    aviary: Aviary
    shared: Path
    played: Played

    def move(
        self, meanwhile: Callable[[], object] | None = None, done: Sequence[Job] = (), **answers: Any
    ) -> list[Job]:
        """Run the workflow; whoever approves sees that nothing was sent yet. Then happens what happens `meanwhile`.

        The first jobs may be `done`.
        """
        before = estate(self.pair.target)

        def approve(name: str) -> None:
            assert name == f"Apply the plan of {DEMO}"
            assert (self.shared / DEMO / "plan.html").exists()
            assert estate(self.pair.target) == before
            if meanwhile:
                meanwhile()

        return self.awx.move(WORKFLOW, approve, done, **answers)

    def run(self, template: str, credentials: list[str], limit: str = DEMO, check: bool = False) -> Job:
        return self.awx.run(f"{ORGANIZATION}: {template}", credentials, limit, check)

    def heard(self, *jobs: Job) -> list[str]:
        """Sentences about secrets in what is kept of jobs: events, output, what they hand on, bundles and reports."""
        found = [line for job in jobs for line in self.aviary.heard_under(job.place / "artifacts")]
        found += self.aviary.heard_in("what is handed on", json.dumps([job.artifacts for job in jobs]).encode())
        return found + (self.aviary.heard_under(self.shared) if self.shared.exists() else [])


@dataclass(frozen=True)
class Done:
    """Jobs, and what they left on the servers and on the shared volume, for tests that go on from there."""

    jobs: list[Job]
    snapshots: tuple[dict[str, Any], dict[str, Any]]
    shared: Path

    def again(self, place: Place) -> list[Job]:
        """Everything is as after the jobs."""
        for server, snapshot in zip(place.pair.servers, self.snapshots, strict=True):
            server.restore(snapshot)
        shutil.rmtree(place.shared, ignore_errors=True)
        shutil.copytree(self.shared, place.shared, symlinks=True)
        return list(self.jobs)


def moved_once(place: Place, kept: Path) -> tuple[Done, Done]:
    """The workflow as it is when it is to be approved, and at its end; everything is as before it afterwards."""
    fresh = [server.snapshot() for server in place.pair.servers]
    planned: list[Done] = []
    jobs = place.move(lambda: planned.append(_now(place, kept / "planned")))
    moved = _now(place, kept / "moved")
    for server, snapshot in zip(place.pair.servers, fresh, strict=True):
        server.restore(snapshot)
    shutil.rmtree(place.shared)
    return replace(planned[0], jobs=jobs[:1]), replace(moved, jobs=jobs)


def _now(place: Place, kept: Path) -> Done:
    source, target = (server.snapshot() for server in place.pair.servers)
    return Done([], (source, target), Path(shutil.copytree(place.shared, kept, symlinks=True)))


@contextmanager
def set_up(directory: Path) -> Iterator[Place]:
    """AWX with two pairs and a server of each other kind, set up as talkatively as Ansible can."""
    aviary, shared, awx = Aviary(), directory / "shared", Controller(directory)
    with serving_pair() as pair:
        for name, server in (("source", pair.source), ("target", pair.target)):
            server.login = Login(server.username, aviary.canary(f"the password of the {name}"))
            server.service.accounts.add(server.username, server.password)
        secrets = every_secret(aviary, read_seed(SOURCE)["estate"])
        demo = {"source": _inputs(pair.source), "target": _inputs(pair.target), "secrets": secrets}
        renaming = {"vbr_import_rename": {"jobs": {"a": "b"}}}
        pairs = [{"name": DEMO, **demo}, {**_named_pair(aviary, "hq"), "variables": renaming}]
        variables = {
            "awx_pairs": pairs,
            "awx_servers": [
                {"name": f"our {kind}", "type": kind, "inputs": _named_server(aviary, kind)} for kind in OTHERS
            ],
            "awx_execution_environment_image": IMAGE,
            "awx_volume_claim": "migrations",
            "awx_migration_root": str(shared),
            "awx_approval_seconds": 86400,
        }
        yield Place(awx, pair, secrets, aviary, shared, awx.set_up(variables, "-vvvv"))


def _inputs(server: Server) -> dict[str, Any]:
    """A server as somebody types it into a credential: its certificate authority as text."""
    assert server.ca_path
    return {
        "hostname": server.hostname,
        "port": str(server.port),
        "username": server.username,
        "password": server.password,
        "ca": Path(server.ca_path).read_text(encoding="utf-8"),
    }


def _named_server(aviary: Aviary, name: str) -> dict[str, str]:
    return {"hostname": name, "username": "mover", "password": aviary.canary(name)}


def _named_pair(aviary: Aviary, name: str) -> dict[str, Any]:
    servers = {"source": _named_server(aviary, f"{name} old"), "target": _named_server(aviary, f"{name} new")}
    secrets = {"credentials": {"linux01": {"password": aviary.canary(f"{name} linux01")}}}
    return {"name": name, **servers, "secrets": secrets}
