# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects of several kinds in one task, and many pairs in one run of the playbook.

`python -m benchmarks.many [OBJECTS [PAIRS]]`. Times are printed, never checked: the exit code says whether all arrived.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.competitors import SHOWN_LINES, BenchmarkFailed
from benchmarks.cutover import Bench, Step, address
from benchmarks.measuring import run
from benchmarks.tables import MEBIBYTE, table
from simulator.services.vbr.kinds import JOBS
from simulator.testing import Pair, serving_pair
from support.faults.migration import small_estate
from support.tasks import secrets_for
from tooling import tree

OBJECTS, PAIRS, FORKS = 1000, 50, 10
SHARE = "Estate share"
SERVER = "srv04.tech.local"
MACHINE = {"host_name": "vcenter02.tech.local", "name": "filesrv02"}


def mixed(number: int) -> dict[str, list[dict[str, Any]]]:
    """Items of vbr_estate: of ten objects six are accounts, three passwords, and one is a repository or a job."""
    accounts = [
        {"account": f"TECH\\bench{each:05}", "account_password": f"Hw3&bench+{each:05}%Tn6=#", "description": "Bench"}
        for each in range(number * 6 // 10)
    ]
    passwords = [
        {"hint": f"Bench {each:05}", "encryption_password": f"Kz8&bench+{each:05}%Rm4=#"}
        for each in range(number * 3 // 10)
    ]
    places = [
        {
            "name": f"{SHARE} {each:05}",
            "type": "Smb",
            "share_path": f"\\\\nas\\bench{each}",
            "share_credentials": "TECH\\bench00000",
            "max_task_count": 2,
            "mount_server": {"host": SERVER, "write_cache_folder": "D:\\Cache"},
        }
        for each in range(max(1, number // 20))
    ]
    rest = number - len(accounts) - len(passwords) - len(places)
    jobs = [
        {
            "name": f"Bench job {each:05}",
            "virtual_machines": {"includes": [MACHINE]},
            "repository": f"{SHARE} {each % len(places):05}",
            "guest_credentials": "TECH\\bench00000",
            "state": "disabled",
        }
        for each in range(rest)
    ]
    return {"credentials": accounts, "encryption_passwords": passwords, "repositories": places, "jobs": jobs}


def estate(place: Path, number: int, latency: float = 0.0) -> list[Step]:
    """So many objects created in one task, and the task once more; each answer comes so many seconds later."""
    items = mixed(number)
    with serving_pair() as pair:
        bench = Bench(pair, place, latency)
        for name in ("new", "again"):
            result = bench.task(f"vbr_estate, {number} mixed objects, {name}", "estate", pair.source, **items)
            if result["changed"] is not (name == "new"):
                raise BenchmarkFailed(f"vbr_estate, {name}: changed is {result['changed']}")
    return bench.steps


def pairs(place: Path, number: int) -> Step:
    """So many pairs moved by one run of migrate.yml, the servers in this process. Raises BenchmarkFailed."""
    heard = 0

    def hear(_exchange: object) -> None:
        nonlocal heard
        heard += 1

    with ExitStack() as stack:
        served = [stack.enter_context(serving_pair(source_seed=small_estate())) for _each in range(number)]
        inventory = place / "inventory.json"
        hosts = {f"pair{each:03}": _host(pair, place / f"{each}") for each, pair in enumerate(served)}
        for server in (server for pair in served for server in pair.servers):
            server.app.observers.append(hear)
        inventory.write_text(json.dumps({"vbr_migrations": {"hosts": hosts}}), "utf-8")
        program = Path(sys.executable).with_name("ansible-playbook")
        root = f"vbr_migration_root={place / 'migrations'}"
        command = [str(program), "--inventory", str(inventory), "--forks", str(FORKS), "--extra-vars", root]
        log = place / "pairs.log"
        measured = run(
            [*command, str(tree.ROOT / "playbooks" / "migrate.yml")], {**os.environ, **tree.environment()}, log
        )
        moved = sum(any(pair.target.service.estate.rows(JOBS)) for pair in served)
    if measured.code or moved != number:
        said = log.read_text("utf-8", "replace").splitlines()[-SHOWN_LINES:]
        raise BenchmarkFailed("\n".join([f"{moved} of {number} pairs were moved", *said]))
    return Step(f"migrate.yml, {number} small pairs, forks {FORKS}", measured, heard)


def _host(pair: Pair, place: Path) -> dict[str, Any]:
    """The variables of a pair, with a made-up secret for whatever its source has."""
    bundle = place / "bundle"
    bench = Bench(pair, place.parent)
    bench.quiet = True
    bench.task("export", "export", pair.source, dest=str(bundle))
    made = secrets_for(json.loads((bundle / "manifest.json").read_text("utf-8")))
    return {"vbr_source": address(pair.source), "vbr_target": address(pair.target), "vbr_secrets": made}


def report(steps: list[Step]) -> str:
    rows = [["", "seconds", "cpu s", "memory MB", "requests"]]
    for step in steps:
        took = step.measured
        figures = (f"{took.seconds:.2f}", f"{took.cpu:.2f}", f"{took.peak / MEBIBYTE:.0f}", str(step.requests))
        rows.append([step.name, *figures])
    return table(rows)


def steps(place: Path, objects: int = OBJECTS, number: int = PAIRS) -> Iterator[Step]:
    yield from estate(place, objects)
    yield pairs(place, number)


def main(words: list[str]) -> int:
    try:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
            print(report([*steps(Path(place), *map(int, words))]))
    except BenchmarkFailed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
