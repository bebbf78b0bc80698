# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conversation over real sockets: what is sent again, what is never sent twice, what is shown of it."""

from __future__ import annotations

import html
import json
import time
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http as http_module
from ansible_collections.backupfleet.rest.plugins.module_utils._core.answer import Answer
from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    BadAnswer,
    InvalidInput,
    UnknownOutcome,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.http import Http
from ansible_collections.backupfleet.rest.plugins.module_utils._core.redaction import MASK
from simulator.testing import Server
from support.http import TIME, VERSION, asked, get, http_to, post
from support.tasks import drive


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between attempts are urllib3's own; here nobody needs them."""
    monkeypatch.setattr(http_module, "BACKOFF_SECONDS", 0)


# -- again -------------------------------------------------------------------------------------------------------------

LOST = [{"do": "drop_before"}, {"do": "drop_after"}, {"do": "truncate"}]
BUSY = [{"do": "status", "status": status} for status in (429, 502, 503, 504)]


@pytest.mark.parametrize("fault", [*LOST[:2], *BUSY], ids=lambda fault: str(fault.get("status", fault["do"])))
def test_a_get_is_sent_again(remote: Server, fault: dict[str, Any]) -> None:
    remote.faults.add(path=f"{TIME}$", **fault)
    assert get(remote).status == 200
    assert asked(remote, "GET") == 2


def test_a_get_is_sent_four_times_and_not_for_ever(remote: Server) -> None:
    remote.faults.add(do="status", status=503, path=f"{TIME}$", times=0, headers={"Retry-After": "0"})
    assert get(remote).status == 503
    assert asked(remote, "GET") == 4


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(remote: Server, status: int) -> None:
    remote.faults.add(do="status", status=status, path=f"{TIME}$", headers={"Retry-After": "1"})
    before = time.monotonic()
    assert get(remote).status == 200
    assert 1 <= time.monotonic() - before < 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 501])
def test_an_error_that_is_an_answer_is_not_asked_for_again(remote: Server, status: int) -> None:
    remote.faults.add(do="status", status=status, path=f"{TIME}$", times=0)
    assert get(remote).status == status
    assert asked(remote, "GET") == 1


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: str(fault["do"]))
def test_a_post_whose_answer_is_lost_is_sent_once_and_its_outcome_is_unknown(
    remote: Server, fault: dict[str, Any]
) -> None:
    remote.faults.add(path=f"{TIME}$", **fault)
    with pytest.raises(UnknownOutcome, match=r"broke before the answer arrived.*may have been carried out"):
        post(remote)
    assert asked(remote, "POST") == 1


@pytest.mark.parametrize("fault", BUSY, ids=lambda fault: str(fault["status"]))
def test_a_post_is_sent_once_whatever_the_answer(remote: Server, fault: dict[str, Any]) -> None:
    remote.faults.add(path=f"{TIME}$", headers={"Retry-After": "0"}, **fault)
    assert post(remote).status == fault["status"]
    assert asked(remote, "POST") == 1


def test_the_lost_answer_of_a_post_that_changes_nothing_is_no_unknown_outcome(remote: Server) -> None:
    remote.faults.add(path=f"{TIME}$", do="drop_after")
    with http_to(remote) as http, pytest.raises(BadAnswer, match="Nothing was changed"):
        http.send("POST", TIME, headers=VERSION, body={}, writes=False)


def test_an_import_is_sent_once_though_every_answer_is_lost(remote: Server) -> None:
    remote.faults.add(do="drop_after", path="/import$")
    spec = {
        "encryptionPasswords": {"encryptionPasswords": [{"password": "Vp3&once+Hs9=", "hint": "h", "uniqueId": "u"}]}
    }
    result = drive("import", remote, spec=spec, api_version="1.2-rev1")
    assert not result.get("failed"), result["msg"]
    assert result["created"] == {"encryptionPasswords": ["u"]}
    assert remote.journal.counts["POST /api/v1/automation/encryptionPasswords/import"] == 1


def test_what_a_server_asks_a_pause_for_is_redacted_before_it_is_cut(remote: Server) -> None:
    asked_for = f"Thu, 01 Dec 2044 16:00:00 GMT ({remote.password})"
    remote.faults.add(do="status", status=503, times=0, headers={"Retry-After": asked_for})
    result = drive("info", remote, resource="jobs", timeout=3)
    assert f"Retry-After: 'Thu, 01 Dec 2044 16:00:00 GMT ({MASK[:9]}" in result["msg"]
    assert remote.password[:6] not in str(result)


def test_a_request_ends_at_its_timeout(remote: Server) -> None:
    remote.faults.add(do="delay", seconds=1.0, path=f"{TIME}$")
    before = time.monotonic()
    with pytest.raises(UnknownOutcome, match="timed out"):
        post(remote, timeout=0.2)
    assert time.monotonic() - before < 0.9


# -- what is shown -----------------------------------------------------------------------------------------------------


SECRET = 'Zq5&"secret" <%+\\Üx'
SPELLINGS = {
    "as it is": SECRET,
    "JSON": json.dumps(SECRET),
    "JSON with letters": json.dumps(SECRET, ensure_ascii=False),
    "JSON of another kind": '{"detail": "Zq5\\u0026\\u0022secret\\u0022 \\u003C%\\u002B\\\\\\u00DCx"}',
    "a page": f"<p>{html.escape(SECRET)}</p>",
    "a URL": f"/?password={quote(SECRET, safe='')}",
    "a form": urlencode({"password": SECRET}),
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_a_secret_in_an_answer_is_redacted_in_every_spelling(remote: Server, text: str) -> None:
    with http_to(remote, password=SECRET) as http:
        answer = Answer("VBR", "GET /", 500, {}, text, http.secrets.redact)
    assert "********" in answer.excerpt and "secret" not in answer.excerpt


def test_a_long_secret_is_redacted_before_the_answer_is_cut(remote: Server) -> None:
    key = "-----BEGIN KEY-----" + "Rk7&long" * 200
    remote.faults.add(do="status", status=200, body=f"<html>{'.' * 100}{key}</html>", path=f"{TIME}$")
    with http_to(remote) as http:
        http.secrets.add(key)
        with pytest.raises(BadAnswer) as caught:
            http.send("GET", TIME, headers=VERSION).json()
    assert "Rk7&long" not in str(caught.value) and "BEGIN KEY" not in str(caught.value)


def test_a_connection_shows_no_password(remote: Server) -> None:
    assert "Wn8&shown+Tz2=" not in repr(Connection("host", 9419, "user", "Wn8&shown+Tz2="))


@pytest.mark.parametrize(
    ("hostname", "url"),
    [("srv", "https://srv:9419"), ("10.0.0.1", "https://10.0.0.1:9419"), ("fe80::1", "https://[fe80::1]:9419")],
)
def test_the_address_of_a_server_is_built_of_host_and_port(hostname: str, url: str) -> None:
    assert Connection(hostname, 9419).url == url


def test_without_requests_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "MISSING_REQUESTS", "No module named 'requests'")
    with pytest.raises(http_module.MissingLibrary, match="pip install requests"):
        Http("VBR", Connection("srv", 9419))


@pytest.mark.parametrize("spelling", ["..", "%2e%2e", "."])
def test_a_path_that_leads_elsewhere_is_not_asked_for(remote: Server, spelling: str) -> None:
    with http_to(remote) as http:
        for path in (f"/api/v1/sessions/{spelling}", f"/api/v1/{spelling}/jobs?x=1"):
            with pytest.raises(InvalidInput, match=r"step that is \. or \.\."):
                http.send("GET", path)
    assert not remote.journal.counts
