# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vSphere backup jobs (facts/vbr.md 3.9, seed 001)."""

from __future__ import annotations

from typing import Any

from ..._core.operation import Params
from ..resource.schema import Field, Flag, Ref, Resource, Toggle
from .inventory import fill, inventory_object
from .references import ACCOUNT, BACKUP_TARGET

TAG_WAVE = "1.1-rev0"
CASE_WAVE = "1.3-rev0"
JOBS = "/api/v1/jobs"
ENCRYPTION = "storage.advancedSettings.storageData.encryption"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# What the product itself keeps of a new job.
RETENTION_DAYS = 7

PROXY = Ref("/api/v1/backupInfrastructure/proxies", "backup proxy")
GUEST_ACCOUNT = Ref(
    ACCOUNT.path,
    ACCOUNT.what,
    ACCOUNT.by,
    parts={
        "id": Field(wire="credentialsId", formerly={TAG_WAVE: "credsId"}),
        "type": Field(wire="credentialsType", formerly={TAG_WAVE: "credsType"}),
    },
)
# A job has the id of its password and the unique id too: both are sent, so that they never contradict each other.
ENCRYPTION_PASSWORD = Ref(
    "/api/v1/encryptionPasswords",
    "encryption password",
    by=("hint", "uniqueId", "tag"),
    parts={
        "id": Field(wire="encryptionPasswordId", formerly={TAG_WAVE: "encryptionPasswordIdOrNull"}),
        "uniqueId": Field(wire="encryptionPasswordUniqueId", since="1.2-rev1"),
        "tag": Field(wire="encryptionPasswordTag", until=TAG_WAVE),
    },
)
EARLIER_JOB = Ref(JOBS, "job", gives="name")


def _switched() -> Field:
    """Whether something is on; whoever describes it in a new job wants it on."""
    return Field(type="bool", wire="isEnabled", initial=True)


def _time() -> Field:
    return Field(wire="localTime", twelve_until=TAG_WAVE)


def _days(**other: Any) -> Field:
    return Field(choices=DAYS, lower_until=CASE_WAVE, **other)


def _mode(params: Params) -> str | None:
    """A new job that says anything about its storage has to say this too."""
    return "Incremental" if params.get("encryption_password_hint") else None


VIRTUAL_MACHINES = {
    "includes": Field(type="list", elements="dict", options=inventory_object(wrapped=True), unordered=True),
    "excludes": Field(
        type="dict",
        options={
            "vms": Field(type="list", elements="dict", options=inventory_object(wrapped=True), unordered=True),
            "disks": Field(
                type="list",
                elements="dict",
                unordered=True,
                options={
                    "vm_object": Field(type="dict", required=True, options=inventory_object()),
                    "disks_to_process": Field(default="AllDisks", choices=("AllDisks", "SystemOnly", "SelectedDisks")),
                    "disks": Field(type="list", elements="str", default=[], unordered=True),
                    "remove_from_vm_configuration": Field(type="bool", wire="removeFromVMConfiguration"),
                },
            ),
            "templates": Field(
                type="dict",
                options={"enabled": _switched(), "exclude_from_incremental": Field(type="bool")},
            ),
        },
    ),
}
SCHEDULE = {
    # A job that nobody has asked to run by itself does not.
    "run_automatically": Field(type="bool", initial=False),
    "daily": Field(
        type="dict",
        options={
            "enabled": _switched(),
            "time": _time(),
            "kind": Field(wire="dailyKind", choices=("Everyday", "WeekDays", "SelectedDays")),
            "days": _days(type="list", elements="str", unordered=True),
        },
    ),
    "monthly": Field(
        type="dict",
        options={
            "enabled": _switched(),
            "time": _time(),
            "day_of_week": _days(),
            "day_number": Field(
                wire="dayNumberInMonth", choices=("First", "Second", "Third", "Fourth", "Last", "OnDay")
            ),
            "day_of_month": Field(type="int"),
            "last_day": Field(type="bool", wire="isLastDayOfMonth", since="1.3-rev0"),
            "months": Field(type="list", elements="str", choices=MONTHS, unordered=True),
        },
    ),
    "periodically": Field(
        type="dict",
        options={
            "enabled": _switched(),
            "kind": Field(wire="periodicallyKind", choices=("Days", "Hours", "Minutes", "Seconds")),
            "frequency": Field(type="int"),
        },
    ),
    "continuously": Field(type="bool", wire="continuously.isEnabled"),
    "after_job": Field(
        wire="afterThisJob.jobName", ref=EARLIER_JOB, flag=Flag(Field(wire="afterThisJob.isEnabled"), given=True)
    ),
    "retry": Field(
        type="dict",
        options={
            "enabled": _switched(),
            "count": Field(type="int", wire="retryCount"),
            "wait_minutes": Field(type="int", wire="awaitMinutes"),
        },
    ),
}

JOB = Resource(
    what="job",
    path=JOBS,
    name_filter=("nameFilter", "name"),
    fields={
        "name": Field(required=True, key=True),
        "type": Field(
            default="VSphereBackup",
            choices=("VSphereBackup",),
            birth=True,
            spellings={"1.2-rev1": {"VSphereBackup": "Backup"}},
        ),
        "description": Field(initial=""),
        "high_priority": Field(type="bool", wire="isHighPriority", initial=False),
        "virtual_machines": Field(type="dict", options=VIRTUAL_MACHINES, needed=True),
        "repository": Field(wire="storage.backupRepositoryId", ref=BACKUP_TARGET, needed=True),
        "proxies": Field(
            type="list",
            elements="str",
            wire="storage.backupProxies.proxyIds",
            ref=PROXY,
            unordered=True,
            initial=[],
            flag=Flag(
                Field(
                    wire="storage.backupProxies.autoSelectEnabled",
                    formerly={TAG_WAVE: "storage.backupProxies.autoSelection"},
                ),
                given=False,
            ),
        ),
        "retention": Field(
            type="dict",
            wire="storage.retentionPolicy",
            initial={},
            options={
                "type": Field(choices=("Days", "RestorePoints"), initial="Days"),
                "quantity": Field(type="int", initial=RETENTION_DAYS),
            },
        ),
        "backup_mode": Field(
            wire="storage.advancedSettings.backupModeType",
            choices=("Full", "Incremental", "ReverseIncremental", "Transform", "TransformForeverIncremental"),
            spellings={TAG_WAVE: {"Transform": "Transofrm"}},
            initial=_mode,
        ),
        "encryption_password_hint": Field(
            wire=ENCRYPTION, ref=ENCRYPTION_PASSWORD, flag=Flag(Field(wire=f"{ENCRYPTION}.isEnabled"), given=True)
        ),
        "application_aware_processing": Field(
            type="bool", wire="guestProcessing.appAwareProcessing.isEnabled", initial=False
        ),
        "guest_indexing": Field(type="bool", wire="guestProcessing.guestFSIndexing.isEnabled", initial=False),
        "guest_credentials": Field(
            wire="guestProcessing.guestCredentials.credentials",
            formerly={"1.2-rev1": "guestProcessing.guestCredentials"},
            ref=GUEST_ACCOUNT,
            flag=Flag(
                Field(wire="guestProcessing.guestCredentials.useAgentManagementCredentials", since="1.3-rev0"),
                given=False,
            ),
        ),
        "schedule": Field(type="dict", options=SCHEDULE, initial={}),
        "settings": Field(type="dict"),
    },
    toggle=Toggle("isDisabled", when_true="disable", when_false="enable"),
    states={"enabled": False, "disabled": True},
    fill=fill,
)
