# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fields of the bodies that ordinary REST takes hold the id of another object, and in which tables it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import bad_request
from ..estate import Estate
from ..kind import Body

REPOSITORY = "repositories scaleOutRepositories"
# Field, with what it stands in where that matters -> the tables that may have its id. Nothing: it is no reference.
_TABLES = f"""
    backupRepositoryId {REPOSITORY}
    archiveRepositoryId {REPOSITORY}
    distributionRepositoryId {REPOSITORY}
    repositoryId {REPOSITORY}
    repositoryIds {REPOSITORY}
    repositories.id {REPOSITORY}
    metadataRepositoryId repositories
    cacheRepositoryId {REPOSITORY}
    storageHostId repositories
    credentialsId credentials
    account.credentialsId cloudcredentials
    cloudAccount.credentialsId cloudcredentials
    unstructuredDataServers.credentialsId cloudcredentials
    masterCredentialsId credentials
    networkCredentialsId credentials
    accessCredentialsId credentials
    viCredentialsId credentials
    windowsCredsId credentials
    linuxCredsId credentials
    encryptionPasswordId encryptionPasswords
    kmsServerId kmsServers
    hostId managedServers
    distributionServerId managedServers
    shippingServerIds managedServers
    gatewayServerIds managedServers
    guestInteractionProxies.proxyIds managedServers
    proxyIds proxies
    sourceWANAcceleratorId wanAccelerators
    targetWANAcceleratorId wanAccelerators
    primaryJobId jobs
    targetJobId jobs
    jobs.id jobs
    linkedJobs.includes.id jobs
    unstructuredLinkedJobs.includes.id jobs
    sourceBackupId backups
    backups.id backups
    fileServerId unstructuredDataServers
    objectStorageServerId unstructuredDataServers
    storage.tenantId entraTenants
    tenant.tenantId entraTenants
    scvmmHostId managedServers
    domainId adDomains
    domainControllerSettings.id adDomains
    protectionGroupId protectionGroups
    computers.id discoveredEntities protectionGroups
    machineObject.id discoveredEntities protectionGroups
    entityId discoveredEntities
    users.roles.id roles
    principal.id roles
    jobs.jobId jobs
    backups.backupId backups
    fileShares.serverId unstructuredDataServers
    objectStorageServer.serverId unstructuredDataServers
"""
TABLES = {line.split()[0]: tuple(line.split()[1:]) for line in _TABLES.strip().split("\n")}
# An id that stands where the table says: of these the longest counts.
_BY_FIELD: dict[str, list[str]] = {}
for _place in sorted(TABLES, key=len, reverse=True):
    _BY_FIELD.setdefault(_place.rpartition(".")[2], []).append(_place)
NOUNS = {
    "repositories": "backup repository",
    "credentials": "credentials record",
    "cloudcredentials": "cloud credentials record",
    "encryptionPasswords": "encryption password",
    "managedServers": "managed server",
    "proxies": "backup proxy",
    "jobs": "job",
}
# A reference: its field, the id, and the tables in which it may be.
Found = tuple[str, str, tuple[str, ...]]


def references(body: Any, kind: str, around: tuple[str, ...] = ()) -> Iterator[Found]:
    """Every id of another object in a body of a kind."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield from references(value, kind, (*around, name))
    elif isinstance(body, list):
        for item in body:
            yield from references(item, kind, around)
    elif isinstance(body, str) and body:
        tables = tables_at((kind, *around))
        if tables:
            yield around[-1], body, tables


def tables_at(around: tuple[str, ...]) -> tuple[str, ...]:
    """The tables that may have the id at a place, which begins with the kind; none where no id stands."""
    place = ".".join(around)
    for known in _BY_FIELD.get(around[-1], ()):
        if f".{place}".endswith(f".{known}"):
            return TABLES[known]
    return ()


def check_references(body: Body, kind: str, estate: Estate) -> None:
    """Raise a 400 for an id that belongs to nothing."""
    for field, row_id, tables in references(body, kind):
        if not any(estate.has(table, row_id) for table in tables):
            noun = NOUNS.get(tables[0], tables[0])
            raise bad_request(f"{noun} with ID {row_id} is not found (field {field})")


def refers(body: Body, kind: str, row_id: str) -> bool:
    """Whether a body has the id of an object where ids stand."""
    return any(found == row_id for _field, found, _tables in references(body, kind))
