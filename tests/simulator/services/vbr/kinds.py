# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects, seven of which automation moves: their groups, keys, secrets, references, required fields."""

from __future__ import annotations

from dataclasses import replace

from .kind import Group, Kind, Reference
from .rest.table import OTHER_HOSTS, OTHER_JOBS, REST_KINDS, SEEN_HOSTS, SEEN_JOBS, SEEN_PROXIES
from .shapes import infrastructure, jobs
from .shapes.rules import Rule


def credentials_at(path: str, name: str = "credentialsName", tag: str = "credentialsTag") -> Reference:
    return Reference(path, "credentials", name, tag)


def _host(path: str, only_if: str = "") -> Reference:
    return Reference(path, "managedServers", only_if=only_if)


LINUX_SECRETS = tuple(f"linuxAdditionalSettings.{name}" for name in ("privateKey", "passphrase", "rootPassword"))
CREDENTIALS = Kind(
    name="credentials",
    noun="credentials record",
    groups=(
        Group(
            "credentials",
            infrastructure.CREDENTIALS,
            ("username", "uniqueId", "type"),
            secrets=("password", *LINUX_SECRETS),
        ),
    ),
    names=("username",),
    identity=(("uniqueId",),),
    filters=("ids", "types", "names", "showHiddenCreds"),
    required_groups=("credentials",),
)

_SUBSCRIPTION = "existingAccount.subscription"


def _cloud(name: str, *required: str, secrets: tuple[str, ...]) -> Group:
    rules = infrastructure.CLOUD_CREDENTIALS
    return Group(name, rules, ("type", "uniqueId", *required), since="1.1-rev0", secrets=secrets)


CLOUD_CREDENTIALS = Kind(
    name="cloudcredentials",
    noun="cloud credentials record",
    groups=(
        _cloud("azureStorage", "account", "sharedKey", secrets=("sharedKey",)),
        _cloud(
            "azureCompute",
            "connectionName",
            "existingAccount",
            secrets=(
                f"{_SUBSCRIPTION}.secret",
                f"{_SUBSCRIPTION}.certificate.certificate",
                f"{_SUBSCRIPTION}.certificate.password",
            ),
        ),
        _cloud("amazon", "accessKey", "secretKey", secrets=("secretKey",)),
        _cloud("google", "accessKey", "secretKey", secrets=("secretKey",)),
    ),
    names=("connectionName", "account", "accessKey"),
    identity=(("uniqueId",),),
    since="1.1-rev0",
)

ENCRYPTION_PASSWORDS = Kind(
    name="encryptionPasswords",
    noun="encryption password",
    groups=(
        Group("encryptionPasswords", infrastructure.ENCRYPTION_PASSWORDS, ("password", "hint"), secrets=("password",)),
    ),
    names=("hint",),
    identity=(("uniqueId",),),
    filters=("ids", "hints", "tags", "modificationTimeFrom"),
)


def _servers(name: str, *required: str, since: str = "1.0-rev2", more: tuple[Reference, ...] = ()) -> Group:
    references = (credentials_at("credentials"), *more)
    required = ("name", "description", "type", *required)
    return Group(name, infrastructure.MANAGED_SERVERS, required, since=since, references=references)


_SINGLE_USE_SECRETS = tuple(
    f"singleUseCredentials.{name}" for name in ("password", "privateKey", "passphrase", "rootPassword")
)


MANAGED_SERVERS = Kind(
    name="managedServers",
    noun="managed server",
    groups=(
        _servers("windowsHosts"),
        replace(_servers("linuxHosts", "credentials", "sshFingerprint"), secrets=_SINGLE_USE_SECRETS),
        _servers("viHosts", "credentials", "viHostType"),
        _servers(
            "cloudDirectorHosts", "credentials", since="1.2-rev1", more=(credentials_at("viServers[].viCredentials"),)
        ),
        OTHER_HOSTS,
    ),
    names=("name",),
    identity=(("name",),),
    seen=SEEN_HOSTS,
)

_MOUNT_SERVERS = (
    _host("mountServer.windows.mountServerName"),
    _host("mountServer.linux.mountServerName"),
)
_REPOSITORY = ("name", "description", "uniqueId", "type")


def _local(name: str, rules: tuple[Rule, ...], since: str = "1.0-rev2") -> Group:
    return Group(
        name, rules, (*_REPOSITORY, "hostName", "repository"), since, references=(_host("hostName"), *_MOUNT_SERVERS)
    )


def _share(name: str, *more: Reference) -> Group:
    gateway = _host("share.gatewayServer.gatewayServerName", only_if="share.gatewayServer.autoSelectEnabled=false")
    further = _host("share.gatewayServer.furtherGatewayNames[]", only_if=gateway.only_if)
    references = (gateway, further, *more, *_MOUNT_SERVERS)
    required = (*_REPOSITORY, "share", "repository")
    # A collection names one gateway server, the plain resource as many as there are.
    plain = ("share.gatewayServer.furtherGatewayNames",)
    return Group(name, infrastructure.REPOSITORIES, required, references=references, plain=plain)


def _object_storage(
    name: str, rules: tuple[Rule, ...] = infrastructure.REPOSITORIES, place: str = "bucket", since: str = "1.1-rev0"
) -> Group:
    references = (
        Reference("account.credentials", "cloudcredentials", "name", "tag"),
        _host("account.connectionSettings.gatewayServers[]"),
        *_MOUNT_SERVERS,
    )
    return Group(name, rules, (*_REPOSITORY, "account", place), since, references=references)


def _appliance(name: str, section: str = "") -> Group:
    """A deduplicating appliance: on a managed server, or with its own account in a section of the body."""
    place = section or "hostName"
    mount_servers = tuple(_host(f"mountServers.{side}.mountServerName") for side in ("windows", "linux"))
    own = (
        (credentials_at(f"{section}.credentials"), _host(f"{section}.gatewayServer.gatewayServers[]"))
        if section
        else (_host("hostName"),)
    )
    required = (*_REPOSITORY, place, "repository")
    return Group(name, (), required, "1.3-rev2", references=(*own, *mount_servers), moves=False)


REPOSITORIES = Kind(
    name="repositories",
    noun="backup repository",
    groups=(
        _local("WindowsLocalRepositories", infrastructure.REPOSITORIES),
        _local("LinuxLocalRepositories", infrastructure.LINUX_LOCAL),
        _share("SmbRepositories", credentials_at("share.credentials")),
        _share("NfsRepositories"),
        _object_storage("AzureBlobStorages", place="container"),
        _object_storage("AzureDataBoxStorages", place="container"),
        _object_storage("AmazonS3Storages", infrastructure.AMAZON),
        _object_storage("AmazonSnowballEdgeStorages"),
        _object_storage("S3CompatibleStorages"),
        _object_storage("GoogleCloudStorages", infrastructure.GOOGLE),
        _object_storage("IBMCloudStorages"),
        _object_storage("AmazonS3GlacierStorages", infrastructure.AMAZON),
        _object_storage("AzureArchiveStorages", infrastructure.AZURE_ARCHIVE, place="container"),
        _object_storage("WasabiCloudStorages"),
        _local("LinuxHardenedRepositories", infrastructure.REPOSITORIES, since="1.1-rev0"),
        replace(_object_storage("Vaults", place="container", since="1.3-rev0"), moves=False),
        replace(_object_storage("VaultArchives", place="container", since="1.3-rev2"), moves=False),
        _appliance("DellDataDomainAppliances", "dellDataDomain"),
        _appliance("HPEStoreOnceAppliances", "hpeStoreOnce"),
        _appliance("HostedAppliances"),
    ),
    names=("name",),
    identity=(("name",), ("uniqueId",)),
)

PROXIES = Kind(
    name="proxies",
    noun="backup proxy",
    groups=(
        Group(
            "proxies",
            infrastructure.PROXIES,
            ("description", "type", "server", "server.hostName"),
            references=(_host("server.hostName"),),
            # A collection has no name of a proxy.
            plain=("name",),
        ),
        Group(
            "otherProxies",
            infrastructure.PROXIES,
            ("description", "type", "server", "server.hostName"),
            "1.3-rev0",
            references=(_host("server.hostName"),),
            moves=False,
        ),
    ),
    names=("name", "server.hostName"),
    identity=(("server.hostName", "type"),),
    # A host is a proxy for Hyper-V under the same name; a vSphere job does not mean that one.
    referred="ViProxy",
    seen=SEEN_PROXIES,
    required_groups=("proxies",),
)

_JOB_REFERENCES = (
    Reference("storage.backupRepository", "repositories", "name", "uniqueId", also="scaleOutRepositories"),
    Reference("storage.backupProxies.proxies[]", "proxies", "name"),
    Reference(
        "storage.advancedSettings.storageData.encryption.encryptionPasswordUniqueId",
        "encryptionPasswords",
        only_if="storage.advancedSettings.storageData.encryption.isEnabled=true",
    ),
    *(Reference(path, "managedServers", "hostName") for path in jobs.INVENTORY),
    credentials_at("guestProcessing.guestCredentials.creds"),
    credentials_at(f"{jobs.PER_MACHINE}.windowsCreds"),
    credentials_at(f"{jobs.PER_MACHINE}.linuxCreds"),
    credentials_at(f"{jobs.APPS}.oracle.credentials"),
    credentials_at(f"{jobs.APPS}.postgreSQL.credentials"),
    *(_host(f"{jobs.APPS}.{app}.logShippingServers.shippingServerNames[]") for app in ("sql", "oracle", "postgreSQL")),
    _host("guestProcessing.guestInteractionProxies.proxies[]"),
    Reference("schedule.afterThisJob.jobName", "jobs", only_if="schedule.afterThisJob.isEnabled=true"),
)
JOBS = Kind(
    name="jobs",
    noun="job",
    groups=(
        Group(
            "jobs",
            jobs.JOBS,
            (
                "name",
                "description",
                "isHighPriority",
                "type",
                "virtualMachines",
                "storage",
                "storage.backupRepository.name",
                "guestProcessing",
                "schedule",
            ),
            references=_JOB_REFERENCES,
        ),
        OTHER_JOBS,
    ),
    names=("name",),
    identity=(("name",),),
    required_groups=("jobs",),
    seen=SEEN_JOBS,
)

KINDS: tuple[Kind, ...] = (
    CREDENTIALS,
    CLOUD_CREDENTIALS,
    ENCRYPTION_PASSWORDS,
    MANAGED_SERVERS,
    REPOSITORIES,
    PROXIES,
    JOBS,
)

_EXTENTS = (
    "performanceTier.performanceExtents[].extent",
    "placementPolicy.settings[].extent",
    "capacityTier.extents[].extent",
    "archiveTier.extent",
)
SCALE_OUT_REPOSITORIES = Kind(
    name="scaleOutRepositories",
    noun="scale-out repository",
    groups=(
        Group(
            "scaleOutRepositories",
            infrastructure.SCALE_OUT_REPOSITORIES,
            ("name", "description", "performanceTier"),
            references=tuple(Reference(path, "repositories") for path in _EXTENTS),
            moves=False,
        ),
    ),
    names=("name",),
    identity=(("name",), ("uniqueId",)),
)
# With the kinds that automation does not have.
ALL_KINDS: tuple[Kind, ...] = (*KINDS, SCALE_OUT_REPOSITORIES, *(each.kind for each in REST_KINDS))
BY_NAME: dict[str, Kind] = {kind.name: kind for kind in ALL_KINDS}
