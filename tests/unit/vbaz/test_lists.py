# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of an appliance are read to their end, each row once, whatever the size of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import BadAnswer
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz import client as vbaz
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz.client import Vbaz
from simulator.testing import Server, simulated
from support.tasks import connection
from support.vbaz import asked, seeded, session

SESSIONS = "/jobSessions"


@pytest.fixture(name="server")
def simulated_appliance() -> Iterator[Server]:
    with simulated("vbaz") as server:
        yield server


def listed(server: Server, params: dict[str, Any] | None = None, **other: Any) -> list[str]:
    with Vbaz(Connection(**connection(server, **other))) as service:
        return [str(row["id"]) for row in service.pages(SESSIONS, params)]


@pytest.mark.parametrize("total_count", ["number", "null"])
@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 35])
def test_each_row_is_read_once(server: Server, monkeypatch: pytest.MonkeyPatch, total_count: str, count: int) -> None:
    monkeypatch.setattr(vbaz, "PAGE_ROWS", 10)
    server.switch(total_count=total_count)
    seeded(server, count=count)
    ids = listed(server)
    assert (len(ids), len(set(ids))) == (count, count)


@pytest.mark.parametrize("total", [20, None])
def test_pages_may_have_fewer_rows_than_requested(server: Server, total: int | None) -> None:
    """Seven rows a page, whatever the limit."""
    rows = [{"id": str(number), "status": "Success"} for number in range(20)]
    for offset in (0, 7, 14):
        page = {"offset": offset, "limit": 7, "totalCount": total, "results": rows[offset : offset + 7]}
        server.faults.add(do="status", status=200, body=page, path=f"{SESSIONS}$")
    end = {"offset": 20, "limit": 7, "totalCount": total, "results": None}
    server.faults.add(do="status", status=200, body=end, path=f"{SESSIONS}$")
    assert listed(server) == [row["id"] for row in rows]


def test_a_session_that_begins_meanwhile_does_not_repeat_a_row(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vbaz, "PAGE_ROWS", 10)
    old = [session(number, hours=100 - number) for number in range(25)]
    seeded(server, *old)
    with Vbaz(Connection(**connection(server))) as service:
        ids = []
        for row in service.pages(SESSIONS):
            ids.append(row["id"])
            if len(ids) == 5:
                seeded(server, *old, session(25))
    assert len(ids) == len(set(ids)) == 25


def test_a_page_with_another_offset_than_requested_is_an_error(server: Server) -> None:
    """A server that takes no such parameter would give its first page for ever."""
    page = {"offset": 0, "limit": -1, "totalCount": 900, "results": [{"id": "1", "status": "Success"}]}
    server.faults.add(do="status", status=200, body=page, path=f"{SESSIONS}$", times=0)
    with pytest.raises(BadAnswer, match="was asked for from 1 and begins at 0"):
        listed(server)


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"results": []}, {"offset": 0, "results": {}}, {"offset": 0, "results": [None]}, "<html>", '{"offs'],
    ids=str,
)
def test_an_answer_that_is_no_page_is_an_error(server: Server, body: Any) -> None:
    answer = body if isinstance(body, str) else body if body is not None else ""
    server.faults.add(do="status", status=200, body=answer, path=f"{SESSIONS}$", times=0)
    with pytest.raises(BadAnswer):
        listed(server)


@pytest.mark.parametrize(
    ("version", "product", "names"),
    [("v8.1", "8.1", {"Status", "Offset", "Limit"}), ("v1", "1.0", {"status", "offset", "limit"})],
)
def test_parameters_have_the_names_of_the_api_version(
    server: Server, version: str, product: str, names: set[str]
) -> None:
    server.switch(product=product)
    listed(server, {"Status": ["Success", "Error"], "PolicyId": None}, api_version=version)
    request = asked(server, SESSIONS)[0]
    assert set(request["query"]) == names
    assert request["query"][min(names & {"Status", "status"})] == ["Success", "Error"]
