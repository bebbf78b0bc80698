# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses an object that a server would delete although it is in use.

A record of credentials can be deleted while others use it; whoever removes it has to know them before it is gone. Only
what the lists of the server show can be named here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..._core.compare import fold
from ..._core.errors import InvalidInput, quoted
from ..client import IDENTIFIED, Vbr
from .schema import Resource

SHOWN_USERS = 20
INFRASTRUCTURE = "/api/v1/backupInfrastructure"
# The lists whose rows may hold the id of another object, by what a row of them is.
USERS = {
    "managed server": f"{INFRASTRUCTURE}/managedServers",
    "repository": f"{INFRASTRUCTURE}/repositories",
    "scale-out repository": f"{INFRASTRUCTURE}/scaleOutRepositories",
    "proxy": f"{INFRASTRUCTURE}/proxies",
    "job": "/api/v1/jobs",
}


def require_unused(service: Vbr, resource: Resource, label: str, row_id: str) -> None:
    """Raises InvalidInput that names whoever uses the object."""
    found = [
        f"{what} {quoted(str(row.get('name') or row['id']))}"
        for what, path in USERS.items()
        for row in service.pages(path, row=IDENTIFIED)
        if fold(row_id) in map(fold, _texts(row))
    ]
    if not found:
        return
    more = f" and {len(found) - SHOWN_USERS} more" if len(found) > SHOWN_USERS else ""
    raise InvalidInput(
        f"The {resource.what} {quoted(label)} is in use by {', '.join(found[:SHOWN_USERS])}{more}. "
        "They would be left without it.",
        "Give them another one first, or remove it all the same with force: true.",
    )


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, at any depth."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
