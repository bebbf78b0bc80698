# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may sign in, and the tokens they hold; tokens live only in memory and never reach the store."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from ...core import secrets
from ...core.clock import Clock

ADMINISTRATOR = "administrator"
VIEWER = "viewer"
REFRESH_SECONDS = 14 * 24 * 3600
SHORT_TERM_SECONDS = 15 * 60


@dataclass(frozen=True)
class Account:
    """`mfa` marks an account whose second factor the API cannot ask for: it is refused like a wrong password."""

    username: str
    sealed_password: str
    role: str = ADMINISTRATOR
    mfa: bool = False


@dataclass
class Grant:
    """A pair of tokens; the refresh token works once."""

    account: Account
    access: str
    refresh: str
    access_until: float
    refresh_until: float


class Accounts:
    """Signs in, refreshes and signs out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accounts: dict[str, Account] = {}
        self._grants: list[Grant] = []

    def add(self, username: str, password: str, role: str = ADMINISTRATOR, mfa: bool = False) -> None:
        self._accounts[username.casefold()] = Account(username, secrets.seal(password), role, mfa)

    def sign_in(self, username: str, password: str) -> Account | None:
        account = self._accounts.get(username.casefold())
        if account is None or account.mfa or not secrets.matches(account.sealed_password, password):
            return None
        return account

    def grant(self, account: Account, lifetime: int, short_term: bool) -> Grant:
        now = self._clock.timestamp()
        refresh_lifetime = lifetime + SHORT_TERM_SECONDS if short_term else REFRESH_SECONDS
        grant = Grant(account, _token(), _token(), now + lifetime, now + refresh_lifetime)
        self._grants.append(grant)
        return grant

    def redeem(self, refresh: str) -> Account | None:
        """Takes a refresh token out of circulation, with the access token that came with it."""
        for grant in self._grants:
            if grant.refresh == refresh and grant.refresh_until > self._clock.timestamp():
                self._grants.remove(grant)
                return grant.account
        return None

    def holder(self, access: str) -> Account | None:
        now = self._clock.timestamp()
        return next(
            (grant.account for grant in self._grants if grant.access == access and grant.access_until > now), None
        )

    def sign_out(self, access: str) -> None:
        self._grants = [grant for grant in self._grants if grant.access != access]

    def expire(self, access: str) -> None:
        """The access token is over before its time; its refresh token still works."""
        for grant in self._grants:
            if grant.access == access:
                grant.access_until = 0.0

    def sign_everyone_out(self) -> None:
        self._grants.clear()


def _token() -> str:
    """Shaped like the real thing: three parts, so that nobody takes a part of it for the whole."""
    return f"eyJhbGciOiJSUzUxMiJ9.{uuid.uuid4().hex}.{uuid.uuid4().hex}{uuid.uuid4().hex}"
