# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that leave nothing of a list that has something are warned of, with the values that may be meant."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import RestError
from ansible_collections.backupfleet.rest.plugins.module_utils._core.query import narrowed
from simulator.testing import Pair, Server, simulated
from support.em import ask, enterprise_manager
from support.tasks import drive

ROWS: list[dict[str, Any]] = [{"name": "Backup Job 2", "type": "Backup"}, {"name": "Weekly", "type": "Backup"}]
NOTHING = "filters match nothing, although the list is not empty."


@pytest.mark.parametrize(
    ("values", "further"),
    [
        ({"nameFilter": "Bakup Job 2*"}, " Nothing is called 'Bakup Job 2*'; the nearest: 'Backup Job 2'."),
        ({"types": ["backups"]}, " Nothing is called 'backups'; the nearest: 'Backup'."),
        ({"nameFilter": "zzzz"}, ""),
        ({"typeFilter": "Backup"}, ""),
        ({"limit": 3}, ""),
    ],
)
def test_what_may_be_meant_is_said(values: dict[str, Any], further: str) -> None:
    assert narrowed("filters", values, [], lambda: ROWS) == {"warnings": [NOTHING + further]}


def test_where_there_is_something_or_nothing_at_all_there_is_no_warning() -> None:
    assert narrowed("filters", {"nameFilter": "x"}, ROWS, lambda: pytest.fail("nobody is asked")) == {}
    assert narrowed("filters", {}, [], lambda: pytest.fail("nobody is asked")) == {}
    assert narrowed("filters", {"nameFilter": "x"}, [], list) == {}


def test_that_the_rest_cannot_be_read_is_no_failure() -> None:
    def fails() -> list[dict[str, Any]]:
        raise RestError("no", service="x", request="y")

    assert narrowed("filters", {"nameFilter": "x"}, [], fails) == {}


def said(result: dict[str, Any]) -> list[str]:
    assert not result.get("failed"), result["msg"]
    return [warning for warning in result.get("warnings", []) if "match nothing" in warning]


def test_vbr_info_warns(server: Server) -> None:
    server.readonly()
    (warning,) = said(drive("info", server, resource="jobs", filters={"nameFilter": "Bakup Job 2"}))
    assert "the nearest: 'Backup Job 2'" in warning
    assert said(drive("info", server, resource="jobs", filters={"nameFilter": "Backup Job 2"})) == []


@pytest.mark.parametrize("resource", ["server", "estate"])
def test_vbr_info_takes_no_filters_where_there_is_no_list(server: Server, resource: str) -> None:
    result = drive("info", server, resource=resource, filters={"nameFilter": "x"})
    assert result["failed"] and "filters means nothing" in result["msg"]


def test_em_info_warns() -> None:
    with enterprise_manager("json") as manager:
        for options, option in (
            ({"filters": {"Name": "zzzz"}}, "filters"),
            ({"condition": 'Name=="zzzz"'}, "condition"),
            ({"filters": {"Name": "zzzz"}, "condition": 'Name=="zzzz"'}, "filters and condition"),
        ):
            (warning,) = said(ask("em_info", manager, resource="jobs", **options))
            assert warning.startswith(f"{option} match")
        assert said(ask("em_info", manager, resource="tasks", filters={"TaskId": "zzzz"})) == []


@pytest.mark.parametrize(
    ("resource", "filters"),
    [
        ("sessions", {"ResourceId": "zzzz"}),
        ("summary", {"ResourceId": "zzzz"}),
        ("policies", {"PolicyName": "zzzz"}),
        ("repositories", {"SearchPattern": "zzzz"}),
    ],
)
def test_vbaz_info_warns(resource: str, filters: dict[str, Any]) -> None:
    with simulated("vbaz") as server:
        server.readonly()
        assert said(drive("vbaz_info", server, resource=resource, filters=filters)) == [NOTHING]


QUERY = "jobs[?name=='zzzz']"


def test_the_export_says_what_chose_nothing(pair: Pair) -> None:
    result = drive("export", pair.source, query=QUERY)
    (finding,) = [each for each in result["findings"] if each["code"] == "unmatched-query"]
    assert (finding["severity"], "query finds nothing" in finding["message"]) == ("warning", True)
    for query in ("jobs[?name=='Backup Job 2']", None):
        found = drive("export", pair.source, query=query)["findings"]
        assert not [each for each in found if each["code"] == "unmatched-query"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"filters": {"jobs": {"types": ["zzzz"]}}}, "the filters types match nothing"),
        ({"filters": {"jobs": {"names": ["*"]}}, "kinds": ["credentials"]}, "not among the kinds that are exported"),
    ],
)
def test_the_export_says_which_filters_did_nothing(pair: Pair, options: dict[str, Any], words: str) -> None:
    result = drive("export", pair.source, **options)
    assert not result.get("failed"), result["msg"]
    (finding,) = [each for each in result["findings"] if each["code"] == "unmatched-filter"]
    assert words in finding["message"]
