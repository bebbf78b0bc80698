# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of Enterprise Manager: it answers a write with a task, which is polled to its end (facts/em.md 7).

A task belongs to its logon session. If the answer or the session was lost, the task cannot be polled any more; then the
other tasks of the session and the object itself show what became of it. No write is ever sent again on a suspicion.
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
from .._core.option import Option
from .._core.polling import ended_badly, poll, started
from .client import Em, is_task
from .rows import Row, id_in, links

WAIT_TIMEOUT = "wait_timeout"
DEFAULT_WAIT_SECONDS = 600
# The option of every module that begins tasks.
WAIT: Mapping[str, Option] = {WAIT_TIMEOUT: Option(type="int", default=DEFAULT_WAIT_SECONDS)}
# The states before it are Running and OperationFinished: done, but Enterprise Manager does not show it yet.
FINISHED = "Finished"
# How long the task of a write without an answer is looked for.
LOST_SECONDS = 20.0
# After these nobody knows whether the request reached the service behind the proxy.
PASSED_ON = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
# Polling may end with one of these although the work goes on.
POLLING_ENDED = (NotFound, AuthFailed, ServerFault, BadAnswer, Unreachable)
LOOK_FIRST = "It may still be carried out, and no list shows it until then. Run the task again later: it looks first."


@dataclass(frozen=True)
class TaskRequest:
    """A request that begins a task, and the name of the task's operation.

    `done` looks whether the effect of the request is there; None if nobody can see it.
    """

    method: str
    path: str
    operation: str
    params: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    done: Callable[[], bool] | None = None


def run_task(service: Em, request: TaskRequest, timeout: float) -> Row:
    """Send a request and wait for the end of its task; returns the task, an empty one if only its effect was seen.

    Raises TaskFailed if the server says that the task failed, TimedOut if it takes longer than `timeout` seconds, and
    UnknownOutcome if nobody can say what became of it.
    """
    deadline = service.clock.now() + timeout
    task = _begin(service, request)
    if not task:
        return task
    with started(LOOK_FIRST, task_id=str(task["TaskId"])):
        try:
            task = _poll_task(service, task, timeout)
        except POLLING_ENDED as reason:
            return _wait_for_effect(service, request, task, reason, deadline - service.clock.now())
    return _successful(service, request, task)


def related_ids(task: Row, kind: str) -> list[str]:
    """The ids of the objects of this kind that a finished task was about: also of those that it only read."""
    return [found for link in links(task, "Related", kind) if (found := id_in(str(link.get("Href") or "")))]


def _begin(service: Em, request: TaskRequest) -> Row:
    """The task that the request has begun; an empty one if its effect is there already."""
    try:
        task: Row = service.call(request.method, request.path, request.params, request.content, fits=is_task).data
    except (UnknownOutcome, BadAnswer, ServerFault) as reason:
        task = _find_task(service, request, reason)
    if task:
        service.begun.add(str(task["TaskId"]))
    return task


def _find_task(service: Em, request: TaskRequest, reason: RestError) -> Row:
    """The task of a request without an answer: one of this session and operation that no other request has begun."""

    def look() -> Row | None:
        unclaimed = [task for task in service.listed("/api/tasks") if task.get("TaskId") not in service.begun]
        found = [task for task in unclaimed if fold(task.get("Operation")) == fold(request.operation)]
        if found:
            return found[-1]
        return {} if request.done and request.done() else None

    refused = isinstance(reason, ServerFault) and reason.status not in PASSED_ON
    try:
        task = poll(look, lambda task: task is not None, service.clock, 0 if refused else LOST_SECONDS, _not_seen)
    except RestError:
        raise reason from None
    return task or {}


def _poll_task(service: Em, task: Row, timeout: float) -> Row:
    """Poll a task until it is Finished. A new logon session would not know the task, so none is begun for this."""
    path = f"/api/tasks/{quote(str(task['TaskId']), safe='')}"

    def read() -> Row:
        return service.call("GET", path, renew=False, fits=is_task).data

    def late(latest: Row | None) -> TimedOut:
        state = (latest or task)["State"]
        return TimedOut(
            f"task {task['TaskId']} ({task.get('Operation')}) is still {state} after {timeout:g} seconds",
            f"{LOOK_FIRST} If that is how long it takes, raise wait_timeout.",
            service=service.SERVICE,
            request=f"GET {path}",
        )

    def ended(latest: Row) -> bool:
        return fold(latest["State"]) == fold(FINISHED) or ended_badly(latest["State"])

    return poll(read, ended, service.clock, timeout, late)


def _wait_for_effect(service: Em, request: TaskRequest, task: Row, reason: RestError, timeout: float) -> Row:
    """Wait until the effect of a task is there that cannot be polled any more; returns an empty task."""
    unknown = UnknownOutcome(
        f"task {task['TaskId']} ({request.operation}) cannot be followed to its end: {reason.server_message}",
        LOOK_FIRST,
        service=service.SERVICE,
        request=f"{request.method} {request.path}",
    )
    if request.done is None:
        raise unknown
    try:
        poll(request.done, bool, service.clock, timeout, _not_seen)
    except RestError:
        raise unknown from None
    return {}


def _successful(service: Em, request: TaskRequest, task: Row) -> Row:
    """A finished task that succeeded. Raises TaskFailed for one that did not."""
    result = task.get("Result")
    result = result if isinstance(result, Mapping) else {}
    if result.get("Success") is True and not ended_badly(task["State"]):
        return task
    message = service.http.secrets.line(str(result.get("Message") or "")) or "no reason given"
    message = f"{task['State']}, {message}" if ended_badly(task["State"]) else message
    raise TaskFailed(
        f"task {task['TaskId']} ({request.operation}) failed: {message}",
        service=service.SERVICE,
        request=f"{request.method} {request.path}",
        task_id=str(task["TaskId"]),
    )


def _not_seen(_latest: Any) -> TimedOut:
    return TimedOut("it was not seen")
