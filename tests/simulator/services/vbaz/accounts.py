# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may sign in, in which role, and the tokens they hold; tokens live only in memory and never reach the store."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from ...core import secrets
from ...core.clock import Clock
from ...core.store import NAMESPACE

ADMINISTRATOR = "PortalAdmin"
OPERATOR = "PortalOperator"
RESTORE_OPERATOR = "RestoreOperator"
READER = "ReadOnlyUser"
# Who may stop a session (facts/vbaz.md 3).
STOPPING = (ADMINISTRATOR, OPERATOR, RESTORE_OPERATOR)
REFRESH_SECONDS = 14 * 24 * 3600
MFA_SECONDS = 5 * 60


@dataclass(frozen=True)
class Account:
    """`mfa_code` is the code that a second factor would show; empty means that none is asked for."""

    username: str
    sealed_password: str
    role: str = ADMINISTRATOR
    mfa_code: str = ""

    @property
    def id(self) -> str:
        return str(uuid.uuid5(NAMESPACE, f"vbaz/account/{self.username}"))


@dataclass
class Grant:
    """A pair of tokens, and until when each is good."""

    account: Account
    access: str
    refresh: str
    access_until: float
    refresh_until: float


class Accounts:
    """Signs in, with a second factor if need be, refreshes and signs out; the case of a name does not matter."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accounts: dict[str, Account] = {}
        self._grants: list[Grant] = []
        self._challenges: dict[str, tuple[Account, float]] = {}

    def add(self, username: str, password: str, role: str = ADMINISTRATOR, mfa_code: str = "") -> None:
        self._accounts[username.casefold()] = Account(username, secrets.seal(password), role, mfa_code)

    def sign_in(self, username: str, password: str) -> Account | None:
        account = self._accounts.get(username.casefold())
        if account is None or not secrets.matches(account.sealed_password, password):
            return None
        return account

    def challenge(self, account: Account) -> str:
        """The token with which the code of the second factor is to be sent."""
        token = _token()
        self._challenges[token] = (account, self._clock.timestamp() + MFA_SECONDS)
        return token

    def answer(self, token: str, code: str) -> Account | None:
        """Whom a code signs in; a challenge is over once it was answered rightly."""
        account, until = self._challenges.get(token, (None, 0.0))
        if account is None or until <= self._clock.timestamp() or account.mfa_code != code:
            return None
        del self._challenges[token]
        return account

    def grant(self, account: Account, lifetime: int, refresh_lifetime: int = REFRESH_SECONDS) -> Grant:
        now = self._clock.timestamp()
        grant = Grant(account, _token(), _token(), now + lifetime, now + refresh_lifetime)
        self._grants.append(grant)
        return grant

    def redeem(self, refresh: str, once: bool) -> Account | None:
        """Whom a refresh token signs in. The access token of the pair stays good until it expires by itself."""
        for grant in self._grants:
            if refresh and grant.refresh == refresh and grant.refresh_until > self._clock.timestamp():
                grant.refresh = "" if once else refresh
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
        self._challenges.clear()


def _token() -> str:
    """Shaped like the real thing: three parts, so that nobody takes a part of it for the whole."""
    return f"eyJhbGciOiJIUzI1NiJ9.{uuid.uuid4().hex}.{uuid.uuid4().hex}{uuid.uuid4().hex}"
