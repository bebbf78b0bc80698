# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains: the backups or replicas that a job has, and by which call or clicks a moved job goes on with them. Pure.

A job on another server knows nothing of what the old one has made: its first run is a full backup, unless it is given
its chain. Sources: facts/vbr_beyond_automation.md 0.3, 2.3, 5; facts/updates.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..._core.shape import STRING, Shape
from ..revisions import rank

# The ways to go on with a chain, as the option of a cutover names them.
SOURCE_BACKUP, REPLICA_MAPPING = "source_backup", "replica_mapping"
MOVE, ATTACH_BACKUP = "move", "attach_backup"
WAYS = (SOURCE_BACKUP, REPLICA_MAPPING, MOVE, ATTACH_BACKUP)
REPLICA = "VSphereReplica"
# Where a job says with which backup it goes on.
IN_STORAGE, IN_REPOSITORY = ("storage", "sourceBackupId"), ("backupRepository", "sourceBackupId")
# The step of the console's wizard at which a job is mapped to its chain, by hand.
STORAGE, TARGET, PRIMARY = "Storage", "Target", "Backup Repository"
SHAPE: Shape = [dict.fromkeys(("name", "type", "repository", "platform"), STRING)]


@dataclass(frozen=True)
class Chain:
    """What a job has made: backups of the type of its job in a repository, or replicas, which are in none.

    `id` is that of one server, and in no bundle.
    """

    name: str
    type: str = ""
    repository: str = ""
    platform: str = ""
    id: str = ""

    def as_dict(self) -> dict[str, str]:
        """What a bundle says of it."""
        return {"name": self.name, "type": self.type, "repository": self.repository, "platform": self.platform}


@dataclass(frozen=True)
class Way:
    """By which call a job goes on with a chain, since which revision, and where the job itself says so."""

    name: str
    since: str
    place: tuple[str, ...] = ()


@dataclass(frozen=True)
class Adoption:
    """How a job goes on with what it has on the source, and the name of the repository of the target where that is."""

    way: Way
    chains: tuple[Chain, ...]
    repository: str = ""


_AGENT = Way(SOURCE_BACKUP, "1.3-rev0", IN_STORAGE)
_FILES = Way(SOURCE_BACKUP, "1.3-rev1", IN_REPOSITORY)
_MOVED = Way(MOVE, "1.3-rev2")
_ATTACHED = Way(ATTACH_BACKUP, "1.3-rev2")
_POLICIES = tuple(
    f"{system}AgentBackup{kind}Policy" for system in ("Windows", "Linux") for kind in ("Workstation", "Server")
)
# Of the types that are not here no call of any revision maps a job to a chain.
_WAYS: Mapping[str, Way] = {
    **dict.fromkeys(("WindowsAgentBackup", "LinuxAgentBackup", "EntraIDTenantBackup"), _AGENT),
    **dict.fromkeys(("WindowsAgentBackupFailoverCluster", "IrisBackup"), Way(SOURCE_BACKUP, "1.3-rev2", IN_STORAGE)),
    "EntraIDAuditLogBackup": Way(SOURCE_BACKUP, "1.2-rev1", IN_STORAGE),
    **dict.fromkeys(("FileBackup", "ObjectStorageBackup"), _FILES),
    REPLICA: Way(REPLICA_MAPPING, "1.2-rev1", ("seeding", "replicaMapping")),
    **dict.fromkeys(("VSphereBackup", "HyperVBackup", "CloudDirectorBackup", "BackupCopy"), _MOVED),
    **dict.fromkeys(_POLICIES, _ATTACHED),
}
_STEPS: Mapping[str, str] = {
    "BackupCopy": TARGET,
    **dict.fromkeys(("FileBackup", "ObjectStorageBackup"), PRIMARY),
}
DETECT = (
    "In the console of the target, before it runs: Home, Jobs, the job, Edit; at Name tick Replica seeding, at Seeding "
    "tick Map replicas to existing VMs, and Detect. The job skips a machine that is not mapped then."
)
AGENTS_GO_ON = (
    "In the console of the target: Home, Jobs, the policy, Apply configuration; and see at its first run whether each "
    "agent goes on with its chain."
)


def way_of(job_type: str, revision: str) -> Way | None:
    """How a job of a type can go on with its chain on a server that speaks a revision; None if no call does it."""
    way = _WAYS.get(job_type)
    return way if way and rank(way.since) <= rank(revision) else None


def clicks(job_type: str) -> str:
    """How an administrator maps a job to its chain by hand."""
    if job_type == REPLICA:
        return DETECT
    if job_type in _POLICIES:
        return AGENTS_GO_ON
    step = _STEPS.get(job_type, STORAGE)
    return (
        "In the console of the target, before it runs: Backup Infrastructure, Backup Repositories, the repository, "
        f"Rescan; then Home, Jobs, the job, Edit, and at {step} Map backup."
    )
