# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the service: statuses, and the types of sessions with the coarse types and workloads of an export.

No source says which type belongs to which coarse type and workload; here it follows from the names.
"""

from __future__ import annotations

import re

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
UNDER_WAY = ("Canceling", "Running", "RunningWithError", "RunningWithWarning", "Pending")

VIRTUAL_MACHINE, SQL, FILE_SHARES = "VirtualMachine", "SQL", "FileShares"
NETWORK, COSMOS, INDEPENDENT = "VirtualNetwork", "CosmosDb", "WorkloadIndependent"
WORKLOADS = (VIRTUAL_MACHINE, SQL, FILE_SHARES, NETWORK, INDEPENDENT, COSMOS)

# (workload, coarse type, the types it stands for)
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (VIRTUAL_MACHINE, "ManualSnapshot", ("ManualSnapshot",)),
    (VIRTUAL_MACHINE, "PolicySnapshot", ("PolicySnapshot",)),
    (VIRTUAL_MACHINE, "PolicyBackup", ("PolicyBackup", "SnapshotBackup")),
    (VIRTUAL_MACHINE, "PolicyArchive", ("PolicyArchive",)),
    (
        VIRTUAL_MACHINE,
        "Retention",
        (
            "BackupRetention",
            "InvalidSnapshotRetention",
            "ObsoleteSnapshotRetention",
            "OrphanedSnapshotRetention",
            "VmSnapshotRetention",
        ),
    ),
    (VIRTUAL_MACHINE, "Restore", ("RestoreDisks", "RestoreVms", "RestorePointDataRetrieval")),
    (VIRTUAL_MACHINE, "FileLevelRestore", ("FileLevelRestore",)),
    (VIRTUAL_MACHINE, "Deletion", ("ManualSnapshotDeletion", "BackupDeletion", "SnapshotDeletion")),
    (VIRTUAL_MACHINE, "HealthCheck", ("HealthCheck",)),
    (SQL, "PolicyBackup", ("SqlPolicyBackup",)),
    (SQL, "PolicyArchive", ("SqlPolicyArchive",)),
    (SQL, "ManualBackup", ("SqlManualBackup",)),
    (SQL, "Restore", ("SqlRestore", "SqlRestorePointDataRetrieval")),
    (SQL, "Deletion", ("SqlBackupDeletion",)),
    (FILE_SHARES, "PolicySnapshot", ("FileSharePolicySnapshot",)),
    (FILE_SHARES, "ManualSnapshot", ("FileShareManualSnapshot",)),
    (FILE_SHARES, "Restore", ("FileShareRestore",)),
    (FILE_SHARES, "FileLevelRestore", ("FileShareFileRestore",)),
    (FILE_SHARES, "FileShareIndexing", ("FileShareIndexing",)),
    (FILE_SHARES, "Retention", ("FileShareSnapshotRetention",)),
    (FILE_SHARES, "Deletion", ("FileShareSnapshotDeletion", "FileShareManualSnapshotDeletion")),
    (NETWORK, "PolicyBackup", ("VnetPolicyBackup", "VnetPolicyBackupToRepository")),
    (NETWORK, "Restore", ("VnetFullRestore", "VnetGranularRestore")),
    (NETWORK, "Deletion", ("VnetBackupDeletion",)),
    (NETWORK, "Retention", ("VnetRetention",)),
    (NETWORK, "RepositoryTasks", ("VnetRepositoryImport",)),
    (COSMOS, "CosmosDbConfiguration", ("CosmosDbConfiguration",)),
    (COSMOS, "Restore", ("CosmosDbRestore", "CosmosDbRestorePointDataRetrieval")),
    (COSMOS, "Retention", ("CosmosDbContinuousRetention",)),
    (COSMOS, "Deletion", ("CosmosDbBackupDeletion", "CosmosDbContinuousBackupDeletion")),
    (COSMOS, "PolicyBackup", ("PostgresDbPolicyBackup", "MongoDbPolicyBackup")),
    (COSMOS, "PolicyArchive", ("PostgresDbPolicyArchive", "MongoDbPolicyArchive")),
    (COSMOS, "ManualBackup", ("PostgresDbManualBackup", "MongoDbManualBackup")),
    (
        INDEPENDENT,
        "ConfigurationBackup",
        (
            "ConfigurationBackupManual",
            "ConfigurationBackupScheduled",
            "ConfigurationBackupDeletion",
            "ConfigurationBackupDownload",
            "ConfigurationBackupSync",
            "ConfigurationRestoreStatus",
        ),
    ),
    (INDEPENDENT, "RepositoryTasks", ("RepositoryCreation", "RepositoryDeletion", "RepositoryEdit")),
    (INDEPENDENT, "InfrastructureRescan", ("InfrastructureRescan", "SnapshotRescan")),
)
UNKNOWN = "Unknown"
TYPES = frozenset(name for _workload, _coarse, names in GROUPS for name in names) | {UNKNOWN}
# A list cannot be filtered by this one type (facts/vbaz.md 4.4).
FILTER_TYPES = TYPES - {"VmSnapshotRetention"}
COARSE_TYPES = frozenset(coarse for _workload, coarse, _names in GROUPS)
BY_COARSE_TYPE = {
    word: frozenset(name for _workload, coarse, names in GROUPS if coarse == word for name in names)
    for word in COARSE_TYPES
}
BY_WORKLOAD = {
    word: frozenset(name for workload, _coarse, names in GROUPS if workload == word for name in names)
    for word in WORKLOADS
}
# The first product knew virtual machines only (an assumption: no list of its types is at hand).
FIRST_TYPES = frozenset(
    {
        "ManualSnapshot",
        "PolicySnapshot",
        "PolicyBackup",
        "BackupRetention",
        "RestoreDisks",
        "RestoreVms",
        "FileLevelRestore",
        "BackupDeletion",
        "SnapshotDeletion",
        "RepositoryCreation",
        "RepositoryDeletion",
        "RepositoryEdit",
    }
)
_VERB_FIRST = {
    "RepositoryCreation": "Create Repository",
    "RepositoryDeletion": "Delete Repository",
    "RepositoryEdit": "Edit Repository",
}


def localized(name: str) -> str:
    """The name of a type in the user interface: SqlRestore is Sql Restore."""
    return _VERB_FIRST.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
