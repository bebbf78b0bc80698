# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of pairs on several execution nodes: a job in slices, each sent to a worker as a receptor mesh sends it.

FLEET_PAIRS is how many pairs there are (`make fleet` plays fifty).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.testing import Pair, estate, serving_pair
from support.fleet import Slice, played, sliced
from support.playbooks import inventory
from support.tasks import drive, secrets_for

PAIRS = int(os.environ.get("FLEET_PAIRS") or "4")
WORKERS = 2
# What a job hands on is kept in the controller's database.
MAX_ARTIFACT_BYTES_PER_PAIR = 1000


@dataclass
class Fleet:
    """The pairs by name, where their files are, and the slices of the jobs that moved them."""

    pairs: dict[str, Pair]
    root: Path
    first: list[Slice]
    again: list[Slice]


@pytest.fixture(name="fleet", scope="module")
def moved_fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    place = tmp_path_factory.mktemp("fleet")
    root = place / "shared"
    with ExitStack() as stack:
        pairs = {f"site{number:02}": stack.enter_context(serving_pair()) for number in range(PAIRS)}
        secrets = secrets_for(drive("export", pairs["site00"].source)["manifest"])
        hosts = inventory(place, pairs, vbr_secrets=secrets, vbr_migration_root=str(root))
        first = played("playbooks/migrate.yml", sliced(hosts, WORKERS), place / "first")
        again = played("playbooks/migrate.yml", sliced(hosts, WORKERS), place / "again")
        yield Fleet(pairs, root, first, again)


def test_each_slice_moves_its_part_and_no_other(fleet: Fleet) -> None:
    for one in fleet.first:
        assert one.status == "successful", one.output
    moved = [set(one.hosts()) for one in fleet.first]
    assert len(moved) == WORKERS and set.union(*moved) == set(fleet.pairs)
    assert sum(map(len, moved)) == PAIRS
    whole = {name: estate(pair.target) for name, pair in fleet.pairs.items()}
    assert all(found["jobs"] for found in whole.values())
    assert len({json.dumps(found, sort_keys=True) for found in whole.values()}) == 1


def test_files_and_reports_lie_where_all_nodes_see_them(fleet: Fleet) -> None:
    for name in fleet.pairs:
        assert (fleet.root / name / "bundle" / "manifest.json").exists()
        assert (fleet.root / name / "reports" / "latest" / "report.json").exists()
    pages = sorted((fleet.root / "reports").glob("[0-9]*-migrate*/overview.json"))
    shown = [{row["pair"] for row in json.loads(page.read_text(encoding="utf-8"))["pairs"]} for page in pages]
    halves = [set(one.hosts()) for one in fleet.first]
    assert len(shown) == 2 * WORKERS and all(shown.count(half) == 2 for half in halves)


def test_a_second_job_changes_nothing_wherever_it_runs(fleet: Fleet) -> None:
    assert [one.status for one in fleet.again] == ["successful"] * WORKERS
    assert [one.changed() for one in fleet.again] == [[]] * WORKERS


def test_what_comes_back_to_the_controller_is_small_and_has_no_secret(fleet: Fleet) -> None:
    passwords = [server.password for pair in fleet.pairs.values() for server in pair.servers]
    for one in (*fleet.first, *fleet.again):
        assert 0 < len(json.dumps(one.artifacts)) < MAX_ARTIFACT_BYTES_PER_PAIR * len(one.hosts())
        kept = b"".join(path.read_bytes() for path in one.artifacts_dir.rglob("*") if path.is_file())
        assert not [password for password in passwords if password.encode() in kept]
        assert not any(one.worker_dir.rglob("*.json")), "a worker keeps nothing when its job has ended"
