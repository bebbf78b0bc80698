# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates: which origins are intercepted, how connections are kept, trusted and closed."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from werkzeug import Request, Response

from simulator.core.certificates import Authority
from simulator.gates.adapter import intercept, origin
from simulator.gates.sockets import SocketGate
from simulator.testing import Pair, serving_pair, simulated_pair
from support.vbr_caller import VbrCaller


@Request.application
def echo(request: Request) -> Response:
    return Response(request.get_data(), headers={"X-Method": request.method, "X-Path": request.full_path})


@pytest.fixture(scope="module")
def serving() -> Iterator[Pair]:
    with serving_pair() as pair:
        yield pair


def test_origins() -> None:
    assert origin("HTTPS://Host.Local/path?x") == "https://host.local:443"
    assert origin("http://host:8080") == "http://host:8080"


@pytest.mark.parametrize("body", ["text", b"bytes", io.BytesIO(b"file"), iter([b"two ", b"parts"]), None])
def test_bodies_through_the_adapter(body: object) -> None:
    expected = {"text": b"text", b"bytes": b"bytes", None: b""}
    with intercept({"https://somewhere": echo}):
        answer = requests.post("https://somewhere/a%20b?c=d", data=body, timeout=5)  # type: ignore[arg-type]
    wanted = expected.get(body, b"file" if isinstance(body, io.BytesIO) else b"two parts")  # type: ignore[call-overload]
    assert (answer.content, answer.headers["X-Path"]) == (wanted, "/a b?c=d")


@Request.application
def mirror(request: Request) -> Response:
    seen = [request.url, request.path, request.args.to_dict(), request.content_type, request.headers["X-One"]]
    return Response(json.dumps(seen), headers={"X-Length": str(request.content_length)})


def test_a_request_arrives_through_the_adapter_as_it_was_sent() -> None:
    with intercept({"https://somewhere:9419": mirror}):
        url = "https://somewhere:9419/a%20b/ä?c=%C3%A9&d=e+f"
        answer = requests.put(url, json={}, headers={"X-One": "two"}, timeout=5)
    seen = ["/a b/ä", {"c": "é", "d": "e f"}, "application/json", "two"]
    assert answer.json()[1:] == seen and answer.json()[0].startswith("https://somewhere:9419/a%20b/")
    assert answer.headers["X-Length"] == "2"


def test_only_named_origins_are_intercepted() -> None:
    session = requests.Session()
    with intercept({"https://somewhere:9419": echo}):
        assert session.get("https://SOMEWHERE:9419/").status_code == 200
        with pytest.raises(requests.ConnectionError):
            session.get("https://somewhere.invalid:9419/", timeout=1)
    with pytest.raises(requests.ConnectionError):
        session.get("https://somewhere.invalid:9419/", timeout=1)


def test_streams_through_the_adapter_can_be_read_in_pieces_and_closed() -> None:
    with intercept({"https://somewhere": echo}):
        response = requests.post("https://somewhere/", data=b"x" * 10_000, stream=True, timeout=5)
        assert len(next(response.iter_content(1000))) == 1000
        response.close()


def test_pairs_nest() -> None:
    with simulated_pair() as outer:
        with simulated_pair(source_build="11.0.1.1261") as inner:
            assert VbrCaller(inner.source, "1.0-rev2").get("/jobs")["pagination"]["total"] == 1
        assert VbrCaller(outer.source, "1.2-rev1").get("/jobs")["pagination"]["total"] == 1


def test_an_environment_for_other_processes(serving: Pair) -> None:
    environment = serving.environment
    assert (environment["SIM_CA_PATH"], environment["SIM_CONTROL_URL"]) == (serving.ca_path, serving.control_url)
    assert environment["VBR_TARGET_PORT"] == str(serving.target.port)
    assert environment["VBR_SOURCE_PASSWORD"] == serving.source.password


def test_certificate_is_valid_for_localhost_and_its_address(serving: Pair) -> None:
    for host in ("localhost", "127.0.0.1"):
        answer = requests.get(f"https://{host}:{serving.source.port}/", verify=serving.ca_path, timeout=5)
        assert answer.status_code == 404


def test_strangers_distrust_it(serving: Pair) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"https://localhost:{serving.source.port}/", timeout=5)
    assert VbrCaller(serving.source, "1.2-rev1").get("/jobs")


def test_one_connection_serves_many_requests_fast(serving: Pair) -> None:
    caller = VbrCaller(serving.source, "1.2-rev1")
    started = time.monotonic()
    for _unused in range(300):
        caller("GET", "/serverTime")
    assert (time.monotonic() - started) / 300 < 0.02
    (pool,) = caller.session.get_adapter(serving.source.url).poolmanager.pools._container.values()  # type: ignore[attr-defined]
    assert pool.num_connections == 1


def test_requests_are_served_side_by_side(serving: Pair) -> None:
    serving.source.faults.add(do="delay", seconds=0.3, path="/serverTime", times=0)
    callers = [VbrCaller(serving.source, "1.2-rev1") for _unused in range(4)]
    threads = [threading.Thread(target=caller, args=("GET", "/serverTime")) for caller in callers]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    serving.source.faults.clear()
    assert time.monotonic() - started < 0.9


def test_plain_text_to_a_tls_port_harms_nobody(serving: Pair) -> None:
    with socket.create_connection(("127.0.0.1", serving.source.port), timeout=5) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            raw.recv(100)
    assert VbrCaller(serving.source, "1.2-rev1").get("/jobs")


def test_stops_cleanly_and_plain_http_is_possible() -> None:
    with SocketGate(echo) as gate:
        assert requests.get(f"{gate.url}/x", timeout=5).status_code == 200
        url = gate.url
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=1)


def test_a_ca_directory_is_used_again(tmp_path: Path) -> None:
    first = Authority(tmp_path).path.read_bytes()
    again = Authority(tmp_path)
    assert again.path.read_bytes() == first
    certificate = again.issue("server")
    ssl.create_default_context(cafile=str(again.path)).load_cert_chain(certificate)
    assert [path.stat().st_mode & 0o777 for path in (certificate, tmp_path / "ca.key")] == [0o600, 0o600]
