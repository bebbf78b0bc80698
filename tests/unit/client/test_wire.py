# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conversation over real sockets: what is trusted, what is sent again, what is never sent twice."""

from __future__ import annotations

import html
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import trustme

from ansible_collections.backupfleet.rest.plugins.module_utils import _wire
from ansible_collections.backupfleet.rest.plugins.module_utils._errors import (
    BadAnswer,
    CertificateRefused,
    RestError,
    UnknownOutcome,
    Unreachable,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._wire import Answer, Connection, Wire
from driving import connection, drive
from simulator.core.certificates import Authority
from simulator.gates.sockets import SocketGate
from simulator.testing import Pair, Server

TIME = "/api/v1/serverTime"
VERSION = {"x-api-version": "1.2-rev1"}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between attempts are urllib3's own; here nobody needs them."""
    monkeypatch.setattr(_wire, "BACKOFF_SECONDS", 0)


@contextmanager
def wire_to(server: Server, **other: Any) -> Iterator[Wire]:
    wire = Wire("VBR", Connection(**connection(server, **other)))
    try:
        yield wire
    finally:
        wire.close()


def get(server: Server, path: str = TIME, **other: Any) -> Any:
    with wire_to(server, **other) as wire:
        return wire.send("GET", path, headers=VERSION)


def post(server: Server, path: str = TIME, **other: Any) -> Any:
    with wire_to(server, **other) as wire:
        return wire.send("POST", path, headers=VERSION, body={})


def asked(server: Server, method: str) -> int:
    return sum(entry["method"] == method for entry in server.journal.entries)


# -- trust -------------------------------------------------------------------------------------------------------------


def test_a_certificate_of_the_given_authority_is_trusted(remote: Server) -> None:
    assert get(remote).status == 200


def test_a_certificate_nobody_vouches_for_is_refused_and_nothing_was_asked(remote: Server) -> None:
    with pytest.raises(
        CertificateRefused, match=r"certificate of localhost:\d+ is not trusted.*ca_path.*validate_certs"
    ):
        get(remote, ca_path=None)
    assert not remote.journal.entries


def test_a_certificate_of_another_authority_is_refused(remote: Server, tmp_path: Path) -> None:
    with pytest.raises(CertificateRefused):
        get(remote, ca_path=str(Authority(tmp_path).path))


def test_a_certificate_for_another_name_is_refused(remote: Server, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    authority.issue_cert("elsewhere.example").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    with SocketGate(remote.app, certificate=tmp_path / "server.pem") as gate, pytest.raises(CertificateRefused):
        get(remote, port=gate.port, ca_path=str(tmp_path / "ca.pem"))


def test_verification_can_be_switched_off_and_the_task_warns(remote: Server) -> None:
    result = drive("info", remote, ca_path=None, validate_certs=False)
    assert not result.get("failed"), result["msg"]
    assert result["warnings"] == ["The certificate of localhost is not verified (validate_certs is false)."]


@pytest.mark.filterwarnings("error")
def test_no_library_warns_beside_the_task(remote: Server) -> None:
    assert get(remote, ca_path=None, validate_certs=False).status == 200


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_an_environment_variable_overrides_neither_trust_nor_its_absence(
    remote: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(Authority(tmp_path).path))
    assert get(remote).status == 200, "the given authority counts, not that of the environment"
    assert get(remote, validate_certs=False).status == 200


@pytest.mark.parametrize("content", [None, "this is no certificate", ""])
def test_an_authority_file_that_is_none_is_one_message(remote: Server, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    for result in (drive("info", remote, ca_path=str(path)), drive("export", remote, ca_path=str(path))):
        assert result["failed"] and str(path) in result["msg"]
    assert not remote.journal.entries


def test_a_server_without_tls_is_not_called_a_matter_of_trust(remote: Server) -> None:
    with SocketGate(remote.app) as gate, pytest.raises(RestError, match="does not speak TLS") as caught:
        get(remote, port=gate.port)
    assert not isinstance(caught.value, CertificateRefused)


# -- who is asked ------------------------------------------------------------------------------------------------------


def test_nobody_is_there(remote: Server) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = closed.getsockname()[1]
    with pytest.raises(Unreachable, match=rf"localhost:{nobody} does not answer: .*refused.*port, firewall"):
        post(remote, port=nobody)


def test_a_name_nobody_knows(remote: Server) -> None:
    with pytest.raises(Unreachable, match=r"no-such-server\.invalid:\d+ does not answer"):
        get(remote, hostname="no-such-server.invalid")


@pytest.mark.parametrize("hostname", ["", "two words", "a..b", "https://srv04.tech.local", "srv04:9419", "srv04/x"])
def test_a_host_name_that_is_none(remote: Server, hostname: str) -> None:
    result = drive("info", remote, hostname=hostname)
    assert result["failed"] and f"{hostname!r} is no host name" in result["msg"]
    assert "without https://" in result["msg"]


@pytest.mark.parametrize(
    "hostname", ["srv04", "SRV_04.tech.local.", "10.0.0.1", "fe80::1", "fe80::1%eth0", "größe.example"]
)
def test_a_host_name_that_is_one(hostname: str) -> None:
    Wire("VBR", Connection(hostname, 9419)).close()


def test_every_module_names_a_server_that_is_away_and_that_nothing_was_written(remote: Server, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = closed.getsockname()[1]
    for task, options in (
        ("info", {}),
        ("session", {}),
        ("export", {"dest": str(tmp_path / "bundle")}),
        ("import", {"spec": {}}),
    ):
        result = drive(task, remote, port=nobody, **options)
        assert result["failed"] and result["changed"] is False
        assert f"localhost:{nobody} does not answer" in result["msg"]
    assert not (tmp_path / "bundle").exists()


def test_the_server_an_export_is_for_may_be_away(sockets: Pair, remote: Server) -> None:
    peer = {"hostname": "localhost", "port": 1, "ca_path": remote.ca_path}
    result = drive("export", remote, for_server=peer)
    assert result["failed"] and "localhost:1 does not answer" in result["msg"]
    assert "POST /api/oauth2/token" not in remote.journal.counts


def test_redirects_are_not_followed(remote: Server) -> None:
    elsewhere = {"Location": f"{remote.url}/swagger/v1.2-rev1/swagger.json"}
    remote.faults.add(do="status", status=302, headers=elsewhere, path=f"{TIME}$", times=0, body="moved")
    assert get(remote).status == 302
    assert asked(remote, "GET") == 1


def test_a_netrc_file_does_not_replace_the_token(
    remote: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine localhost login stranger password Xx4&netrc+Yz8=\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert not drive("info", remote, resource="jobs").get("failed")


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
def test_an_answer_is_an_answer(remote: Server, status: int) -> None:
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
    with wire_to(remote) as wire, pytest.raises(BadAnswer, match="Nothing was changed"):
        wire.send("POST", TIME, headers=VERSION, body={}, writes=False)


def test_an_import_is_sent_once_though_every_answer_is_lost(remote: Server) -> None:
    remote.faults.add(do="drop_after", path="/import$")
    spec = {
        "encryptionPasswords": {"encryptionPasswords": [{"password": "Vp3&once+Hs9=", "hint": "h", "uniqueId": "u"}]}
    }
    result = drive("import", remote, spec=spec, api_version="1.2-rev1")
    assert not result.get("failed"), result["msg"]
    assert result["created"] == {"encryptionPasswords": ["u"]}
    assert remote.journal.counts["POST /api/v1/automation/encryptionPasswords/import"] == 1


def test_patience_ends_at_the_timeout(remote: Server) -> None:
    remote.faults.add(do="delay", seconds=1.0, path=f"{TIME}$")
    before = time.monotonic()
    with pytest.raises(UnknownOutcome, match="timed out"):
        post(remote, timeout=0.2)
    assert time.monotonic() - before < 0.9


# -- what is shown -----------------------------------------------------------------------------------------------------


SECRET = 'Zq5&"secret" <%+\\Üx'
SPELT = {
    "as it is": SECRET,
    "JSON": json.dumps(SECRET),
    "JSON with letters": json.dumps(SECRET, ensure_ascii=False),
    "JSON of another kind": '{"detail": "Zq5\\u0026\\u0022secret\\u0022 \\u003C%\\u002B\\\\\\u00DCx"}',
    "a page": f"<p>{html.escape(SECRET)}</p>",
    "a URL": f"/?password={quote(SECRET, safe='')}",
    "a form": urlencode({"password": SECRET}),
}


@pytest.mark.parametrize("text", SPELT.values(), ids=SPELT)
def test_a_secret_in_an_answer_is_blotted_out_however_it_is_spelt(remote: Server, text: str) -> None:
    with wire_to(remote, password=SECRET) as wire:
        answer = Answer("VBR", "GET /", 500, {}, text, wire.secrets.redact)
    assert "********" in answer.quoted and "secret" not in answer.quoted


def test_a_long_secret_is_blotted_out_before_the_answer_is_cut(remote: Server) -> None:
    key = "-----BEGIN KEY-----" + "Rk7&long" * 200
    remote.faults.add(do="status", status=200, body=f"<html>{'.' * 100}{key}</html>", path=f"{TIME}$")
    with wire_to(remote) as wire:
        wire.secrets.add(key)
        with pytest.raises(BadAnswer) as caught:
            wire.send("GET", TIME, headers=VERSION).json()
    assert "Rk7&long" not in str(caught.value) and "BEGIN KEY" not in str(caught.value)


def test_a_connection_shows_no_password(remote: Server) -> None:
    assert "Wn8&shown+Tz2=" not in repr(Connection("host", 9419, "user", "Wn8&shown+Tz2="))


@pytest.mark.parametrize(
    ("hostname", "url"),
    [("srv", "https://srv:9419"), ("10.0.0.1", "https://10.0.0.1:9419"), ("fe80::1", "https://[fe80::1]:9419")],
)
def test_the_address_of_a_server(hostname: str, url: str) -> None:
    assert Connection(hostname, 9419).url == url


def test_without_requests_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_wire, "MISSING_REQUESTS", "No module named 'requests'")
    with pytest.raises(_wire.MissingLibrary, match="pip install requests"):
        Wire("VBR", Connection("srv", 9419))
