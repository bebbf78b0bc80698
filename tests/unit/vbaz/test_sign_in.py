# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in to an appliance: its newest version, the token, its renewal, and signing out whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Clock, Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    AuthFailed,
    BadAnswer,
    NotFound,
    Rejected,
    RestError,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.sign_in import FRESH_TOKENS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz.client import NEWEST_FIRST, Vbaz, is_session
from simulator.services.vbaz.blueprint import MFA_LOGIN
from simulator.services.vbaz.versions import SERVED
from simulator.testing import Server, simulated
from support.clock import SwiftClock
from support.tasks import connection
from support.vbaz import asked, grants, signed_in

Open = Callable[..., Vbaz]
SESSIONS = "/jobSessions"


@pytest.fixture(name="server")
def simulated_appliance() -> Iterator[Server]:
    with simulated("vbaz") as server:
        yield server


@pytest.fixture(name="clock")
def client_clock() -> SwiftClock:
    return SwiftClock()


@pytest.fixture(name="sign_in")
def signing_in(server: Server, clock: SwiftClock) -> Open:
    def open_it(**other: Any) -> Vbaz:
        return Vbaz(Connection(**connection(server, **other)), clock=Clock(clock.now, clock.sleep))

    return open_it


def rows(service: Vbaz) -> int:
    return sum(1 for _row in service.pages(SESSIONS))


# -- which version -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("product", [name for name in SERVED if name != "2.0"])
@pytest.mark.parametrize("switches", [{}, {"unserved_body": "problem"}, {"rejected_token_body": "empty"}], ids=str)
def test_the_newest_version_that_is_served_is_used(
    server: Server, sign_in: Open, product: str, switches: dict[str, str]
) -> None:
    server.switch(product=product, **switches)
    with sign_in() as service:
        assert service.version == next(version for version in NEWEST_FIRST if version in SERVED[product])
        assert service.served() == [version for version in NEWEST_FIRST if version in SERVED[product]]
        assert rows(service) > 0


def test_an_appliance_that_serves_no_known_version_is_an_error(server: Server, sign_in: Open) -> None:
    server.switch(product="2.0")
    with pytest.raises(Rejected, match=r"none of the API versions.*v8\.1, v8, .*v3, v1"), sign_in():
        pytest.fail("nobody is signed in")
    assert not grants(server)


def test_a_version_that_the_user_names_is_used_without_asking(server: Server, sign_in: Open) -> None:
    with sign_in(api_version="v7") as service:
        assert rows(service) > 0
    assert not asked(server, "/about")
    assert asked(server, "/api/v7/jobSessions")


def test_a_named_version_that_is_not_served_is_an_error(sign_in: Open) -> None:
    with sign_in(api_version="v3") as service, pytest.raises(NotFound, match="does not serve v3, set api_version to"):
        rows(service)


def test_the_oldest_version_may_have_to_be_named(server: Server, sign_in: Open) -> None:
    server.switch(product="1.0", about_in_v1="missing")
    with pytest.raises(Rejected, match="name it as api_version"), sign_in():
        pytest.fail("nobody is signed in")
    with sign_in(api_version="v1") as service:
        assert rows(service) > 0


@pytest.mark.parametrize(
    ("fault", "means"),
    [
        ({"status": 200, "body": "<html>Welcome</html>", "headers": {"Content-Type": "text/html"}}, Rejected),
        ({"status": 302, "body": "", "headers": {"Location": "https://login.local/"}}, BadAnswer),
        ({"status": 500, "body": "<html>Oh no</html>"}, RestError),
    ],
    ids=["a page", "a redirect", "an error"],
)
def test_a_server_that_is_no_appliance_gets_no_password(
    server: Server, sign_in: Open, fault: dict[str, Any], means: type[RestError]
) -> None:
    server.faults.add(do="status", path="/about$", times=0, **fault)
    with pytest.raises(means), sign_in():
        pytest.fail("nobody is signed in")
    assert not grants(server)


# -- by password -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password", ["a&b=c+d%20e%", "Grüße, 世界, 🔑", "quote\"apostrophe'back\\slash", "with space "]
)
def test_any_character_is_allowed_in_a_password(server: Server, sign_in: Open, password: str) -> None:
    server.service.accounts.add("mit&größe=1", password)
    with sign_in(username="mit&größe=1", password=password) as service:
        assert rows(service) > 0
    assert grants(server) == ["Password"]


@pytest.mark.parametrize(
    ("status", "body", "means"),
    [
        (401, {"title": "Unauthorized", "detail": "Wrong credentials"}, AuthFailed),
        (401, "", AuthFailed),
        (400, {"title": "Bad Request", "errors": {"grant_type": ["unknown"]}}, AuthFailed),
        (500, {"title": "Not now"}, RestError),
        (200, {"token": "of another service"}, BadAnswer),
        (200, [], BadAnswer),
        (200, "<html>Sign in</html>", BadAnswer),
    ],
)
def test_a_failed_sign_in_is_an_error(
    server: Server, sign_in: Open, status: int, body: Any, means: type[RestError]
) -> None:
    server.faults.add(do="status", status=status, body=body, path="/token$")
    with pytest.raises(means) as caught, sign_in():
        pytest.fail("nobody is signed in")
    assert isinstance(caught.value, AuthFailed) == (means is AuthFailed)
    assert grants(server) == ["Password"], "it is not tried again"
    assert [entry["method"] for entry in asked(server, "/token")] == ["POST"], "nobody to sign out"


def test_the_error_about_a_second_factor_says_what_to_do(server: Server, sign_in: Open) -> None:
    with pytest.raises(AuthFailed, match=r"waits for a second factor.*multi-factor.*by password alone"):
        sign_in(username=MFA_LOGIN.username, password=MFA_LOGIN.password).__enter__()
    assert grants(server) == ["Password"]


# -- renewing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lifetime", "before"), [(3600, 3570), (60, 40), (3, 2)])
def test_the_token_is_renewed_before_its_end(
    server: Server, sign_in: Open, clock: SwiftClock, lifetime: int, before: int
) -> None:
    server.switch(expires_in=lifetime)
    with sign_in() as service:
        clock.time = before - 0.1
        rows(service)
        assert grants(server) == ["Password"]
        clock.time = before + 0.1
        rows(service)
        assert grants(server) == ["Password", "Refresh_token"]
    assert {entry["status"] for entry in asked(server, SESSIONS)} == {200}


@pytest.mark.parametrize("body", ["problem", "empty"])
def test_a_token_that_expires_in_the_middle_of_a_list_is_renewed(server: Server, sign_in: Open, body: str) -> None:
    server.switch(rejected_token_body=body)
    server.service.seed({"history": {"count": 2600}})
    with sign_in() as service:
        for skip in (1, 3):
            server.faults.add(do="expire_token", path=f"{SESSIONS}$", skip=skip)
        assert rows(service) == 2600
    assert grants(server) == ["Password", "Refresh_token", "Refresh_token"]
    assert [entry["status"] for entry in asked(server, SESSIONS)].count(401) == 2


def test_a_token_that_expires_before_an_export_is_renewed(server: Server, sign_in: Open) -> None:
    server.faults.add(do="expire_token", path="/export$")
    with sign_in() as service, service.download("POST", "/jobSessions/export", "text/csv") as answer:
        assert b"".join(answer.pieces())
    assert [entry["status"] for entry in asked(server, "/export")] == [401, 200]


@pytest.mark.parametrize("do", ["refused", "drop_before", "drop_after", "status"])
def test_a_refresh_that_fails_falls_back_to_the_password(
    server: Server, sign_in: Open, clock: SwiftClock, do: str
) -> None:
    with sign_in() as service:
        server.service.accounts.sign_everyone_out()
        if do != "refused":
            server.faults.add(path="/token$", do=do)
        clock.time += 4000
        assert rows(service) > 0
    assert grants(server) == ["Password", "Refresh_token", "Password"]


def test_a_token_that_is_always_refused_is_an_error(server: Server, sign_in: Open) -> None:
    server.faults.add(do="status", status=401, body="", path=f"{SESSIONS}$", times=0)
    with pytest.raises(AuthFailed, match="check the account"), sign_in() as service:
        rows(service)
    assert len(asked(server, SESSIONS)) == 1 + FRESH_TOKENS


# -- signing out -------------------------------------------------------------------------------------------------------


class Boom(BaseException):
    """An exception that is not ours, like an interrupt."""


def boom(_service: Vbaz) -> None:
    raise Boom


def missing(service: Vbaz) -> None:
    service.read("/nothing", is_session)


def broken_off(service: Vbaz) -> None:
    with service.download("POST", "/jobSessions/export", "text/csv") as answer:
        next(answer.pieces())
        raise Boom


@pytest.mark.parametrize(("act", "raises"), [(boom, Boom), (missing, NotFound), (broken_off, Boom)])
def test_every_session_signs_out_whatever_happens(
    server: Server, sign_in: Open, act: Callable[[Vbaz], None], raises: type[BaseException]
) -> None:
    with pytest.raises(raises), sign_in() as service:
        assert signed_in(server) == 1
        act(service)
    assert signed_in(server) == 0
    assert [entry["method"] for entry in asked(server, "/token")] == ["POST", "DELETE"]


def test_an_expired_token_is_renewed_to_sign_out(server: Server, sign_in: Open, clock: SwiftClock) -> None:
    with sign_in():
        clock.time += 4000
        server.service.accounts.expire(server.service.accounts.grants.held[0].access)
    assert grants(server) == ["Password", "Refresh_token"]
    assert signed_in(server) == 0


@pytest.mark.parametrize("fault", [{"do": "status", "status": 500}, {"do": "drop_after"}, {"do": "drop_before"}])
def test_a_failed_sign_out_does_not_fail_the_task(server: Server, sign_in: Open, fault: dict[str, Any]) -> None:
    server.faults.add(path="/token$", method="DELETE", times=0, **fault)
    with sign_in() as service:
        assert rows(service) > 0
