# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a vCenter Server Appliance speaks: a session by Basic sign-in, one header on every call, /api or /rest.

Source: facts/vcsa.md 0 to 2.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any

from .._core.answer import Answer, Fits
from .._core.connection import Clock, Connection
from .._core.errors import AuthFailed, RestError, quoted
from .._core.http import Http
from .._core.sign_in import arrive, leave
from .._core.times import moment_of, now
from .styles import STYLES, Request, complaint, kind_of, request_for, value_of

AUTO = "auto"
SESSION_HEADER = "vmware-api-session-id"
# Without it /rest sets a cookie too, which nobody here would send.
BY_HEADER = {"vmware-use-header-authn": "true"}
# How a server answers a sign-in in a style that it does not have.
ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)

SIGN_IN_HINT = (
    "Check user name and password; the appliance does not tell which of them is wrong. A user of vCenter Single "
    "Sign-On is named with its domain, as in administrator@vsphere.local."
)
ROLE_HINT = (
    "User '{user}' needs to be in the group SystemConfiguration.Administrators of vCenter Single Sign-On; "
    "a role in vCenter is not enough."
)
STYLE_HINT = "/api came with 7.0 Update 2, older builds have /rest alone: set api_style to auto."
CROWDED_HINT = "The sign-in service is down, or there are too many sessions: end those that others left behind."


class Vcsa:
    """One signed-in conversation with one appliance; use it as a context manager.

    `style` is the one in use. Entering chooses it and signs in, leaving always signs out. Raises RestError.
    """

    SERVICE = "VCSA"
    PORT = 443
    VERSION_OPTION = "api_style"
    VERSIONS = (AUTO, *STYLES)

    def __init__(self, connection: Connection, clock: Clock | None = None) -> None:
        self.connection = connection
        self.clock = clock or Clock()
        self.http = Http(self.SERVICE, connection)
        wanted = connection.api_version
        # Those that may be tried, until one has answered.
        self._styles = list(STYLES.values()) if wanted == AUTO else [STYLES[wanted]]
        self._session = ""
        pair = f"{connection.username}:{connection.password}".encode()
        self._basic = b64encode(pair).decode("ascii")
        self.http.secrets.add(self._basic)

    @property
    def style(self) -> str:
        return self._styles[0].name

    def __enter__(self) -> Vcsa:
        arrive(self.http, self._sign_in)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        leave(self.http, self._sign_out)

    # -- signing in ----------------------------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        """Get a session, in the first style that the appliance has."""
        self._session = ""
        answer = self._ask_for_session()
        while answer.status in ABSENT and len(self._styles) > 1:
            self._styles = self._styles[1:]
            answer = self._ask_for_session()
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise AuthFailed(
                f"sign-in as '{self.connection.username}' was refused",
                SIGN_IN_HINT,
                service=self.SERVICE,
                request=answer.request,
                status=answer.status,
                code=complaint(answer)[0],
            )
        if not answer.ok:
            raise self.error(answer)
        session = value_of(self._styles[0], answer)
        if not isinstance(session, str) or not session:
            raise answer.bad("the answer holds no session")
        self._styles = self._styles[:1]
        self._session = session
        self.http.secrets.add(session)

    def _ask_for_session(self) -> Answer:
        headers = {"Authorization": f"Basic {self._basic}", **BY_HEADER}
        return self.http.send("POST", self._styles[0].session, headers=headers, writes=False)

    def _sign_out(self) -> None:
        """A session that ended meanwhile needs no end."""
        if self._session:
            self._send(Request("DELETE", self._styles[0].session, {}, None, writes=False))

    def now(self) -> datetime:
        """What time it is at the appliance, by the last use of the session; here, if the appliance does not tell."""
        method, _space, path = self._styles[0].asking.partition(" ")
        with suppress(RestError):
            told = self._answered(Request(method, path, {}, None, writes=False))
            moment = moment_of(told.get("last_accessed_time")) if isinstance(told, Mapping) else None
            if moment:
                return moment
        return now()

    # -- calling -------------------------------------------------------------------------------------------------------

    def call(self, operation: str, fits: Fits | None = None, **arguments: Any) -> Any:
        """One operation; returns what a good answer holds (None for nothing). Raises RestError for any other.

        `fits` says whether that is what the operation is answered with. Arguments that are None are not sent.
        """
        return self._answered(request_for(self._styles[0], operation, arguments), fits)

    def _answered(self, request: Request, fits: Fits | None = None) -> Any:
        answer = self._send(request)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            # The session is over. Refused before anything was done, so that sending it again is safe, also for a write.
            self._sign_in()
            answer = self._send(request)
        if not answer.ok:
            raise self.error(answer)
        value = value_of(self._styles[0], answer)
        if fits and not fits(value):
            raise answer.bad("the answer is not what this request is answered with")
        return value

    def _send(self, request: Request) -> Answer:
        return self.http.send(
            request.method,
            request.path,
            headers={SESSION_HEADER: self._session},
            params=request.params,
            body=request.body,
            writes=request.writes,
        )

    # -- what is shown -------------------------------------------------------------------------------------------------

    def error(self, answer: Answer) -> RestError:
        """The exception for an answer that is not 2xx, with the appliance's own words, redacted."""
        code, message = complaint(answer)
        said = self.http.secrets.redact(message) or f"the answer begins with: {quoted(answer.quoted)}"
        hint = self._advice(answer.status)
        told: dict[str, Any] = {"service": self.SERVICE, "request": answer.request, "status": answer.status}
        return kind_of(answer.status, code)(said, hint, code=code, **told)

    def _advice(self, status: int) -> str:
        """What to do about an answer that is not 2xx."""
        match status:
            case 401:
                return SIGN_IN_HINT
            case 403:
                return ROLE_HINT.format(user=self.connection.username)
            case 404 | 405 if not self._session:
                return STYLE_HINT
            case 503:
                return CROWDED_HINT
            case status if status < 400:
                return "Is there a proxy or another product at this address?"
        return ""

    def redacted(self, value: Any) -> Any:
        """A value from an answer, fit to be shown."""
        return _mapped(value, self.http.secrets.redact)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A value with every text in it changed."""
    if isinstance(value, Mapping):
        return {name: _mapped(part, change) for name, part in value.items()}
    if isinstance(value, list):
        return [_mapped(part, change) for part in value]
    return change(value) if isinstance(value, str) else value
