# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokens of an OAuth sign-in: got by password, and renewed before they end or when they were refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from .answer import Answer
from .connection import Clock
from .errors import BadAnswer
from .http import Http
from .parallel import to_its_end
from .sign_in import Renewal, Sent, sealed, token_in

# A token is renewed this many seconds before it expires, so that no request meets the very end of it.
EXPIRY_MARGIN = 30.0
ACCESS, REFRESH, LIFETIME = "access_token", "refresh_token", "expires_in"
# What must not be shown of an answer with tokens. The last one is that of a sign-in that waits for a second factor.
SECRETS = (ACCESS, REFRESH, "mfa_token")


class Tokens:
    """An access token and the refresh token that came with it, for all threads of a conversation.

    `request(form)` sends a token request of the service. `check(answer)` raises the service's own error for an answer
    that means no tokens. `password_grant` and `refresh_grant` are the service's names for the two ways to get tokens.
    """

    def __init__(
        self,
        http: Http,
        clock: Clock,
        request: Callable[[Mapping[str, str]], Answer],
        check: Callable[[Answer], None],
        password_grant: str = "password",
        refresh_grant: str = "refresh_token",
    ) -> None:
        self.access = ""
        self._http = http
        self._clock = clock
        self._request = request
        self._check = check
        self._password_grant = password_grant
        self._refresh_grant = refresh_grant
        self._refresh = ""
        self._renew_at = 0.0
        self._renewal = Renewal(lambda: self.access, self._renew)

    def sign_in(self) -> None:
        """Get tokens by password. Raises RestError."""
        who = self._http.connection
        form = {"grant_type": self._password_grant, "username": who.username, "password": who.password}
        to_its_end(lambda: self._take(self._request(form)))

    def send(self, send: Callable[[dict[str, str]], Sent]) -> Sent:
        """The answer to a request that has the header it is given, with new tokens where they are needed."""
        self.keep_fresh()
        return self._renewal.send(lambda token: send(bearing(token)))

    def keep_fresh(self) -> None:
        """Renew the tokens if they are about to end."""
        if self._is_old():
            self._renewal.renew_if(self._is_old)

    def _is_old(self) -> bool:
        return self._clock.now() >= self._renew_at

    def _renew(self) -> None:
        """Get new tokens by the refresh token, which may work only once, else by password."""
        refresh, self._refresh = self._refresh, ""
        if refresh:
            # An answer that is lost or garbled may have used the token up all the same.
            with suppress(BadAnswer):
                answer = self._request({"grant_type": self._refresh_grant, "refresh_token": refresh})
                if answer.ok:
                    self._take(answer)
                    return
        self.sign_in()

    def _take(self, answer: Answer) -> None:
        """Keep the tokens of an answer. Raises BadAnswer if it has none."""
        answer = sealed(self._http, answer)
        token = answer.json_object()
        self._http.secrets.add([token.get(name) for name in SECRETS])
        self._check(answer)
        answer.json()
        access = token_in(answer, ACCESS, token.get(ACCESS))
        refresh = token.get(REFRESH)
        lifetime = _seconds(answer, token.get(LIFETIME) or 0)
        self.access, self._refresh = access, token_in(answer, REFRESH, refresh) if refresh else ""
        self._renew_at = self._clock.now() + lifetime - min(EXPIRY_MARGIN, lifetime / 3)


def bearing(token: str) -> dict[str, str]:
    """The header of a request that bears an access token."""
    return {"Authorization": f"Bearer {token}"}


def _seconds(answer: Answer, lifetime: Any) -> float:
    """How long a token lives. Raises BadAnswer."""
    with suppress(TypeError, ValueError, OverflowError):
        seconds = float(lifetime)
        if math.isfinite(seconds) and not isinstance(lifetime, bool):
            return seconds
    raise answer.bad(f"{LIFETIME} in the answer is no number of seconds")
