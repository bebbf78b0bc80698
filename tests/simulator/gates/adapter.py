# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An application without sockets: a `requests` adapter, and a patch that puts it under unsuspecting code."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError

from ..core.call import Dropped

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# The headers that WSGI knows by names of their own.
NOT_OF_HTTP = ("CONTENT_TYPE", "CONTENT_LENGTH")


class _Head:
    """The headers as `http.client` has them: that is where `requests` looks for cookies."""

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        self.msg = Message()
        for name, value in headers:
            self.msg[name] = value

    def close(self) -> None:
        """There is no connection."""

    def isclosed(self) -> bool:
        return True


class ApplicationAdapter(BaseAdapter):
    """Answers a session's requests from an application in the same process.

    A dropped connection is raised as `requests.ConnectionError`; a truncated body arrives short of its declared
    length, so that reading it fails exactly as it does behind a socket.
    """

    def __init__(self, application: WSGIApplication) -> None:
        super().__init__()
        self._application = application
        self._transport = HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *_unused: Any, **__: Any) -> requests.Response:
        try:
            raw = self._call(request)
        except Dropped as error:
            raise requests.ConnectionError(ProtocolError("Connection aborted.", error), request=request) from error
        return self._transport.build_response(request, raw)

    def close(self) -> None:
        self._transport.close()

    def _call(self, request: requests.PreparedRequest) -> HTTPResponse:
        head: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            head.update(status=status, headers=headers)

        chunks = self._application(_environ(request), start_response)
        code, _unused, reason = str(head["status"]).partition(" ")
        named = {name.lower() for name, _value in head["headers"]}
        return HTTPResponse(
            body=_Body(chunks, declared="content-length" in named),
            headers=head["headers"],
            status=int(code),
            reason=reason,
            preload_content=False,
            enforce_content_length=True,
            # It is asked for cookies only, and to look for them where there are none takes longer than it seems.
            original_response=_Head(head["headers"]) if "set-cookie" in named else None,  # type: ignore[arg-type]
            request_method=request.method,
            request_url=request.url,
        )


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    """The request as a server of WSGI applications hands it on."""
    parts = urlsplit(str(request.url))
    body = _body(request)
    default = 443 if parts.scheme == "https" else 80
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        # Decoded, each byte as one character.
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or default),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc.rpartition("@")[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        # The whole body is at hand, so it travels with its length, never in chunks.
        if name.lower() != "transfer-encoding":
            key = name.upper().replace("-", "_")
            environ[key if key in NOT_OF_HTTP else f"HTTP_{key}"] = _text(value)
    return {**environ, "CONTENT_LENGTH": str(len(body))}


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _body(request: requests.PreparedRequest) -> bytes:
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes):
        return body
    if hasattr(body, "read"):
        return bytes(body.read())
    return b"".join(body)


class _Body(io.RawIOBase):
    """The body of an answer as it would come from a socket: each piece is made when it is read.

    When the connection breaks, a body with a declared length is too short; reading one without fails.
    """

    def __init__(self, pieces: Iterable[bytes], declared: bool) -> None:
        super().__init__()
        self._pieces = pieces
        self._coming = iter(pieces)
        self._declared = declared
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = self._next()
            if piece is None:
                return 0
            # A view: an answer of a hundred megabytes is one piece, and not copied anew each time some of it is read.
            self._left = memoryview(piece)
        given = self._left[: len(buffer)]
        buffer[: len(given)] = given
        self._left = self._left[len(given) :]
        return len(given)

    def _next(self) -> bytes | None:
        try:
            return next(self._coming, None)
        except Dropped:
            if self._declared:
                return None
            raise

    def close(self) -> None:
        if not self.closed and hasattr(self._pieces, "close"):
            self._pieces.close()
        super().close()


def origin(url: str) -> str:
    """Scheme, host and port of a URL in one form: https://name:443."""
    parts = urlsplit(url.lower())
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{parts.hostname}:{port}"


@contextmanager
def intercept(applications: Mapping[str, WSGIApplication]) -> Iterator[None]:
    """Inside the block, every `requests` session reaches these origins without a network, and all others as usual."""
    adapters = {origin(url): ApplicationAdapter(application) for url, application in applications.items()}
    original = requests.Session.get_adapter

    def get_adapter(session: requests.Session, url: str) -> BaseAdapter:
        adapter = adapters.get(origin(url))
        return adapter if adapter is not None else original(session, url)

    with mock.patch.object(requests.Session, "get_adapter", get_adapter):
        yield
