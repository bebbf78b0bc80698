# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words a module is declared with: Inquiry, Operation, Plan. Data, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .option import Option
from .redaction import NO_WORDS, Words

Params = Mapping[str, Any]
Result = dict[str, Any]
Progress = Callable[[str], None]


class Plan(Protocol):
    """What would happen. A plan that must not be carried out is never made: planning raises instead."""

    @property
    def changed(self) -> bool:
        """Whether applying it would change anything."""

    def diff(self) -> list[dict[str, Any]]:
        """What `--diff` shows: Ansible's before/after pairs."""

    def report(self) -> Result:
        """The keys of the result that are known before anything was done."""


def as_given(params: Params) -> Any:
    """What can be wrong with the options beyond what Ansible checks: nothing."""
    return params


def nothing_more(_plan: Any) -> Result:
    """What check mode reports beside the report of the plan: nothing."""
    return {}


def nothing_hidden(_params: Params) -> Iterable[str]:
    """The values to hide beyond the secret options: none."""
    return ()


@dataclass(frozen=True)
class Inquiry:
    """A module that only reads.

    `validate(params)` refuses bad input and talks to nobody, `read(service, params)` gives the result. Its `words` are
    never taken for a secret.
    `open(connection, params)` makes the client where the connection alone does not say how; it is used as a context
    manager.

    One that is about several servers has no connection of its own. Its `peers` are options that are one each, and need
    not be given; `open(connections, params)` makes their clients, and `read(services, params)` gets them, by option.
    """

    client: Any
    options: Mapping[str, Option]
    read: Callable[[Any, Params], Result]
    validate: Callable[[Params], Any] = as_given
    rules: Mapping[str, Any] = field(default_factory=dict)
    open: Callable[[Any, Any], Any] | None = None
    words: Words = field(default_factory=lambda: NO_WORDS)
    peers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """A module that may change something, in steps.

    validate(params) -> desired                 reads local input, refuses bad input, talks to nobody
    open(connection, desired) -> client         not yet signed in; used as a context manager from look to apply
    look(service, desired, progress) -> actual  reads the server, writes nothing
    plan(desired, actual) -> Plan               pure: decides everything
    apply(service, plan, progress) -> Result    carries the plan out; its keys replace those of plan.report()
    preview(plan) -> Result                     what check mode reports beside plan.report()

    One that `waits` is applied too if nothing is to be changed: there may be something to wait for. Its `words` are
    never taken for a secret; below the keys `answers` of its result, no name is one of ours.
    """

    client: Any
    options: Mapping[str, Option]
    look: Callable[[Any, Any, Progress], Any]
    plan: Callable[[Any, Any], Plan]
    apply: Callable[[Any, Any, Progress], Result]
    validate: Callable[[Params], Any] = as_given
    open: Callable[[Any, Any], Any] | None = None
    preview: Callable[[Any], Result] = nothing_more
    hidden: Callable[[Params], Iterable[str]] = nothing_hidden
    rules: Mapping[str, Any] = field(default_factory=dict)
    waits: bool = False
    words: Words = field(default_factory=lambda: NO_WORDS)
    answers: Collection[str] = ()
