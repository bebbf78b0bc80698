# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in: form only, single-use refresh tokens, revocation, and refusals without a reason."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from simulator.demo import MFA_LOGIN
from simulator.testing import Pair
from support.vbr_caller import VbrCaller

REFUSED = {"errorCode": "AccessDenied", "message": "Authentication failed", "resourceId": None}


def token(pair: Pair, **request: Any) -> requests.Response:
    url = f"{pair.source.url}/api/oauth2/token"
    return requests.post(url, headers={"x-api-version": "1.2-rev1"}, timeout=5, **request)


def credentials(pair: Pair, grant_type: str = "password") -> dict[str, str]:
    return {"grant_type": grant_type, "username": pair.source.username, "password": pair.source.password}


@pytest.mark.parametrize("grant_type", ["password", "Password", "PASSWORD"])
def test_grant_type_in_any_case(pair: Pair, grant_type: str) -> None:
    answer = token(pair, data=credentials(pair, grant_type)).json()
    assert set(answer) == {"access_token", "token_type", "refresh_token", "expires_in", ".issued", ".expires"}
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 900)


def test_passwords_keep_every_character(pair: Pair) -> None:
    assert set("&+%=#") <= set(pair.source.password)
    raw = f"grant_type=password&username={pair.source.username}&password={pair.source.password}"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    unescaped = requests.post(
        f"{pair.source.url}/api/oauth2/token", data=raw, headers={"x-api-version": "1.2-rev1"} | form, timeout=5
    )
    assert unescaped.status_code == 401


def test_json_is_no_form(pair: Pair) -> None:
    answer = token(pair, json=credentials(pair))
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "UnexpectedContent")


def test_wrong_password_and_second_factor_look_alike(pair: Pair) -> None:
    wrong = token(pair, data=credentials(pair) | {"password": "wrong"})
    second = {"username": MFA_LOGIN.username, "password": MFA_LOGIN.password}
    factor = token(pair, data=credentials(pair) | second)
    assert [wrong.status_code, factor.status_code] == [401, 401]
    assert wrong.json() == factor.json() == REFUSED


def test_refresh_token_works_once(source: VbrCaller) -> None:
    refresh = {"grant_type": "refresh_token", "refresh_token": source.tokens["refresh_token"]}
    again = source.token(**refresh)
    assert again.status_code == 200
    assert again.json()["refresh_token"] != source.tokens["refresh_token"]
    assert source.token(**refresh).status_code == 401
    assert source("GET", "/jobs").status_code == 401, "the access token of the redeemed pair is over too"


def test_sign_out_ends_both_tokens(source: VbrCaller) -> None:
    assert source("POST", "/api/oauth2/logout").json() == {}
    assert source("GET", "/jobs").status_code == 401
    assert source.token(grant_type="refresh_token", refresh_token=source.tokens["refresh_token"]).status_code == 401


def test_tokens_expire_by_the_clock(pair: Pair) -> None:
    pair.source.switch(expires_in=60)
    caller = VbrCaller(pair.source, "1.2-rev1")
    pair.source.clock.ahead += 59
    assert caller("GET", "/jobs").status_code == 200
    pair.source.clock.ahead += 2
    assert caller("GET", "/jobs").status_code == 401
    renewed = caller.token(grant_type="refresh_token", refresh_token=caller.tokens["refresh_token"])
    assert renewed.status_code == 200


def test_short_term_refresh_expires_fifteen_minutes_later(pair: Pair) -> None:
    tokens = token(pair, data=credentials(pair) | {"use_short_term_refresh": "true"}).json()
    pair.source.clock.ahead += 900 + 15 * 60 + 1
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert token(pair, data=refresh).status_code == 401


def test_rejected_token_is_answered_empty_or_in_json(pair: Pair, source: VbrCaller) -> None:
    source.session.headers["Authorization"] = "Bearer nonsense"
    empty = source("GET", "/jobs")
    assert (empty.status_code, empty.content) == (401, b"")
    pair.source.switch(rejected_token_body="json")
    assert source("GET", "/jobs").json()["errorCode"] == "ExpiredToken"


def test_no_token_at_all(source: VbrCaller) -> None:
    del source.session.headers["Authorization"]
    answer = source("GET", "/nowhere")
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "AccessDenied")


def test_viewer_reads_but_neither_moves_nor_writes(pair: Pair) -> None:
    viewer = VbrCaller(pair.source, "1.2-rev1", pair.source.viewer)
    job = viewer.get("/jobs")["data"][0]["id"]
    assert viewer("GET", "/serverInfo").status_code == 403
    for path in ("/automation/jobs/export", "/automation/jobs/import", f"/jobs/{job}/disable"):
        answer = viewer("POST", path, json={})
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "AccessDenied")
    assert viewer("GET", "/automation/sessions").status_code == 200
    assert viewer("POST", "/api/oauth2/logout").status_code == 200
