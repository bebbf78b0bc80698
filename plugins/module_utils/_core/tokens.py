# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokens of an OAuth sign-in: kept, and renewed before they end or when they were refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from .answer import Answer
from .connection import Clock
from .errors import BadAnswer

# A token is renewed this many seconds before it expires, so that no request meets the very end of it.
EXPIRY_MARGIN = 30.0


class Tokens:
    """An access token and the refresh token that came with it.

    `ask(form)` asks the service for tokens; `refreshing` is what it calls the grant of a refresh token; `sign_in` gets
    new ones by password; `keep(answer)` makes these tokens' own of a good answer. Raises what they raise.
    """

    def __init__(
        self,
        clock: Clock,
        refreshing: str,
        ask: Callable[[Mapping[str, str]], Answer],
        sign_in: Callable[[], None],
        keep: Callable[[Answer], None],
    ) -> None:
        self.access = ""
        self._clock = clock
        self._refreshing = refreshing
        self._ask = ask
        self._sign_in = sign_in
        self._keep = keep
        self._refresh = ""
        self._renew_at = 0.0

    @property
    def header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"}

    def take(self, token: Mapping[str, Any]) -> None:
        """The tokens of an answer, in the words of OAuth."""
        self.access = str(token["access_token"])
        self._refresh = str(token.get("refresh_token") or "")
        lifetime = float(token.get("expires_in") or 0)
        self._renew_at = self._clock.now() + lifetime - min(EXPIRY_MARGIN, lifetime / 3)

    def keep_fresh(self) -> None:
        if self._clock.now() >= self._renew_at:
            self.renew()

    def renew(self) -> None:
        """Get new tokens by the refresh token, which may work only once, else by password."""
        refresh, self._refresh = self._refresh, ""
        if refresh:
            # An answer that is lost or garbled may have used the token up all the same.
            with suppress(BadAnswer):
                answer = self._ask({"grant_type": self._refreshing, "refresh_token": refresh})
                if answer.ok:
                    self._keep(answer)
                    return
        self._sign_in()
