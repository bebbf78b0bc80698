# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entities and operations of Enterprise Manager as its documents and captures show them: tables for `contract.em`.

No schema of the service is published, so this one is our own, from facts/em.md. It does not use the simulator's
descriptions: an error there must not be repeated here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NAMESPACE = "http://www.veeam.com/ent/v1.0"

# Element -> its attributes and its children in order. `?` may be absent, `*` is a list whose elements stand among the
# others. An element that is not here is a text without attributes.
_TABLE = {
    "EnterpriseManager": ("", "Links SupportedVersions"),
    "SupportedVersions": ("", "SupportedVersion*"),
    "SupportedVersion": ("Name", "Links"),
    "LogonSessions": ("", "LogonSession*"),
    "LogonSession": ("Type Href", "Links UserName SessionId"),
    "Link": ("Rel Type? Href Name?", ""),
    "EntityReferences": ("", "Ref*"),
    "Refs": ("", "Ref*"),
    "Ref": ("Type Href Name UID", "Links"),
    "EntityRef": ("Type Href Name UID", "Links"),
    "QueryResult": ("", "Refs? Entities? Resources? Links? PagingInfo?"),
    "Entities": ("", "BackupServers? Repositories? Jobs? Backups?"),
    "PagingInfo": ("PageNum PageSize PagesCount", "Links"),
    "BackupServers": ("", "BackupServer*"),
    "BackupServer": ("Type Href Name UID", "Links Description Port Version WcfPort VbrCertificateThumbprint"),
    "Repositories": ("", "Repository*"),
    "Repository": ("Type Href Name UID", "Links Capacity FreeSpace Kind"),
    "Backups": ("", "Backup*"),
    "Backup": ("Type Href Name UID", "Links Platform? BackupType"),
    "Jobs": ("", "Job*"),
    "Job": (
        "Type Href Name UID",
        "Links JobType Platform Description ScheduleConfigured ScheduleEnabled NextRun? JobScheduleOptions JobInfo",
    ),
    "JobScheduleOptions": ("", "Standart? ImmediateCopyMode?"),
    "Standart": (
        "",
        "RetryOptions? WaitForBackupCompletion? OptionsDaily? OptionsPeriodically? OptionsContinuous?",
    ),
    "ImmediateCopyMode": ("", "OptionsContinuous?"),
    "RetryOptions": ("", "RetryTimes RetryTimeout RetrySpecified"),
    "OptionsDaily": ("Enabled", "Kind Days* Time TimeOffsetUtc"),
    "OptionsPeriodically": ("Enabled", "Kind FullPeriod Schedule"),
    "OptionsContinuous": ("Enabled", "Schedule"),
    "Schedule": ("", "Day*"),
    "Day": ("Name", ""),
    "JobInfo": (
        "",
        "BackupJobInfo? FileCopyJobInfo? ReplicaJobInfo? BackupCopyJobInfo? ImmediateBackupCopyJobInfo?",
    ),
    "BackupJobInfo": ("", "Includes SimpleRetentionPolicy?"),
    "SimpleRetentionPolicy": ("", "RetainCycles"),
    "ReplicaJobInfo": ("", "Includes"),
    "BackupCopyJobInfo": ("", "Includes LinkedJobIncludes"),
    "ImmediateBackupCopyJobInfo": ("", "LinkedJobIncludes"),
    "Includes": ("", "ObjectInJob*"),
    "ObjectInJob": ("Type Href?", "Links ObjectInJobId HierarchyObjRef Name DisplayName Order"),
    "LinkedJobIncludes": ("", "LinkedJobObject*"),
    "LinkedJobObject": ("", "ObjectInJobId LinkedJobUid"),
    "Tasks": ("", "Task*"),
    "Task": ("Type Href", "Links TaskId State Operation Result?"),
    "Result": ("Success", "Message"),
    "Error": ("Message StatusCode Status?", "FirstChanceExceptionMessage? StackTrace?"),
    "JobCloneSpec": (
        "",
        "BackupJobCloneInfo? ReplicaJobCloneInfo? BackupCopyJobCloneInfo? ImmediateBackupCopyJobCloneInfo?",
    ),
    # The order of each variant is that of seed 004; only the name may be alone among the optional ones.
    "BackupJobCloneInfo": ("", "JobName FolderName RepositoryUid Description?"),
    "ReplicaJobCloneInfo": ("", "JobName VmSuffix Description?"),
    "BackupCopyJobCloneInfo": ("", "JobName JobFileName RepositoryUid Description?"),
    "ImmediateBackupCopyJobCloneInfo": ("", "JobName Description? RepositoryUid JobFileName"),
}
# Elements with exactly one child.
CHOICES = ("JobInfo", "JobScheduleOptions", "JobCloneSpec")
# Element -> the JSON name of a list of it.
PLURALS = {
    "Ref": "Refs",
    "SupportedVersion": "SupportedVersions",
    "LogonSession": "LogonSessions",
    "BackupServer": "BackupServers",
    "Repository": "Repositories",
    "Backup": "Backups",
    "Job": "Jobs",
    "Task": "Tasks",
    "Day": "Days",
    "Days": "Days",
    "ObjectInJob": "ObjectInJobs",
    "LinkedJobObject": "LinkedJobObjects",
}
FLAGS = {"ScheduleConfigured", "ScheduleEnabled", "Enabled", "Success", "RetrySpecified", "WaitForBackupCompletion"}
NUMBERS = {
    *("PageNum", "PageSize", "PagesCount", "StatusCode", "Port", "WcfPort", "Capacity", "FreeSpace"),
    *("RetryTimes", "RetryTimeout", "FullPeriod", "RetainCycles", "Order"),
}
# The values of an element, where a source lists all of them.
VALUES = {
    "JobType": {"Backup", "BackupCopy", "ImmediateBackupCopy", "Replica"},
    "State": {"Running", "OperationFinished", "Finished"},
    "Operation": {"CloneJob", "StartJob", "StopJob", "RetryJob", "StartJobSync", "UpdateJob", "EditJob", "DeleteJob"},
}
PATTERNS = {
    "UID": re.compile(r"urn:veeam:[A-Za-z]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "TaskId": re.compile(r"task-\d+"),
    "SessionId": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "NextRun": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
}


@dataclass(frozen=True)
class Child:
    """A child of an element, from the table; `key` is its key in JSON."""

    element: str
    optional: bool
    many: bool

    @property
    def key(self) -> str:
        return PLURALS[self.element] if self.many else self.element


@dataclass(frozen=True)
class Entity:
    """An element: attributes (True: required) and children in order."""

    attributes: dict[str, bool]
    children: tuple[Child, ...]


def _child(word: str) -> Child:
    return Child(word.rstrip("?*"), optional=word[-1] in "?*", many=word.endswith("*"))


ENTITIES = {
    name: Entity(
        {word.rstrip("?"): not word.endswith("?") for word in attributes.split()},
        tuple(_child(word) for word in children.split()),
    )
    for name, (attributes, children) in _TABLE.items()
}

_GUID = r"[^/]+"
_SINGLE = {"backupServers": "BackupServer", "repositories": "Repository", "jobs": "Job", "backups": "Backup"}
_PLURAL = {"backupServers": "BackupServers", "repositories": "Repositories", "jobs": "Jobs", "backups": "Backups"}
# Method and path, the status of success, and the element that answers: without, and with `format=Entity`.
_OPERATIONS = (
    ("GET", r"/api/?", 200, "EnterpriseManager", ""),
    ("POST", r"/api/sessionMngr/?", 201, "LogonSession", ""),
    ("GET", r"/api/logonSessions", 200, "LogonSessions", ""),
    ("GET", rf"/api/logonSessions/{_GUID}", 200, "LogonSession", ""),
    ("DELETE", rf"/api/logonSessions/{_GUID}", 204, "", ""),
    *(("GET", rf"/api/{path}", 200, "EntityReferences", _PLURAL[path]) for path in _SINGLE),
    *(("GET", rf"/api/{path}/{_GUID}", 200, "EntityRef", _SINGLE[path]) for path in _SINGLE),
    *(
        ("GET", rf"/api/backupServers/{_GUID}/{path}", 200, "EntityReferences", _PLURAL[path])
        for path in ("jobs", "repositories")
    ),
    ("GET", r"/api/query", 200, "QueryResult", ""),
    ("POST", rf"/api/jobs/{_GUID}", 202, "Task", ""),
    ("PUT", rf"/api/jobs/{_GUID}", 202, "Task", ""),
    ("DELETE", rf"/api/jobs/{_GUID}", 202, "Task", ""),
    ("GET", r"/api/tasks", 200, "Tasks", ""),
    ("GET", rf"/api/tasks/{_GUID}", 200, "Task", ""),
    ("DELETE", rf"/api/tasks/{_GUID}", 204, "", ""),
)
OPERATIONS = tuple(
    (method, re.compile(path), status, root, entity) for method, path, status, root, entity in _OPERATIONS
)


def answered_with(method: str, path: str, entity: bool) -> tuple[int, str] | None:
    """Status and root element of the answer to a request; None for an unknown request."""
    for known, pattern, status, root, alternative in OPERATIONS:
        if known == method and pattern.fullmatch(path):
            return status, alternative if entity and alternative else root
    return None
