# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP conversation with one server: TLS, timeouts, retries of what is safe.

The retry policy: a request is sent again by itself only if no byte of it reached the server (the connection could not
be made), or if it is a GET whose answer was lost or was 429, 502, 503 or 504; `Retry-After` is honoured. Everything
else is sent once, and a write whose answer was lost is reported as an unknown outcome.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

from .answer import Answer
from .connection import Connection, check
from .errors import BadAnswer, CertificateRefused, MissingLibrary, RestError, UnknownOutcome, Unreachable
from .redaction import Secrets
from .termination import check as check_termination
from .version import VERSION

try:
    import requests
    from requests.adapters import HTTPAdapter, Retry
    from urllib3 import disable_warnings

    MISSING_REQUESTS = ""
except ImportError as absent:
    MISSING_REQUESTS = str(absent)

USER_AGENT = f"backupfleet.rest/{VERSION}"
RETRIES = 3
BACKOFF_SECONDS = 0.3
# How much of a download is held at a time.
PIECE_BYTES = 64 * 1024
RETRIED_STATUSES = (429, 502, 503, 504)
SAFE_METHODS = frozenset({"GET"})
# urllib3's names for a connection that was never made.
NEVER_SENT = frozenset({"NewConnectionError", "ConnectTimeoutError", "NameResolutionError", "ProxyError"})
# How OpenSSL calls an answer that is no TLS at all.
NO_TLS = "WRONG_VERSION_NUMBER"


@dataclass(frozen=True)
class Download:
    """An answer of which only the head has been read.

    `whole` reads the rest at once, for an error or a document. `pieces` reads it bit by bit; a body that ends before
    its declared length raises BadAnswer.
    """

    status: int
    headers: Mapping[str, str]
    whole: Callable[[], Answer]
    pieces: Callable[[], Iterator[bytes]]

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Http:
    """A `requests` session to one server. It knows no path, no meaning of any body, and nothing of Ansible.

    `secrets` are the values that no message shows. Raises MissingLibrary, InvalidInput.
    """

    def __init__(self, service: str, connection: Connection) -> None:
        if MISSING_REQUESTS:
            raise MissingLibrary(
                f"The Python library 'requests' is needed where this task runs ({MISSING_REQUESTS}).",
                "Install it there: python3 -m pip install requests",
            )
        check(connection)
        self.service = service
        self.connection = connection
        self.secrets = Secrets()
        self.secrets.add(connection.password)
        if not connection.validate_certs:
            # The task warns once in its own words; urllib3 would once per request.
            disable_warnings()
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
        # A session cookie would outlive the sign-in it came with, and win over the header (facts/em.md 2).
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        policy = Retry(
            total=None,
            connect=RETRIES,
            read=RETRIES,
            status=RETRIES,
            other=0,
            redirect=0,
            allowed_methods=SAFE_METHODS,
            status_forcelist=RETRIED_STATUSES,
            backoff_factor=BACKOFF_SECONDS,
            respect_retry_after_header=True,
            raise_on_status=False,
        )
        self._session.mount("https://", HTTPAdapter(max_retries=policy))
        # The environment is asked once and not for every request, for proxies and, where the user names none, a CA
        # bundle. Not for ~/.netrc, which would replace the Authorization header.
        self._environment = self._session.merge_environment_settings(connection.url, {}, None, self._verify(), None)
        self._session.trust_env = False

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
    ) -> Answer:
        """Send one request and read its whole answer, whatever its status.

        `body` is sent as JSON, `form` as a form, `content` as it is, with the type that `headers` say. `writes=False`
        marks a POST without effect (an export, a login): if its answer is lost, that is no unknown outcome. Raises
        Unreachable, CertificateRefused, UnknownOutcome, BadAnswer.
        """
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else content or form
        kind = {"Content-Type": "application/json"} if body is not None else {}
        with self._guard(method, path, writes):
            answer = self._request(method, path, {**kind, **(headers or {})}, params=params, data=data)
        answer.encoding = "utf-8"
        return self._answer(method, path, answer, answer.text)

    @contextmanager
    def download(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: Any = None
    ) -> Iterator[Download]:
        """Send one request without effect; inside the context its answer is read piece by piece. Raises as `send`."""
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        kind = {"Content-Type": "application/json"} if body is not None else {}
        with self._guard(method, path, writes=False):
            answer = self._request(method, path, {**kind, **(headers or {})}, data=data, stream=True)

        def whole() -> Answer:
            with self._guard(method, path, writes=False):
                answer.encoding = "utf-8"
                return self._answer(method, path, answer, answer.text)

        def pieces() -> Iterator[bytes]:
            with self._guard(method, path, writes=False):
                yield from answer.iter_content(PIECE_BYTES)
                _check_length(answer)

        with answer:
            yield Download(answer.status_code, answer.headers, whole, pieces)

    def status_of(self, path: str, headers: Mapping[str, str] | None = None) -> int:
        """The status of a GET whose body, which may be megabytes, is not read."""
        with self.download("GET", path, headers=headers) as answer:
            return answer.status

    def _request(self, method: str, path: str, headers: Mapping[str, str], **more: Any) -> requests.Response:
        check_termination()
        params = {name: _query_value(value) for name, value in (more.pop("params", None) or {}).items()}
        return self._session.request(
            method,
            self.connection.url + path,
            params=params,
            headers={"Accept": "application/json", **headers},
            timeout=self.connection.timeout,
            proxies=self._environment["proxies"],
            verify=self._environment["verify"],
            allow_redirects=False,
            **more,
        )

    def _answer(self, method: str, path: str, answer: requests.Response, text: str) -> Answer:
        request = f"{method} {path}"
        return Answer(self.service, request, answer.status_code, answer.headers, text, self.secrets.redact)

    @contextmanager
    def _guard(self, method: str, path: str, writes: bool) -> Iterator[None]:
        """Inside, what `requests` raises becomes an error that says what it means for this request."""
        try:
            yield
        except (requests.RequestException, OSError) as error:
            raise self._broken(f"{method} {path}", method not in SAFE_METHODS and writes, error) from None

    def _verify(self) -> bool | str:
        if not self.connection.validate_certs:
            return False
        return self.connection.ca_path or True

    def _broken(self, request: str, effect: bool, error: Exception) -> RestError:
        """The error for a request without an answer. `effect` says whether the request may have changed something."""
        server = f"{self.connection.hostname}:{self.connection.port}"
        causes = list(_causes(error))
        reason = self.secrets.redact(str(causes[-1]))
        where: dict[str, Any] = {"service": self.service, "request": request}
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            return CertificateRefused(
                f"the certificate of {server} is not trusted: {reason}",
                "Give the certificate authority's file as ca_path (preferred), or set validate_certs to false.",
                **where,
            )
        if any(getattr(cause, "reason", "") == NO_TLS for cause in causes):
            return Unreachable(
                f"{server} does not speak TLS: {reason}", "Check that this is the port of the service.", **where
            )
        if any(type(cause).__name__ in NEVER_SENT for cause in causes):
            return Unreachable(
                f"{server} does not answer: {reason}",
                "Check name, port, firewall and that the service runs.",
                **where,
            )
        if effect:
            return UnknownOutcome(
                f"the connection to {server} broke before the answer arrived: {reason}",
                "The request may have been carried out; run the task again: it looks before it writes.",
                **where,
            )
        return BadAnswer(
            f"the connection to {server} broke before the answer arrived: {reason}",
            "Nothing was changed by this request; run the task again.",
            **where,
        )


def _check_length(answer: requests.Response) -> None:
    """Refuse a body that ended before its declared length; urllib3 before 2.0 does not notice."""
    declared = answer.headers.get("Content-Length", "")
    if declared.isdecimal() and answer.raw.tell() < int(declared):
        raise requests.ConnectionError(f"{answer.raw.tell()} of {declared} bytes arrived")


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
