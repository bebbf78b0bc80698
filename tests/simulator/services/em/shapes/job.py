# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of a job and its schedule, and of what a client sends to clone or edit a job."""

from __future__ import annotations

from .common import ENTITY, LINKS, list_of
from .description import Attribute, Child, Scalar, Shape, attributes, one, row

ENABLED = (Attribute("Enabled", Scalar.FLAG),)
DAY = Shape("Day", attributes("Name"), text="Value")
WEEK = Shape("Schedule", (), (row("Days", "Day", DAY),))
RETRY = Shape(
    "RetryOptions",
    (),
    (one("RetryTimes", Scalar.NUMBER), one("RetryTimeout", Scalar.NUMBER), one("RetrySpecified", Scalar.FLAG)),
)
DAILY = Shape("OptionsDaily", ENABLED, (one("Kind"), row("Days", "Days"), one("Time"), one("TimeOffsetUtc")))
PERIODICALLY = Shape(
    "OptionsPeriodically", ENABLED, (one("Kind"), one("FullPeriod", Scalar.NUMBER), one("Schedule", WEEK))
)
CONTINUOUS = Shape("OptionsContinuous", ENABLED, (one("Schedule", WEEK),))
# `Standart` is how the service writes it.
STANDARD = Shape(
    "Standart",
    (),
    (
        one("RetryOptions", RETRY),
        one("WaitForBackupCompletion", Scalar.FLAG),
        one("OptionsDaily", DAILY),
        one("OptionsPeriodically", PERIODICALLY),
        one("OptionsContinuous", CONTINUOUS),
    ),
)
IMMEDIATE = Shape("ImmediateCopyMode", (), (one("OptionsContinuous", CONTINUOUS),))
SCHEDULE = Shape(
    "JobScheduleOptions", (), (one("Standart", STANDARD, null=True), one("ImmediateCopyMode", IMMEDIATE, null=True))
)

OBJECT_IN_JOB = Shape(
    "ObjectInJob",
    attributes("Type", "Href"),
    (
        LINKS,
        one("ObjectInJobId"),
        one("HierarchyObjRef"),
        one("Name"),
        one("DisplayName"),
        one("Order", Scalar.NUMBER),
    ),
)
INCLUDES = one("Includes", Shape("Includes", (), (row("ObjectInJobs", "ObjectInJob", OBJECT_IN_JOB),)))
RETENTION = Shape("SimpleRetentionPolicy", (), (one("RetainCycles", Scalar.NUMBER),))
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
        one("ScheduleConfigured", Scalar.FLAG),
        one("ScheduleEnabled", Scalar.FLAG),
        one("NextRun"),
        one("JobScheduleOptions", SCHEDULE),
        one("JobInfo", INFO),
    ),
)
JOBS = list_of("Jobs", JOB)

NAME, DESCRIPTION = one("JobName", required=True), one("Description")
REPOSITORY, FILE = one("RepositoryUid", required=True), one("JobFileName", required=True)
FOLDER, SUFFIX = one("FolderName", required=True), one("VmSuffix", required=True)
# The children of each variant, in the order of the vendor's examples (facts/em.md 6).
ORDERS: dict[str, tuple[Child, ...]] = {
    "BackupJobCloneInfo": (NAME, FOLDER, REPOSITORY, DESCRIPTION),
    "ReplicaJobCloneInfo": (NAME, SUFFIX, DESCRIPTION),
    "BackupCopyJobCloneInfo": (NAME, FILE, REPOSITORY, DESCRIPTION),
    "ImmediateBackupCopyJobCloneInfo": (NAME, DESCRIPTION, REPOSITORY, FILE),
}
CLONE = Shape("JobCloneSpec", (), tuple(one(name, Shape(name, (), children)) for name, children in ORDERS.items()))
# Type of job -> the variant that clones it.
VARIANTS = {
    "Backup": "BackupJobCloneInfo",
    "Replica": "ReplicaJobCloneInfo",
    "BackupCopy": "BackupCopyJobCloneInfo",
    "ImmediateBackupCopy": "ImmediateBackupCopyJobCloneInfo",
}
INFO_OF = {job_type: variant.replace("CloneInfo", "Info") for job_type, variant in VARIANTS.items()}
