# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds that only ordinary REST has: where they are, since when, what they consist of, how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..kind import Group, Kind, Reference
from ..shapes import infrastructure
from .shapes import RULES
from .types import REV0, REV1, REV2, Type
from .types import TYPES as JOB_TYPES

REV12 = "1.2-rev1"
ONE_TYPE = {"": Type(REV12)}


@dataclass(frozen=True)
class RestKind:
    """One kind: its list at `path`, created since `written`, with these `types`.

    `sessions` names the operations (create, replace, delete) that answer with a session; `without` names those that do
    not exist, and `works` is what they do. `model` are fields that only a model has, `spec` those that only a new
    object has: they are kept inside.
    """

    kind: Kind
    path: str
    types: Mapping[str, Type]
    written: str
    sessions: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    spec: tuple[str, ...] = ()
    columns: tuple[str, ...] = ("name", "description", "type")
    equal: Mapping[str, str] = field(default_factory=lambda: {"typeFilter": "type"})
    works: tuple[str, str, str] = ("add", "replace", "remove")


_SINGLE_USE = ("password", "privateKey", "passphrase", "rootPassword")
_UPLOAD = ("certificate", "password")


def _secrets(names: tuple[str, ...], *places: str) -> tuple[str, ...]:
    return tuple(f"{place}.{name}" for place in places for name in names)


def _kind(
    name: str,
    noun: str,
    since: str,
    *names: str,
    identity: tuple[tuple[str, ...], ...] = (),
    secrets: tuple[str, ...] = (),
    types: Mapping[str, Type] | None = None,
    ids: bool = True,
) -> Kind:
    group = Group(name, RULES, (), since, secrets, moves=False, ids=ids)
    seen = {word: each.listed for word, each in (types or {}).items() if each.listed > since}
    return Kind(name, noun, (group,), names, identity or tuple((each,) for each in names), since=since, seen=seen)


ALL = ("create", "replace", "delete")
KMS = RestKind(
    _kind(
        "kmsServers", "KMS server", REV12, "name", secrets=_secrets(_UPLOAD, "serverCertificate", "clientCertificate")
    ),
    "/api/v1/kmsServers",
    {"KMS": Type(REV12, "name type port serverCertificate.certificate serverCertificate clientCertificate")},
    REV12,
    model=("serverCertificateThumbprint", "clientCertificateThumbprint"),
    spec=("serverCertificate", "clientCertificate"),
)
AD_DOMAINS = RestKind(
    _kind("adDomains", "Active Directory domain", REV0, "serverName"),
    "/api/v1/adDomains",
    {"": Type(REV0, "serverName credentialsId")},
    REV0,
    without=("replace",),
    model=("name",),
    columns=("name",),
)
_ENTITY = {"": Type(REV0)}
ENTITIES = RestKind(
    # They go with their group and do not hold it.
    _kind(
        "discoveredEntities", "discovered computer", REV0, "name", identity=(("protectionGroupId", "name"),), ids=False
    ),
    "",
    _ENTITY,
    REV0,
)
_GROUP_TYPES = {
    "IndividualComputers": Type(REV0, "name description computers computers[].hostName computers[].connectionType"),
    "ADObjects": Type(
        REV0,
        f"name description activeDirectory activeDirectory.domainControllerSettings activeDirectory.objects "
        f"credentials credentials.masterCredentialsId<{REV2} credentials.masterConnectionType>{REV2}",
    ),
    "CSVFile": Type(REV0, "name description file file.path credentials credentials.masterCredentialsId"),
    "PreInstalledAgents": Type(REV0, "name description"),
    "CloudMachines": Type(REV1, "name description cloudAccount cloudAccount.accountType cloudMachines"),
    "Iris": Type(REV2, "name description servers servers[].hostName servers[].connectionType"),
    "ManuallyAdded": Type("", seen=REV0),
    "MongoDB": Type("", seen=REV0),
    "Unmanaged": Type("", seen=REV1),
}
PROTECTION_GROUPS = RestKind(
    _kind(
        "protectionGroups",
        "protection group",
        REV0,
        "name",
        types=_GROUP_TYPES,
        secrets=_secrets(
            _SINGLE_USE,
            "computers[].singleUseCredentials",
            "servers[].singleUseCredentials",
            "credentials.customCredentials[].singleUseCredentials",
        ),
    ),
    "/api/v1/agents/protectionGroups",
    _GROUP_TYPES,
    REV0,
    ALL,
    model=("computerNames",),
    spec=("tag",),
    works=("save group", "save group", "remove group"),
)
_PROCESSED = "processing processing.cacheRepositoryId processing.backupProxies"
_SHARE = Type(REV1, f"path {_PROCESSED}")
_BUCKET = Type(REV1, f"account account.friendlyName account.credentialsId {_PROCESSED}")
_BLOB = f"friendlyName credentialsId regionType {_PROCESSED}"
_SERVER_TYPES = {
    "FileServer": Type(REV1, "hostId processing processing.cacheRepositoryId", seen=REV12),
    "SMBShare": Type(REV1, _SHARE.required, seen=REV12),
    "NFSShare": Type(REV1, _SHARE.required, seen=REV12),
    "NASFiler": Type(REV1, "storageHostId processing processing.cacheRepositoryId", seen=REV12),
    "S3Compatible": Type(REV1, _BUCKET.required, seen=REV12),
    "AmazonS3": Type(REV1, _BUCKET.required, seen=REV12),
    "AzureBlob": Type(REV1, _BLOB, seen=REV12),
    "AzureDataLake": Type(REV2, _BLOB),
    "SANSMBShare": Type(REV2, _SHARE.required),
    "SANNFSShare": Type(REV2, _SHARE.required),
}
UNSTRUCTURED = RestKind(
    _kind(
        "unstructuredDataServers",
        "unstructured data server",
        REV12,
        "path",
        "account.friendlyName",
        "friendlyName",
        "hostId",
        "storageHostId",
        types=_SERVER_TYPES,
    ),
    "/api/v1/inventory/unstructuredDataServers",
    _SERVER_TYPES,
    REV1,
    ALL,
    model=("name", "hostType", "regionDisplayName"),
    columns=("name", "type"),
)
TENANTS = RestKind(
    _kind(
        "entraTenants",
        "Entra ID tenant",
        REV12,
        "azureTenantId",
        secrets=("authentication.secret", *_secrets(_UPLOAD, "authentication.certificate")),
    ),
    "/api/v1/inventory/entraId/tenants",
    {"": Type(REV12, "azureTenantId creationMode")},
    REV12,
    ("create", "delete"),
    model=("name", "credentialsType"),
    spec=("creationMode", "newAccount"),
    columns=("name", "description"),
    equal={},
)
EXCLUSIONS = RestKind(
    _kind(
        "globalExclusions",
        "global exclusion",
        REV0,
        "inventoryObject.name",
        identity=(("inventoryObject.platform", "inventoryObject.hostName", "inventoryObject.objectId"),),
    ),
    "/api/v1/globalExclusions/vm",
    {"": Type(REV0, "vmObject")},
    REV0,
    without=("replace",),
    columns=("name",),
    equal={},
)
MOUNT_SERVERS = RestKind(
    _kind("mountServers", "mount server", REV0, "hostId"),
    "/api/v1/backupInfrastructure/mountServers",
    {"": Type(REV0, "hostId")},
    REV0,
    ("create", "replace"),
    without=("delete",),
    model=("type", "isDefault"),
    spec=("hostId", "setAsDefault"),
    columns=("type",),
    works=("save mount server", "save mount server", "remove"),
)
USERS = RestKind(
    _kind("users", "user", REV1, "name", identity=(("name", "type"),)),
    "/api/v1/security/users",
    {"": Type(REV1, "name type roles roles[].id")},
    REV1,
    without=("replace",),
    columns=("name", "type"),
    equal={"typeFilter": "type", "isServiceAccountFilter": "isServiceAccount"},
)
ROLES = RestKind(
    _kind("roles", "role", REV1, "name"),
    "/api/v1/security/roles",
    {"": Type(REV2, "name manageBackups manageRestores")},
    REV2,
    columns=("name", "description"),
    equal={"isBuiltInFilter": "isBuiltIn"},
)
REST_KINDS = (
    KMS,
    AD_DOMAINS,
    PROTECTION_GROUPS,
    ENTITIES,
    UNSTRUCTURED,
    TENANTS,
    EXCLUSIONS,
    MOUNT_SERVERS,
    USERS,
    ROLES,
)

# --- further groups of kinds that automation moves in part ------------------------------------------------------------

HOST_TYPES = {
    "HvServer": Type(REV0, "credentialsStorageType"),
    "HvCluster": Type(REV0, "credentialsId"),
    "SCVMM": Type(REV0, "credentialsId"),
    "SmbV3Cluster": Type(REV0, "credentialsId"),
    "SmbV3StandaloneHost": Type(REV0, "credentialsId"),
    "NutanixCluster": Type("", seen=REV2),
    "PrismCentral": Type("", seen=REV2),
    "ProxmoxNode": Type("", seen=REV2),
    "ProxmoxCluster": Type("", seen=REV2),
}
OTHER_HOSTS = Group(
    "otherHosts", infrastructure.COMPONENTS, ("name", "description", "type"), REV0, moves=False, ids=True
)
PROXY_TYPES = {
    "HvProxy": Type(REV0),
    "GeneralPurposeProxy": Type(REV0),
    "NutanixAHV": Type("", seen=REV2),
    "PVE": Type("", seen=REV2),
}
OTHER_JOBS = Group(
    "otherJobs",
    RULES,
    ("name", "type"),
    REV12,
    references=(Reference("schedule.afterThisJob.jobName", "jobs", only_if="schedule.afterThisJob.isEnabled=true"),),
    moves=False,
    ids=True,
)
SEEN_HOSTS = {name: each.listed for name, each in HOST_TYPES.items()}
SEEN_PROXIES = {name: each.listed for name, each in PROXY_TYPES.items()}
SEEN_JOBS = {name: each.listed for name, each in JOB_TYPES.items()}
