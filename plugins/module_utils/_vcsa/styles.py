# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two API styles of an appliance: /rest wraps every value, /api does not. Both have the same operations.

Pure. Source: facts/vcsa.md 0 and 2. Arguments have the names of the operations' own parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from .._core.answer import Answer
from .._core.errors import AuthFailed, Forbidden, NotFound, RestError, ServerFault, of_status

BACKUP_PATH = "/appliance/recovery/backup"
JOB_PATH = f"{BACKUP_PATH}/job"
SCHEDULES_PATH = f"{BACKUP_PATH}/schedules"
ARCHIVES_PATH = f"{BACKUP_PATH}/system-name"
IN_PATH = re.compile(r"{(\w+)}")

FEATURE_IN_USE = "FEATURE_IN_USE"
# In /rest every error is a 400, so that its type says more than its status.
ERRORS_BY_TYPE: Mapping[str, type[RestError]] = {
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
    """One style. `session` is the path of its sessions, `asking` the request that reads the current session.

    With `wraps` every answer is {"value": ...}.
    """

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
class Route:
    """Method and path of an operation in /rest, and in /api if they differ there.

    With `reads` the operation changes nothing, although it may be a POST.
    """

    rest: str
    api: str = ""
    reads: bool = False


OPERATIONS: Mapping[str, Route] = {
    "recovery": Route("GET /appliance/recovery"),
    "validate": Route(f"POST {BACKUP_PATH}/validate", f"POST {BACKUP_PATH}?action=validate", reads=True),
    "parts": Route(f"GET {BACKUP_PATH}/parts"),
    "part": Route(f"GET {BACKUP_PATH}/parts/{{part}}"),
    "create_job": Route(f"POST {JOB_PATH}"),
    "jobs": Route(f"GET {JOB_PATH}"),
    "job": Route(f"GET {JOB_PATH}/{{job}}"),
    "cancel_job": Route(f"POST {JOB_PATH}/{{job}}/cancel", f"POST {JOB_PATH}/{{job}}?action=cancel"),
    "details": Route(f"GET {JOB_PATH}/details"),
    "schedules": Route(f"GET {SCHEDULES_PATH}"),
    "schedule": Route(f"GET {SCHEDULES_PATH}/{{schedule}}"),
    "create_schedule": Route(f"POST {SCHEDULES_PATH}/{{schedule}}", f"POST {SCHEDULES_PATH}"),
    "update_schedule": Route(f"PUT {SCHEDULES_PATH}/update/{{schedule}}", f"PATCH {SCHEDULES_PATH}/{{schedule}}"),
    "delete_schedule": Route(f"DELETE {SCHEDULES_PATH}/{{schedule}}"),
    "run_schedule": Route(f"POST {SCHEDULES_PATH}/{{schedule}}?action=run"),
    "system_names": Route(f"GET {ARCHIVES_PATH}", f"POST {ARCHIVES_PATH}?action=list", reads=True),
    "archives": Route(
        f"GET {ARCHIVES_PATH}/{{system_name}}/archives",
        f"POST {ARCHIVES_PATH}/{{system_name}}/archives?action=list",
        reads=True,
    ),
}


@dataclass(frozen=True)
class Request:
    """One request in one style."""

    method: str
    path: str
    params: Mapping[str, Any] = field(repr=False)
    body: Any = field(repr=False)
    writes: bool


def request_for(style: Style, operation: str, arguments: Mapping[str, Any]) -> Request:
    """The request for an operation in this style.

    Arguments that are not in the path are the query of a GET, or the body of any other method. /rest names each of
    them there: {"spec": {"retention": 3}}. /api leaves the name out if it is the only one: {"retention": 3}.
    """
    route = OPERATIONS[operation]
    method, _space, path = (route.rest if style is REST else route.api or route.rest).partition(" ")
    given = {name: value for name, value in arguments.items() if value is not None}
    in_path = {name: quote(str(given.pop(name)), safe="") for name in IN_PATH.findall(path)}
    if not style.wraps and len(given) == 1:
        (only,) = given.values()
        given = dict(only) if isinstance(only, Mapping) else given
    is_get = method == "GET"
    return Request(
        method,
        style.root + path.format(**in_path),
        params=dict(_flat(given)) if is_get else {},
        body=None if is_get else given or None,
        writes=not is_get and not route.reads,
    )


def _flat(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """An object as a query has it: {"loc_spec": {"location": 1}} is loc_spec.location=1."""
    for name, part in value.items():
        if isinstance(part, Mapping):
            yield from _flat(part, f"{above}{name}.")
        else:
            yield above + name, part


def value_of(style: Style, answer: Answer) -> Any:
    """The value in a good answer; None for an empty one. Raises BadAnswer."""
    body = answer.json()
    if body is None or not style.wraps:
        return body
    if not isinstance(body, Mapping) or "value" not in body:
        raise answer.bad("the answer is not wrapped in a value")
    return body["value"]


def as_map(value: Any) -> dict[str, Any] | None:
    """A map of objects, which /rest writes as a list of {"key": ..., "value": ...}; None if it is none."""
    if isinstance(value, list) and all(isinstance(pair, Mapping) and "key" in pair for pair in value):
        value = {str(pair["key"]): pair.get("value") for pair in value}
    if not isinstance(value, Mapping) or not all(isinstance(part, Mapping) for part in value.values()):
        return None
    return {str(name): part for name, part in value.items()}


def kind_of(status: int, code: str) -> type[RestError]:
    """The kind of an error by its type, or by its status if its type is unknown."""
    return ERRORS_BY_TYPE.get(code, of_status(status))


def complaint(answer: Answer) -> tuple[str, str]:
    """Type (in capitals) and text of an error; both empty if this is no error of an appliance."""
    body = answer.json_object()
    within = body.get("value")
    inner = within if isinstance(within, Mapping) else body
    code = str(inner.get("error_type") or body.get("error_type") or body.get("type") or "")
    messages = inner.get("messages")
    listed = [message for message in messages if isinstance(message, Mapping)] if isinstance(messages, list) else []
    text = "; ".join(str(message.get("default_message") or message.get("id") or "") for message in listed)
    return code.rpartition(".")[2].upper(), text
