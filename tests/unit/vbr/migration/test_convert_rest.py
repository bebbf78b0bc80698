# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How objects of ordinary REST change from revision to revision: one named case per difference and direction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.convert import convert
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.findings import (
    ERROR,
    INFO,
    WARNING,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kind import BY_REST, link
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.links import ZERO_ID
from unit.vbr.migration.convert_cases import (
    R12,
    R130,
    R131,
    R132,
    REFUSED,
    Case,
    Record,
    both,
    down,
    outcome,
    records_of,
)

REPLICA, CLOUD, HYPER_V = "VSphereReplica", "CloudDirectorBackup", "HyperVBackup"
ROOT, OTHER = link("credentials", "root", "1"), link("credentials", "svc", "2")
VM = {
    "type": "VirtualMachine",
    "hostName": "vcenter01",
    "name": "vm01",
    "objectId": "vm-1",
    "platform": "CloudDirector",
}
ACCOUNTS = "guestCredentials"
ADVANCED = "advancedSettings"


def typed(kind: str, **fields: Any) -> Record:
    return {"type": kind, **fields}


def guests(**fields: Any) -> Record:
    return typed(CLOUD, virtualMachines={"includes": []}, guestProcessing={ACCOUNTS: fields})


def accounts() -> Iterator[Case]:
    flat = {"credentialsId": ROOT, "credentialsType": "Standard"}
    nested = {"credentials": flat, "useAgentManagementCredentials": False}
    yield from both("account of a job", "jobs", R12, R130, guests(**flat), guests(**nested), BY_REST)
    none = {"credentialsId": ZERO_ID, "credentialsType": "Standard"}
    of_group = {"useAgentManagementCredentials": True}
    yield from both("no account", "jobs", R12, R130, guests(**none), guests(**of_group), BY_REST, back=INFO)
    machine = {"vmObject": VM, "windowsCredsId": ROOT, "linuxCredsId": OTHER}
    entries = [
        {"vmObject": VM, "credentialsId": ROOT, "credentialsType": "Standard"},
        {"vmObject": VM, "credentialsId": OTHER, "credentialsType": "Linux"},
    ]
    before = guests(**flat, credentialsPerMachine=[machine])
    after = guests(**nested, credentialsPerMachine=entries)
    yield from both("accounts of a machine", "jobs", R12, R130, before, after, BY_REST)
    listed = [{key: each[key] for key in ("credentialsId", "credentialsType")} for each in entries]
    together = guests(**nested, credentialsPerMachine=[{"vmObject": VM, "credentials": listed}])
    yield from both("accounts in one entry", "jobs", R131, R132, after, together, BY_REST)
    twice = [entries[0], {**entries[0], "credentialsId": OTHER}]
    given = guests(**nested, credentialsPerMachine=twice)
    kept = guests(**flat, credentialsPerMachine=[{"vmObject": VM, "windowsCredsId": ROOT}])
    yield down("two accounts for one system", "jobs", R130, R12, given, kept, WARNING, BY_REST)


def files() -> Iterator[Case]:
    old = {"objectStorageServerId": ROOT, "container": "one", "exclusionPathMask": ["*.tmp"]}
    mask = {"path": "*.tmp", "type": "Legacy"}
    new = {**old, "exclusionPathMask": [mask], "type": "Container"}
    store = {"backupRepository": {"backupRepositoryId": ROOT}}
    pair = [typed("ObjectStorageBackup", objects=[each], **store) for each in (old, new)]
    yield from both("objects and masks", "jobs", R131, R132, *pair, BY_REST, said=WARNING)
    other = {**new, "exclusionPathMask": [{**mask, "type": "FullPath"}]}
    given = typed("ObjectStorageBackup", objects=[other], **store)
    yield down("mask of another type", "jobs", R132, R131, given, pair[0], WARNING, BY_REST)
    less = typed("ObjectStorageBackup", objects=[new])
    yield down("no repository", "jobs", R132, R131, less, REFUSED, ERROR, BY_REST)


def jobs() -> Iterator[Case]:
    places: Record = dict.fromkeys(("datastore", "folder", "resourcePool"), VM)

    def sized(size: str) -> Record:
        return typed(REPLICA, destination=places, jobSettings={ADVANCED: {"traffic": {"storageOptimization": size}}})

    yield from both("block sizes", "jobs", R12, R130, sized("LocalTargetLarge"), sized("4MB"), BY_REST)
    yield down("block size 8MB", "jobs", R132, R131, sized("8MB"), sized("4MB"), WARNING, BY_REST)
    lacking = typed(REPLICA, destination={**places, "folder": None})
    yield down("where a replica goes", "jobs", R130, R12, lacking, REFUSED, ERROR, BY_REST)

    def weekly(day: str, name: str) -> Record:
        full = {name: {"isEnabled": True, "weekly": {"isEnabled": True, "days": [day]}}}
        return typed(HYPER_V, virtualMachines={"includes": []}, storage={ADVANCED: full})

    names = [
        weekly("monday", "synthenticFulls"),
        weekly("Monday", "synthenticFulls"),
        weekly("Monday", "syntheticFulls"),
    ]
    yield from both("days", "jobs", R130, R131, *names[:2], BY_REST)
    yield from both("synthetic full backups", "jobs", R131, R132, *names[1:], BY_REST)
    marked = typed(HYPER_V, storage={ADVANCED: {"notifications": {"vmAttribute": {"isEnabled": True}}}})
    plain = typed(HYPER_V, storage={ADVANCED: {"notifications": {}}})
    yield Case("attribute of a machine", "jobs", R131, R132, marked, plain, (WARNING,), BY_REST)
    for kind, new, older in (("BackupCopy", R130, R12), ("FileBackup", R131, R130), ("IrisBackup", R132, R131)):
        yield down(kind, "jobs", new, older, typed(kind), REFUSED, ERROR, BY_REST)


def others() -> Iterator[Case]:
    before: Record = {"emailSettings": {"from": "a", "isEnabled": True}}
    after: Record = {"emailSettings": {"from": "a"}, "notificationEnabled": True}
    yield from both("mail is sent", "generalOptions", R12, R130, before, after, BY_REST)
    group = {"type": "ADObjects", "credentials": {"masterCredentialsId": ROOT}}
    asked = {
        "type": "ADObjects",
        "credentials": {"masterCredentialsId": ROOT, "masterConnectionType": "PermanentCredentials"},
    }
    yield from both("accounts of a domain", "protectionGroups", R131, R132, group, asked, BY_REST)
    once = {"type": "ADObjects", "credentials": {"masterConnectionType": "Certificate"}}
    yield down("certificates of a domain", "protectionGroups", R132, R131, once, REFUSED, ERROR, BY_REST)
    role = {"id": link("roles", "Tape Operator"), "name": "Tape Operator"}
    older = {"id": link("roles", "Veeam Tape Operator"), "name": "Veeam Tape Operator"}
    yield from both("built-in roles", "users", R131, R132, {"roles": [older]}, {"roles": [role]}, BY_REST)
    filer = {"type": "NASFiler", "processing": {"backupProxies": {"autoSelectEnabled": True}}}
    bare = {"type": "NASFiler", "processing": {}}
    yield from both("proxies of a filer", "unstructuredDataServers", R131, R132, filer, bare, BY_REST, WARNING, INFO)
    pool = {"name": "pool", "archiveTier": {"encryption": {"isEnabled": True}}}
    yield down(
        "archive", "scaleOutRepositories", R132, R131, pool, {"name": "pool", "archiveTier": {}}, WARNING, BY_REST
    )
    for kind, new, old in (("users", R131, R130), ("roles", R132, R131), ("protectionGroups", R130, R12)):
        yield down(kind, kind, new, old, {"name": "one"}, REFUSED, ERROR, BY_REST)
    yield down("settings", "malwareDetection", R132, R131, {"any": True}, REFUSED, WARNING, BY_REST)


CASES = [case for section in (accounts, files, jobs, others) for case in section()]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_difference_is_translated_or_reported(case: Case) -> None:
    assert outcome(case) == (records_of(case), case.said)


@pytest.mark.parametrize(("mail", "severity"), [("SMTP", INFO), ("Gmail", WARNING)])
def test_mail_settings_are_those_of_the_general_options_where_these_say_the_same(mail: str, severity: str) -> None:
    estate = {"generalOptions": {BY_REST: [{"any": 1}]}, "emailSettings": {BY_REST: [{"mailServer": mail}]}}
    converted, [finding] = convert(estate, R131, R130)
    assert converted["emailSettings"][BY_REST] == []
    assert (finding.severity, finding.code, finding.kind) == (severity, "list-unknown", "emailSettings")


def test_what_cannot_be_created_is_said_once_and_with_what_to_do() -> None:
    job = typed("FileBackup", name="Shares", objects=[{"inclusionMask": ["*"]}])
    _estate, [finding] = convert({"jobs": {BY_REST: [job]}}, R132, R130)
    assert (finding.code, finding.key, finding.field) == ("value-unknown", "Shares", "type")
    assert finding.remedy


def test_a_type_of_account_that_is_named_nowhere_is_no_guess() -> None:
    entry = {"vmObject": VM, "credentialsId": ROOT}
    made, findings = outcome(Case("", "jobs", R131, R132, guests(credentialsPerMachine=[entry]), {}, (), BY_REST))
    assert made == []
    assert findings == (ERROR,)
