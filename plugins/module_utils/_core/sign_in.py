# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in to a service, staying signed in, and signing out however the work went."""

from __future__ import annotations

import re
import threading
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeVar

from .answer import Answer
from .connection import Connection
from .errors import AuthFailed, Failure, RestError
from .http import Download, Http
from .parallel import to_its_end
from .redaction import NAMED_TOKEN
from .termination import held_back, is_terminated

# What may stand in a header (RFC 9110, 5.5), without blanks.
HEADER_VALUE = re.compile(r"[!-~\x80-\xff]+")
# How long a server may take over a sign-out whose task was asked to end: whoever asked is waiting.
LAST_SECONDS = 5.0
# So many tokens are got for one request, or in a row for several: a server that refuses these takes none.
FRESH_TOKENS = 2

Sent = TypeVar("Sent", Answer, Download)


def enter(http: Http, sign_in: Callable[[], object], sign_out: Callable[[], object]) -> None:
    """Sign in; if that fails, or the task is asked to end meanwhile, sign out and close the connection.

    `sign_out` does nothing where nobody is signed in. `sign_in` does to its end what brings a token. Raises what it
    raises.
    """
    try:
        sign_in()
    except BaseException:
        close(http, sign_out)
        raise


def close(http: Http, sign_out: Callable[[], object]) -> None:
    """Sign out and close the connection.

    A failed sign-out is no error: the work is done or has an error of its own, and the token ends by itself. A signal
    that asks the process to end waits for it.
    """
    http.end()
    try:
        with held_back(), suppress(RestError):
            if is_terminated():
                http.connection = replace(http.connection, timeout=min(http.connection.timeout, LAST_SECONDS))
            sign_out()
    finally:
        http.close()


class Renewal:
    """A token that is got anew when it was refused: once, however many threads were refused with it.

    `token` gives the present one, and `renew` gets another in its place.
    """

    def __init__(self, token: Callable[[], str], renew: Callable[[], object]) -> None:
        self.token = token
        self._renew = renew
        self._lock = threading.RLock()
        # Why there is no other token: nobody tries it again. Accounts are locked after a few times.
        self._refusal: AuthFailed | None = None
        # How many tokens were got since one was taken.
        self._in_vain = 0
        # Whether a signal left a renewal to its thread: another one beside it would leave a token.
        self._left_alone = False

    def send(self, send: Callable[[str], Sent]) -> Sent:
        """The answer to a request that bears the token it is given. While that is 401, it is sent with a newer token.

        A server that answers 401 has done nothing with the request, so sending it again is safe, also for a write. A
        token that others got meanwhile has not been refused by that. It ends when FRESH_TOKENS that were got for this
        request were, or as many in a row for any.
        """
        got, token = 0, self.token()
        answer = send(token)
        while answer.status == HTTPStatus.UNAUTHORIZED:
            got += self._renew_after(token, got)
            newer = self.token()
            if newer == token:
                return answer
            token = newer
            answer = send(token)
        self._in_vain = 0
        return answer

    def _renew_after(self, refused: str, got: int) -> bool:
        """Get another token, unless somebody has since this one was refused, or enough were got in vain."""
        with self._lock:
            done = self.renew_if(lambda: self.token() == refused and max(got, self._in_vain) < FRESH_TOKENS)
            self._in_vain += done
            return done

    def renew_if(self, is_due: Callable[[], bool]) -> bool:
        """Get another token if that is due by the time nobody else does. Returns whether it was got here."""
        with self._lock:
            if self._refusal:
                raise copy(self._refusal)
            if self._left_alone or not is_due():
                return False
            try:
                to_its_end(self._renew)
            except Failure as failure:
                self._refusal = copy(failure) if isinstance(failure, AuthFailed) else None
                raise
            except BaseException:
                self._left_alone = True
                raise
            return True


def basic_authorization(http: Http) -> dict[str, str]:
    """The header of a Basic sign-in. Its value is as secret as the password, so it is redacted too."""
    pair = f"{http.connection.username}:{http.connection.password}"
    encoded = b64encode(pair.encode()).decode("ascii")
    http.secrets.add(encoded)
    return {"Authorization": f"Basic {encoded}"}


def sealed(http: Http, answer: Answer) -> Answer:
    """An answer to a sign-in, of which no error quotes anything; every token in it is a secret from now on."""
    http.secrets.add([found["value"] for found in NAMED_TOKEN.finditer(answer.text)])
    return replace(answer, sealed=True)


def token_in(answer: Answer, name: str, value: Any) -> str:
    """A token as it can be sent in a header. Raises BadAnswer that names the field and quotes nothing."""
    if not isinstance(value, str) or not value or not HEADER_VALUE.fullmatch(value):
        raise answer.bad(f"the answer holds no {name}" if not value else f"{name} in the answer is no token")
    return value


def sign_in_refused(
    answer: Answer, connection: Connection, advice: str, *, reason: str = "", code: str = ""
) -> AuthFailed:
    """The error for a sign-in that the service refused. `reason` is what the service says; it is redacted here."""
    shown = f": {answer.redact(reason)}" if reason else ""
    return AuthFailed(
        f"sign-in at {connection.place} as '{connection.username}' was refused{shown}",
        answer.anothers() or advice,
        service=answer.service,
        request=answer.request,
        status=answer.status,
        code=answer.redact(code),
    )
