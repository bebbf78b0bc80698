# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator in its own process, new for each run, and its journal afterwards."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import requests

from benchmarks.measuring import cpu_seconds

TESTS = Path(__file__).resolve().parents[1]
START_SECONDS = 60
JOURNAL_SECONDS = 120


@dataclass(frozen=True)
class Request:
    """One request of the journal. `server` is the simulator's name of the instance."""

    server: str
    method: str
    path: str
    time: datetime


@dataclass(frozen=True)
class Simulation:
    """A running simulator; `facts` are the lines that it prints when it is ready."""

    facts: dict[str, str]
    process: subprocess.Popen[bytes]

    def server(self, name: str) -> dict[str, str]:
        """Address and account of `source` or `target`."""
        words = ("hostname", "port", "username", "password")
        found = {word: self.facts[f"VBR_{name.upper()}_{word.upper()}"] for word in words}
        return {**found, "ca_path": self.facts["SIM_CA_PATH"]}

    def journal(self) -> list[Request]:
        """Every request since the start, in order, server by server."""
        url = f"{self.facts['SIM_CONTROL_URL']}/journal"
        with requests.Session() as session:
            # Per request: a REQUESTS_CA_BUNDLE in the environment would be used instead of the session's.
            answer = session.get(url, verify=self.facts["SIM_CA_PATH"], timeout=JOURNAL_SECONDS)
        answer.raise_for_status()
        return [
            Request(server, entry["method"], entry["path"], datetime.fromisoformat(entry["time"]))
            for server, journal in answer.json().items()
            for entry in journal["entries"]
        ]

    def delay(self, seconds: float) -> None:
        """Let each answer come so much later."""
        url = f"{self.facts['SIM_CONTROL_URL']}/latency"
        with requests.Session() as session:
            answer = session.put(
                url, json={"latency": seconds}, verify=self.facts["SIM_CA_PATH"], timeout=JOURNAL_SECONDS
            )
        answer.raise_for_status()

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.process.pid)


@contextmanager
def simulation(place: Path, jobs: int) -> Iterator[Simulation]:
    """A pair of servers, the source with an estate of so many jobs. Raises RuntimeError when it does not start."""
    env_file = place / "simulator.env"
    command = [sys.executable, "-m", "simulator", "--env-file", str(env_file), "--ca-dir", str(place / "ca")]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    with (place / "simulator.log").open("wb") as log:
        process = subprocess.Popen([*command, "--jobs", str(jobs)], env=environment, stdout=log, stderr=log)
    try:
        _wait_for(env_file, process)
        yield Simulation(dict(line.split("=", 1) for line in shlex.split(env_file.read_text("utf-8"))), process)
    finally:
        process.terminate()
        process.wait()


def _wait_for(env_file: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not env_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            log = env_file.with_name("simulator.log").read_text("utf-8", "replace")
            raise RuntimeError(f"the simulator did not start: {log}")
        time.sleep(0.05)
