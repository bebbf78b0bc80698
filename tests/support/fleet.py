# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job in slices: its hosts dealt out as AWX deals them, and each slice transmitted to a worker of its own.

Between `ansible-runner transmit`, `worker` and `process` there are pipes here, and a receptor mesh in AWX. What goes
over them is the same (facts: ansible-runner, Remote Execution; AWX, Job.get_slice_instances and AWXReceptorJob).
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tooling import tree

from .playbooks import TIMEOUT_SECONDS

IDENT = "1"
ENGINE = str(Path(sys.executable).with_name("ansible-runner"))
Hosts = dict[str, dict[str, Any]]
# Forks of a slice: AWX asks for them in the template.
FORKS = 5


@dataclass
class Slice:
    """One slice that was played: how it ended, and where the controller and the worker have its files."""

    controller_dir: Path
    worker_dir: Path

    @property
    def artifacts_dir(self) -> Path:
        return self.controller_dir / "artifacts" / IDENT

    @property
    def status(self) -> str:
        return (self.artifacts_dir / "status").read_text(encoding="utf-8")

    @property
    def output(self) -> str:
        return (self.artifacts_dir / "stdout").read_text(encoding="utf-8")

    @property
    def events(self) -> list[dict[str, Any]]:
        written = (self.artifacts_dir / "job_events").glob("*-*.json")
        found = (json.loads(path.read_text(encoding="utf-8")) for path in written)
        return sorted(found, key=lambda event: int(event["counter"]))

    def _stats(self) -> dict[str, Any]:
        found: dict[str, Any] = [event for event in self.events if event["event"] == "playbook_on_stats"][-1]
        return dict(found["event_data"])

    @property
    def artifacts(self) -> dict[str, Any]:
        """What the job hands on."""
        return dict(self._stats().get("artifact_data", {}))

    def hosts(self) -> list[str]:
        """The hosts that it played for."""
        return sorted(set(self._stats()["ok"]) - {"localhost"})

    def changed(self) -> list[str]:
        """The hosts for which something was changed."""
        return sorted(self._stats()["changed"])


def sliced(inventory: Path, count: int) -> list[Hosts]:
    """The hosts of an inventory, dealt out to so many slices: every so many-th host of the sorted names."""
    hosts: Hosts = json.loads(inventory.read_text(encoding="utf-8"))["vbr_migrations"]["hosts"]
    names = sorted(hosts)
    return [{name: hosts[name] for name in names[number::count]} for number in range(count)]


def played(playbook: str, slices: list[Hosts], place: Path) -> list[Slice]:
    """Play all slices at once, each on a worker; prints what that cost."""
    made = [_laid_out(hosts, place / f"slice{number}") for number, hosts in enumerate(slices, 1)]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with ThreadPoolExecutor(len(made)) as pool:
        list(pool.map(lambda one: _play(playbook, one), made))
    after, pairs = resource.getrusage(resource.RUSAGE_CHILDREN), sum(map(len, slices))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{place.name}: {pairs} pairs, {len(slices)} workers with {FORKS} forks: {time.monotonic() - began:.0f} s, "
        f"{cpu / pairs:.2f} s of CPU for a pair, {after.ru_maxrss / 1024:.0f} MB in the largest process so far"
    )
    return made


def _laid_out(hosts: Hosts, place: Path) -> Slice:
    """The private data directory of a slice, as the controller has it."""
    made = Slice(place / "controller", place / "worker")
    for folder in ("env", "inventory"):
        (made.controller_dir / folder).mkdir(mode=0o700, parents=True)
    made.worker_dir.mkdir(mode=0o700)
    shutil.copytree(tree.ROOT / "playbooks", made.controller_dir / "project" / "playbooks")
    document = json.dumps({"vbr_migrations": {"hosts": hosts}})
    (made.controller_dir / "inventory" / "hosts.json").write_text(document, encoding="utf-8")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**tree.environment(), "PATH": path, "ANSIBLE_RETRY_FILES_ENABLED": "False"}
    (made.controller_dir / "env" / "envvars").write_text(json.dumps(environment), encoding="utf-8")
    (made.controller_dir / "env" / "cmdline").write_text(f"--forks {FORKS}", encoding="utf-8")
    return made


def _play(playbook: str, one: Slice) -> None:
    send = [ENGINE, "transmit", str(one.controller_dir), "--playbook", playbook, "--ident", IDENT]
    work = [ENGINE, "worker", "--private-data-dir", str(one.worker_dir), "--delete"]
    keep = [ENGINE, "process", str(one.controller_dir), "--ident", IDENT]
    with (
        subprocess.Popen(send, stdout=subprocess.PIPE) as sent,
        subprocess.Popen(work, stdin=sent.stdout, stdout=subprocess.PIPE, cwd=one.worker_dir.parent) as worked,
    ):
        done = subprocess.run(keep, check=False, stdin=worked.stdout, capture_output=True, timeout=TIMEOUT_SECONDS * 10)
    assert done.returncode == 0, done.stderr.decode()
