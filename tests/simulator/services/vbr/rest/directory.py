# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of Active Directory domains: every server gives them ids of its own, and takes no others."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from ....core.store import NAMESPACE, Row
from ..errors import bad_request
from ..estate import Estate
from ..kind import Body, Model
from .table import AD_DOMAINS, PROTECTION_GROUPS

# Objects of a directory, besides those that groups name: {domain, name, type}; and those that are gone: {name}.
AD_OBJECTS, GONE = "directoryObjects", "goneDirectoryObjects"


def directory_objects(estate: Estate, domain: Row) -> list[Model]:
    """The objects of a domain, with ids of this server; also what groups of any server name."""
    server_name = domain["body"]["serverName"]
    found: list[tuple[str, str]] = []
    for other in estate.storages.estates:
        rows = (row for row in other.records(AD_OBJECTS) if row.get("domain") in (None, server_name))
        found += [(row["name"], row["type"]) for row in rows]
        for group in other.rows(PROTECTION_GROUPS.kind):
            directory = group["body"].get("activeDirectory") or {}
            controller = directory.get("domainControllerSettings") or {}
            objects = directory.get("objects") or [] if controller.get("serverName") == server_name else []
            found += [(each["fullName"], each["type"]) for each in objects]
    gone = {row["name"] for row in estate.records(GONE)}
    return [
        {
            "id": str(uuid.uuid5(NAMESPACE, f"{domain['id']}/{name}")),
            "fullName": name,
            "domainId": domain["id"],
            "distinguishedName": f"CN={name},DC={',DC='.join(server_name.split('.')[1:])}",
            "type": kind,
        }
        for name, kind in dict.fromkeys(found)
        if name not in gone
    ]


def _named(body: Body) -> Iterator[Body]:
    """The objects of directories that a group names."""
    yield from (body.get("activeDirectory") or {}).get("objects") or []
    excluded = (body.get("exclusions") or {}).get("excludedObjects") or []
    # Groups of cloud machines exclude machines and tags, which no directory has.
    yield from excluded if body.get("activeDirectory") else ()
    accounts = (body.get("credentials") or {}).get("customCredentials") or []
    yield from (each["object"] for each in accounts if isinstance(each, dict) and each.get("object"))


def check_directory(body: Body, estate: Estate) -> None:
    """Raise a 400 for an object of a directory whose id is none of this server."""
    kept = {each.get("id") for row in estate.rows(PROTECTION_GROUPS.kind) for each in _named(row["body"])}
    for each in _named(body):
        domain = estate.get(AD_DOMAINS.kind, str(each.get("domainId")))
        known = {row["id"] for row in directory_objects(estate, domain)} if domain else set()
        if each.get("id") not in known | kept:
            raise bad_request(f"Active Directory object with ID {each.get('id')} is not found")
