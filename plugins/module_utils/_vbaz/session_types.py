# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ways in which an appliance sorts its sessions, and what is known about how one becomes the other.

The export is asked for 15 types and 6 workloads, a session says one of 63 types of its own (facts/vbaz.md 4.4). No
source tells which belongs to which, so this is read off the names. Where a name leaves it open, all that it can be is
listed, and nobody guesses: see `verdict`.
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
TYPES = (
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
VM, SQL, FILES, NETWORK, NONE, COSMOS = WORKLOADS = (
    "VirtualMachine",
    "SQL",
    "FileShares",
    "VirtualNetwork",
    "WorkloadIndependent",
    "CosmosDb",
)
# Of no type or workload that the export knows.
OUTSIDE = ""


@dataclass(frozen=True)
class Sort:
    """What a session of one of the 63 types can be for the export: one type and one workload where that is clear."""

    types: tuple[str, ...]
    workloads: tuple[str, ...]


ANYTHING = Sort((*TYPES, OUTSIDE), (*WORKLOADS, OUTSIDE))
_RETRIEVAL = ("Restore", "RepositoryTasks", OUTSIDE)


def _clear(kind: str, workload: str, *names: str) -> dict[str, Sort]:
    return dict.fromkeys(names, Sort((kind,), (workload,)))


SORTS: dict[str, Sort] = {
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
    **_clear("ConfigurationBackup", NONE, "ConfigurationBackupManual", "ConfigurationBackupScheduled"),
    **_clear("RepositoryTasks", NONE, "RepositoryCreation", "RepositoryDeletion", "RepositoryEdit"),
    **_clear("FileShareIndexing", FILES, "FileShareIndexing"),
    **_clear("CosmosDbConfiguration", COSMOS, "CosmosDbConfiguration"),
    **_clear("InfrastructureRescan", NONE, "InfrastructureRescan"),
    # What the names leave open.
    "BackupRetention": Sort(("Retention",), (VM, SQL, COSMOS, NONE)),
    "InvalidSnapshotRetention": Sort(("Retention",), (VM, NONE)),
    "ObsoleteSnapshotRetention": Sort(("Retention",), (VM, NONE)),
    "OrphanedSnapshotRetention": Sort(("Retention",), (VM, NONE)),
    "BackupDeletion": Sort(("Deletion",), (VM, COSMOS, NONE)),
    "HealthCheck": Sort(("HealthCheck",), (VM, SQL, COSMOS, NONE)),
    "SnapshotBackup": Sort(("ManualBackup", "PolicyBackup", "ManualSnapshot"), (VM,)),
    "SnapshotRescan": Sort(("InfrastructureRescan", "RepositoryTasks", OUTSIDE), (VM, NONE)),
    "ConfigurationBackupDeletion": Sort(("ConfigurationBackup", "Deletion"), (NONE,)),
    "ConfigurationBackupDownload": Sort(("ConfigurationBackup", OUTSIDE), (NONE,)),
    "ConfigurationBackupSync": Sort(("ConfigurationBackup", OUTSIDE), (NONE,)),
    "ConfigurationRestoreStatus": Sort(("ConfigurationBackup", "Restore", OUTSIDE), (NONE,)),
    "VnetRepositoryImport": Sort(("RepositoryTasks", "Restore", OUTSIDE), (NETWORK, NONE)),
    "RestorePointDataRetrieval": Sort(_RETRIEVAL, (VM, NONE)),
    "SqlRestorePointDataRetrieval": Sort(_RETRIEVAL, (SQL,)),
    "CosmosDbRestorePointDataRetrieval": Sort(_RETRIEVAL, (COSMOS,)),
    "Unknown": ANYTHING,
}


def sort_of(name: str) -> Sort:
    """What a session of this type can be; one that no source names (AutoBackup of old versions) can be anything."""
    return SORTS.get(name, ANYTHING)


def verdict(name: str, types: Collection[str], workloads: Collection[str]) -> bool | None:
    """Whether a session of this type is one of these types and workloads, None if that is not known.

    No types, or no workloads, are all of them.
    """
    sort = sort_of(name)
    answers = (_one_of(sort.types, types), _one_of(sort.workloads, workloads))
    if False in answers:
        return False
    return None if None in answers else True


def _one_of(possible: Collection[str], wanted: Collection[str]) -> bool | None:
    if not wanted or set(possible) <= set(wanted):
        return True
    return None if set(possible) & set(wanted) else False
