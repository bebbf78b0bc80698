# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The export: its options, its files, that it agrees with the list; and that long files need little memory."""

from __future__ import annotations

import itertools
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from simulator.core.streams import WATCHED_BYTES
from simulator.services.vbaz.vocabulary import BY_COARSE_TYPE, BY_WORKLOAD, COARSE_TYPES, WORKLOADS
from simulator.testing import Server, serving, simulated
from support.vbaz_caller import VbazCaller, csv_rows, shipped, xml_rows

EXPORT = "/jobSessions/export"
POLICY = "4e096ba7-8125-4d5d-804b-581f4e6c8440"
MANY = 20_000
LARGE = 3_000
# The export of so many sessions itself is more than twice as long.
LITTLE_BYTES = 1280 * 1024


@pytest.fixture
def caller() -> Iterator[VbazCaller]:
    with simulated("vbaz") as server:
        yield VbazCaller(server)


@pytest.fixture(params=[simulated, serving], ids=["adapter", "sockets"])
def large(request: pytest.FixtureRequest) -> Iterator[VbazCaller]:
    """An appliance whose export is several times what is watched of it, through either gate."""
    make: Callable[[str], Any] = request.param
    with make("vbaz") as server:
        yield with_history(server, LARGE)


def with_history(server: Server, count: int) -> VbazCaller:
    server.seed(shipped(history={"count": count, "every": 60}))
    return VbazCaller(server)


def ids(rows: list[Any]) -> list[str]:
    return [row["id"] for row in rows]


def test_everything_is_exported_in_the_order_of_the_list(caller: VbazCaller) -> None:
    everything = ids(caller.all())
    assert ids(csv_rows(caller.export().content)) == everything
    assert ids(xml_rows(caller.export(accept="application/xml").content)) == everything


def test_an_empty_body_means_everything_whatever_its_type(caller: VbazCaller) -> None:
    plain = caller.export().content
    for headers in ({"Content-Type": "application/json"}, {"Content-Type": "text/plain"}, {}):
        assert caller("POST", EXPORT, headers=headers).content == plain
    for body in ("null", "{}", '{"status": null, "sessionTypes": []}'):
        answer = caller("POST", EXPORT, data=body, headers={"Content-Type": "application/json"})
        assert answer.content == plain


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ({"status": ["Error", "Warning"]}, {"Status": ["Error", "Warning"]}),
        ({"policyId": POLICY}, {"PolicyId": POLICY}),
        ({"filter": "backup"}, {"Filter": "backup"}),
        ({"fromUtc": "2020-02-07T08:07:02.906363Z"}, {"FromUtc": "2020-02-07T08:07:02.906363Z"}),
        ({"toUtc": "2020-02-07T08:30:00+00:00"}, {"ToUtc": "2020-02-07T08:30:00+00:00"}),
        ({"sessionTypes": ["PolicyBackup"]}, {"Types": sorted(BY_COARSE_TYPE["PolicyBackup"])}),
        ({"workloadTypes": ["SQL", "FileShares"]}, {"Types": sorted(BY_WORKLOAD["SQL"] | BY_WORKLOAD["FileShares"])}),
        (
            {"sessionTypes": ["PolicyBackup", "Restore"], "workloadTypes": ["SQL"], "status": ["Error"]},
            {"Types": ["SqlPolicyBackup", "SqlRestore", "SqlRestorePointDataRetrieval"], "Status": "Error"},
        ),
    ],
)
def test_its_filters_are_those_of_the_list(caller: VbazCaller, options: dict[str, Any], query: dict[str, Any]) -> None:
    expected = ids(caller.all(**query))
    assert 0 < len(expected) < len(caller.all())
    assert ids(csv_rows(caller.export(options).content)) == expected


def test_sessions_by_id_and_by_filter(caller: VbazCaller) -> None:
    rows = caller.all()
    wanted = [row["id"] for row in rows if row["status"] == "Success"][:3]
    failed = next(row["id"] for row in rows if row["status"] == "Error")
    options = {"jobSessionIds": [*wanted, failed, "unknown"], "status": ["Success"]}
    assert ids(csv_rows(caller.export(options).content)) == wanted
    assert csv_rows(caller.export({"jobSessionIds": ["unknown"]}).content) == []


def test_coarse_words_and_workloads_part_all_types(caller: VbazCaller) -> None:
    for words, table in ((COARSE_TYPES, BY_COARSE_TYPE), (WORKLOADS, BY_WORKLOAD)):
        assert sum(len(table[word]) for word in words) == len(frozenset().union(*table.values()))
    field = {"sessionTypes": sorted(COARSE_TYPES)}
    assert len(csv_rows(caller.export(field).content)) == len(caller.all())


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", b"#"),
        ("application/xml", b"<"),
        ("*/*", b"#"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", b"<"),
        ("application/json", b"#"),
    ],
)
def test_the_kind_of_file_follows_what_is_accepted(caller: VbazCaller, accept: str, kind: bytes) -> None:
    answer = caller.export(accept=accept)
    assert answer.content.startswith(kind)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")


def test_what_nobody_knows_is_a_switch(caller: VbazCaller) -> None:
    caller.server.switch(other_accept="refuse", export_type="format", export_disposition="none")
    assert caller("POST", EXPORT, headers={"Accept": "application/json"}).status_code == 415
    answer = caller.export(accept="application/xml")
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert "Content-Disposition" not in answer.headers
    assert "Content-Length" not in answer.headers
    caller.server.switch(export_length="declared", name_filter="equals")
    answer = caller.export({"filter": "backup policy"})
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert csv_rows(answer.content)
    assert not csv_rows(caller.export({"filter": "backup"}).content)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": ["Failed"]}, "status"),
        ({"status": "Error"}, "status"),
        ({"sessionTypes": ["SqlPolicyBackup"]}, "sessionTypes"),
        ({"workloadTypes": ["Sql"]}, "workloadTypes"),
        ({"policyId": "Backup Policy"}, "policyId"),
        ({"policyId": [POLICY]}, "policyId"),
        ({"fromUtc": "monday"}, "fromUtc"),
        ({"filter": 7}, "filter"),
        ({"Status": ["Error"]}, "$.Status"),
        ({"limit": 1}, "$.limit"),
        ([], "$"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_field_by_field(caller: VbazCaller, body: Any, field: str) -> None:
    answer = caller("POST", EXPORT, json=body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert set(answer.json()) == {"type", "title", "status", "detail", "traceId", "errors"}


def test_an_export_is_no_write(caller: VbazCaller) -> None:
    caller.server.readonly()
    caller.export()


def test_a_long_file_is_seen_by_its_beginning(large: VbazCaller) -> None:
    seen: list[Any] = []
    large.server.app.observers.append(seen.append)
    content = large.export().content
    assert len(content) > 1.5 * WATCHED_BYTES
    assert len(csv_rows(content)) == LARGE + 6
    [exchange] = seen
    assert not exchange.response_whole
    assert WATCHED_BYTES < len(exchange.response_body) < len(content)
    assert content.startswith(exchange.response_body)
    assert large.server.journal.entries[-1]["answer"] == f"more than {len(exchange.response_body)} bytes"


@pytest.mark.parametrize("length", ["chunked", "declared"])
@pytest.mark.parametrize("sent", [0, 100, 400_000])
def test_a_file_breaks_off_in_the_middle(large: VbazCaller, length: str, sent: int) -> None:
    large.server.switch(export_length=length)
    large.server.faults.add(do="truncate", path="export$", sent=sent)
    arrived = bytearray()
    with (
        pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)),
        large("POST", EXPORT, stream=True) as answer,
    ):
        for piece in answer.iter_content(1024):
            arrived += piece
    # What arrives in the buffers of the client before the break may be lost to its reader.
    assert (sent or WATCHED_BYTES) - 64 * 1024 <= len(arrived) <= (sent or 2 * WATCHED_BYTES)
    assert len(csv_rows(large.export().content)) == LARGE + 6


def test_a_short_file_breaks_off_too(caller: VbazCaller) -> None:
    caller.server.faults.add(do="truncate", path="export$")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        caller("POST", EXPORT)


def test_a_connection_is_lost_after_an_export(large: VbazCaller) -> None:
    large.server.faults.add(do="drop_after", path="export$")
    with pytest.raises(requests.ConnectionError):
        large("POST", EXPORT)
    assert large.server.journal.entries[-1]["status"] is None


def test_a_token_ends_between_two_pages(caller: VbazCaller) -> None:
    caller.server.faults.add(do="expire_token", path="/jobSessions$", skip=1)
    statuses = [caller("GET", "/jobSessions", params={"Offset": at}).status_code for at in (0, 100, 200)]
    assert statuses == [200, 401, 401]


def test_being_asked_to_wait_and_a_page_of_a_proxy(caller: VbazCaller) -> None:
    caller.server.faults.add(do="status", status=429, headers={"Retry-After": "3"}, path="/jobSessions")
    answer = caller("GET", "/jobSessions")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert set(answer.json()) == {"title", "status", "traceId", "detail"}
    caller.server.faults.add(do="status", status=200, body="<html>Please sign in</html>", path="export$")
    assert caller("POST", EXPORT).headers["Content-Type"].startswith("text/html")


def test_an_export_stays_of_one_piece_while_sessions_change(caller: VbazCaller) -> None:
    caller = with_history(caller.server, LARGE)
    with caller("POST", EXPORT, stream=True) as answer:
        pieces = answer.iter_content(1024)
        beginning = next(pieces)
        caller.server.seed(shipped(history={"count": 0}))
        rest = b"".join(pieces)
    assert len(csv_rows(beginning + rest)) == LARGE + 6


@pytest.mark.story
def test_many_sessions_fit_through_little_memory(caller: VbazCaller) -> None:
    caller = with_history(caller.server, MANY)
    tracemalloc.start()
    with caller("POST", EXPORT, stream=True) as answer:
        pieces = ((piece.count(b"\n"), len(piece)) for piece in answer.iter_content(64 * 1024))
        lines, length = map(sum, zip(*pieces, strict=True))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines == MANY + 6 + len(("marker", "names"))
    assert most < LITTLE_BYTES < length / 2, (most, length)


def test_a_page_deep_in_a_long_list_is_found(caller: VbazCaller) -> None:
    caller = with_history(caller.server, LARGE)
    offsets = itertools.count(0, 500)
    pages = iter(lambda: caller.get("/jobSessions", Offset=next(offsets), Limit=500)["results"], [])
    assert len({row["id"] for page in pages for row in page}) == LARGE + 6
