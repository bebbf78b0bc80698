# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP conversation with one server: TLS, timeouts, retries of what is safe, redaction.

The retry policy: a request is sent again by itself only when no byte of it reached the server (the connection could not
be made), or when it is a GET whose answer was lost or was 429, 502, 503 or 504; `Retry-After` is honoured. Everything
else is sent once, and a write whose answer was lost is reported as an unknown outcome.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus

from ._errors import BadAnswer, CertificateRefused, MissingLibrary, RestError, UnknownOutcome, Unreachable
from ._version import VERSION

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
RETRIED_STATUSES = (429, 502, 503, 504)
SAFE_METHODS = frozenset({"GET"})
QUOTED_BYTES = 300
# urllib3's names for a connection that was never made.
NEVER_SENT = frozenset({"NewConnectionError", "ConnectTimeoutError", "NameResolutionError", "ProxyError"})
MASK = "********"


@dataclass(frozen=True)
class Clock:
    """Time as the client sees it: seconds since some start, and a way to let them pass."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Connection:
    """Where a service is and who is asking: the connection options every module has."""

    hostname: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    timeout: float = 60.0
    api_version: str = "auto"

    @property
    def url(self) -> str:
        host = f"[{self.hostname}]" if ":" in self.hostname else self.hostname
        return f"https://{host}:{self.port}"


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers (case-insensitive) and text; `request` is `METHOD path`, for messages.

    `redact` blots the secrets of this conversation out of a text.
    """

    service: str
    request: str
    status: int
    headers: Mapping[str, str]
    text: str
    redact: Callable[[str], str] = field(default=str, repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def quoted(self) -> str:
        """How the answer begins, fit to be shown. Redacted first and cut then: half a secret would not be found."""
        return self.redact(self.text)[:QUOTED_BYTES]

    def json(self) -> Any:
        """The body as JSON; an empty body of a good answer is None. Raises BadAnswer with the first bytes shown."""
        if not self.text.strip():
            return None
        try:
            return json.loads(self.text)
        except ValueError:
            raise self.bad("the answer is not JSON") from None

    def bad(self, complaint: str) -> BadAnswer:
        """The error for an answer that is not what this service says, with its first bytes shown."""
        return BadAnswer(
            f"{complaint}; it begins with: {self.quoted!r}" if self.text.strip() else "the answer is empty",
            "Is this the address of the service itself, and not of a proxy or another product?",
            service=self.service,
            request=self.request,
            status=self.status,
        )


class Secrets:
    """The values that must never be shown, and the way to blot them out of a text."""

    def __init__(self) -> None:
        self._forms: tuple[str, ...] = ()

    def add(self, *values: Any) -> None:
        """Remember every text in these values, as it is and as JSON, forms and URLs would spell it."""
        forms = {
            form
            for value in _texts(values)
            for form in (value, json.dumps(value)[1:-1], quote(value, safe=""), quote_plus(value))
        }
        # The longest first: a secret may contain another one.
        self._forms = tuple(sorted(forms.union(self._forms), key=len, reverse=True))

    def redact(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, MASK)
        return text


def _texts(value: Any) -> Iterator[str]:
    """Every text in a structure that is not empty."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple | set):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str) and value:
        yield value


class Wire:
    """A `requests` session to one server. Knows no path, no meaning of any body, and nothing of Ansible."""

    def __init__(self, service: str, connection: Connection) -> None:
        if MISSING_REQUESTS:
            raise MissingLibrary(
                f"The Python library 'requests' is needed where this task runs ({MISSING_REQUESTS}).",
                "Install it there: python3 -m pip install requests",
            )
        self.service = service
        self.connection = connection
        self.secrets = Secrets()
        self.secrets.add(connection.password)
        if not connection.validate_certs:
            # The task warns once in its own words; urllib3 would once per request.
            disable_warnings()
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
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
        writes: bool = True,
    ) -> Answer:
        """Send one request and read its whole answer, whatever its status.

        `body` goes as JSON, `form` as a form. `writes=False` marks a POST without effect (an export, a login), whose
        lost answer is no unknown outcome. Raises Unreachable, CertificateRefused or UnknownOutcome.
        """
        request = f"{method} {path}"
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else form
        kind = {"Content-Type": "application/json"} if body is not None else {}
        try:
            answer = self._session.request(
                method,
                self.connection.url + path,
                params={name: _spelt(value) for name, value in (params or {}).items()},
                data=data,
                headers={"Accept": "application/json", **kind, **(headers or {})},
                # An explicit no-op: without it ~/.netrc would replace the Authorization header.
                auth=lambda prepared: prepared,
                timeout=self.connection.timeout,
                # Per request: REQUESTS_CA_BUNDLE silently overrides Session.verify.
                verify=self._verify(),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._lost(request, method not in SAFE_METHODS and writes, error) from None
        answer.encoding = "utf-8"
        return Answer(self.service, request, answer.status_code, answer.headers, answer.text, self.secrets.redact)

    def status_of(self, path: str, headers: Mapping[str, str] | None = None) -> int:
        """The status of a GET whose body is of no interest (and may be megabytes): it is not read."""
        try:
            with self._session.get(
                self.connection.url + path,
                headers=dict(headers or {}),
                auth=lambda prepared: prepared,
                timeout=self.connection.timeout,
                verify=self._verify(),
                allow_redirects=False,
                stream=True,
            ) as answer:
                return answer.status_code
        except requests.RequestException as error:
            raise self._lost(f"GET {path}", False, error) from None

    def _verify(self) -> bool | str:
        if not self.connection.validate_certs:
            return False
        return self.connection.ca_path or True

    def _lost(self, request: str, effect: bool, error: Exception) -> RestError:
        """What a conversation that broke off means for whoever wanted it."""
        server = f"{self.connection.hostname}:{self.connection.port}"
        causes = list(_causes(error))
        reason = self.secrets.redact(str(causes[-1]))
        told: dict[str, Any] = {"service": self.service, "request": request}
        if any(isinstance(cause, requests.exceptions.SSLError) for cause in causes):
            return CertificateRefused(
                f"the certificate of {server} is not trusted: {reason}",
                "Give the certificate authority's file as ca_path (preferred), or set validate_certs to false.",
                **told,
            )
        if any(type(cause).__name__ in NEVER_SENT for cause in causes):
            return Unreachable(
                f"{server} does not answer: {reason}",
                "Check name, port, firewall and that the service runs.",
                **told,
            )
        if effect:
            return UnknownOutcome(
                f"the connection to {server} broke before the answer arrived: {reason}",
                "The request may have been carried out; run the task again: it looks before it writes.",
                **told,
            )
        return BadAnswer(
            f"the connection to {server} broke before the answer arrived: {reason}",
            "Nothing was changed by this request; run the task again.",
            **told,
        )


def _spelt(value: Any) -> Any:
    """A value of a query as JSON would spell it: true, not True."""
    return json.dumps(value) if isinstance(value, bool) else value


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it wraps, what that wraps, down to the first reason."""
    seen: BaseException | None = error
    while isinstance(seen, BaseException):
        yield seen
        inner = next((part for part in seen.args if isinstance(part, BaseException)), None)
        seen = getattr(seen, "reason", None) or inner
