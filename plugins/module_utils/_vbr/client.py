# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Veeam Backup & Replication speaks: OAuth form login, a revision header on every call, skip/limit pages, sessions.

Sources: facts/vbr.md 1 (login, versioning), 2.4 (sessions), 4 (errors, lists).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from .._core.answer import LOGS_ADVICE, Answer, Fits, advice_for, error_of
from .._core.connection import Clock, Connection
from .._core.errors import Rejected, RestError, ServerFault, TimedOut
from .._core.exchange import BODY_BYTES
from .._core.http import Http
from .._core.paging import Listing, Page, Row, whole
from .._core.polling import ended_badly, poll
from .._core.shape import NUMBER, STRING, Shape, asked_for, of_shape, shaped
from .._core.sign_in import close, enter, sign_in_refused
from .._core.tokens import Tokens
from .by_type import TYPE_FILTER, can_be_asked_by_type, rows_by_type, without_a_word
from .revisions import NEWEST_FIRST

AUTO = "auto"
# No server will ever serve it, so that its refusal lists what is served (facts/vbr.md 1.3).
NO_REVISION = "0.0-rev0"
PAGE_ROWS = 200
FINISHED = "Stopped"

MFA_HINT = (
    "Check user name and password. An account with multi-factor authentication gets the same answer: "
    "REST needs an account that is marked as a service account."
)


# What is used of any row of a list, of a session, and of an object that its id sets apart from others.
ROW: Shape = {"id": STRING, "name": STRING}
SESSION: Shape = {"id!": STRING, "state!": STRING, "sessionType!": STRING, "progressPercent": NUMBER}
IDENTIFIED: Shape = {"id!": STRING, "name": STRING, "type": STRING}
# How many rows there are in all is looked at where pages are read.
PAGE: Shape = {"data!": [ROW], "pagination": {}}
is_page = shaped(PAGE)
is_session_shaped = shaped(SESSION)


def is_session(value: Any) -> bool:
    """Whether this is a session. Other objects have a state too, but none has a type of session."""
    return of_shape(value, SESSION)


def session_of(session_id: str) -> Fits:
    """The check whether this is the session that was asked for."""
    is_it = asked_for(session_id)
    return lambda value: is_session_shaped(value) and is_it(value)


def finished(session: Mapping[str, Any]) -> bool:
    return session.get("state") == FINISHED or ended_badly(session.get("state"))


class Vbr:
    """One signed-in conversation with one backup server; use it as a context manager.

    Entering chooses the API `revision` and signs in, leaving always signs out. Raises RestError.
    """

    SERVICE = "VBR"
    PORT = 9419
    VERSION_OPTION = "api_version"
    VERSIONS = (AUTO, *NEWEST_FIRST)

    def __init__(
        self,
        connection: Connection,
        clock: Clock | None = None,
        candidates: Iterable[str] = NEWEST_FIRST,
        prefer: Callable[[str], bool] = lambda revision: True,
    ) -> None:
        """`candidates` are tried in their order if the revision is `auto`: the first served one that `prefer` accepts
        is taken, else the first served one.
        """
        self.connection = connection
        self.clock = clock or Clock()
        self.revision = ""
        self.http = Http(self.SERVICE, connection, self.clock)
        self.lanes = self.http.lanes
        self._candidates = tuple(candidates)
        self._prefer = prefer
        # The types of jobs that no list of this run had, although the server may have such jobs.
        self.unread_types: list[str] = []
        self._refusal: Answer | None = None
        self._listed: list[str] = []
        self._tokens = Tokens(self.http, self.clock, self._request_token, self._check_tokens)

    def __enter__(self) -> Vbr:
        enter(self.http, self._sign_in, self._sign_out)
        return self

    def __exit__(self, *_failure: object) -> None:
        close(self.http, self._sign_out)

    # -- which revision ------------------------------------------------------------------------------------------------

    def serves(self, revision: str) -> bool:
        """Whether the server serves this revision; this needs no sign-in.

        It does if it has a description of the revision, or if the list in its refusal names it.
        """
        if not self._listed and self.http.status_of(f"/swagger/v{revision}/swagger.json") == HTTPStatus.OK:
            return True
        return revision in self._revisions()

    def _revisions(self) -> list[str]:
        """The revisions that the server lists when it refuses one; empty when it lists none."""
        if self._refusal is None:
            self._refusal = self.http.send("GET", "/api/v1/serverTime", headers={"x-api-version": NO_REVISION})
            self._listed = re.findall(r"\d+\.\d+-rev\d+", self._refusal.text.partition("following versions")[2])
        return self._listed

    def served(self) -> list[str]:
        """Every revision that the server lists, newest first, also those not spoken here."""
        listed = sorted(self._revisions(), key=lambda revision: [int(part) for part in re.findall(r"\d+", revision)])
        return listed[::-1] or [revision for revision in NEWEST_FIRST if self.serves(revision)]

    def _choose_revision(self) -> str:
        """The revision the user named, else the best candidate."""
        if self.connection.api_version != AUTO:
            return self.connection.api_version
        fallback = ""
        for revision in filter(self.serves, self._candidates):
            if self._prefer(revision):
                return revision
            fallback = fallback or revision
        if fallback:
            return fallback
        if self._refusal is not None and self._refusal.status != HTTPStatus.BAD_REQUEST:
            raise self._refusal.bad("no API revision is listed") if self._refusal.ok else self.error(self._refusal)
        raise Rejected(
            f"no common API revision: the server serves {', '.join(self._listed) or 'none that it tells of'}, "
            f"spoken here are {', '.join(self._candidates)}",
            "If the server does serve one of these, name it as api_version.",
            service=self.SERVICE,
        )

    # -- signing in ----------------------------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        self.revision = self._choose_revision()
        self._tokens.sign_in()

    def _sign_out(self) -> None:
        """As any call: a token that ended meanwhile is renewed, or its refresh token lives on for days."""
        if self._tokens.access:
            self.call("POST", "/api/oauth2/logout", writes=False)

    def _request_token(self, form: Mapping[str, str]) -> Answer:
        headers = {"x-api-version": self.revision}
        return self.http.send("POST", "/api/oauth2/token", headers=headers, form=form, writes=False)

    def _check_tokens(self, answer: Answer) -> None:
        refused = answer.status == HTTPStatus.BAD_REQUEST and _code(answer) == "AccessDenied"
        if refused or answer.status == HTTPStatus.UNAUTHORIZED:
            reason = str(answer.json_object().get("message") or "")
            raise sign_in_refused(answer, self.connection, MFA_HINT, reason=reason, code=_code(answer))
        if not answer.ok:
            raise self.error(answer)

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
        most: int = BODY_BYTES,
    ) -> Any:
        """One request; returns the JSON of a good answer (None for an empty one). Raises RestError for any other.

        `fits` says whether the JSON is what this request is answered with, `most` how many bytes of it there may be.
        """

        def send(bearing: Mapping[str, str]) -> Answer:
            headers = {"x-api-version": self.revision, **bearing}
            return self.http.send(method, path, headers=headers, body=body, params=params, writes=writes, most=most)

        answer = self._tokens.send(send)
        self.connection.trail.note(answer.request, answer.ok, writes)
        if not answer.ok:
            raise self.error(answer)
        return answer.content(fits, writes)

    def pages(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        row: Shape | None = None,
        only: Collection[str] = (),
    ) -> list[Row]:
        """Every row of a list, page by page, to its end. Raises BadAnswer.

        `row` is the shape that each row needs to have. Where `only` names fields, its id among them, nothing else is
        kept of a row once its page has come: a whole job is big. A list of jobs that fails as a whole is asked for
        type by type.
        """
        given = params or {}
        try:
            return self._whole(path, given, row, only)
        except ServerFault as failure:
            if not can_be_asked_by_type(path, failure) or TYPE_FILTER in given:
                raise
            whole_list = failure

        def ask(job_type: str) -> list[Row]:
            return self._whole(path, {**given, TYPE_FILTER: job_type}, row, only)

        rows, unread = rows_by_type(ask, self.revision, whole_list)
        self.unread_types = [*unread, *without_a_word(self.revision)]
        if unread:
            self.connection.trail.warn(
                f"The server fails to list its jobs as a whole, and those of the types {', '.join(unread)}: these "
                "were not seen."
            )
        return rows

    def _whole(self, path: str, given: Mapping[str, Any], row: Shape | None, only: Collection[str]) -> list[Row]:
        fits = shaped({"data!": [row or ROW], "pagination": {}})

        def ask(_pages: int, rows: int) -> Page:
            part = {"skip": rows, "limit": PAGE_ROWS}
            page = self.call("GET", path, params={**given, **part}, fits=fits)
            total = (page.get("pagination") or {}).get("total")
            found = [{name: each.get(name) for name in only} for each in page["data"]] if only else page["data"]
            return Page(found, total, more=len(found) >= PAGE_ROWS)

        return whole(Listing(self.SERVICE, f"GET {path}", ask, "pagination.total", PAGE_ROWS, lanes=self.lanes))

    def settle(
        self, path: str, timeout: float, watch: Callable[[Mapping[str, Any]], None] = lambda session: None
    ) -> dict[str, Any]:
        """Poll the session at `path` until it is Stopped; returns it. Raises TimedOut after `timeout` seconds.

        `watch` is shown every answer. Success and failure both end in this one state (facts/vbr.md 2.4).
        """

        def read() -> dict[str, Any]:
            session: dict[str, Any] = self.call("GET", path, fits=session_of(unquote(path.rpartition("/")[2])))
            watch(session)
            return session

        def late(session: dict[str, Any] | None) -> TimedOut:
            latest = session or {}
            return TimedOut(
                f"session {latest.get('id')} is still {latest.get('state')} after {timeout:g} seconds",
                "It goes on at the server. Run the task again, or raise wait_timeout.",
                service=self.SERVICE,
                request=f"GET {path}",
            )

        return poll(read, finished, self.clock, timeout, late)

    def error(self, answer: Answer) -> RestError:
        """The error for an answer that is not 2xx, with what the server says, redacted."""
        message = str(answer.json_object().get("message") or "")
        return error_of(answer, message, self._advice(answer.status, message), code=_code(answer))

    def _advice(self, status: int, message: str) -> str:
        if status == HTTPStatus.BAD_REQUEST and "api version" in message.lower():
            return "Set api_version to auto or to one of the versions in the list."
        role = f"User '{self.connection.username}' needs the role Veeam Backup Administrator."
        return advice_for(status, {401: MFA_HINT, 403: role, 500: LOGS_ADVICE})


def _code(answer: Answer) -> str:
    return str(answer.json_object().get("errorCode") or "")
