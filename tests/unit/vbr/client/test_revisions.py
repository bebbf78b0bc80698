# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which revision is used: the one that was named, else the newest that the server serves and that is known here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    BadAnswer,
    NotFound,
    Rejected,
    RestError,
    ServerFault,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.client import Vbr
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.revisions import NEWEST_FIRST
from simulator.testing import Server, simulated_pair
from support.tasks import connection

NEWEST = [
    ("11.0.1.1261", "1.0-rev2"),
    ("12.0.0.1420", "1.1-rev0"),
    ("12.1.0.2131", "1.1-rev1"),
    ("12.2.0.334", "1.1-rev2"),
    ("12.3.0.310", "1.2-rev0"),
    ("12.3.1.1139", "1.2-rev1"),
    ("13.0.0.4967", "1.3-rev0"),
    ("13.0.1.180", "1.3-rev1"),
    ("13.1.0.411", "1.3-rev2"),
]


@pytest.mark.parametrize(("build", "revision"), NEWEST)
@pytest.mark.parametrize("swagger", ["short", "off"])
def test_auto_takes_the_newest_revision_that_both_sides_know(build: str, revision: str, swagger: str) -> None:
    with simulated_pair(source_build=build) as pair:
        pair.source.switch(swagger=swagger)
        with Vbr(Connection(**connection(pair.source))) as service:
            assert service.revision == revision
        signed_in = [entry for entry in pair.source.journal.entries if entry["path"].endswith("/token")]
        assert [entry["status"] for entry in signed_in] == [200], "no failed sign-in on the way"


def test_one_refusal_lists_everything_and_nothing_more_is_asked(
    server: Server, open_service: Callable[..., Vbr]
) -> None:
    with open_service() as service:
        assert service.served()[:3] == ["1.2-rev1", "1.2-rev0", "1.1-rev2"]
    probes = [path for path in server.journal.counts if "swagger" in path or "serverTime" in path]
    assert probes == ["GET /swagger/v1.3-rev2/swagger.json", "GET /api/v1/serverTime"]


@pytest.mark.parametrize(
    "message",
    [
        "Unsupported RESTAPI version. The following versions are supported: v1.0-rev1, v1.0-rev2, v1.1-rev0",
        "Bad request: Unsupported RESTAPI version. The following versions are supported: v1.1-rev0",
        "Bad request: Unsupported RESTAPI version. The following versions are supported: 1.1-rev0, 0.0-rev9",
    ],
)
@pytest.mark.parametrize("code", ["NotImplemented", "BadRequest", "UnknownError"])
def test_the_list_is_read_however_it_is_worded(
    server: Server, open_service: Callable[..., Vbr], message: str, code: str
) -> None:
    server.switch(swagger="off")
    server.faults.add(do="status", status=400, path="/serverTime$", body={"errorCode": code, "message": message})
    with open_service() as service:
        assert service.revision == "1.1-rev0"


@pytest.mark.parametrize(
    ("answer", "means", "message"),
    [
        (
            {"status": 400, "body": {"message": "Not supported."}},
            Rejected,
            "none that it tells of.*name it as api_version",
        ),
        ({"status": 200, "body": "<html>Welcome</html>"}, BadAnswer, "no API revision is listed.*Welcome"),
        ({"status": 502, "body": "<html>Bad gateway</html>"}, ServerFault, "-> 502.*Bad gateway"),
        ({"status": 404, "body": ""}, NotFound, "GET /api/v1/serverTime -> 404"),
        ({"status": 302, "body": ""}, BadAnswer, "-> 302.*proxy"),
    ],
)
def test_a_server_that_lists_no_revision_is_one_message(
    server: Server, open_service: Callable[..., Vbr], answer: dict[str, Any], means: type[RestError], message: str
) -> None:
    server.switch(swagger="off")
    server.faults.add(do="status", path="/serverTime$", times=0, **answer)
    with pytest.raises(means, match=message), open_service():
        pytest.fail("no revision was found")


def test_a_named_revision_is_used_without_asking(server: Server, open_service: Callable[..., Vbr]) -> None:
    with open_service(api_version="1.1-rev0") as service:
        assert service.revision == "1.1-rev0"
    assert list(server.journal.counts) == ["POST /api/oauth2/token", "POST /api/oauth2/logout"]


def test_a_named_revision_that_is_not_served_is_refused_with_the_list(open_service: Callable[..., Vbr]) -> None:
    with (
        pytest.raises(Rejected, match=r"v1\.0-rev2.*v1\.2-rev1.*Set api_version"),
        open_service(api_version="1.3-rev2"),
    ):
        pytest.fail("the server does not serve it")


@pytest.mark.parametrize(
    ("candidates", "preferred", "chosen"),
    [
        (["1.1-rev0", "1.2-rev1"], None, "1.1-rev0"),
        (["1.3-rev2", "1.2-rev1"], None, "1.2-rev1"),
        (NEWEST_FIRST, "1.0-rev2", "1.0-rev2"),
        (NEWEST_FIRST, "1.3-rev2", "1.2-rev1"),
        (["9.9-rev9", "1.1-rev0"], None, "1.1-rev0"),
    ],
)
def test_candidates_are_tried_in_order_and_a_preferred_one_wins(
    server: Server, candidates: list[str], preferred: str | None, chosen: str
) -> None:
    prefer = (lambda revision: revision == preferred) if preferred else (lambda revision: True)
    with Vbr(Connection(**connection(server)), candidates=candidates, prefer=prefer) as service:
        assert service.revision == chosen


def test_a_server_of_an_unknown_revision_is_one_message_with_both_lists() -> None:
    with (
        simulated_pair(source_build="11.0.0.837") as pair,
        pytest.raises(Rejected, match=r"serves 1\.0-rev1, spoken here are 1\.3-rev2, .*1\.0-rev2"),
        Vbr(Connection(**connection(pair.source))),
    ):
        pytest.fail("nothing is common")
