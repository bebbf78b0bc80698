# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an appliance: what it is, its sessions and their summary, its policies and its repositories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from .._core.errors import InvalidInput
from .._core.operation import Inquiry, Params, Result
from .._core.option import Option
from .._core.paging import settled
from .._core.query import chosen, compiled, narrowed
from .._core.shape import shaped
from .client import Vbaz
from .expectations import Doubt, doubt_of, expectation_of, require_met
from .filters import Filters, filters_of, policies_of
from .session_types import STATUSES
from .sessions import (
    FILTER_OPTIONS,
    FILTER_RULES,
    SESSIONS_PATH,
    JsonObject,
    policies,
    session,
    sessions,
    with_policy_id,
)
from .summary import Tally

REPOSITORIES = "/repositories"
# The client pages through lists, so these are no filters of a user.
PAGING = ("Offset", "Limit")
EXPECTATIONS = ("expect", "max_age")
# Of the options that depend on the resource, those that each resource takes.
OF_SESSIONS = (*FILTER_OPTIONS, "filters", *EXPECTATIONS)
DEPENDENT = ("session_id", *OF_SESSIONS)
TAKES: Mapping[str, tuple[str, ...]] = {
    "sessions": OF_SESSIONS,
    "summary": OF_SESSIONS,
    "session": ("session_id",),
    "policies": ("workload_types", "filters"),
    "repositories": ("filters",),
}


def validate(params: Params) -> None:
    """Refuse what can be refused without asking the appliance. Raises InvalidInput."""
    name = params["resource"]
    useless = [option for option in DEPENDENT if params[option] is not None and option not in TAKES.get(name, ())]
    if useless:
        raise InvalidInput(f"{useless[0]} means nothing with resource {name}.", "Leave it out.")
    compiled(params["query"])
    filters_of(params)
    expectation_of(params)
    _list_parameters(params)


def read(service: Vbaz, params: Params) -> Result:
    return READERS[params["resource"]](service, params)


def _about(service: Vbaz, params: Params) -> Result:
    about = service.read("/system/about", shaped({}))
    return _one({**about, "api_version": service.version, "api_versions": service.served()}, params)


def _session(service: Vbaz, params: Params) -> Result:
    """One session, with its log in it."""
    found = session(service, params["session_id"])
    path = f"{SESSIONS_PATH}/{quote(params['session_id'], safe='')}/log"
    log = service.read(path, shaped({"log": [{}]})).get("log") or []
    return _one({**found, "log": log}, params)


def _policies(service: Vbaz, params: Params) -> Result:
    workloads = params["workload_types"] or ()
    found = list(policies(service, workloads, _in_commas(_list_parameters(params))))
    said = narrowed("filters", params["filters"], found, lambda: policies(service, workloads))
    return {**_rows(found, params), **said}


def _repositories(service: Vbaz, params: Params) -> Result:
    found = service.listed(REPOSITORIES, _in_commas(_list_parameters(params)))
    said = narrowed("filters", params["filters"], found, lambda: service.listed(REPOSITORIES))
    return {**_rows(found, params), **said}


def _sessions(service: Vbaz, params: Params) -> Result:
    found, rows = _tallied(service, params, keep=True)
    return {**_rows(rows, params), **found}


def _summary(service: Vbaz, params: Params) -> Result:
    """The summary of the sessions; they are not kept."""
    found, _rows = _tallied(service, params, keep=False)
    one = _one(found["summary"], params)
    warnings = [*found.get("warnings", ()), *one.get("warnings", ())]
    return {**found, **one, **({"warnings": warnings} if warnings else {})}


def _tallied(service: Vbaz, params: Params, keep: bool) -> tuple[Result, list[JsonObject]]:
    """The summary of the sessions, and whether it is as expected; and the sessions themselves, to `keep` them."""
    expectation = expectation_of(params)
    filters = with_policy_id(service, filters_of(params))
    if expectation:
        filters = replace(filters, types=expectation.types, lenient=True)

    def read() -> tuple[Tally, dict[str, str], list[JsonObject], list[Doubt]]:
        tally, names, rows, doubted = Tally(), dict[str, str](), list[JsonObject](), list[Doubt]()

        def doubt(row: JsonObject) -> None:
            doubted.extend(filter(None, [doubt_of(row)]))

        for row in sessions(service, filters, _list_parameters(params), doubt):
            tally.add(row)
            names.update(policies_of(row))
            doubt(row)
            if keep:
                rows.append(row)
        return tally, names, rows, doubted

    tally, names, rows, doubted = settled(read)
    said = narrowed("filters", params["filters"], range(tally.count), lambda: sessions(service, filters))
    summary = {"summary": tally.as_dict(), **said}
    if not expectation:
        return summary, rows
    found = expectation.judge(tally, _expected_policies(service, filters, names), service.now(), doubted)
    require_met(found, **summary)
    return {**summary, "expectations": found}, rows


def _expected_policies(service: Vbaz, filters: Filters, names: Mapping[str, str]) -> dict[str, str]:
    """The names by id of the policies that need a backup: the one that the filters name, else all that are enabled.

    A policy that never ran is in no session, so these come from the lists of policies.
    """
    if filters.policy_id:
        return {filters.policy_id: filters.name or names.get(filters.policy_id, filters.policy_id)}
    found = policies(service, filters.workloads)
    return {str(row["id"]).lower(): str(row.get("name")) for row in found if row.get("isEnabled") is not False}


def _list_parameters(params: Params) -> dict[str, Any]:
    """The query parameters that the user adds to a list. Raises InvalidInput for those that page through it."""
    own = params["filters"] or {}
    wrong = [name for name in own if name in PAGING]
    if wrong:
        raise InvalidInput(f"filters has {wrong[0]}.", "Leave it out: lists are read to their end.")
    return dict(own)


def _in_commas(query: Mapping[str, Any]) -> dict[str, Any]:
    """Several values joined, as these lists are documented to take them; that of sessions takes them one by one."""
    return {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in query.items()}


def _one(found: JsonObject, params: Params) -> Result:
    query = compiled(params["query"])
    return {**chosen("resource", query, found), "resources": [found]}


def _rows(rows: list[JsonObject], params: Params) -> Result:
    query = compiled(params["query"])
    return {**chosen("resources", query, rows), "count": len(rows)}


READERS = {
    "about": _about,
    "sessions": _sessions,
    "summary": _summary,
    "session": _session,
    "policies": _policies,
    "repositories": _repositories,
}

APPLIANCE_INFO = Inquiry(
    client=Vbaz,
    options={
        "resource": Option(default="about", choices=tuple(READERS)),
        "session_id": Option(),
        **FILTER_OPTIONS,
        "filters": Option(type="dict"),
        "expect": Option(type="list", elements="str", choices=STATUSES),
        "max_age": Option(),
        "query": Option(),
    },
    read=read,
    rules={**FILTER_RULES, "required_if": [("resource", "session", ("session_id",))]},
    validate=validate,
)
