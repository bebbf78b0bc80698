# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of sessions: from the options of a task to the body of an export, to a query of the list, and to rows.

Pure.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._core.errors import InvalidInput, quoted
from . import times
from .session_types import EXPORT_TYPES, MEANINGS, STATUSES, belongs_to

# The one version whose list is known to take all these types (facts/vbaz.md 4.4).
TYPES_KNOWN_IN = "v8.1"
# The only type that the list cannot be filtered by (facts/vbaz.md 4.4).
NO_FILTER_VALUE = "VmSnapshotRetention"


@dataclass(frozen=True)
class Filters:
    """Conditions that all have to hold; an empty one holds for every session. `begin` is within, `end` is not.

    If nobody knows whether a session is of these types and workloads, that is an error; with `lenient` the session is
    left out, and `doubts` says so.
    """

    session_ids: tuple[str, ...] = ()
    policy_id: str = ""
    name: str = ""
    status: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    begin: datetime | None = None
    end: datetime | None = None
    lenient: bool = False

    def body(self) -> dict[str, Any] | None:
        """The body of an export; None for all sessions (facts/vbaz.md 4.3)."""
        body = {
            "jobSessionIds": list(self.session_ids),
            "policyId": self.policy_id,
            "status": list(self.status),
            "sessionTypes": list(self.types),
            "workloadTypes": list(self.workloads),
            "fromUtc": self.begin and times.formatted(self.begin),
            "toUtc": self.end and times.formatted(self.end),
        }
        return {name: value for name, value in body.items() if value} or None

    def query(self, version: str) -> dict[str, Any]:
        """The query of a list that holds at least these sessions (facts/vbaz.md 4.1)."""
        query = {
            "PolicyId": self.policy_id,
            "Status": list(self.status),
            "Types": self._types(version),
            "FromUtc": self.begin and times.formatted(self.begin),
            "ToUtc": self.end and times.formatted(self.end),
        }
        return {name: value for name, value in query.items() if value}

    def _types(self, version: str) -> list[str]:
        """The types by which to filter the list; none if the version in use cannot do that, or it is not needed."""
        possible = [name for name in MEANINGS if belongs_to(name, self.types, self.workloads) is not False]
        known = version == TYPES_KNOWN_IN and NO_FILTER_VALUE not in possible
        return possible if known and (self.types or self.workloads) else []

    def keeps(self, session: Mapping[str, Any]) -> bool:
        """Whether a session passes. Raises InvalidInput if no source says whether it does."""
        if not (self._of_policy(session) and self._of_status(session) and self._of_time(session)):
            return False
        name = str(session.get("type") or "")
        kept = belongs_to(name, self.types, self.workloads)
        if kept is None and not self.lenient:
            raise InvalidInput(
                f"Session {session.get('id')} has the type {name or 'none'}, and no source tells whether that is "
                "one of these session_types and workload_types.",
                "Leave them out or name more of them; a file in csv or xml is sorted out by the appliance itself.",
            )
        return bool(kept)

    def doubts(self, session: Mapping[str, Any]) -> bool:
        """Whether a session is left out only because it does not say what it would be chosen by."""
        if not (self._of_policy(session) and self._of_status(session)):
            return False
        kept = belongs_to(str(session.get("type") or ""), self.types, self.workloads)
        if times.started(session) is None and (self.begin or self.end):
            return kept is not False
        return self.lenient and kept is None and self._of_time(session)

    def _of_policy(self, session: Mapping[str, Any]) -> bool:
        """Whether a session is of the policy. One that names no policy is, because the appliance has chosen it."""
        named = {policy_id for policy_id, _name in policies_of(session)}
        return not self.policy_id or not named or self.policy_id.lower() in named

    def _of_status(self, session: Mapping[str, Any]) -> bool:
        return not self.status or session.get("status") in self.status

    def _of_time(self, session: Mapping[str, Any]) -> bool:
        if not self.begin and not self.end:
            return True
        moment = times.started(session)
        if moment is None:
            return False
        return (not self.begin or self.begin <= moment) and (not self.end or moment < self.end)


def policies_of(session: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Id and name of the policies that a session names."""
    for place in ("backupJobInfo", "healthCheckJobInfo"):
        info = session.get(place)
        if isinstance(info, Mapping) and info.get("policyId"):
            yield str(info["policyId"]).lower(), str(info.get("policyName") or "")


def filters_of(params: Mapping[str, Any]) -> Filters:
    """The filters in the options of a task. Raises InvalidInput."""
    filters = Filters(
        session_ids=tuple(dict.fromkeys(params["session_ids"] or ())),
        policy_id=_policy_id(params["policy_id"]),
        name=params["name"] or "",
        status=_in_order(params["status"], STATUSES),
        types=_in_order(params["session_types"], EXPORT_TYPES),
        workloads=tuple(sorted(params["workload_types"] or ())),
        begin=times.begin("from", params["from"]) if params["from"] else None,
        end=times.end("to", params["to"]) if params["to"] else None,
    )
    if params["session_ids"] == []:
        raise InvalidInput("session_ids is empty.", "Name sessions, or leave it out for all of them.")
    if filters.begin and filters.end and filters.begin >= filters.end:
        raise InvalidInput(f"from ({params['from']}) is not before to ({params['to']}).")
    if filters.session_ids and filters != Filters(session_ids=filters.session_ids):
        raise InvalidInput(
            "session_ids cannot be combined with other filters.",
            "No source tells whether sessions then have to be in the list and pass the filters, or either.",
        )
    return filters


def _policy_id(text: str | None) -> str:
    try:
        return str(uuid.UUID(text)) if text else ""
    except ValueError:
        raise InvalidInput(f"policy_id is no id: {quoted(text)}.", "Use name for the name of a policy.") from None


def _in_order(given: list[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in known if name in (given or ()))
