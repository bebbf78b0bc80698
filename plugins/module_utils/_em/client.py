# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of Veeam Backup Enterprise Manager: Basic logon for a session token, XML or JSON, queries with pages.

Sources: facts/em.md 1 (versions), 2 (logon), 3 (formats), 5 (queries), 9 (errors).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from .._core.answer import LOGS_ADVICE, Answer, advice_for, error_of
from .._core.compare import fold
from .._core.connection import Clock, Connection
from .._core.errors import InvalidInput, NotFound, RestError
from .._core.http import Http
from .._core.operation import Params
from .._core.option import Option
from .._core.paging import Listing, Page, Row, whole
from .._core.parallel import to_its_end
from .._core.shape import BOOLEAN, STRING, Shape, check, shaped
from .._core.sign_in import (
    Renewal,
    basic_authorization,
    close,
    enter,
    sealed,
    sign_in_refused,
    token_in,
)
from .document import JSON, XML, Document, read
from .rows import id_in, id_of, pages_of, rows

TOKEN = "X-RestSvcSessionId"
LATEST = "latest"
MEDIA = {"xml": XML, "json": JSON}
BODY_FORMAT = "body_format"
# The option of every module.
FORMAT: Mapping[str, Option] = {BODY_FORMAT: Option(default="xml", choices=tuple(MEDIA))}
PAGE_ROWS = 200
# The kinds of rows that are known to have a name to be ordered by, so that no page misses a row.
ORDERED = ("Job", "Repository", "BackupServer")
NOTHING = Document("", {})
# A 500 with these words means that there is no such object (facts/em.md 7).
NOT_THERE = re.compile(r"there is no .+ with id", re.I)

SIGN_IN_HINT = (
    "Check user name (DOMAIN\\user) and password, and that this is the port of Enterprise Manager's REST service."
)
ROLE_HINT = "User '{user}' needs the role Portal Administrator."


LINKS: Shape = [{"Rel": STRING, "Href": STRING, "Type": STRING}]
# What is used of any row.
ROW: Shape = {
    "JobType": STRING,
    "Name": STRING,
    "UID": STRING,
    "Href": STRING,
    "ScheduleEnabled": BOOLEAN,
    "BackupServerUid": STRING,
    "Links": LINKS,
}


def is_list(document: Document) -> bool:
    """Whether this is a list. Raises Misfit for one with a row that is none."""
    found = rows(document)
    if found is not None:
        check(found, [ROW], "rows")
    return found is not None


JOB: Shape = {"Name!": STRING, "UID!": STRING, "JobType!": STRING, "ScheduleEnabled": BOOLEAN, "Links": LINKS}
TASK: Shape = {
    "TaskId!": STRING,
    "State!": STRING,
    "Operation": STRING,
    "Result": {"Success!": BOOLEAN, "Message": STRING},
    "Links": LINKS,
}


def is_job(document: Document) -> bool:
    """Whether this is a job, and not the reference to one, which has no type of job. Raises Misfit."""
    return shaped(JOB)(document.data)


def is_task(document: Document) -> bool:
    """Raises Misfit."""
    return shaped(TASK)(document.data)


class Em:
    """One signed-in conversation with one Enterprise Manager; use it as a context manager.

    `media` is the one format of everything that is sent and asked for: some servers read a body in the format that is
    accepted. `begun` are the ids of the tasks begun in this logon session, to which tasks belong. Entering signs in,
    leaving always signs out. Raises RestError.
    """

    SERVICE = "EM"
    PORT = 9398
    VERSION_OPTION = "api_version"
    VERSIONS = (LATEST, "v1_7", "v1_6", "v1_5")

    def __init__(self, connection: Connection, clock: Clock | None = None, media: str = XML) -> None:
        self.connection = connection
        self.clock = clock or Clock()
        self.media = media
        self.begun: set[str] = set()
        self.http = Http(self.SERVICE, connection, self.clock)
        self._token = ""
        self._session = ""
        self._renewal = Renewal(lambda: self._token, self._sign_in)

    def __enter__(self) -> Em:
        enter(self.http, lambda: to_its_end(self._sign_in), self._sign_out)
        return self

    def __exit__(self, *_failure: object) -> None:
        close(self.http, self._sign_out)

    # -- signing in ----------------------------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        """Begin a logon session. Its token authenticates, its id is needed to end it."""
        if ":" in self.connection.username:
            raise InvalidInput("A user name with a colon cannot sign in here.", "Write DOMAIN\\user.")
        headers = {"Accept": self.media, **basic_authorization(self.http)}
        path = f"/api/sessionMngr/?v={self.connection.api_version}"
        answer = sealed(self.http, self.http.send("POST", path, headers=headers, writes=False))
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise sign_in_refused(answer, self.connection, SIGN_IN_HINT, reason=_message(answer))
        if not answer.ok:
            raise self.error(answer)
        self.http.secrets.add(answer.headers.get(TOKEN))
        token = token_in(answer, f"header {TOKEN}", answer.headers.get(TOKEN))
        session = _document(answer).data
        self._session = str(session.get("SessionId") or id_in(str(session.get("Href") or "")))
        self.begun.clear()
        if not self._session:
            raise answer.bad("the answer holds no logon session")
        self._token = token

    def _sign_out(self) -> None:
        if self._session:
            self._send(self._token, "DELETE", f"/api/logonSessions/{quote(self._session)}", writes=False)

    # -- calling -------------------------------------------------------------------------------------------------------

    def call(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        *,
        writes: bool = True,
        renew: bool = True,
        fits: Callable[[Document], bool] | None = None,
    ) -> Document:
        """One request; returns what a good answer says. Raises RestError for any other.

        `content` is of the format `media`. `renew` begins a new logon session if this one has ended. `fits` says
        whether the answer is what this request is answered with; without it, an empty answer is a good one too.
        """
        if params:
            # Blanks as %20: whether the server reads a plus sign as a blank is not known.
            path = f"{path}?{urlencode(params, quote_via=quote)}"

        def send(token: str) -> Answer:
            return self._send(token, method, path, content, writes=writes)

        answer = self._renewal.send(send) if renew else send(self._token)
        self.connection.trail.note(answer.request, answer.ok, writes)
        if not answer.ok:
            raise self.error(answer)
        if fits is None and not answer.text.strip():
            return NOTHING
        return answer.unless_lost(lambda: answer.fitting(_document(answer), fits), writes)

    def _send(self, token: str, method: str, path: str, content: bytes | None = None, *, writes: bool = True) -> Answer:
        kind = {"Content-Type": self.media} if content is not None else {}
        headers = {"Accept": self.media, TOKEN: token, **kind}
        return self.http.send(method, path, headers=headers, content=content, writes=writes)

    def query(self, kind: str, condition: str = "") -> list[Row]:
        """Every row of a kind that fulfils a condition, page by page, to its end. Raises BadAnswer."""
        params: dict[str, Any] = {"type": kind, "format": "Entities", "pageSize": PAGE_ROWS}
        params |= {"filter": condition} if condition else {}
        params |= {"sortAsc": "name"} if kind in ORDERED else {}

        def ask(pages: int, _rows: int) -> Page:
            document = self.call("GET", "/api/query", {**params, "page": pages + 1}, fits=is_list)
            return Page(rows(document) or [], pages=pages_of(document))

        listing = Listing(
            self.SERVICE,
            f"GET /api/query?type={kind}",
            ask,
            "PagesCount",
            PAGE_ROWS,
            lambda row: id_of(row) or None,
            lanes=self.http.lanes,
        )
        return whole(listing)

    def first_rows(self, kind: str) -> list[dict[str, Any]]:
        """The first page of the rows of a kind."""
        params = {"type": kind, "format": "Entities", "pageSize": PAGE_ROWS, "page": 1}
        return rows(self.call("GET", "/api/query", params, fits=is_list)) or []

    def listed(self, path: str) -> list[dict[str, Any]]:
        """Every row of a list that has no pages."""
        return rows(self.call("GET", path, fits=is_list)) or []

    def error(self, answer: Answer) -> RestError:
        """The error for an answer that is not 2xx, with what the server says, redacted."""
        message = _message(answer)
        kind = NotFound if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and NOT_THERE.search(message) else None
        role = ROLE_HINT.format(user=self.connection.username)
        advice = advice_for(answer.status, {401: SIGN_IN_HINT, 403: role, 500: LOGS_ADVICE})
        return error_of(answer, message, advice, kind)


def open_service(connection: Connection, params: Params) -> Em:
    """The client for a task, in the format that the task has chosen; not yet signed in."""
    return Em(connection, media=MEDIA[params[BODY_FORMAT]])


def _document(answer: Answer) -> Document:
    try:
        return read(answer.text)
    except ValueError as reason:
        why = "" if answer.sealed else f" ({reason})"
        raise answer.bad(f"the answer cannot be read{why}") from None


def _message(answer: Answer) -> str:
    """The message of an error, in whichever format; `""` if the answer is no error of this service."""
    try:
        found = read(answer.text)
    except ValueError:
        return ""
    return str(found.data.get("Message") or "") if fold(found.root) in ("", "error") else ""
