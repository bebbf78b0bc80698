# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is concluded from a list of an appliance that is not whole: no verdict is green, no file is replaced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz import client as vbaz
from simulator.testing import Server, simulated
from support.tasks import drive
from support.vbaz import MACHINES, asked, seeded, session

SESSIONS, POLICIES = "/jobSessions$", "/policies/virtualMachines$"
EMPTY = {"offset": 0, "limit": 500, "results": [], "totalCount": 5}


@pytest.fixture(name="server")
def appliance_with_a_young_backup() -> Iterator[Server]:
    with simulated("vbaz") as server:
        seeded(server, session(1), policies=(MACHINES,))
        yield server


def judged(server: Server) -> dict[str, Any]:
    return drive("vbaz_info", server, resource="summary", expect=["Success"], max_age="26h")


def test_the_backup_is_as_expected(server: Server) -> None:
    assert not judged(server).get("failed")


@pytest.mark.parametrize("path", [SESSIONS, POLICIES])
def test_a_page_without_rows_is_no_end_of_a_list_that_has_some(server: Server, path: str) -> None:
    server.faults.add(do="status", status=200, body=EMPTY, path=path, times=0)
    result = judged(server)
    assert result["failed"] and "0 rows came, and totalCount is 5" in result["msg"]
    assert "GET /api/v8.1/" in result["msg"]


def test_an_incomplete_list_is_no_evidence(server: Server, tmp_path: Path) -> None:
    dest = tmp_path / "evidence.json"
    dest.write_text("as it was")
    server.faults.add(do="status", status=200, body=EMPTY, path=SESSIONS, times=0)
    result = drive("vbaz_session_export", server, dest=str(dest), format="json")
    assert result["failed"] and "totalCount is 5" in result["msg"]
    assert dest.read_text() == "as it was" and list(tmp_path.iterdir()) == [dest]


def test_a_list_that_rests_again_is_evidence(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vbaz, "PAGE_ROWS", 10)
    seeded(server, count=25)
    server.faults.add(do="status", status=200, body={**EMPTY, "offset": 10}, path=SESSIONS, skip=1)
    result = drive("vbaz_session_export", server, dest=str(tmp_path / "evidence.json"), format="json")
    assert not result.get("failed"), result["msg"]
    assert result["count"] == 25
    rows = json.loads((tmp_path / "evidence.json").read_text())["results"]
    assert len({row["id"] for row in rows}) == 25
    assert len(asked(server, "/jobSessions")) == 2 + 3
