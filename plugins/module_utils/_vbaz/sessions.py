# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading from an appliance the sessions that pass the filters, and the policies of all workloads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from .._core.answer import Fits
from .._core.compare import closest, fold
from .._core.errors import InvalidInput, NotFound, quoted
from .._core.option import Option
from .._core.shape import STRING, asked_for, shaped
from .client import OLDEST, Vbaz, is_session
from .filters import Filters
from .session_types import COSMOS, EXPORT_TYPES, FILES, NETWORK, SQL, STATUSES, VM, WORKLOADS

SESSIONS_PATH = "/jobSessions"
# The paths of policies by workload. Virtual networks have one policy, and no list.
OLD_POLICY_LISTS = {"/policies": VM}
POLICY_LISTS = {
    "/policies/virtualMachines": VM,
    "/policy/slaBased/virtualMachines": VM,
    "/policies/sql": SQL,
    "/policies/fileShares": FILES,
    "/policies/cosmosDb": COSMOS,
}
ONE_POLICY = {"/policy/vnet": NETWORK}

# A session, a policy or another object, as the appliance sends it.
JsonObject = dict[str, Any]

# The options by which sessions are chosen.
FILTER_OPTIONS: Mapping[str, Option] = {
    "session_ids": Option(type="list", elements="str"),
    "policy_id": Option(),
    "name": Option(names=True),
    "status": Option(type="list", elements="str", choices=STATUSES),
    "session_types": Option(type="list", elements="str", choices=EXPORT_TYPES),
    "workload_types": Option(type="list", elements="str", choices=WORKLOADS),
    "from": Option(),
    "to": Option(),
}
FILTER_RULES: Mapping[str, Any] = {"mutually_exclusive": [("policy_id", "name")]}


def sessions(
    service: Vbaz,
    filters: Filters,
    more: Mapping[str, Any] | None = None,
    doubted: Callable[[JsonObject], None] = lambda session: None,
) -> Iterator[JsonObject]:
    """The sessions that pass the filters, in the order of the appliance. `more` are query parameters of the list.

    `doubted` is shown those of which nobody can say whether they pass.
    """
    if filters.session_ids:
        yield from (session(service, session_id) for session_id in filters.session_ids)
        return
    query = {**filters.query(service.version), **(more or {})}
    for found in service.pages(SESSIONS_PATH, query):
        if filters.doubts(found):
            doubted(found)
        elif filters.keeps(found):
            yield found


def session(service: Vbaz, session_id: str) -> JsonObject:
    """One session. Raises InvalidInput if there is none."""
    try:
        return service.read(f"{SESSIONS_PATH}/{quote(session_id, safe='')}", _session_of(session_id))
    except NotFound as error:
        raise InvalidInput(
            f"There is no session {quoted(session_id)}: {error.server_message}.", "Correct the id."
        ) from None


def _session_of(session_id: str) -> Fits:
    """The check whether this is the session that was asked for."""
    is_it = asked_for(session_id)
    return lambda value: is_session(value) and is_it(value)


def with_policy_id(service: Vbaz, filters: Filters) -> Filters:
    """The filters with the id of the policy they name. The appliance may take a name for a part of a name."""
    if not filters.name:
        return filters
    known = list(policies(service, filters.workloads))
    found = [row for row in known if fold(row.get("name")) == fold(filters.name)]
    found = closest(found, (filters.name, itemgetter("name")))
    if len(found) > 1:
        ids = ", ".join(f"{row['id']} ({row['name']})" for row in found)
        raise InvalidInput(f"There are several policies {quoted(filters.name)}: {ids}.", "Give one as policy_id.")
    if not found:
        names = ", ".join(sorted(str(row.get("name")) for row in known)) or "none"
        raise InvalidInput(
            f"There is no policy {quoted(filters.name)}; there are: {names}.",
            "A policy that was removed is found by its policy_id.",
        )
    return replace(filters, policy_id=str(found[0]["id"]).lower())


def policies(
    service: Vbaz, workloads: Collection[str] = (), query: Mapping[str, Any] | None = None
) -> Iterator[JsonObject]:
    """Every policy, with its workload as `workloadType`. Raises NotFound if the version in use has no list at all.

    The policy of virtual networks takes no query, so it is left out with one.
    """
    refusals, found = [], False
    newer = POLICY_LISTS if query else {**POLICY_LISTS, **ONE_POLICY}
    paths = OLD_POLICY_LISTS if service.version == OLDEST else newer
    for path, workload in paths.items():
        if workloads and workload not in workloads:
            continue
        try:
            for row in _policies_at(service, path, query):
                yield {**row, "workloadType": workload}
            found = True
        except NotFound as error:
            # Older versions do not know all workloads.
            refusals.append(error)
    if refusals and not found:
        raise refusals[0]


def _policies_at(service: Vbaz, path: str, query: Mapping[str, Any] | None) -> Iterator[JsonObject]:
    if path in ONE_POLICY:
        yield service.read(path, shaped({"id!": STRING, "name": STRING}))
    else:
        yield from service.listed(path, query)
