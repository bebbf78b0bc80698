# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two styles in which an appliance takes and gives the same: /rest wraps everything, /api does not.

Source: facts/vcsa.md 0 and 2. The names of arguments are those of the operations' own parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from .._core.answer import Answer
from .._core.errors import AuthFailed, BadAnswer, Forbidden, NotFound, RestError, ServerFault, of_status

BACKUP = "/appliance/recovery/backup"
JOB = f"{BACKUP}/job"
SCHEDULES = f"{BACKUP}/schedules"
ARCHIVES = f"{BACKUP}/system-name"
PLACE = re.compile(r"{(\w+)}")
READS = "GET"

FEATURE_IN_USE = "FEATURE_IN_USE"
# In /rest every error is a 400, so that its type says more than its status.
KINDS: Mapping[str, type[RestError]] = {
    "UNAUTHENTICATED": AuthFailed,
    "UNAUTHORIZED": Forbidden,
    "NOT_FOUND": NotFound,
    "ERROR": ServerFault,
    "INTERNAL_SERVER_ERROR": ServerFault,
    "SERVICE_UNAVAILABLE": ServerFault,
    "TIMED_OUT": ServerFault,
}


@dataclass(frozen=True)
class Style:
    """One style: where it is, where its sessions are, how a session is asked for, and whether it wraps what it says."""

    name: str
    root: str
    session: str
    asking: str
    wraps: bool


API = Style("api", "/api", "/api/session", "GET /api/session", wraps=False)
REST = Style(
    "rest", "/rest", "/rest/com/vmware/cis/session", "POST /rest/com/vmware/cis/session?~action=get", wraps=True
)
# The newer one first.
STYLES = {style.name: style for style in (API, REST)}


@dataclass(frozen=True)
class Spelling:
    """How an operation is asked for in each style: method and path. Some only read although they POST."""

    rest: str
    api: str
    reads: bool = False


OPERATIONS: Mapping[str, Spelling] = {
    "recovery": Spelling("GET /appliance/recovery", "GET /appliance/recovery"),
    "validate": Spelling(f"POST {BACKUP}/validate", f"POST {BACKUP}?action=validate", reads=True),
    "parts": Spelling(f"GET {BACKUP}/parts", f"GET {BACKUP}/parts"),
    "part": Spelling(f"GET {BACKUP}/parts/{{part}}", f"GET {BACKUP}/parts/{{part}}"),
    "create_job": Spelling(f"POST {JOB}", f"POST {JOB}"),
    "jobs": Spelling(f"GET {JOB}", f"GET {JOB}"),
    "job": Spelling(f"GET {JOB}/{{job}}", f"GET {JOB}/{{job}}"),
    "cancel_job": Spelling(f"POST {JOB}/{{job}}/cancel", f"POST {JOB}/{{job}}?action=cancel"),
    "details": Spelling(f"GET {JOB}/details", f"GET {JOB}/details"),
    "schedules": Spelling(f"GET {SCHEDULES}", f"GET {SCHEDULES}"),
    "schedule": Spelling(f"GET {SCHEDULES}/{{schedule}}", f"GET {SCHEDULES}/{{schedule}}"),
    "create_schedule": Spelling(f"POST {SCHEDULES}/{{schedule}}", f"POST {SCHEDULES}"),
    "update_schedule": Spelling(f"PUT {SCHEDULES}/update/{{schedule}}", f"PATCH {SCHEDULES}/{{schedule}}"),
    "delete_schedule": Spelling(f"DELETE {SCHEDULES}/{{schedule}}", f"DELETE {SCHEDULES}/{{schedule}}"),
    "run_schedule": Spelling(f"POST {SCHEDULES}/{{schedule}}?action=run", f"POST {SCHEDULES}/{{schedule}}?action=run"),
    "system_names": Spelling(f"GET {ARCHIVES}", f"POST {ARCHIVES}?action=list", reads=True),
    "archives": Spelling(
        f"GET {ARCHIVES}/{{system_name}}/archives", f"POST {ARCHIVES}/{{system_name}}/archives?action=list", reads=True
    ),
}


@dataclass(frozen=True)
class Request:
    """An operation with its arguments, as one style sends it."""

    method: str
    path: str
    params: Mapping[str, Any] = field(repr=False)
    body: Any = field(repr=False)
    writes: bool


def spelt(style: Style, operation: str, arguments: Mapping[str, Any]) -> Request:
    """An operation as a style sends it: what stands in no path is sent as the body, or as the query of a GET.

    /rest names every argument; /api sends the only one as it is, if it is an object.
    """
    spelling = OPERATIONS[operation]
    method, _space, path = (spelling.rest if style is REST else spelling.api).partition(" ")
    given = {name: value for name, value in arguments.items() if value is not None}
    placed = {name: quote(str(given.pop(name)), safe="") for name in PLACE.findall(path)}
    if not style.wraps and len(given) == 1:
        (only,) = given.values()
        given = dict(only) if isinstance(only, Mapping) else given
    reads = method == READS
    return Request(
        method,
        style.root + path.format(**placed),
        params=dict(_flat(given)) if reads else {},
        body=None if reads else given or None,
        writes=not reads and not spelling.reads,
    )


def _flat(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """An object as a query has it: loc_spec.location and so on."""
    for name, part in value.items():
        if isinstance(part, Mapping):
            yield from _flat(part, f"{above}{name}.")
        else:
            yield above + name, part


def value_of(style: Style, answer: Answer) -> Any:
    """What a good answer holds; None if that is nothing. Raises BadAnswer."""
    body = answer.json()
    if body is None or not style.wraps:
        return body
    if not isinstance(body, Mapping) or "value" not in body:
        raise answer.bad("the answer is not wrapped in a value")
    return body["value"]


def as_map(value: Any) -> dict[str, Any] | None:
    """A map of objects, which /rest writes as a list of pairs; None if it is none."""
    if isinstance(value, list) and all(isinstance(pair, Mapping) and "key" in pair for pair in value):
        value = {str(pair["key"]): pair.get("value") for pair in value}
    if not isinstance(value, Mapping) or not all(isinstance(part, Mapping) for part in value.values()):
        return None
    return {str(name): part for name, part in value.items()}


def kind_of(status: int, code: str) -> type[RestError]:
    """The kind of an error: by its type, by its status where it has none that is known."""
    return KINDS.get(code, of_status(status))


def complaint(answer: Answer) -> tuple[str, str]:
    """The type of an error in capitals and what it says; both empty if the answer is none of an appliance."""
    try:
        body = answer.json()
    except BadAnswer:
        return "", ""
    if not isinstance(body, Mapping):
        return "", ""
    within = body.get("value")
    inner = within if isinstance(within, Mapping) else body
    code = str(inner.get("error_type") or body.get("error_type") or body.get("type") or "")
    messages = inner.get("messages")
    said = [message for message in messages if isinstance(message, Mapping)] if isinstance(messages, list) else []
    text = "; ".join(str(message.get("default_message") or message.get("id") or "") for message in said)
    return code.rpartition(".")[2].upper(), text
