# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy's page, an empty body, truncated JSON or JSON of another shape is an error that says so, never a traceback.

Each request of an export and of a small import is answered so in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, simulated_pair
from support.estates import CHAIN_SECRETS, actions, bundle_of, chain_of_four, rows, writes
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

PAGE = "<html><title>Sign in to the proxy</title></html>"
ANSWERS: dict[str, dict[str, Any]] = {
    "a proxy's page": {"do": "status", "status": 200, "body": PAGE},
    "an empty body": {"do": "status", "status": 200, "body": ""},
    "a list": {"do": "status", "status": 200, "body": []},
    "lists of nulls": {"do": "status", "status": 200, "body": {"data": [None], "records": [None], "pagination": []}},
    "half an answer": {"do": "truncate"},
    "no answer": {"do": "drop_after"},
    # These come from error statuses, which one place of the client turns into errors.
    "a proxy's error page": {"do": "status", "status": 502, "body": PAGE},
    "a redirect": {"do": "status", "status": 302, "body": PAGE, "headers": {"Location": "https://login.local/"}},
    "an empty error": {"do": "status", "status": 500, "body": ""},
    "another service's error": {"do": "status", "status": 418, "body": {"error": {"message": "teapot"}}},
}
SHAPES = 6
# With these, the next imports are looked at as well.
GONE_ON_WITH = ("a proxy's page", "no answer")
CASES = [
    (work, answer)
    for answer in list(ANSWERS)[:SHAPES]
    for work in ("export", "import")
    if work == "export" or answer not in GONE_ON_WITH
]


def export(pair: Pair, tmp_path: Path) -> dict[str, Any]:
    return drive("export", pair.source, dest=str(tmp_path / "new"))


def import_(pair: Pair, tmp_path: Path) -> dict[str, Any]:
    bundle = tmp_path / "bundle"
    if not bundle.exists():
        bundle_of(bundle, chain_of_four())
    return drive("import", pair.target, src=str(bundle), secrets=CHAIN_SECRETS)


Work = Callable[[Pair, Path], dict[str, Any]]
WORKS: dict[str, Work] = {"export": export, "import": import_}


def disturbed(work: Work, answer: dict[str, Any], tmp_path: Path) -> Iterator[tuple[int, Pair, dict[str, Any]]]:
    """The work on fresh servers, once for each of its requests with that one badly answered."""
    with simulated_pair() as pair:
        work(pair, tmp_path / "undisturbed")
        total = sum(len(server.journal.entries) for server in pair.servers)
    for number in range(total):
        with simulated_pair() as pair:
            for server in pair.servers:
                server.faults.add(skip=number, **answer)
            result = work(pair, tmp_path / str(number))
            for server in pair.servers:
                server.faults.clear()
            yield number, pair, result


def says_how_it_ended(number: int, pair: Pair, result: dict[str, Any]) -> None:
    assert result.get("msg") if result.get("failed") else result["counts"], number
    assert writes(pair.target) or not rows(pair.target, "credentials"), number


@pytest.mark.usefixtures("swift_clock")
@pytest.mark.parametrize(("work", "answer"), CASES)
def test_no_answer_to_any_request_ends_in_a_traceback(work: str, answer: str, tmp_path: Path) -> None:
    for number, pair, result in disturbed(WORKS[work], ANSWERS[answer], tmp_path):
        says_how_it_ended(number, pair, result)


@pytest.mark.usefixtures("swift_clock")
@pytest.mark.parametrize("answer", GONE_ON_WITH)
def test_an_import_that_was_badly_answered_is_finished_by_the_next_one(answer: str, tmp_path: Path) -> None:
    for number, pair, first in disturbed(import_, ANSWERS[answer], tmp_path):
        says_how_it_ended(number, pair, first)
        second = import_(pair, tmp_path / str(number))
        assert not second.get("failed"), (number, first.get("msg"), second["msg"])
        third = import_(pair, tmp_path / str(number))
        assert (third["changed"], set(actions(third).values())) == (False, {"keep"}), number
        assert [len(rows(pair.target, kind)) for kind in ("credentials", "jobs")] == [1, 1], number


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        ("a proxy's page", ["is not JSON", "Sign in to the proxy"]),
        ("a proxy's error page", ["-> 502", "Sign in to the proxy"]),
        ("a redirect", ["-> 302", "proxy"]),
        ("an empty error", ["-> 500", "The server's own logs"]),
        ("another service's error", ["-> 418", "teapot"]),
        ("an empty body", ["empty"]),
        ("half an answer", ["broke before the answer arrived"]),
    ],
)
def test_the_message_shows_what_came_instead(pair: Pair, answer: str, parts: list[str]) -> None:
    pair.source.faults.add(path="/serverInfo$", **ANSWERS[answer])
    result = drive("export", pair.source)
    for part in ("VBR: GET /api/v1/serverInfo", *parts):
        assert part in result["msg"]


def test_an_export_that_is_null_in_places_is_read(pair: Pair, tmp_path: Path) -> None:
    nothing = {"windowsHosts": None, "linuxHosts": [None, None], "viHosts": []}
    pair.source.faults.add(do="status", status=200, body=nothing, path="managedServers/export$")
    result = drive("export", pair.source, kinds=["managedServers"], dest=str(tmp_path / "bundle"))
    assert not result.get("failed"), result["msg"]
    assert [finding["message"].partition(":")[0] for finding in result["findings"]] == [
        "2 record(s) in linuxHosts are null"
    ]
    again = drive("import", pair.target, src=str(tmp_path / "bundle"))
    assert (again["changed"], [finding["code"] for finding in again["findings"]]) == (False, ["null-record"])
