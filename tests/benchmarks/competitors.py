# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two competitors: a migration by the playbook and one by the bare script, each against its own servers."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.accounting import SIGN_IN, labelled, purposes, sessions
from benchmarks.measuring import Measured, run
from benchmarks.simulation import Request, Simulation, simulation
from simulator.demo import SOURCE, TARGET, read_seed
from simulator.seeds.generator import estate_of
from tooling import tree

# The newest revision that both servers serve.
REVISION = "1.2-rev1"
# Group of a record -> the user's name of the secret it needs.
WORDS = {
    "credentials": "password",
    "encryptionPasswords": "password",
    "azureStorage": "shared_key",
    "azureCompute": "application_secret",
    "amazon": "secret_key",
    "google": "secret_key",
}
RECAP = re.compile(r"ok=(\d+).*failed=(\d+)")
SHOWN_LINES = 15


class BenchmarkFailed(Exception):
    """A migration that did not do what it should; the message ends with its output."""


@dataclass(frozen=True)
class Score:
    """One migration: its measures, its requests by purpose, and the seconds of its sessions on a server by their label.

    `tasks` is how many tasks Ansible ran, `server` the processor seconds of the simulator meanwhile.
    """

    measured: Measured
    requests: Counter[str]
    session_seconds: Mapping[str, float]
    tasks: int
    server: float


def bare(place: Path, jobs: int, latency: float = 0) -> Score:
    """The bare script's migration, each answer so many seconds later. Raises BenchmarkFailed."""
    with simulation(place, jobs) as pair:
        pair.delay(latency)
        settings = place / "settings.json"
        settings.write_text(json.dumps(_settings(pair, jobs)), "utf-8")
        script = Path(__file__).with_name("bare.py")
        return _score(pair, [sys.executable, str(script), str(settings)], place / "bare.log", jobs)


def ours(place: Path, jobs: int, latency: float = 0) -> Score:
    """The playbook's migration, each answer so many seconds later. Raises BenchmarkFailed."""
    with simulation(place, jobs) as pair:
        pair.delay(latency)
        inventory = place / "inventory.json"
        inventory.write_text(json.dumps(_inventory(pair, jobs)), "utf-8")
        playbook = tree.ROOT / "playbooks" / "migrate.yml"
        program = Path(sys.executable).with_name("ansible-playbook")
        root = f"vbr_migration_root={place / 'migrations'}"
        command = [str(program), "--inventory", str(inventory), "--extra-vars", root, str(playbook)]
        return _score(pair, command, place / "ansible.log", jobs)


def _score(pair: Simulation, command: list[str], log: Path, jobs: int) -> Score:
    before = pair.cpu_seconds()
    measured = run(command, {**os.environ, **tree.environment()}, log)
    server = pair.cpu_seconds() - before
    said = log.read_text("utf-8", "replace")
    if measured.code:
        raise BenchmarkFailed("\n".join([f"{Path(command[0]).name} failed:", *said.splitlines()[-SHOWN_LINES:]]))
    journal = pair.journal()
    there = labelled(sessions(journal, SOURCE), sessions(journal, TARGET))
    counts, seconds = purposes(there), defaultdict[str, float](float)
    for label, session in there:
        seconds[label] += _length(session)
    if counts["disable"] != jobs:
        raise BenchmarkFailed(f"{Path(command[0]).name} disabled {counts['disable']} of {jobs} jobs")
    recap = RECAP.search(said)
    tasks = sum(map(int, recap.groups())) if recap else 0
    return Score(measured, counts, seconds, tasks, server)


def _length(session: list[Request]) -> float:
    """Seconds of a session from its sign-in on; requests before that may be much older."""
    start = next(request.time for request in session if request.path == SIGN_IN)
    return (session[-1].time - start).total_seconds()


def _secrets(jobs: int) -> dict[str, dict[str, dict[str, str]]]:
    """A made-up secret for each record of the estate that needs one: kind -> key -> word -> value."""
    made: dict[str, dict[str, dict[str, str]]] = {}
    for kind, collection in estate_of(jobs)["estate"].items():
        for name in WORDS.keys() & collection.keys():
            for record in collection[name]:
                key = record["uniqueId"]
                made.setdefault(kind, {})[key] = {WORDS[name]: f"Bm4&{key}+{name}%=#"}
    return made


def _settings(pair: Simulation, jobs: int) -> dict[str, Any]:
    def server(name: str) -> dict[str, str]:
        options = pair.server(name)
        url = f"https://{options.pop('hostname')}:{options.pop('port')}"
        return {**options, "url": url, "revision": REVISION}

    secrets = {
        key: value for by_key in _secrets(jobs).values() for key, fields in by_key.items() for value in fields.values()
    }
    names = {
        f"{name}_name": read_seed(seed)["server"]["name"] for name, seed in (("source", SOURCE), ("target", TARGET))
    }
    return {"source": server("source"), "target": server("target"), "secrets": secrets, **names}


def _inventory(pair: Simulation, jobs: int) -> dict[str, Any]:
    host = {
        "vbr_source": pair.server("source"),
        "vbr_target": pair.server("target"),
        "vbr_secrets": _secrets(jobs),
    }
    return {"vbr_migrations": {"hosts": {"benchmark": host}}}
