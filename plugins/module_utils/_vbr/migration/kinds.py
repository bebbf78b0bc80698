# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of object that a server is made of, in one table: order, natural keys, secret fields, how REST has them.

Seven go by the automation section. What that leaves out of them, and all other kinds, go by ordinary REST. Sources:
facts/vbr.md 2.1 to 2.6, seed 000 (order); facts/vbr_beyond_automation.md 1 to 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.compare import fold, value_at
from ..revisions import rank
from .collection import Record
from .kind import ANY_TYPE, Kind, Rest, Secret, by_inventory_object, linked
from .settings import DATASTORE_LATENCIES, SETTINGS

DEFAULT_PROXY_TYPE = "ViProxy"
# What every server calls the proxy that it has from the beginning (the vendor's examples of six revisions).
DEFAULT_PROXY = "VMware Backup Proxy"
# How a server may call its own host, whatever its name is (a live 13.1).
THIS_SERVER = "This server"


def unique_id(record: Mapping[str, Any]) -> str:
    """The id that travels with a record: `uniqueId`, or `tag` as it is called up to OLD_NAMES_UNTIL; `''` if none."""
    return str(record.get("uniqueId") or record.get("tag") or "")


def _by_name(record: Record) -> str:
    return str(record.get("name") or "")


def _by_unique_id_or_hint(record: Record) -> str:
    return unique_id(record) or str(record.get("hint") or "")


def host_of(proxy: Mapping[str, Any]) -> str:
    """The name of a proxy's host; `''` if it has none."""
    return str(value_at(proxy, ("server", "hostName")) or "") or linked(value_at(proxy, ("server", "hostId")))


def is_of_default_type(proxy: Mapping[str, Any]) -> bool:
    """Whether a proxy is of the type that jobs of the kind that is moved can have."""
    return fold(proxy.get("type") or DEFAULT_PROXY_TYPE) == fold(DEFAULT_PROXY_TYPE)


def _by_host(record: Record) -> str:
    """No record has the name of its proxy: it is known by its host, which may carry one proxy of each type.

    Of a proxy without a model, of another platform, there is nothing but its name.
    """
    host = host_of(record) or str(record.get("name") or "")
    return host if not host or is_of_default_type(record) else f"{host} ({record['type']})"


def _by_whatever_it_is_called(record: Record) -> str:
    """Servers of unstructured data have no name of their own but a path, a host or a friendly name, by their type."""
    names = (record.get(name) for name in ("name", "path", "friendlyName"))
    friendly = value_at(record, ("account", "friendlyName"))
    return str(next(filter(None, names), "") or friendly or linked(record.get("hostId")))


_FILTERS = ("ids", "types", "names")
_INFRASTRUCTURE = "/api/v1/backupInfrastructure"

CREDENTIALS = Kind(
    "credentials",
    unique_id,
    (*_FILTERS, "showHiddenCreds"),
    (
        Secret("password", ("password",)),
        Secret("private_key", ("linuxAdditionalSettings", "privateKey")),
        Secret("passphrase", ("linuxAdditionalSettings", "passphrase")),
        Secret("root_password", ("linuxAdditionalSettings", "rootPassword")),
    ),
    automated=True,
    rest=Rest("/api/v1/credentials"),
)
CLOUD_CREDENTIALS = Kind(
    "cloudcredentials",
    unique_id,
    _FILTERS,
    (
        Secret("shared_key", ("sharedKey",)),
        Secret("secret_key", ("secretKey",)),
        Secret("application_secret", ("existingAccount", "subscription", "secret")),
        Secret("certificate", ("existingAccount", "subscription", "certificate", "certificate")),
        Secret("certificate_password", ("existingAccount", "subscription", "certificate", "password")),
    ),
    since="1.1-rev0",
    automated=True,
    rest=Rest("/api/v1/cloudCredentials"),
)
ENCRYPTION_PASSWORDS = Kind(
    "encryptionPasswords",
    _by_unique_id_or_hint,
    ("ids", "hints", "tags", "modificationTimeFrom"),
    (Secret("password", ("password",)),),
    automated=True,
    rest=Rest("/api/v1/encryptionPasswords"),
)
KMS_SERVERS = Kind(
    "kmsServers",
    _by_name,
    secrets=(
        Secret("server_certificate", ("serverCertificate", "certificate")),
        Secret("client_certificate", ("clientCertificate", "certificate")),
        Secret("client_certificate_password", ("clientCertificate", "password")),
    ),
    since="1.2-rev1",
    rest=Rest(
        "/api/v1/kmsServers",
        {"1.2-rev1": ("KMS",)},
        only_read=("serverCertificateThumbprint", "clientCertificateThumbprint"),
    ),
)
AD_DOMAINS = Kind(
    "adDomains",
    lambda record: str(record.get("serverName") or record.get("name") or ""),
    since="1.3-rev0",
    rest=Rest("/api/v1/adDomains", {"1.3-rev0": (ANY_TYPE,)}, only_read=("name",), updates=False),
)
MANAGED_SERVERS = Kind(
    "managedServers",
    _by_name,
    _FILTERS,
    automated=True,
    rest=Rest(
        f"{_INFRASTRUCTURE}/managedServers",
        # Hosts of the other types are in the automation section, but for those with single-use accounts.
        {"1.3-rev0": ("HvServer", "HvCluster", "SCVMM", "SmbV3Cluster", "SmbV3StandaloneHost")},
        only_read=(
            "status",
            "isBackupServer",
            "isDefaultMountServer",
            "updatesState",
            "parentHostId",
            "parentHostName",
            "childServers",
            "updatesDeadline",
            "autoUpdateDeadline",
        ),
    ),
)
MOUNT_SERVERS = Kind(
    "mountServers",
    lambda record: linked(record.get("hostId")),
    since="1.3-rev0",
    of_host=True,
    rest=Rest(f"{_INFRASTRUCTURE}/mountServers", {"1.3-rev0": (ANY_TYPE,)}, only_read=("type", "isDefault")),
)
REPOSITORIES = Kind(
    "repositories",
    _by_name,
    _FILTERS,
    automated=True,
    rest=Rest(
        f"{_INFRASTRUCTURE}/repositories",
        {
            "1.3-rev2": ("DellDataDomain", "ExaGrid", "HPEStoreOnce", "QuantumDXi", "Infinidat", "Fujitsu"),
        },
        only_read=("importOptions",),
    ),
)
PROXIES = Kind(
    "proxies",
    _by_host,
    _FILTERS,
    automated=True,
    rest=Rest(f"{_INFRASTRUCTURE}/proxies", {"1.3-rev0": ("HvProxy", "GeneralPurposeProxy")}, only_read=("name",)),
)
WAN_ACCELERATORS = Kind("wanAccelerators", _by_name, since="1.2-rev1", rest=Rest(f"{_INFRASTRUCTURE}/wanAccelerators"))
SCALE_OUT_REPOSITORIES = Kind(
    "scaleOutRepositories",
    _by_name,
    since="1.2-rev1",
    space=REPOSITORIES.name,
    rest=Rest(
        f"{_INFRASTRUCTURE}/scaleOutRepositories",
        {"1.2-rev1": (ANY_TYPE,)},
        only_read=("performanceTier.performanceExtents.name", "performanceTier.performanceExtents.status"),
    ),
)
REPOSITORY_PERMISSIONS = Kind(
    "repositoryPermissions",
    lambda record: linked(record.get("repository")),
    since="1.3-rev2",
    rest=Rest(
        f"{_INFRASTRUCTURE}/repositories/{{id}}/accessPermissions",
        only_read=("repository",),
        part_of=REPOSITORIES.name,
    ),
)
PROTECTION_GROUPS = Kind(
    "protectionGroups",
    _by_name,
    since="1.3-rev0",
    rest=Rest(
        "/api/v1/agents/protectionGroups",
        {
            "1.3-rev0": ("IndividualComputers", "ADObjects", "CSVFile", "PreInstalledAgents"),
            "1.3-rev1": ("CloudMachines",),
            "1.3-rev2": ("Iris",),
        },
        only_read=("isDisabled", "computerNames"),
    ),
)
UNSTRUCTURED_DATA_SERVERS = Kind(
    "unstructuredDataServers",
    _by_whatever_it_is_called,
    since="1.2-rev1",
    rest=Rest(
        "/api/v1/inventory/unstructuredDataServers",
        {
            "1.3-rev1": ("FileServer", "SMBShare", "NFSShare", "NASFiler", "S3Compatible", "AmazonS3", "AzureBlob"),
            "1.3-rev2": ("AzureDataLake", "SANSMBShare", "SANNFSShare"),
        },
        only_read=("name", "hostType", "regionDisplayName", "account.regionDisplayName"),
    ),
)
ENTRA_TENANTS = Kind(
    "entraTenants",
    lambda record: str(record.get("azureTenantId") or ""),
    secrets=(Secret("application_secret", ("existingAccount", "authentication", "secret")),),
    since="1.2-rev1",
    rest=Rest(
        "/api/v1/inventory/entraId/tenants",
        {"1.2-rev1": (ANY_TYPE,)},
        only_read=("name", "credentialsType", "authentication"),
    ),
)
JOBS = Kind(
    "jobs",
    _by_name,
    _FILTERS,
    automated=True,
    rest=Rest(
        "/api/v1/jobs",
        {
            "1.2-rev1": (
                "VSphereReplica",
                "CloudDirectorBackup",
                "EntraIDTenantBackup",
                "EntraIDAuditLogBackup",
                "FileBackupCopy",
            ),
            "1.3-rev0": (
                "BackupCopy",
                "HyperVBackup",
                "WindowsAgentBackup",
                "LinuxAgentBackup",
                "EntraIDTenantBackupCopy",
            ),
            "1.3-rev1": (
                "FileBackup",
                "ObjectStorageBackup",
                "SureBackupContentScan",
                "WindowsAgentBackupWorkstationPolicy",
                "LinuxAgentBackupWorkstationPolicy",
                "WindowsAgentBackupServerPolicy",
                "LinuxAgentBackupServerPolicy",
            ),
            "1.3-rev2": ("WindowsAgentBackupFailoverCluster", "IrisBackup"),
        },
        only_read=("isDisabled",),
        in_part=True,
    ),
)
# What has no list of its own, and is known by signs.
OTHER_WORKLOADS = Kind("otherWorkloads", _by_name, since="1.2-rev1")
RECOVERY_TOKENS = Kind("recoveryTokens", _by_name, since="1.2-rev1", rest=Rest("/api/v1/agents/recoveryTokens"))
OTHER_SETTINGS = Kind("otherSettings", _by_name, since="1.2-rev1")
VM_EXCLUSIONS = Kind(
    "vmExclusions",
    by_inventory_object("inventoryObject"),
    since="1.3-rev0",
    rest=Rest("/api/v1/globalExclusions/vm", {"1.3-rev0": (ANY_TYPE,)}, then={"note": "/note"}, updates=False),
)
ROLES = Kind(
    "roles",
    _by_name,
    since="1.3-rev1",
    rest=Rest(
        "/api/v1/security/roles",
        {"1.3-rev2": (ANY_TYPE,)},
        only_read=("isBuiltIn",),
        in_part=True,
        details="/details",
    ),
)
USERS = Kind(
    "users",
    _by_name,
    since="1.3-rev1",
    rest=Rest(
        "/api/v1/security/users",
        {"1.3-rev1": (ANY_TYPE,)},
        only_read=("mfaEnabled",),
        then={"roles": "/roles"},
        updates=False,
    ),
)


JOB_PERMISSIONS = Kind(
    "jobPermissions",
    lambda record: linked(record.get("job")),
    since="1.3-rev2",
    rest=Rest(
        "/api/v1/acl/backupJob/{id}",
        only_read=("job",),
        part_of=JOBS.name,
        owner="job",
        by_post={"owner": "/changeOwner", "effectiveAccess": "/changeEffectiveAccess"},
    ),
)

# In the order in which they can be brought in: nothing needs what comes after it.
KINDS = {
    kind.name: kind
    for kind in (
        CREDENTIALS,
        CLOUD_CREDENTIALS,
        ENCRYPTION_PASSWORDS,
        KMS_SERVERS,
        MANAGED_SERVERS,
        AD_DOMAINS,
        MOUNT_SERVERS,
        REPOSITORIES,
        PROXIES,
        WAN_ACCELERATORS,
        SCALE_OUT_REPOSITORIES,
        REPOSITORY_PERMISSIONS,
        PROTECTION_GROUPS,
        UNSTRUCTURED_DATA_SERVERS,
        ENTRA_TENANTS,
        JOBS,
        OTHER_WORKLOADS,
        RECOVERY_TOKENS,
        VM_EXCLUSIONS,
        ROLES,
        USERS,
        JOB_PERMISSIONS,
        *SETTINGS,
        DATASTORE_LATENCIES,
        OTHER_SETTINGS,
    )
}
AUTOMATED = tuple(kind.name for kind in KINDS.values() if kind.automated)


def first_of_types(kind: Kind) -> dict[str, str]:
    """The types of a kind that ordinary REST creates, each with the first revision that does."""
    types = kind.rest.types if kind.rest else {}
    return {each: since for since, found in types.items() for each in found}


def kinds_of(revision: str) -> list[str]:
    """The names of the kinds that a revision can export and import by the automation section, in order."""
    return [kind.name for kind in KINDS.values() if kind.automated and rank(kind.since) <= rank(revision)]


def is_always_there(kind: str) -> bool:
    """Whether nobody creates or removes objects of a kind: settings, and what is part of something else."""
    rest = KINDS[kind].rest
    return bool(rest and rest.always_there)


def lookup_keys(kind: str, record: Record) -> set[str]:
    """The keys a record is found by: its own, and the hint of an encryption password, which is the key of one
    that came without a unique id and was given one by its server.
    """
    keys = (KINDS[kind].key(record), record.get("hint") if kind == ENCRYPTION_PASSWORDS.name else "")
    return {str(key) for key in keys if key}
