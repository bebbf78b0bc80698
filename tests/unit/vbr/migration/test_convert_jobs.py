# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How jobs change from revision to revision: one named case per difference and direction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.findings import (
    ERROR,
    INFO,
    WARNING,
)
from unit.vbr.migration.convert_cases import (
    ADVANCED,
    APPLICATIONS,
    R10,
    R11,
    R12,
    R130,
    R131,
    R132,
    REFUSED,
    VM,
    Case,
    Record,
    at,
    both,
    down,
    outcome,
    records_of,
    renamed,
)

DATA = f"{ADVANCED}.storageData"
INVENTORY = (
    ("proxies", "server.connectedDatastores.datastores[].datastore"),
    ("jobs", "virtualMachines.includes[]"),
    ("jobs", "virtualMachines.excludes.vms[]"),
    ("jobs", "virtualMachines.excludes.disks[].vmObject"),
    ("jobs", f"{APPLICATIONS}.vmObject"),
    ("jobs", "guestProcessing.guestFileSystemIndexing.indexingSettings[].vmObject"),
    ("jobs", "guestProcessing.guestCredentials.credentialsPerMachine[].vmObject"),
)
# Fields that describe an inventory object, with a revision that has them.
DESCRIPTIVE = {
    "metadata": R130,
    "isEnabled": R131,
    "powerState": R132,
    "aclInfo": R132,
    "protectionGroupType": R132,
    "cloudMachinesType": R132,
}
MAINTENANCE = ("synthenticFulls", "activeFulls", "backupHealth", "fullBackupMaintenance.defragmentAndCompact")
WINDOWS = ("periodically", "continuously", "backupWindow")
JOB_TYPES = (
    ("CloudDirectorBackup", R12, R11),
    ("BackupCopy", R130, R12),
    ("FileBackup", R131, R130),
    ("ProxmoxBackupJob", R132, R131),
)


def holding(place: str, thing: Record) -> Record:
    """A record with an inventory object, and with the empty lists that all revisions but the newest ask for."""
    record = at(place, thing)
    if "virtualMachines" in record:
        record["virtualMachines"].setdefault("includes", [])
        for disk in record["virtualMachines"].get("excludes", {}).get("disks", ()):
            disk.setdefault("disks", [])
    return record


def inventory() -> Iterator[Case]:
    """Objects of the virtual infrastructure, wherever a job or a proxy names one."""
    for kind, place in INVENTORY:
        row = f"inventory object in {place}"
        for old, new, before, after in (
            (R11, R12, VM, {**VM, "platform": "VMware"}),
            (R12, R130, {**VM, "platform": "VMware"}, {**VM, "platform": "VSphere"}),
            (R10, R132, VM, {**VM, "platform": "VSphere"}),
        ):
            yield from both(row, kind, old, new, holding(place, before), holding(place, after))
        modern, plain = {**VM, "platform": "VSphere"}, holding(place, {**VM, "platform": "VMware"})
        for field, known in DESCRIPTIVE.items():
            yield down(row, kind, known, R12, holding(place, {**modern, field: "1"}), plain, INFO)
        for field in ("size", "urn"):
            given = {**VM, "platform": "VMware", field: "1"}
            yield down(row, kind, R12, R11, holding(place, given), holding(place, VM), INFO)
        for platform, new, old in (("CloudDirector", R12, R11), ("HyperV", R130, R12), ("Nutanix", R132, R131)):
            yield down(row, kind, new, old, holding(place, {**VM, "platform": platform}), REFUSED, ERROR)
        director = {**VM, "platform": "CloudDirector"}
        described = holding(place, {**director, "metadata": []})
        yield down(row, kind, R132, R130, described, holding(place, director), INFO)


def job_settings() -> Iterator[Case]:
    yield from both("job type", "jobs", R12, R130, {"type": "Backup"}, {"type": "VSphereBackup"})
    for name, new, old in JOB_TYPES:
        yield down("job type", "jobs", new, old, {"type": name}, REFUSED, ERROR)
    yield from renamed("deduplication", "jobs", DATA, "enableInlineDataDedup", "inlineDataDedupEnabled", R11, R12)
    for before, after in (("Transofrm", "Transform"), ("Incremental", "Incremental")):
        place = f"{ADVANCED}.backupModeType"
        yield from both("backup mode", "jobs", R11, R12, at(place, before), at(place, after))
    place = f"{ADVANCED}.notifications.vmAttribute"
    yield from renamed("VM notes", "jobs", place, "appendToExisitingValue", "appendToExistingValue", R11, R12)
    place = f"{ADVANCED}.storageIntegration"
    yield from renamed("storage integration", "jobs", place, "limitProcessedVm", "processedVmsLimitEnabled", R11, R12)
    yield from renamed("storage integration", "jobs", place, "limitProcessedVmCount", "processedVmsCount", R11, R12)
    for database in ("sql", "oracle"):
        place = f"{APPLICATIONS}.{database}.logShippingServers"
        yield from renamed("log shipping", "jobs", place, "autoSelection", "autoSelectEnabled", R11, R12)
    place = f"{ADVANCED}.fullBackupMaintenance"
    yield from renamed("removal of data", "jobs", place, "RemoveData", "removeData", R131, R132)
    place = f"{ADVANCED}.notifications.emailNotifications"
    for field, value in (("sendDailySummary", True), ("dailySummaryLocalTime", "08:00")):
        yield down("daily summary", "jobs", R132, R131, at(f"{place}.{field}", value), at(place, {}), WARNING)
    postgres = at(f"{APPLICATIONS}.postgreSQL", {"backupLogs": True})
    yield down("PostgreSQL", "jobs", R130, R12, postgres, at(APPLICATIONS, {}), WARNING)
    machine = "guestProcessing.guestCredentials.credentialsPerMachine[]"
    yield down("default credentials", "jobs", R130, R12, at(f"{machine}.default", True), at(machine, {}), WARNING)
    yield down(
        "optional lists", "jobs", R132, R131, at("virtualMachines", {}), at("virtualMachines.includes", []), INFO
    )
    disks = {"includes": [], "excludes": {"disks": [{}]}}, {"includes": [], "excludes": {"disks": [{"disks": []}]}}
    with_none, with_empty = (at("virtualMachines", part) for part in disks)
    yield down("optional lists", "jobs", R132, R131, with_none, with_empty, INFO)


def encryption() -> Iterator[Case]:
    place = f"{DATA}.encryption"
    old = {"isEnabled": True, "encryptionPasswordIdOrNull": None, "encryptionPasswordTag": "key-1"}
    new = {"isEnabled": True, "encryptionPasswordId": None, "encryptionPasswordUniqueId": "key-1"}
    typed = {**new, "encryptionType": "ByUserPassword"}
    yield from both("encryption", "jobs", R11, R12, at(place, old), at(place, typed))
    off, still_off = {**old, "isEnabled": False}, {**new, "isEnabled": False}
    yield from both("encryption", "jobs", R11, R12, at(place, off), at(place, still_off))
    by_kms = {"isEnabled": True, "encryptionType": "ByKms", "kmsServerId": "6745a759-2205-4cd2-b172-8ec8f7e60ef8"}
    yield down("encryption", "jobs", R12, R11, at(place, by_kms), REFUSED, ERROR)
    idle = {"isEnabled": False, "encryptionType": "ByUserPassword", "kmsServerId": None}
    yield down("encryption", "jobs", R12, R11, at(place, idle), at(place, {"isEnabled": False}), INFO)


def compression() -> Iterator[Case]:
    size = f"{DATA}.storageOptimization"
    sizes = {"WANTarget": "256KB", "LANTarget": "512KB", "LocalTarget": "1MB", "LocalTargetLarge": "4MB"}
    for before, after in sizes.items():
        yield from both("block size", "jobs", R12, R130, at(size, before), at(size, after))
    exact = at(size, "LocalTargetLarge4096")
    yield Case("block size", "jobs", R12, R130, exact, at(size, "4MB"), (INFO,))
    huge = at(size, "LocalTargetLarge8192")
    yield from both("block size", "jobs", R12, R132, huge, at(size, "8MB"))
    yield Case("block size", "jobs", R12, R131, huge, at(size, "4MB"), (WARNING,))
    yield down("block size", "jobs", R132, R130, at(size, "8MB"), at(size, "4MB"), WARNING)
    yield Case("block size", "jobs", R10, R11, at(size, "Auto"), at(size, "LocalTarget"), (WARNING,))
    yield Case("block size", "jobs", R10, R130, at(size, "Auto"), at(size, "1MB"), (WARNING,))
    level = f"{DATA}.compressionLevel"
    auto, optimal = at(level, "Auto"), at(level, "Optimal")
    for source, target in ((R10, R11), (R10, R12), (R130, R12), (R132, R11)):
        yield Case("compression", "jobs", source, target, auto, optimal, (WARNING,))
    yield from both("compression", "jobs", R10, R130, auto, auto)


def schedules() -> Iterator[Case]:
    place = f"{ADVANCED}.synthenticFulls"
    days = {"isEnabled": True, "days": ["saturday"]}
    weekly = {"isEnabled": True, "weekly": {"isEnabled": True, "days": ["saturday"]}}
    yield from both("synthetic fulls", "jobs", R10, R11, at(place, days), at(place, weekly))
    monthly = {"isEnabled": True, "weekly": {"isEnabled": False, "days": []}, "monthly": {"isEnabled": True}}
    off: Record = {"isEnabled": False, "days": []}
    yield down("synthetic fulls", "jobs", R11, R10, at(place, monthly), at(place, off), WARNING)
    more = {**weekly, "monthly": {"isEnabled": True}}
    yield down("synthetic fulls", "jobs", R11, R10, at(place, more), at(place, days), WARNING)
    yield from renamed("synthetic fulls", "jobs", ADVANCED, "synthenticFulls", "syntheticFulls", R131, R132)
    for name in MAINTENANCE:
        weekly_time = at(f"{ADVANCED}.{name}.weekly.localTime", "05:00")
        untimed = at(f"{ADVANCED}.{name}.weekly", {})
        yield down("time of maintenance", "jobs", R130, R12, weekly_time, untimed, WARNING)
        place = f"{ADVANCED}.{name}.monthly"
        yield from renamed("day of month", "jobs", place, "dayOfMonths", "dayOfMonth", R12, R130)
        for field, value, said in (("isLastDayOfMonth", True, WARNING), ("localTime", "", INFO)):
            yield down("day of month", "jobs", R130, R12, at(f"{place}.{field}", value), at(place, {}), said)
    last = at("schedule.monthly.isLastDayOfMonth", True)
    yield down("day of month", "jobs", R130, R12, last, at("schedule.monthly", {}), WARNING)
    for twelve, twenty_four in (
        ("10:00 PM", "22:00"),
        ("12:30 AM", "00:30"),
        ("12:05 PM", "12:05"),
        ("9:00 AM", "09:00"),
    ):
        for name in ("daily", "monthly"):
            place = f"schedule.{name}.localTime"
            times = at(place, twelve), at(place, twenty_four)
            yield from both("local time", "jobs", R11, R12, *times, said=WARNING, back=INFO)
    place = f"{ADVANCED}.scripts.runScriptEvery"
    yield Case("script interval", "jobs", R131, R132, at(place, 0), at(place, 1), (WARNING,))


def letter_case() -> Iterator[Case]:
    index = "guestProcessing.guestFileSystemIndexing.indexingSettings[]"
    for place, value in (
        ("storage.backupProxies.proxies[].type", "vmware"),
        ("storage.gfsPolicy.weekly.desiredTime", "sunday"),
        *((f"{ADVANCED}.{name}.weekly.days[]", "friday") for name in MAINTENANCE),
        *((f"{ADVANCED}.{name}.monthly.dayOfWeek", "monday") for name in MAINTENANCE),
        (f"{ADVANCED}.scripts.dayOfWeek[]", "tuesday"),
        (f"{APPLICATIONS}.vss", "requireSuccess"),
        (f"{APPLICATIONS}.transactionLogs", "copyOnly"),
        (f"{APPLICATIONS}.sql.logsProcessing", "neverTruncate"),
        (f"{APPLICATIONS}.oracle.archiveLogs", "preserve"),
        (f"{APPLICATIONS}.sql.retainLogBackups", "untilBackupDeleted"),
        (f"{APPLICATIONS}.oracle.retainLogBackups", "untilBackupDeleted"),
        (f"{APPLICATIONS}.postgreSQL.retainLogBackups", "untilBackupDeleted"),
        (f"{APPLICATIONS}.postgreSQL.userConnectionType", "passwordFile"),
        (f"{APPLICATIONS}.exclusions.exclusionPolicy", "excludeOnly"),
        (f"{APPLICATIONS}.scripts.scriptProcessingMode", "ignoreExecFailures"),
        (f"{index}.WindowsIndexing.guestFSIndexingMode", "indexAllExcept"),
        (f"{index}.LinuxIndexing.guestFSIndexingMode", "disable"),
        ("schedule.daily.days[]", "saturday"),
        ("schedule.monthly.dayOfWeek", "saturday"),
        *((f"schedule.{name}.backupWindow.days[].day", "sunday") for name in WINDOWS),
    ):
        capital = value[0].upper() + value[1:]
        yield from both("letter case", "jobs", R130, R131, at(place, value), at(place, capital))
    same = at(f"{APPLICATIONS}.sql.retainLogBackups", "KeepOnlyDays")
    yield from both("letter case", "jobs", R130, R131, same, same)
    place = f"{APPLICATIONS}.sql.logsProcessing"
    for target, nearest in ((R130, "neverTruncate"), (R131, "NeverTruncate")):
        yield Case("preserve", "jobs", R12, target, at(place, "preserve"), at(place, nearest), (WARNING,))


SECTIONS = (inventory, job_settings, encryption, compression, schedules, letter_case)
CASES = [case for section in SECTIONS for case in section()]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_difference_is_translated_or_reported(case: Case) -> None:
    assert outcome(case) == (records_of(case), case.said)
