# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP conversation with one server: TLS, deadlines, sizes, retries of what is safe.

The deadline: `timeout` is the time of one request with its whole answer, from the connection to the last byte, all
attempts and pauses between them included. A download has it for its head, and then for each 64 KB.

The retry policy: a request is sent again by itself, three times at most, only if no byte of it reached the server (the
connection could not be made), or if it is a GET whose answer was lost or was 429, 502, 503 or 504. If other requests
were under way beside it, a write that was answered 429 is sent again too, and a POST without effect after each of these
answers. `Retry-After` is honoured if the pause ends before the deadline; if not, the answer is taken as it is, at once.
Everything else is sent once, and a write whose answer was lost is reported as an unknown outcome.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from .answer import Answer
from .connection import Clock, Connection, check
from .errors import (
    QUOTED_CHARACTERS,
    BadAnswer,
    CertificateRefused,
    InvalidInput,
    MissingLibrary,
    RestError,
    UnknownOutcome,
    Unreachable,
    quoted,
)
from .exchange import (
    AS_IT_IS,
    BODY_BYTES,
    PACKED,
    PIECE_BYTES,
    STREAM_BYTES,
    BrokenBody,
    Exchange,
    joined,
    measured,
    pause_of,
    unpacked,
)
from .parallel import Lanes
from .termination import check as check_termination
from .transport import (
    BROKEN,
    BUSY_STATUSES,
    MISSING_REQUESTS,
    PROXY_FAILED,
    RETRIED_STATUSES,
    SAFE_METHODS,
    TIMED_OUT,
    Adapter,
    Response,
    arriving,
    open_session,
    prepared,
    silence,
)
from .version import VERSION

USUAL_HEADERS = {
    "User-Agent": f"backupfleet.rest/{VERSION}",
    "Accept": "application/json",
    "Accept-Encoding": PACKED,
    "Connection": "keep-alive",
}
RETRIES = 3
BACKOFF_SECONDS = 0.3
# Steps of a path that mean another path.
UP_OR_HERE = frozenset((".", ".."))
# How OpenSSL calls an answer that is no TLS at all.
NO_TLS = "WRONG_VERSION_NUMBER"
# Which connection it was, as urllib3 puts it before the reason.
WHERE = re.compile(r"^\w+\(host=.*?\): ")
# How http.client says that a proxy wants an account.
PROXY_WANTS_ACCOUNT = "407"
PROXY_HINT = (
    "The environment of the task names it as HTTPS_PROXY: check it there, and that it runs. "
    "A server that is reached without it belongs into NO_PROXY."
)
PROXY_ACCOUNT_HINT = (
    "It wants an account: HTTPS_PROXY=http://user:password@proxy:port in the environment of the task. "
    "A server that is reached without it belongs into NO_PROXY."
)
TRUST_HINT = "Give the certificate authority's file as ca_path (preferred), or set validate_certs to false."
# What to do, by the code of OpenSSL's verification (X509_V_ERR_...).
CERTIFICATE_HINTS = {
    9: "It is not valid yet: compare the clocks of this machine and of the server.",
    10: "It has expired: renew it on the server, or check the clock of this machine.",
    18: "The server signed it itself. Compare its fingerprint with the server's console, and give it as ca_path.",
    20: f"{TRUST_HINT} If ca_path is given, the server may not send what stands between that authority and its "
    "certificate: put that into the file, too.",
    62: "Give as hostname one of the names that are in the certificate.",
    64: "Give as hostname one of the names that are in the certificate.",
}


@dataclass(frozen=True)
class Download:
    """An answer of which only the head has been read.

    `whole` reads the rest at once, for an error or a document. `pieces` reads it bit by bit, each with a deadline of
    its own; a body that is packed, or ends before its declared length, raises BadAnswer.
    """

    status: int
    headers: Mapping[str, str]
    whole: Callable[[], Answer]
    pieces: Callable[[], Iterator[bytes]]

    @property
    def ok(self) -> bool:
        """Whether this is the whole of a good answer; nobody here asks for a part."""
        return 200 <= self.status < 300 and self.status != HTTPStatus.PARTIAL_CONTENT


class Http:
    """A `requests` session to one server. It knows no path, no meaning of any body, and nothing of Ansible.

    `clock` measures deadlines and pauses. `secrets` are the values that no message shows. Several threads may send at a
    time, as many as there are `lanes`. Raises MissingLibrary, InvalidInput.
    """

    def __init__(self, service: str, connection: Connection, clock: Clock | None = None) -> None:
        if MISSING_REQUESTS:
            raise MissingLibrary(
                f"The Python library 'requests' is needed where this task runs ({MISSING_REQUESTS}).",
                "Install it there: python3 -m pip install requests",
            )
        check(connection)
        self.service = service
        self.connection = connection
        self.secrets = connection.secrets
        self.secrets.add(connection.password)
        if not connection.validate_certs:
            silence()
        clock = clock or Clock()
        self._now = clock.now
        # The thread that ends the conversation, once it does.
        self._only: int | None = None
        self.lanes = Lanes(connection.parallel, self._warn_of_busy)
        self._busy_warning = ""
        self._adapter = Adapter(clock, RETRIES, BACKOFF_SECONDS, self.lanes)
        self._session = open_session(self._adapter)
        # The environment is asked once and not for every request, for proxies and, where the user names none, a CA
        # bundle; never for ~/.netrc, which would replace the Authorization header.
        self._environment = self._session.merge_environment_settings(connection.url, {}, None, self._verify(), None)

    def end(self) -> None:
        """From now on only the calling thread sends: what others begin would come after the sign-out."""
        self._only = threading.get_ident()

    def close(self) -> None:
        self._session.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        writes: bool = True,
        most: int = BODY_BYTES,
    ) -> Answer:
        """Send one request and read its whole answer, of `most` bytes at the most, whatever its status.

        `body` is sent as JSON, `form` as a form, `content` as it is, with the type that `headers` say. `writes=False`
        marks a POST without effect (an export, a login): if its answer is lost, that is no unknown outcome. Raises
        Unreachable, CertificateRefused, UnknownOutcome, BadAnswer.
        """
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else content or form
        kind = {"Content-Type": "application/json"} if body is not None else {}
        exchange = self._exchange(most, harmless=not writes)
        with (
            self._guard(method, path, exchange, writes),
            self._request(exchange, method, path, {**kind, **(headers or {})}, params=params, data=data) as answer,
        ):
            return self._whole(exchange, method, path, answer)

    @contextmanager
    def download(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: Any = None
    ) -> Iterator[Download]:
        """Send one request without effect; inside the context its answer is read piece by piece. Raises as `send`."""
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        kind = {"Content-Type": "application/json"} if body is not None else {}
        sent = {"Accept-Encoding": AS_IT_IS, **kind, **(headers or {})}
        exchange = self._exchange(STREAM_BYTES, harmless=True)
        with self._guard(method, path, exchange, writes=False):
            answer = self._request(exchange, method, path, sent, data=data)

        def whole() -> Answer:
            exchange.most = BODY_BYTES
            with self._guard(method, path, exchange, writes=False):
                return self._whole(exchange, method, path, answer)

        def pieces() -> Iterator[bytes]:
            coming = unpacked(measured(arriving(answer, PIECE_BYTES), answer.headers, STREAM_BYTES), answer.headers, "")
            while True:
                with self._guard(method, path, exchange, writes=False):
                    exchange.restart()
                    piece = next(coming, b"")
                if not piece:
                    return
                yield piece

        with answer:
            yield Download(answer.status_code, answer.headers, whole, pieces)

    def status_of(self, path: str) -> int:
        """The status of a GET whose body, which may be megabytes, is not read."""
        with self.download("GET", path) as answer:
            return answer.status

    def _exchange(self, most: int, harmless: bool) -> Exchange:
        return Exchange(self.connection.timeout, most, self._now, harmless)

    def _warn_of_busy(self, limit: int) -> None:
        said = (
            f"{self.connection.place} was busy with {self.connection.parallel} requests at a time: the rest are sent "
            f"{'one by one' if limit == 1 else f'{limit} at a time'}. Set parallel to {limit} for this server."
        )
        self.connection.trail.warn(said, instead=self._busy_warning)
        self._busy_warning = said

    def _request(self, exchange: Exchange, method: str, path: str, headers: Mapping[str, str], **more: Any) -> Response:
        """An answer of which the head has arrived."""
        _check_steps(path)
        params = {name: _query_value(value) for name, value in (more.pop("params", None) or {}).items()}
        with self.lanes.taken():
            check_termination()
            self._check_end(f"{method} {path}")
            self._adapter.exchange = exchange
            exchange.restart()
            url = self.connection.url + path
            answer: Response = self._session.get_adapter(url).send(
                prepared(method, url, params, {**USUAL_HEADERS, **headers}, **more),
                stream=True,
                timeout=self.connection.timeout,
                proxies=self._environment["proxies"],
                verify=self._environment["verify"],  # type: ignore[arg-type]  # None only where None was given
            )
            if answer.status_code in BUSY_STATUSES:
                self.lanes.busy()
            return answer

    def _check_end(self, request: str) -> None:
        """Refuse what a thread would send that is left behind. Raises InvalidInput."""
        if self._only not in (None, threading.get_ident()):
            raise InvalidInput(f"{request} is not sent: the task has ended.")

    def _whole(self, exchange: Exchange, method: str, path: str, answer: Response) -> Answer:
        coming = measured(arriving(answer, PIECE_BYTES), answer.headers, exchange.most)
        text = joined(unpacked(coming, answer.headers), exchange).decode("utf-8", "replace")
        return Answer(
            self.service,
            f"{method} {path}",
            answer.status_code,
            answer.headers,
            text,
            self.secrets.line,
            self._unkept_pause(exchange, method, answer),
        )

    def _unkept_pause(self, exchange: Exchange, method: str, answer: Response) -> str:
        """What to say about a pause that the server asks for and that is too long to be kept."""
        pause = pause_of(answer.headers) if answer.status_code in RETRIED_STATUSES else None
        if pause is None or method not in SAFE_METHODS or exchange.allows(pause):
            return ""
        asked = quoted(self.secrets.redact(str(answer.headers["Retry-After"]))[:QUOTED_CHARACTERS])
        return f"It asks for a pause (Retry-After: {asked}) that timeout ({exchange.seconds:g} seconds) does not allow."

    @contextmanager
    def _guard(self, method: str, path: str, exchange: Exchange, writes: bool) -> Iterator[None]:
        """Inside, what `requests` raises becomes an error that says what it means for this request."""
        try:
            yield
        except BROKEN as error:
            effect = method not in SAFE_METHODS and writes
            raise self._broken(f"{method} {path}", exchange, effect, error) from None

    def _verify(self) -> bool | str:
        if not self.connection.validate_certs:
            return False
        return self.connection.ca_path or True

    def _broken(self, request: str, exchange: Exchange, effect: bool, error: Exception) -> RestError:
        """The error for a request without an answer. `effect` says whether the request may have changed something."""
        server = f"{self.connection.hostname}:{self.connection.port}"
        causes = list(_causes(error))
        reason = self.secrets.line(WHERE.sub("", str(causes[-1])))
        if any(isinstance(cause, TIMED_OUT) for cause in causes):
            reason = f"timed out, there was no whole answer within {exchange.seconds:g} seconds (timeout)"
        where: dict[str, Any] = {"service": self.service, "request": request}
        if any(isinstance(cause, ssl.SSLCertVerificationError) or _is_of_name(cause) for cause in causes):
            return CertificateRefused(
                f"the certificate of {server} is not trusted: {reason}",
                next((hint for cause in causes if (hint := CERTIFICATE_HINTS.get(_verify_code(cause)))), TRUST_HINT),
                **where,
            )
        if any(getattr(cause, "reason", "") == NO_TLS for cause in causes):
            return Unreachable(
                f"{server} does not speak TLS: {reason}", "Check that this is the port of the service.", **where
            )
        if any(isinstance(cause, PROXY_FAILED) for cause in causes):
            hint = PROXY_ACCOUNT_HINT if PROXY_WANTS_ACCOUNT in reason else PROXY_HINT
            return Unreachable(f"the proxy on the way to {server} does not lead there: {reason}", hint, **where)
        if not exchange.sent:
            return Unreachable(
                f"{server} does not answer: {reason}",
                "Check name, port, firewall and that the service runs.",
                **where,
            )
        said = f"the connection to {server} broke before the answer arrived: {reason}"
        if any(isinstance(cause, BrokenBody) for cause in causes):
            said = f"the answer of {server} cannot be used: {reason}"
        if effect:
            hint = "The request may have been carried out; run the task again: it looks before it writes."
            return UnknownOutcome(said, hint, **where)
        return BadAnswer(said, "Nothing was changed by this request; run the task again.", **where)


def _check_steps(path: str) -> None:
    """Refuse a path that leads elsewhere than it says, as one with an id that is `..` does. Raises InvalidInput."""
    steps = unquote(path.partition("?")[0]).split("/")
    if not UP_OR_HERE.isdisjoint(steps):
        raise InvalidInput(f"{quoted(path)} has a step that is . or .. in it.", "No id and no name is one of these.")


def _verify_code(cause: BaseException) -> int:
    return cause.verify_code if isinstance(cause, ssl.SSLCertVerificationError) else 0


def _is_of_name(cause: BaseException) -> bool:
    """Whether a certificate is for another name, as urllib3 before 2.0 says it."""
    return type(cause).__name__ == "CertificateError"


def _query_value(value: Any) -> Any:
    """A value of a query as JSON writes it: true, not True."""
    return json.dumps(value) if isinstance(value, bool) else value


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, the one that it wraps, and so on down to the first reason."""
    cause: BaseException | None = error
    while isinstance(cause, BaseException):
        yield cause
        inner = next((part for part in cause.args if isinstance(part, BaseException)), None)
        cause = getattr(cause, "reason", None) or inner
