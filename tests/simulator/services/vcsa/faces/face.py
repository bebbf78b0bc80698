# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a face is: how it reads credentials and arguments, and how it writes answers and errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug import Response

from ....core.call import Call
from ..vapi.errors import VapiError
from ..vapi.operations import Asked, Operation
from ..vapi.types import Release

if TYPE_CHECKING:
    from ..server import VcsaServer

FACE = "face"
SESSION = "session"
OPERATION, PATH = "operation", "path"


@dataclass(frozen=True)
class Credentials:
    """The credentials of a call: the id of a session, a name and a password, or nothing."""

    session_id: str = ""
    username: str = ""
    password: str = ""


@dataclass(frozen=True)
class Face:
    """One way to call operations. `arguments` reads a call, with the values in its path, for a release."""

    name: str
    credentials: Callable[[Call], Credentials]
    arguments: Callable[[Call, Operation, Mapping[str, str], Release, bool], dict[str, Any]]
    answer: Callable[[Call, Operation, Any, Release], Response]
    explain: Callable[[Call, VapiError, Release], Response]


def serve(server: VcsaServer, call: Call, operation: Operation, path: Mapping[str, str]) -> Response:
    """Read the call by its face, run the handler of the operation, and answer by the same face."""
    face: Face = call.context[FACE]
    lenient = server.switches.unknown_fields == "ignore"
    arguments = face.arguments(call, operation, path, server.release, lenient)
    sticks = "stick_session" in call.faults
    value = operation.handler(server, Asked(arguments, call.account, call.context.get(SESSION), sticks))
    return face.answer(call, operation, value, server.release)
