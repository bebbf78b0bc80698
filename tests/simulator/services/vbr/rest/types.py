# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types of jobs that automation does not move: since when they exist, and what a new one must have.

`name<revision` is required before that revision, `name>revision` since it, `name=revision` in it alone. The path of a
field counts only where what it stands in is there. (Written from the vendor's files.)
"""

from __future__ import annotations

from dataclasses import dataclass

from ..revisions import older
from ..shapes.rules import Body, places

REV0, REV1, REV2 = "1.3-rev0", "1.3-rev1", "1.3-rev2"


@dataclass(frozen=True)
class Type:
    """A type of a kind: created since a revision (`""`: only listed since `seen`), with required fields."""

    since: str
    required: str = ""
    workload: str = "Vm"
    seen: str = ""

    @property
    def listed(self) -> str:
        return self.seen or self.since

    def needs(self, revision: str) -> tuple[str, ...]:
        """The paths that a new object must have."""
        return tuple(filter(None, (_needed(word, revision) for word in self.required.split())))


def _needed(word: str, revision: str) -> str:
    if "=" in word:
        path, _mark, when = word.partition("=")
        return path if revision == when else ""
    for mark, meant in (("<", True), (">", False)):
        path, found, when = word.partition(mark)
        if found:
            return path if older(revision, when) == meant else ""
    return word


def missing(model: Body, paths: tuple[str, ...]) -> list[str]:
    """Which of these fields are not there, though what they stand in is."""
    lacking = []
    for path in paths:
        parent, _dot, name = path.rpartition(".")
        holders = [container[key] for container, key in places(model, parent)] if parent else [model]
        if any(isinstance(each, dict) and each.get(name) is None for each in holders):
            lacking.append(path)
    return lacking


_SCHEDULE = "schedule.runAutomatically schedule.afterThisJob.isEnabled schedule.daily.isEnabled"
_VMS = f"""description virtualMachines<{REV2} virtualMachines.includes<{REV2} storage.backupRepositoryId
    storage.backupProxies storage.retentionPolicy storage.advancedSettings.backupModeType
    guestProcessing.appAwareProcessing guestProcessing.guestFSIndexing {_SCHEDULE}"""
_AGENT = f"description backupMode storage.retentionPolicy.type storage.retentionPolicy.quantity {_SCHEDULE}"
_POLICY = f"description backupMode storage storage.destination storage.destination.destinationType {_SCHEDULE}"
_FILES = f"objects backupRepository<{REV2} archiveRepository.archiveRetentionPolicy.type {_SCHEDULE}"
_COPY = f"retentionPolicy.type>{REV1} retentionPolicy.quantity>{REV1}"
TYPES: dict[str, Type] = {
    "VSphereReplica": Type(
        "1.2-rev1",
        f"description virtualMachines virtualMachines.includes destination destination.host "
        f"destination.resourcePool<{REV0} destination.folder<{REV0} destination.datastore<{REV0} "
        f"jobSettings.metadataRepositoryId jobSettings.replicaNameSuffix jobSettings.restorePointsToKeep {_SCHEDULE}",
    ),
    "CloudDirectorBackup": Type("1.2-rev1", _VMS),
    "HyperVBackup": Type(REV0, _VMS),
    "EntraIDTenantBackup": Type("1.2-rev1", f"description storage storage.tenantId {_SCHEDULE}", "Application"),
    "EntraIDAuditLogBackup": Type(
        "1.2-rev1", f"description tenant tenant.tenantId storage={REV1} {_SCHEDULE}", "Application"
    ),
    "EntraIDTenantBackupCopy": Type(REV0, f"primaryJobId backupRepositoryId {_COPY}", "Application"),
    "FileBackupCopy": Type("1.2-rev1", f"primaryJobId<{REV2} backupRepositoryId {_COPY}", "File"),
    "BackupCopy": Type(
        REV0,
        "description mode sourceObjects sourceObjects.includes target target.backupRepositoryId "
        "target.retentionPolicy.type target.retentionPolicy.quantity schedule.type schedule.afterThisJob.isEnabled",
    ),
    "WindowsAgentBackup": Type(REV0, f"computers {_AGENT}", "Server"),
    "LinuxAgentBackup": Type(REV0, f"computers {_AGENT}", "Server"),
    "WindowsAgentBackupFailoverCluster": Type(REV2, f"computers {_AGENT}", "Server"),
    "WindowsAgentBackupWorkstationPolicy": Type(REV1, _POLICY, "Workstation"),
    "LinuxAgentBackupWorkstationPolicy": Type(REV1, _POLICY, "Workstation"),
    "WindowsAgentBackupServerPolicy": Type(REV1, _POLICY, "Server"),
    "LinuxAgentBackupServerPolicy": Type(REV1, _POLICY, "Server"),
    "FileBackup": Type(REV1, f"{_FILES} objects[].fileServerId objects[].type>{REV2}", "File"),
    "ObjectStorageBackup": Type(REV1, f"{_FILES} objects[].objectStorageServerId objects[].type>{REV2}", "File"),
    "SureBackupContentScan": Type(REV1, f"verificationOptions linkedJobs<{REV2} linkedJobs.includes"),
    "IrisBackup": Type(REV2, "description sources sources[].entityId", "Application"),
    "Unknown": Type("", seen=REV0),
    "LegacyBackupCopy": Type("", seen=REV0),
    "CloudBackupAzure": Type("", "", "CloudVm", REV1),
    "CloudBackupAWS": Type("", "", "CloudVm", REV1),
    "CloudBackupGoogle": Type("", "", "CloudVm", REV1),
    "NutanixAHVBackupJob": Type("", seen=REV2),
    "ProxmoxBackupJob": Type("", seen=REV2),
}
