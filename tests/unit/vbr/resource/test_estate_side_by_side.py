# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items of one kind side by side: the result of one by one, item by item, whatever a server does with one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http
from simulator.testing import Server, serving_pair
from support.tasks import drive

NUMBER = 12
CREDENTIALS = "/api/v1/credentials"
Result = dict[str, Any]


@pytest.fixture(scope="module")
def wired() -> Iterator[Server]:
    with serving_pair() as pair:
        yield pair.target


@pytest.fixture
def server(wired: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An empty one, whose answers take long enough to be under way together."""
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.02)
    wired.reset()
    wired.app.latency = 0.02
    yield wired
    wired.reset()


def accounts(**other: Any) -> list[dict[str, Any]]:
    return [
        {"account": f"account{number}", "account_password": f"Fz5&side+{number}=Wq8long", **other}
        for number in range(NUMBER)
    ]


def gone() -> list[dict[str, Any]]:
    return [{"account": item["account"], "state": "absent"} for item in accounts()]


def estate(server: Server, items: list[dict[str, Any]], **other: Any) -> Result:
    return drive("estate", server, credentials=items, **other)


def names(server: Server) -> list[str]:
    return sorted(row["username"] for row in drive("info", server, resource="credentials")["resources"])


def said(result: Result) -> list[tuple[str, str, bool, bool]]:
    return [(each["key"], each["action"], each["changed"], each["failed"]) for each in result["resources"]]


def test_side_by_side_ends_as_one_by_one(server: Server) -> None:
    steps = (accounts(description="first"), accounts(description="second"), gone())
    outcomes: dict[int, list[Any]] = {}
    for parallel in (1, 4):
        server.reset()
        server.app.latency = 0.02
        for items in steps:
            result = estate(server, items, parallel=parallel)
            assert not result.get("failed"), result["msg"]
            outcomes.setdefault(parallel, []).append((said(result), result["counts"], names(server)))
        assert server.crowd.most == parallel
    assert outcomes[1] == outcomes[4]


@pytest.mark.parametrize("disturbance", ["drop_after", "drop_before"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_an_answer_that_is_lost_is_of_one_item_and_nothing_is_done_twice(
    server: Server, disturbance: str, method: str
) -> None:
    before = names(server)
    items = {"POST": accounts(), "PUT": accounts(description="new"), "DELETE": gone()}[method]
    if method != "POST":
        assert not estate(server, accounts(description="old")).get("failed")
    server.faults.add(do=disturbance, method=method, path=CREDENTIALS, skip=5)
    result = estate(server, items)
    assert [each["key"] for each in result["resources"]] == [f"Standard {item['account']}" for item in items]
    assert sum(each["failed"] for each in result["resources"]) <= 1
    server.faults.clear()
    again = estate(server, items)
    assert not again.get("failed")
    assert names(server) == sorted([*before, *([item["account"] for item in items] if method != "DELETE" else [])])
    assert estate(server, items)["changed"] is False


def test_what_one_is_refused_is_no_matter_of_the_others(server: Server) -> None:
    server.faults.add(do="status", status=400, method="POST", path=f"{CREDENTIALS}$", skip=3)
    result = estate(server, accounts())
    assert result["counts"]["failed"] == 1
    assert result["counts"]["create"] == NUMBER - 1


def test_after_a_sign_in_that_is_refused_nothing_is_begun(server: Server) -> None:
    server.faults.add(do="status", status=401, method="POST", path=f"{CREDENTIALS}$|/oauth2/token$", skip=1, times=0)
    result = estate(server, accounts())
    assert result["failed"]
    assert any(each["msg"].startswith("Not tried.") for each in result["resources"])
    assert server.journal.counts[f"POST {CREDENTIALS}"] < NUMBER


@pytest.mark.story
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("above", [1, 2])
def test_a_busy_server_gets_everything_once_and_the_task_warns_once(server: Server, status: int, above: int) -> None:
    for items in (accounts(), accounts(description="new"), gone()):
        before = names(server)
        server.crowd.reset()
        server.crowd.change({"busy_above": above, "busy_status": status})
        result = estate(server, items, parallel=8)
        assert not result.get("failed"), result["msg"]
        assert server.crowd.refused
        assert len([warning for warning in result["warnings"] if "was busy with 8 requests" in warning]) == 1
        server.crowd.reset()
        after = names(server)
        assert len(after) - len(before) in (NUMBER, 0, -NUMBER)
        assert len(set(after)) == len(after)
        assert estate(server, items)["changed"] is False
