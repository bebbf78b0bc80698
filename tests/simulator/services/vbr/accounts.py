# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts that may sign in, and their tokens, which are kept only in memory, never in the store."""

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
    """An account. One with `mfa` is refused like a wrong password: the API cannot ask for a second factor."""

    username: str
    sealed_password: str
    role: str = ADMINISTRATOR
    mfa: bool = False


class Accounts:
    """Signs accounts in and out, and refreshes their tokens."""

    def __init__(self, clock: Clock) -> None:
        self._accounts: dict[str, Account] = {}
        self.grants: Grants[Account] = Grants(clock)

    def add(self, username: str, password: str, role: str = ADMINISTRATOR, mfa: bool = False) -> None:
        self._accounts[username.casefold()] = Account(username, secrets.seal(password), role, mfa)

    def all(self) -> list[Account]:
        return list(self._accounts.values())

    def sign_in(self, username: str, password: str) -> Account | None:
        account = self._accounts.get(username.casefold())
        if account is None or account.mfa or not secrets.matches(account.sealed_password, password):
            return None
        return account

    def grant(self, account: Account, lifetime: int, short_term: bool) -> Grant[Account]:
        refresh_lifetime = lifetime + SHORT_TERM_SECONDS if short_term else REFRESH_SECONDS
        return self.grants.give(account, lifetime, refresh_lifetime)

    def redeem(self, refresh: str) -> Account | None:
        """The account of a refresh token, which is used up with its access token."""
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
