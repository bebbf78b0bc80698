# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types of sessions: 63 in the list, 15 in the export, and which of the list can be which of the export. Pure.

The export filters by 15 types and 6 workloads; a session in the list has one of 63 other types (facts/vbaz.md 4.4). No
source says which belongs to which, so this table is derived from the names. Where a name leaves it open, the table
lists all possibilities, and nobody guesses: see `belongs_to`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

STATUSES = (
    "Canceled",
    "Canceling",
    "Error",
    "NeverExecuted",
    "Running",
    "RunningWithError",
    "RunningWithWarning",
    "Success",
    "Warning",
    "Pending",
    "Unknown",
)
# A session of such a status has not ended yet, or not begun.
UNFINISHED = frozenset({"Canceling", "NeverExecuted", "Running", "RunningWithError", "RunningWithWarning", "Pending"})
EXPORT_TYPES = (
    "ManualSnapshot",
    "ManualBackup",
    "PolicySnapshot",
    "PolicyBackup",
    "PolicyArchive",
    "Retention",
    "Restore",
    "FileLevelRestore",
    "Deletion",
    "ConfigurationBackup",
    "RepositoryTasks",
    "FileShareIndexing",
    "HealthCheck",
    "CosmosDbConfiguration",
    "InfrastructureRescan",
)
VM, SQL, FILES, NETWORK, INDEPENDENT, COSMOS = WORKLOADS = (
    "VirtualMachine",
    "SQL",
    "FileShares",
    "VirtualNetwork",
    "WorkloadIndependent",
    "CosmosDb",
)
# No type, or no workload, that the export knows.
OUTSIDE = ""


@dataclass(frozen=True)
class TypeMeaning:
    """What one of the 63 types can be for the export: one type and one workload where that is clear."""

    types: tuple[str, ...]
    workloads: tuple[str, ...]


ANYTHING = TypeMeaning((*EXPORT_TYPES, OUTSIDE), (*WORKLOADS, OUTSIDE))
_RETRIEVAL = ("Restore", "RepositoryTasks", OUTSIDE)


def _clear(kind: str, workload: str, *names: str) -> dict[str, TypeMeaning]:
    return dict.fromkeys(names, TypeMeaning((kind,), (workload,)))


MEANINGS: dict[str, TypeMeaning] = {
    **_clear("ManualSnapshot", VM, "ManualSnapshot"),
    **_clear("ManualSnapshot", FILES, "FileShareManualSnapshot"),
    **_clear("ManualBackup", SQL, "SqlManualBackup"),
    **_clear("ManualBackup", COSMOS, "PostgresDbManualBackup", "MongoDbManualBackup"),
    **_clear("PolicySnapshot", VM, "PolicySnapshot"),
    **_clear("PolicySnapshot", FILES, "FileSharePolicySnapshot"),
    **_clear("PolicyBackup", VM, "PolicyBackup"),
    **_clear("PolicyBackup", SQL, "SqlPolicyBackup"),
    **_clear("PolicyBackup", NETWORK, "VnetPolicyBackup", "VnetPolicyBackupToRepository"),
    **_clear("PolicyBackup", COSMOS, "PostgresDbPolicyBackup", "MongoDbPolicyBackup"),
    **_clear("PolicyArchive", VM, "PolicyArchive"),
    **_clear("PolicyArchive", SQL, "SqlPolicyArchive"),
    **_clear("PolicyArchive", COSMOS, "PostgresDbPolicyArchive", "MongoDbPolicyArchive"),
    **_clear("Retention", VM, "VmSnapshotRetention"),
    **_clear("Retention", FILES, "FileShareSnapshotRetention"),
    **_clear("Retention", NETWORK, "VnetRetention"),
    **_clear("Retention", COSMOS, "CosmosDbContinuousRetention"),
    **_clear("Restore", VM, "RestoreDisks", "RestoreVms"),
    **_clear("Restore", SQL, "SqlRestore"),
    **_clear("Restore", FILES, "FileShareRestore"),
    **_clear("Restore", NETWORK, "VnetFullRestore", "VnetGranularRestore"),
    **_clear("Restore", COSMOS, "CosmosDbRestore"),
    **_clear("FileLevelRestore", VM, "FileLevelRestore"),
    **_clear("FileLevelRestore", FILES, "FileShareFileRestore"),
    **_clear("Deletion", VM, "ManualSnapshotDeletion", "SnapshotDeletion"),
    **_clear("Deletion", SQL, "SqlBackupDeletion"),
    **_clear("Deletion", FILES, "FileShareSnapshotDeletion", "FileShareManualSnapshotDeletion"),
    **_clear("Deletion", NETWORK, "VnetBackupDeletion"),
    **_clear("Deletion", COSMOS, "CosmosDbBackupDeletion", "CosmosDbContinuousBackupDeletion"),
    **_clear("ConfigurationBackup", INDEPENDENT, "ConfigurationBackupManual", "ConfigurationBackupScheduled"),
    **_clear("RepositoryTasks", INDEPENDENT, "RepositoryCreation", "RepositoryDeletion", "RepositoryEdit"),
    **_clear("FileShareIndexing", FILES, "FileShareIndexing"),
    **_clear("CosmosDbConfiguration", COSMOS, "CosmosDbConfiguration"),
    **_clear("InfrastructureRescan", INDEPENDENT, "InfrastructureRescan"),
    # What the names leave open.
    "BackupRetention": TypeMeaning(("Retention",), (VM, SQL, COSMOS, INDEPENDENT)),
    "InvalidSnapshotRetention": TypeMeaning(("Retention",), (VM, INDEPENDENT)),
    "ObsoleteSnapshotRetention": TypeMeaning(("Retention",), (VM, INDEPENDENT)),
    "OrphanedSnapshotRetention": TypeMeaning(("Retention",), (VM, INDEPENDENT)),
    "BackupDeletion": TypeMeaning(("Deletion",), (VM, COSMOS, INDEPENDENT)),
    "HealthCheck": TypeMeaning(("HealthCheck",), (VM, SQL, COSMOS, INDEPENDENT)),
    "SnapshotBackup": TypeMeaning(("ManualBackup", "PolicyBackup", "ManualSnapshot"), (VM,)),
    "SnapshotRescan": TypeMeaning(("InfrastructureRescan", "RepositoryTasks", OUTSIDE), (VM, INDEPENDENT)),
    "ConfigurationBackupDeletion": TypeMeaning(("ConfigurationBackup", "Deletion"), (INDEPENDENT,)),
    "ConfigurationBackupDownload": TypeMeaning(("ConfigurationBackup", OUTSIDE), (INDEPENDENT,)),
    "ConfigurationBackupSync": TypeMeaning(("ConfigurationBackup", OUTSIDE), (INDEPENDENT,)),
    "ConfigurationRestoreStatus": TypeMeaning(("ConfigurationBackup", "Restore", OUTSIDE), (INDEPENDENT,)),
    "VnetRepositoryImport": TypeMeaning(("RepositoryTasks", "Restore", OUTSIDE), (NETWORK, INDEPENDENT)),
    "RestorePointDataRetrieval": TypeMeaning(_RETRIEVAL, (VM, INDEPENDENT)),
    "SqlRestorePointDataRetrieval": TypeMeaning(_RETRIEVAL, (SQL,)),
    "CosmosDbRestorePointDataRetrieval": TypeMeaning(_RETRIEVAL, (COSMOS,)),
    "Unknown": ANYTHING,
}


def belongs_to(name: str, types: Collection[str], workloads: Collection[str]) -> bool | None:
    """Whether a session whose type has this name is one of these types and workloads; None if that is not known.

    No types, or no workloads, are all of them. A type that no source names (AutoBackup of old versions) can be
    anything.
    """
    meaning = MEANINGS.get(name, ANYTHING)
    answers = (_one_of(meaning.types, types), _one_of(meaning.workloads, workloads))
    if False in answers:
        return False
    return None if None in answers else True


def _one_of(possible: Collection[str], wanted: Collection[str]) -> bool | None:
    if not wanted or set(possible) <= set(wanted):
        return True
    return None if set(possible) & set(wanted) else False
