# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of jobs type by type, for servers on which the whole list fails.

A server with Hyper-V jobs was seen to answer the whole list with 500, and with a filter of types as it should
(facts/updates.md).
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from .._core.errors import Rejected, RestError, ServerFault
from .._core.paging import Row
from .revisions import rank

TYPED_LISTS = frozenset({"/api/v1/jobs"})
TYPE_FILTER = "typeFilter"
# Jobs that this collection writes: without these a list is no answer. Servers of 1.2 say the one or the other.
VSPHERE_TYPES = ("VSphereBackup", "Backup")
# The types of jobs, by the first revision that has them.
JOB_TYPES: dict[str, tuple[str, ...]] = {
    "1.0-rev2": VSPHERE_TYPES,
    "1.2-rev0": (
        "VSphereReplica",
        "CloudDirectorBackup",
        "EntraIDTenantBackup",
        "EntraIDAuditLogBackup",
        "FileBackupCopy",
    ),
    "1.3-rev0": (
        "HyperVBackup",
        "LegacyBackupCopy",
        "BackupCopy",
        "WindowsAgentBackup",
        "LinuxAgentBackup",
        "EntraIDTenantBackupCopy",
        "Unknown",
    ),
    "1.3-rev1": (
        "FileBackup",
        "ObjectStorageBackup",
        "SureBackupContentScan",
        "CloudBackupAzure",
        "CloudBackupAWS",
        "CloudBackupGoogle",
        "WindowsAgentBackupWorkstationPolicy",
        "LinuxAgentBackupWorkstationPolicy",
        "WindowsAgentBackupServerPolicy",
        "LinuxAgentBackupServerPolicy",
    ),
    "1.3-rev2": ("NutanixAHVBackupJob", "ProxmoxBackupJob", "IrisBackup", "WindowsAgentBackupFailoverCluster"),
}


def can_be_asked_by_type(path: str, failure: RestError) -> bool:
    return path in TYPED_LISTS and failure.status == HTTPStatus.INTERNAL_SERVER_ERROR


def rows_by_type(ask: Callable[[str], list[Row]], revision: str, whole: RestError) -> tuple[list[Row], list[str]]:
    """The rows of all types that the server lists, and the types that it does not list.

    `ask` gets the rows of a type. Raises `whole`, why the whole list failed, if the jobs of vSphere cannot be listed
    either. A server can answer one of their words with none of the jobs that it has by the other: where either fails,
    as opposed to being refused as unknown, nobody can tell which.
    """
    found: dict[object, Row] = {}
    unread: list[str] = []
    unknown: set[str] = set()
    for job_type in (each for since, types in JOB_TYPES.items() if rank(since) <= rank(revision) for each in types):
        try:
            found.update((row.get("id"), row) for row in ask(job_type))
        except Rejected:
            # A word that the revision does not have; there are no jobs of this type then.
            unknown.add(job_type)
        except ServerFault:
            unread.append(job_type)
    if set(VSPHERE_TYPES) & set(unread) or set(VSPHERE_TYPES) <= unknown:
        raise whole
    return list(found.values()), unread


def without_a_word(revision: str) -> list[str]:
    """The types that a later revision has, and that this one cannot be asked for."""
    return [each for since, types in JOB_TYPES.items() if rank(since) > rank(revision) for each in types]
