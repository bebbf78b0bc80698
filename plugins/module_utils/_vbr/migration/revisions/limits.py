# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a revision cannot hold: the kinds of limits there are, and in one table the limits of each kind of object.

A limit acts only where the source knew the thing and the target does not; what neither knows travels untouched. Paths
and values are written as the target writes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Protocol

from ...._core.compare import fold
from ...revisions import NEW_NAMES_SINCE, Span, only, rank, since, until
from .layout import (
    ADVANCED,
    APPLICATIONS,
    ARCHIVE_LISTS,
    JOB_ENCRYPTION,
    JOB_INVENTORY,
    MAINTENANCE,
    PROXY_INVENTORY,
    STORAGE_DATA,
)
from .record import ConvertedRecord, Owner, fresh_copy, join

_V12_1 = since(NEW_NAMES_SINCE)
_V13 = since("1.3-rev0")
_V13_0_1 = since("1.3-rev1")
_V13_1 = since("1.3-rev2")

ANY_LIST: Set[str] = frozenset()
_NOTHING: tuple[Any, ...] = (None, False, "", [], {})


class Limit(Protocol):
    def apply(self, record: ConvertedRecord) -> None:
        """Change the record so that it keeps the limit, and report what was lost."""


@dataclass(frozen=True)
class LimitOfTypes:
    """A limit that only objects of some types have."""

    types: Set[str]
    limit: Limit

    def apply(self, record: ConvertedRecord) -> None:
        if record.body.get("type") in self.types:
            self.limit.apply(record)


def _owners(record: ConvertedRecord, at: str, lists: Set[str]) -> list[tuple[Owner, str]]:
    """The objects at a path with their places; none if `lists` are named and the record stands in another one."""
    return list(record.owners(at)) if not lists or record.list_name in lists else []


def _lost(record: ConvertedRecord, known: Span) -> bool:
    return record.source in known and record.target not in known


@dataclass(frozen=True)
class DroppedField:
    """A field that only the revisions in `known` have. Dropping it is worth a warning unless it said nothing.

    `harmless` are values that say what is so without the field; `effect` says what dropping another one means; `where`
    is a neighbour and the value it must have; dropping a `descriptive` field never matters.
    """

    at: str
    field: str
    known: Span
    effect: str = ""
    harmless: tuple[str, ...] = ()
    lists: Set[str] = ANY_LIST
    remedy: str = ""
    where: tuple[str, str] | None = None
    descriptive: bool = False

    def apply(self, record: ConvertedRecord) -> None:
        if not _lost(record, self.known):
            return
        for owner, place in _owners(record, self.at, self.lists):
            if self.field in owner and (self.where is None or owner.get(self.where[0]) == self.where[1]):
                self._report(owner.pop(self.field), join(place, self.field), record)

    def _report(self, value: Any, place: str, record: ConvertedRecord) -> None:
        if self.descriptive or self._says_nothing(value):
            record.inform("field-dropped", place, f"Revision {record.target} has no such field.")
        else:
            what = f"Revision {record.target} has no such field; {self.effect or 'the setting is dropped'}."
            record.warn("field-dropped", place, what, self.remedy)

    def _says_nothing(self, value: Any) -> bool:
        switched_off = isinstance(value, dict) and value.get("isEnabled") is False
        return switched_off or value in _NOTHING or fold(value) in self.harmless


@dataclass(frozen=True)
class UnknownValue:
    """Values that only the revisions in `known` have. Replaced by `instead`, else the record is refused.

    `instead` maps a revision to the replacement from that revision on. `when` names a switch beside the field: where it
    is off the value does not matter.
    """

    at: str
    field: str
    values: Set[str]
    known: Span
    instead: Mapping[str, str] | None = None
    when: str = ""
    remedy: str = "Leave the object out, or make it on the target by hand."

    def apply(self, record: ConvertedRecord) -> None:
        if not _lost(record, self.known):
            return
        for owner, place in record.owners(self.at):
            value, where = owner.get(self.field), join(place, self.field)
            if not isinstance(value, str) or fold(value) not in set(map(fold, self.values)):
                continue
            if self.instead:
                owner[self.field] = _in_the_place(record.target, self.instead)
                what = f"Revision {record.target} has no '{value}'; '{owner[self.field]}' comes nearest."
                record.warn("value-approximated", where, what)
            elif not self.when or owner.get(self.when):
                record.refuse("value-unknown", where, f"Revision {record.target} has no '{value}'.", self.remedy)


def _in_the_place(target: str, replacements: Mapping[str, str]) -> str:
    """The replacement of the newest revision that the target is not older than."""
    fitting = [revision for revision in replacements if rank(revision) <= rank(target)]
    return replacements[max(fitting, key=rank)]


@dataclass(frozen=True)
class UnknownElements:
    """Elements of the list `field` whose `name` only the revisions in `known` have; they are dropped.

    Without a `name` they are words themselves.
    """

    at: str
    field: str
    name: str
    values: Set[str]
    known: Span

    def apply(self, record: ConvertedRecord) -> None:
        if not _lost(record, self.known):
            return
        for owner, place in record.owners(self.at):
            elements = owner.get(self.field)
            if not isinstance(elements, list):
                continue
            owner[self.field] = [element for element in elements if self._word(element) not in self.values]
            dropped = [self._word(element) for element in elements if self._word(element) in self.values]
            for word in dropped:
                what = f"Revision {record.target} has no '{word}'; it is dropped."
                record.warn("element-dropped", join(place, self.field), what)

    def _word(self, element: Any) -> str:
        word = element.get(self.name) if isinstance(element, dict) else element if not self.name else None
        return word if isinstance(word, str) else ""


@dataclass(frozen=True)
class RequiredField:
    """A field that the revisions in `by` ask for: where it is missing `default` is put in, or the record is refused.

    Records in a list of `spared` need not have it.
    """

    at: str
    field: str
    by: Span
    default: Any = None
    lists: Set[str] = ANY_LIST
    spared: Set[str] = frozenset()
    remedy: str = ""

    def apply(self, record: ConvertedRecord) -> None:
        # What the source asked for as well is not the conversion's to judge.
        if record.target not in self.by or record.source in self.by or record.list_name in self.spared:
            return
        for owner, place in _owners(record, self.at, self.lists):
            if owner.get(self.field) is not None:
                continue
            where = join(place, self.field)
            if self.default is None:
                record.refuse("field-missing", where, f"Revision {record.target} asks for the field.", self.remedy)
            else:
                owner[self.field] = fresh_copy(self.default)
                said = f"it is set to {self.default}" if self.default else "it is left empty"
                record.inform("field-added", where, f"Revision {record.target} asks for the field; {said}.")


@dataclass(frozen=True)
class NumberRange:
    """A number that the revisions in `by` take from `least` to `most`; one outside becomes the nearer end."""

    at: str
    field: str
    by: Span
    least: int
    most: int

    def apply(self, record: ConvertedRecord) -> None:
        if record.target not in self.by or record.source in self.by:
            return
        for owner, place in record.owners(self.at):
            number = owner.get(self.field)
            if isinstance(number, int) and not self.least <= number <= self.most:
                owner[self.field] = min(max(number, self.least), self.most)
                what = (
                    f"Revision {record.target} takes {self.least} to {self.most}; {number} becomes {owner[self.field]}."
                )
                record.warn("value-approximated", join(place, self.field), what)


# -- the table ---------------------------------------------------------------------------------------------------------


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GLOBAL_AZURE = {"1.3-rev0": "Global"}
_BY_HAND = "Set it on the target by hand before the first backup."

_CREDENTIALS: tuple[Limit, ...] = (UnknownValue("", "type", {"ManagedService"}, _V13),)
_CLOUD_CREDENTIALS: tuple[Limit, ...] = (
    UnknownValue("", "type", {"GoogleService"}, _V12_1),
    UnknownValue("existingAccount.deployment", "region", {"Germany"}, until("1.2-rev1"), GLOBAL_AZURE),
    UnknownValue("existingAccount.subscription.certificate", "formatType", {"pem"}, _V13),
)

_COMPONENTS: tuple[tuple[frozenset[str], Span], ...] = (
    (
        _words(
            "VauRedist PluginOracleRman CloudMessageSvc DbPluginRedist Vddk PlatformConverterSvc StandBySvc Antivirus "
            "GuestInteractionProxy StoreOnceCatalystSdk DDBoostSdk PluginMsSql AppBackupRepository PSManagementSvc "
            "OpenSSL3v13 CifsGateway MountTarget NfsGateway SnapDiffV3 Ynq MountServerDependencies "
            "GuestProxyDependencies"
        ),
        _V13,
    ),
    (_words("CdpAgent CdpFilter"), _V13_0_1),
    (_words("OpenTelemetryCollector IrisPlugin OpenSSL312 HotAdd"), _V13_1),
)
_SERVERS: tuple[Limit, ...] = (
    *(UnknownElements("networkSettings", "components", "componentName", names, known) for names, known in _COMPONENTS),
    # Of a Linux server the components as such are new in 1.3-rev0.
    *(UnknownElements("sshSettings", "components", "componentName", names, known) for names, known in _COMPONENTS[1:]),
    NumberRange("sshSettings", "sshTimeOutMs", _V13, 200, 100_000),
)

_NOT_IMMUTABLE = "backups on the repository are not protected against deletion"
_REPOSITORIES: tuple[Limit, ...] = (
    DroppedField(
        "repository.advancedSettings",
        "RotatedDriveCleanupMode",
        since("1.1-rev0"),
        "rotated drives are not cleaned",
        harmless=("disabled",),
    ),
    DroppedField("container", "immutability", _V13, _NOT_IMMUTABLE, lists={"AzureBlobStorages"}, remedy=_BY_HAND),
    DroppedField(
        "container", "immutabilityEnabled", _V13, _NOT_IMMUTABLE, lists={"AzureArchiveStorages"}, remedy=_BY_HAND
    ),
    DroppedField("bucket", "immutability", _V13, _NOT_IMMUTABLE, lists={"GoogleCloudStorages"}, remedy=_BY_HAND),
    DroppedField("bucket.immutability", "immutabilityMode", _V13, remedy=_BY_HAND),
    DroppedField("bucket", "enableAutoProvision", _V13_0_1),
    DroppedField("bucket", "workloadsPerBucketLimit", _V13_0_1),
    DroppedField("repository", "enableGovernanceMode", _V13_1, _NOT_IMMUTABLE, remedy=_BY_HAND),
    DroppedField("repository", "governanceModeRetentionDays", _V13_1),
    UnknownValue("account", "regionType", {"Germany"}, until("1.2-rev1"), GLOBAL_AZURE),
    UnknownValue("account.credentials", "type", {"GoogleService"}, _V12_1),
    RequiredField(
        "repository",
        "path",
        _V13_1,
        lists={"WindowsLocalRepositories", "LinuxLocalRepositories"},
        remedy="Give the repository its path.",
    ),
    RequiredField(
        "", "mountServer", until("1.3-rev1"), spared=ARCHIVE_LISTS, remedy="Give the repository a mount server."
    ),
)


def _inventory(places: Sequence[str]) -> tuple[Limit, ...]:
    """Objects of a virtual infrastructure: their platform decides, what merely describes them may go."""
    descriptive = {
        "size": _V12_1,
        "urn": _V12_1,
        "metadata": _V13,
        "isEnabled": only("1.3-rev0", "1.3-rev1"),
        "powerState": _V13_1,
        "aclInfo": _V13_1,
        "protectionGroupType": _V13_1,
        "cloudMachinesType": _V13_1,
    }
    of_cloud_director = ("platform", "CloudDirector")
    platforms = ({"CloudDirector"}, _V12_1), ({"HyperV", "Agent"}, _V13), ({"Nutanix", "Proxmox"}, _V13_1)
    return (
        *(UnknownValue(at, "platform", names, known) for at in places for names, known in platforms),
        *(DroppedField(at, name, known, descriptive=True) for at in places for name, known in descriptive.items()),
        *(DroppedField(at, "metadata", _V13_1, where=of_cloud_director, descriptive=True) for at in places),
    )


_PROXIES: tuple[Limit, ...] = (
    UnknownValue("", "type", {"HvProxy", "GeneralPurposeProxy"}, _V13),
    UnknownValue("", "type", {"NutanixAHV", "PVE"}, _V13_1),
    *_inventory(PROXY_INVENTORY),
)

JOB_TYPES: tuple[tuple[frozenset[str], Span], ...] = (
    (
        _words("VSphereReplica CloudDirectorBackup EntraIDTenantBackup EntraIDAuditLogBackup FileBackupCopy"),
        _V12_1,
    ),
    (
        _words(
            "Unknown HyperVBackup LegacyBackupCopy BackupCopy WindowsAgentBackup LinuxAgentBackup "
            "EntraIDTenantBackupCopy"
        ),
        _V13,
    ),
    (
        _words(
            "FileBackup ObjectStorageBackup SureBackupContentScan CloudBackupAzure CloudBackupAWS CloudBackupGoogle "
            "WindowsAgentBackupWorkstationPolicy LinuxAgentBackupWorkstationPolicy WindowsAgentBackupServerPolicy "
            "LinuxAgentBackupServerPolicy"
        ),
        _V13_0_1,
    ),
    (_words("NutanixAHVBackupJob ProxmoxBackupJob IrisBackup WindowsAgentBackupFailoverCluster"), _V13_1),
)
_LAST_DAY = "the day of the month is taken from the other fields"
_OWN_TIME = "the task runs at the time of the job"
_JOBS: tuple[Limit, ...] = (
    *(UnknownValue("", "type", names, known) for names, known in JOB_TYPES),
    *_inventory(JOB_INVENTORY),
    RequiredField("virtualMachines", "includes", until("1.3-rev1"), default=[]),
    RequiredField("virtualMachines.excludes.disks[]", "disks", until("1.3-rev1"), default=[]),
    UnknownValue(STORAGE_DATA, "compressionLevel", {"Auto"}, only("1.0-rev2") | _V13, {"1.1-rev0": "Optimal"}),
    UnknownValue(
        STORAGE_DATA,
        "storageOptimization",
        {"Auto"},
        only("1.0-rev2"),
        {"1.1-rev0": "LocalTarget", "1.3-rev0": "1MB"},
    ),
    UnknownValue(STORAGE_DATA, "storageOptimization", {"8MB"}, until("1.2-rev1") | _V13_1, {"1.3-rev0": "4MB"}),
    UnknownValue(
        JOB_ENCRYPTION, "encryptionType", {"ByKms"}, _V12_1, when="isEnabled", remedy="Encrypt with a password instead."
    ),
    DroppedField(JOB_ENCRYPTION, "encryptionType", _V12_1, harmless=("byuserpassword",)),
    DroppedField(JOB_ENCRYPTION, "kmsServerId", _V12_1),
    *(DroppedField(f"{at}.weekly", "localTime", _V13, _OWN_TIME) for at in MAINTENANCE),
    *(DroppedField(f"{at}.monthly", "localTime", _V13, _OWN_TIME) for at in MAINTENANCE),
    *(DroppedField(f"{at}.monthly", "isLastDayOfMonth", _V13, _LAST_DAY) for at in (*MAINTENANCE, "schedule")),
    DroppedField(f"{ADVANCED}.notifications.emailNotifications", "sendDailySummary", _V13_1),
    DroppedField(f"{ADVANCED}.notifications.emailNotifications", "dailySummaryLocalTime", _V13_1),
    NumberRange(f"{ADVANCED}.scripts", "runScriptEvery", _V13_1, 1, 99),
    UnknownValue(
        f"{APPLICATIONS}.sql",
        "logsProcessing",
        {"preserve"},
        until("1.2-rev1"),
        {"1.3-rev0": "neverTruncate", "1.3-rev1": "NeverTruncate"},
    ),
    DroppedField(APPLICATIONS, "postgreSQL", _V13, "PostgreSQL logs are not processed"),
    DroppedField("guestProcessing.guestCredentials.credentialsPerMachine[]", "default", _V13),
)

KIND_LIMITS: Mapping[str, Sequence[Limit]] = {
    "credentials": _CREDENTIALS,
    "cloudcredentials": _CLOUD_CREDENTIALS,
    "managedServers": _SERVERS,
    "repositories": _REPOSITORIES,
    "proxies": _PROXIES,
    "jobs": _JOBS,
}
