# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Veeam Backup for Microsoft Azure speaks: OAuth form login, the version in the path, Offset/Limit pages, problems.

Sources: facts/vbaz.md 2 (versions), 3 (login), 4 (sessions), 6 (errors).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from types import TracebackType
from typing import Any

from .._core.answer import Answer, Fits
from .._core.connection import Clock, Connection
from .._core.errors import AuthFailed, Rejected, RestError, of_status, quoted
from .._core.http import Download, Http
from .._core.sign_in import arrive, leave
from .._core.tokens import Tokens
from .words import advice, is_page, problem, said

AUTO = "auto"
NEWEST_FIRST = ("v8.1", "v8", "v7", "v6", "v5", "v4", "v3", "v1")
# It writes the names of query parameters with a small letter, its export takes no filters and is documented to answer
# with JSON (seed 002).
OLDEST = "v1"
# What a version that is served answers to whoever has not signed in (facts/vbaz.md 2).
SERVED = frozenset({HTTPStatus.OK, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
TOKEN = "/api/oauth2/token"
PAGE_ROWS = 500

REFUSED_HINT = "Check user name and password."
MFA_HINT = (
    "The account has multi-factor authentication, and no task can enter its code. "
    "Use an account of the appliance that signs in by password alone."
)


class Vbaz:
    """One signed-in conversation with one appliance; use it as a context manager.

    `version` is the API version in use. Entering chooses it and signs in, leaving always signs out. Raises RestError.
    Paths are given without `/api/<version>`.
    """

    SERVICE = "VBAZ"
    PORT = 443
    VERSION_OPTION = "api_version"
    VERSIONS = (AUTO, *NEWEST_FIRST)

    def __init__(self, connection: Connection, clock: Clock | None = None) -> None:
        self.connection = connection
        self.clock = clock or Clock()
        self.version = ""
        self.http = Http(self.SERVICE, connection)
        self._tokens = Tokens(self.clock, "Refresh_token", self._token, self._sign_in, self._keep_token)

    def __enter__(self) -> Vbaz:
        arrive(self.http, self._arrive)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        leave(self.http, self._sign_out)

    def _arrive(self) -> None:
        self.version = self._choose_version()
        self._sign_in()

    # -- which version -------------------------------------------------------------------------------------------------

    def serves(self, version: str) -> bool:
        """Whether the appliance serves this version; asked without signing in."""
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
        """Get a token by password."""
        answer = self._token(
            {"grant_type": "Password", "username": self.connection.username, "password": self.connection.password}
        )
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
            reason = self.http.secrets.redact(said(answer))
            raise AuthFailed(
                f"sign-in as '{self.connection.username}' was refused{f': {reason}' if reason else ''}",
                REFUSED_HINT,
                service=self.SERVICE,
                request=answer.request,
                status=answer.status,
            )
        if not answer.ok:
            raise self.error(answer)
        self._keep_token(answer)

    def _sign_out(self) -> None:
        """As any request: a token that ended meanwhile is renewed, or its refresh token lives on for days."""
        if self._tokens.access:
            self._ask("DELETE", TOKEN, writes=False)

    def _token(self, form: Mapping[str, str]) -> Answer:
        return self.http.send("POST", TOKEN, form=form, writes=False)

    def _keep_token(self, answer: Answer) -> None:
        token = answer.json()
        token = token if isinstance(token, Mapping) else {}
        self.http.secrets.add(*(str(token.get(name) or "") for name in ("access_token", "refresh_token", "mfa_token")))
        if not token.get("access_token"):
            raise self._no_token(answer, token)
        self._tokens.take(token)

    def _no_token(self, answer: Answer, token: Mapping[str, Any]) -> RestError:
        """The error for a good answer without a token: the appliance waits for a second factor, or is none."""
        if not token.get("mfa_enabled"):
            return answer.bad("the answer holds no access token")
        return AuthFailed(
            f"sign-in as '{self.connection.username}' waits for a second factor",
            MFA_HINT,
            service=self.SERVICE,
            request=answer.request,
            status=answer.status,
        )

    # -- calling -------------------------------------------------------------------------------------------------------

    def read(self, path: str, fits: Fits) -> dict[str, Any]:
        """One object, which has to have this shape. Raises RestError for any other answer."""
        answer = self._ask("GET", self._root + path)
        value: dict[str, Any] = answer.json()
        if not fits(value):
            raise answer.bad("the answer is not what this request is answered with")
        return value

    @contextmanager
    def download(self, method: str, path: str, accept: str, body: Any = None) -> Iterator[Download]:
        """One request without effect whose good answer is read piece by piece. Raises RestError for any other."""
        with ExitStack() as stack:
            answer = stack.enter_context(self._download(method, path, accept, body))
            if answer.status == HTTPStatus.UNAUTHORIZED:
                stack.close()
                self._tokens.renew()
                answer = stack.enter_context(self._download(method, path, accept, body))
            if not answer.ok:
                raise self.error(answer.whole())
            yield answer

    @contextmanager
    def _download(self, method: str, path: str, accept: str, body: Any) -> Iterator[Download]:
        self._tokens.keep_fresh()
        headers = {**self._tokens.header, "Accept": accept}
        with self.http.download(method, self._root + path, headers=headers, body=body) as answer:
            yield answer

    def pages(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """Every row of a list, page by page, to its end.

        A row that was on the page before is not told again: what is new comes first, and moves the others down.
        """
        offset, before = 0, set[Any]()
        while True:
            rows, total = self._page(path, {**(params or {}), "Offset": offset, "Limit": PAGE_ROWS})
            yield from (row for row in rows if row.get("id") is None or row["id"] not in before)
            before = {row.get("id") for row in rows}
            offset += len(rows)
            # A server may give less than it was asked for, and need not tell how many there are.
            if not rows or (len(rows) < PAGE_ROWS and total is not None and offset >= total):
                return

    def _page(self, path: str, params: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int | None]:
        """The rows of one page, and how many there are in all, if that is told."""
        answer = self._ask("GET", self._root + path, params=self._spelt(params))
        page = answer.json()
        if not is_page(page):
            raise answer.bad("the answer is no page of a list")
        if page.get("offset", params["Offset"]) != params["Offset"]:
            raise answer.bad(f"the list was asked for from {params['Offset']} and begins at {page['offset']}")
        return page.get("results") or [], page.get("totalCount")

    def _spelt(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """A query with its names as the version in use writes them; they are case-sensitive (facts/vbaz.md 2)."""
        given = {name: value for name, value in params.items() if value is not None}
        if self.version != OLDEST:
            return given
        return {name[:1].lower() + name[1:]: value for name, value in given.items()}

    @property
    def _root(self) -> str:
        return f"/api/{self.version}"

    def _ask(self, method: str, path: str, params: Mapping[str, Any] | None = None, *, writes: bool = True) -> Answer:
        """One authorised request with its good answer, renewing the token when that is over."""
        self._tokens.keep_fresh()
        answer = self.http.send(method, path, headers=self._tokens.header, params=params, writes=writes)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            # Refused before anything was done with it, so that sending it again is safe.
            self._tokens.renew()
            answer = self.http.send(method, path, headers=self._tokens.header, params=params, writes=writes)
        if not answer.ok:
            raise self.error(answer)
        return answer

    def error(self, answer: Answer) -> RestError:
        """The exception for an answer that is not 2xx, with the server's own words, redacted."""
        redact = self.http.secrets.redact
        words = redact(said(answer)) or f"the answer begins with: {quoted(answer.quoted)}"
        trace = redact(str(problem(answer).get("traceId") or ""))
        told: dict[str, Any] = {"service": self.SERVICE, "request": answer.request, "status": answer.status}
        told |= {"trace_id": trace} if trace else {}
        return of_status(answer.status)(words, advice(answer, self.connection.username, self.version), **told)
