# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every resource in every revision it is managed in: check, change, check again, again, for each step of its life.

The rows stand in the files `rows_*.py` beside this one; each exports ROWS.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.backupfleet.rest.plugins.doc_fragments._estate import MODULES
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.revisions import rank
from contract import Contract, ContractObserver
from simulator.testing import Server, simulated_pair
from support.quartet import BUILDS, Row, quartet, secrets
from support.tasks import TASKS

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

FILES = sorted(Path(__file__).parent.glob("rows_*.py"))
ROWS: list[Row] = [row for file in FILES for row in importlib.import_module(f"unit.vbr.resource.{file.stem}").ROWS]
CASES = [(row, revision) for row in ROWS for revision in row.revisions]

# One row of each file also in the revisions that have no description of their own and are like 1.2-rev1.
UNDESCRIBED = {"1.1-rev1": "12.1.0.2131", "1.1-rev2": "12.2.0.334", "1.2-rev0": "12.3.0.310"}
FIRST = {row.module: row for row in reversed(ROWS) if "1.2-rev1" in row.revisions}.values()
# The first revision of each module; those of no kind take whatever there is.
SINCE = {module.__name__.rpartition(".vbr_")[2]: KINDS[kind].since for kind, module in MODULES.items()}
LIKE_THEM = [(row, each) for row in FIRST for each in UNDESCRIBED if rank(SINCE.get(row.module, "")) <= rank(each)]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}:{case[1]}")
def case(request: pytest.FixtureRequest) -> Iterator[tuple[Row, Server]]:
    """A row, and a server that has its revision as its newest."""
    row, revision = request.param
    with simulated_pair(source_build=BUILDS[revision]) as pair:
        row.prepare(pair.source)
        yield row, pair.source


def test_quartet(case: tuple[Row, Server], contract: Contract) -> None:
    row, server = case
    observer = ContractObserver(contract)
    server.app.observers.append(observer)
    for step, options in row.steps.items():
        shown = quartet(row, server, step, {**row.common, **options})
        for secret in secrets(TASKS[row.module].options, {**row.common, **options}):
            assert secret not in shown
    assert observer.judged
    assert observer.violations == []


@pytest.mark.parametrize(("row", "revision"), LIKE_THEM, ids=str)
def test_revisions_like_their_neighbour(row: Row, revision: str) -> None:
    with simulated_pair(source_build=UNDESCRIBED[revision]) as pair:
        asked: set[str] = set()
        pair.source.app.observers.append(lambda exchange: asked.update(dict(exchange.headers).values()))
        row.prepare(pair.source)
        for step, options in row.steps.items():
            quartet(row, pair.source, step, {**row.common, **options})
    assert revision in asked
