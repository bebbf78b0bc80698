# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever number of pages Enterprise Manager names, no task asks for ever or concludes from what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from support.em import ask, clone, enterprise_manager, sent

QUERY = "/api/query$"


def listed(pages: Any, *rows: dict[str, Any]) -> dict[str, Any]:
    return {"Entities": {"Jobs": {"Jobs": list(rows)}}, "PagingInfo": {"PageNum": 1, "PagesCount": pages}}


@pytest.mark.parametrize(("pages", "field"), [(10**9, "PagesCount is 1000000000"), (700, "page 1 of 700 is empty")])
def test_empty_pages_are_not_asked_for_for_ever(pages: int, field: str) -> None:
    with enterprise_manager("json") as server:
        server.faults.add(do="status", status=200, body=listed(pages), path=QUERY, times=0)
        result = ask("em_info", server, resource="jobs")
        assert result["failed"] and field in result["msg"] and "GET /api/query?type=Job" in result["msg"]
        assert sum(entry["path"] == "/api/query" for entry in server.journal.entries) <= 3


def test_nothing_is_cloned_because_a_page_was_missing() -> None:
    with enterprise_manager("json") as server:
        server.faults.add(do="status", status=200, body=listed(2), path=QUERY, skip=1, times=0)
        result = clone(server)
        assert result["failed"] and "PagesCount" in result["msg"]
        assert sent(server, "clone") == 0
