# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in to the appliance: capitalised grants, one hour, a second factor, roles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.services.vbaz.blueprint import MFA_CODE, MFA_LOGIN, OPERATOR_LOGIN
from simulator.testing import Server, simulated
from support.vbaz_caller import TOKEN, VbazCaller, shipped

REFRESH_DAYS = 14
LIST = "/jobSessions?Limit=1"


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("vbaz") as made:
        yield made


def test_a_login_is_good_for_an_hour(server: Server) -> None:
    caller = VbazCaller(server)
    assert (caller.tokens["expires_in"], caller.tokens["token_type"]) == (3600, "bearer")
    assert caller.tokens["roleName"] == "PortalAdmin"
    server.clock.ahead += 3590
    assert caller("GET", LIST).status_code == 200
    server.clock.ahead += 20
    assert caller("GET", LIST).status_code == 401


@pytest.mark.parametrize("grant_type", ["password", "PASSWORD", "Refresh_Token", "Saml", ""])
def test_a_grant_type_is_written_as_documented(server: Server, grant_type: str) -> None:
    answer = VbazCaller(server).token(grant_type=grant_type, username=server.username, password=server.password)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["grant_type"])


def test_the_names_of_the_form_are_not(server: Server) -> None:
    answer = VbazCaller(server).token(grant_type="Password", Username=server.username, PASSWORD=server.password)
    assert answer.json()["access_token"]


def test_a_refresh_gives_a_new_pair_and_leaves_the_access_token_alone(server: Server) -> None:
    caller = VbazCaller(server)
    form = {"grant_type": "Refresh_token", "refresh_token": caller.tokens["refresh_token"]}
    renewed = caller.token(**form).json()
    assert renewed["refresh_token"] != form["refresh_token"]
    assert caller("GET", LIST).status_code == 200
    assert caller.token(**form).status_code == 401
    server.clock.ahead += (REFRESH_DAYS * 24 + 1) * 3600
    assert caller.token(grant_type="Refresh_token", refresh_token=renewed["refresh_token"]).status_code == 401


def test_an_old_refresh_token_may_still_be_good(server: Server) -> None:
    server.switch(old_refresh_token="valid")
    caller = VbazCaller(server)
    form = {"grant_type": "Refresh_token", "refresh_token": caller.tokens["refresh_token"]}
    assert [caller.token(**form).status_code for _time in range(2)] == [200, 200]


def test_a_short_refresh_token(server: Server) -> None:
    caller = VbazCaller(server)
    who = {"username": server.username, "password": server.password, "short_lived_refresh_token": "true"}
    tokens = caller.token(grant_type="Password", **who).json()
    assert tokens["shortLived"]
    server.clock.ahead += 3601
    assert caller.token(grant_type="Refresh_token", refresh_token=tokens["refresh_token"]).status_code == 401


def test_signing_out_ends_both_tokens(server: Server) -> None:
    caller = VbazCaller(server)
    answer = caller("DELETE", TOKEN)
    assert (answer.status_code, answer.content) == (204, b"")
    assert caller("GET", LIST).status_code == 401
    assert caller.token(grant_type="Refresh_token", refresh_token=caller.tokens["refresh_token"]).status_code == 401


def test_a_second_factor_is_asked_for_with_a_success_without_tokens(server: Server) -> None:
    caller = VbazCaller(server)
    challenge = VbazCaller(server, login=MFA_LOGIN).tokens
    assert not {"access_token", "refresh_token"} & set(challenge)
    assert (challenge["mfa_enabled"], challenge["expires_in"]) == (True, 0)
    form = {"grant_type": "Mfa", "mfa_token": challenge["mfa_token"]}
    assert caller.token(**form, mfa_code="000000").status_code == 401
    assert caller.token(**form, mfa_code=MFA_CODE).json()["access_token"]
    assert caller.token(**form, mfa_code=MFA_CODE).status_code == 401


def test_roles(server: Server) -> None:
    running = {"number": 1, "type": "PolicyBackup", "status": "Running", "started": "2024-05-01T10:00:00Z"}
    server.seed(shipped(sessions=[running]))
    reader, operator = VbazCaller(server, login=server.viewer), VbazCaller(server, login=OPERATOR_LOGIN)
    assert [reader.tokens["roleName"], operator.tokens["roleName"]] == ["ReadOnlyUser", "RestoreOperator"]
    [session] = reader.all(Status="Running")
    reader.export()
    assert reader("POST", f"/jobSessions/{session['id']}/stop").status_code == 403
    server.switch(read_only_export="refuse")
    refused = reader("POST", "/jobSessions/export")
    assert set(refused.json()) == {"type", "title", "status", "licenseAgreementAcceptanceRequired"}
    operator.export()
    assert operator("POST", f"/jobSessions/{session['id']}/stop").status_code == 204


def test_a_rejected_token_is_explained_or_not(server: Server) -> None:
    caller = VbazCaller(server)
    server.faults.add(do="expire_token", path="/jobSessions")
    assert caller("GET", LIST).json()["status"] == 401
    server.switch(rejected_token_body="empty")
    assert caller("GET", LIST).content == b""


def test_no_secret_is_written_down(server: Server) -> None:
    caller = VbazCaller(server)
    caller.token(grant_type="Refresh_token", refresh_token=caller.tokens["refresh_token"])
    challenge = VbazCaller(server, login=MFA_LOGIN).tokens["mfa_token"]
    caller.token(grant_type="Mfa", mfa_token=challenge, mfa_code=MFA_CODE)
    written = str(list(server.journal.entries)) + str(server.snapshot())
    tokens = (caller.tokens["access_token"], caller.tokens["refresh_token"], challenge, MFA_CODE)
    assert not [secret for secret in (server.password, MFA_LOGIN.password, *tokens) if secret in written]
