# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An operation as data: its name, its parameters, its result, and its routes in both REST styles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .types import EVER, Field, Release, Structure, Type

if TYPE_CHECKING:
    from ..accounts import Account, Session
    from ..server import VcsaServer

INPUT = "operation-input"
SINCE_API = (7, 0, 2)
SINCE_SCHEDULES = (6, 7)


@dataclass(frozen=True)
class RestRoute:
    """Where a REST style serves an operation: method, path below its prefix, action in the query, status of success."""

    method: str
    rule: str
    action: str = ""
    status: int = 200


@dataclass(frozen=True)
class Asked:
    """What a handler gets: arguments by name (unset ones are None), account, session, and whether the work sticks."""

    arguments: dict[str, Any]
    account: Account | None
    session: Session | None = None
    sticks: bool = False

    def __getitem__(self, name: str) -> Any:
        return self.arguments[name]


Handler = Callable[["VcsaServer", Asked], Any]


@dataclass(frozen=True)
class Operation:
    """`com.vmware.….job.create` with its parameters and its result (None: nothing), written once for all faces.

    `reads` marks one that changes no state, whatever its method; `signs_in` needs credentials instead of a session;
    `anyone` may be called by accounts outside the administrators' group.
    """

    service: str
    name: str
    handler: Handler
    rest: RestRoute
    api: RestRoute
    takes: tuple[Field, ...] = ()
    gives: Type | None = None
    reads: bool = False
    signs_in: bool = False
    anyone: bool = False
    since: Release = EVER
    # A second route below `/rest`, which a switch opens.
    alias: RestRoute | None = None

    @property
    def input(self) -> Structure:
        return Structure(INPUT, self.takes)
