# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong: one family of exceptions, each of which can render itself for a person."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

# How much of what a server wrote is quoted.
QUOTED_CHARACTERS = 40


class Failure(Exception):
    """Anything that ends a task: `message` says what happened, `hint` what to do, `facts` are further keys of the
    result.

    Neither of them ever holds a secret: who raises has redacted what it quotes. One is `begun` if it is not about the
    request that asks for something, but about a later one: the server had taken that, and may have begun with it.
    """

    begun = False

    def __init__(self, message: str, hint: str = "", **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.facts = facts

    def __str__(self) -> str:
        # What a server says may end without a full stop.
        stop = "." if self.hint and self.message[-1:].isalnum() else ""
        return f"{self.message}{stop} {self.hint}".rstrip()

    def as_result(self) -> dict[str, Any]:
        """The keys of a failed task: `msg` and whatever was given as facts."""
        return {"msg": str(self), **self.facts}


class InvalidInput(Failure):
    """What the user gave cannot be used: an unreadable bundle, an unknown kind, a contradiction."""


class MissingLibrary(Failure):
    """A Python library that the collection needs is not installed where the task runs."""


class RestError(Failure):
    """A conversation with a service that did not go well.

    Carries what an administrator asks first: service, request (method and path), status, the server's code and message.
    Whatever a server says in it is one line, with nothing that acts on a terminal.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        service: str = "",
        request: str = "",
        status: int | None = None,
        code: str = "",
        **facts: Any,
    ) -> None:
        message, code = visible(message), visible(code)
        where = ": ".join(part for part in (service, request) if part)
        answer = f" -> {status}" if status else ""
        label = f" {code}" if code else ""
        super().__init__(f"{where}{answer}{label}: {message}" if where else message, hint, **facts)
        self.service = service
        self.request = request
        self.status = status
        self.code = code
        self.server_message = message

    def as_result(self) -> dict[str, Any]:
        error = {
            "service": self.service,
            "request": self.request,
            "status": self.status,
            "code": self.code,
            "message": self.server_message,
        }
        return {**super().as_result(), "error": error}


class Unreachable(RestError):
    """Nobody answered, and nothing was sent: wrong name, wrong port, firewall, server down."""


class CertificateRefused(Unreachable):
    """The server answered with a certificate that is not trusted here."""


class UnknownOutcome(RestError):
    """A write was sent and its answer was lost: it may or may not have happened. Look before doing it again."""


class AuthFailed(RestError):
    """The service does not know these credentials (or this token)."""


class Forbidden(RestError):
    """The credentials are known, their role is not enough."""


class NotFound(RestError):
    """There is no such object, or no such path in this revision."""


class Rejected(RestError):
    """The service understood the request and refused it (400, 405, 409)."""


class ServerFault(RestError):
    """The service failed (5xx)."""


class BadAnswer(RestError):
    """An answer that is not what this service speaks: a proxy's page, an empty body, truncated JSON."""


class TaskFailed(RestError):
    """The service accepted the work and it ended badly."""


class AwaitsApproval(RestError):
    """The service took the request, and carries it out when a second person has approved it."""


class TimedOut(RestError):
    """The work was still going on when the time the user allowed was over."""


def visible(text: str, keep: str = "") -> str:
    """A text without characters that act on a terminal: they are shown as they are escaped, all but those to `keep`."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else repr(char)[1:-1] for char in text)


def quoted(value: Any) -> str:
    """A value as a message quotes it: on one line, in quotes, and without characters that act on a terminal."""
    return f"'{visible(value)}'" if isinstance(value, str) else str(value)


def quoted_in_short(text: str) -> str:
    """A text of a server, quoted where its secrets are not known yet: what is cut off makes them unknown for ever."""
    return quoted(text) if len(text) <= QUOTED_CHARACTERS else f"a text of {len(text)} characters"


def of_status(status: int) -> type[RestError]:
    """The kind of error that an answer of this status is, where the service gives it no meaning of its own."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerFault
    if status < HTTPStatus.BAD_REQUEST:
        return BadAnswer
    return {401: AuthFailed, 403: Forbidden, 404: NotFound}.get(status, Rejected)
