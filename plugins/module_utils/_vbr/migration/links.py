# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which field of an object of ordinary REST holds the id of which kind of object, and the walk over all such fields.

An id means nothing on another server. On the way out each becomes a link, {refersTo: kind, name: ...}; on the way in
each link becomes the id that the object has there. Source: facts/vbr_beyond_automation.md 2.1 and 2.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from ..._core.compare import SECRET, Names, fold
from .collection import Record
from .kind import LINK, Kind
from .kinds import (
    AD_DOMAINS,
    CLOUD_CREDENTIALS,
    CREDENTIALS,
    ENCRYPTION_PASSWORDS,
    ENTRA_TENANTS,
    JOBS,
    KMS_SERVERS,
    MANAGED_SERVERS,
    PROTECTION_GROUPS,
    PROXIES,
    REPOSITORIES,
    ROLES,
    SCALE_OUT_REPOSITORIES,
    UNSTRUCTURED_DATA_SERVERS,
    WAN_ACCELERATORS,
)

# How servers write that there is no object.
ZERO_ID = "00000000-0000-0000-0000-000000000000"

Kinds = tuple[str, ...]


def _of(*kinds: Kind) -> Kinds:
    return tuple(kind.name for kind in kinds)


_STORES = _of(REPOSITORIES, SCALE_OUT_REPOSITORIES)
_ACCOUNTS = _of(CREDENTIALS, CLOUD_CREDENTIALS)
_HOSTS = _of(MANAGED_SERVERS)
_EXTENTS = _of(REPOSITORIES)
# The backups of a job cannot be moved by any call.
BACKUPS = "backups"

# The end of a field's dotted path -> the kinds of object that it can mean. The longest end that fits counts.
LINKS: Mapping[str, Kinds] = {
    **dict.fromkeys(
        (
            "backupRepositoryId",
            "metadataRepositoryId",
            "archiveRepositoryId",
            "cacheRepositoryId",
            "distributionRepositoryId",
            "repositoryId",
            "repositoryIds",
            "includes.repositories.id",
        ),
        _STORES,
    ),
    **dict.fromkeys(("performanceExtents.id", "extents.id", "extentId"), _EXTENTS),
    **dict.fromkeys(
        (
            "credentialsId",
            "masterCredentialsId",
            "networkCredentialsId",
            "accessCredentialsId",
            "viCredentialsId",
            "windowsCredsId",
            "linuxCredsId",
        ),
        _ACCOUNTS,
    ),
    **dict.fromkeys(("encryptionPasswordId", "passwordId"), _of(ENCRYPTION_PASSWORDS)),
    "kmsServerId": _of(KMS_SERVERS),
    **dict.fromkeys(
        (
            "hostId",
            "gatewayServerIds",
            "mountServerId",
            "managedServerId",
            "distributionServerId",
            "shippingServerIds",
            "guestInteractionProxies.proxyIds",
            "parentHostId",
            "scvmmHostId",
        ),
        _HOSTS,
    ),
    "proxyIds": _of(PROXIES),
    **dict.fromkeys(("sourceWANAcceleratorId", "targetWANAcceleratorId"), _of(WAN_ACCELERATORS)),
    **dict.fromkeys(
        (
            "primaryJobId",
            "includes.jobs.id",
            "excludes.jobs.id",
            "linkedJobs.includes.id",
            "unstructuredLinkedJobs.includes.id",
            "jobs.jobId",
        ),
        _of(JOBS),
    ),
    **dict.fromkeys(("fileServerId", "objectStorageServerId", "serverId"), _of(UNSTRUCTURED_DATA_SERVERS)),
    **dict.fromkeys(("storage.tenantId", "tenant.tenantId"), _of(ENTRA_TENANTS)),
    **dict.fromkeys(("domainId", "domainControllerSettings.id"), _of(AD_DOMAINS)),
    "protectionGroupId": _of(PROTECTION_GROUPS),
    **dict.fromkeys(("roles.id", "principal.id"), _of(ROLES)),
    **dict.fromkeys(("sourceBackupId", "includes.backups.id", "backups.backupId"), (BACKUPS,)),
}

# The end of a field's dotted path -> why it is left as it is, or out.
OPAQUE: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "objectId",
            "biosUuid",
            "computerId",
            "platformId",
        ),
        "of an inventory object, which is looked up again on the target where it is not the same on all servers",
    ),
    **dict.fromkeys(
        ("azureTenantId", "applicationId", "appClientId", "subscription.tenantId", "subscriptionId", "subnetId"),
        "of the cloud provider, the same for all servers",
    ),
    **dict.fromkeys(("regionId", "vpcId", "vaultId"), "of the cloud provider, the same for all servers"),
    "uniqueId": "the object's own",
    "encryptionPasswordUniqueId": "goes with the id beside it and is left out",
    "trafficRules.id": "the object's own, which each server gives: it is left out",
    "eventId": "a number of the product",
    "sessionId": "of what was done once; only read",
    **dict.fromkeys(
        ("cryptoKeyId", "extentCryptoKeyId"), "no call lists the keys of encrypted extents: it is left out"
    ),
    "storageHostId": "a storage array, which no call adds; it has to be there under the same id",
    "entityId": "a discovered computer, which is looked up again",
    **dict.fromkeys(
        ("excludedObjects.id", "object.id", "objects.id"),
        "of an object of a directory, which is looked up again by its distinguished name",
    ),
    "advancedOptions.id": "of a datastore, whose latency is a kind of its own",
    "inventoryObjects.id": "of an object in the scope of a role, which is looked up again",
    "protectionGroupIds": "of a backup, which no call moves",
}
# What is left out, for the reason above. No server has the mark of a link: what has its name is none.
LEFT_OUT = frozenset({"encryptionPasswordUniqueId", "cryptoKeyId", "extentCryptoKeyId", LINK})
# The same, by the end of the path: the server numbers them, and each server otherwise.
NUMBERED = "trafficRules.id"
LONGEST_END = 3

# Fields that say where an account is kept, and the word for nowhere.
STORAGE_FIELDS = frozenset({"credentialsStorageType", "connectionType", "masterConnectionType"})
SINGLE_USE = frozenset({"SingleUse", "SingleUseCredentials"})

# What a server reports of an inventory object beside what it is.
REPORTED = frozenset({"size", "metadata", "powerState", "aclInfo", "isEnabled"})
AGENT = "Agent"
# Whose ids are of one backup server: these objects are looked up again by their names.
LOOKED_UP_AGAIN = frozenset({"HyperV", AGENT})
OF_ONE_SERVER = frozenset({"id", "objectId", "urn", "parentObjectId"})


@cache
def named_by(path: tuple[str, ...]) -> str:
    """The end of a path by which LINKS or OPAQUE name it; `""` if neither does. `path` has no places in lists."""
    ends = (".".join(path[-length:]) for length in range(min(LONGEST_END, len(path)), 0, -1))
    return next((end for end in ends if end in LINKS or end in OPAQUE), "")


def kinds_at(path: tuple[str, ...]) -> Kinds:
    """The kinds that the id at a path can mean; `()` if it means none."""
    return LINKS.get(named_by(path), ())


class Linked:
    """The objects of one kind on one server: what stands in the place of each id, and which ids a link can mean."""

    def __init__(self) -> None:
        self.by_id: dict[str, Record] = {}
        self._by_name: Names[list[str]] = Names()
        self._by_unique: dict[str, list[str]] = {}

    def add(self, row_id: str, there: Record) -> None:
        """Know one more object, by the link that means it."""
        row_id = fold(row_id)
        self.by_id[row_id] = there
        self._by_name.setdefault(str(there["name"]), []).append(row_id)
        if there.get("uniqueId"):
            self._by_unique.setdefault(fold(there["uniqueId"]), []).append(row_id)

    def ids(self, meant: Mapping[str, Any]) -> list[str]:
        """The ids that a link can mean: of its unique id, of its name as it is written, or without regard to case."""
        if meant.get("uniqueId") and (same := self._by_unique.get(fold(meant["uniqueId"]))):
            return same
        return [row_id for alike in self._by_name.meant(meant.get("name")).values() for row_id in alike]


def is_link(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get(LINK), str) and isinstance(value.get("name"), str)


def is_of_directory(value: Any) -> bool:
    """Whether it is an object of a directory service, whose id each server gives."""
    return isinstance(value, Mapping) and "distinguishedName" in value and "domainId" in value


def is_inventory(value: Any) -> bool:
    """Whether it is an object of a virtual infrastructure, a cloud, or a protected computer."""
    return isinstance(value, Mapping) and "platform" in value and "name" in value


# Gives what stands in the place of an id of one of these kinds.
ToLink = Callable[[Kinds, str], Any]


def with_links(record: Record, to_link: ToLink) -> Record:
    """An object as a server has it, with a link for each id of another one, and without what is of one server only."""
    linked: Record = _out(record, (), to_link)
    return linked


def _out(node: Any, path: tuple[str, ...], to_link: ToLink) -> Any:
    if isinstance(node, list):
        return [_out(item, path, to_link) for item in node]
    if isinstance(node, dict):
        node = _without_what_is_reported(node) if is_inventory(node) else node
        node = {key: value for key, value in node.items() if key != "id"} if is_of_directory(node) else node
        return {key: _out(value, (*path, key), to_link) for key, value in node.items() if _is_kept(path, key, value)}
    if not isinstance(node, str) or not node or not path:
        return node
    kinds = kinds_at(path)
    return to_link(kinds, node) if kinds and node != ZERO_ID else node


def _is_kept(path: tuple[str, ...], name: str, value: Any) -> bool:
    return not (name in LEFT_OUT or named_by((*path, name)) == NUMBERED or is_secret(name, value))


def is_secret(name: str, value: Any) -> bool:
    """Whether a field holds a secret, which a server should not send, and no bundle has."""
    return name in SECRET and isinstance(value, str) and bool(value)


def secrets_in(node: Any) -> bool:
    """Whether a server's object holds a secret at any depth."""
    if isinstance(node, list):
        return any(map(secrets_in, node))
    if isinstance(node, dict):
        return any(is_secret(key, value) or secrets_in(value) for key, value in node.items())
    return False


def uses_single_use(node: Any) -> bool:
    """Whether an object has accounts that are not kept, at any depth: no server shows them."""
    if isinstance(node, list):
        return any(map(uses_single_use, node))
    if isinstance(node, dict):
        return any(
            (key in STORAGE_FIELDS and isinstance(value, str) and value in SINGLE_USE) or uses_single_use(value)
            for key, value in node.items()
        )
    return False


def is_looked_up_again(found: Mapping[str, Any]) -> bool:
    """Whether an inventory object has ids of one backup server."""
    platform = found.get("platform")
    return isinstance(platform, str) and platform in LOOKED_UP_AGAIN


def _without_what_is_reported(found: Mapping[str, Any]) -> Record:
    gone = REPORTED | (OF_ONE_SERVER if is_looked_up_again(found) else frozenset())
    return {key: value for key, value in found.items() if key not in gone}


def without_ids(found: Mapping[str, Any]) -> Record:
    """An inventory object without what another server gives it."""
    return {key: value for key, value in found.items() if key not in OF_ONE_SERVER}


def with_ids(node: Any, id_of: Callable[[Mapping[str, Any]], str]) -> Any:
    """The same with the id of each linked object. Raises what `id_of` raises."""
    if isinstance(node, list):
        return [with_ids(item, id_of) for item in node]
    if is_link(node):
        return id_of(node)
    if isinstance(node, dict):
        found = {key: with_ids(value, id_of) for key, value in node.items()}
        # Beside the id of an object there may stand its name, which can be another one here.
        return {**found, "name": node["id"]["name"]} if is_link(node.get("id")) and "name" in node else found
    return node


def inventory_in(node: Any) -> Iterator[Record]:
    """Every inventory object of a record, to be completed in its place."""
    if isinstance(node, list):
        for item in node:
            yield from inventory_in(item)
    elif isinstance(node, dict):
        if is_inventory(node):
            yield node
        else:
            yield from inventory_in(list(node.values()))


def directory_in(node: Any) -> Iterator[Record]:
    """Every object of a directory in a record, to be completed in its place."""
    if isinstance(node, list):
        for item in node:
            yield from directory_in(item)
    elif isinstance(node, dict):
        if is_of_directory(node):
            yield node
        else:
            yield from directory_in(list(node.values()))


def without(record: Record, paths: tuple[str, ...]) -> Record:
    """The record without the fields at these dotted paths, also those of every element of a list on the way."""
    for path in paths:
        record = _without(record, path.split("."))
    return record


def _without(node: Any, steps: list[str]) -> Any:
    if isinstance(node, list):
        return [_without(item, steps) for item in node]
    first, *rest = steps
    if not isinstance(node, dict) or first not in node:
        return node
    if not rest:
        return {key: value for key, value in node.items() if key != first}
    return {**node, first: _without(node[first], rest)}
