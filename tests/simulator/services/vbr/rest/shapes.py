# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between revisions in what only ordinary REST has, by the names of fields wherever they stand in a body.

A line is what is done and to which fields, each with as many of those around it as are needed; or to one field and how.
At its end `?name` means: only beside a field of that name; `?/name` and `?/name=value`: only in a body that has that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..revisions import CASE_WAVE, older
from ..shapes.rules import Body, Rule

# What the newest revision has and 1.3-rev1 has not, or calls otherwise.
REV2 = """
    drop aclInfo backupMonitoring
    drop backupCache ?destinationType=LocalStorage
    drop backupCache ?destinationType=SharedFolder
    drop backupRepository.gfsPolicy cloudMachinesType clusterId createEmbeddedRecoveryMedia
    drop customCredentials.connectionType customCredentials.singleUseCredentials dailySummaryLocalTime
    drop gfsPolicy ?primaryJobId
    drop groupScope hostType
    drop inlineDataDedupEnabled ?/backupMode
    drop inlineDataDedupEnabled ?/sourceObjects
    drop installNoSnapAgent masterConnectionType nodeId
    drop objects.type ?fileServerId
    drop objects.type ?objectStorageServerId
    drop powerState prismCentralId protectionGroupType regionDisplayName scripts.credentialsId
    drop scripts.useGuestCredentials secondaryTargets sendDailySummary symbolicLinks unstructuredLinkedJobs
    without protectionScope OrgContacts Devices
    rename fullBackupMaintenance.removeData RemoveData
    rename syntheticFulls synthenticFulls
    drop metadata ?platform=CloudDirector
    values componentName OpenSSL300=OpenSSL3v13
    values repositories.type DellDataDomain=DDBoost HPEStoreOnce=HPStoreOnceIntegration QuantumDXi=Quantum
    masks objects.inclusionMask objects.exclusionMask objects.exclusionPathMask
"""
# What 1.3 did not have from the beginning.
LATE = "narrow storageOptimization 8MB=4MB"
# What earlier revisions have and the newest one has not.
GONE = """
    drop isEnabled ?platform
    drop backupProxies ?/storageHostId
    drop guestProcessing ?/type=WindowsAgentBackupWorkstationPolicy
    drop vmAttribute ?/type=HyperVBackup
    drop backups.biosUuid backups.cloudDirectorType backups.computerId backups.encryptionState backups.lastRunFailed
    drop backups.objectId backups.owner backups.path backups.platformId backups.protectionGroupIds
    drop backups.restorePointsCount backups.type backups.viType
"""
GONE_WITH_12 = """
    narrow logsProcessing Preserve=NeverTruncate
    narrow storageOptimization LocalTargetLarge4096=4MB
    narrow region Germany=Global
    narrow regionType Germany=Global
"""
# What 1.3-rev1 wrote with a capital first.
REV1 = """
    drop includes.backups protectionScope
    lower archiveLogs day dayOfWeek days exclusionPolicy formatType guestFSIndexingMode logsProcessing proxyType
    lower scriptProcessingMode transactionLogs transportMode userConnectionType volumesBackupMode vss
    lower weekly.desiredTime
    values retainLogBackups UntilBackupDeleted=untilBackupDeleted
    values componentName VPowerNFS=vPowerNFS
"""
REV0 = """
    drop isLastDayOfMonth ?isEnabled
    drop metadata parentObjectId path ?platform
    drop postgreSQL
    drop sourceBackupId ?tenantId
    drop weekly.localTime activeFulls.monthly.localTime backupHealth.monthly.localTime
    drop synthenticFulls.monthly.localTime defragmentAndCompact.monthly.localTime
    rename activeFulls.monthly.dayOfMonth dayOfMonths
    rename backupHealth.monthly.dayOfMonth dayOfMonths
    rename synthenticFulls.monthly.dayOfMonth dayOfMonths
    rename defragmentAndCompact.monthly.dayOfMonth dayOfMonths
    values platform VSphere=VMware
    values storageOptimization 256KB=WANTarget 512KB=LANTarget 1MB=LocalTarget 4MB=LocalTargetLarge
    values storageOptimization 8MB=LocalTargetLarge8192
    narrow compressionLevel Auto=Optimal
    narrow credentialsType ManagedService=Standard
    drop isEnabled ?platform
"""


@dataclass(frozen=True)
class Difference:
    """One line of a table: `do` is drop, rename, values, narrow, without, lower or masks.

    What was narrowed is read as it is: the value that is shown instead is a value of its own.
    """

    do: str
    field: str
    around: tuple[str, ...]
    values: tuple[str, ...]
    beside: str

    @cached_property
    def spelling(self) -> dict[str, str]:
        return dict(pair.split("=") for pair in self.values)

    def meant(self, container: Body, body: Body) -> bool:
        """Whether what the line asks for is there: beside the field, or in the whole body."""
        name, _equals, value = self.beside.removeprefix("/").partition("=")
        there = body if self.beside.startswith("/") else container
        return not self.beside or (name in there and value in ("", there[name]))

    def render(self, container: Body, key: str) -> None:
        value = container[key]
        if self.do == "drop":
            del container[key]
        elif self.do == "rename":
            container[self.values[0]] = container.pop(key)
        elif self.do in ("values", "narrow"):
            container[key] = self.spelling.get(value, value) if isinstance(value, str) else value
        elif self.do == "lower":
            container[key] = _first(value, str.lower)
        elif self.do == "without":
            container[key] = [each for each in value or [] if each not in self.values]
        elif isinstance(value, list):
            container[key] = [each.get("path") for each in value if isinstance(each, dict)]

    def parse(self, container: Body, key: str) -> None:
        value = container[key]
        if self.do == "rename":
            container[self.field] = container.pop(key)
        elif self.do == "values" and isinstance(value, str):
            old = {each.casefold(): new for new, each in self.spelling.items() if each not in self.spelling}
            container[key] = old.get(value.casefold(), value)
        elif self.do == "masks" and isinstance(value, list):
            container[key] = [{"path": each} if isinstance(each, str) else each for each in value]


def _first(value: Any, change: Any) -> Any:
    """A word, or each word of a list, with its first letter changed."""
    if isinstance(value, list):
        return [_first(each, change) if isinstance(each, str) else each for each in value]
    return change(value[:1]) + value[1:] if isinstance(value, str) else value


def _table(text: str) -> dict[str, list[Difference]]:
    found: dict[str, list[Difference]] = {}
    for line in text.split("\n"):
        words, _mark, beside = line.partition("?")
        if words.split():
            do, *rest = words.split()
            many = do in ("drop", "lower", "masks")
            for path in rest if many else rest[:1]:
                *around, field = path.split(".")
                more = () if many else tuple(rest[1:])
                found.setdefault(field, []).append(Difference(do, field, tuple(around), more, beside.strip()))
    return found


def _walk(node: Any, around: tuple[str, ...] = ()) -> Iterator[tuple[Body, str, tuple[str, ...]]]:
    """Every object, field and what it stands in, the innermost first."""
    if isinstance(node, list):
        for item in node:
            yield from _walk(item, around)
    elif isinstance(node, dict):
        for key in list(node):
            yield from _walk(node[key], (*around, key))
            yield node, key, around


@dataclass(frozen=True)
class Everywhere:
    """The differences of a table: in revisions before one, since one, or both."""

    text: str
    before: str = ""
    since: str = ""

    def concerns(self, revision: str) -> bool:
        too_new = bool(self.before) and not older(revision, self.before)
        too_old = bool(self.since) and older(revision, self.since)
        return not (too_new or too_old)

    @cached_property
    def table(self) -> dict[str, list[Difference]]:
        return _table(self.text)

    @cached_property
    def _old_names(self) -> dict[str, list[Difference]]:
        """By the name that the older revision has."""
        found: dict[str, list[Difference]] = {}
        for lines in self.table.values():
            for each in lines:
                found.setdefault(each.values[0] if each.do == "rename" else each.field, []).append(each)
        return found

    def render(self, body: Body) -> None:
        self._change(body, self.table, "render")

    def parse(self, body: Body) -> None:
        self._change(body, self._old_names, "parse")

    def _change(self, body: Body, table: dict[str, list[Difference]], way: str) -> None:
        for container, key, around in _walk(body):
            for each in table.get(key, ()):
                ends = around[len(around) - len(each.around) :] == each.around
                if ends and key in container and each.meant(container, body):
                    getattr(each, way)(container, key)


@dataclass(frozen=True)
class Capitals:
    """Words of the table REV1 are stored with a capital first, whatever the revision that they came in."""

    def concerns(self, revision: str) -> bool:
        return True

    def render(self, body: Body) -> None:
        """They are shown as they are stored."""

    def parse(self, body: Body) -> None:
        table = CAPITALISED.table
        for container, key, around in _walk(body):
            for each in table.get(key, ()):
                if each.do == "lower" and around[len(around) - len(each.around) :] == each.around:
                    container[key] = _first(container[key], str.upper)
                elif each.do == "values":
                    each.parse(container, key)


@dataclass(frozen=True)
class MachineAccounts:
    """The accounts of single machines: two ids before 1.3, one in 1.3-rev0 and 1.3-rev1, and since then a list.

    Those of agents, which have no `vmObject`, never changed.
    """

    before: str

    def concerns(self, revision: str) -> bool:
        return older(revision, self.before)

    def render(self, body: Body) -> None:
        for guest, machine in _machines(body):
            if self.before == "1.3-rev2" and isinstance(machine.get("credentials"), list):
                accounts = machine["credentials"] or [{}]
                machine |= {name: accounts[0].get(name) for name in ("credentialsId", "credentialsType")}
            elif self.before == "1.3-rev0" and machine is guest:
                guest.pop("useAgentManagementCredentials", None)
                guest |= guest.pop("credentials", None) or {}
            elif self.before == "1.3-rev0":
                for name in ("credentialsId", "credentialsType", "default"):
                    machine.pop(name, None)
                for account in machine.pop("credentials", None) or []:
                    side = "linux" if account.get("credentialsType") == "Linux" else "windows"
                    machine[f"{side}CredsId"] = account.get("credentialsId")

    def parse(self, body: Body) -> None:
        for guest, machine in _machines(body):
            if self.before == "1.3-rev2" and "credentialsId" in machine and machine is not guest:
                names = ("credentialsId", "credentialsType")
                machine["credentials"] = [{name: machine.pop(name, None) for name in names}]
            elif self.before == "1.3-rev0" and machine is guest:
                guest.setdefault("useAgentManagementCredentials", False)
                if "credentialsId" in guest:
                    names = ("credentialsId", "credentialsType")
                    guest["credentials"] = {name: guest.pop(name, None) for name in names}
            elif self.before == "1.3-rev0":
                sides = {"windows": "Standard", "linux": "Linux"}
                for side, kind in sides.items():
                    row_id = machine.pop(f"{side}CredsId", None)
                    if row_id:
                        account = {"credentialsId": row_id, "credentialsType": kind}
                        machine["credentials"] = [*machine.get("credentials", []), account]


def _machines(body: Body) -> Iterator[tuple[Body, Body]]:
    """The guest accounts of a job of machines: what is for all, and each that is for one."""
    guest = (body.get("guestProcessing") or {}).get("guestCredentials")
    if isinstance(guest, dict) and "virtualMachines" in body:
        yield guest, guest
        for machine in guest.get("credentialsPerMachine") or []:
            yield guest, machine


@dataclass(frozen=True)
class NewlyNeeded:
    """Before 1.3-rev2 these fields did not exist, and what they say went without saying."""

    before: str = "1.3-rev2"

    def concerns(self, revision: str) -> bool:
        return older(revision, self.before)

    def render(self, body: Body) -> None:
        """The table REV2 drops them; what older revisions need and the newest one has not is given."""
        if "storageHostId" in body and isinstance(body.get("processing"), dict):
            body["processing"].setdefault("backupProxies", {"autoSelectEnabled": True})
        included = (body.get("sourceObjects") or {}).get("includes") or {}
        for each in included.get("backups") or []:
            each["platformName"] = each.get("platformName") or "VMware"
            if each["platformName"] in ("VMware", "CloudDirector"):
                each.setdefault("objectId", "")

    def parse(self, body: Body) -> None:
        for each in body.get("objects") or []:
            if isinstance(each, dict) and "fileServerId" in each:
                each.setdefault("type", "Directory" if each.get("path") else "FileServerRoot")
            elif isinstance(each, dict) and "objectStorageServerId" in each:
                each.setdefault("type", "Container")
        if "activeDirectory" in body and isinstance(body.get("credentials"), dict):
            body["credentials"].setdefault("masterConnectionType", "PermanentCredentials")


CAPITALISED = Everywhere(REV1, before=CASE_WAVE)
RULES: tuple[Rule, ...] = (
    Everywhere(GONE, since="1.3-rev2"),
    Everywhere(GONE_WITH_12, since="1.3-rev0"),
    Everywhere(REV2, before="1.3-rev2"),
    Everywhere(LATE, before="1.3-rev2", since="1.3-rev0"),
    MachineAccounts("1.3-rev2"),
    NewlyNeeded(),
    CAPITALISED,
    MachineAccounts("1.3-rev0"),
    Everywhere("drop credentialsPerMachine.credentials ?vmObject", before="1.3-rev2"),
    Everywhere(REV0, before="1.3-rev0"),
    Capitals(),
)
