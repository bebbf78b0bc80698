# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every code of a preflight: a state of the two servers that raises it, and one that does not."""

from __future__ import annotations

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.preflight.codes import CODES
from support.preflight import (
    BUCKET,
    HOUR,
    JOB,
    LINUX,
    NEWEST,
    REPOSITORY,
    Case,
    added,
    ahead,
    all_of,
    backed_up,
    changed,
    configured,
    copied,
    found,
    four_eyes,
    given,
    hardened,
    kept_elsewhere,
    kept_for_years,
    licensed,
    managed,
    marked,
    nothing,
    nothing_moved,
    of_many_points,
    passwords,
    recorded,
    rescanning,
    row_of,
    running,
    same,
    second_factor,
    service_account,
    spoken,
    switched_off_again,
    viewer,
    waiting,
    without_proxies,
)

WAN, CDP = recorded("wanAccelerators", name="wan01"), recorded("replicas", name="vm9", type="CDP")

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

UNMOVED = {"type": "ProxmoxNode", "name": "hv01.tech.local", "description": "", "credentials": None}
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
    "hardened-repository": Case(all_of(changed("repositories", LINUX, type="LinuxHardened"), hardened)),
    "single-use-account": Case(marked("managedServers", "enterprise05.tech.local", singleUse=True)),
    "on-source-server": Case(
        calmly=given(
            mappings={
                "repositories": {REPOSITORY: "Default Backup Repository"},
                "hosts": {"srv04.tech.local": "other.tech.local"},
            }
        ),
        calm=without_proxies,
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
    "server-not-moved": Case(
        added("managedServers", "windowsHosts", **UNMOVED),
        added("managedServers", "windowsHosts", **{**UNMOVED, "type": "HvServer"}),
        # Older revisions do not show it.
        source=NEWEST,
        target=NEWEST,
    ),
    "repository-not-moved": Case(
        added("repositories", "HostedAppliances", **{**DEDUP, "type": "HPStoreOnceCloudBank"}),
        added("repositories", "HostedAppliances", **DEDUP),
        source=NEWEST,
        target=NEWEST,
    ),
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
    "restore-points-converted": Case(
        options=given(convert={"restore_points": {"days_per_point": 1}}),
    ),
    "reverse-incremental": Case(changed("jobs", JOB, **{f"{STORAGE}__backupModeType": "ReverseIncremental"})),
    "gfs-fulls-at-risk": Case(
        kept_for_years, all_of(kept_for_years, changed("jobs", JOB, storage__gfsPolicy__isEnabled=True))
    ),
    "job-not-moved": Case(
        recorded("otherJobs", name="Files", type="FileBackup"),
        recorded("otherJobs", name="Agents", type="WindowsAgentBackup"),
        source="13.0.0.4967",
    ),
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
    "a scale-out repository of an old revision": (
        "repository-not-moved",
        Case(added("scaleOutRepositories", "scaleOutRepositories", **SCALE_OUT), source="12.1.0.2131"),
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
    "an edition that nobody knows": (
        "license-edition",
        Case(licensed(edition="Community"), licensed("source", edition="Unspecified")),
    ),
    "a chain of many files": (
        "gfs-fulls-at-risk",
        Case(all_of(kept_for_years, of_many_points), of_many_points),
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


def test_a_wrong_encryption_password_is_called_by_its_hint() -> None:
    code = "encryption-password-wrong"
    case = CASES[code]
    said = {one["message"] for one in found(case, case.raised, case.options) if one["code"] == code}
    assert said == {"the server says that it is another one. It is the one with the hint 'Offsite tapes 2023'."}


def test_every_code_has_its_case() -> None:
    assert set(CASES) == set(CODES)
