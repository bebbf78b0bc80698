# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits for a second person: a server with four-eyes authorization takes a request and does not carry it out.

Deleting storage needs one from the beginning, changing a repository since 13.1 (facts/vbr_beyond_automation.md 6.9).
How REST answers then is documented nowhere, so that what counts is the object afterwards, and the events.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..._core.compare import fold
from ..._core.errors import AwaitsApproval, RestError, quoted
from ..._core.failures import listed
from ..._core.shape import STRING, Shape
from ..client import Vbr
from ..revisions import rank
from .lists import Row

EVENTS = "/api/v1/authorization/events"
EVENT: Shape = {"id!": STRING, "name": STRING, "description": STRING, "state": STRING}
EVENTS_SINCE = "1.2-rev1"
PENDING = "Pending"
# What may need a second person.
GUARDED = ("/api/v1/backupInfrastructure/repositories", "/api/v1/backupInfrastructure/scaleOutRepositories")
APPROVE = "Have it approved in the console of the server (or rejected), and run the task again then."


def refuse_another(service: Vbr, path: str, what: str, row: Row) -> None:
    """Raises AwaitsApproval if a request about this object waits already: another one would only wait beside it."""
    if path not in GUARDED:
        return
    words = [fold(row[name]) for name in ("id", "name") if row.get(name)]
    waiting = [event for event in _waiting(service) if any(word in fold(_said(event)) for word in words)]
    if waiting:
        said = f"a request about it waits for the approval of a second person already: {_called(waiting)}"
        raise _awaits(service, f"{what} {quoted(row.get('name') or row.get('id'))}: {said}. Nothing was sent")


def refuse_undone(service: Vbr, path: str, what: str, row: Row) -> None:
    """Raises AwaitsApproval if something waits, of a request that was taken and left the object as it was."""
    waiting = _waiting(service) if path in GUARDED else []
    if waiting:
        said = "the server took the request and has not carried it out: it waits for the approval of a second person"
        name = quoted(row.get("name") or row.get("id"))
        raise _awaits(service, f"{what} {name}: {said} (four-eyes authorization). Waiting there: {_called(waiting)}")


def _waiting(service: Vbr) -> list[Row]:
    """The requests that wait; none where the revision or the role does not show them."""
    if rank(service.revision) < rank(EVENTS_SINCE):
        return []
    try:
        rows = service.pages(EVENTS, row=EVENT)
    except RestError:
        return []
    return [row for row in rows if fold(row.get("state")) == fold(PENDING)]


def _awaits(service: Vbr, complaint: str) -> AwaitsApproval:
    return AwaitsApproval(complaint, APPROVE, service=service.SERVICE)


def _said(event: Row) -> str:
    return f"{event.get('name') or ''} {event.get('description') or ''}".strip()


def _called(events: Iterable[Row]) -> str:
    return listed([quoted(_said(event)) for event in events])
