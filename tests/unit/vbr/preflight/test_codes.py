# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every code of a preflight: a state of the two servers that raises it, and one that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.preflight.codes import CODES
from simulator.core.store import Row
from simulator.services.vbr.kinds import BY_NAME
from simulator.services.vbr.resources.configuration_backup import SETTINGS as CONFIGURATION
from simulator.services.vbr.resources.license import licence
from simulator.services.vbr.resources.security import SETTINGS as SECURITY
from simulator.testing import Pair, Server, simulated_pair
from support.tasks import connection, run

JOB, REPOSITORY, LINUX = "Backup Job 2", "Main Big Repository", "Linux Direct Backup Repository 1"
NEWEST = "13.1.0.411"
HOUR = 3600
# A second name for what only one server can own.
BUCKET: dict[str, Any] = {
    "type": "S3Compatible",
    "name": "Bucket",
    "description": "",
    "uniqueId": "5B6D4C1E-0000-4000-8000-000000000001",
    "account": {
        "servicePoint": "https://s3.tech.local",
        "regionId": "eu-1",
        "credentials": {"name": "AKIATECHLOCALEXAMPLE", "tag": None, "type": "Amazon"},
        "connectionSettings": {"connectionType": "Direct", "gatewayServers": []},
    },
    "bucket": {"bucketName": "backups", "folderName": "veeam"},
}

State = Callable[[Pair], None]


def nothing(_pair: Pair) -> None:
    """The servers as they are seeded."""


def no_options(_pair: Pair) -> dict[str, Any]:
    """Nothing but the two servers."""
    return {}


# -- states ------------------------------------------------------------------------------------------------------------


def row_of(server: Server, kind: str, name: str) -> Row:
    """An object by its name, user name or hint."""
    rows = server.service.store.rows(kind)
    return next(row for row in rows if name in (row["body"].get(each) for each in ("name", "username", "hint")))


def changed(kind: str, name: str, /, **body: Any) -> State:
    """An object of the source with other fields; a dotted field is written with two underscores."""

    def state(pair: Pair) -> None:
        for path, value in body.items():
            *steps, last = path.split("__")
            place = row_of(pair.source, kind, name)["body"]
            for step in steps:
                place = place[step]
            place[last] = value

    return state


def marked(kind: str, name: str, /, **marks: Any) -> State:
    """An object of the source that is offline, full, and the like."""
    return lambda pair: row_of(pair.source, kind, name)["state"].update(marks)


def recorded(table: str, side: str = "source", /, **row: Any) -> State:
    """A row of what a server only reports."""
    return lambda pair: getattr(pair, side).service.store.add(table, dict(row))


def added(kind: str, group: str, side: str = "source", /, **body: Any) -> State:
    """One more object."""

    def state(pair: Pair) -> None:
        getattr(pair, side).service.estate.add(BY_NAME[kind], group, dict(body), {}, {})

    return state


def copied(kind: str, name: str, side: str = "source", /, **body: Any) -> State:
    """An object of the source once more, here or there, but for some fields."""

    def state(pair: Pair) -> None:
        row = row_of(pair.source, kind, name)
        added(kind, row["group"], side, **{**row["body"], **body})(pair)

    return state


def licensed(side: str = "target", **values: Any) -> State:
    return lambda pair: licence(getattr(pair, side).service).update(values)


def ahead(seconds: float, side: str = "source") -> State:
    return lambda pair: setattr(getattr(pair, side).clock, "ahead", seconds)


def all_of(*states: State) -> State:
    def state(pair: Pair) -> None:
        for each in states:
            each(pair)

    return state


def same(pair: Pair) -> None:
    pair.target.service.identity["vbrId"] = pair.source.service.identity["vbrId"]


def second_factor(pair: Pair) -> None:
    SECURITY.row(pair.target.service)["body"]["mfaEnabled"] = True


def service_account(pair: Pair) -> None:
    second_factor(pair)
    pair.target.service.store.add("serviceAccounts", {"name": pair.target.username})


def four_eyes(mode: str) -> State:
    return lambda pair: pair.target.switch(four_eyes=mode)


def waiting(pair: Pair) -> None:
    row = {"name": "Deletion", "state": "Pending", "created": "2026-01-01T10:00:00+01:00"}
    pair.target.service.store.add("authorizationEvents", row)


def switched_off_again(pair: Pair) -> None:
    for hour, word in enumerate(("enabled", "disabled")):
        name, when = f"Four-eyes authorization has been {word}", f"2026-01-01T1{hour}:00:00+01:00"
        pair.target.service.store.add("authorizationEvents", {"name": name, "state": "Info", "created": when})


def managed(pair: Pair) -> None:
    body = {"type": "WindowsHost", "name": pair.source.service.identity["name"], "description": "", "credentials": None}
    added("managedServers", "windowsHosts", "target", **body)(pair)


def configured(**changes: Any) -> State:
    return lambda pair: CONFIGURATION.row(pair.source.service)["body"].update(changes)


def backed_up(pair: Pair) -> None:
    now = pair.source.clock.now().isoformat()
    configured(lastSuccessfulBackup={"lastSuccessfulTime": now, "sessionId": None})(pair)


def kept_elsewhere(pair: Pair) -> None:
    """The configuration backup is in a repository that stays: the bundle maps it to another."""
    kept = row_of(pair.source, "repositories", "Backup Repository SMB")["id"]
    configured(backupRepositoryId=kept)(pair)
    pair.source.service.estate.remove(BY_NAME["jobs"], row_of(pair.source, "jobs", JOB))


def kept_for_years(pair: Pair) -> None:
    for backup in pair.source.service.store.rows("backups"):
        for each in backup["objects"]:
            each["points"][0]["gfs"] = ["Yearly"]


def running(pair: Pair) -> None:
    """A run that never ends."""
    job = row_of(pair.source, "jobs", JOB)
    pair.source.service.sessions.open(JOB, "BackupJob", [], "", stuck=True, job=job["id"])


def rescanning(pair: Pair) -> None:
    session = pair.source.service.sessions.open("Rescan", "Infrastructure", [], "", stuck=True)
    session["state"] = "Working"


def viewer(pair: Pair) -> dict[str, Any]:
    return {"source": connection(pair.source) | account(pair.source.viewer)}


def account(login: Any) -> dict[str, Any]:
    return {"username": login.username, "password": login.password}


def given(**fields: Any) -> Callable[[Pair], dict[str, Any]]:
    return lambda _pair: fields


def spoken(pair: Pair) -> dict[str, Any]:
    """What is moved is written in a revision that the target does not serve."""
    return {"source": connection(pair.source, api_version="1.2-rev1")}


def nothing_moved(pair: Pair) -> dict[str, Any]:
    return {**spoken(pair), "kinds": ["credentials"]}


def passwords(value: str) -> Callable[[Pair], dict[str, Any]]:
    key = "7D0C6A1B-3E84-4B6C-8B4D-9A6B2F1C0E11"
    return given(secrets={"encryptionPasswords": {key: {"password": value}}})


# -- the table ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A state that raises a code and one that does not, and with which options; the two servers are of these builds."""

    raised: State = nothing
    calm: State = nothing
    options: Callable[[Pair], Mapping[str, Any]] = no_options
    calmly: Callable[[Pair], Mapping[str, Any]] = no_options
    source: str = "12.3.1.1139"
    target: str = "13.0.1.180"
    other: Mapping[str, Any] = field(default_factory=dict)


WAN, CDP = recorded("wanAccelerators", name="wan01"), recorded("replicas", name="vm9", type="CDP")
UNMOVED = {"type": "HvServer", "name": "hv01.tech.local", "description": "", "credentials": None}
AFTER = "schedule__afterThisJob"
DEDUP = {
    "type": "ExaGrid",
    "name": "Appliance",
    "description": "",
    "hostName": "enterprise05.tech.local",
    "repository": {"path": "/exagrid"},
}
STORAGE = "storage__advancedSettings"
CASES: dict[str, Case] = {
    "same-server": Case(same),
    "no-common-revision": Case(source="11.0.1.1261", other={"source": "12.0.0.1420"}),
    "not-administrator": Case(options=viewer),
    "mfa-on": Case(second_factor, service_account, target=NEWEST),
    "four-eyes-on": Case(four_eyes("refuse"), switched_off_again),
    "approval-pending": Case(waiting, four_eyes("refuse")),
    "clock-differs": Case(ahead(HOUR, "target"), ahead(60)),
    "high-availability-cluster": Case(recorded("highAvailabilityCluster", "target", name="pair01"), target=NEWEST),
    "backup-server-managed": Case(managed),
    "config-backup-old": Case(nothing, backed_up),
    "config-backup-plain": Case(nothing, configured(encryption={"isEnabled": True, "passwordId": None})),
    "config-backup-moves": Case(
        nothing, kept_elsewhere, calmly=given(mappings={"repositories": {"Backup Repository SMB": "Another"}})
    ),
    "license-not-valid": Case(licensed(status="Expired"), licensed("source", status="Expired")),
    "license-expires": Case(licensed(expirationDate="2020-01-01T00:00:00Z"), licensed("source", edition="Standard")),
    "license-edition": Case(licensed(edition="Standard"), licensed("source", edition="Standard")),
    "license-too-small": Case(licensed(instances=0.0), licensed(instances=1000.0)),
    "workload-not-moved": Case(
        recorded("licensedWorkloads", name="files", type="Tape", platform="File2TapeServer", used=1.0),
        recorded("licensedWorkloads", name="vm7", type="VMware VM", platform="VMware", used=1.0),
        source=NEWEST,
        target=NEWEST,
    ),
    "storage-of-one-owner": Case(
        all_of(
            added("repositories", "S3CompatibleStorages", **BUCKET),
            changed("jobs", JOB, storage__backupRepository={"name": "Bucket", "uniqueId": BUCKET["uniqueId"]}),
        )
    ),
    "hardened-repository": Case(
        all_of(changed("repositories", LINUX, type="LinuxHardened"), lambda pair: _hardened(pair))
    ),
    "single-use-account": Case(marked("managedServers", "enterprise05.tech.local", singleUse=True)),
    "on-source-server": Case(
        calmly=given(
            mappings={
                "repositories": {REPOSITORY: "Default Backup Repository"},
                "hosts": {"srv04.tech.local": "other.tech.local"},
            }
        ),
        calm=lambda pair: _without_proxies(pair),
    ),
    "host-offline": Case(
        marked("managedServers", "vcenter02.tech.local", offline=True),
        marked("managedServers", "vcenter02.tech.local", offline=True),
        calmly=given(mappings={"hosts": {"vcenter02.tech.local": "vcenter01.tech.local"}}),
    ),
    "repository-offline": Case(marked("repositories", LINUX, offline=True)),
    "space-short": Case(
        all_of(
            changed("jobs", JOB, storage__backupRepository={"name": LINUX, "uniqueId": None}),
            marked("repositories", LINUX, usedGB=900, freeGB=100),
        ),
        marked("repositories", LINUX, usedGB=900, freeGB=100),
    ),
    "server-not-moved": Case(added("managedServers", "windowsHosts", **UNMOVED), source=NEWEST),
    "repository-not-moved": Case(added("repositories", "HostedAppliances", **DEDUP), source=NEWEST, target=NEWEST),
    "wan-accelerator-not-moved": Case(WAN, CDP),
    "cdp-not-moved": Case(CDP, recorded("replicas", name="vm9", type="Regular")),
    "ambiguous-account": Case(
        all_of(
            copied("credentials", "linux01", uniqueId="another-linux01"),
            changed("managedServers", "enterprise05.tech.local", credentials={"credentialsName": "linux01"}),
        ),
        copied("credentials", "linux01", uniqueId="another-linux01"),
    ),
    "account-twice": Case(
        copied("credentials", "linux01", "target", uniqueId="theirs"),
        copied("credentials", "linux01", "target"),
    ),
    "encryption-password-wrong": Case(
        options=passwords("Zq7&another+password%=#12"),
        calmly=passwords("Rv5=Qw0&Px7%Oy2+Nz9#Ma4"),
        source=NEWEST,
        target=NEWEST,
    ),
    "restore-points-retention": Case(
        nothing, changed("jobs", JOB, storage__retentionPolicy={"type": "Days", "quantity": 7})
    ),
    "reverse-incremental": Case(changed("jobs", JOB, **{f"{STORAGE}__backupModeType": "ReverseIncremental"})),
    "gfs-fulls-at-risk": Case(
        kept_for_years, all_of(kept_for_years, changed("jobs", JOB, storage__gfsPolicy__isEnabled=True))
    ),
    "job-not-moved": Case(recorded("otherJobs", name="Agents", type="WindowsAgentBackup"), source=NEWEST),
    "job-by-hand": Case(
        recorded("otherJobs", name="Tapes", type="Unknown"),
        recorded("otherJobs", name="Agents", type="WindowsAgentBackup"),
        source=NEWEST,
    ),
    "predecessor-stays": Case(
        changed("jobs", JOB, **{AFTER: {"isEnabled": True, "jobName": "Gone"}}),
        all_of(
            changed("jobs", JOB, **{AFTER: {"isEnabled": True, "jobName": "Gone"}}),
            recorded("otherJobs", "target", name="Gone", type="Unknown"),
        ),
    ),
    "job-running": Case(running),
    "session-running": Case(rescanning, running),
    "mount-active": Case(
        recorded("instantRecoveries", name="vm1"), recorded("instantRecoveries", name="vm1", state="Failed")
    ),
    "names-differ-by-case": Case(copied("jobs", JOB, name="BACKUP JOB 2"), copied("jobs", JOB, name="Another")),
    "in-the-way": Case(
        copied("repositories", LINUX, "target", name="Another name"), copied("repositories", LINUX, "target")
    ),
    "already-there": Case(copied("credentials", "linux01", "target")),
    "conversion-loses": Case(target="11.0.1.1261", options=spoken, calmly=nothing_moved),
    "conversion-fails": Case(target="11.0.1.1261", options=spoken, calmly=nothing_moved),
    "not-checked": Case(source="12.3.1.1139", other={"source": NEWEST, "target": NEWEST}),
}


def _hardened(pair: Pair) -> None:
    row = row_of(pair.source, "repositories", LINUX)
    row["group"] = "LinuxHardenedRepositories"


def _without_proxies(pair: Pair) -> None:
    for row in list(pair.source.service.store.rows("proxies")):
        pair.source.service.store.remove("proxies", row["id"])


def preflight(pair: Pair, **options: Any) -> dict[str, Any]:
    return run("preflight", {"source": connection(pair.source), "target": connection(pair.target), **options})


def found(
    case: Case, state: State, options: Callable[[Pair], Mapping[str, Any]], **builds: str
) -> list[dict[str, Any]]:
    builds = {"source": case.source, "target": case.target, **builds}
    with simulated_pair(source_build=builds["source"], target_build=builds["target"]) as pair:
        state(pair)
        for server in pair.servers:
            server.readonly()
        result = preflight(pair, **options(pair))
        assert "findings" in result, result
        return list(result["findings"])


@pytest.mark.parametrize("code", CODES)
def test_a_state_raises_it_and_another_does_not(code: str) -> None:
    case = CASES[code]
    raised = [one for one in found(case, case.raised, case.options) if one["code"] == code]
    assert raised, "the state does not raise it"
    for one in raised:
        rule = CODES[code]
        assert (one["severity"], one["remedy"], one["source"]) == (rule.severity, rule.remedy, rule.source)
        assert one["message"]
    assert code not in {one["code"] for one in found(case, case.calm, case.calmly, **case.other)}


# Further ways to the same code.
SCALE_OUT = {
    "name": LINUX,
    "description": "",
    "uniqueId": "5B6D4C1E-0000-4000-8000-000000000002",
    "performanceTier": {"performanceExtents": []},
}
MORE: dict[str, tuple[str, Case]] = {
    "clocks that differ from one another": (
        "clock-differs",
        Case(all_of(ahead(200), ahead(-200, "target")), all_of(ahead(200), ahead(200, "target"))),
    ),
    "a job of another sort": (
        "in-the-way",
        Case(
            recorded("otherJobs", "target", name=JOB.upper(), type="BackupCopy"),
            recorded("otherJobs", "target", name="Another", type="BackupCopy"),
        ),
    ),
    "a scale-out repository of the name": (
        "in-the-way",
        Case(
            added("scaleOutRepositories", "scaleOutRepositories", "target", **SCALE_OUT),
            added("scaleOutRepositories", "scaleOutRepositories", "target", **{**SCALE_OUT, "name": "Another"}),
        ),
    ),
    "a scale-out repository is not carried": (
        "repository-not-moved",
        Case(added("scaleOutRepositories", "scaleOutRepositories", **SCALE_OUT)),
    ),
    "sockets": (
        "license-too-small",
        Case(all_of(licensed("source", sockets=4, used_sockets=4), licensed(sockets=2)), licensed(sockets=2)),
    ),
    "space on the repository that takes the place": (
        "space-short",
        Case(
            lambda pair: row_of(pair.target, "repositories", "Default Backup Repository")["state"].update(freeGB=1),
            lambda pair: row_of(pair.target, "repositories", "Default Backup Repository")["state"].update(freeGB=9000),
            options=given(mappings={"repositories": {REPOSITORY: "Default Backup Repository"}}),
            calmly=given(mappings={"repositories": {REPOSITORY: "Default Backup Repository"}}),
        ),
    ),
    "published disks": (
        "mount-active",
        Case(recorded("publishedDisks", name="vm2"), recorded("publishedDisks", name="vm2", state="Unmounted")),
    ),
    "a role by its name": ("not-administrator", Case(options=viewer, source=NEWEST, target=NEWEST)),
    "an old configuration backup": (
        "config-backup-old",
        Case(
            configured(lastSuccessfulBackup={"lastSuccessfulTime": "2020-01-01T10:00:00Z", "sessionId": None}),
            backed_up,
        ),
    ),
    "the reason is an older revision": ("not-checked", Case(other={"source": NEWEST, "target": NEWEST})),
}


@pytest.mark.parametrize("way", MORE)
def test_another_way_to_it(way: str) -> None:
    code, case = MORE[way]
    assert code in {one["code"] for one in found(case, case.raised, case.options)}
    assert code not in {one["code"] for one in found(case, case.calm, case.calmly, **case.other)}


def test_every_code_has_its_case() -> None:
    assert set(CASES) == set(CODES)
