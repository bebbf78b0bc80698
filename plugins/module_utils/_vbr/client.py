# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Veeam Backup & Replication speaks: OAuth form login, a revision header on every call, skip/limit pages, sessions.

Sources: facts/vbr.md 1 (login, versioning), 2.4 (sessions), 4 (errors, lists).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any

from .._core.answer import Answer, Fits
from .._core.connection import Clock, Connection
from .._core.errors import AuthFailed, BadAnswer, Rejected, RestError, TimedOut, of_status, quoted
from .._core.http import Http
from .._core.polling import follow
from .._core.sign_in import arrive, leave
from .._core.tokens import Tokens
from .revisions import NEWEST_FIRST

# The revisions whose field names are known, newest first.
# No server will ever serve it, so that its refusal lists what is served (facts/vbr.md 1.3).
NO_REVISION = "0.0-rev0"
PAGE_ROWS = 200
FINISHED = "Stopped"

MFA_HINT = (
    "Check user name and password. An account with multi-factor authentication gets the same answer: "
    "REST needs an account that is marked as a service account."
)


def is_page(value: Any) -> bool:
    """Whether this is a page of a list: rows, and how many there are in all."""
    if not isinstance(value, Mapping) or not isinstance(value.get("pagination") or {}, Mapping):
        return False
    rows = value.get("data")
    return isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)


def is_session(value: Any) -> bool:
    """Whether this is a session. Other objects have a state too, but none has a type of session."""
    return isinstance(value, Mapping) and all(value.get(key) for key in ("id", "state", "sessionType"))


class Vbr:
    """One signed-in conversation with one backup server; use it as a context manager.

    `revision` is the API revision in use. Entering chooses it and signs in, leaving always signs out. Raises RestError.
    """

    SERVICE = "VBR"
    PORT = 9419
    VERSION_OPTION = "api_version"
    VERSIONS = ("auto", *NEWEST_FIRST)

    def __init__(
        self,
        connection: Connection,
        clock: Clock | None = None,
        candidates: Iterable[str] = NEWEST_FIRST,
        prefer: Callable[[str], bool] = lambda revision: True,
    ) -> None:
        """`candidates` are tried in their order when the revision is `auto`; one that `prefer` accepts wins."""
        self.connection = connection
        self.clock = clock or Clock()
        self.revision = ""
        self.http = Http(self.SERVICE, connection)
        self._candidates = tuple(candidates)
        self._prefer = prefer
        self._refusal: Answer | None = None
        self._listed: list[str] = []
        self._tokens = Tokens(self.clock, "refresh_token", self._token, self._sign_in, self._keep_token)

    def __enter__(self) -> Vbr:
        arrive(self.http, self._arrive)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        leave(self.http, self._sign_out)

    def _arrive(self) -> None:
        self.revision = self._choose_revision()
        self._sign_in()

    # -- which revision ------------------------------------------------------------------------------------------------

    def serves(self, revision: str) -> bool:
        """Whether the server serves this revision; asked without signing in.

        The server's description of the revision answers, and where there is none, the list in the server's refusal.
        """
        if not self._listed and self.http.status_of(f"/swagger/v{revision}/swagger.json") == HTTPStatus.OK:
            return True
        return revision in self._told()

    def _told(self) -> list[str]:
        """The revisions that the server lists when it refuses one; empty when it lists none."""
        if self._refusal is None:
            self._refusal = self.http.send("GET", "/api/v1/serverTime", headers={"x-api-version": NO_REVISION})
            self._listed = re.findall(r"\d+\.\d+-rev\d+", self._refusal.text.partition("following versions")[2])
        return self._listed

    def served(self) -> list[str]:
        """Every revision that the server tells of, also those not spoken here, newest first."""
        told = sorted(self._told(), key=lambda revision: [int(part) for part in re.findall(r"\d+", revision)])
        return told[::-1] or [revision for revision in NEWEST_FIRST if self.serves(revision)]

    def _choose_revision(self) -> str:
        """The revision the user named, else the first candidate that is served and preferred, else served."""
        wanted = self.connection.api_version
        if wanted != "auto":
            return wanted
        fallback = ""
        for revision in filter(self.serves, self._candidates):
            if self._prefer(revision):
                return revision
            fallback = fallback or revision
        if fallback:
            return fallback
        if self._refusal is not None and self._refusal.status != HTTPStatus.BAD_REQUEST:
            raise self._refusal.bad("no API revision is told") if self._refusal.ok else self.error(self._refusal)
        raise Rejected(
            f"no common API revision: the server serves {', '.join(self._listed) or 'none that it tells of'}, "
            f"spoken here are {', '.join(self._candidates)}",
            "If the server does serve one of these, name it as api_version.",
            service=self.SERVICE,
        )

    # -- signing in ----------------------------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        """Get a token by password."""
        answer = self._token(
            {"grant_type": "password", "username": self.connection.username, "password": self.connection.password}
        )
        refused = answer.status == HTTPStatus.BAD_REQUEST and _code(answer) == "AccessDenied"
        if refused or answer.status == HTTPStatus.UNAUTHORIZED:
            raise AuthFailed(
                f"sign-in as '{self.connection.username}' was refused",
                MFA_HINT,
                service=self.SERVICE,
                request=answer.request,
                status=answer.status,
                code=_code(answer),
            )
        if not answer.ok:
            raise self.error(answer)
        self._keep_token(answer)

    def _sign_out(self) -> None:
        """As any call: a token that ended meanwhile is renewed, or its refresh token lives on for days."""
        if self._tokens.access:
            self.call("POST", "/api/oauth2/logout", writes=False)

    def _token(self, form: Mapping[str, str]) -> Answer:
        return self.http.send(
            "POST", "/api/oauth2/token", headers={"x-api-version": self.revision}, form=form, writes=False
        )

    def _keep_token(self, answer: Answer) -> None:
        token = answer.json()
        if not isinstance(token, Mapping) or not token.get("access_token"):
            raise answer.bad("the answer holds no access token")
        self.http.secrets.add(*(str(token.get(name) or "") for name in ("access_token", "refresh_token")))
        self._tokens.take(token)

    # -- calling -------------------------------------------------------------------------------------------------------

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        *,
        writes: bool = True,
        fits: Fits | None = None,
    ) -> Any:
        """One request; returns the JSON of a good answer (None for an empty one). Raises RestError for any other.

        `fits` says whether the JSON is what this request is answered with.
        """
        self._tokens.keep_fresh()
        answer = self._send(method, path, body, params, writes=writes)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            # Refused before anything was done with it, so that sending it again is safe, also for a write.
            self._tokens.renew()
            answer = self._send(method, path, body, params, writes=writes)
        if not answer.ok:
            raise self.error(answer)
        value = answer.json()
        if fits and not fits(value):
            raise answer.bad("the answer is not what this request is answered with")
        return value

    def _send(
        self, method: str, path: str, body: Any = None, params: Mapping[str, Any] | None = None, *, writes: bool = True
    ) -> Answer:
        headers = {"x-api-version": self.revision, **self._tokens.header}
        return self.http.send(method, path, headers=headers, body=body, params=params, writes=writes)

    def pages(self, path: str, params: Mapping[str, Any] | None = None, skip: int = 0) -> Iterator[dict[str, Any]]:
        """Every row of a list but the first `skip`, page by page, to its end."""
        while True:
            page = self.call("GET", path, params={**(params or {}), "skip": skip, "limit": PAGE_ROWS}, fits=is_page)
            rows = page["data"]
            yield from rows
            skip += len(rows)
            total = (page.get("pagination") or {}).get("total")
            if len(rows) < PAGE_ROWS if total is None else not rows or skip >= total:
                return

    def settle(
        self, path: str, timeout: float, watch: Callable[[Mapping[str, Any]], None] = lambda session: None
    ) -> dict[str, Any]:
        """Follow the session at `path` until it is Stopped; returns it. Raises TimedOut after `timeout` seconds.

        `watch` is shown every answer. Success and failure both end in this one state (facts/vbr.md 2.4). A poll that
        goes wrong is one poll: the work at the server goes on, so only several in a row end the wait.
        """

        def read() -> dict[str, Any]:
            session: dict[str, Any] = self.call("GET", path, fits=is_session)
            watch(session)
            return session

        def late(session: dict[str, Any] | None) -> TimedOut:
            seen = session or {}
            return TimedOut(
                f"session {seen.get('id')} is still {seen.get('state')} after {timeout:g} seconds",
                "It goes on at the server. Run the task again, or raise wait_timeout.",
                service=self.SERVICE,
                request=f"GET {path}",
            )

        return follow(read, lambda session: session["state"] == FINISHED, self.clock, timeout, late)

    def error(self, answer: Answer) -> RestError:
        """The exception for an answer that is not 2xx, with the server's own words, redacted."""
        message = str(_error_body(answer).get("message") or "")
        told: dict[str, Any] = {"service": self.SERVICE, "request": answer.request, "status": answer.status}
        told["code"] = _code(answer)
        said = self.http.secrets.redact(message) or f"the answer begins with: {quoted(answer.quoted)}"
        return of_status(answer.status)(said, self._advice(answer.status, message), **told)

    def _advice(self, status: int, message: str) -> str:
        """What to do about an answer that is not 2xx."""
        match status:
            case 401:
                return MFA_HINT
            case 403:
                return f"User '{self.connection.username}' needs the role Veeam Backup Administrator."
            case 400 if "api version" in message.lower() or "restapi version" in message.lower():
                return "Set api_version to auto or to one of the versions in the list."
            case status if status >= 500:
                return "The server's own logs tell more."
            case status if status < 400:
                return "Is there a proxy or another product at this address?"
        return ""


def _code(answer: Answer) -> str:
    return str(_error_body(answer).get("errorCode") or "")


def _error_body(answer: Answer) -> Mapping[str, Any]:
    """The error object of an answer; empty when it has none (an empty 401, a proxy's page)."""
    try:
        body = answer.json()
    except BadAnswer:
        return {}
    return body if isinstance(body, Mapping) else {}
