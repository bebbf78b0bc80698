# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent to create or change an object by ordinary REST: its record, without what only a server says. Pure.

Inside one revision an object that is shown and one that is created are the same but for a few fields
(facts/vbr_beyond_automation.md 2.4); what is more than a field left out stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..._core.compare import fold, value_at
from ..._core.errors import InvalidInput, quoted
from ..revisions import in_letters_of, rank
from .collection import Record
from .kind import LINK, linked
from .kinds import (
    ENTRA_TENANTS,
    JOB_PERMISSIONS,
    JOBS,
    KINDS,
    KMS_SERVERS,
    MANAGED_SERVERS,
    MOUNT_SERVERS,
    USERS,
    VM_EXCLUSIONS,
)
from .links import BACKUPS, is_link, without

# A copy of what a file backup makes is a job of its own, which is created as such.
COPIES_INSIDE = "secondaryTargets"
PEM, PFX = "Pem", "Pfx"
# Revisions up to this one know no other file of a certificate than PFX.
ONLY_PFX_UNTIL = "1.2-rev1"
# What says which other fields an object has: of another sort, nothing of what is there is left.
SORTS = ("type", "mailServer", "accountType", "destinationType", "platform")
# Lists whose elements have something that is the server's own, or that no server shows: by what one is known.
KNOWN_BY: Mapping[str, tuple[str, ...]] = {"trafficRules": ("name",), "SNMPServers": ("receiver", "port")}
COMMUNITY, SNMP_SERVERS = "communityString", "SNMPServers"
# What only a new object takes, and what of an object is only read but has to be said when it is changed.
ONLY_NEW: Mapping[str, tuple[str, ...]] = {
    KMS_SERVERS.name: ("serverCertificate", "clientCertificate"),
    ENTRA_TENANTS.name: ("existingAccount",),
    MOUNT_SERVERS.name: ("hostId",),
}
SAID_AGAIN = frozenset({"performanceTier.performanceExtents.name"})


def new_body(kind: str, record: Record, revision: str) -> Record:
    """What is sent to create the object of a record in a revision; links stand in it still."""
    rest = KINDS[kind].rest
    body = without(record, rest.only_read) if rest else record
    made = _OF_KIND.get(kind)
    cleaned: Record = _without_nothing(made(body, record, revision) if made else body)
    return cleaned


def unfit(kind: str, record: Record) -> InvalidInput | None:
    """Why no server makes a new object of a record, whatever it has besides; None if one does."""
    if kind != USERS.name or _built_in(record):
        return None
    return InvalidInput(
        "it has no built-in role, and a new user has to have one.",
        "Give it one on the source and export again, or create it on the target by hand.",
    )


def wanted_of(kind: str, record: Record) -> Record:
    """What of a record is to be had by an object that is there; links stand in it still."""
    rest = KINDS[kind].rest
    only_read = tuple(path for path in rest.only_read if path not in SAID_AGAIN) if rest else ()
    body = without(record, (*only_read, *ONLY_NEW.get(kind, ())))
    if kind in (JOBS.name, JOB_PERMISSIONS.name):
        body = _OF_KIND[kind](body, record, "")
    cleaned: Record = _without_nothing(_with_community(body))
    return cleaned


def changed_body(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> Record:
    """An object as its server has it, with what is wanted otherwise; lists are replaced whole.

    Raises InvalidInput for a receiver of SNMP of which nobody knows the community.
    """
    if any(fold(row.get(sort)) != fold(wanted[sort]) for sort in SORTS if wanted.get(sort) and row.get(sort)):
        return dict(wanted)
    changed = dict(row)
    for key, value in wanted.items():
        there = changed.get(key)
        if isinstance(value, dict) and isinstance(there, dict):
            changed[key] = changed_body(there, value)
        elif key in KNOWN_BY and isinstance(value, list):
            changed[key] = list(_with_their_own(key, value, there if isinstance(there, list) else []))
        elif value is not None:
            changed[key] = value
    return changed


def _with_their_own(name: str, wanted: list[Any], there: list[Any]) -> Iterator[Any]:
    """The elements of a list, each with what the one that is there has beside it."""
    for each in wanted:
        own: Record = next((one for one in there if _known_by(name, one) == _known_by(name, each)), {})
        whole = {**own, **each}
        if name == SNMP_SERVERS and COMMUNITY not in whole:
            raise InvalidInput(
                f"the community of the SNMP receiver {quoted(each.get('receiver'))} is in no bundle, "
                "and the target has no such receiver.",
                "Give it as community in secrets (vbr_secrets in the roles), or add the receiver there by hand.",
            )
        yield whole


def _known_by(name: str, element: Any) -> tuple[str, ...]:
    found = element if isinstance(element, Mapping) else {}
    return tuple(fold(found.get(field)) for field in KNOWN_BY[name])


def _with_community(body: Record) -> Record:
    """The community that the user gave, at each receiver of SNMP."""
    given = body.get(COMMUNITY)
    rest = {key: value for key, value in body.items() if key != COMMUNITY}
    return _at_receivers(rest, given) if given else rest


def _at_receivers(node: Any, community: str) -> Any:
    if not isinstance(node, dict):
        return node
    return {
        key: [{**each, COMMUNITY: community} for each in value]
        if key == SNMP_SERVERS and isinstance(value, list)
        else _at_receivers(value, community)
        for key, value in node.items()
    }


def _job(body: Record, _record: Record, _revision: str) -> Record:
    # Its backups stay where they are: a link to one is no link on another server.
    return {key: _without_backups(value) for key, value in body.items() if key != COPIES_INSIDE}


def _without_backups(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_backups(item) for item in node if not _is_backup(item)]
    if isinstance(node, dict):
        return {key: _without_backups(value) for key, value in node.items() if not _is_backup(value)}
    return node


def _is_backup(value: Any) -> bool:
    """Whether it is the link to a backup, or an object with one as its id."""
    if is_link(value):
        return bool(value[LINK] == BACKUPS)
    return isinstance(value, Mapping) and is_link(value.get("id")) and bool(value["id"][LINK] == BACKUPS)


def _exclusion(_body: Record, record: Record, _revision: str) -> Record:
    return {"vmObject": record.get("inventoryObject")}


def _user(body: Record, _record: Record, _revision: str) -> Record:
    """A new user takes built-in roles only; it gets the others by a call of its own."""
    if reason := unfit(USERS.name, body):
        raise reason
    return {**body, "roles": _built_in(body)}


def _built_in(user: Record) -> list[Record]:
    """The built-in roles of a user. Up to 1.3-rev1 there are no others."""
    return [role for role in user.get("roles") or [] if role.get("isBuiltIn") is not False]


def _permissions(body: Record, _record: Record, _revision: str) -> Record:
    """An owner is named."""
    return {**body, "owner": linked(body.get("owner")) or body.get("owner")}


def _tenant(body: Record, record: Record, revision: str) -> Record:
    """The account that it has is shown, but for its secret."""
    shown = {"applicationId": value_at(record, ("authentication", "applicationId"))}
    given = value_at(body, ("existingAccount", "authentication")) or {}
    mode = in_letters_of(revision, "ExistingAccount")
    return {**body, "creationMode": mode, "existingAccount": {"authentication": {**shown, **given}}}


def _key_server(body: Record, _record: Record, revision: str) -> Record:
    """What kind of file a certificate comes from is not shown: one with a password is taken for a PFX."""
    return {
        name: _certificate(value, revision) if name.endswith("Certificate") else value for name, value in body.items()
    }


def _certificate(given: Mapping[str, Any], revision: str) -> Record:
    is_pfx = given.get("password") or rank(revision) <= rank(ONLY_PFX_UNTIL)
    return {"formatType": in_letters_of(revision, PFX if is_pfx else PEM), **given}


def _server(body: Record, record: Record, _revision: str) -> Record:
    """A cluster gets the names of its hosts, which it shows as servers of their own."""
    if record.get("type") != "HvCluster":
        return body
    names = [row.get("hvServerName") for row in record.get("childServers") or [] if isinstance(row, Mapping)]
    return {**body, "hvServers": [{"hvServerName": name} for name in names if name]}


def _without_nothing(node: Any) -> Any:
    """The same without null members: servers show them, and refuse some (facts/vbr_beyond_automation.md 6, 17)."""
    if isinstance(node, list):
        return [_without_nothing(item) for item in node]
    if isinstance(node, dict):
        return {key: _without_nothing(value) for key, value in node.items() if value is not None}
    return node


_OF_KIND: Mapping[str, Callable[[Record, Record, str], Record]] = {
    JOBS.name: _job,
    VM_EXCLUSIONS.name: _exclusion,
    USERS.name: _user,
    JOB_PERMISSIONS.name: _permissions,
    ENTRA_TENANTS.name: _tenant,
    KMS_SERVERS.name: _key_server,
    MANAGED_SERVERS.name: _server,
}
