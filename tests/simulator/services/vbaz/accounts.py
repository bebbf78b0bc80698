# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts that may sign in, with roles, and their tokens, which are kept only in memory, never in the store."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from ...core import secrets
from ...core.clock import Clock
from ...core.grants import Grant, Grants, token
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
    """An account. `mfa_code` is the code of its second factor; empty: it needs none."""

    username: str
    sealed_password: str
    role: str = ADMINISTRATOR
    mfa_code: str = ""

    @property
    def id(self) -> str:
        return str(uuid.uuid5(NAMESPACE, f"vbaz/account/{self.username}"))


class Accounts:
    """Signs accounts in and out, some with a second factor, and refreshes tokens. The case of names does not matter."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accounts: dict[str, Account] = {}
        self.grants: Grants[Account] = Grants(clock)
        self._challenges: dict[str, tuple[Account, float]] = {}

    def add(self, username: str, password: str, role: str = ADMINISTRATOR, mfa_code: str = "") -> None:
        self._accounts[username.casefold()] = Account(username, secrets.seal(password), role, mfa_code)

    def sign_in(self, username: str, password: str) -> Account | None:
        account = self._accounts.get(username.casefold())
        if account is None or not secrets.matches(account.sealed_password, password):
            return None
        return account

    def challenge(self, account: Account) -> str:
        """A token with which the client must send the code of the second factor."""
        challenge = token()
        self._challenges[challenge] = (account, self._clock.timestamp() + MFA_SECONDS)
        return challenge

    def answer(self, challenge: str, code: str) -> Account | None:
        """The account that a code signs in; a challenge can be answered once."""
        account, until = self._challenges.get(challenge, (None, 0.0))
        if account is None or until <= self._clock.timestamp() or account.mfa_code != code:
            return None
        del self._challenges[challenge]
        return account

    def grant(self, account: Account, lifetime: int, refresh_lifetime: int = REFRESH_SECONDS) -> Grant[Account]:
        return self.grants.give(account, lifetime, refresh_lifetime)

    def redeem(self, refresh: str, once: bool) -> Account | None:
        """The account of a refresh token. The access token of the pair stays valid until it expires."""
        grant = self.grants.of_refresh(refresh)
        if grant is None:
            return None
        grant.refresh = "" if once else refresh
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
        self._challenges.clear()
