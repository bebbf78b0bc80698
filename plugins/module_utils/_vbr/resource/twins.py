# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs that make one object at the same moment: each looks once more at what it made, and one takes its own back.

A server may take two objects of one name. Whoever looks before it writes does not see what somebody else is about to
write, so it looks afterwards too. The order of the server's list decides: whose object comes first in it keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..._core.compare import fold
from ..._core.errors import Failure, TaskFailed, TimedOut, quoted
from ..._core.polling import poll, started
from .endpoint import LOOKS_FIRST, Endpoint
from .lists import Lists, Row
from .payload import Desired

# How long the other run has to take its own back.
TWIN_SECONDS = 10.0
ONE_CONTROLLER = "Let one controller at a time work on a server."


@dataclass(frozen=True)
class Made:
    """An object that this task has made on an endpoint, and what it was to be."""

    endpoint: Endpoint
    desired: Desired
    row: Row

    @property
    def title(self) -> str:
        return f"{self.endpoint.resource.what} {quoted(self.desired.label)}"

    @property
    def request(self) -> str:
        return f"GET {self.endpoint.resource.path}"


def require_alone(made: Made, lists: Lists | None = None) -> None:
    """Raises TaskFailed or TimedOut, with the ids of both, if an object that was made is there twice.

    It is removed only if the server said that it made it for this task, and lists it after another one.
    """
    endpoint, own = made.endpoint, str(made.row.get("id"))
    with started(LOOKS_FIRST):
        found = [str(row["id"]) for row in endpoint.namesakes(made.desired, lists)]
    others = _others(found, own)
    if not others:
        return
    if endpoint.made_id and fold(own) in map(fold, found[1:]):
        _take_back(made, others)
    with started():
        poll(lambda: _others_now(made), lambda left: not left, endpoint.service.clock, TWIN_SECONDS, _late(made))


def _others(found: list[str], own: str) -> list[str]:
    return [each for each in found if fold(each) != fold(own)]


def _others_now(made: Made) -> list[str]:
    found = [str(row["id"]) for row in made.endpoint.namesakes(made.desired)]
    return _others(found, str(made.row.get("id")))


def _late(made: Made) -> Callable[[list[str] | None], TimedOut]:
    def late(others: list[str] | None) -> TimedOut:
        own = f"{made.row.get('id')}{' of this task' if made.endpoint.made_id else ''}"
        return TimedOut(
            f"{made.title} is there twice, somebody else made it at the same time: {own}, {', '.join(others or [])}",
            f"Look at both and remove one. {ONE_CONTROLLER}",
            service=made.endpoint.service.SERVICE,
            request=made.request,
        )

    return late


def _take_back(made: Made, others: list[str]) -> None:
    """Remove the object that this task has made. Raises TaskFailed in the end."""
    endpoint = made.endpoint
    said = (
        f"{made.title} was made twice at the same time: {', '.join(others)} by somebody else, {endpoint.made_id} here"
    )
    where: dict[str, Any] = {"service": endpoint.service.SERVICE, "request": made.request}
    try:
        endpoint.remove(endpoint.made_id)
    except Failure as failure:
        complaint = f"{said}, and this task could not remove its own again: {failure}"
        raise TaskFailed(complaint, ONE_CONTROLLER, **where, changed=True) from None
    advice = f"{ONE_CONTROLLER} Run the task again: it looks before it writes."
    raise TaskFailed(f"{said}, and this task has removed its own again", advice, **where, changed=False)
