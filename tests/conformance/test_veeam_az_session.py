# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conformance: veeam-az finds the appliance, signs in, keeps its session alive and leaves, in its own way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from veeam_az.client import VeeamClient
from veeam_az.discovery import detect_rest_api

from conformance.vbaz_client import ask, client, listed, run, trusting
from simulator.services.vbaz.blueprint import MFA_LOGIN
from simulator.testing import Server, serving

# The client takes 30 seconds off a token's life, so that one of 30 has to be renewed before every call.
ALWAYS_EXPIRED = 30
VERSIONS = ("8.1", "8", "7", "6", "5", "4", "3", "2", "1")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving("vbaz") as made:
        yield made


def grants(server: Server) -> list[str]:
    """The grant types of the sign-ins that follow, as they are sent."""
    seen: list[str] = []

    def note(exchange: Any) -> None:
        if exchange.path == "/api/oauth2/token" and exchange.method == "POST":
            seen.extend(parse_qs(exchange.body.decode())["grant_type"])

    server.app.observers.append(note)
    return seen


@pytest.mark.parametrize(("product", "newest"), [("8.1", "8.1"), ("8.0", "8"), ("5.0", "5"), ("1.0", "1")])
@pytest.mark.parametrize("body", ["empty", "problem"])
def test_it_finds_the_newest_version(server: Server, product: str, newest: str, body: str) -> None:
    server.switch(product=product, unserved_body=body)
    look = detect_rest_api("localhost", ports=(server.port,), versions=VERSIONS, verify_ssl=trusting(server))
    found = asyncio.run(look)
    assert found is not None
    assert (found.port, found.api_version) == (server.port, newest)


def test_it_signs_in_with_any_character_in_the_password(server: Server) -> None:
    assert set("&+%=#") <= set(server.password)
    sent = grants(server)

    async def look(veeam: VeeamClient) -> Any:
        return await ask(veeam, "get_job_sessions", limit=1)

    assert run(server, look).total_count > 0
    assert sent == ["Password"]


def test_a_wrong_password_is_the_documented_refusal(server: Server) -> None:
    async def refused() -> Any:
        return await client(server, password="not & the = password")._issue_token(grant="password")

    problem = asyncio.run(refused())
    assert type(problem).__name__ == "ProblemDetailsTraceId"
    assert problem.status == 401


def test_a_second_factor_is_the_documented_login_without_tokens(server: Server) -> None:
    async def challenged() -> Any:
        return await client(server, MFA_LOGIN.password, MFA_LOGIN.username)._issue_token(grant="password")

    login = asyncio.run(challenged())
    assert (login.mfa_enabled, login.expires_in) == (True, 0)
    assert login.mfa_token
    assert not isinstance(login.access_token, str)


def test_it_renews_a_token_that_expires(server: Server) -> None:
    server.switch(expires_in=ALWAYS_EXPIRED)
    sent = grants(server)

    async def look_thrice(veeam: VeeamClient) -> None:
        for _time in range(3):
            assert (await ask(veeam, "get_job_sessions", limit=1)).results

    run(server, look_thrice)
    assert sent == ["Password", "Refresh_token", "Refresh_token", "Refresh_token"]


def test_a_token_that_is_over_is_the_documented_refusal(server: Server) -> None:
    async def look_late(veeam: VeeamClient) -> Any:
        assert await listed(veeam)
        server.clock.ahead += 3601
        return await ask(veeam, "get_job_sessions")

    problem = run(server, look_late)
    assert (type(problem).__name__, problem.status) == ("ProblemDetails401", 401)


def test_signing_out_ends_the_token(server: Server) -> None:
    async def leave(veeam: VeeamClient) -> Any:
        await veeam.call(veeam.api("login.login_logout"))
        return await ask(veeam, "get_job_sessions")

    assert type(run(server, leave)).__name__ == "ProblemDetails401"


def test_a_certificate_of_another_authority_is_not_trusted(server: Server) -> None:
    with serving("vbaz") as stranger:

        async def connect() -> None:
            veeam = client(stranger)
            veeam.host = server.url
            await veeam.connect()

        with pytest.raises(Exception, match="certificate verify failed"):
            asyncio.run(connect())
