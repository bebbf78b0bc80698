# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seven kinds of objects that move: their groups, keys, secrets, references and required fields, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .shapes import infrastructure, jobs
from .shapes.rules import Rule, values

Body = dict[str, Any]


@dataclass(frozen=True)
class Reference:
    """Where an object names another one: by the value itself (`name` empty) or by fields of an object.

    `tag` is the field that holds the other's unique id. `only_if` is `path=true|false`: a flag that must be so for the
    reference to mean anything.
    """

    path: str
    kind: str
    name: str = ""
    tag: str = ""
    only_if: str = ""


@dataclass(frozen=True)
class Group:
    """One list of a collection: the types it holds, since which revision, how it is spelt, what it must carry."""

    name: str
    rules: tuple[Rule, ...]
    required: tuple[str, ...]
    since: str = "1.0-rev2"
    secrets: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of objects. `names` are the paths that may hold an object's name; the first that is there counts.

    `identity` lists the path tuples of which none may be equal in two objects.
    """

    name: str
    noun: str
    groups: tuple[Group, ...]
    names: tuple[str, ...]
    identity: tuple[tuple[str, ...], ...]
    filters: tuple[str, ...] = ("ids", "types", "names")
    required_groups: tuple[str, ...] = ()
    since: str = "1.0-rev2"

    def group(self, name: str) -> Group:
        """Raises LookupError for a list this kind does not have."""
        for group in self.groups:
            if group.name == name:
                return group
        raise LookupError(f"{self.name} has no list {name}")


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


MANAGED_SERVERS = Kind(
    name="managedServers",
    noun="managed server",
    groups=(
        _servers("windowsHosts"),
        _servers("linuxHosts", "credentials", "sshFingerprint"),
        _servers("viHosts", "credentials", "viHostType"),
        _servers(
            "cloudDirectorHosts", "credentials", since="1.2-rev1", more=(credentials_at("viServers[].viCredentials"),)
        ),
    ),
    names=("name",),
    identity=(("name",),),
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
    references = (gateway, *more, *_MOUNT_SERVERS)
    return Group(name, infrastructure.REPOSITORIES, (*_REPOSITORY, "share", "repository"), references=references)


def _object_storage(
    name: str, rules: tuple[Rule, ...] = infrastructure.REPOSITORIES, place: str = "bucket", since: str = "1.1-rev0"
) -> Group:
    references = (
        Reference("account.credentials", "cloudcredentials", "name", "tag"),
        _host("account.connectionSettings.gatewayServers[]"),
        *_MOUNT_SERVERS,
    )
    return Group(name, rules, (*_REPOSITORY, "account", place), since, references=references)


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
            ("description", "type", "server"),
            references=(_host("server.hostName"),),
        ),
    ),
    names=("server.hostName",),
    identity=(("server.hostName", "type"),),
    required_groups=("proxies",),
)

_JOB_REFERENCES = (
    Reference("storage.backupRepository", "repositories", "name", "uniqueId"),
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
                "guestProcessing",
                "schedule",
            ),
            references=_JOB_REFERENCES,
        ),
    ),
    names=("name",),
    identity=(("name",),),
    required_groups=("jobs",),
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
BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}


def name_of(kind: Kind, body: Body) -> str:
    """The name others call an object by."""
    found = (value for path in kind.names for value in values(body, path) if value)
    return str(next(found, ""))


def same_text(left: Any, right: Any) -> bool:
    """Names and tags are compared as the database behind a real server does: without regard to case."""
    return str(left).casefold() == str(right).casefold()


def fingerprint(body: Body, paths: Sequence[str]) -> tuple[str, ...] | None:
    """The values of an identity, ready to compare; None when one of them is missing."""
    parts = tuple(str(value).casefold() for path in paths for value in values(body, path)[:1] if value)
    return parts if len(parts) == len(paths) else None
