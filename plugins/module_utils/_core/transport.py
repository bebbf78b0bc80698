# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `requests` and urllib3 are asked for: connections that keep a deadline, and attempts that are safe.

Both libraries know a timeout for each wait alone, and a server that sends a byte now and then is never late. So here
every use of a socket gets what is left until the deadline: each address that is tried, TLS, each piece that is sent and
each that arrives, be it of a proxy, of a 100 Continue, of the head or of a chunk. One use of a TLS socket is held to
its time by Python itself, whatever arrives meanwhile. Only looking up a name has a time of its own, the resolver's.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

from .connection import Clock
from .errors import RestError
from .exchange import Exchange, pause_of
from .parallel import Lanes

try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter

    MISSING_REQUESTS = ""
    BROKEN: tuple[type[Exception], ...] = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)
    # Not the TimeoutError of urllib3: there a connection that is refused is one too.
    TIMED_OUT: tuple[type[Exception], ...] = (requests.Timeout, urllib3.exceptions.ReadTimeoutError, TimeoutError)
    PROXY_FAILED: tuple[type[Exception], ...] = (requests.exceptions.ProxyError,)
    REFUSED: tuple[type[Exception], ...] = (requests.exceptions.SSLError, *PROXY_FAILED)
except ImportError as absent:
    MISSING_REQUESTS = str(absent)
    BROKEN = TIMED_OUT = REFUSED = PROXY_FAILED = (OSError,)

    class HTTPAdapter:  # type: ignore[no-redef]
        """Stands in for the one that is missing; nobody uses it."""


Response: TypeAlias = "requests.Response"
# How much is sent at a time: a server that reads slowly is not waited for longer than one that sends slowly.
SENT_BYTES = 16 * 1024
RETRIED_STATUSES = (429, 502, 503, 504)
# How a server answers that has too much to do. The first one says that it has not begun (RFC 6585, 4).
NOT_BEGUN = 429
BUSY_STATUSES = (NOT_BEGUN, 503)
SAFE_METHODS = frozenset({"GET"})


class _TimedReader(io.RawIOBase):
    """What arrives at a socket, read with the time that is left."""

    def __init__(self, exchange: Exchange, connected: socket.socket, raw: Any) -> None:
        super().__init__()
        self._exchange = exchange
        self._connected = connected
        self._raw = raw

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def readinto(self, buffer: Any) -> int | None:
        self._connected.settimeout(self._exchange.left())
        size: int | None = self._raw.readinto(buffer)
        self._exchange.take(size or 0)
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer that is read by a _TimedReader."""

    def __init__(self, exchange: Exchange, sock: socket.socket, *words: Any, **more: Any) -> None:
        super().__init__(sock, *words, **more)
        buffered: Any = self.fp
        self.fp = io.BufferedReader(_TimedReader(exchange, sock, buffered.detach()))


class _Connection(http.client.HTTPConnection):
    """Laid over urllib3's connections: it asks `adapter` for the exchange at work, and keeps its deadline."""

    adapter: Adapter
    _dns_host: str
    socket_options: Any

    def connect(self) -> None:
        exchange = self.adapter.exchange
        self.timeout = exchange.left()
        # The answer of a proxy is read by it too.
        self.response_class = partial(_Response, exchange)  # type: ignore[assignment]
        super().connect()

    def _new_conn(self) -> socket.socket:
        """A connection to the first address that takes one. urllib3 would give each of them the whole timeout."""
        if hasattr(self, "_socks_options"):
            connected: socket.socket = super()._new_conn()  # type: ignore[misc]
            return connected
        failure: OSError = OSError("the name has no address")
        try:
            for family, kind, protocol, _name, address in socket.getaddrinfo(
                self._dns_host.strip("[]"), self.port, type=socket.SOCK_STREAM
            ):
                connected = socket.socket(family, kind, protocol)
                try:
                    for option in self.socket_options or ():
                        connected.setsockopt(*option)
                    connected.settimeout(self.adapter.exchange.left())
                    connected.connect(address)
                    connected.settimeout(self.adapter.exchange.left())
                    return connected
                except OSError as error:
                    connected.close()
                    failure = error
        except (OSError, UnicodeError) as error:
            failure = error if isinstance(error, OSError) else OSError(str(error))
        if isinstance(failure, TimeoutError):
            raise urllib3.exceptions.ConnectTimeoutError(self, str(failure)) from failure
        raise urllib3.exceptions.NewConnectionError(self, str(failure)) from failure  # type: ignore[arg-type]

    def putrequest(self, *words: Any, **more: Any) -> None:
        exchange = self.adapter.exchange
        exchange.sent = True
        self.response_class = partial(_Response, exchange)  # type: ignore[assignment]
        super().putrequest(*words, **more)

    def send(self, data: Any) -> None:
        if not isinstance(data, bytes) or self.sock is None:
            super().send(data)
            return
        for start in range(0, len(data), SENT_BYTES):
            self.sock.settimeout(self.adapter.exchange.left())
            super().send(data[start : start + SENT_BYTES])


class Adapter(HTTPAdapter):
    """Sends a request, again where that is safe, within the deadline of `exchange`, which its thread sets before.

    Only what did not reach the server, and a GET, is sent again, after a pause that grows or that the server asks for;
    and what a busy server refused because of others beside it, if that is certain to have had no effect.
    """

    def __init__(self, clock: Clock, retries: int, backoff: float, lanes: Lanes) -> None:
        self._clock = clock
        self._retries = retries
        self._backoff = backoff
        self._lanes = lanes
        self._of_thread = threading.local()
        super().__init__(pool_maxsize=lanes.limit)

    @property
    def exchange(self) -> Exchange:
        """The one that the thread is at."""
        found: Exchange = self._of_thread.exchange
        return found

    @exchange.setter
    def exchange(self, exchange: Exchange) -> None:
        self._of_thread.exchange = exchange

    def init_poolmanager(self, *words: Any, **more: Any) -> None:
        super().init_poolmanager(*words, **more)
        self._lay_over(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **more)
        self._lay_over(manager)
        return manager

    def _lay_over(self, manager: Any) -> None:
        """Let the manager of a pool, also of one for a SOCKS proxy, make connections that keep the deadline."""
        pool = manager.pool_classes_by_scheme["https"]
        if not issubclass(pool.ConnectionCls, _Connection):
            connection = type("Punctual", (_Connection, pool.ConnectionCls), {"adapter": self})
            punctual = type("PunctualPool", (pool,), {"ConnectionCls": connection})
            manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "https": punctual}

    def send(self, request: requests.PreparedRequest, *words: Any, **more: Any) -> Response:
        exchange, crowded = self.exchange, False
        for tries in range(self._retries + 1):
            # The first pause is none: a connection that the server has closed is simply made anew.
            pause = self._backoff * 2**tries if tries else 0.0
            last = tries == self._retries
            exchange.sent = False
            try:
                answer = super().send(request, *words, **more)
            except requests.RequestException as error:
                crowded = self._note_busy(not exchange.sent and _is_passing(error)) or crowded
                again = _is_passing(error) and (request.method in SAFE_METHODS or not exchange.sent)
                if last or not again or not exchange.allows(pause):
                    raise
            else:
                asked = pause_of(answer.headers)
                pause = pause if asked is None else asked
                crowded = self._note_busy(answer.status_code in BUSY_STATUSES) or crowded
                again = _may_go_again(request.method, answer.status_code, crowded, exchange)
                if last or not again or not exchange.allows(pause):
                    return answer
                answer.close()
            self._pause(pause)
        raise AssertionError("the last attempt returns or raises")

    def _note_busy(self, is_busy: bool) -> bool:
        """Have less requests under way if the server is busy; whether it is, and there are others beside this one."""
        if not is_busy or not self._lanes.crowded:
            return False
        self._lanes.busy()
        return True

    def _pause(self, seconds: float) -> None:
        """Let others have the lane meanwhile. What it takes to get one again is not the server's time."""
        begun = self._clock.now()
        with self._lanes.given_up():
            self._clock.sleep(seconds)
        self.exchange.stretch(max(0.0, self._clock.now() - begun - seconds))


def _is_passing(error: requests.RequestException) -> bool:
    """Whether it is the connection that failed, and not for good."""
    return isinstance(error, requests.ConnectionError) and not isinstance(error, (*TIMED_OUT, *REFUSED))


def _may_go_again(method: str | None, status: int, crowded: bool, exchange: Exchange) -> bool:
    """Whether a request that got this answer may be sent again. `crowded` says that others were beside it."""
    if status not in RETRIED_STATUSES:
        return False
    return method in SAFE_METHODS or (crowded and (exchange.harmless or status == NOT_BEGUN))


def is_busy(error: Exception | None) -> bool:
    """Whether an error is the answer of a server that has too much to do, and that has begun with nothing.

    One that is too busy to be asked how something goes that it has begun has taken that.
    """
    return isinstance(error, RestError) and error.status in BUSY_STATUSES and not error.begun


def open_session(adapter: Adapter) -> requests.Session:
    """A session that reaches servers by this adapter only; it also knows what the environment says of proxies."""
    session = requests.Session()
    session.mount("https://", adapter)
    return session


def prepared(
    method: str, url: str, params: Mapping[str, Any], headers: Mapping[str, str], data: Any = None
) -> requests.PreparedRequest:
    """A request as it goes to the adapter of a session, which has nothing to add to it.

    `Session.request` would merge it with settings of the session, of which there are none, and that costs half as much
    as to send it. It would also keep the cookies of an answer, of which one would outlive the sign-in it came with and
    win over the header (facts/em.md 2), and read all of the body of a redirect, which is an answer like any other.
    """
    request = requests.PreparedRequest()
    request.prepare_method(method)
    request.prepare_url(url, params)
    request.prepare_headers(headers)
    request.prepare_body(data, None)
    return request


def silence() -> None:
    """The task warns once in its own words about certificates that are not verified; urllib3 would once per request."""
    urllib3.disable_warnings()


def arriving(answer: Response, size: int) -> Iterator[bytes]:
    """The body of an answer in pieces of this size, packed as it arrives.

    Not by `iter_content`: urllib3 reads the lines between chunks itself, and one of them may have no end.
    """
    while piece := answer.raw.read(size, decode_content=False):
        yield piece
