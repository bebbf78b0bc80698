# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The long work of Enterprise Manager: a write is answered with a task, which is followed to its end (facts/em.md 7).

A task belongs to its logon session. Where it can no longer be followed, because the answer or the session was lost, the
other tasks of the session and the object itself tell what became of it. No write is ever sent again on a suspicion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from .._core.compare import fold
from .._core.errors import (
    AuthFailed,
    BadAnswer,
    NotFound,
    RestError,
    ServerFault,
    TaskFailed,
    TimedOut,
    UnknownOutcome,
    Unreachable,
)
from .._core.polling import follow
from .client import Em, is_task
from .rows import id_in, links

Task = Mapping[str, Any]
# The states before it are Running and OperationFinished: done, but Enterprise Manager does not show it yet.
FINISHED = "Finished"
# How long is looked for what a write without an answer may have begun.
LOST_SECONDS = 20.0
# After these nobody knows whether the request reached the service behind the proxy.
PASSED_ON = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
# What a poll may end with although the work goes on.
CANNOT_FOLLOW = (NotFound, AuthFailed, ServerFault, BadAnswer, Unreachable)
LOOK_FIRST = "It may still be carried out, and no list shows it until then. Run the task again later: it looks first."


@dataclass(frozen=True)
class Deed:
    """A request that begins a task of this operation. `done` looks whether its effect is there, if one can see it."""

    method: str
    path: str
    operation: str
    params: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    done: Callable[[], bool] | None = None


def carried_out(service: Em, deed: Deed, timeout: float) -> Task:
    """Do it and wait for its end; returns the finished task, an empty one if only the effect could be seen.

    Raises TaskFailed if the server says that it failed, TimedOut if it takes longer than `timeout` seconds, and
    UnknownOutcome if nobody can tell.
    """
    deadline = service.clock.now() + timeout
    task = _begun(service, deed)
    if not task:
        return task
    try:
        task = _settled(service, task, timeout)
    except CANNOT_FOLLOW as lost:
        return _watched(service, deed, task, lost, deadline - service.clock.now())
    return _judged(service, deed, task)


def related(task: Task, kind: str) -> str:
    """The id of the object that a finished task was about; `""` if it does not tell."""
    return id_in(str(next(links(task, "Related", kind), {}).get("Href") or ""))


def _begun(service: Em, deed: Deed) -> Task:
    """The task that the deed has begun; an empty one if its effect is there already."""
    try:
        task: Task = service.call(deed.method, deed.path, deed.params, deed.content, fits=is_task).data
    except (UnknownOutcome, BadAnswer, ServerFault) as lost:
        task = _announced(service, deed, lost)
    if task:
        service.begun.add(str(task["TaskId"]))
    return task


def _announced(service: Em, deed: Deed, lost: RestError) -> Task:
    """The task of a deed whose answer was lost: one of this session that nobody else has begun."""

    def look() -> Task | None:
        mine = [task for task in service.listed("/api/tasks") if task.get("TaskId") not in service.begun]
        ours = [task for task in mine if fold(task.get("Operation")) == fold(deed.operation)]
        if ours:
            return ours[-1]
        return {} if deed.done and deed.done() else None

    refused = isinstance(lost, ServerFault) and lost.status not in PASSED_ON
    try:
        seen = follow(look, lambda task: task is not None, service.clock, 0 if refused else LOST_SECONDS, _never)
    except RestError:
        raise lost from None
    return seen or {}


def _settled(service: Em, task: Task, timeout: float) -> Task:
    """Follow a task until it is Finished. A new logon session would not know it, so none is begun for this."""
    path = f"/api/tasks/{quote(str(task['TaskId']), safe='')}"

    def read() -> Task:
        return service.call("GET", path, renew=False, fits=is_task).data

    def late(seen: Task | None) -> TimedOut:
        state = (seen or task)["State"]
        return TimedOut(
            f"task {task['TaskId']} ({task.get('Operation')}) is still {state} after {timeout:g} seconds",
            f"{LOOK_FIRST} If that is how long it takes, raise wait_timeout.",
            service=service.SERVICE,
            request=f"GET {path}",
        )

    return follow(read, lambda seen: fold(seen["State"]) == fold(FINISHED), service.clock, timeout, late)


def _watched(service: Em, deed: Deed, task: Task, lost: RestError, timeout: float) -> Task:
    """Wait for the effect of a task that can no longer be followed."""
    unknown = UnknownOutcome(
        f"task {task['TaskId']} ({deed.operation}) cannot be followed to its end: {lost.server_message}",
        LOOK_FIRST,
        service=service.SERVICE,
        request=f"{deed.method} {deed.path}",
    )
    if deed.done is None:
        raise unknown
    try:
        follow(deed.done, bool, service.clock, timeout, _never)
    except RestError:
        raise unknown from None
    return {}


def _judged(service: Em, deed: Deed, task: Task) -> Task:
    result = task.get("Result")
    result = result if isinstance(result, Mapping) else {}
    if result.get("Success") is True:
        return task
    said = service.http.secrets.redact(str(result.get("Message") or "")) or "no reason given"
    raise TaskFailed(
        f"task {task['TaskId']} ({deed.operation}) failed: {said}",
        service=service.SERVICE,
        request=f"{deed.method} {deed.path}",
    )


def _never(_seen: Any) -> TimedOut:
    return TimedOut("it was not seen")
