# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a backup server: who it is, any of its lists by name, and its estate as items to be given back to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..._core.compare import fold
from ..._core.errors import Forbidden, InvalidInput, NotFound, quoted
from ..._core.operation import Inquiry, Params
from ..._core.option import Option
from ..._core.query import ROWS_LOOKED_AT, chosen, compiled, narrowed
from ..._core.shape import shaped
from ..automation import Automation
from ..client import Vbr
from ..resource.as_code import item, state, unresolved
from ..resource.codecs import Named, Ref
from ..resource.endpoint import Endpoint
from ..resource.lists import Lists, Row
from ..resource.ordering import as_far_as_possible
from ..resource.places import Steps
from ..resource.schema import Resource
from ..resources.kinds import KINDS
from ..revisions import OLD_NAMES_UNTIL, rank

SERVER = "server"
ESTATE = "estate"
MANAGED_SERVERS = "managed_servers"
# Why an object is left out of the estate.
ITSELF = "it is the backup server itself, which nobody makes"
OTHER_TYPE = "no option describes objects of its type"
FORBIDDEN = "this account may not read objects of this kind"
NOT_YET = "this API revision lists it, and can neither make nor change it"
# A list, and how it was called up to OLD_NAMES_UNTIL.
RESTORE_POINTS, OLD_RESTORE_POINTS = "restorePoints", "objectRestorePoints"
# Every list of the newest revision, below /api/v1/ (specs/vbr-1.3-rev2.json); older revisions have fewer.
LISTS = (
    "adDomains",
    "agents/discoveredEntities",
    "agents/packages/linux",
    "agents/packages/unix",
    "agents/protectedComputers",
    "agents/protectionGroups",
    "agents/recoveryAppliances",
    "agents/recoveryTokens",
    "authorization/events",
    "automation/sessions",
    "backupInfrastructure/managedServers",
    "backupInfrastructure/mountServers",
    "backupInfrastructure/proxies",
    "backupInfrastructure/proxies/states",
    "backupInfrastructure/repositories",
    "backupInfrastructure/repositories/states",
    "backupInfrastructure/scaleOutRepositories",
    "backupInfrastructure/wanAccelerators",
    "backupObjects",
    "backups",
    "cloudCredentials",
    "credentials",
    "dataIntegration",
    "encryptionPasswords",
    "inventory/unstructuredDataServers",
    "inventory/vmware/hosts",
    "jobs",
    "jobs/states",
    "kmsServers",
    "license/instances",
    "license/sockets",
    "malwareDetection/events",
    "malwareDetection/yaraRules",
    "replicaPoints",
    "replicas",
    RESTORE_POINTS,
    "security/roles",
    "security/users",
    "services",
    "sessions",
    "taskSessions",
    "tasks",
)


def path_of(name: str) -> str:
    """The path of a list: by its whole name, or by the end of it when that is clear (`repositories`). Raises
    InvalidInput.
    """
    if name.startswith("/api/"):
        return name
    named = fold(name.strip("/"))
    exact = [known for known in LISTS if fold(known) == named]
    found = exact or [known for known in LISTS if fold(known).endswith(f"/{named}")]
    if len(found) != 1:
        raise InvalidInput(
            f"{quoted(name)} {'is not clear: ' + ', '.join(found) if found else 'is no list of this service'}.",
            f"Known: {SERVER}, {ESTATE}, {', '.join(LISTS)}; or give a path that begins with /api/.",
        )
    return f"/api/v1/{found[0]}"


def in_revision(path: str, revision: str) -> str:
    """The path of a list as a revision calls it."""
    old = rank(revision) <= rank(OLD_NAMES_UNTIL) and path == f"/api/v1/{RESTORE_POINTS}"
    return f"/api/v1/{OLD_RESTORE_POINTS}" if old else path


def read(service: Vbr, params: Params) -> dict[str, Any]:
    query = compiled(params["query"])
    name = params["resource"]
    if name in (SERVER, ESTATE):
        if params["filters"]:
            raise InvalidInput(f"filters means nothing with resource {name}.", "Name a list, or use query.")
        found = {"resource": _server(service)} if name == SERVER else as_code(service)
        whole = found["resource"]
        return {**found, **chosen("resource", query, whole), "resources": [whole]}
    path, filters = in_revision(path_of(name), service.revision), params["filters"]
    rows = service.pages(path, filters)

    def unfiltered() -> list[Row]:
        page: Row = service.call("GET", path, params={"limit": ROWS_LOOKED_AT}, fits=shaped({"data!": [{}]}))
        return list(page["data"])

    return {**chosen("resources", query, rows), **narrowed("filters", filters, rows, unfiltered), "count": len(rows)}


def _server(service: Vbr) -> dict[str, Any]:
    automation = Automation(service)
    identity = automation.identity(automation.hosts())
    return {
        "name": identity.name,
        "vbr_id": identity.vbr_id,
        "build": identity.build,
        "api_version": service.revision,
        "api_versions": service.served(),
    }


# -- the estate --------------------------------------------------------------------------------------------------------


class ListedNames:
    """Who is who on a server, from its lists."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def name_of(self, ref: Ref, given: Mapping[str, Any]) -> str | None:
        """A name that no other object of the list has; its id if there is no such name."""
        places: dict[Steps, Any] = {(name,): value for name, value in given.items() if value}
        found = (self._lists.matching(path, places) for path in ref.lists if places)
        rows = next(filter(None, found), [])
        if len(rows) != 1:
            return None
        names = (str(rows[0][by]) for by in ref.by if rows[0].get(by))
        alone = (name for name in names if len(self._lists.found(Named(ref, name, ""))) == 1)
        return next(alone, str(rows[0]["id"]))

    def id_of(self, named: Named) -> str:
        return self._lists.id_of(named)


@dataclass(frozen=True)
class EstateRead:
    """A server whose estate is read: its lists, who is who on it, and the names of the backup server itself."""

    service: Vbr
    lists: Lists
    names: ListedNames
    itself: Collection[str]


def as_code(service: Vbr) -> dict[str, Any]:
    """The estate as `vbr_estate` takes it, kind by kind, and what of it no option describes."""
    lists = Lists(service)
    several = [each for each in KINDS.values() if not each.singleton and each.is_in(service.revision)]
    lists.read_ahead(each.listed for each in several)
    # The backup server is listed among the servers it manages, and nobody can make it.
    itself = Automation(service).identity(lists.rows(KINDS[MANAGED_SERVERS].path)).own_names
    server = EstateRead(service, lists, ListedNames(lists), itself)
    estate: dict[str, Any] = {}
    left_out: list[dict[str, Any]] = []
    for kind, resource in KINDS.items():
        estate[kind] = {} if resource.singleton else []
        try:
            if not resource.is_in(service.revision):
                left_out += _too_early(kind, resource, lists)
            elif resource.singleton:
                estate[kind] = item(resource, Endpoint(service, resource).read(), service.revision, server.names)
            else:
                estate[kind], left = _items(server, kind, resource)
                left_out += left
        except Forbidden:
            left_out.append(_left_out(kind, {"id": ""}, FORBIDDEN))
    return {"resource": estate, "left_out": left_out}


def _items(server: EstateRead, kind: str, resource: Resource) -> tuple[list[Params], list[dict[str, Any]]]:
    """The items of a kind, and what is left out."""
    service, lists = server.service, server.lists
    items: list[Params] = []
    left_out: list[dict[str, Any]] = []
    for row in _described(service, resource, lists):
        made = kind != MANAGED_SERVERS or row["name"] not in server.itself
        found = item(resource, row, service.revision, server.names) if made else None
        reason = unresolved(resource, row, found, service.revision) if found else OTHER_TYPE if made else ITSELF
        if found is None or reason:
            left_out.append(_left_out(kind, row, reason))
        else:
            items.append({**found, **state(resource, _state_of(lists, resource, row), service.revision)})
    return as_far_as_possible(resource, items), left_out


def _too_early(kind: str, resource: Resource, lists: Lists) -> list[dict[str, Any]]:
    """The objects of a kind that the revision lists, and does not manage."""
    rows = [] if resource.always_there else _listed_early(lists, resource)
    return [_left_out(kind, row, NOT_YET) for row in rows if not resource.is_own(row)]


def _described(service: Vbr, resource: Resource, lists: Lists) -> Iterator[Row]:
    """The objects of a kind as a whole, without those that every server has."""
    endpoint = Endpoint(service, resource)

    def whole(row: Row) -> Row | None:
        # A type of repository may have no permissions.
        with suppress(NotFound):
            return endpoint.whole(row)
        return None

    for block in service.lanes.blocks([row for row in lists.rows(resource.listed) if not resource.is_own(row)]):
        yield from filter(None, service.lanes.each(block, whole))


def _listed_early(lists: Lists, resource: Resource) -> list[Row]:
    """The objects of a kind in a revision that does not have it yet, but may list it."""
    try:
        return lists.rows(resource.path)
    except NotFound:
        return []


def _left_out(kind: str, row: Row, reason: str) -> dict[str, Any]:
    return {"kind": kind, "id": row["id"], "name": _called(row), "type": row.get("type"), "reason": reason}


def _state_of(lists: Lists, resource: Resource, row: Row) -> Row:
    """What shows the state of an object: itself, or its row in the list of states."""
    toggle = resource.toggle
    if toggle is None or not toggle.path or rank(lists.service.revision) < rank(toggle.since):
        return row
    return next(iter(lists.matching(toggle.path, {("id",): row["id"]})), row)


def _called(row: Row) -> str | None:
    return next((str(row[name]) for name in ("name", "username", "hint", "description") if row.get(name)), None)


INFO = Inquiry(
    client=Vbr,
    options={"resource": Option(default=SERVER), "filters": Option(type="dict"), "query": Option()},
    read=read,
)
