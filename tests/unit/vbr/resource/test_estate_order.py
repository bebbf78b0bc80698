# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of one kind that refer to one another: what is referred to is made first and goes last."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.sequence import Circle, needed_first
from simulator.testing import Server
from support.estates import writes
from support.tasks import drive
from unit.vbr.resource.test_job import SERVER as MACHINE


def job(name: str, after: str = "") -> dict[str, Any]:
    chained = {"schedule": {"run_automatically": True, "after_job": after}} if after else {}
    includes = {"virtual_machines": {"includes": [MACHINE]}}
    return {"name": name, **includes, "repository": "Main Big Repository", **chained}


def titles(result: dict[str, Any]) -> list[str]:
    return [item["key"] for item in result["resources"]]


CHAINED = [job("Third", "follower"), job("Follower", "First"), job("First"), job("Alone")]


def test_a_chained_job_is_made_after_the_one_it_waits_for(server: Server) -> None:
    for check in (True, False):
        result = drive("estate", server, check=check, jobs=CHAINED)
        assert not result.get("failed"), result["msg"]
        assert result["counts"]["create"] == 4
        assert titles(result) == ["First", "Follower", "Third", "Alone"]
    again = drive("estate", server, jobs=CHAINED)
    assert again["changed"] is False


@pytest.mark.parametrize("turned", [1, -1])
def test_a_chained_job_goes_before_the_one_it_waits_for(server: Server, turned: int) -> None:
    drive("estate", server, jobs=CHAINED)
    ids = {row["body"]["name"]: row["id"] for row in server.service.store.rows("jobs")}
    server.journal.clear()
    gone = [{"name": each["name"], "state": "absent"} for each in CHAINED][::turned]
    result = drive("estate", server, jobs=gone)
    assert not result.get("failed"), result["msg"]
    paths = [path.rpartition("/")[2] for path in writes(server)]
    order = [paths.index(ids[name]) for name in ("Third", "Follower", "First")]
    assert order == sorted(order)


def test_jobs_that_wait_for_one_another_are_one_error_before_anybody_is_asked(server: Server) -> None:
    circle = [job("One", "two"), job("Two", "One"), job("Three")]
    result = drive("estate", server, jobs=circle)
    assert result["failed"]
    assert "These items of kind jobs wait for one another: 'One', 'Two', 'One'." in result["msg"]
    assert not server.journal.counts


@pytest.mark.parametrize("check", [True, False])
def test_a_circle_that_closes_on_the_server_is_refused_while_planning(server: Server, check: bool) -> None:
    """Also over one that is not there yet; what is switched off closes none."""
    drive("estate", server, jobs=[job("First"), job("Second", "First")])
    server.journal.clear()
    for items in ([job("first", "Second")], [job("First", "Middle"), job("Middle", "Second")]):
        result = drive("estate", server, check=check, jobs=items)
        assert result["failed"]
        assert "objects of kind jobs would wait for one another: '" in result["msg"]
        assert not [path for path in writes(server) if "jobs" in path]
    rows = {row["body"]["name"]: row for row in server.service.store.rows("jobs")}
    rows["Second"]["body"]["schedule"]["afterThisJob"]["isEnabled"] = False
    assert not drive("estate", server, check=check, jobs=[job("First", "Second")]).get("failed")


def test_a_circle_that_the_server_has_is_not_the_tasks(server: Server) -> None:
    drive("estate", server, jobs=CHAINED)
    rows = {row["body"]["name"]: row for row in server.service.store.rows("jobs")}
    rows["First"]["body"]["schedule"]["afterThisJob"] = {"isEnabled": True, "jobName": "Third"}
    assert not drive("estate", server, jobs=[job("Another", "First")]).get("failed")
    # The one that opens it.
    assert not drive("estate", server, jobs=[job("First", "Alone")]).get("failed")


def test_a_job_that_waits_for_one_that_is_to_go_is_refused_before_anybody_is_asked(server: Server) -> None:
    result = drive("estate", server, jobs=[job("One", "two"), {"name": "Two", "state": "absent"}])
    assert result["failed"]
    assert "Item 'One' of kind jobs needs 'Two', which is to be absent." in result["msg"]
    assert not server.journal.counts


def test_what_is_read_as_code_stands_in_the_order_in_which_it_is_made(server: Server) -> None:
    drive("estate", server, jobs=CHAINED)
    rows = {row["body"]["name"]: row for row in server.service.store.rows("jobs")}
    # As a user does in the console: an old job gets a new predecessor.
    chain = rows["First"]["body"]["schedule"]["afterThisJob"]
    chain |= {"isEnabled": True, "jobName": "Alone"}
    found = drive("info", server, resource="estate")["resource"]["jobs"]
    names = [each["name"] for each in found]
    assert [name for name in names if name in rows and name in {"Alone", "First", "Follower", "Third"}] == [
        "Alone",
        "First",
        "Follower",
        "Third",
    ]


def test_the_order_is_kept_where_nothing_is_needed() -> None:
    assert needed_first({"b": ["c"], "a": [], "c": [], "d": ["elsewhere"]}) == ["a", "c", "b", "d"]
    long = {number: [number + 1] for number in range(5000)}
    assert needed_first(long)[0] == 4999
    with pytest.raises(Circle):
        needed_first({"a": ["a"]})
