# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of sessions, which a list reads from its query and an export from its body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ....core.names import folded
from ..vocabulary import BY_COARSE_TYPE, BY_WORKLOAD
from .session import JobSession, read_time, session_number

ZERO_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Wanted:
    """A filter: every condition that is not None must hold. Times include both ends (an assumption)."""

    numbers: frozenset[int] | None = None
    policy_id: str | None = None
    name: str | None = None
    whole_name: bool = False
    statuses: frozenset[str] | None = None
    types: frozenset[str] | None = None
    start: datetime | None = None
    end: datetime | None = None
    resource: str | None = None

    @property
    def all(self) -> bool:
        return self == Wanted(whole_name=self.whole_name)

    def among(self, types: frozenset[str]) -> Wanted:
        """The same filter, limited to these types."""
        return replace(self, types=types if self.types is None else self.types & types)

    def matches(self, session: JobSession) -> bool:
        policy = session.policy or {}
        return (
            (self.statuses is None or session.status in self.statuses)
            and (self.types is None or session.type in self.types)
            and (self.numbers is None or session.number in self.numbers)
            and (self.policy_id is None or policy.get("id") == self.policy_id)
            and (self.name is None or self._named(str(policy.get("name", ""))))
            and (self.start is None or session.started >= self.start)
            and (self.end is None or session.started <= self.end)
            and (self.resource is None or self.resource in session.resources)
        )

    def _named(self, name: str) -> bool:
        wanted, found = folded(str(self.name)), folded(name)
        return wanted == found if self.whole_name else wanted in found


def from_query(query: Mapping[str, Any], whole_name: bool) -> Wanted:
    """The filter in the checked parameters of a list."""
    types = query.get("Types")
    return Wanted(
        policy_id=_policy(query.get("PolicyId")),
        name=query.get("Filter") or None,
        whole_name=whole_name,
        statuses=_set(query.get("Status")),
        types=_set(types),
        start=_moment(query.get("FromUtc")),
        end=_moment(query.get("ToUtc")),
        resource=query.get("ResourceId") or None,
    )


def from_options(options: Mapping[str, Any], whole_name: bool) -> Wanted:
    """The filter in the checked body of an export. An empty list is no condition (an assumption)."""
    ids = options.get("jobSessionIds")
    return Wanted(
        numbers=frozenset(session_number(each) or 0 for each in ids) if ids else None,
        policy_id=_policy(options.get("policyId")),
        name=options.get("filter") or None,
        whole_name=whole_name,
        statuses=_set(options.get("status")),
        types=_both(
            _union(BY_COARSE_TYPE, options.get("sessionTypes")), _union(BY_WORKLOAD, options.get("workloadTypes"))
        ),
        start=_moment(options.get("fromUtc")),
        end=_moment(options.get("toUtc")),
    )


def _union(table: Mapping[str, frozenset[str]], words: Iterable[str] | None) -> frozenset[str] | None:
    return frozenset().union(*(table[word] for word in words)) if words else None


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return one & other if one is not None and other is not None else one or other


def _set(words: Iterable[str] | None) -> frozenset[str] | None:
    return frozenset(words) if words else None


def _policy(text: str | None) -> str | None:
    """The id of a policy; one of zeros means none, and asks nothing."""
    return text.lower() if text and text != ZERO_ID else None


def _moment(text: str | None) -> datetime | None:
    return read_time(text) if text else None
