# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts that may sign in, and their sessions, which are kept only in memory, never in the store."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from ...core import secrets
from ...core.clock import Clock
from .switches import VcsaSwitches
from .vapi.errors import error

ADMINISTRATORS = "SystemConfiguration.Administrators"


@dataclass(frozen=True)
class Account:
    """An account. Only members of one group may use the recovery services, whatever their roles in the vCenter."""

    username: str
    sealed_password: str
    group: str = ADMINISTRATORS


@dataclass
class Session:
    """A session; every request that uses it counts as activity."""

    id: str
    account: Account
    created: datetime
    accessed: datetime


class Accounts:
    """Signs accounts in and out. A session ends when it was idle for too long, and in any case after its lifetime."""

    def __init__(self, clock: Clock, switches: VcsaSwitches) -> None:
        self._clock = clock
        self._switches = switches
        self._accounts: dict[str, Account] = {}
        self._sessions: dict[str, Session] = {}

    def add(self, username: str, password: str, group: str = ADMINISTRATORS) -> None:
        self._accounts[username.casefold()] = Account(username, secrets.seal(password), group)

    def sign_in(self, username: str, password: str) -> Account | None:
        account = self._accounts.get(username.casefold())
        if account is None or not secrets.matches(account.sealed_password, password):
            return None
        return account

    def open(self, account: Account) -> Session:
        """Open a session; raises VapiError when the account has as many sessions as the limit allows."""
        self._forget_expired()
        mine = [session for session in self._sessions.values() if session.account == account]
        if len(mine) >= self._switches.session_limit:
            raise error("service_unavailable", "session.limit", "The user has too many sessions.")
        now = self._clock.now()
        session = Session(uuid.uuid4().hex, account, now, now)
        self._sessions[session.id] = session
        return session

    def use(self, session_id: str) -> Session | None:
        """The session of that id, if it has not ended; it counts as used."""
        self._forget_expired()
        session = self._sessions.get(session_id)
        if session is not None:
            session.accessed = self._clock.now()
        return session

    def close(self, session_id: str) -> None:
        self._sessions.pop(session_id, None)

    def count(self) -> int:
        """How many sessions are open: the proof that a client signs out."""
        self._forget_expired()
        return len(self._sessions)

    def sign_everyone_out(self) -> None:
        self._sessions.clear()

    def _forget_expired(self) -> None:
        now, switches = self._clock.now(), self._switches
        self._sessions = {
            session.id: session
            for session in self._sessions.values()
            if (now - session.accessed).total_seconds() < switches.idle_seconds
            and (now - session.created).total_seconds() < switches.lifetime_seconds
        }
