# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message about a problem has the appliance's own words, redacted, and says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import Failure, Forbidden, Rejected
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz.client import Vbaz, is_session
from simulator.testing import Server, simulated
from support.tasks import connection

Open = Callable[[], Vbaz]
SESSIONS = "/jobSessions"


@pytest.fixture(name="server")
def simulated_appliance() -> Iterator[Server]:
    with simulated("vbaz") as server:
        yield server


@pytest.fixture(name="sign_in")
def signing_in(server: Server) -> Open:
    return lambda: Vbaz(Connection(**connection(server)))


def refusal(server: Server, sign_in: Open, status: int, body: Any, **more: Any) -> Failure:
    """The error for this answer."""
    server.faults.add(do="status", status=status, body=body, path=f"{SESSIONS}/1$", times=0, **more)
    with sign_in() as service, pytest.raises(Failure) as caught:
        service.read(f"{SESSIONS}/1", is_session)
    return caught.value


def test_the_message_of_a_problem_has_each_field_and_the_trace_id(server: Server, sign_in: Open) -> None:
    body = {
        "title": "One or more validation errors occurred.",
        "errors": {"status": ["unknown: Bad"], "toUtc": ["too late", "no zone"]},
        "traceId": "00-4bf92f35-01",
    }
    error = refusal(server, sign_in, 400, body)
    assert str(error) == (
        "VBAZ: GET /api/v8.1/jobSessions/1 -> 400: One or more validation errors occurred.; status: unknown: Bad; "
        "toUtc: too late, no zone"
    )
    assert error.as_result()["trace_id"] == "00-4bf92f35-01"


ADVICE = {
    "the license agreement": (403, {"licenseAgreementAcceptanceRequired": True}, "Accept the license agreement"),
    "the role": (403, {"title": "Forbidden"}, "'administrator' needs a role"),
    "a busy appliance": (429, {"title": "Too many"}, "try again later"),
    "its logs": (500, {"title": "Oh"}, "own logs"),
    "a proxy": (307, "<html>", "proxy"),
    "none": (418, {"error": "teapot"}, "teapot"),
}


@pytest.mark.parametrize(("status", "body", "words"), ADVICE.values(), ids=ADVICE)
def test_the_message_of_a_problem_says_what_to_do(
    server: Server, sign_in: Open, status: int, body: Any, words: str
) -> None:
    assert words in str(refusal(server, sign_in, status, body))


def test_the_first_request_reports_a_license_that_nobody_accepted(server: Server, sign_in: Open) -> None:
    server.switch(license_agreement="pending")
    with sign_in() as service, pytest.raises(Forbidden, match="Accept the license agreement"):
        list(service.pages(SESSIONS))


def test_the_pause_that_a_busy_appliance_requests_is_in_the_message(server: Server, sign_in: Open) -> None:
    server.faults.add(do="status", status=429, path="/export$", headers={"Retry-After": "7"})
    with (
        sign_in() as service,
        pytest.raises(Rejected, match="after 7 seconds"),
        service.download("POST", "/jobSessions/export", "text/csv"),
    ):
        pytest.fail("there is nothing to read")


def test_a_problem_that_quotes_secrets_is_redacted(server: Server, sign_in: Open) -> None:
    body = {"detail": f"no {server.password}", "errors": {"a": [server.password]}, "traceId": server.password}
    error = refusal(server, sign_in, 400, body)
    assert server.password not in f"{error} {error.as_result()}"
    assert "********" in str(error)
