# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokens that a service has issued; they are kept only in memory, never in the store."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Generic, TypeVar

from .clock import Clock

Account = TypeVar("Account")


@dataclass
class Grant(Generic[Account]):
    """A pair of tokens, and until when each is valid."""

    account: Account
    access: str
    refresh: str
    access_until: float
    refresh_until: float


class Grants(Generic[Account]):
    """All pairs of tokens of one instance, one per sign-in."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # Those that were not revoked, oldest first.
        self.held: list[Grant[Account]] = []

    def give(self, account: Account, lifetime: float, refresh_lifetime: float) -> Grant[Account]:
        now = self._clock.timestamp()
        grant = Grant(account, token(), token(), now + lifetime, now + refresh_lifetime)
        self.held.append(grant)
        return grant

    def of_refresh(self, refresh: str) -> Grant[Account] | None:
        now = self._clock.timestamp()
        return next(
            (grant for grant in self.held if refresh and grant.refresh == refresh and grant.refresh_until > now),
            None,
        )

    def holder(self, access: str) -> Account | None:
        now = self._clock.timestamp()
        return next((grant.account for grant in self.held if grant.access == access and grant.access_until > now), None)

    def revoke(self, access: str) -> None:
        self.held = [grant for grant in self.held if grant.access != access]

    def expire(self, access: str) -> None:
        """The access token expires now; its refresh token still works."""
        for grant in self.held:
            if grant.access == access:
                grant.access_until = 0.0

    def clear(self) -> None:
        self.held.clear()


def token() -> str:
    """Looks like a real one: three parts, so that no client takes a part of it for the whole."""
    return f"eyJhbGciOiJSUzUxMiJ9.{uuid.uuid4().hex}.{uuid.uuid4().hex}{uuid.uuid4().hex}"
