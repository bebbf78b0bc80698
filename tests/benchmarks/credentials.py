# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many accounts on a fresh server: in one task, in loops of tasks, and by a bare script, side by side.

`python -m benchmarks.credentials [NUMBER]`. Times are printed, never checked: the exit code says whether all arrived.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.competitors import REVISION, SHOWN_LINES, BenchmarkFailed
from benchmarks.measuring import Measured, run
from benchmarks.simulation import TESTS, simulation
from benchmarks.tables import MEBIBYTE, table
from simulator.demo import TARGET
from tooling import tree

DEFAULT_NUMBER = 200
OURS = "vbr_estate, one task"
CREDENTIALS = "/api/v1/credentials"
# The aim of the one task: so many seconds more, and so many times the bare script.
MORE_SECONDS = 1.5
MORE_SLOPE = 1.2

# The command of a competitor: given its directory, the server, and how many accounts.
Competitor = Callable[[Path, Mapping[str, str], int], list[str]]


@dataclass(frozen=True)
class Result:
    """One competitor: its measures, and how many requests it sent."""

    name: str
    measured: Measured
    requests: int


def records(number: int) -> list[dict[str, str]]:
    """Accounts as the service accepts them, each with its own password."""
    return [
        {
            "type": "Standard",
            "username": f"TECH\\bench{each:05}",
            "password": f"Hw3&bench+{each:05}%Tn6=#",
            "description": "Benchmark",
        }
        for each in range(number)
    ]


def bare(place: Path, server: Mapping[str, str], number: int) -> list[str]:
    """The command of the bare script."""
    settings = place / "settings.json"
    url = f"https://{server['hostname']}:{server['port']}"
    signing = {name: server[name] for name in ("username", "password", "ca_path")}
    content = {"server": {**signing, "url": url, "revision": REVISION}, "records": records(number)}
    settings.write_text(json.dumps(content), "utf-8")
    return [sys.executable, "-m", "benchmarks.bare_credentials", str(settings)]


def veeam_br(place: Path, server: Mapping[str, str], number: int) -> list[str]:
    """The command of the script that uses the client from PyPI."""
    command = bare(place, server, number)
    return [*command[:-2], "benchmarks.veeam_br_credentials", command[-1]]


def playing(*tasks: dict[str, Any]) -> Competitor:
    """A competitor that is a playbook of these tasks."""

    def command(place: Path, server: Mapping[str, str], number: int) -> list[str]:
        book = {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "module_defaults": {"group/backupfleet.rest.vbr": dict(server)},
            "vars": {
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
                "server": {**server, "url": f"https://{server['hostname']}:{server['port']}"},
                "records": records(number),
                "items": [
                    {"account": each["username"], "account_password": each["password"], "description": "Benchmark"}
                    for each in records(number)
                ],
            },
            "tasks": tasks,
        }
        path = place / "book.json"
        path.write_text(json.dumps([book]), "utf-8")
        return [str(Path(sys.executable).with_name("ansible-playbook")), "--inventory", "localhost,", str(path)]

    return command


COMPETITORS: Mapping[str, Competitor] = {
    "bare script": bare,
    "script with veeam-br": veeam_br,
    OURS: playing({"backupfleet.rest.vbr_estate": {"credentials": "{{ items }}"}}),
    "loop over vbr_credentials": playing(
        {
            "backupfleet.rest.vbr_credentials": {
                "account": "{{ item.account }}",
                "account_password": "{{ item.account_password }}",
                "description": "{{ item.description }}",
            },
            "loop": "{{ items }}",
            "no_log": True,
        }
    ),
    "loop over uri": playing(
        {
            "ansible.builtin.uri": {
                "url": "{{ server.url }}/api/oauth2/token",
                "method": "POST",
                "body_format": "form-urlencoded",
                "body": {
                    "grant_type": "password",
                    "username": "{{ server.username }}",
                    "password": "{{ server.password }}",
                },
                "headers": {"x-api-version": REVISION},
                "ca_path": "{{ server.ca_path }}",
            },
            "register": "token",
            "no_log": True,
        },
        {
            "ansible.builtin.uri": {
                "url": "{{ server.url }}" + CREDENTIALS,
                "method": "POST",
                "body_format": "json",
                "body": "{{ item }}",
                "headers": {"x-api-version": REVISION, "Authorization": "Bearer {{ token.json.access_token }}"},
                "ca_path": "{{ server.ca_path }}",
                "status_code": 201,
            },
            "loop": "{{ records }}",
            "no_log": True,
        },
    ),
}


def compete(name: str, place: Path, number: int) -> Result:
    """Run a competitor against its own server. Raises BenchmarkFailed when an account is missing afterwards."""
    with simulation(place, 1) as pair:
        command = COMPETITORS[name](place, pair.server("target"), number)
        log = place / "output.log"
        measured = run(command, {**os.environ, **tree.environment(), "PYTHONPATH": str(TESTS)}, log)
        requests = [request for request in pair.journal() if request.server == TARGET]
    arrived = sum(request.method == "POST" and request.path == CREDENTIALS for request in requests)
    if measured.code or arrived != number:
        said = log.read_text("utf-8", "replace").splitlines()[-SHOWN_LINES:]
        raise BenchmarkFailed("\n".join([f"{name}: {arrived} of {number} accounts arrived", *said]))
    return Result(name, measured, len(requests))


def report(results: list[Result], number: int) -> str:
    """The table, and whether the aim is met."""
    seconds = {result.name: result.measured.seconds for result in results}
    bare_seconds, ours = seconds["bare script"], seconds[OURS]
    rows = [[f"{number} accounts", "", "seconds", "cpu s", "memory MB", "requests"]]
    for result in results:
        took = result.measured
        figures = (f"{took.seconds:.2f}", f"{took.cpu:.2f}", f"{took.peak / MEBIBYTE:.0f}", str(result.requests))
        rows.append([result.name, f"{took.seconds / bare_seconds:.1f} x", *figures])
    aim = MORE_SECONDS + MORE_SLOPE * bare_seconds
    met = "met   " if ours <= aim else "MISSED"
    return f"{table(rows)}\n\n{met}  one task: {ours:.2f} s (aim: {MORE_SECONDS} s + {MORE_SLOPE} x bare = {aim:.2f} s)"


def main(words: list[str]) -> int:
    number = int(words[0]) if words else DEFAULT_NUMBER
    results = []
    try:
        for name in COMPETITORS:
            with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
                print(f"{number:>6} accounts  {name:<26}", end=" ", flush=True)
                results.append(compete(name, Path(place), number))
                print(f"{results[-1].measured.seconds:8.2f} s", flush=True)
    except BenchmarkFailed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"\n{report(results, number)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
