# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request of the VBAZ modules, and every answer they accept, is as the vendor documents it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.fixtures import vbaz_contract
from contract.vbaz import Exchange, VbazContract, VbazObserver
from simulator.testing import Server, simulated
from support.tasks import drive
from support.vbaz import MACHINES, asked

__all__ = ["vbaz_contract"]

SIGN_IN_ASK_SIGN_OUT = 3
PERIOD = {"from": "2020-01-01", "to": "2099-12-31"}
FILTERS: dict[str, Any] = {
    "name": MACHINES,
    "status": ["Success", "Error"],
    "session_types": ["PolicyBackup"],
    **PERIOD,
}


def asked_on_purpose(exchange: Exchange) -> bool:
    """Whether this exchange asks for a version before signing in, which is answered with an error in any case."""
    return exchange.path.endswith("/about") and exchange.status in (401, 404)


@pytest.fixture(name="server", params=["omit", "emit"])
def judged_appliance(request: pytest.FixtureRequest, vbaz_contract: VbazContract) -> Iterator[Server]:
    """An appliance whose every exchange is judged."""
    with simulated("vbaz") as server:
        server.switch(nulls=request.param)
        observer = VbazObserver(vbaz_contract, expected=asked_on_purpose)
        server.app.observers.append(observer)
        yield server
        assert observer.judged >= SIGN_IN_ASK_SIGN_OUT
        assert not observer.violations


@pytest.mark.parametrize("form", ["csv", "xml", "json"])
@pytest.mark.parametrize(
    "options", [{}, FILTERS, {"workload_types": ["SQL"], "session_types": ["PolicyBackup"]}], ids=len
)
def test_every_export_fits_the_contract(server: Server, tmp_path: Path, form: str, options: dict[str, Any]) -> None:
    result = drive("vbaz_session_export", server, dest=str(tmp_path / "x"), format=form, **options)
    assert not result.get("failed"), result["msg"]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"resource": "sessions", **FILTERS},
        {"resource": "sessions", "filters": {"ResourceId": "vm-0001"}},
        {"resource": "summary", "expect": []},
        {"resource": "policies", "filters": {"PolicyStatus": ["Enabled", "Disabled"]}},
        {"resource": "repositories", "filters": {"Tier": ["Hot"], "IsEncrypted": True}},
    ],
    ids=str,
)
def test_every_reading_fits_the_contract(server: Server, options: dict[str, Any]) -> None:
    result = drive("vbaz_info", server, **options)
    assert not result.get("failed"), result["msg"]


def test_one_session_and_its_log_fit_the_contract(server: Server) -> None:
    (row, *_others) = drive("vbaz_info", server, resource="sessions")["resources"]
    result = drive("vbaz_info", server, resource="session", session_id=row["id"])
    assert not result.get("failed"), result["msg"]
    assert len(asked(server, "/log")) == 1
