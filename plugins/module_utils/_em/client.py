# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Veeam Backup Enterprise Manager speaks: Basic logon for a session token, XML or JSON, a query service with pages.

Sources: facts/em.md 1 (versions), 2 (logon), 3 (formats), 5 (queries), 9 (errors).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

from .._core.answer import Answer
from .._core.compare import fold
from .._core.connection import Clock, Connection
from .._core.errors import AuthFailed, InvalidInput, NotFound, RestError, of_status, quoted
from .._core.http import Http
from .._core.sign_in import arrive, leave
from .document import XML, Document, read
from .rows import id_in, id_of, pages_of, rows

TOKEN = "X-RestSvcSessionId"
LATEST = "latest"
PAGE_ROWS = 200
# The kinds of rows that are known to have a name to be ordered by, so that no page misses a row.
ORDERED = ("Job", "Repository", "BackupServer")
NOTHING = Document("", {})
# A 500 that says this means that there is no such thing (facts/em.md 7).
NOT_THERE = re.compile(r"there is no .+ with id", re.I)

SIGN_IN_HINT = (
    "Check user name (DOMAIN\\user) and password, and that this is the port of Enterprise Manager's REST service."
)
ROLE_HINT = "User '{user}' needs the role Portal Administrator."


class Em:
    """One signed-in conversation with one Enterprise Manager; use it as a context manager.

    `media` is the one format of everything that is sent and asked for: servers were seen to read a body in the format
    that is accepted. `begun` are the ids of the tasks begun in this logon session, to which tasks belong. Entering
    signs in, leaving always signs out. Raises RestError.
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
        self.http = Http(self.SERVICE, connection)
        self._token = ""
        self._session = ""

    def __enter__(self) -> Em:
        arrive(self.http, self.sign_in)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        leave(self.http, self._sign_out)

    # -- signing in ----------------------------------------------------------------------------------------------------

    def sign_in(self) -> None:
        """Begin a logon session. Its token authenticates, its id is needed to end it."""
        answer = self.http.send(
            "POST",
            f"/api/sessionMngr/?v={self.connection.api_version}",
            headers={"Accept": self.media, "Authorization": f"Basic {self._credentials()}"},
            writes=False,
        )
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise AuthFailed(
                f"sign-in as '{self.connection.username}' was refused",
                SIGN_IN_HINT,
                service=self.SERVICE,
                request=answer.request,
                status=answer.status,
            )
        if not answer.ok:
            raise self.error(answer)
        self._token = str(answer.headers.get(TOKEN) or "")
        self.http.secrets.add(self._token)
        session = _document(answer).data
        self._session = str(session.get("SessionId") or id_in(str(session.get("Href") or "")))
        self.begun.clear()
        if not self._token or not self._session:
            raise answer.bad("the answer holds no logon session")

    def _sign_out(self) -> None:
        if self._session:
            self._send("DELETE", f"/api/logonSessions/{quote(self._session)}", writes=False)

    def _credentials(self) -> str:
        if ":" in self.connection.username:
            raise InvalidInput("A user name with a colon cannot sign in here.", "Write DOMAIN\\user.")
        encoded = b64encode(f"{self.connection.username}:{self.connection.password}".encode()).decode()
        self.http.secrets.add(encoded)
        return encoded

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

        `content` is of the format `media`. A session that has ended is begun anew if `renew` allows it. `fits` says
        whether the answer is what this request is answered with; without it, nothing need be answered.
        """
        if params:
            # Not as a form would: a plus sign would have to be read as a blank.
            path = f"{path}?{urlencode(params, quote_via=quote)}"
        answer = self._send(method, path, content, writes=writes)
        if answer.status == HTTPStatus.UNAUTHORIZED and renew:
            # Refused before anything was done with it, so that sending it again is safe, also for a write.
            self.sign_in()
            answer = self._send(method, path, content, writes=writes)
        if not answer.ok:
            raise self.error(answer)
        if fits is None and not answer.text.strip():
            return NOTHING
        document = _document(answer)
        if fits and not fits(document):
            raise answer.bad("the answer is not what this request is answered with")
        return document

    def _send(self, method: str, path: str, content: bytes | None = None, *, writes: bool = True) -> Answer:
        kind = {"Content-Type": self.media} if content is not None else {}
        headers = {"Accept": self.media, TOKEN: self._token, **kind}
        return self.http.send(method, path, headers=headers, content=content, writes=writes)

    def query(self, kind: str, condition: str = "") -> Iterator[dict[str, Any]]:
        """Every row of a kind that fulfils a condition, page by page, each once."""
        params: dict[str, Any] = {"type": kind, "format": "Entities", "pageSize": PAGE_ROWS}
        params |= {"filter": condition} if condition else {}
        params |= {"sortAsc": "name"} if kind in ORDERED else {}
        page, last, known = 1, 1, set[str]()
        while page <= last:
            document = self.call("GET", "/api/query", {**params, "page": page}, fits=is_list)
            for row in rows(document) or []:
                if not id_of(row) or id_of(row) not in known:
                    known.add(id_of(row))
                    yield row
            page, last = page + 1, pages_of(document)

    def listed(self, path: str) -> list[dict[str, Any]]:
        """Every row of a list that has no pages."""
        return rows(self.call("GET", path, fits=is_list)) or []

    def error(self, answer: Answer) -> RestError:
        """The exception for an answer that is not 2xx, with the server's own words, redacted."""
        message = str(_said(answer).get("Message") or "")
        told: dict[str, Any] = {"service": self.SERVICE, "request": answer.request, "status": answer.status}
        said = self.http.secrets.redact(message) or f"the answer begins with: {quoted(answer.quoted)}"
        kind = NotFound if answer.status >= 500 and NOT_THERE.search(message) else of_status(answer.status)
        return kind(said, self._advice(answer.status), **told)

    def _advice(self, status: int) -> str:
        """What to do about an answer that is not 2xx."""
        match status:
            case 401:
                return SIGN_IN_HINT
            case 403:
                return ROLE_HINT.format(user=self.connection.username)
            case status if status >= 500:
                return "The server's own logs tell more."
            case status if status < 400:
                return "Is there a proxy or another product at this address?"
        return ""


def is_list(document: Document) -> bool:
    return rows(document) is not None


def is_job(document: Document) -> bool:
    """Whether this is a job, and not the reference to one, which has no type of job."""
    return all(document.data.get(key) for key in ("Name", "UID", "JobType"))


def is_task(document: Document) -> bool:
    return all(document.data.get(key) for key in ("TaskId", "State"))


def _document(answer: Answer) -> Document:
    try:
        return read(answer.text)
    except ValueError as reason:
        raise answer.bad(f"the answer cannot be read ({reason})") from None


def _said(answer: Answer) -> Mapping[str, Any]:
    """What an error says of itself, in whichever format; empty if it is none of this service's."""
    try:
        found = read(answer.text)
    except ValueError:
        return {}
    return found.data if fold(found.root) in ("", "error") else {}
