# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: those of vSphere whole, of all other types what they have in common (facts/vbr.md 3.9, seed 001)."""

from __future__ import annotations

from dataclasses import replace

from ..._core.operation import Params
from ..._core.option import FLAG, NUMBER, OBJECT, OBJECTS, REQUIRED, TEXTS, Option, choice
from ..migration.kinds import JOBS as MOVED
from ..migration.kinds import first_of_types
from ..resource.calls import Toggle
from ..resource.codecs import Enum, Owner, Ref, TimeOfDay
from ..resource.places import Part, Path, When
from ..resource.schema import CREATE_ONLY, KEY, NEEDED, Field, Flag, Resource, Variant
from ..revisions import NEW_NAMES_SINCE, OLD_NAMES_UNTIL, SMALL_LETTERS_UNTIL, VMWARE_UNTIL
from .credentials import ACCOUNT
from .encryption_password import ENCRYPTION_PASSWORDS
from .inventory import fill, inventory_object
from .managed_server import HOST
from .proxy import PROXIES, VSPHERE_PROXY
from .repository import REPOSITORIES
from .scaleout_repository import SCALE_OUT_REPOSITORIES
from .settings import SETTINGS_FIELD

JOBS = "/api/v1/jobs"
SELECTION = "storage.backupProxies"
GUEST = "guestProcessing"
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

BACKUP_TARGET = Ref(REPOSITORIES, "backup repository", also=SCALE_OUT_REPOSITORIES)
PROXY = Ref(PROXIES, "backup proxy", only={"type": VSPHERE_PROXY}, owner=Owner(HOST, ("server", "hostId")))
GUEST_ACCOUNT = replace(
    ACCOUNT,
    parts={
        "id": Part(Path("credentialsId", earlier={OLD_NAMES_UNTIL: "credsId"})),
        "type": Part(Path("credentialsType", earlier={OLD_NAMES_UNTIL: "credsType"})),
    },
)
# A job has the id of its password and the unique id too: both are sent, so that they never contradict each other.
ENCRYPTION_PASSWORD = Ref(
    ENCRYPTION_PASSWORDS,
    "encryption password",
    by=("hint", "uniqueId", "tag"),
    parts={
        "id": Part(Path("encryptionPasswordId", earlier={OLD_NAMES_UNTIL: "encryptionPasswordIdOrNull"})),
        "uniqueId": Part("encryptionPasswordUniqueId", When(since=NEW_NAMES_SINCE)),
        "tag": Part("encryptionPasswordTag", When(until=OLD_NAMES_UNTIL)),
    },
)
EARLIER_JOB = Ref(JOBS, "job", gives="name")

# Whether something is on; whoever describes it in a new job wants it on.
SWITCHED = Field(FLAG, at="isEnabled", initial=True)
TIME = Field(at="localTime", codec=TimeOfDay(twelve_hours_until=OLD_NAMES_UNTIL))
DAY = Enum(SMALL_LETTERS_UNTIL)


def _mode(params: Params) -> str | None:
    """A new job that says anything about its storage has to say this too."""
    return "Incremental" if params.get("encryption_password_hint") else None


INCLUDED = Field(OBJECTS, unordered=True, fields=inventory_object(wrapped=True))
VIRTUAL_MACHINES = {
    "includes": INCLUDED,
    "excludes": Field(
        OBJECT,
        fields={
            "vms": INCLUDED,
            "disks": Field(
                OBJECTS,
                unordered=True,
                fields={
                    "vm_object": Field(Option(type="dict", required=True), fields=inventory_object()),
                    "disks_to_process": Field(choice("AllDisks", "SystemOnly", "SelectedDisks", default="AllDisks")),
                    "disks": Field(Option(type="list", elements="str", default=[]), unordered=True),
                    "remove_from_vm_configuration": Field(FLAG, at="removeFromVMConfiguration"),
                },
            ),
            "templates": Field(OBJECT, fields={"enabled": SWITCHED, "exclude_from_incremental": Field(FLAG)}),
        },
    ),
}
SCHEDULE = {
    # A job that nobody has asked to run by itself does not.
    "run_automatically": Field(FLAG, initial=False),
    "daily": Field(
        OBJECT,
        fields={
            "enabled": SWITCHED,
            "time": TIME,
            "kind": Field(choice("Everyday", "WeekDays", "SelectedDays"), at="dailyKind"),
            "days": Field(choice(*DAYS, type="list", elements="str"), codec=DAY, unordered=True),
        },
    ),
    "monthly": Field(
        OBJECT,
        fields={
            "enabled": SWITCHED,
            "time": TIME,
            "day_of_week": Field(choice(*DAYS), codec=DAY),
            "day_number": Field(choice("First", "Second", "Third", "Fourth", "Last", "OnDay"), at="dayNumberInMonth"),
            "day_of_month": Field(NUMBER),
            "last_day": Field(FLAG, at="isLastDayOfMonth", when=When(since="1.3-rev0")),
            "months": Field(choice(*MONTHS, type="list", elements="str"), unordered=True),
        },
    ),
    "periodically": Field(
        OBJECT,
        fields={
            "enabled": SWITCHED,
            "kind": Field(choice("Days", "Hours", "Minutes", "Seconds"), at="periodicallyKind"),
            "frequency": Field(NUMBER),
        },
    ),
    "continuously": Field(FLAG, at="continuously.isEnabled"),
    "after_job": Field(
        at="afterThisJob.jobName", codec=EARLIER_JOB, flag=Flag(Part("afterThisJob.isEnabled"), given=True)
    ),
    "retry": Field(
        OBJECT,
        fields={
            "enabled": SWITCHED,
            "count": Field(NUMBER, at="retryCount"),
            "wait_minutes": Field(NUMBER, at="awaitMinutes"),
        },
    ),
}
# The typed options describe what all jobs have in common, and jobs of vSphere whole; `settings` takes the rest.
VSPHERE = ("VSphereBackup",)
OF_VSPHERE = When(types=VSPHERE)
OTHER_TYPES = first_of_types(MOVED)
TYPES = (*VSPHERE, *OTHER_TYPES)
# The types by where they have the repository that they write to. The other ones have none, or say it in settings.
STORED = ("HyperVBackup", "CloudDirectorBackup", "EntraIDAuditLogBackup", "IrisBackup")
OF_AGENTS = ("WindowsAgentBackup", "LinuxAgentBackup", "WindowsAgentBackupFailoverCluster")
OF_FILES, COPIES = ("FileBackup", "ObjectStorageBackup"), ("FileBackupCopy", "EntraIDTenantBackupCopy")
TO_ANOTHER = ("BackupCopy",)
WRITING = (*VSPHERE, *STORED, *OF_AGENTS, *OF_FILES, *COPIES, *TO_ANOTHER)
# The other ones begin when they are created, or when another job has run.
SCHEDULED = tuple(each for each in TYPES if each not in (*COPIES, *TO_ANOTHER))
AUTO_SELECT = Path(f"{SELECTION}.autoSelectEnabled", earlier={OLD_NAMES_UNTIL: f"{SELECTION}.autoSelection"})

JOB = Resource(
    what="job",
    kind="jobs",
    order=80,
    path=JOBS,
    name_filter="name",
    kept_in_use=True,
    fields={
        "name": Field(REQUIRED, role=KEY),
        "type": Field(
            choice(*TYPES, default=VSPHERE[0]),
            when=When(choices=OTHER_TYPES),
            role=CREATE_ONLY,
            codec=Enum(earlier={VMWARE_UNTIL: {"VSphereBackup": "Backup"}}),
        ),
        "description": Field(initial=""),
        "high_priority": Field(FLAG, at="isHighPriority", when=OF_VSPHERE, initial=False),
        "virtual_machines": Field(OBJECT, fields=VIRTUAL_MACHINES, when=OF_VSPHERE, needed=NEEDED),
        "repository": Field(
            at="storage.backupRepositoryId", when=When(types=WRITING), codec=BACKUP_TARGET, needed=NEEDED
        ),
        "proxies": Field(
            TEXTS,
            at=f"{SELECTION}.proxyIds",
            when=OF_VSPHERE,
            codec=PROXY,
            initial=[],
            unordered=True,
            flag=Flag(Part(AUTO_SELECT), given=False),
        ),
        "retention": Field(
            OBJECT,
            at="storage.retentionPolicy",
            when=OF_VSPHERE,
            initial={},
            fields={
                "type": Field(choice("Days", "RestorePoints"), initial="Days"),
                "quantity": Field(NUMBER, initial=RETENTION_DAYS),
            },
        ),
        "backup_mode": Field(
            choice("Full", "Incremental", "ReverseIncremental", "Transform", "TransformForeverIncremental"),
            at="storage.advancedSettings.backupModeType",
            when=OF_VSPHERE,
            codec=Enum(earlier={OLD_NAMES_UNTIL: {"Transform": "Transofrm"}}),
            initial=_mode,
        ),
        "encryption_password_hint": Field(
            at=ENCRYPTION,
            when=OF_VSPHERE,
            codec=ENCRYPTION_PASSWORD,
            flag=Flag(Part(f"{ENCRYPTION}.isEnabled"), given=True),
        ),
        "application_aware_processing": Field(
            FLAG, at=f"{GUEST}.appAwareProcessing.isEnabled", when=OF_VSPHERE, initial=False
        ),
        "guest_indexing": Field(FLAG, at=f"{GUEST}.guestFSIndexing.isEnabled", when=OF_VSPHERE, initial=False),
        "guest_credentials": Field(
            at=Path(f"{GUEST}.guestCredentials.credentials", earlier={VMWARE_UNTIL: f"{GUEST}.guestCredentials"}),
            when=OF_VSPHERE,
            codec=GUEST_ACCOUNT,
            flag=Flag(
                Part(f"{GUEST}.guestCredentials.useAgentManagementCredentials", When(since="1.3-rev0")), given=False
            ),
        ),
        "schedule": Field(OBJECT, fields=SCHEDULE, when=When(types=SCHEDULED), initial={}),
        "settings": SETTINGS_FIELD,
    },
    variants=(
        Variant(OF_FILES, {"repository": "backupRepository.backupRepositoryId"}),
        Variant(COPIES, {"repository": "backupRepositoryId"}),
        Variant(TO_ANOTHER, {"repository": "target.backupRepositoryId"}),
    ),
    toggle=Toggle("isDisabled", when_true="disable", when_false="enable", states={"enabled": False, "disabled": True}),
    fill=fill,
)
