# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application calls on a service, and how the switches of a service are set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Protocol

from werkzeug import Response
from werkzeug.exceptions import HTTPException

from .call import Call
from .clock import Clock
from .store import Store

Seed = dict[str, Any]


class Switches(Protocol):
    """Named settings for what no source documents, or what differs between real servers."""

    def dump(self) -> dict[str, Any]:
        """All switches with their values."""

    def change(self, values: dict[str, Any]) -> None:
        """Raises ValueError on an unknown name or value."""


class Service(Protocol):
    """One instance of one service: everything between the router and the store."""

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
        """Called at each request: long-running work moves on."""

    def expire_token(self, call: Call) -> None:
        """Carries out the fault `expire_token`: the token of the call expires now.

        The service carries out `stick_session` too: it looks for it in `call.faults` when it starts long work.
        """

    def finish(self, call: Call, response: Response) -> Response:
        """Called with every answer of the service; returns the answer to send."""

    def seed(self, document: Seed) -> None:
        """Starts afresh from a seed document."""

    def reset(self) -> None:
        """Back to the last seed."""

    def snapshot(self) -> dict[str, Any]:
        """All state as JSON can hold it."""

    def restore(self, document: dict[str, Any]) -> None:
        """Replace all state by that of a snapshot."""

    def holds_secret(self, question: dict[str, Any]) -> bool:
        """Whether an object's secret field has this value; raises LookupError when there is no such object."""


def change_switches(switches: Any, values: Mapping[str, Any], choices: Mapping[str, tuple[Any, ...]]) -> None:
    """Set switches, which are the fields of a dataclass. On an unknown switch or value: ValueError, nothing is set.

    `choices` lists the values of those switches that do not take every value of their type.
    """
    kinds = {field.name: type(getattr(switches, field.name)) for field in fields(switches)}
    for name, value in values.items():
        if name not in kinds:
            raise ValueError(f"unknown switch {name!r}; known: {', '.join(kinds)}")
        if not isinstance(value, kinds[name]) or value not in choices.get(name, (value,)):
            raise ValueError(f"switch {name} takes {'|'.join(choices.get(name, (kinds[name].__name__,)))}")
    for name, value in values.items():
        setattr(switches, name, value)
