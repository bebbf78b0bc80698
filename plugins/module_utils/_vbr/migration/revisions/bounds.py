# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each revision of the automation interface has and has not, per kind: lists, fields and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...revisions import Span, only, since, until
from .limits import Gone, Lacking, LackingElements, Limit, Needed, Within
from .places import ADVANCED, APPLICATIONS, ARCHIVE_LISTS, ENCRYPTION, INVENTORY, MAINTENANCE, STORAGE_DATA

_V12_3 = since("1.2-rev1")
_V13 = since("1.3-rev0")
_V13_0_1 = since("1.3-rev1")
_V13_1 = since("1.3-rev2")
_ALL = since("1.0-rev2")
_OBJECT_STORAGE = since("1.1-rev0")

# The lists of the kinds that have several, and the revisions that have each; a list that is not here is unknown.
LISTS: Mapping[str, Mapping[str, Span]] = {
    "credentials": {"credentials": _ALL},
    "cloudcredentials": dict.fromkeys(("azureStorage", "azureCompute", "amazon", "google"), since("1.1-rev0")),
    "encryptionPasswords": {"encryptionPasswords": _ALL},
    "managedServers": {
        **dict.fromkeys(("windowsHosts", "linuxHosts", "viHosts"), _ALL),
        "cloudDirectorHosts": _V12_3,
    },
    "repositories": {
        **dict.fromkeys(
            ("WindowsLocalRepositories", "LinuxLocalRepositories", "SmbRepositories", "NfsRepositories"), _ALL
        ),
        "AzureBlobStorages": _OBJECT_STORAGE,
        "AzureDataBoxStorages": _OBJECT_STORAGE,
        "AmazonS3Storages": _OBJECT_STORAGE,
        "AmazonSnowballEdgeStorages": _OBJECT_STORAGE,
        "S3CompatibleStorages": _OBJECT_STORAGE,
        "GoogleCloudStorages": _OBJECT_STORAGE,
        "IBMCloudStorages": _OBJECT_STORAGE,
        "AmazonS3GlacierStorages": _OBJECT_STORAGE,
        "AzureArchiveStorages": _OBJECT_STORAGE,
        "WasabiCloudStorages": _OBJECT_STORAGE,
        "LinuxHardenedRepositories": since("1.1-rev0"),
    },
    "proxies": {"proxies": _ALL},
    "jobs": {"jobs": _ALL},
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GLOBAL_AZURE = {"1.3-rev0": "Global"}
_BY_HAND = "Set it on the target by hand before the first backup."

_CREDENTIALS: tuple[Limit, ...] = (Lacking("", "type", {"ManagedService"}, _V13),)
_CLOUD_CREDENTIALS: tuple[Limit, ...] = (
    Lacking("", "type", {"GoogleService"}, _V12_3),
    Lacking("existingAccount.deployment", "region", {"Germany"}, until("1.2-rev1"), _GLOBAL_AZURE),
    Lacking("existingAccount.subscription.certificate", "formatType", {"pem"}, _V13),
)

_COMPONENTS: tuple[tuple[frozenset[str], Span], ...] = (
    (
        _words(
            "VauRedist PluginOracleRman CloudMessageSvc DbPluginRedist Vddk PlatformConverterSvc StandBySvc Antivirus "
            "GuestInteractionProxy StoreOnceCatalystSdk DDBoostSdk PluginMsSql AppBackupRepository PSManagementSvc "
            "OpenSSL3v13 CifsGateway MountTarget NfsGateway SnapDiffV3 Ynq MountServerDependencies "
            "GuestProxyDependencies"
        ),
        _V13,
    ),
    (_words("CdpAgent CdpFilter"), _V13_0_1),
    (_words("OpenTelemetryCollector IrisPlugin OpenSSL312 HotAdd"), _V13_1),
)
_SERVERS: tuple[Limit, ...] = (
    *(LackingElements("networkSettings", "components", "componentName", names, known) for names, known in _COMPONENTS),
    # Of a Linux server the components as such are new in 1.3-rev0.
    *(LackingElements("sshSettings", "components", "componentName", names, known) for names, known in _COMPONENTS[1:]),
    Within("sshSettings", "sshTimeOutMs", _V13, 200, 100_000),
)

_NOT_IMMUTABLE = "backups on the repository are not protected against deletion"
_REPOSITORIES: tuple[Limit, ...] = (
    Gone(
        "repository.advancedSettings",
        "RotatedDriveCleanupMode",
        since("1.1-rev0"),
        "rotated drives are not cleaned",
        harmless=("disabled",),
    ),
    Gone("container", "immutability", _V13, _NOT_IMMUTABLE, groups={"AzureBlobStorages"}, remedy=_BY_HAND),
    Gone("container", "immutabilityEnabled", _V13, _NOT_IMMUTABLE, groups={"AzureArchiveStorages"}, remedy=_BY_HAND),
    Gone("bucket", "immutability", _V13, _NOT_IMMUTABLE, groups={"GoogleCloudStorages"}, remedy=_BY_HAND),
    Gone("bucket.immutability", "immutabilityMode", _V13, remedy=_BY_HAND),
    Gone("bucket", "enableAutoProvision", _V13_0_1),
    Gone("bucket", "workloadsPerBucketLimit", _V13_0_1),
    Gone("repository", "enableGovernanceMode", _V13_1, _NOT_IMMUTABLE, remedy=_BY_HAND),
    Gone("repository", "governanceModeRetentionDays", _V13_1),
    Lacking("account", "regionType", {"Germany"}, until("1.2-rev1"), _GLOBAL_AZURE),
    Lacking("account.credentials", "type", {"GoogleService"}, _V12_3),
    Needed(
        "repository",
        "path",
        _V13_1,
        groups={"WindowsLocalRepositories", "LinuxLocalRepositories"},
        remedy="Give the repository its path.",
    ),
    Needed("", "mountServer", until("1.3-rev1"), spared=ARCHIVE_LISTS, remedy="Give the repository a mount server."),
)


def _inventory(places: Sequence[str]) -> tuple[Limit, ...]:
    """Objects of a virtual infrastructure: their platform decides, what merely describes them may go."""
    descriptive = {
        "size": _V12_3,
        "urn": _V12_3,
        "metadata": _V13,
        "isEnabled": only("1.3-rev0", "1.3-rev1"),
        "powerState": _V13_1,
        "aclInfo": _V13_1,
        "protectionGroupType": _V13_1,
        "cloudMachinesType": _V13_1,
    }
    of_cloud_director = ("platform", "CloudDirector")
    platforms = ({"CloudDirector"}, _V12_3), ({"HyperV", "Agent"}, _V13), ({"Nutanix", "Proxmox"}, _V13_1)
    return (
        *(Lacking(at, "platform", names, known) for at in places for names, known in platforms),
        *(Gone(at, name, known, descriptive=True) for at in places for name, known in descriptive.items()),
        *(Gone(at, "metadata", _V13_1, where=of_cloud_director, descriptive=True) for at in places),
    )


_PROXIES: tuple[Limit, ...] = (
    Lacking("", "type", {"HvProxy", "GeneralPurposeProxy"}, _V13),
    Lacking("", "type", {"NutanixAHV", "PVE"}, _V13_1),
    *_inventory(INVENTORY["proxies"]),
)

_JOB_TYPES: tuple[tuple[frozenset[str], Span], ...] = (
    (
        _words("VSphereReplica CloudDirectorBackup EntraIDTenantBackup EntraIDAuditLogBackup FileBackupCopy"),
        _V12_3,
    ),
    (
        _words(
            "Unknown HyperVBackup LegacyBackupCopy BackupCopy WindowsAgentBackup LinuxAgentBackup "
            "EntraIDTenantBackupCopy"
        ),
        _V13,
    ),
    (
        _words(
            "FileBackup ObjectStorageBackup SureBackupContentScan CloudBackupAzure CloudBackupAWS CloudBackupGoogle "
            "WindowsAgentBackupWorkstationPolicy LinuxAgentBackupWorkstationPolicy WindowsAgentBackupServerPolicy "
            "LinuxAgentBackupServerPolicy"
        ),
        _V13_0_1,
    ),
    (_words("NutanixAHVBackupJob ProxmoxBackupJob IrisBackup WindowsAgentBackupFailoverCluster"), _V13_1),
)
_LAST_DAY = "the day of the month is taken from the other fields"
_OWN_TIME = "the task runs at the time of the job"
_JOBS: tuple[Limit, ...] = (
    *(Lacking("", "type", names, known) for names, known in _JOB_TYPES),
    *_inventory(INVENTORY["jobs"]),
    Needed("virtualMachines", "includes", until("1.3-rev1"), default=[]),
    Needed("virtualMachines.excludes.disks[]", "disks", until("1.3-rev1"), default=[]),
    Lacking(STORAGE_DATA, "compressionLevel", {"Auto"}, only("1.0-rev2") | _V13, {"1.1-rev0": "Optimal"}),
    Lacking(
        STORAGE_DATA,
        "storageOptimization",
        {"Auto"},
        only("1.0-rev2"),
        {"1.1-rev0": "LocalTarget", "1.3-rev0": "1MB"},
    ),
    Lacking(STORAGE_DATA, "storageOptimization", {"8MB"}, until("1.2-rev1") | _V13_1, {"1.3-rev0": "4MB"}),
    Lacking(
        ENCRYPTION, "encryptionType", {"ByKms"}, _V12_3, when="isEnabled", remedy="Encrypt with a password instead."
    ),
    Gone(ENCRYPTION, "encryptionType", _V12_3, harmless=("byuserpassword",)),
    Gone(ENCRYPTION, "kmsServerId", _V12_3),
    *(Gone(f"{at}.weekly", "localTime", _V13, _OWN_TIME) for at in MAINTENANCE),
    *(Gone(f"{at}.monthly", "localTime", _V13, _OWN_TIME) for at in MAINTENANCE),
    *(Gone(f"{at}.monthly", "isLastDayOfMonth", _V13, _LAST_DAY) for at in (*MAINTENANCE, "schedule")),
    Gone(f"{ADVANCED}.notifications.emailNotifications", "sendDailySummary", _V13_1),
    Gone(f"{ADVANCED}.notifications.emailNotifications", "dailySummaryLocalTime", _V13_1),
    Within(f"{ADVANCED}.scripts", "runScriptEvery", _V13_1, 1, 99),
    Lacking(
        f"{APPLICATIONS}.sql",
        "logsProcessing",
        {"preserve"},
        until("1.2-rev1"),
        {"1.3-rev0": "neverTruncate", "1.3-rev1": "NeverTruncate"},
    ),
    Gone(APPLICATIONS, "postgreSQL", _V13, "PostgreSQL logs are not processed"),
    Gone("guestProcessing.guestCredentials.credentialsPerMachine[]", "default", _V13),
)

LIMITS: Mapping[str, Sequence[Limit]] = {
    "credentials": _CREDENTIALS,
    "cloudcredentials": _CLOUD_CREDENTIALS,
    "managedServers": _SERVERS,
    "repositories": _REPOSITORIES,
    "proxies": _PROXIES,
    "jobs": _JOBS,
}
