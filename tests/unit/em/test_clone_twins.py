# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers that clone one job at once, on a server that takes two jobs of one name: nobody is green about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.core.call import Exchange
from support.clock import SwiftClock
from support.em import FORMATS, Manager, clone, enterprise_manager, jobs, sent

NAME = "Billing Backup"


@pytest.fixture(name="manager", params=list(FORMATS))
def simulated_manager(request: pytest.FixtureRequest, em_clock: SwiftClock) -> Iterator[Manager]:
    with enterprise_manager(request.param) as server:
        server.switch(duplicate_name="accept")
        yield server


def with_another(manager: Manager, **options: object) -> dict[str, object]:
    """A clone while somebody else makes one of the same name, after both have looked."""
    asked: list[str] = []

    def act(exchange: Exchange) -> None:
        if exchange.method == "POST" and exchange.path.startswith("/api/jobs/") and not asked:
            asked.append(exchange.path)
            row = next(row for row in manager.service.estate.rows("jobs") if row["id"] in exchange.path)
            manager.service.store.add("jobs", {**row, "name": NAME}, OTHER)

    manager.app.observers.append(act)
    return clone(manager, **options)


OTHER = "0a1b2c3d-0000-4000-8000-000000000077"


@pytest.mark.parametrize("schedule", [None, True])
def test_a_twin_is_named_and_neither_is_touched(manager: Manager, schedule: bool | None) -> None:
    result = with_another(manager, schedule_enabled=schedule)
    ids = [str(row["id"]) for row in jobs(manager, NAME)]
    assert len(ids) == 2
    assert result["failed"] and result["changed"] is True
    assert all(each in str(result["msg"]) for each in ids), result["msg"]
    assert "is there twice" in str(result["msg"])
    assert sent(manager, "toggleScheduleEnabled") == 0


def test_a_clone_without_a_twin_is_looked_for_again_and_is_fine(manager: Manager) -> None:
    result = clone(manager)
    assert not result.get("failed"), result["msg"]
    assert len(jobs(manager, NAME)) == 1
