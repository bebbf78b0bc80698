# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Veeam Backup for Microsoft Azure speaks: OAuth form login, the version in the path, Offset/Limit pages, problems.

Sources: facts/vbaz.md 2 (versions), 3 (login), 4 (sessions), 6 (errors).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from .._core.answer import Answer, Fits, advice_for, error_of
from .._core.connection import Clock, Connection
from .._core.errors import AuthFailed, Rejected, RestError
from .._core.http import Download, Http
from .._core.paging import Listing, Page, Reading, Row, whole
from .._core.shape import NUMBER, STRING, Shape, shaped
from .._core.sign_in import close, enter, sign_in_refused
from .._core.times import UTC, now
from .._core.tokens import Tokens

AUTO = "auto"
NEWEST_FIRST = ("v8.1", "v8", "v7", "v6", "v5", "v4", "v3", "v1")
# It writes the names of query parameters with a small letter, its export takes no filters and is documented to answer
# with JSON (seed 002).
OLDEST = "v1"
# From then on the export is documented to be a file and nothing else; older pages name JSON too (facts/updates.md).
FILE_EXPORT_SINCE = "v8"
# What a version that is served answers to whoever has not signed in (facts/vbaz.md 2).
SERVED = frozenset({HTTPStatus.OK, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
TOKEN = "/api/oauth2/token"
PAGE_ROWS = 500

LICENSE_HINT = "Accept the license agreement in the web interface of the appliance, then run the task again."
REFUSED_HINT = "Check user name and password."
MFA_HINT = (
    "The account has multi-factor authentication, and no task can enter its code. "
    "Use an account of the appliance that signs in by password alone."
)


# What is used of any row, and of a session; its status is all that it must have (facts/vbaz.md 4.5).
ROW: Mapping[str, Shape] = {"id": STRING, "name": STRING}
SESSION: Shape = {
    **ROW,
    "status!": STRING,
    "type": STRING,
    "executionStartTime": STRING,
    "executionStopTime": STRING,
}
is_session = shaped(SESSION)


class Vbaz:
    """One signed-in conversation with one appliance; use it as a context manager.

    Entering chooses the API `version` and signs in, leaving always signs out. Paths are given without
    `/api/<version>`. Raises RestError.
    """

    SERVICE = "VBAZ"
    PORT = 443
    VERSION_OPTION = "api_version"
    VERSIONS = (AUTO, *NEWEST_FIRST)

    def __init__(self, connection: Connection, clock: Clock | None = None) -> None:
        self.connection = connection
        self.clock = clock or Clock()
        self.version = ""
        self._date = ""
        self.http = Http(self.SERVICE, connection, self.clock)
        self._tokens = Tokens(
            self.http, self.clock, self._request_token, self._check_tokens, "Password", "Refresh_token"
        )

    def __enter__(self) -> Vbaz:
        enter(self.http, self._sign_in, self._sign_out)
        return self

    def __exit__(self, *_failure: object) -> None:
        close(self.http, self._sign_out)

    # -- which version -------------------------------------------------------------------------------------------------

    def serves(self, version: str) -> bool:
        """Whether the appliance serves this version; this needs no sign-in."""
        with self.http.download("GET", f"/api/{version}/system/about") as answer:
            if answer.status in SERVED:
                # A page in its place is what a web server gives for any path that it does not know.
                return answer.status != HTTPStatus.OK or "json" in answer.headers.get("Content-Type", "").lower()
            if answer.status == HTTPStatus.NOT_FOUND:
                return False
            raise self.error(answer.whole())

    def served(self) -> list[str]:
        """Every version known here that the appliance serves, newest first."""
        return [version for version in NEWEST_FIRST if self.serves(version)]

    def _choose_version(self) -> str:
        """The version the user named, else the newest one that is served."""
        if self.connection.api_version != AUTO:
            return self.connection.api_version
        for version in filter(self.serves, NEWEST_FIRST):
            return version
        raise Rejected(
            f"none of the API versions known here is served: {', '.join(NEWEST_FIRST)}",
            "Is this the address of the appliance? If it does serve one of these, name it as api_version.",
            service=self.SERVICE,
        )

    # -- signing in ----------------------------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        self.version = self._choose_version()
        self._tokens.sign_in()

    def _sign_out(self) -> None:
        """As any request: a token that ended meanwhile is renewed, or its refresh token lives on for days."""
        if self._tokens.access:
            self._request("DELETE", TOKEN, writes=False)

    def _request_token(self, form: Mapping[str, str]) -> Answer:
        return self.http.send("POST", TOKEN, form=form, writes=False)

    def _check_tokens(self, answer: Answer) -> None:
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
            raise sign_in_refused(answer, self.connection, REFUSED_HINT, reason=_message(answer))
        if not answer.ok:
            raise self.error(answer)
        token = answer.json_object()
        if token.get("mfa_enabled") and not token.get("access_token"):
            raise AuthFailed(
                f"sign-in at {self.connection.place} as '{self.connection.username}' waits for a second factor",
                MFA_HINT,
                service=self.SERVICE,
                request=answer.request,
                status=answer.status,
            )

    # -- calling -------------------------------------------------------------------------------------------------------

    def read(self, path: str, fits: Fits) -> dict[str, Any]:
        """One object, which has to have this shape. Raises RestError for any other answer."""
        answer = self._request("GET", self._root + path)
        value: dict[str, Any] = answer.json()
        return answer.fitting(value, fits)

    @contextmanager
    def download(self, method: str, path: str, accept: str, body: Any = None) -> Iterator[Download]:
        """One request without effect whose good answer is read piece by piece. Raises RestError for any other."""
        with ExitStack() as stack:

            def send(bearer: Mapping[str, str]) -> Download:
                # The one that was refused ends before it is asked for again.
                stack.close()
                headers = {**bearer, "Accept": accept}
                return stack.enter_context(self.http.download(method, self._root + path, headers=headers, body=body))

            answer = self._tokens.send(send)
            if not answer.ok:
                raise self.error(answer.whole())
            yield answer

    def now(self) -> datetime:
        """The time at the appliance, by the head of its latest answer; the time here if that does not say it."""
        with suppress(ValueError, TypeError, IndexError, OverflowError):
            moment = parsedate_to_datetime(self._date)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return now()

    def listed(self, path: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """Every row of a list. Raises BadAnswer."""
        return whole(self._listing(path, params))

    def pages(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[Row]:
        """Every row of a list whose new rows come first, such as sessions, page by page. None of them is kept.

        Raises ListMoved, at the end, if rows were removed meanwhile: read it inside of `settled`.
        """
        return Reading(self._listing(path, params, SESSION, newest_first=True)).rows()

    def _listing(
        self, path: str, params: Mapping[str, Any] | None, row: Shape | None = None, newest_first: bool = False
    ) -> Listing:
        def ask(_pages: int, rows: int) -> Page:
            return self._page(path, {**(params or {}), "Offset": rows, "Limit": PAGE_ROWS}, row or ROW)

        request = f"GET {self._root}{path}"
        return Listing(
            self.SERVICE, request, ask, "totalCount", PAGE_ROWS, newest_first=newest_first, lanes=self.http.lanes
        )

    def _page(self, path: str, params: Mapping[str, Any], row: Shape) -> Page:
        """One page. It may have less rows than it was asked for, and need not say how many there are in all."""
        answer = self._request("GET", self._root + path, params=self._query(params))
        page = answer.fitting(answer.json(), shaped({"offset!": NUMBER, "results": [row]}))
        if page["offset"] != params["Offset"]:
            raise answer.bad(f"the list was asked for from {params['Offset']} and begins at {page['offset']}")
        rows = page.get("results") or []
        return Page(rows, page.get("totalCount"), more=bool(rows))

    def _query(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """A query with its names as the version in use writes them; they are case-sensitive (facts/vbaz.md 2)."""
        given = {name: value for name, value in params.items() if value is not None}
        if self.version != OLDEST:
            return given
        return {name[:1].lower() + name[1:]: value for name, value in given.items()}

    @property
    def _root(self) -> str:
        return f"/api/{self.version}"

    def _request(
        self, method: str, path: str, params: Mapping[str, Any] | None = None, *, writes: bool = True
    ) -> Answer:
        """The good answer to one request that bears the token. Raises RestError for any other."""

        def send(bearer: Mapping[str, str]) -> Answer:
            return self.http.send(method, path, headers=bearer, params=params, writes=writes)

        answer = self._tokens.send(send)
        self.connection.trail.note(answer.request, answer.ok, writes)
        self._date = str(answer.headers.get("Date") or self._date)
        if not answer.ok:
            raise self.error(answer)
        return answer

    def error(self, answer: Answer) -> RestError:
        """The error for an answer that is not 2xx, with what the appliance says, redacted."""
        trace = answer.redact(str(answer.json_object().get("traceId") or ""))
        facts: dict[str, Any] = {"trace_id": trace} if trace else {}
        return error_of(answer, _message(answer), self._advice(answer), **facts)

    def _advice(self, answer: Answer) -> str:
        role = f"User '{self.connection.username}' needs a role that may see session logs, for example Portal Operator."
        licensed = not answer.json_object().get("licenseAgreementAcceptanceRequired")
        pause = answer.headers.get("Retry-After")
        version = {404: f"If the appliance does not serve {self.version}, set api_version to auto."}
        known = {
            401: "The appliance takes no token of this account: check the account.",
            403: role if licensed else LICENSE_HINT,
            429: f"The appliance is busy: try again {f'after {pause} seconds' if pause else 'later'}.",
            500: "The appliance's own logs tell more.",
        }
        return advice_for(answer.status, known | (version if self.version else {}))


def _message(answer: Answer) -> str:
    """What the appliance says about a problem, also about its single fields (facts/vbaz.md 6)."""
    problem = answer.json_object()
    parts = [str(problem.get("detail") or problem.get("title") or ""), *_field_messages(problem.get("errors"))]
    return "; ".join(part for part in parts if part)


def _field_messages(errors: Any) -> Iterator[str]:
    if isinstance(errors, Mapping):
        for name, messages in errors.items():
            listed = messages if isinstance(messages, list) else [messages]
            yield f"{name}: {', '.join(map(str, listed))}"
