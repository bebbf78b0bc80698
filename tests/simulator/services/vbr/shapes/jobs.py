# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between revisions in vSphere backup jobs."""

from __future__ import annotations

from dataclasses import dataclass

from ..revisions import CASE_WAVE, TAG_WAVE, older
from .infrastructure import inventory_rules
from .rules import ZERO_ID, Alias, Body, Lowered, Narrowed, NullAs, Only, Rename, Rule, TwelveHours, Values, places

ADVANCED = "storage.advancedSettings"
APPS = "guestProcessing.applicationAwareProcessing.appSettings[]"
INDEXING = "guestProcessing.guestFileSystemIndexing.indexingSettings[]"
PER_MACHINE = "guestProcessing.guestCredentials.credentialsPerMachine[]"
# The schedules of maintenance, each with a weekly and a monthly part.
UPKEEP = (
    f"{ADVANCED}.syntheticFulls",
    f"{ADVANCED}.activeFulls",
    f"{ADVANCED}.backupHealth",
    f"{ADVANCED}.fullBackupMaintenance.defragmentAndCompact",
)
INVENTORY = (
    "virtualMachines.includes[]",
    "virtualMachines.excludes.vms[]",
    "virtualMachines.excludes.disks[].vmObject",
    f"{APPS}.vmObject",
    f"{INDEXING}.vmObject",
    f"{PER_MACHINE}.vmObject",
)
WINDOWS = ("periodically.backupWindow", "continuously.backupWindow", "backupWindow.backupWindow")

OLD_OPTIMIZATION = {"256KB": "WANTarget", "512KB": "LANTarget", "1MB": "LocalTarget", "4MB": "LocalTargetLarge"}
# Older values that the newest revision does not have: stored as they came, shown as a similar one.
LOST_OPTIMIZATION = {"LocalTargetLarge4096": "4MB", "Auto": "1MB"}


@dataclass(frozen=True)
class DaysOfSyntheticFull:
    """1.0 knew only the days of the week on which a synthetic full is made."""

    path: str = f"{ADVANCED}.syntheticFulls"
    before: str = "1.1-rev0"

    def concerns(self, revision: str) -> bool:
        return older(revision, self.before)

    def render(self, body: Body) -> None:
        for container, key in places(body, self.path):
            fulls = container[key]
            if isinstance(fulls, dict):
                fulls.pop("monthly", None)
                fulls["days"] = (fulls.pop("weekly", None) or {}).get("days", [])

    def parse(self, body: Body) -> None:
        for container, key in places(body, self.path):
            fulls = container[key]
            if isinstance(fulls, dict) and "days" in fulls:
                fulls["weekly"] = {"isEnabled": bool(fulls.get("isEnabled")), "days": fulls.pop("days") or []}


def _upkeep(path: str) -> tuple[Rule, ...]:
    return (
        Lowered(f"{path}.weekly.days[]", CASE_WAVE),
        Lowered(f"{path}.monthly.dayOfWeek", CASE_WAVE),
        Rename(f"{path}.monthly.dayOfMonth", "dayOfMonths", "1.3-rev0"),
        Only(f"{path}.weekly.localTime", since="1.3-rev0"),
        Only(f"{path}.monthly.localTime", since="1.3-rev0"),
        Only(f"{path}.monthly.isLastDayOfMonth", since="1.3-rev0"),
    )


STORAGE: tuple[Rule, ...] = (
    Rename("storage.backupRepository.uniqueId", "tag", TAG_WAVE),
    Rename("storage.backupProxies.proxies[].uniqueId", "tag", TAG_WAVE),
    Lowered("storage.backupProxies.proxies[].type", CASE_WAVE),
    Lowered("storage.gfsPolicy.weekly.desiredTime", CASE_WAVE),
    Values(f"{ADVANCED}.backupModeType", {"Transform": "Transofrm"}, TAG_WAVE),
    *(rule for path in UPKEEP for rule in _upkeep(path)),
    DaysOfSyntheticFull(),
    Rename(f"{ADVANCED}.syntheticFulls", "synthenticFulls", "1.3-rev2"),
    Rename(f"{ADVANCED}.fullBackupMaintenance.removeData", "RemoveData", "1.3-rev2"),
)

STORAGE_DATA: tuple[Rule, ...] = (
    Rename(f"{ADVANCED}.storageData.inlineDataDedupEnabled", "enableInlineDataDedup", TAG_WAVE),
    Narrowed(f"{ADVANCED}.storageData.compressionLevel", {"Auto": "Optimal"}, "1.3-rev0", since="1.1-rev0"),
    Narrowed(f"{ADVANCED}.storageData.storageOptimization", LOST_OPTIMIZATION, since="1.3-rev0"),
    Narrowed(f"{ADVANCED}.storageData.storageOptimization", {"8MB": "4MB"}, "1.3-rev2", since="1.3-rev0"),
    Narrowed(f"{ADVANCED}.storageData.storageOptimization", {"Auto": "LocalTarget"}, "1.3-rev0", since="1.1-rev0"),
    Values(
        f"{ADVANCED}.storageData.storageOptimization",
        OLD_OPTIMIZATION | {"8MB": "LocalTargetLarge8192"},
        "1.3-rev0",
    ),
    Only(f"{ADVANCED}.storageData.encryption.encryptionType", since=TAG_WAVE),
    Only(f"{ADVANCED}.storageData.encryption.kmsServerId", since=TAG_WAVE),
    NullAs(f"{ADVANCED}.storageData.encryption.encryptionPasswordId", ZERO_ID, TAG_WAVE),
    Rename(f"{ADVANCED}.storageData.encryption.encryptionPasswordId", "encryptionPasswordIdOrNull", TAG_WAVE),
    Rename(f"{ADVANCED}.storageData.encryption.encryptionPasswordUniqueId", "encryptionPasswordTag", TAG_WAVE),
)

OTHER_ADVANCED: tuple[Rule, ...] = (
    Rename(f"{ADVANCED}.notifications.vmAttribute.appendToExistingValue", "appendToExisitingValue", TAG_WAVE),
    Only(f"{ADVANCED}.notifications.emailNotifications.sendDailySummary", since="1.3-rev2"),
    Only(f"{ADVANCED}.notifications.emailNotifications.dailySummaryLocalTime", since="1.3-rev2"),
    Rename(f"{ADVANCED}.storageIntegration.processedVmsLimitEnabled", "limitProcessedVm", TAG_WAVE),
    Rename(f"{ADVANCED}.storageIntegration.processedVmsCount", "limitProcessedVmCount", TAG_WAVE),
    Lowered(f"{ADVANCED}.scripts.dayOfWeek[]", CASE_WAVE),
)

KEPT_LOGS = {"UntilBackupDeleted": "untilBackupDeleted"}
GUEST: tuple[Rule, ...] = (
    Lowered(f"{APPS}.vss", CASE_WAVE),
    Lowered(f"{APPS}.transactionLogs", CASE_WAVE),
    Narrowed(f"{APPS}.sql.logsProcessing", {"Preserve": "NeverTruncate"}, since="1.3-rev0"),
    Lowered(f"{APPS}.sql.logsProcessing", CASE_WAVE),
    Lowered(f"{APPS}.oracle.archiveLogs", CASE_WAVE),
    Lowered(f"{APPS}.postgreSQL.userConnectionType", CASE_WAVE),
    *(Values(f"{APPS}.{app}.retainLogBackups", KEPT_LOGS, CASE_WAVE) for app in ("sql", "oracle", "postgreSQL")),
    *(
        Rename(f"{APPS}.{app}.logShippingServers.autoSelectEnabled", "autoSelection", TAG_WAVE)
        for app in ("sql", "oracle")
    ),
    Only(f"{APPS}.postgreSQL", since="1.3-rev0"),
    Lowered(f"{APPS}.exclusions.exclusionPolicy", CASE_WAVE),
    Lowered(f"{APPS}.scripts.scriptProcessingMode", CASE_WAVE),
    Lowered(f"{INDEXING}.WindowsIndexing.guestFSIndexingMode", CASE_WAVE),
    Lowered(f"{INDEXING}.LinuxIndexing.guestFSIndexingMode", CASE_WAVE),
    Only(f"{PER_MACHINE}.default", since="1.3-rev0"),
)

SCHEDULE: tuple[Rule, ...] = (
    Lowered("schedule.daily.days[]", CASE_WAVE),
    TwelveHours("schedule.daily.localTime", TAG_WAVE),
    Lowered("schedule.monthly.dayOfWeek", CASE_WAVE),
    TwelveHours("schedule.monthly.localTime", TAG_WAVE),
    Only("schedule.monthly.isLastDayOfMonth", since="1.3-rev0"),
    *(Lowered(f"schedule.{window}.days[].day", CASE_WAVE) for window in WINDOWS),
)

# The vendor's sample of 1.0 has three other names than the vendor's schema of 1.0; both are read.
SAMPLE_NAMES = (
    ("guestProcessing.guestCredentials.creds", "credentials"),
    ("schedule.continuously.backupWindow", "WindowSetting"),
    ("schedule.backupWindow.backupWindow", "WindowSetting"),
)
SAMPLE_SPELLING: tuple[Rule, ...] = tuple(Rename(path, name, "1.1-rev0") for path, name in SAMPLE_NAMES)

JOBS: tuple[Rule, ...] = (
    Values("type", {"VSphereBackup": "Backup"}, "1.3-rev0"),
    *(rule for path in INVENTORY for rule in inventory_rules(path)),
    *STORAGE,
    *STORAGE_DATA,
    *OTHER_ADVANCED,
    *GUEST,
    *SCHEDULE,
    *(Alias(path, name) for path, name in SAMPLE_NAMES),
)
