# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application asks of a service; a service is everything between the router and the store."""

from __future__ import annotations

from typing import Any, Protocol

from werkzeug import Response
from werkzeug.exceptions import HTTPException

from .call import Call
from .clock import Clock
from .store import Store


class Switches(Protocol):
    """Named settings for what no source knows, or what differs between real servers."""

    def dump(self) -> dict[str, Any]:
        """What a snapshot keeps of it."""

    def change(self, wish: dict[str, Any]) -> None:
        """Raises ValueError on an unknown name or value."""


class Service(Protocol):
    """One instance of one service."""

    name: str
    instance: str
    store: Store
    clock: Clock

    @property
    def switches(self) -> Switches:
        """The switches of this service."""

    def admit(self, call: Call) -> None:
        """Lets the call in (version, sign-in, role) or raises an HTTPException."""

    def explain(self, error: HTTPException, call: Call) -> Response:
        """An error in the service's own words."""

    def tick(self, call: Call) -> None:
        """A request has arrived: let long-running work move on."""

    def expire_token(self, call: Call) -> None:
        """The fault of this name: the token of the call is over before its time.

        The fault `stick_session` is the service's too: it finds the word in `call.faults` when it starts long work.
        """

    def finish(self, call: Call, response: Response) -> Response:
        """A last look at every answer of the service."""

    def seed(self, document: dict[str, Any]) -> None:
        """Starts afresh from a seed document."""

    def reset(self) -> None:
        """Back to the last seed."""

    def snapshot(self) -> dict[str, Any]:
        """All state as JSON can hold it."""

    def restore(self, document: dict[str, Any]) -> None:
        """Replace all state by that of a snapshot."""

    def holds_secret(self, question: dict[str, Any]) -> bool:
        """Whether an object's secret field has this value; raises LookupError when there is no such object."""
