# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items of one kind side by side: the result of one by one, item by item, whatever a server does with one of them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug import Response

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http
from benchmarks.cutover import many_jobs
from simulator.core.call import Call, Proceed
from simulator.testing import Server, serving_pair
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

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


# -- looked at side by side --------------------------------------------------------------------------------------------

ACL = "/api/v1/acl/backupJob/"
OWNERS = [{"job": f"Job {number:03}", "owner": "TECH\\viewer"} for number in range(NUMBER)]


@pytest.fixture(scope="module")
def wired_with_jobs() -> Iterator[Server]:
    with serving_pair(source_build="13.1.0.411", source_seed=many_jobs(NUMBER)) as pair:
        yield pair.source


@pytest.fixture
def with_jobs(wired_with_jobs: Server) -> Iterator[Server]:
    wired_with_jobs.reset()
    wired_with_jobs.app.latency = 0.02
    yield wired_with_jobs
    wired_with_jobs.reset()


def looked(server: Server, parallel: int, **items: Any) -> tuple[Result, int]:
    """What a look at the items says, and how many objects of them were asked for, each once."""
    with most_under_way(server, ACL) as most:
        before = asked(server)
        result = drive("estate", server, check=True, parallel=parallel, **items)
        assert most() == parallel
        return result, asked(server) - before


def asked(server: Server) -> int:
    return sum(count for request, count in server.journal.counts.items() if ACL in request)


@contextmanager
def most_under_way(server: Server, path: str) -> Iterator[Callable[[], int]]:
    """How many requests of such a path were under way together."""
    delay, lock, counts = server.app._delay, threading.Lock(), Counter[str]()

    def counted(call: Call, proceed: Proceed) -> Response:
        with lock:
            counts["now"] += path in call.request.path
            counts["most"] = max(counts.values())
        try:
            return delay(call, proceed)
        finally:
            with lock:
                counts["now"] -= path in call.request.path

    chain = server.app._middlewares
    server.app._middlewares = tuple(counted if each == delay else each for each in chain)
    try:
        yield lambda: counts["most"]
    finally:
        server.app._middlewares = chain


def test_items_that_need_a_request_each_are_looked_at_side_by_side(with_jobs: Server) -> None:
    alone, one_by_one = looked(with_jobs, 1, job_permissions=OWNERS)
    together, requests = looked(with_jobs, 4, job_permissions=OWNERS)
    assert one_by_one == requests == NUMBER
    assert alone == together
    assert [each["key"] for each in together["resources"]] == [item["job"] for item in OWNERS]
    assert together["counts"]["update"] == NUMBER


def test_what_is_against_one_item_is_said_of_that_one(with_jobs: Server) -> None:
    job_ids = list(with_jobs.snapshot()["rows"]["jobs"])
    for number in (3, 7):
        with_jobs.faults.add(do="status", status=400, path=f"{ACL}{job_ids[number]}", times=0)
    items = [*OWNERS, {"job": "Nobody's", "owner": "TECH\\viewer"}]
    alone, _requests = looked(with_jobs, 1, job_permissions=items)
    together, _requests = looked(with_jobs, 4, job_permissions=items)
    assert alone == together
    failed = [each["key"] for each in together["resources"] if each["failed"]]
    assert failed == [OWNERS[3]["job"], OWNERS[7]["job"], "Nobody's"]


def test_a_fault_of_the_server_ends_the_look(with_jobs: Server) -> None:
    with_jobs.faults.add(do="status", status=500, path=ACL, skip=2, times=0)
    result = drive("estate", with_jobs, check=True, job_permissions=OWNERS)
    assert "-> 500" in result["msg"] and "resources" not in result
    assert asked(with_jobs) < NUMBER


def test_an_item_that_needs_another_one_waits_for_it(with_jobs: Server) -> None:
    """A job of the task comes after one that is to be made, whatever else is under way."""
    jobs = [
        {
            "name": f"Chained {number}",
            "virtual_machines": {"includes": [{"host_name": "vcenter02.tech.local", "name": "filesrv02"}]},
            "repository": "Main Big Repository",
            "schedule": {"after_job": f"Chained {number - 1}"} if number else None,
        }
        for number in range(3)
    ]
    alone, together = (drive("estate", with_jobs, check=True, parallel=lanes, jobs=jobs) for lanes in (1, 4))
    assert alone == together
    assert together["counts"]["create"] == 3


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
