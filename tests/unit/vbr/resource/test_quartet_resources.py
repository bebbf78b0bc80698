# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every resource in every revision it is managed in: check, change, check again, again, for each step of its life.

The rows stand in the files `rows_*.py` beside this one; each exports ROWS.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.testing import Server, simulated_pair
from support.quartet import ACTIONS, BUILDS, Row
from support.tasks import TASKS, drive

FILES = sorted(Path(__file__).parent.glob("rows_*.py"))
ROWS: list[Row] = [row for file in FILES for row in importlib.import_module(f"unit.vbr.resource.{file.stem}").ROWS]
CASES = [(row, revision) for row in ROWS for revision in row.revisions]


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
        told = quartet(row, server, step, {**row.common, **options})
        for secret in secrets(TASKS[row.module].arguments, {**row.common, **options}):
            assert secret not in told
    assert observer.judged
    assert observer.violations == []


def quartet(row: Row, server: Server, step: str, options: Mapping[str, Any]) -> str:
    """Runs a step four times; returns all that was told, as text."""

    def run(check: bool, readonly: bool) -> dict[str, Any]:
        server.readonly(readonly)
        result = drive(row.module, server, check=check, **options)
        assert not result.get("failed"), f"{step}: {result['msg']}"
        return result

    check = run(check=True, readonly=True)
    assert check["changed"] is True, step
    change = run(check=False, readonly=False)
    assert (change["changed"], change["diff"]) == (True, check["diff"]), step
    action = step.partition(" ")[0]
    if action in ACTIONS and "action" in change:
        assert (change["action"], check["action"]) == (action, action), step
    checked = run(check=True, readonly=True)
    again = run(check=False, readonly=True)
    assert [(result["changed"], result["diff"]) for result in (checked, again)] == [(False, []), (False, [])], step
    server.readonly(False)
    return json.dumps([check, change, checked, again])


def secrets(arguments: Mapping[str, Any], options: Mapping[str, Any]) -> Iterator[str]:
    """The values of the secret options that were given."""
    for name, value in options.items():
        spec = arguments[name]
        if isinstance(value, str) and spec.get("no_log"):
            yield value
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, Mapping) and spec.get("options"):
                yield from secrets(spec["options"], part)
