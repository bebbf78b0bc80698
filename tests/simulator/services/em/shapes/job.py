# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job, and what a client sends to clone one or to edit it."""

from __future__ import annotations

from .common import ENTITY, LINKS, list_of
from .description import Kind, Part, Shape, attributes, one, row
from .schedule import SCHEDULE

OBJECT_IN_JOB = Shape(
    "ObjectInJob",
    attributes("Type", "Href"),
    (
        LINKS,
        one("ObjectInJobId"),
        one("HierarchyObjRef"),
        one("Name"),
        one("DisplayName"),
        one("Order", Kind.NUMBER),
    ),
)
INCLUDES = one("Includes", Shape("Includes", (), (row("ObjectInJobs", "ObjectInJob", OBJECT_IN_JOB),)))
RETENTION = Shape("SimpleRetentionPolicy", (), (one("RetainCycles", Kind.NUMBER),))
LINKED_JOB = Shape("LinkedJobObject", (), (one("ObjectInJobId"), one("LinkedJobUid")))
LINKED_JOBS = one(
    "LinkedJobIncludes", Shape("LinkedJobIncludes", (), (row("LinkedJobObjects", "LinkedJobObject", LINKED_JOB),))
)
BACKUP_INFO = Shape("BackupJobInfo", (), (INCLUDES, one("SimpleRetentionPolicy", RETENTION)))
REPLICA_INFO = Shape("ReplicaJobInfo", (), (INCLUDES,))
COPY_INFO = Shape("BackupCopyJobInfo", (), (INCLUDES, LINKED_JOBS))
IMMEDIATE_INFO = Shape("ImmediateBackupCopyJobInfo", (), (LINKED_JOBS,))
INFOS = (BACKUP_INFO, Shape("FileCopyJobInfo"), REPLICA_INFO, COPY_INFO, IMMEDIATE_INFO)
INFO = Shape("JobInfo", (), tuple(one(info.tag, info, null=True) for info in INFOS))

JOB = Shape(
    "Job",
    ENTITY,
    (
        LINKS,
        one("JobType"),
        one("Platform"),
        one("Description"),
        one("ScheduleConfigured", Kind.FLAG),
        one("ScheduleEnabled", Kind.FLAG),
        one("NextRun"),
        one("JobScheduleOptions", SCHEDULE),
        one("JobInfo", INFO),
    ),
)
JOBS = list_of("Jobs", JOB)

NAME, DESCRIPTION = one("JobName", required=True), one("Description")
REPOSITORY, FILE = one("RepositoryUid", required=True), one("JobFileName", required=True)
FOLDER, SUFFIX = one("FolderName", required=True), one("VmSuffix", required=True)
# The order of each variant as the vendor's examples have it (facts/em.md 6).
ORDERS: dict[str, tuple[Part, ...]] = {
    "BackupJobCloneInfo": (NAME, FOLDER, REPOSITORY, DESCRIPTION),
    "ReplicaJobCloneInfo": (NAME, SUFFIX, DESCRIPTION),
    "BackupCopyJobCloneInfo": (NAME, FILE, REPOSITORY, DESCRIPTION),
    "ImmediateBackupCopyJobCloneInfo": (NAME, DESCRIPTION, REPOSITORY, FILE),
}
CLONE = Shape("JobCloneSpec", (), tuple(one(name, Shape(name, (), parts)) for name, parts in ORDERS.items()))
# The variant that fits a type of job.
VARIANTS = {
    "Backup": "BackupJobCloneInfo",
    "Replica": "ReplicaJobCloneInfo",
    "BackupCopy": "BackupCopyJobCloneInfo",
    "ImmediateBackupCopy": "ImmediateBackupCopyJobCloneInfo",
}
INFO_OF = {job_type: variant.replace("CloneInfo", "Info") for job_type, variant in VARIANTS.items()}
