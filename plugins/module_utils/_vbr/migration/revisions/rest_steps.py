# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed from each revision to the next in the objects that go by ordinary REST, kind by kind.

Nothing older than 1.2-rev1 creates any of them. Source: facts/vbr_beyond_automation.md 4, which
`tests/contract/test_rest_conversion.py` proves by the vendor's documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...._core.compare import fold
from ...revisions import SMALL_LETTERS_UNTIL, VMWARE_UNTIL
from .accounts import AccountsInOneEntry, GuestAccounts
from .differences import AddedField, DifferenceOfTypes, RenamedField, TranslatedValue, capitalised
from .layout import MAINTENANCE
from .record import ConvertedRecord, Owner, join
from .steps import (
    BLOCK_SIZES,
    DAYS,
    INDEXING_MODES,
    LOG_RETENTION,
    PLATFORMS,
    REPOSITORY_TYPES,
    STEPS,
    Differences,
)

# Jobs whose machines are those of a virtual infrastructure.
MACHINE_JOBS = frozenset({"VSphereReplica", "CloudDirectorBackup", "HyperVBackup"})
FILE_JOBS = frozenset({"FileBackup", "ObjectStorageBackup"})


class NotificationSwitch:
    """Whether notifications are sent by mail: a switch of the mail settings up to 1.2-rev1, of all options since."""

    _OLD, _NEW = "isEnabled", "notificationEnabled"

    def up(self, record: ConvertedRecord) -> None:
        for mail, _place in record.owners("emailSettings"):
            if self._OLD in mail:
                record.body.setdefault(self._NEW, mail.pop(self._OLD))

    def down(self, record: ConvertedRecord) -> None:
        on = record.body.pop(self._NEW, None)
        for mail, _place in record.owners("emailSettings"):
            if on is not None:
                mail.setdefault(self._OLD, on)


@dataclass(frozen=True)
class Masks:
    """Masks of files: texts up to 1.3-rev1, objects with a path and the type of the mask since."""

    at: str
    field: str

    _LEGACY = "Legacy"

    def up(self, record: ConvertedRecord) -> None:
        for owner, _place in record.owners(self.at):
            if isinstance(owner.get(self.field), list):
                owner[self.field] = [self._as_object(mask) for mask in owner[self.field]]

    def down(self, record: ConvertedRecord) -> None:
        for owner, place in record.owners(self.at):
            if isinstance(owner.get(self.field), list):
                where = join(place, self.field)
                owner[self.field] = [self._as_text(mask, where, record) for mask in owner[self.field]]

    def _as_object(self, mask: Any) -> Any:
        return {"path": mask, "type": self._LEGACY} if isinstance(mask, str) else mask

    def _as_text(self, mask: Any, where: str, record: ConvertedRecord) -> Any:
        if not isinstance(mask, dict):
            return mask
        if mask.get("type") is not None and fold(mask["type"]) != fold(self._LEGACY):
            what = f"The type of the mask '{mask.get('path')}', {mask['type']}, cannot be said."
            record.warn("field-dropped", where, what, "See on the target whether it means the same files.")
        return mask.get("path")


class TypesOfObjects:
    """What an object of a file job is: nobody said it up to 1.3-rev1, and 1.3-rev2 asks for it."""

    def up(self, record: ConvertedRecord) -> None:
        for owner, place in record.owners("objects[]"):
            if owner.get("type") is None:
                owner["type"] = self._likely(owner)
                what = f"It is asked for, and '{owner['type']}' is what comes nearest to what the job says."
                record.warn("value-approximated", join(place, "type"), what, "Look at it before the job runs.")

    def down(self, record: ConvertedRecord) -> None:
        for owner, place in record.owners("objects[]"):
            said = owner.pop("type", None)
            if said is not None and fold(said) != fold(self._likely(owner)):
                record.warn("field-dropped", join(place, "type"), f"That it is a '{said}' cannot be said.")

    @staticmethod
    def _likely(found: Owner) -> str:
        if "objectStorageServerId" in found:
            return "Prefix" if found.get("path") else "Container" if found.get("container") else "ObjectStorageRoot"
        return "Directory" if found.get("path") else "FileServerRoot"


_TO_1_3_REV0: Differences = {
    "jobs": (
        TranslatedValue("**", "platform", PLATFORMS),
        TranslatedValue("**.storageData", "storageOptimization", BLOCK_SIZES),
        TranslatedValue("**.traffic", "storageOptimization", BLOCK_SIZES),
        *(RenamedField(f"{place}.monthly", "dayOfMonths", "dayOfMonth") for place in MAINTENANCE),
        DifferenceOfTypes(MACHINE_JOBS, GuestAccounts()),
    ),
    "generalOptions": (NotificationSwitch(),),
}

# Schedules and windows are the same wherever they stand.
_SCHEDULES = (
    capitalised("**.days[]", "day", *DAYS),
    capitalised("**.daily", "days", *DAYS),
    capitalised("**.weekly", "days", *DAYS),
    capitalised("**.weekly", "desiredTime", *DAYS),
    capitalised("**.monthly", "dayOfWeek", *DAYS),
)
_TO_1_3_REV1: Differences = {
    **dict.fromkeys(("scaleOutRepositories", "protectionGroups", "trafficRules", "configurationBackup"), _SCHEDULES),
    "managedServers": STEPS[SMALL_LETTERS_UNTIL]["managedServers"],
    "jobs": (
        *_SCHEDULES,
        capitalised("**.scripts", "dayOfWeek", *DAYS),
        capitalised("**.scripts", "scriptProcessingMode", "disableExec", "ignoreExecFailures", "requireSuccess"),
        capitalised("**.appSettings[]", "vss", "requireSuccess", "ignoreFailures", "disabled"),
        capitalised("**.appSettings[]", "transactionLogs", "process", "copyOnly"),
        capitalised("**.sql", "logsProcessing", "truncate", "backup", "neverTruncate"),
        *(capitalised(f"**.{each}", "retainLogBackups", *LOG_RETENTION) for each in ("sql", "oracle")),
        capitalised("**.oracle", "archiveLogs", "preserve", "deleteExpiredHours", "deleteExpiredGBs"),
        # Jobs of machines write the name of the database in one way, and those of agents in another.
        *(capitalised(f"**.{each}", "retainLogBackups", *LOG_RETENTION) for each in ("postgreSQL", "postgreSql")),
        *(
            capitalised(f"**.{each}", "userConnectionType", "credentials", "passwordFile", "peer")
            for each in ("postgreSQL", "postgreSql")
        ),
        capitalised("**.exclusions", "exclusionPolicy", "disabled", "excludeOnly", "includeOnly"),
        *(
            capitalised(f"**.indexingSettings[].{each}", "guestFSIndexingMode", *INDEXING_MODES)
            for each in ("WindowsIndexing", "LinuxIndexing", "indexing")
        ),
        capitalised("storage.backupProxies", "proxyType", "onHost", "offHost"),
        capitalised("volumes", "volumesBackupMode", "allVolumesExcept", "selectedVolumes"),
    ),
}

# Roles that every server has, as they are called since 1.3-rev2.
_ROLES = tuple(
    (f"Veeam {name}", name)
    for name in (
        "Backup Administrator",
        "Backup Operator",
        "Backup Viewer",
        "Restore Operator",
        "Security Administrator",
        "Tape Operator",
    )
)
_TO_1_3_REV2: Differences = {
    # The name of a role stands beside the link to it, and in it.
    "users": tuple(TranslatedValue(at, "name", _ROLES) for at in ("roles[]", "roles[].id")),
    "managedServers": STEPS["1.3-rev1"]["managedServers"],
    "protectionGroups": (
        DifferenceOfTypes(
            frozenset({"ADObjects"}), AddedField("credentials", "masterConnectionType", "PermanentCredentials")
        ),
    ),
    "jobs": (
        RenamedField("storage.advancedSettings", "synthenticFulls", "syntheticFulls"),
        RenamedField("**.fullBackupMaintenance", "RemoveData", "removeData"),
        TranslatedValue("sourceObjects.includes.repositories[]", "type", REPOSITORY_TYPES),
        DifferenceOfTypes(MACHINE_JOBS, AccountsInOneEntry()),
        *(
            DifferenceOfTypes(FILE_JOBS, Masks("objects[]", each))
            for each in ("inclusionMask", "exclusionMask", "exclusionPathMask")
        ),
        DifferenceOfTypes(FILE_JOBS, TypesOfObjects()),
    ),
}

# What changed, by the last revision before it.
REST_STEPS: Mapping[str, Differences] = {
    VMWARE_UNTIL: _TO_1_3_REV0,
    SMALL_LETTERS_UNTIL: _TO_1_3_REV1,
    "1.3-rev1": _TO_1_3_REV2,
}
