# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The structures of the recovery services, field by field, with the release that brought each (facts/vcsa.md 2)."""

from __future__ import annotations

from .vapi.errors import MESSAGE
from .vapi.types import BOOLEAN, INTEGER, SECRET, STRING, TIME, URI, Enum, Field, ListOf, Structure, all_optional, maybe

RECOVERY = "com.vmware.appliance.recovery"
BACKUP = f"{RECOVERY}.backup"
JOB = f"{BACKUP}.job"
DETAILS = f"{JOB}.details"
PARTS = f"{BACKUP}.parts"
SCHEDULES = f"{BACKUP}.schedules"
SYSTEM_NAME = f"{BACKUP}.system_name"
ARCHIVE = f"{SYSTEM_NAME}.archive"
RESTORE = f"{RECOVERY}.restore"
RESTORE_JOB = f"{RESTORE}.job"
RECONCILIATION = f"{RECOVERY}.reconciliation.job"

# Releases that brought a field.
SINCE_MOUNTS = (6, 7, 2)
SINCE_FAST = (7, 0)
SINCE_FAST_SCHEDULES = (8, 0)
SINCE_STANDALONE = (8, 0, 3)

TEXTS = ListOf(STRING)
LOCATION_TYPE = Enum(
    ("FTP", "HTTP", "FTPS", "HTTPS", "SCP", "SFTP", "NFS", "SMB"), {"NFS": SINCE_MOUNTS, "SMB": SINCE_MOUNTS}
)
STATE = Enum(("FAILED", "INPROGRESS", "NONE", "SUCCEEDED"))
RETURN_STATUS = Enum(("FAIL", "WARNING", "OK"))
DAY = Enum(("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"))


def short_message(owner: str) -> Structure:
    """The message of an older service, each of which has its own structure."""
    return Structure(
        f"{owner}.localizable_message", (Field("id", STRING), Field("default_message", STRING), Field("args", TEXTS))
    )


def return_result(owner: str) -> Structure:
    messages = Field("messages", ListOf(short_message(owner)))
    return Structure(f"{owner}.return_result", (Field("status", RETURN_STATUS), messages))


def backup_request(owner: str) -> Structure:
    """The request as a structure of the service that takes it; the fields are the same for all."""
    return Structure(
        f"{owner}.backup_request",
        (
            Field("parts", TEXTS),
            maybe("backup_password", SECRET),
            Field("location_type", LOCATION_TYPE),
            Field("location", STRING),
            maybe("location_user", STRING),
            maybe("location_password", SECRET),
            maybe("comment", STRING),
            maybe("fast_backup", BOOLEAN, SINCE_FAST),
        ),
    )


JOB_STATUS = Structure(
    f"{JOB}.backup_job_status",
    (
        Field("id", STRING),
        Field("state", STATE),
        Field("messages", ListOf(short_message(JOB))),
        Field("progress", INTEGER),
        Field("start_time", TIME),
        maybe("end_time", TIME),
    ),
)

PART = Structure(
    f"{PARTS}.part",
    (
        Field("id", STRING),
        Field("name", short_message(PARTS)),
        Field("description", short_message(PARTS)),
        Field("selected_by_default", BOOLEAN),
        Field("optional", BOOLEAN),
        maybe("standalone", BOOLEAN, SINCE_STANDALONE),
    ),
)

PROGRESS = Structure(
    "com.vmware.cis.task.progress", (Field("total", INTEGER), Field("completed", INTEGER), Field("message", MESSAGE))
)
BUILD = Structure(
    f"{DETAILS}.build_info", (Field("version_name", STRING), Field("version", STRING), Field("build_number", STRING))
)
TARGET = Structure("com.vmware.vapi.std.dynamic_ID", (Field("type", STRING), Field("id", STRING)))
DETAILS_FILTER = Structure(f"{DETAILS}.filter_spec", (maybe("jobs", TEXTS),))
DETAILS_INFO = Structure(
    f"{DETAILS}.info",
    (
        Field("location", URI),
        maybe("duration", INTEGER),
        maybe("size", INTEGER),
        maybe("progress", PROGRESS),
        Field("location_user", STRING),
        Field("type", STRING),
        Field("messages", ListOf(MESSAGE)),
        maybe("build", BUILD, SINCE_MOUNTS),
        maybe("fast_backup", BOOLEAN, SINCE_FAST_SCHEDULES),
        Field("description", MESSAGE),
        Field("service", STRING),
        Field("operation", STRING),
        maybe("parent", STRING),
        maybe("target", TARGET),
        Field("status", STRING),
        Field("cancelable", BOOLEAN),
        maybe("error", STRING),
        maybe("start_time", TIME),
        maybe("end_time", TIME),
        maybe("user", STRING),
    ),
)

RECURRENCE = Structure(
    f"{SCHEDULES}.recurrence_info", (Field("minute", INTEGER), Field("hour", INTEGER), maybe("days", ListOf(DAY)))
)
RETENTION = Structure(f"{SCHEDULES}.retention_info", (Field("max_count", INTEGER),))
_WHEN = (
    maybe("recurrence_info", RECURRENCE),
    maybe("retention_info", RETENTION),
    maybe("fast_backup", BOOLEAN, SINCE_FAST_SCHEDULES),
)
_WHERE = (Field("location", URI), maybe("location_user", STRING), maybe("location_password", SECRET))
CREATE_SPEC = Structure(
    f"{SCHEDULES}.create_spec",
    (maybe("parts", TEXTS), maybe("backup_password", SECRET), *_WHERE, maybe("enable", BOOLEAN), *_WHEN),
)
UPDATE_SPEC = Structure(f"{SCHEDULES}.update_spec", all_optional(CREATE_SPEC.fields))
SCHEDULE_INFO = Structure(f"{SCHEDULES}.info", (Field("parts", TEXTS), *_WHERE[:2], Field("enable", BOOLEAN), *_WHEN))

LOCATION_SPEC = Structure(f"{BACKUP}.location_spec", _WHERE)
ARCHIVE_FILTER = Structure(
    f"{ARCHIVE}.filter_spec",
    (
        maybe("start_timestamp", TIME),
        maybe("end_timestamp", TIME),
        maybe("comment_substring", STRING),
        maybe("max_results", INTEGER),
    ),
)
ARCHIVE_SUMMARY = Structure(
    f"{ARCHIVE}.summary",
    (Field("archive", STRING), Field("timestamp", TIME), Field("version", STRING), Field("comment", STRING)),
)
ARCHIVE_INFO = Structure(
    f"{ARCHIVE}.info",
    (
        Field("timestamp", TIME),
        Field("location", URI),
        Field("parts", TEXTS),
        Field("version", STRING),
        Field("system_name", STRING),
        Field("comment", STRING),
    ),
)

RECOVERY_INFO = Structure(f"{RECOVERY}.info", (Field("supported", BOOLEAN),))
SESSION_INFO = Structure(
    "com.vmware.cis.session.info",
    (Field("user", STRING), Field("created_time", TIME), Field("last_accessed_time", TIME)),
)


_SSO = (maybe("sso_admin_user_name", STRING), maybe("sso_admin_user_password", SECRET))


def restore_request(owner: str, *more: Field) -> Structure:
    """The request as a structure of the service that takes it; the fields are the same for all."""
    return Structure(
        f"{owner}.restore_request",
        (
            maybe("parts", TEXTS, SINCE_STANDALONE),
            maybe("backup_password", SECRET),
            Field("location_type", LOCATION_TYPE),
            Field("location", STRING),
            maybe("location_user", STRING),
            maybe("location_password", SECRET),
            *_SSO,
            *more,
        ),
    )


_IGNORE = maybe("ignore_warnings", BOOLEAN)
RESTORE_REQUEST = restore_request(RESTORE)
RESTORE_JOB_REQUEST = restore_request(RESTORE_JOB, _IGNORE)
RESTORE_METADATA = Structure(
    f"{RESTORE}.metadata",
    (
        Field("timestamp", TIME),
        Field("parts", TEXTS),
        Field("version", STRING),
        Field("boxname", STRING),
        maybe("sso_login_required", BOOLEAN),
        Field("comment", STRING),
        Field("applicable", BOOLEAN),
        Field("messages", ListOf(short_message(RESTORE))),
    ),
)
RESTORE_JOB_STATUS = Structure(
    f"{RESTORE_JOB}.restore_job_status",
    (
        Field("state", STATE),
        Field("messages", ListOf(short_message(RESTORE_JOB))),
        Field("progress", INTEGER),
        maybe("parts", TEXTS, SINCE_STANDALONE),
    ),
)
RECONCILIATION_SPEC = Structure(f"{RECONCILIATION}.create_spec", (*_SSO, _IGNORE))
RECONCILIATION_INFO = Structure(
    f"{RECONCILIATION}.info",
    (
        Field("description", MESSAGE),
        Field("service", STRING),
        Field("operation", STRING),
        Field("status", Enum(("NONE", "RUNNING", "SUCCEEDED", "FAILED"))),
        Field("messages", ListOf(MESSAGE)),
        Field("progress", INTEGER),
    ),
)
