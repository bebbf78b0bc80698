# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in and sign-out: com.vmware.cis.session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..structures import SESSION_INFO
from ..vapi.operations import Asked, Operation, RestRoute
from ..vapi.scalars import write_time
from ..vapi.types import SECRET

if TYPE_CHECKING:
    from ..server import VcsaServer

SERVICE = "com.vmware.cis.session"
REST, API = "/com/vmware/cis/session", "/session"
# Where the vendor's own REST connector looks for it (facts/vcsa.md 1).
ALIAS = "/session"


def create(server: VcsaServer, asked: Asked) -> Any:
    assert asked.account is not None
    return server.accounts.open(asked.account).id


def get(server: VcsaServer, asked: Asked) -> Any:
    session = asked.session
    assert session is not None
    return {
        "user": session.account.username,
        "created_time": write_time(session.created),
        "last_accessed_time": write_time(session.accessed),
    }


def delete(server: VcsaServer, asked: Asked) -> Any:
    assert asked.session is not None
    server.accounts.close(asked.session.id)


OPERATIONS = (
    Operation(
        SERVICE,
        "create",
        create,
        rest=RestRoute("POST", REST),
        api=RestRoute("POST", API, status=201),
        gives=SECRET,
        reads=True,
        signs_in=True,
        anyone=True,
        alias=RestRoute("POST", ALIAS),
    ),
    Operation(
        SERVICE,
        "get",
        get,
        rest=RestRoute("POST", REST, "get"),
        api=RestRoute("GET", API),
        gives=SESSION_INFO,
        reads=True,
        anyone=True,
        alias=RestRoute("GET", ALIAS),
    ),
    Operation(
        SERVICE,
        "delete",
        delete,
        rest=RestRoute("DELETE", REST),
        api=RestRoute("DELETE", API, status=204),
        reads=True,
        anyone=True,
        alias=RestRoute("DELETE", ALIAS),
    ),
)
