# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words a module is declared with: Inquiry, Operation, Plan. Data, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .._vbr.resource.schema import Field, Params, Progress, Result


class Plan(Protocol):
    """What would happen. A plan that must not be carried out is never made: planning raises instead."""

    @property
    def changed(self) -> bool:
        """Whether applying it would change anything."""

    def diff(self) -> list[dict[str, Any]]:
        """What `--diff` shows: Ansible's before/after pairs."""

    def report(self) -> Result:
        """The keys of the result that are known before anything was done."""


def nothing_refused(_params: Params) -> None:
    """What can be wrong with the options beyond what Ansible checks: nothing."""


@dataclass(frozen=True)
class Inquiry:
    """A module that only reads: `validate(params)` refuses bad input and talks to nobody, `read(service, params)` gives
    the result.

    `open(connection, params)` makes the service, where the dialect needs to know more than the connection.
    """

    dialect: Any
    fields: Mapping[str, Field]
    read: Callable[[Any, Params], Result]
    validate: Callable[[Params], None] = nothing_refused
    rules: Mapping[str, Any] = field(default_factory=dict)
    open: Callable[[Any, Params], Any] | None = None


def nothing_hidden(_params: Params) -> Iterable[str]:
    """The values to hide beyond the secret fields: none."""
    return ()


@dataclass(frozen=True)
class Operation:
    """A deed that is not create, update or delete, in steps.

    open(connection, wish) -> service   not yet signed in; used as a context manager from look to apply
    validate(params) -> wish         reads local input, refuses bad input, talks to nobody
    look(service, wish, progress) -> seen   reads the server, writes nothing
    plan(wish, seen) -> Plan         pure: decides everything
    apply(service, plan, progress) -> Result   carries the plan out; its keys replace those of plan.report()

    One that `waits` is applied too if nothing is to be changed: there may be something to wait for.
    """

    dialect: Any
    open: Callable[[Any, Any], Any]
    fields: Mapping[str, Field]
    validate: Callable[[Params], Any]
    look: Callable[[Any, Any, Progress], Any]
    plan: Callable[[Any, Any], Plan]
    apply: Callable[[Any, Any, Progress], Result]
    hidden: Callable[[Params], Iterable[str]] = nothing_hidden
    rules: Mapping[str, Any] = field(default_factory=dict)
    waits: bool = False
