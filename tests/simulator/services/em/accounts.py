# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts that may sign in, and their logon sessions, which are kept only in memory: no token is stored."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from ...core import secrets
from ...core.clock import Clock

ADMINISTRATOR = "Portal Administrator"
USER = "Portal User"


@dataclass(frozen=True)
class Account:
    """An account with its role in the portal."""

    username: str
    sealed_password: str
    role: str = ADMINISTRATOR


@dataclass
class Logon:
    """A logon session: its secret token, its public id, and how many tasks it has started."""

    account: Account
    token: str
    session_id: str
    seen: float
    tasks: int = 0


class Accounts:
    """Signs accounts in and out. A session ends when it was idle for too long (facts/em.md 2)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accounts: dict[str, Account] = {}
        self._logons: dict[str, Logon] = {}

    def add(self, username: str, password: str, role: str = ADMINISTRATOR) -> None:
        self._accounts[username.casefold()] = Account(username, secrets.seal(password), role)

    def get(self, username: str) -> Account | None:
        return self._accounts.get(username.casefold())

    def sign_in(self, username: str, password: str) -> Logon | None:
        account = self.get(username)
        if account is None or not secrets.matches(account.sealed_password, password):
            return None
        logon = Logon(account, _token(), str(uuid.uuid4()), self._clock.timestamp())
        self._logons[logon.token] = logon
        return logon

    def holder(self, token: str, idle_seconds: int) -> Logon | None:
        """The session of a token; every use keeps it alive."""
        logon, now = self._logons.get(token), self._clock.timestamp()
        if logon is None or now - logon.seen > idle_seconds:
            self.expire(token)
            return None
        logon.seen = now
        return logon

    def logons(self) -> Iterator[Logon]:
        return iter(list(self._logons.values()))

    def sign_out(self, session_id: str) -> bool:
        """End a session; returns whether it existed."""
        tokens = [logon.token for logon in self.logons() if logon.session_id == session_id]
        for token in tokens:
            self.expire(token)
        return bool(tokens)

    def expire(self, token: str) -> None:
        self._logons.pop(token, None)

    def sign_everyone_out(self) -> None:
        self._logons.clear()


def _token() -> str:
    """Looks like a real one: a GUID in base64."""
    return base64.b64encode(str(uuid.uuid4()).encode()).decode()
