# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of the other entities: root, logon sessions, backup servers, repositories, backups, tasks, queries."""

from __future__ import annotations

from .common import ENTITY, LINKS, list_of, query_result
from .description import Attribute, Scalar, Shape, attributes, one, row
from .job import JOBS

VERSION = Shape("SupportedVersion", attributes("Name"), (LINKS,))
ROOT = Shape(
    "EnterpriseManager",
    (),
    (
        LINKS,
        one("SupportedVersions", Shape("SupportedVersions", (), (row("SupportedVersions", VERSION.tag, VERSION),))),
    ),
)

LOGON = Shape("LogonSession", attributes("Type", "Href"), (LINKS, one("UserName"), one("SessionId")))
LOGONS = list_of("LogonSessions", LOGON)

BACKUP_SERVER = Shape(
    "BackupServer",
    ENTITY,
    (
        LINKS,
        one("Description"),
        one("Port", Scalar.NUMBER),
        one("Version"),
        one("WcfPort", Scalar.NUMBER),
        one("VbrCertificateThumbprint"),
    ),
)
BACKUP_SERVERS = list_of("BackupServers", BACKUP_SERVER)

REPOSITORY = Shape(
    "Repository",
    ENTITY,
    (LINKS, one("Capacity", Scalar.NUMBER), one("FreeSpace", Scalar.NUMBER), one("Kind")),
)
REPOSITORIES = list_of("Repositories", REPOSITORY)

BACKUP = Shape("Backup", ENTITY, (LINKS, one("Platform"), one("BackupType")))
BACKUPS = list_of("Backups", BACKUP)

RESULT = Shape("Result", (Attribute("Success", Scalar.FLAG),), (one("Message"),))
TASK = Shape(
    "Task",
    attributes("Type", "Href"),
    (LINKS, one("TaskId"), one("State"), one("Operation"), one("Result", RESULT)),
)
TASKS = list_of("Tasks", TASK)

QUERY = query_result((BACKUP_SERVERS, REPOSITORIES, JOBS, BACKUPS))
