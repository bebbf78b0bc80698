# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may sign in, and the tokens they hold; tokens live only in memory and never reach the store."""

from __future__ import annotations

from dataclasses import dataclass

from ...core import secrets
from ...core.clock import Clock
from ...core.grants import Grant, Grants

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


class Accounts:
    """Signs in, refreshes and signs out."""

    def __init__(self, clock: Clock) -> None:
        self._accounts: dict[str, Account] = {}
        self.grants: Grants[Account] = Grants(clock)

    def add(self, username: str, password: str, role: str = ADMINISTRATOR, mfa: bool = False) -> None:
        self._accounts[username.casefold()] = Account(username, secrets.seal(password), role, mfa)

    def sign_in(self, username: str, password: str) -> Account | None:
        account = self._accounts.get(username.casefold())
        if account is None or account.mfa or not secrets.matches(account.sealed_password, password):
            return None
        return account

    def grant(self, account: Account, lifetime: int, short_term: bool) -> Grant[Account]:
        refresh_lifetime = lifetime + SHORT_TERM_SECONDS if short_term else REFRESH_SECONDS
        return self.grants.give(account, lifetime, refresh_lifetime)

    def redeem(self, refresh: str) -> Account | None:
        """Takes a refresh token out of circulation, with the access token that came with it."""
        grant = self.grants.of_refresh(refresh)
        if grant is None:
            return None
        self.grants.revoke(grant.access)
        return grant.account

    def holder(self, access: str) -> Account | None:
        return self.grants.holder(access)

    def sign_out(self, access: str) -> None:
        self.grants.revoke(access)

    def expire(self, access: str) -> None:
        """The access token expires now; its refresh token still works."""
        self.grants.expire(access)

    def sign_everyone_out(self) -> None:
        self.grants.clear()
