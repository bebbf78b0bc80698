# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses an object that is to go.

Some objects can be deleted while others use them; whoever removes such a one has to know them before it is gone. Others
a server does not delete then, which is said before anything is tried, in check mode too. Only what the lists of the
server show can be named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from ..._core.compare import fold
from ..._core.errors import Forbidden, InvalidInput, NotFound, quoted
from ..._core.shape import asked_for, shaped
from ..client import IDENTIFIED, Vbr
from ..revisions import rank
from .lists import Row
from .places import When
from .schema import Resource

SHOWN_USERS = 20
INFRASTRUCTURE = "/api/v1/backupInfrastructure"
# The lists whose rows may hold the id of another object, by what a row of them is.
USERS = {
    "managed server": f"{INFRASTRUCTURE}/managedServers",
    "repository": f"{INFRASTRUCTURE}/repositories",
    "scale-out repository": f"{INFRASTRUCTURE}/scaleOutRepositories",
    "proxy": f"{INFRASTRUCTURE}/proxies",
    "AD domain": "/api/v1/adDomains",
    "protection group": "/api/v1/agents/protectionGroups",
    "unstructured data server": "/api/v1/inventory/unstructuredDataServers",
    "Entra ID tenant": "/api/v1/inventory/entraId/tenants",
    "job": "/api/v1/jobs",
    "role": "/api/v1/security/roles",
    "user": "/api/v1/security/users",
}
# Who does not administer the server may not see these.
OF_ADMINISTRATORS = ("role", "user")
# Of these a list may show a part of each object only, which says nothing of what it uses (facts/updates.md); with what
# the path of a whole one ends.
IN_PART = {"job": "", "role": "/details"}
# What every server has uses nothing.
BUILT_IN = "isBuiltIn"
# Settings that may hold the id of another object, with the revisions that have them. What the general options say of
# mail is said by the e-mail settings since these came.
SETTINGS = {
    "e-mail settings": ("/api/v1/generalOptions/emailSettings", When(since="1.3-rev1")),
    "general options": ("/api/v1/generalOptions", When(since="1.2-rev1", until="1.3-rev0")),
    "configuration backup": ("/api/v1/configBackup", When(since="1.2-rev1")),
}
# The first revisions of those that not all have.
SINCE = {
    "AD domain": "1.3-rev0",
    "protection group": "1.3-rev0",
    "unstructured data server": "1.2-rev1",
    "Entra ID tenant": "1.2-rev1",
    "role": "1.3-rev2",
    # They use roles, and in earlier revisions none of these can be removed.
    "user": "1.3-rev2",
}
# Where an object says the name of a job in the place of its id, such as the one after which it runs.
JOB_NAMED = "jobName"
# Where an object of the inventory, such as a machine or a datastore, says the name of its server and no id.
HOST_NAMED = "hostName"
SWITCH = "isEnabled"
WORDS = {path: what for what, path in (*USERS.items(), *((what, path) for what, (path, _when) in SETTINGS.items()))}


@dataclass(frozen=True)
class User:
    """An object that may use others: what it is, and its row.

    One with `unread` stands for all those that the server does not list: they may use anything.
    """

    what: str
    row: Row
    unread: tuple[str, ...] = ()

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every text in it, folded: the id of another object may be any of them."""
        return texts_of(self.row)

    @cached_property
    def active_texts(self) -> frozenset[str]:
        """The same without what is switched off."""
        return frozenset(text for _key, text in _texts(self.row, active=True))

    @cached_property
    def jobs(self) -> frozenset[str]:
        """The names of jobs, folded, that it depends on."""
        return frozenset(text for key, text in _texts(self.row, active=True) if key == JOB_NAMED)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The names of servers, folded, of whose inventory it uses something."""
        return frozenset(text for key, text in _texts(self.row, active=True) if key == HOST_NAMED)

    def __str__(self) -> str:
        return f"{self.what} {quoted(str(self.row.get('name') or self.row.get('id') or ''))}"


def listed_users(service: Vbr) -> list[User]:
    """Everything on a server that may use another object."""
    served = [what for what in USERS if rank(SINCE.get(what, "")) <= rank(service.revision)]
    rows = service.lanes.each(served, lambda what: _rows(service, what))
    found = [User(what, row) for what, shown in zip(served, rows, strict=True) for row in shown]
    found += [User(what, row) for what, row in _settings(service)]
    return [*found, User("job", {"id": ""}, tuple(service.unread_types))] if service.unread_types else found


def _rows(service: Vbr, what: str) -> list[Row]:
    path, end = USERS[what], IN_PART.get(what)
    try:
        rows: list[Row] = service.pages(path, row=IDENTIFIED)
    except NotFound:
        # Old revisions do not have all of them.
        return []
    except Forbidden:
        if what not in OF_ADMINISTRATORS:
            raise
        return []
    if end is None:
        return rows

    def whole(row: Row) -> Row:
        return row if _is_whole(row) else _whole(service, f"{path}/{quote(row['id'], safe='')}{end}", row)

    return service.lanes.each(rows, whole)


def _is_whole(row: Row) -> bool:
    return row.get(BUILT_IN) is True or any(isinstance(value, Mapping | list) for value in row.values())


def _whole(service: Vbr, path: str, row: Row) -> Row:
    try:
        found: Row = service.call("GET", path, fits=asked_for(str(row["id"])))
    except NotFound:
        # Of a type that the revision only lists, or gone by now.
        return row
    return found


def _settings(service: Vbr) -> Iterator[tuple[str, Row]]:
    for what, (path, when) in SETTINGS.items():
        if when.in_revision(service.revision):
            with suppress(NotFound, Forbidden):
                # What this account may not see it cannot tell either.
                row: Row = service.call("GET", path, fits=shaped({}))
                yield what, {"id": "", "name": what, **row}


def texts_of(row: Row) -> frozenset[str]:
    """Every text in an object, at any depth, folded: the ids of those that it uses are among them."""
    return frozenset(text for _key, text in _texts(row))


def is_user(user: User, resource: Resource, gone: Row) -> bool:
    """Whether an object uses another one that is to go.

    What the server deletes although it is in use is so even by what is switched off: it would be missed later. What the
    server keeps then is not, as nobody could remove it by force.
    """
    if user.what == WORDS.get(resource.path) and fold(user.row.get("id")) == fold(gone["id"]):
        return False
    if resource.deleted_in_use:
        return fold(gone["id"]) in user.texts
    what, name = WORDS.get(resource.path), fold(gone.get("name"))
    named = (what == "job" and name in user.jobs) or (what == "managed server" and name in user.hosts)
    return named or fold(gone["id"]) in user.active_texts


def require_unused(resource: Resource, label: str, gone: Row, users: Iterable[User]) -> None:
    """Raises InvalidInput that names whoever of them uses the object, or says that not all of them were seen."""
    users = list(users)
    found = [str(user) for user in users if is_user(user, resource, gone)]
    unread = [each for user in users for each in user.unread]
    if unread and not found and resource.deleted_in_use:
        raise InvalidInput(
            f"Nobody can tell whether the {resource.what} {quoted(label)} is in use: the server fails to list its jobs "
            f"as a whole, and those of the types {', '.join(unread)} were not seen.",
            "See to it that none of them uses it, and remove it with force: true.",
        )
    if not found:
        return
    more = f" and {len(found) - SHOWN_USERS} more" if len(found) > SHOWN_USERS else ""
    by_force = ", or remove it all the same with force: true" if resource.deleted_in_use else ", or remove them, too"
    raise InvalidInput(
        f"The {resource.what} {quoted(label)} is in use by {', '.join(found[:SHOWN_USERS])}{more}. "
        f"{'They would be left without it.' if resource.deleted_in_use else 'The server removes nothing that is.'}",
        f"Give them another one first{by_force}.",
    )


def _texts(value: Any, active: bool = False, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value, at any depth, with the key at which it stands; of what is `active` only, if asked for."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            off = active and isinstance(each, Mapping) and each.get(SWITCH) is False
            yield from () if off else _texts(each, active, str(name))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, active, key)
    elif isinstance(value, str):
        yield key, fold(value)
