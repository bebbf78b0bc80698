# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed from each revision to the next, kind by kind; and what real exports write otherwise than documented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...revisions import OLD_NAMES_UNTIL, SMALL_LETTERS_UNTIL, VMWARE_UNTIL
from .differences import (
    AddedField,
    Difference,
    ImmutableLinux,
    ImpliedSwitch,
    ManagementPort,
    MountServerPerSystem,
    NameOrId,
    RenamedField,
    TranslatedValue,
    TwelveHourTime,
    WeeklyDays,
    capitalised,
)
from .layout import (
    ADVANCED,
    APPLICATIONS,
    JOB_ENCRYPTION,
    JOB_INVENTORY,
    MAINTENANCE,
    PROXY_INVENTORY,
    S3_APPLIANCE_LISTS,
    STORAGE_DATA,
    SYNTHETIC,
)

# Kind -> what is different, in upward order.
Differences = Mapping[str, Sequence[Difference]]

_COMPONENTS = ("networkSettings.components[]", "sshSettings.components[]")

# From 1.0-rev2 to 1.1-rev0: flags beside limits, hardened repositories, schedules for synthetic full backups.
_TO_1_1_REV0: Differences = {
    "repositories": (
        ImmutableLinux(),
        ImpliedSwitch("repository", "enableTaskLimit", "maxTaskCount"),
        ImpliedSwitch("repository", "enableReadWriteLimit", "readWriteRate"),
    ),
    "jobs": (WeeklyDays(SYNTHETIC),),
}

# From 1.1-rev0 to 1.1-rev1: tags become unique ids, switches get one manner of name, times 24 hours.
_TAG = RenamedField("", "tag", "uniqueId")
_INTEGRATION = f"{ADVANCED}.storageIntegration"
_TO_1_1_REV1: Differences = {
    "credentials": (_TAG, RenamedField("linuxAdditionalSettings", "autoElevated", "elevateToRoot")),
    "cloudcredentials": (_TAG,),
    "encryptionPasswords": (_TAG,),
    "managedServers": (
        RenamedField("networkSettings", "serverThisSide", "serverSide"),
        RenamedField("sshSettings", "serverThisSide", "serverSide"),
    ),
    "repositories": (
        _TAG,
        # Object storages keep their own enableTaskLimit, outside `repository`, in every revision.
        RenamedField("repository", "enableTaskLimit", "taskLimitEnabled"),
        RenamedField("repository", "enableReadWriteLimit", "readWriteLimitEnabled"),
        RenamedField("share.gatewayServer", "autoSelect", "autoSelectEnabled"),
        NameOrId("proxyAppliance", "vpc", "vpcName", "vpcId", "vpc-", S3_APPLIANCE_LISTS),
        NameOrId("proxyAppliance", "subnet", "subnetName", "subnetId", "subnet-", S3_APPLIANCE_LISTS),
    ),
    "proxies": (
        RenamedField("server", "hostTag", "hostUniqueId"),
        RenamedField("server.connectedDatastores", "autoSelect", "autoSelectEnabled"),
        *(AddedField(place, "platform", "VMware") for place in PROXY_INVENTORY),
    ),
    "jobs": (
        RenamedField("storage.backupRepository", "tag", "uniqueId"),
        RenamedField("storage.backupProxies.proxies[]", "tag", "uniqueId"),
        RenamedField(STORAGE_DATA, "enableInlineDataDedup", "inlineDataDedupEnabled"),
        RenamedField(JOB_ENCRYPTION, "encryptionPasswordIdOrNull", "encryptionPasswordId"),
        RenamedField(JOB_ENCRYPTION, "encryptionPasswordTag", "encryptionPasswordUniqueId"),
        AddedField(JOB_ENCRYPTION, "encryptionType", "ByUserPassword", when="isEnabled"),
        TranslatedValue(ADVANCED, "backupModeType", (("Transofrm", "Transform"),)),
        RenamedField(f"{ADVANCED}.notifications.vmAttribute", "appendToExisitingValue", "appendToExistingValue"),
        RenamedField(_INTEGRATION, "limitProcessedVm", "processedVmsLimitEnabled"),
        RenamedField(_INTEGRATION, "limitProcessedVmCount", "processedVmsCount"),
        RenamedField(f"{APPLICATIONS}.sql.logShippingServers", "autoSelection", "autoSelectEnabled"),
        RenamedField(f"{APPLICATIONS}.oracle.logShippingServers", "autoSelection", "autoSelectEnabled"),
        *(AddedField(place, "platform", "VMware") for place in JOB_INVENTORY),
        TwelveHourTime("schedule.daily", "localTime"),
        TwelveHourTime("schedule.monthly", "localTime"),
    ),
}

# From 1.2-rev1 to 1.3-rev0: wrapped mount servers, block sizes by their size, components by new names.
PLATFORMS = (("VMware", "VSphere"),)
_COMPONENT_NAMES = (
    ("Transport", "TransportSvc"),
    ("Nfs", "vPowerNFS"),
    ("DeployerSvc", "InstallerSvc"),
    ("Tape", "TapeProxy"),
    ("CloudGate", "CloudGateway"),
    ("CloudServiceInvoker", "CloudSvcInvoker"),
    ("CloudServiceRemoting", "CloudSvcRemoting"),
    ("EpAgent", "Agent"),
    ("EpAgentSqlLocalDB", "AgentSqlLocalDB"),
    ("EpAgentSharedManagementObjects", "AgentSharedMgmtObjects"),
    ("EpAgentSqlSysClrTypes", "AgentSqlSysClrTypes"),
    ("AgentConfigureService", "DistributionSvc"),
    ("FileSystemVssIntegration", "VssIntegration"),
    ("VssHwSnapshotProvider", "VssHvSnapshotProvider"),
    ("Cdp", "CdpSvc"),
)
BLOCK_SIZES = (
    ("WANTarget", "256KB"),
    ("LANTarget", "512KB"),
    ("LocalTarget", "1MB"),
    ("LocalTargetLarge", "4MB"),
    ("LocalTargetLarge4096", "4MB"),
    # Not a value of 1.3-rev0 and 1.3-rev1, but of 1.3-rev2: the limits see to that.
    ("LocalTargetLarge8192", "8MB"),
)
_TO_1_3_REV0: Differences = {
    "managedServers": (
        TranslatedValue("networkSettings.components[]", "componentName", _COMPONENT_NAMES),
        ManagementPort(),
    ),
    "repositories": (MountServerPerSystem(),),
    "proxies": tuple(TranslatedValue(place, "platform", PLATFORMS) for place in PROXY_INVENTORY),
    "jobs": (
        TranslatedValue("", "type", (("Backup", "VSphereBackup"),)),
        *(TranslatedValue(place, "platform", PLATFORMS) for place in JOB_INVENTORY),
        TranslatedValue(STORAGE_DATA, "storageOptimization", BLOCK_SIZES),
        *(RenamedField(f"{place}.monthly", "dayOfMonths", "dayOfMonth") for place in MAINTENANCE),
    ),
}

# From 1.3-rev0 to 1.3-rev1: values that began with a small letter begin with a capital.
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INDEXING = "guestProcessing.guestFileSystemIndexing.indexingSettings[]"
INDEXING_MODES = ("disable", "indexAll", "indexAllExcept", "indexOnly")
LOG_RETENTION = ("untilBackupDeleted", "KeepOnlyDays")
_WINDOWS = (
    "schedule.periodically.backupWindow",
    "schedule.continuously.backupWindow",
    "schedule.backupWindow.backupWindow",
)
_TO_1_3_REV1: Differences = {
    "cloudcredentials": (capitalised("existingAccount.subscription.certificate", "formatType", "pfx", "pem"),),
    "managedServers": tuple(
        TranslatedValue(place, "componentName", (("vPowerNFS", "VPowerNFS"),)) for place in _COMPONENTS
    ),
    "repositories": (capitalised("mountServer", "mountServerSettingsType", "windows", "linux", "both"),),
    "proxies": (capitalised("server", "transportMode", "auto", "directAccess", "virtualAppliance", "network"),),
    "jobs": (
        capitalised("storage.backupProxies.proxies[]", "type", "vmware"),
        capitalised("storage.gfsPolicy.weekly", "desiredTime", *DAYS),
        *(capitalised(f"{place}.weekly", "days", *DAYS) for place in MAINTENANCE),
        *(capitalised(f"{place}.monthly", "dayOfWeek", *DAYS) for place in MAINTENANCE),
        capitalised(f"{ADVANCED}.scripts", "dayOfWeek", *DAYS),
        capitalised(APPLICATIONS, "vss", "requireSuccess", "ignoreFailures", "disabled"),
        capitalised(APPLICATIONS, "transactionLogs", "process", "copyOnly"),
        # `preserve` went with 1.2-rev1; a record that still says so is left to the limits.
        capitalised(f"{APPLICATIONS}.sql", "logsProcessing", "truncate", "backup", "neverTruncate"),
        capitalised(f"{APPLICATIONS}.sql", "retainLogBackups", *LOG_RETENTION),
        capitalised(f"{APPLICATIONS}.oracle", "archiveLogs", "preserve", "deleteExpiredHours", "deleteExpiredGBs"),
        capitalised(f"{APPLICATIONS}.oracle", "retainLogBackups", *LOG_RETENTION),
        capitalised(f"{APPLICATIONS}.postgreSQL", "userConnectionType", "credentials", "passwordFile", "peer"),
        capitalised(f"{APPLICATIONS}.postgreSQL", "retainLogBackups", *LOG_RETENTION),
        capitalised(f"{APPLICATIONS}.exclusions", "exclusionPolicy", "disabled", "excludeOnly", "includeOnly"),
        capitalised(
            f"{APPLICATIONS}.scripts", "scriptProcessingMode", "disableExec", "ignoreExecFailures", "requireSuccess"
        ),
        capitalised(f"{_INDEXING}.WindowsIndexing", "guestFSIndexingMode", *INDEXING_MODES),
        capitalised(f"{_INDEXING}.LinuxIndexing", "guestFSIndexingMode", *INDEXING_MODES),
        capitalised("schedule.daily", "days", *DAYS),
        capitalised("schedule.monthly", "dayOfWeek", *DAYS),
        *(capitalised(f"{window}.days[]", "day", *DAYS) for window in _WINDOWS),
    ),
}

# From 1.3-rev1 to 1.3-rev2: two field names and the names of some appliances are put right.
REPOSITORY_TYPES = (
    ("DDBoost", "DellDataDomain"),
    ("HPStoreOnceIntegration", "HPEStoreOnce"),
    ("Quantum", "QuantumDXi"),
    ("SmartObjectS3", "S3Integrated"),
)
_TO_1_3_REV2: Differences = {
    "managedServers": tuple(
        TranslatedValue(place, "componentName", (("OpenSSL3v13", "OpenSSL300"),)) for place in _COMPONENTS
    ),
    "repositories": (TranslatedValue("", "type", REPOSITORY_TYPES),),
    "jobs": (
        RenamedField(ADVANCED, "synthenticFulls", "syntheticFulls"),
        RenamedField(f"{ADVANCED}.fullBackupMaintenance", "RemoveData", "removeData"),
    ),
}

# What changed, by the last revision before it. Where nothing is known to have changed there is no entry.
STEPS: Mapping[str, Differences] = {
    "1.0-rev2": _TO_1_1_REV0,
    OLD_NAMES_UNTIL: _TO_1_1_REV1,
    VMWARE_UNTIL: _TO_1_3_REV0,
    SMALL_LETTERS_UNTIL: _TO_1_3_REV1,
    "1.3-rev1": _TO_1_3_REV2,
}

# What real exports of every revision write otherwise than documented; put right before anything else is done.
QUIRKS: Differences = {
    "jobs": (
        RenamedField("guestProcessing.guestCredentials", "credentials", "creds"),
        RenamedField("schedule.periodically", "WindowSetting", "backupWindow"),
        RenamedField("schedule.continuously", "WindowSetting", "backupWindow"),
        RenamedField("schedule.backupWindow", "WindowSetting", "backupWindow"),
    )
}
