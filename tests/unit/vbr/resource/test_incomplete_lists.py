# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list does not show is not taken for absent, nor what it shows twice for two."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.testing import Server
from support.tasks import drive

CREDENTIALS = "/api/v1/credentials$"
ACCOUNT = {"account": "TECH\\moved", "account_password": "Lm4&moved+Rt6=", "description": "as it is"}


def estate(server: Server, **options: Any) -> dict[str, Any]:
    return drive("estate", server, credentials=[ACCOUNT], **options)


def page(rows: list[dict[str, Any]], total: int) -> dict[str, Any]:
    return {"data": rows, "pagination": {"total": total, "count": len(rows)}}


@pytest.fixture(name="rows")
def rows_of_a_server_with_the_account(server: Server) -> list[dict[str, Any]]:
    made = estate(server)
    assert made["counts"]["create"] == 1, made
    rows = drive("info", server, resource="credentials")["resources"]
    assert isinstance(rows, list)
    return rows


def test_a_row_less_between_two_pages_makes_no_second_account(server: Server, rows: list[dict[str, Any]]) -> None:
    """The account moves to the place of a row that goes, on a page that was read already."""
    others = [row for row in rows if row["username"] != ACCOUNT["account"]]
    (ours,) = [row for row in rows if row["username"] == ACCOUNT["account"]]
    full = [{**others[0], "id": str(number), "username": f"svc-{number}"} for number in range(200)]
    for body in (page(full, 202), page([others[0]], 201)):
        server.faults.add(do="status", status=200, body=body, path=CREDENTIALS)
    for body in (page([*full[1:], ours], 201), page([others[0]], 201)):
        server.faults.add(do="status", status=200, body=body, path=CREDENTIALS)
    again = estate(server)
    assert not again.get("failed"), again["msg"]
    assert again["counts"]["create"] == 0


def test_a_row_that_comes_on_two_pages_is_one(server: Server, rows: list[dict[str, Any]]) -> None:
    (ours,) = [row for row in rows if row["username"] == ACCOUNT["account"]]
    full = [{**ours, "id": str(number), "username": f"svc-{number}"} for number in range(199)]
    for body in (page([*full, ours], 201), page([ours, {**ours, "id": "x", "username": "svc-x"}], 202)):
        server.faults.add(do="status", status=200, body=body, path=CREDENTIALS)
    again = estate(server)
    assert not again.get("failed"), again["msg"]
    assert again["counts"]["create"] == 0


def test_a_list_that_stays_shorter_than_its_total_is_no_ground_to_create(server: Server) -> None:
    server.faults.add(do="status", status=200, body=page([], 5), path=CREDENTIALS, method="GET", times=0)
    result = estate(server)
    assert result["failed"] and "GET /api/v1/credentials" in result["msg"]
    assert "0 rows came, and pagination.total is 5" in result["msg"]
    assert "POST /api/v1/credentials" not in server.journal.counts
