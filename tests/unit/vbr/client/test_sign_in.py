# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in by form, renewing the token, signing out in all cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    AuthFailed,
    NotFound,
    RestError,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.sign_in import FRESH_TOKENS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.client import Vbr
from simulator.testing import Server
from support.clock import SwiftClock

JOBS = "/api/v1/jobs"


def grants(server: Server) -> list[str]:
    """The grant types of all sign-ins, in order."""
    return [entry["body"]["grant_type"] for entry in server.journal.entries if entry["path"].endswith("/token")]


def still_signed_in(server: Server) -> int:
    return len(server.service.accounts.grants.held)


# -- by password -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "plain",
        "with space and trailing ",
        "a&b=c+d%20e%",
        "quote\"apostrophe'back\\slash",
        "Grüße, 世界, Ωμέγα, 🔑",
        "{{ braces }} $HOME `tick` <tag> #;?/:@",
        "null",
        "-" * 500,
    ],
)
@pytest.mark.parametrize("username", ["administrator", "TECH\\administrator", "admin@tech.local", "mit&größe=1"])
def test_any_character_may_be_in_a_user_name_and_a_password(
    server: Server, open_service: Callable[..., Vbr], username: str, password: str
) -> None:
    server.service.accounts.add(username, password)
    with open_service(username=username, password=password) as service:
        assert service.call("GET", JOBS)["data"]


def test_the_revision_is_named_on_every_request_the_sign_in_and_out_too(
    server: Server, open_service: Callable[..., Vbr]
) -> None:
    with open_service() as service:
        service.call("GET", JOBS)
    asked = {
        entry["path"]: entry["headers"].get("X-Api-Version")
        for entry in server.journal.entries
        if "swagger" not in entry["path"] and "serverTime" not in entry["path"]
    }
    assert asked == dict.fromkeys(["/api/oauth2/token", JOBS, "/api/oauth2/logout"], "1.2-rev1")


def test_the_collection_names_itself_to_the_server(server: Server, open_service: Callable[..., Vbr]) -> None:
    with open_service() as service:
        service.call("GET", JOBS)
    assert all(entry["headers"]["User-Agent"].startswith("backupfleet.rest/") for entry in server.journal.entries)


@pytest.mark.parametrize(
    ("status", "body", "means"),
    [
        (401, {"errorCode": "AccessDenied", "message": "Authentication failed", "resourceId": None}, AuthFailed),
        (401, "", AuthFailed),
        (400, {"errorCode": "AccessDenied", "message": "Authentication failed"}, AuthFailed),
        (400, {"errorCode": "UnexpectedContent", "message": "One or more parameters"}, RestError),
        (500, {"errorCode": "ServiceUnavailable", "message": "Not now"}, RestError),
        (200, {"token": "of another service"}, RestError),
        (200, {"access_token": None}, RestError),
        (200, [], RestError),
    ],
)
def test_a_failed_sign_in_is_one_clear_error(
    server: Server, open_service: Callable[..., Vbr], status: int, body: Any, means: type[RestError]
) -> None:
    server.faults.add(do="status", status=status, body=body, path="/token$")
    with pytest.raises(means) as caught, open_service():
        pytest.fail("nobody is signed in")
    assert isinstance(caught.value, AuthFailed) == (means is AuthFailed)
    assert ("multi-factor" in str(caught.value)) == (means is AuthFailed)
    assert len(grants(server)) == 1, "it is not tried again"


# -- renewing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lifetime", "before"), [(900, 870), (60, 40), (3, 2)])
def test_expires_in_is_trusted_and_the_token_renewed_before_its_end(
    server: Server, open_service: Callable[..., Vbr], clock: SwiftClock, lifetime: int, before: int
) -> None:
    server.switch(expires_in=lifetime)
    with open_service() as service:
        clock.time = before - 0.1
        service.call("GET", JOBS)
        assert grants(server) == ["password"]
        clock.time = before + 0.1
        service.call("GET", JOBS)
        assert grants(server) == ["password", "refresh_token"]
    assert [entry["status"] for entry in server.journal.entries if entry["path"] == JOBS] == [200, 200]


def test_each_refresh_token_is_used_once(server: Server, open_service: Callable[..., Vbr], clock: SwiftClock) -> None:
    with open_service() as service:
        for _round in range(3):
            clock.time += 1000
            service.call("GET", JOBS)
    assert grants(server) == ["password", *["refresh_token"] * 3]
    assert {entry["status"] for entry in server.journal.entries if entry["path"].endswith("/token")} == {200}


@pytest.mark.parametrize("body", ["empty", "json"])
def test_a_token_that_is_refused_early_is_renewed_and_the_request_sent_again(
    server: Server, open_service: Callable[..., Vbr], body: str
) -> None:
    server.switch(rejected_token_body=body)
    server.faults.add(do="expire_token", path=f"{JOBS}$", skip=1)
    with open_service() as service:
        service.call("GET", JOBS)
        assert service.call("GET", JOBS)["data"]
    assert grants(server) == ["password", "refresh_token"]


def test_a_write_that_was_refused_for_its_token_is_sent_again_too(
    server: Server, open_service: Callable[..., Vbr]
) -> None:
    job_id = next(iter(server.snapshot()["rows"]["jobs"]))
    server.faults.add(do="expire_token", path="/disable$")
    with open_service() as service:
        service.call("POST", f"{JOBS}/{job_id}/disable")
    assert server.snapshot()["rows"]["jobs"][job_id]["state"]["disabled"] is True


@pytest.mark.parametrize(
    "fault",
    [
        None,
        {"do": "status", "status": 500, "body": ""},
        {"do": "status", "status": 400},
        {"do": "drop_before"},
        {"do": "drop_after"},
    ],
    ids=["refused", "server error", "bad request", "lost", "answer lost"],
)
def test_a_refresh_that_fails_falls_back_to_the_password(
    server: Server, open_service: Callable[..., Vbr], clock: SwiftClock, fault: dict[str, Any] | None
) -> None:
    with open_service() as service:
        server.service.accounts.sign_everyone_out()
        if fault:
            server.faults.add(path="/token$", **fault)
        clock.time += 1000
        assert service.call("GET", JOBS)["data"]
    assert grants(server) == ["password", "refresh_token", "password"]


def test_a_token_that_is_refused_again_and_again_is_an_error_with_a_hint(
    server: Server, open_service: Callable[..., Vbr]
) -> None:
    server.faults.add(do="status", status=401, body="", path=f"{JOBS}$", times=0)
    with pytest.raises(AuthFailed, match="multi-factor"), open_service() as service:
        service.call("GET", JOBS)
    assert server.journal.counts[f"GET {JOBS}"] == 1 + FRESH_TOKENS


# -- signing out -------------------------------------------------------------------------------------------------------


class Boom(BaseException):
    """Something that is no error of ours, like an interrupt."""


def nothing(service: Vbr) -> None:
    pass


def fail(service: Vbr) -> None:
    service.call("GET", "/api/v1/nothing")


def interrupt(service: Vbr) -> None:
    raise Boom


def renew(service: Vbr) -> None:
    service.clock.sleep(1000)
    service.call("GET", JOBS)


def wait_long(service: Vbr) -> None:
    service.clock.sleep(1000)


def lose_the_token(service: Vbr) -> None:
    service.call("GET", "/api/v1/serverInfo")


@pytest.mark.parametrize(
    ("work", "raises"),
    [(nothing, None), (fail, NotFound), (interrupt, Boom), (renew, None), (wait_long, None), (lose_the_token, None)],
)
def test_whoever_signed_in_signs_out_in_all_cases(
    server: Server,
    open_service: Callable[..., Vbr],
    work: Callable[[Vbr], None],
    raises: type[BaseException] | None,
) -> None:
    server.faults.add(do="expire_token", path="/logout$" if work is lose_the_token else "never")
    if raises:
        with pytest.raises(raises), open_service() as service:
            work(service)
    else:
        with open_service() as service:
            work(service)
    assert server.journal.counts["POST /api/oauth2/logout"] >= 1
    assert still_signed_in(server) == 0


@pytest.mark.parametrize(
    "fault",
    [{"do": "status", "status": 500}, {"do": "drop_after"}, {"do": "drop_before"}, {"do": "truncate"}],
)
def test_a_sign_out_that_fails_spoils_nothing(
    server: Server, open_service: Callable[..., Vbr], fault: dict[str, Any]
) -> None:
    server.faults.add(path="/logout$", times=0, **fault)
    with open_service() as service:
        service.call("GET", JOBS)


def test_whoever_was_refused_has_nothing_to_sign_out_of(server: Server, open_service: Callable[..., Vbr]) -> None:
    with (
        pytest.raises(AuthFailed, match=f"at {server.hostname}:{server.port} as "),
        open_service(password="Wrong&password+Xy7="),
    ):
        pytest.fail("nobody is signed in")
    assert "POST /api/oauth2/logout" not in server.journal.counts
