# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conformance: veeam-br finds the server, signs in, keeps its session alive and leaves, in its own way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from veeam_br.discovery import detect_rest_api
from veeam_br.exceptions import VeeamAuthenticationError, VeeamSessionError

from conformance.vbr_client import BUILDS, client, export, trusting
from simulator.testing import Pair, serving_pair

NEWEST = "1.3-rev2"
# The client takes 30 seconds off a token's life, so that one of 30 has to be renewed before every call.
ALWAYS_EXPIRED = 30


@pytest.fixture(scope="module", params=BUILDS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Pair, str]]:
    """A pair whose source speaks one revision as its newest, and that revision."""
    with serving_pair(source_build=BUILDS[request.param]) as pair:
        yield pair, request.param


@pytest.fixture
def pair() -> Iterator[Pair]:
    with serving_pair(source_build=BUILDS[NEWEST]) as pair:
        yield pair


def grants(pair: Pair) -> list[str]:
    """The grant types of the sign-ins that follow, as they are sent."""
    seen: list[str] = []

    def note(exchange: Any) -> None:
        if exchange.path == "/api/oauth2/token":
            seen.extend(parse_qs(exchange.body.decode())["grant_type"])

    pair.source.app.observers.append(note)
    return seen


def test_it_finds_the_port_and_the_newest_revision(served: tuple[Pair, str]) -> None:
    pair, revision = served
    found = asyncio.run(detect_rest_api("localhost", ports=(pair.source.port,), verify_ssl=trusting(pair)))
    assert found is not None
    assert (found.port, found.api_version) == (pair.source.port, revision)


def test_it_signs_in(served: tuple[Pair, str]) -> None:
    pair, revision = served

    async def run() -> None:
        async with client(pair, pair.source, revision) as veeam:
            await veeam.connect()
            left = veeam._expires_at - datetime.now(UTC)
            assert 800 < left.total_seconds() < 900

    asyncio.run(run())


def test_a_wrong_password_differs_from_other_failures(served: tuple[Pair, str]) -> None:
    pair, revision = served

    async def run() -> None:
        async with client(pair, pair.source, revision, password="not & the = password") as veeam:
            with pytest.raises(VeeamAuthenticationError, match="AccessDenied"):
                await veeam.connect()

    asyncio.run(run())


def test_a_password_may_hold_any_character(pair: Pair) -> None:
    assert set("&+%=#") & set(pair.source.password)

    async def run() -> None:
        async with client(pair, pair.source, NEWEST) as veeam:
            await veeam.connect()

    asyncio.run(run())


def test_it_renews_a_token_that_expires_and_never_uses_a_refresh_token_twice(pair: Pair) -> None:
    pair.source.switch(expires_in=ALWAYS_EXPIRED, nulls="omit")
    sent = grants(pair)

    async def run() -> None:
        async with client(pair, pair.source, NEWEST) as veeam:
            for _call in range(3):
                assert (await export(veeam, "credentials")).credentials

    asyncio.run(run())
    # Capitalised, as the documents of this revision print it and no other client sends it.
    assert sent == ["Password", "Refresh_token", "Refresh_token"]


def test_it_falls_back_to_the_password_when_the_refresh_token_is_void(pair: Pair) -> None:
    pair.source.switch(expires_in=ALWAYS_EXPIRED, nulls="omit")
    sent = grants(pair)

    async def run() -> None:
        async with client(pair, pair.source, NEWEST) as veeam:
            await export(veeam, "credentials")
            pair.source.app.exclusively(pair.source.service.accounts.sign_everyone_out)
            assert (await export(veeam, "credentials")).credentials

    asyncio.run(run())
    assert sent == ["Password", "Refresh_token", "Password"]


def test_a_token_refused_with_an_empty_body_ends_the_session_and_the_next_call_signs_in(pair: Pair) -> None:
    """Real servers answer so; the client takes the empty body for the sign of it."""
    pair.source.switch(nulls="omit")

    async def run() -> None:
        async with client(pair, pair.source, NEWEST) as veeam:
            await veeam.connect()
            pair.source.app.exclusively(pair.source.service.accounts.sign_everyone_out)
            with pytest.raises(VeeamSessionError):
                await export(veeam, "credentials")
            assert (await export(veeam, "credentials")).credentials

    asyncio.run(run())


def test_a_token_refused_with_the_documented_body_is_read_as_an_error(pair: Pair) -> None:
    pair.source.switch(nulls="omit", rejected_token_body="json")

    async def run() -> None:
        async with client(pair, pair.source, NEWEST) as veeam:
            await veeam.connect()
            pair.source.app.exclusively(pair.source.service.accounts.sign_everyone_out)
            refused = await export(veeam, "credentials")
            assert refused.error_code.value == "ExpiredToken"

    asyncio.run(run())


def test_signing_out_ends_the_token(served: tuple[Pair, str]) -> None:
    pair, revision = served

    async def run() -> None:
        async with client(pair, pair.source, revision) as veeam:
            await veeam.connect()
            gone = await veeam.call(veeam.api("login.logout"))
            assert type(gone).__name__ == "EmptySuccessResponse"
            with pytest.raises(VeeamSessionError):
                await export(veeam, "credentials")

    asyncio.run(run())


def test_a_certificate_of_another_authority_is_not_trusted(pair: Pair, tmp_path: Any) -> None:
    with serving_pair(tmp_path) as stranger:

        async def run() -> None:
            async with client(stranger, pair.source, NEWEST) as veeam:
                await veeam.connect()

        with pytest.raises(Exception, match="certificate verify failed"):
            asyncio.run(run())
