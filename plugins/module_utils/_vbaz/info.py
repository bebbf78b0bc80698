# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an appliance: what it is, its sessions, what they come to, its policies and its repositories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from .._core.errors import InvalidInput
from .._core.operation import Inquiry, Params, Result
from .._core.option import Option
from .._core.query import compiled, search
from .._core.times import now
from .client import Vbaz
from .expectations import demand, expectation_of
from .filters import Filters, filters_of, policies_of
from .session_types import STATUSES
from .sessions import FILTERS, RULES, SESSIONS, Row, by_id, policies, session, sessions
from .summary import Tally

REPOSITORIES = "/repositories"
# Paging is done here.
PARTS = ("Offset", "Limit")
EXPECTATIONS = ("expect", "max_age")
# Which of these options a resource takes.
CHOOSING = ("session_id", *FILTERS, "filters", *EXPECTATIONS)
OF_SESSIONS = (*FILTERS, "filters", *EXPECTATIONS)
TAKES: Mapping[str, tuple[str, ...]] = {
    "sessions": OF_SESSIONS,
    "summary": OF_SESSIONS,
    "session": ("session_id",),
    "policies": ("workload_types", "filters"),
    "repositories": ("filters",),
}


def check(params: Params) -> None:
    """Refuse what can be refused without asking the appliance. Raises InvalidInput."""
    name = params["resource"]
    useless = [option for option in CHOOSING if params[option] is not None and option not in TAKES.get(name, ())]
    if useless:
        raise InvalidInput(f"{useless[0]} means nothing with resource {name}.", "Leave it out.")
    compiled(params["query"])
    filters_of(params)
    expectation_of(params)
    _own(params)


def read(service: Vbaz, params: Params) -> Result:
    return READERS[params["resource"]](service, params)


def _about(service: Vbaz, params: Params) -> Result:
    about = service.read("/system/about", lambda value: isinstance(value, Mapping))
    return _one({**about, "api_version": service.version, "api_versions": service.served()}, params)


def _session(service: Vbaz, params: Params) -> Result:
    """One session, with its log in it."""
    found = session(service, params["session_id"])
    path = f"{SESSIONS}/{quote(params['session_id'], safe='')}/log"
    log = service.read(path, lambda value: isinstance(value, Mapping)).get("log") or []
    return _one({**found, "log": log}, params)


def _policies(service: Vbaz, params: Params) -> Result:
    return _rows(list(policies(service, params["workload_types"] or (), _in_commas(_own(params)))), params)


def _repositories(service: Vbaz, params: Params) -> Result:
    return _rows(list(service.pages(REPOSITORIES, _in_commas(_own(params)))), params)


def _sessions(service: Vbaz, params: Params) -> Result:
    rows: list[Row] = []
    told = _tallied(service, params, rows)
    return {**_rows(rows, params), **told}


def _summary(service: Vbaz, params: Params) -> Result:
    """What the sessions come to; they are not kept."""
    told = _tallied(service, params, None)
    return {**told, **_one(told["summary"], params)}


def _tallied(service: Vbaz, params: Params, rows: list[Row] | None) -> Result:
    """What the sessions come to, and whether it is as expected. They are put into `rows` if there are any to be."""
    expectation = expectation_of(params)
    filters = by_id(service, filters_of(params))
    if expectation:
        filters = replace(filters, types=expectation.types, lenient=True)
    tally, names = Tally(), dict[str, str]()
    for row in sessions(service, filters, _own(params)):
        tally.add(row)
        names.update(policies_of(row))
        if rows is not None:
            rows.append(row)
    summary = {"summary": tally.as_dict()}
    if not expectation:
        return summary
    wanted = _wanted(service, filters, names)
    found = expectation.judge(tally, wanted, now())
    demand(found, **summary)
    return {**summary, "expectations": found}


def _wanted(service: Vbaz, filters: Filters, names: Mapping[str, str]) -> dict[str, str]:
    """The policies that something is expected of, names by id: the one that was named, else all that are enabled.

    A policy that never ran is in no session, so they are taken from the lists of policies.
    """
    if filters.policy_id:
        return {filters.policy_id: filters.name or names.get(filters.policy_id, filters.policy_id)}
    found = policies(service, filters.workloads)
    return {str(row["id"]).lower(): str(row.get("name")) for row in found if row.get("isEnabled") is not False}


def _own(params: Params) -> dict[str, Any]:
    """What the user adds to the query of a list, in the words of the service."""
    own = params["filters"] or {}
    wrong = [name for name in own if name in PARTS]
    if wrong:
        raise InvalidInput(f"filters has {wrong[0]}.", "Leave it out: lists are read to their end.")
    return dict(own)


def _in_commas(query: Mapping[str, Any]) -> dict[str, Any]:
    """Several values as these lists are documented to take them; that of sessions takes them one by one."""
    return {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in query.items()}


def _one(found: Row, params: Params) -> Result:
    query = compiled(params["query"])
    return {"resource": search(query, found) if query else found, "resources": [found]}


def _rows(rows: list[Row], params: Params) -> Result:
    query = compiled(params["query"])
    return {"resources": search(query, rows) if query else rows, "count": len(rows)}


READERS = {
    "about": _about,
    "sessions": _sessions,
    "summary": _summary,
    "session": _session,
    "policies": _policies,
    "repositories": _repositories,
}

INFO = Inquiry(
    client=Vbaz,
    options={
        "resource": Option(default="about", choices=tuple(READERS)),
        "session_id": Option(),
        **FILTERS,
        "filters": Option(type="dict"),
        "expect": Option(type="list", elements="str", choices=STATUSES),
        "max_age": Option(),
        "query": Option(),
    },
    read=read,
    rules={**RULES, "required_if": [("resource", "session", ("session_id",))]},
    validate=check,
)
