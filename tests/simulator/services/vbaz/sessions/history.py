# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A history of any length that is not stored: each session is computed from its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ....core.store import Row
from .session import JobSession

# Types of the sessions that belong to no policy.
OCCASIONS = (
    "ConfigurationBackupScheduled",
    "RestoreVms",
    "InfrastructureRescan",
    "FileLevelRestore",
    "RepositoryEdit",
    "SqlRestore",
    "ManualSnapshot",
    "RestorePointDataRetrieval",
    "FileShareFileRestore",
    "VmSnapshotRetention",
)
# Policy type -> types of its sessions, which repeat in this order.
CYCLES: Mapping[str, tuple[str, ...]] = {
    "VirtualMachines": (
        "PolicyBackup",
        "PolicySnapshot",
        "BackupRetention",
        "PolicyBackup",
        "PolicyArchive",
        "HealthCheck",
    ),
    "AzureSql": ("SqlPolicyBackup", "SqlPolicyArchive"),
    "FileShares": ("FileSharePolicySnapshot", "FileShareIndexing", "FileShareSnapshotRetention"),
    "CosmosDb": ("PostgresDbPolicyBackup", "CosmosDbContinuousRetention", "MongoDbPolicyBackup"),
    "Vnet": ("VnetPolicyBackup", "VnetRetention"),
}
OFTEN = 4
# Primes, so that types, results and durations do not repeat together.
RESULTS, DURATIONS, MICROSECONDS = 101, 1_801, 1_000_000
STRIDE, JITTER_STRIDE = 7_919, 104_729
WARNING_FROM, ERROR_FROM, CANCELED_FROM = 78, 91, 98
MOST_MACHINES, KNOWN_MACHINES = 12, 48
# Longer than the number of machines, so that those of a session are one slice, wherever it begins.
MACHINES = tuple(f"vm-{number % KNOWN_MACHINES:04}" for number in range(KNOWN_MACHINES + MOST_MACHINES))
RESTORES = ("RestoreVms", "SqlRestore")
FILE_RESTORES = ("FileLevelRestore", "FileShareFileRestore")
OF_ONE_MACHINE = (*FILE_RESTORES, "RestorePointDataRetrieval")


@dataclass(frozen=True)
class History:
    """Sessions `first` to `first + count - 1`, the last of which started at `newest`, one every `every` seconds."""

    first: int
    count: int
    newest: datetime
    every: float
    policies: Sequence[Row]
    repositories: Sequence[Row]

    @property
    def numbers(self) -> range:
        """Newest first."""
        return range(self.first + self.count - 1, self.first - 1, -1)

    def started(self, number: int) -> datetime:
        age = self.first + self.count - 1 - number
        jitter = (number * JITTER_STRIDE % MICROSECONDS) / MICROSECONDS if age else 0.0
        return self.newest - timedelta(seconds=(age + jitter / 2) * self.every)

    def session(self, number: int) -> JobSession:
        type_name, policy = self._what(number)
        machines = number % MOST_MACHINES + 1
        retention = type_name.endswith("Retention")
        return JobSession(
            number=number,
            type=type_name,
            status=self._status(number, policy),
            started=self.started(number),
            lasted=timedelta(
                seconds=30 + number * STRIDE % DURATIONS, microseconds=number * JITTER_STRIDE % MICROSECONDS
            ),
            policy=policy,
            repository=self._repository(number, type_name),
            resources=MACHINES[number % KNOWN_MACHINES :][:machines],
            deleted=machines if retention else 0,
            reason="Requested by the owner" if type_name in RESTORES + FILE_RESTORES else "",
            machine=MACHINES[number % KNOWN_MACHINES] if type_name in OF_ONE_MACHINE else "",
            usn=number * 7,
        )

    def _what(self, number: int) -> tuple[str, Row | None]:
        if number % OFTEN == 0 or not self.policies:
            return OCCASIONS[number // OFTEN % len(OCCASIONS)], None
        policy = self.policies[number % len(self.policies)]
        cycle = CYCLES[policy["type"]]
        return cycle[number // len(self.policies) % len(cycle)], policy

    def _repository(self, number: int, type_name: str) -> Row | None:
        if not type_name.startswith("Repository") or not self.repositories:
            return None
        return self.repositories[number % len(self.repositories)]

    @staticmethod
    def _status(number: int, policy: Row | None) -> str:
        fixed = (policy or {}).get("result")
        if fixed:
            return str(fixed)
        drawn = number * STRIDE % RESULTS
        if drawn < WARNING_FROM:
            return "Success"
        if drawn < ERROR_FROM:
            return "Warning"
        return "Error" if drawn < CANCELED_FROM else "Canceled"
