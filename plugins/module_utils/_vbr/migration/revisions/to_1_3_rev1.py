# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The step from 1.3-rev0 to 1.3-rev1: values that began with a small letter begin with a capital."""

from __future__ import annotations

from .places import ADVANCED, APPLICATIONS, MAINTENANCE
from .rules import Step, Values, capitalised

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INDEXING = "guestProcessing.guestFileSystemIndexing.indexingSettings[]"
_INDEXING_MODES = ("disable", "indexAll", "indexAllExcept", "indexOnly")
_LOG_RETENTION = ("untilBackupDeleted", "KeepOnlyDays")
_COMPONENTS = (("vPowerNFS", "VPowerNFS"),)
_WINDOWS = (
    "schedule.periodically.backupWindow",
    "schedule.continuously.backupWindow",
    "schedule.backupWindow.backupWindow",
)

STEP = Step(
    "1.3-rev0",
    "1.3-rev1",
    {
        "cloudcredentials": (capitalised("existingAccount.subscription.certificate", "formatType", "pfx", "pem"),),
        "managedServers": (
            Values("networkSettings.components[]", "componentName", _COMPONENTS),
            Values("sshSettings.components[]", "componentName", _COMPONENTS),
        ),
        "repositories": (capitalised("mountServer", "mountServerSettingsType", "windows", "linux", "both"),),
        "proxies": (capitalised("server", "transportMode", "auto", "directAccess", "virtualAppliance", "network"),),
        "jobs": (
            capitalised("storage.backupProxies.proxies[]", "type", "vmware"),
            capitalised("storage.gfsPolicy.weekly", "desiredTime", *_DAYS),
            *(capitalised(f"{place}.weekly", "days", *_DAYS) for place in MAINTENANCE),
            *(capitalised(f"{place}.monthly", "dayOfWeek", *_DAYS) for place in MAINTENANCE),
            capitalised(f"{ADVANCED}.scripts", "dayOfWeek", *_DAYS),
            capitalised(APPLICATIONS, "vss", "requireSuccess", "ignoreFailures", "disabled"),
            capitalised(APPLICATIONS, "transactionLogs", "process", "copyOnly"),
            # `preserve` went with 1.2-rev1; a record that still says so is seen to by the bounds.
            capitalised(f"{APPLICATIONS}.sql", "logsProcessing", "truncate", "backup", "neverTruncate"),
            capitalised(f"{APPLICATIONS}.sql", "retainLogBackups", *_LOG_RETENTION),
            capitalised(f"{APPLICATIONS}.oracle", "archiveLogs", "preserve", "deleteExpiredHours", "deleteExpiredGBs"),
            capitalised(f"{APPLICATIONS}.oracle", "retainLogBackups", *_LOG_RETENTION),
            capitalised(f"{APPLICATIONS}.postgreSQL", "userConnectionType", "credentials", "passwordFile", "peer"),
            capitalised(f"{APPLICATIONS}.postgreSQL", "retainLogBackups", *_LOG_RETENTION),
            capitalised(f"{APPLICATIONS}.exclusions", "exclusionPolicy", "disabled", "excludeOnly", "includeOnly"),
            capitalised(
                f"{APPLICATIONS}.scripts", "scriptProcessingMode", "disableExec", "ignoreExecFailures", "requireSuccess"
            ),
            capitalised(f"{_INDEXING}.WindowsIndexing", "guestFSIndexingMode", *_INDEXING_MODES),
            capitalised(f"{_INDEXING}.LinuxIndexing", "guestFSIndexingMode", *_INDEXING_MODES),
            capitalised("schedule.daily", "days", *_DAYS),
            capitalised("schedule.monthly", "dayOfWeek", *_DAYS),
            *(capitalised(f"{window}.days[]", "day", *_DAYS) for window in _WINDOWS),
        ),
    },
)
