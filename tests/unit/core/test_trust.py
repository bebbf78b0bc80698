# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which server is talked to, over real sockets: whose certificate is trusted, what is no address, who is away."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
import trustme

from ansible_collections.backupfleet.rest.plugins.module_utils._core import http as http_module
from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    CertificateRefused,
    RestError,
    Unreachable,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.http import Http
from simulator.core.certificates import Authority
from simulator.gates.sockets import SocketGate
from simulator.testing import Pair, Server
from support.http import TIME, asked, get, post
from support.tasks import drive


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between attempts are urllib3's own; here nobody needs them."""
    monkeypatch.setattr(http_module, "BACKOFF_SECONDS", 0)


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


def test_each_fault_of_a_certificate_has_its_own_advice(remote: Server, tmp_path: Path) -> None:
    authority, other = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    past, future = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
    made = {
        "one of the names that are in the certificate": authority.issue_cert("elsewhere.example"),
        "It has expired": authority.issue_cert("localhost", not_before=past, not_after=past + timedelta(days=1)),
        "It is not valid yet": authority.issue_cert(
            "localhost", not_before=future, not_after=future + timedelta(days=1)
        ),
        "may not send what stands between": other.issue_cert("localhost"),
    }
    for advice, certificate in made.items():
        certificate.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
        gate = SocketGate(remote.app, certificate=tmp_path / "server.pem")
        with gate, pytest.raises(CertificateRefused, match=advice):
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


def test_a_port_where_nobody_listens_is_one_message(remote: Server) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = closed.getsockname()[1]
    with pytest.raises(
        Unreachable, match=rf"localhost:{nobody} does not answer: \[Errno \d+\] .*refused.*port, firewall"
    ):
        post(remote, port=nobody)


def test_an_unknown_host_is_one_message(remote: Server) -> None:
    with pytest.raises(Unreachable, match=r"no-such-server\.invalid:\d+ does not answer"):
        get(remote, hostname="no-such-server.invalid")


def test_a_blank_host_name_is_refused(remote: Server) -> None:
    result = drive("info", remote, hostname="")
    assert result["failed"] and "hostname is blank" in result["msg"]


@pytest.mark.parametrize("hostname", ["two words", "a..b", "https://srv04.tech.local", "srv04:9419", "srv04/x"])
def test_a_host_name_that_is_none_is_refused(remote: Server, hostname: str) -> None:
    result = drive("info", remote, hostname=hostname)
    assert result["failed"] and f"'{hostname}' is no host name" in result["msg"]
    assert "without https://" in result["msg"]


@pytest.mark.parametrize("address", ["::1", "fe80::1%eth0", "10.0.0.1", "srv04"])
def test_brackets_are_said_to_be_too_many(remote: Server, address: str) -> None:
    result = drive("info", remote, hostname=f"[{address}]")
    assert result["msg"] == f"'[{address}]' is no host name. Write {address}, without the brackets."


@contextmanager
def a_proxy_that_wants_an_account() -> Iterator[int]:
    """Yields its port."""
    said = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def refuse() -> None:
            with suppress(OSError):
                while True:
                    connected, _address = listening.accept()
                    with connected:
                        connected.recv(4096)
                        connected.sendall(said)

        Thread(target=refuse, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def test_a_proxy_that_wants_an_account_is_said_so(remote: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with a_proxy_that_wants_an_account() as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        with pytest.raises(Unreachable, match=r"the proxy on the way to .* 407 .*It wants an account: HTTPS_PROXY="):
            get(remote)
        with pytest.raises(Unreachable, match=r"It wants an account"):
            post(remote)
    assert not remote.journal.entries


def test_a_proxy_that_is_gone_is_not_taken_for_the_server(remote: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{closed.getsockname()[1]}")
    with pytest.raises(
        Unreachable, match=r"the proxy on the way to .*refused.* check it there, and that it runs"
    ) as caught:
        get(remote)
    assert "firewall" not in str(caught.value)


@pytest.mark.parametrize(
    "hostname", ["srv04", "SRV_04.tech.local.", "10.0.0.1", "fe80::1", "fe80::1%eth0", "größe.example"]
)
def test_a_host_name_that_is_one_is_taken(hostname: str) -> None:
    Http("VBR", Connection(hostname, 9419)).close()


@pytest.mark.parametrize("port", [0, -1, 65_536, 70_000])
@pytest.mark.parametrize("module", ["info", "em_info", "vcsa_backup_info", "vbaz_info"])
def test_a_port_that_is_none_is_refused_before_anybody_is_asked(remote: Server, module: str, port: int) -> None:
    result = drive(module, remote, port=port)
    assert result["failed"] and result["msg"] == f"port cannot be {port}. Ports are numbers from 1 to 65535."
    assert not remote.journal.entries


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 1e12])
@pytest.mark.parametrize("module", ["info", "em_info", "vcsa_backup_info", "vbaz_info"])
def test_a_timeout_that_is_none_is_refused_before_anybody_is_asked(remote: Server, module: str, timeout: float) -> None:
    result = drive(module, remote, timeout=timeout)
    assert result["failed"] and f"timeout cannot be {timeout:g}. It is a number of seconds" in result["msg"]
    assert not remote.journal.entries


def test_all_addresses_of_a_server_share_one_deadline(remote: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them takes the connection and never accepts it: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as queued:
        address = full.getsockname()
        for _place in range(3):
            waiting = queued.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        found = (socket.AF_INET, socket.SOCK_STREAM, 0, "", address)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: [found] * 20)
        begun = time.monotonic()
        with pytest.raises(Unreachable, match=r"does not answer: timed out, .* within 1 seconds \(timeout\)"):
            post(remote, timeout=1)
        assert time.monotonic() - begun < 15


def test_the_second_address_of_a_server_is_tried(remote: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody, somebody = ((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port)) for port in (1, remote.port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: [nobody, somebody])
    assert get(remote).status == 200


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
