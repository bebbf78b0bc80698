# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that answers as an application does, until it is asked for one path: then it does its worst.

It speaks TLS from plain sockets, so that it can send half a line, a byte a second, or for ever.
"""

from __future__ import annotations

import gzip
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from werkzeug.test import EnvironBuilder, run_wsgi_app

from simulator.core.certificates import Authority

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# What a server does with a connection on which it was asked.
Mode = Callable[["Victim"], None]
LOOPBACK = "127.0.0.1"
# The pause of a slow sender: short enough that no single wait is ever longer than a timeout.
PAUSE_SECONDS = 0.2
MEGABYTE = 1024 * 1024
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


class Victim:
    """A connection to a client. `send` and `drip` end by an OSError when the client is gone or the test is over."""

    def __init__(self, connected: socket.socket, over: threading.Event) -> None:
        self.connected = connected
        self.over = over

    def send(self, data: bytes) -> None:
        self.pause(0)
        self.connected.sendall(data)

    def pause(self, seconds: float = PAUSE_SECONDS) -> None:
        if self.over.wait(seconds):
            raise OSError("the test is over")

    def drip(self, head: bytes, byte: bytes) -> None:
        """Send a head at once, and then this for ever, with pauses."""
        self.send(head)
        while True:
            self.send(byte)
            self.pause()

    def pour(self, head: bytes, data: bytes) -> None:
        """The same without pauses."""
        self.send(head)
        while True:
            self.send(data)


# -- modes -------------------------------------------------------------------------------------------------------------


def _answer(status: str, headers: str, body: bytes = b"{}") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _chunk(size: int) -> bytes:
    return f"{size:x}\r\n".encode() + b" " * size + b"\r\n"


@cache
def packed(megabytes: int) -> bytes:
    """So many megabytes of blanks, packed: a thousandth of that."""
    return gzip.compress(b" " * megabytes * MEGABYTE, 1)


def _packed_answer(encoding: str, body: Callable[[], bytes]) -> Mode:
    return lambda victim: victim.send(_answer("200 OK", f"Content-Encoding: {encoding}\r\n", body()))


def _endless_members(victim: Victim) -> None:
    """A body of gzip files with nothing in them, one after the other."""
    victim.pour(OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 1000)


# Those that take their time. The client ends them at its deadline.
SLOW: Mapping[str, Mode] = {
    "no answer": lambda victim: victim.pause(3600),
    "head, byte by byte": lambda victim: victim.drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    "headers, one by one": lambda victim: victim.drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "100 Continue for ever": lambda victim: victim.drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100 Continue, byte by byte": lambda victim: victim.drip(b"HTTP/1.1 100 Continue\r\nX: ", b"x"),
    "body, byte by byte": lambda victim: victim.drip(OK + b"Content-Length: 1000000\r\n\r\n", b" "),
    "body without a length": lambda victim: victim.drip(OK + b"\r\n", b" "),
    "chunks, one by one": lambda victim: victim.drip(CHUNKED, b"1\r\n \r\n"),
    "chunk, byte by byte": lambda victim: victim.drip(CHUNKED + b"ffffff\r\n", b" "),
    "size of a chunk, byte by byte": lambda victim: victim.drip(CHUNKED + b"1;", b"x"),
    "trailers for ever": lambda victim: victim.drip(CHUNKED + b"0\r\n", b"X: y\r\n"),
    "503, body byte by byte": lambda victim: victim.drip(
        b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 1000000\r\n\r\n", b" "
    ),
    "302, body byte by byte": lambda victim: victim.drip(
        b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 1000000\r\n\r\n", b" "
    ),
}
# Those that send too much, or what nobody can use. The client sees it by itself, long before any deadline.
LARGE: Mapping[str, Mode] = {
    "400 MB declared": lambda victim: victim.send(OK + b"Content-Length: 419430400\r\n\r\n "),
    "a length of 5,000 digits": lambda victim: victim.send(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n "),
    "body for ever": lambda victim: victim.pour(OK + b"\r\n", b" " * MEGABYTE),
    "chunks for ever": lambda victim: victim.pour(CHUNKED, _chunk(MEGABYTE)),
    "size of a chunk for ever": lambda victim: victim.pour(CHUNKED + b"1;", b"x" * MEGABYTE),
    "100 Continue, as fast as can be": lambda victim: victim.pour(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000),
    "headers as fast as can be": lambda victim: victim.pour(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000),
    "200 MB, packed": _packed_answer("gzip", lambda: packed(200)),
    "200 MB, packed twice": _packed_answer("gzip, gzip", lambda: gzip.compress(packed(200))),
    "packed as nobody asked": _packed_answer("br", lambda: b"\x0b\x02\x80{}\x03"),
    "packed, and not whole": _packed_answer("gzip", lambda: packed(1)[:100]),
    "not packed, though it says so": _packed_answer("gzip", lambda: b"{}"),
    "not HTTP": lambda victim: victim.send(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "Retry-After: 99999": lambda victim: victim.send(_answer("503 Busy", "Retry-After: 99999\r\n")),
    "429, Retry-After: 99999": lambda victim: victim.send(_answer("429 Slow", "Retry-After: 99999\r\n")),
    "Retry-After of 5,000 digits": lambda victim: victim.send(_answer("503 Busy", f"Retry-After: {'9' * 5000}\r\n")),
    "Retry-After in 2999": lambda victim: victim.send(
        _answer("503 Busy", "Retry-After: Fri, 13 Dec 2999 20:00:00 GMT\r\n")
    ),
}
MODES = {**SLOW, **LARGE}


# -- the server --------------------------------------------------------------------------------------------------------


class HostileServer:
    """Serves `application`, and for paths that match `at` the `mode`. `met` counts how often it came to that.

    A `deaf` one accepts connections and never says a word, not even that of TLS.
    """

    def __init__(self, application: WSGIApplication, at: str, mode: Mode, certificate: Path, deaf: bool) -> None:
        self.met = 0
        self._application = application
        self._at = re.compile(at)
        self._mode = mode
        self._deaf = deaf
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)
        self._over = threading.Event()
        self._listening = socket.create_server((LOOPBACK, 0), backlog=50)
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._over.set()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._over.is_set():
                connected, _address = self._listening.accept()
                threading.Thread(target=self._serve, args=(connected,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with suppress(OSError, ValueError), plain:
            if self._deaf:
                self.met += 1
                self._over.wait()
                return
            with self._tls.wrap_socket(plain, server_side=True) as connected, connected.makefile("rb") as reading:
                while self._answer(connected, reading):
                    pass

    def _answer(self, connected: ssl.SSLSocket, reading: Any) -> bool:
        """Answer one request; returns whether the connection stays."""
        line = reading.readline().decode("latin-1").split()
        if len(line) < len(("method", "target", "version")):
            return False
        method, target = line[:2]
        headers = dict(_headers(reading))
        body = reading.read(int(headers.get("content-length", "0")))
        if self._at.search(target):
            self.met += 1
            self._mode(Victim(connected, self._over))
            return False
        connected.sendall(self._honest(method, target, headers, body))
        return True

    def _honest(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
        path, _mark, query = target.partition("?")
        builder = EnvironBuilder(path=path, query_string=query, method=method, headers=list(headers.items()), data=body)
        pieces, status, found = run_wsgi_app(self._application, builder.get_environ(), buffered=True)
        content = b"".join(pieces)
        lines = [f"{name}: {value}" for name, value in found if name.lower() != "content-length"]
        head = "\r\n".join([f"HTTP/1.1 {status}", *lines, f"Content-Length: {len(content)}", "", ""])
        return head.encode("latin-1") + content


def _headers(reading: Any) -> Iterator[tuple[str, str]]:
    while line := reading.readline().decode("latin-1").strip():
        name, _colon, value = line.partition(":")
        yield name.lower(), value.strip()


@contextmanager
def hostile(application: WSGIApplication, at: str, mode: Mode, deaf: bool = False) -> Iterator[dict[str, Any]]:
    """A server on the loopback address: gives the options of a connection to it, and itself as `server`."""
    with TemporaryDirectory() as place:
        authority = Authority(Path(place))
        server = HostileServer(application, at, mode, authority.issue("hostile"), deaf)
        try:
            yield {"hostname": "localhost", "port": server.port, "ca_path": str(authority.path), "server": server}
        finally:
            server.stop()
