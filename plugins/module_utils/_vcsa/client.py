# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a vCenter Server Appliance speaks: a session by Basic sign-in, one header on every call, /api or /rest.

Source: facts/vcsa.md 0 to 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Any

from .._core.answer import Answer, Fits, advice_for, error_of
from .._core.connection import Clock, Connection
from .._core.errors import RestError
from .._core.http import Http
from .._core.parallel import to_its_end
from .._core.sign_in import (
    Renewal,
    basic_authorization,
    close,
    enter,
    sealed,
    sign_in_refused,
    token_in,
)
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

    Entering chooses the `style` and signs in, leaving always signs out. Raises RestError.
    """

    SERVICE = "VCSA"
    PORT = 443
    VERSION_OPTION = "api_style"
    VERSIONS = (AUTO, *STYLES)

    def __init__(self, connection: Connection, clock: Clock | None = None) -> None:
        self.connection = connection
        self.clock = clock or Clock()
        self.http = Http(self.SERVICE, connection, self.clock)
        # Those that may be tried, until one has answered.
        self._styles = [style for name, style in STYLES.items() if connection.api_version in (AUTO, name)]
        self._session = ""
        self._renewal = Renewal(lambda: self._session, self._sign_in)

    @property
    def style(self) -> str:
        return self._styles[0].name

    def __enter__(self) -> Vcsa:
        enter(self.http, lambda: to_its_end(self._sign_in), self._sign_out)
        return self

    def __exit__(self, *_failure: object) -> None:
        close(self.http, self._sign_out)

    # -- signing in ----------------------------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        """Get a session, in the first style that the appliance has."""
        self._session = ""
        answer = self._ask_for_session()
        while answer.status in ABSENT and len(self._styles) > 1:
            self._styles = self._styles[1:]
            answer = self._ask_for_session()
        if answer.status == HTTPStatus.UNAUTHORIZED:
            code, reason = complaint(answer)
            raise sign_in_refused(answer, self.connection, SIGN_IN_HINT, reason=reason, code=code)
        if not answer.ok:
            raise self.error(answer)
        session = value_of(self._styles[0], answer)
        self.http.secrets.add(session)
        self._session = token_in(answer, "session", session)
        self._styles = self._styles[:1]

    def _ask_for_session(self) -> Answer:
        headers = {**basic_authorization(self.http), **BY_HEADER}
        return sealed(self.http, self.http.send("POST", self._styles[0].session, headers=headers, writes=False))

    def _sign_out(self) -> None:
        """End the session. One that is over already is not renewed for this."""
        if self._session:
            self._send(self._session, Request("DELETE", self._styles[0].session, {}, None, writes=False))

    def now(self) -> datetime:
        """The time at the appliance, by the last use of the session; the time here if the appliance does not say it."""
        method, _space, path = self._styles[0].asking.partition(" ")
        with suppress(RestError):
            session = self._answered(Request(method, path, {}, None, writes=False))
            moment = moment_of(session.get("last_accessed_time")) if isinstance(session, Mapping) else None
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
        answer = self._renewal.send(lambda session: self._send(session, request))
        self.connection.trail.note(answer.request, answer.ok, request.writes)
        if not answer.ok:
            raise self.error(answer)
        return answer.unless_lost(
            lambda: answer.fitting(value_of(self._styles[0], answer), fits), request.writes and fits is not None
        )

    def _send(self, session: str, request: Request) -> Answer:
        return self.http.send(
            request.method,
            request.path,
            headers={SESSION_HEADER: session},
            params=request.params,
            body=request.body,
            writes=request.writes,
        )

    # -- what is shown -------------------------------------------------------------------------------------------------

    def error(self, answer: Answer) -> RestError:
        """The error for an answer that is not 2xx, with what the appliance says, redacted."""
        code, message = complaint(answer)
        return error_of(answer, message, self._advice(answer.status), kind_of(answer.status, code), code=code)

    def _advice(self, status: int) -> str:
        without_session = {} if self._session else {404: STYLE_HINT, 405: STYLE_HINT}
        role = ROLE_HINT.format(user=self.connection.username)
        return advice_for(status, {401: SIGN_IN_HINT, 403: role, 503: CROWDED_HINT, **without_session})

    def redacted(self, value: Any) -> Any:
        """A value from an answer, fit to be shown."""
        return self.http.secrets.redact_within(value)
