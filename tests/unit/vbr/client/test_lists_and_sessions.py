# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists are read to their end, and sessions polled to Stopped, gently and with a deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    BadAnswer,
    ServerFault,
    TimedOut,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.exchange import BODY_BYTES
from ansible_collections.backupfleet.rest.plugins.module_utils._core.polling import OUTAGE_SECONDS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.automation import Automation, result_of
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.client import Vbr
from simulator.seeds.generator import estate_of
from simulator.testing import Server
from support.clock import SwiftClock

JOBS = "/api/v1/jobs"


@pytest.fixture
def service(server: Server, open_service: Callable[..., Vbr]) -> Iterator[Vbr]:
    # Answers that are put into a row here are asked for one by one.
    with open_service(parallel=1) as signed_in:
        yield signed_in


# -- lists -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("total", "requests"), [(0, 1), (1, 1), (200, 1), (201, 2), (400, 2), (401, 3)])
def test_every_row_of_a_list_of_any_length_is_read(server: Server, service: Vbr, total: int, requests: int) -> None:
    server.seed(estate_of(total) if total else {})
    service._tokens.sign_in()
    names = [row["name"] for row in service.pages(JOBS)]
    assert names == [f"Backup Job {number:05}" for number in range(total)]
    assert server.journal.counts[f"GET {JOBS}"] == requests


def test_all_jobs_of_a_large_server_are_one_export_and_no_page(server: Server, service: Vbr) -> None:
    """20,000 jobs of 10 KB are 200 MB. No page of 200 rows is nearly as large."""
    large = {"name": "Backup Job", "description": "x" * BODY_BYTES}
    server.faults.add(do="status", status=200, path="/automation/jobs/export$", body={"jobs": [large]})
    assert Automation(service).export("jobs") == {"jobs": [large]}
    offer(server, {"data": [large]})
    with pytest.raises(BadAnswer, match="larger than 64 MB"):
        service.pages(JOBS)


def page(number: int, count: int, **pagination: Any) -> dict[str, Any]:
    rows = [{"name": f"row {number}.{row}"} for row in range(count)]
    return {"data": rows, **({"pagination": pagination} if pagination else {})}


def offer(server: Server, *pages: dict[str, Any]) -> None:
    for body in pages:
        server.faults.add(do="status", status=200, path=f"{JOBS}$", body=body)


@pytest.mark.parametrize(
    ("pages", "rows"),
    [
        ([page(0, 200, total=250), page(1, 50, total=250)], 250),
        ([page(0, 100, total=250), page(1, 100, total=250), page(2, 50, total=250)], 250),
        ([page(0, 200), page(1, 50)] * 2, 250),
        ([page(0, 200), page(1, 200), page(2, 0)] * 2, 400),
        ([page(0, 3)], 3),
    ],
    ids=["plain", "smaller pages", "no total: twice", "no total, full: twice", "no total, one"],
)
def test_lists_that_count_otherwise_are_read_to_their_end(
    server: Server, service: Vbr, pages: list[dict[str, Any]], rows: int
) -> None:
    offer(server, *pages)
    assert len(service.pages(JOBS)) == rows


@pytest.mark.parametrize(
    "pages",
    [
        [page(0, 200, total=250), page(1, 100, total=300)],
        [page(0, 200, total=500), page(1, 0, total=500)],
        [page(0, 200, total=250), page(1, 50, total=249)],
        [page(0, 200), page(1, 50), page(0, 200), page(2, 50)],
    ],
    ids=["a row more", "it ends early", "a row less", "no total, another one the second time"],
)
def test_a_list_that_changes_is_read_again(server: Server, service: Vbr, pages: list[dict[str, Any]]) -> None:
    still = [page(0, 200, total=201), page(7, 1, total=201)]
    offer(server, *pages, *still)
    assert [row["name"] for row in service.pages(JOBS)][-1] == "row 7.0"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": None},
        {"data": {}},
        {"data": ["text"]},
        {"data": [None]},
        {"data": [], "pagination": "x"},
        [],
        "<html>",
        "",
    ],
)
def test_an_answer_that_is_no_list_is_an_error(server: Server, service: Vbr, body: Any) -> None:
    server.faults.add(do="status", status=200, path=f"{JOBS}$", body=body)
    with pytest.raises(BadAnswer, match=f"GET {JOBS}"):
        list(service.pages(JOBS))


# -- sessions ----------------------------------------------------------------------------------------------------------


def start(server: Server, service: Vbr, **clock: Any) -> str:
    server.clock.change({"mode": "polls", **clock})
    body = {"encryptionPasswords": [{"password": "Sj4&session+Rt6=", "hint": "New", "uniqueId": "new"}]}
    return Automation(service).start_import("encryptionPasswords", body)


def test_a_session_is_polled_until_it_is_stopped(server: Server, service: Vbr, clock: SwiftClock) -> None:
    seen: list[str] = []
    session = Automation(service).settle(
        start(server, service, polls=12), 600, lambda session: seen.append(session["state"])
    )
    assert (session["state"], result_of(session)) == ("Stopped", ("Success", ""))
    assert list(dict.fromkeys(seen)) == ["Starting", "Working", "Stopped"]
    assert clock.slept == sorted(clock.slept), "it asks less and less often"
    assert clock.slept[0] < 0.5 and clock.slept[-1] <= 5


def test_a_session_that_is_over_is_not_waited_for(server: Server, service: Vbr, clock: SwiftClock) -> None:
    session_id = start(server, service, polls=0)
    Automation(service).settle(session_id, 0)
    assert clock.slept == []


@pytest.mark.parametrize("wrong", [{"do": "status", "status": 500}, {"do": "status", "status": 200, "body": "<html>"}])
def test_a_failed_poll_does_not_end_the_wait(server: Server, service: Vbr, wrong: dict[str, Any]) -> None:
    session_id = start(server, service, polls=4)
    server.faults.add(**wrong, path="/sessions/[^/]+$", times=3)
    assert Automation(service).settle(session_id, 600)["state"] == "Stopped"


def test_an_outage_of_minutes_ends_the_wait(server: Server, service: Vbr, clock: SwiftClock) -> None:
    session_id = start(server, service, polls=4)
    server.faults.add(do="status", status=500, path="/sessions/[^/]+$", times=0)
    with pytest.raises(ServerFault, match=session_id):
        Automation(service).settle(session_id, 600)
    assert OUTAGE_SECONDS - 10 < clock.time <= OUTAGE_SECONDS


@pytest.mark.parametrize("state", ["Failed", "Canceled"])
def test_a_state_that_is_an_end_in_plain_words_is_one(
    server: Server, service: Vbr, clock: SwiftClock, state: str
) -> None:
    body = {"id": "s", "sessionType": "Automation", "state": state, "result": None}
    server.faults.add(do="status", status=200, path="/sessions/s$", body=body, times=0)
    assert result_of(Automation(service).settle("s", 600)) == ("Failed", "")
    assert clock.slept == []


@pytest.mark.parametrize("seconds", [0, 1, 60])
def test_a_session_that_does_not_end_is_an_error_at_the_deadline(
    server: Server, service: Vbr, clock: SwiftClock, seconds: int
) -> None:
    session_id = start(server, service, polls=10_000)
    with pytest.raises(TimedOut, match=f"{session_id} is still Starting after {seconds} seconds.*wait_timeout"):
        Automation(service).settle(session_id, seconds)
    assert clock.time <= seconds


def test_a_token_that_ends_in_the_middle_of_waiting_is_renewed(server: Server, service: Vbr, clock: SwiftClock) -> None:
    session_id = start(server, service, polls=2_000)
    server.faults.add(do="expire_token", path="/sessions/[^/]+$", skip=3)
    with pytest.raises(TimedOut):
        Automation(service).settle(session_id, 3600)
    grants = [entry["body"]["grant_type"] for entry in server.journal.entries if entry["path"].endswith("/token")]
    # One for the token that ended early, one for each of those that are about to end.
    assert grants == ["password", *["refresh_token"] * 5]


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"result": "Success", "message": "Done", "isCanceled": False}, ("Success", "Done")),
        ({"result": "Failed", "message": None}, ("Failed", "")),
        ({"result": None}, ("None", "")),
        ({}, ("None", "")),
        (None, ("None", "")),
        ("Warning", ("Warning", "")),
    ],
)
def test_how_a_session_ended_is_read_from_its_result(result: Any, expected: tuple[str, str]) -> None:
    assert result_of({"state": "Stopped", "result": result}) == expected


def test_a_log_is_read_record_by_record_oldest_first(server: Server, service: Vbr) -> None:
    records = [
        {"id": 2, "status": "Failed", "title": "second", "description": None, "additionalInfo": [{"field": "x"}]},
        None,
        {"id": 1, "status": None, "title": None},
    ]
    server.faults.add(do="status", status=200, path="/logs$", body={"totalRecords": 3, "records": records})
    assert Automation(service).log("any") == [
        {"id": 1, "status": "", "title": "", "description": ""},
        {"id": 2, "status": "Failed", "title": "second", "description": ""},
    ]


@pytest.mark.parametrize(
    ("listed", "called", "own"),
    [
        (["vbr01.tech.local", "other.tech.local"], "vbr01.tech.local", "vbr01.tech.local"),
        (["VBR01", "other"], "vbr01.tech.local", "VBR01"),
        (["vbr01.tech.local"], "VBR01", "vbr01.tech.local"),
        (["vbr01.other.local"], "vbr01.tech.local", "vbr01.tech.local"),
        (["vbr010.tech.local"], "vbr01", "vbr01"),
    ],
)
def test_a_server_is_found_under_the_name_it_lists_itself_by(
    service: Vbr, server: Server, listed: list[str], called: str, own: str
) -> None:
    body = {"name": called, "vbrId": "id", "buildVersion": "12.3.1.1139"}
    server.faults.add(do="status", status=200, path="/serverInfo$", body=body)
    identity = Automation(service).identity([{"name": name} for name in listed])
    assert (identity.name, identity.vbr_id, identity.build) == (own, "id", "12.3.1.1139")
    assert set(identity.names) == {own, called}


def test_a_server_that_marks_itself_needs_no_guess(service: Vbr) -> None:
    hosts = [{"name": "other", "isBackupServer": False}, {"name": "by-its-alias", "isBackupServer": True}]
    assert Automation(service).identity(hosts).name == "by-its-alias"
