# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a revision cannot hold of the objects that go by ordinary REST, kind by kind.

Source: facts/vbr_beyond_automation.md 4, which `tests/contract/test_rest_conversion.py` proves by the vendor's
documents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...revisions import SMALL_LETTERS_UNTIL, VMWARE_UNTIL, only, since, until
from .layout import MAINTENANCE
from .limits import (
    GLOBAL_AZURE,
    JOB_TYPES,
    KIND_LIMITS,
    DroppedField,
    Limit,
    LimitOfTypes,
    RequiredField,
    UnknownElements,
    UnknownValue,
)
from .rest_steps import FILE_JOBS

_V13 = since("1.3-rev0")
_V13_0_1 = since("1.3-rev1")
_V13_1 = since("1.3-rev2")
_BEFORE_13 = until(VMWARE_UNTIL)
_BEFORE_13_1 = until("1.3-rev1")

_EXPORT_AGAIN = "Set it on the source and export again, or make the object on the target by hand."
_LAST_DAY = "the day of the month is taken from the other fields"
_BY_HAND = "Set it on the target by hand before the job runs."
_ACCOUNTS = "guestProcessing.guestCredentials"
_APPLICATIONS = "guestProcessing.appAwareProcessing.appSettings[]"
_AGENTS = frozenset(
    {
        "LinuxAgentBackup",
        "LinuxAgentBackupServerPolicy",
        "LinuxAgentBackupWorkstationPolicy",
        "WindowsAgentBackup",
        "WindowsAgentBackupServerPolicy",
        "WindowsAgentBackupWorkstationPolicy",
    }
)
_COPIES = frozenset({"FileBackupCopy", "EntraIDTenantBackupCopy"})


def _of(kind: str, *limits: Limit) -> tuple[Limit, ...]:
    """Limits of one type."""
    return tuple(LimitOfTypes(frozenset({kind}), limit) for limit in limits)


def _asked_for(at: str, field: str, by: frozenset[str]) -> RequiredField:
    return RequiredField(at, field, by, remedy=_EXPORT_AGAIN)


_PLATFORMS: tuple[Limit, ...] = (
    *(DroppedField("**", each, _V13_1, descriptive=True) for each in ("protectionGroupType", "cloudMachinesType")),
    UnknownValue("**", "platform", {"HyperV", "Agent"}, _V13),
    UnknownValue("**.vmObject", "type", {"Disk", "SharedDisk"}, _V13),
    UnknownValue("**", "platform", {"Nutanix", "Proxmox"}, _V13_1),
)

# What 1.2-rev1 has not, or asks for, or has alone.
_JOBS_AND_12: tuple[Limit, ...] = (
    *(
        UnknownValue(f"**.{each}", "compressionLevel", {"Auto"}, _V13, {"1.2-rev1": "Optimal"})
        for each in ("storageData", "traffic")
    ),
    *(
        UnknownValue(f"**.{each}", "storageOptimization", {"8MB"}, _BEFORE_13 | _V13_1, {"1.3-rev0": "4MB"})
        for each in ("storageData", "traffic")
    ),
    UnknownValue(
        "**.sql",
        "logsProcessing",
        {"preserve"},
        _BEFORE_13,
        {"1.3-rev0": "neverTruncate", "1.3-rev1": "NeverTruncate"},
    ),
    UnknownValue(_ACCOUNTS, "credentialsType", {"ManagedService"}, _V13),
    DroppedField(f"{_ACCOUNTS}.credentialsPerMachine[]", "default", _V13),
    DroppedField(_APPLICATIONS, "postgreSQL", _V13, "PostgreSQL logs are not processed"),
    *(
        DroppedField(f"{at}.{each}", "localTime", _V13, "the task runs at the time of the job")
        for at in MAINTENANCE
        for each in ("weekly", "monthly")
    ),
    DroppedField("**.monthly", "isLastDayOfMonth", _V13, _LAST_DAY),
    *_of("EntraIDTenantBackup", DroppedField("storage", "sourceBackupId", _V13, descriptive=True)),
    *_of(
        "VSphereReplica",
        *(_asked_for("destination", name, _BEFORE_13) for name in ("datastore", "folder", "resourcePool")),
    ),
)
# What came, went, or is asked for with 1.3-rev1.
_JOBS_AND_13_0_1: tuple[Limit, ...] = (
    *_of("LinuxAgentBackup", _asked_for(_APPLICATIONS, "vss", until(SMALL_LETTERS_UNTIL))),
    *(LimitOfTypes(_COPIES, _asked_for("retentionPolicy", name, _V13_0_1)) for name in ("type", "quantity")),
    *_of("EntraIDAuditLogBackup", _asked_for("", "storage", only("1.3-rev1"))),
    # Backups are named by no record that is sent.
    *_of("BackupCopy", DroppedField("sourceObjects.includes", "backups", _V13_0_1, descriptive=True)),
)
_DAILY_SUMMARY = ("sendDailySummary", "dailySummaryLocalTime")
# What came, went, or was asked for until 1.3-rev2.
_JOBS_AND_13_1: tuple[Limit, ...] = (
    *(DroppedField("**.emailNotifications", name, _V13_1) for name in _DAILY_SUMMARY),
    *(
        LimitOfTypes(_AGENTS, DroppedField(f"{_APPLICATIONS}.scripts", name, _V13_1, remedy=_BY_HAND))
        for name in ("credentialsId", "useGuestCredentials")
    ),
    LimitOfTypes(_AGENTS, DroppedField("**.notifications", "backupMonitoring", _V13_1)),
    *(UnknownValue(at, "type", {"Custom"}, _V13_1) for at in ("computers[]", "**.machineObject")),
    LimitOfTypes(
        _AGENTS, DroppedField("storage.destination", "backupCache", _V13_1, "backups are not kept for a while")
    ),
    LimitOfTypes(
        _AGENTS | {"BackupCopy"},
        DroppedField("**.storageData", "inlineDataDedupEnabled", _V13_1, "the target decides about deduplication"),
    ),
    *(
        LimitOfTypes(FILE_JOBS, limit)
        for limit in (
            DroppedField("backupRepository.advancedSettings", "symbolicLinks", _V13_1, remedy=_BY_HAND),
            DroppedField("backupRepository", "gfsPolicy", _V13_1, "no backups are kept for longer"),
            _asked_for("", "backupRepository", _BEFORE_13_1),
        )
    ),
    # Each copy is a job of its own, too, and is created as such.
    DroppedField("", "secondaryTargets", _V13_1, descriptive=True),
    *_of(
        "FileBackupCopy",
        DroppedField("", "gfsPolicy", _V13_1, "no backups are kept for longer"),
        _asked_for("", "primaryJobId", _BEFORE_13_1),
    ),
    *_of(
        "SureBackupContentScan",
        DroppedField("", "unstructuredLinkedJobs", _V13_1, "backups of these jobs are not verified"),
        _asked_for("", "linkedJobs", _BEFORE_13_1),
    ),
    *_of("HyperVBackup", DroppedField("storage.advancedSettings.notifications", "vmAttribute", _BEFORE_13_1)),
    *_of(
        "WindowsAgentBackupWorkstationPolicy",
        DroppedField("", "guestProcessing", _BEFORE_13_1, "applications and files of guests are not processed"),
    ),
    LimitOfTypes(_AGENTS, _asked_for("**.oracle", "useGuestCredentials", _BEFORE_13_1)),
    *(
        LimitOfTypes(
            frozenset({"CloudDirectorBackup", "HyperVBackup"}),
            RequiredField(at, field, _BEFORE_13_1, default=default),
        )
        for at, field, default in (("", "virtualMachines", {"includes": []}), ("virtualMachines", "includes", []))
    ),
    _asked_for(f"{_ACCOUNTS}.credentialsPerMachine[].credentials[]", "credentialsType", _V13_1),
    RequiredField("virtualMachines.excludes.disks[]", "disks", _BEFORE_13_1, default=[]),
    UnknownValue(
        "sourceObjects.includes.repositories[]",
        "type",
        {"VeeamDataCloudVaultArchive", "VeeamDataCloudVaultAwsExternal", "VeeamDataCloudVaultAzureExternal"},
        _V13_1,
    ),
)
_OTHER_JOBS: tuple[Limit, ...] = tuple(
    UnknownValue(at, "type", names, known)
    for at in ("**.jobs[]", "linkedJobs.includes[]")
    for names, known in JOB_TYPES
)

_SINGLE_USE = {"SingleUseCredentials", "Certificate"}
_GROUPS: tuple[Limit, ...] = (
    *_of(
        "ADObjects",
        UnknownValue("credentials", "masterConnectionType", _SINGLE_USE, _V13_1),
        UnknownValue("credentials.customCredentials[]", "connectionType", _SINGLE_USE, _V13_1),
        DroppedField("credentials.customCredentials[]", "connectionType", _V13_1, harmless=("permanentcredentials",)),
        DroppedField("credentials.customCredentials[]", "singleUseCredentials", _V13_1),
        _asked_for("credentials", "masterCredentialsId", _BEFORE_13_1),
        *(
            DroppedField(at, "groupScope", _V13_1, descriptive=True)
            for at in (
                "exclusions.excludedObjects[]",
                "credentials.customCredentials[].object",
                "activeDirectory.objects[]",
            )
        ),
    ),
    DroppedField("options", "installNoSnapAgent", _V13_1),
    DroppedField("**.windowsAgentSettings", "createEmbeddedRecoveryMedia", _V13_1),
)
_STORES: tuple[Limit, ...] = (
    DroppedField("capacityTier", "backupHealth", _V13, "backups in the capacity tier are not checked"),
    DroppedField("placementPolicy.settings[]", "name", _V13, descriptive=True),
    DroppedField("archiveTier", "copyPolicyEnabled", _V13_1),
    DroppedField("archiveTier", "movePolicyEnabled", _V13_1),
    DroppedField("archiveTier", "encryption", _V13_1, "archived backups are not encrypted"),
)
_TENANTS: tuple[Limit, ...] = (
    UnknownValue("", "region", {"Germany"}, _BEFORE_13, GLOBAL_AZURE),
    DroppedField("", "protectionScope", _V13_0_1, "the target decides what is protected"),
    UnknownElements("", "protectionScope", "", {"Devices", "OrgContacts"}, _V13_1),
)
_DATA_SERVERS: tuple[Limit, ...] = _of(
    "NASFiler",
    DroppedField("processing", "backupProxies", _BEFORE_13_1, "the target chooses the proxies"),
    RequiredField("processing", "backupProxies", _BEFORE_13_1, default={"autoSelectEnabled": True}),
)

REST_LIMITS: Mapping[str, Sequence[Limit]] = {
    "managedServers": KIND_LIMITS["managedServers"],
    "scaleOutRepositories": _STORES,
    "protectionGroups": _GROUPS,
    "unstructuredDataServers": _DATA_SERVERS,
    "entraTenants": _TENANTS,
    "jobs": (*_PLATFORMS, *_JOBS_AND_12, *_JOBS_AND_13_0_1, *_JOBS_AND_13_1, *_OTHER_JOBS),
    "vmExclusions": _PLATFORMS,
    "datastoreLatencies": _PLATFORMS,
    "users": (DroppedField("roles[]", "isBuiltIn", _V13_1, descriptive=True),),
    "generalOptions": (DroppedField("emailSettings.advancedSmtpOptions", "thumbprints", _V13_1),),
    "emailSettings": (
        DroppedField("advancedSmtpOptions", "thumbprints", _V13_1),
        DroppedField("emailSettings", "aiPoweredReportEnabled", _V13_1),
        DroppedField("", "isDefaultApp", _V13_1),
    ),
    "configurationBackup": (
        DroppedField(
            "schedule.monthly", "isLastDayOfMonth", _V13, "the day of the month is taken from the other fields"
        ),
    ),
}
