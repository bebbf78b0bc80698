# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the seed `headquarters` is made of, and its jobs: of every type, with chains and copies."""

from __future__ import annotations

import json
from typing import Any

Body = dict[str, Any]
NAME = "hq01.orion.local"
VCENTER, DIRECTOR = "vcenter01.tech.local", "vcd01.orion.local"
STORES = ("north", "south", "east", "west")
WARDS = tuple(f"ward{number:02}" for number in range(1, 13))
LABS = tuple(f"linlab{number:02}" for number in range(1, 9))
LAPTOPS = tuple(f"laptop{number:02}" for number in range(1, 11))
OFF = {"isEnabled": False}
# What a job has made, and of the types that leave a chain in a repository of their own.
POINTS = ({"type": "Full"}, {"type": "Increment"})
WITH_CHAINS = ("HyperVBackup", "CloudDirectorBackup", "WindowsAgentBackup", "LinuxAgentBackup", "FileBackup")
DAYS = {"type": "Days", "quantity": 14}
GFS = {
    "isEnabled": True,
    "weekly": {"isEnabled": True, "keepForNumberOfWeeks": 4, "desiredTime": "Sunday"},
    "monthly": {"isEnabled": True, "keepForNumberOfMonths": 12, "desiredTime": "First"},
}


def jobs_of(template: Body) -> Body:
    """The jobs by group, those of vSphere like a template."""
    return {"jobs": _vsphere_jobs(template), "otherJobs": [*_jobs(), *_listed_only()]}


def copied(body: Body, **changes: Any) -> Body:
    copied: Body = json.loads(json.dumps(body))
    return {**copied, **changes}


def machine(name: str, object_id: str, host: str = VCENTER, platform: str = "VSphere") -> Body:
    urn = f"vc:{host};vm:{object_id}"
    machine = {"platform": platform, "type": "VirtualMachine", "hostName": host, "name": name}
    return {**machine, "objectId": object_id, "urn": urn}


def _agent(group: str, name: str, kind: str = "WindowsComputer") -> Body:
    ids = {"id": f"@{name}", "protectionGroupId": f"@{group}"}
    return {"platform": "Agent", "name": name, "type": kind, **ids}


def _schedule(hour: int, after: str = "") -> Body:
    daily = {"isEnabled": not after, "localTime": f"{hour:02}:30", "dailyKind": "Everyday"}
    chained = {"isEnabled": bool(after), **({"jobName": after} if after else {})}
    return {"runAutomatically": True, "daily": daily, "afterThisJob": chained}


def _vsphere_jobs(template: Body) -> list[Body]:
    """Jobs of the kind that automation moves; the second of each three follows the first, and the third has GFS."""
    jobs = []
    for number in range(1, 22):
        job = copied(template, name=f"Tier {number:02}", description=f"Tier {number}")
        job["virtualMachines"]["includes"] = [
            machine(f"app{number:02}{side}", f"vm-7{number:02}{side}") for side in "ab"
        ]
        name = f"Store {STORES[number % 4]} 1"
        unique = f"{number % 4}1".rjust(32, "A")
        job["storage"]["backupRepository"] = {"name": name, "uniqueId": unique}
        if number % 3 == 2:
            job["schedule"]["afterThisJob"] = {"isEnabled": True, "jobName": f"Tier {number - 1:02}"}
        if number % 3 == 0:
            job["storage"]["gfsPolicy"] = dict(GFS)
            job["_state"] = {"points": [{"type": "Full", "gfs": ["Weekly", "Monthly"]}, *POINTS]}
        if number == 12:
            job["storage"]["backupRepository"] = {"name": "Orion pool", "uniqueId": "Orion-pool"}
            job["_state"] = {**job.get("_state", {}), "disabled": True}
        jobs.append(job)
    return jobs


def _job(kind: str, name: str, **more: Any) -> Body:
    made = {"_state": {"points": list(POINTS)}} if kind in WITH_CHAINS else {}
    return {"type": kind, "name": name, "description": f"{name} of Orion", **more, **made}


def _kept(repository: str, **more: Any) -> Body:
    return {"backupRepositoryId": f"@{repository}", "retentionPolicy": dict(DAYS), **more}


def _machines_kept(repository: str, proxies: Body) -> Body:
    return _kept(repository, backupProxies=proxies, advancedSettings={"backupModeType": "Incremental"})


def _jobs() -> list[Body]:
    return [*_machine_jobs(), *_agent_jobs(), *_data_jobs(), *_copy_jobs()]


def _machine_jobs() -> list[Body]:
    guest = {"appAwareProcessing": OFF, "guestFSIndexing": OFF}
    hyper_v = [
        _job(
            "HyperVBackup",
            f"Hyper-V {number}",
            isHighPriority=False,
            virtualMachines={"includes": [machine(f"hvm{number}", f"hv-{number}", "hv01.orion.local", "HyperV")]},
            storage=_machines_kept("Store north 2", {"proxyType": "OnHost"}),
            guestProcessing=guest,
            schedule=_schedule(1, f"Hyper-V {number - 1}" if number > 1 else ""),
        )
        for number in range(1, 4)
    ]
    director = _job(
        "CloudDirectorBackup",
        "Shop",
        virtualMachines={"includes": [machine("shop-web", "urn:vcloud:vm:1", DIRECTOR, "CloudDirector")]},
        storage=_machines_kept("Store south 2", {"autoSelectEnabled": True}),
        guestProcessing=guest,
        schedule=_schedule(2),
    )
    settings = {"metadataRepositoryId": "@Store east 1", "replicaNameSuffix": "_replica", "restorePointsToKeep": 7}
    host = {**machine("esx03.tech.local", "host-28"), "type": "Host"}
    replica = _job(
        "VSphereReplica",
        "Till standby",
        virtualMachines={"includes": [machine("srv02", "vm-32843")]},
        destination={"host": host, **_places()},
        jobSettings=settings,
        schedule=_schedule(3),
    )
    return [*hyper_v, director, replica]


def _places() -> Body:
    kinds = {
        "resourcePool": ("ResourcePool", "Services", "resgroup-27"),
        "folder": ("Folder", "Templates", "group-v31"),
    }
    kinds["datastore"] = ("Datastore", "datastore1", "datastore-29")
    return {field: {**machine(name, row_id), "type": kind} for field, (kind, name, row_id) in kinds.items()}


def _agent_jobs() -> list[Body]:
    storage, mode = _kept("Wards pool"), {"backupMode": "EntireComputer"}
    windows, linux = "WindowsComputer", "LinuxComputer"
    jobs = [
        _job(
            "WindowsAgentBackup", f"Ward agents {part + 1}", computers=[_agent("Wards", name) for name in names], **mode
        )
        for part, names in enumerate((WARDS[:6], WARDS[6:]))
    ]
    jobs += [_job("LinuxAgentBackup", "Lab agents", computers=[_agent("Labs", name, linux) for name in LABS], **mode)]
    jobs += [_job("WindowsAgentBackupFailoverCluster", "Till cluster", computers=[_agent("Wards", WARDS[0])], **mode)]
    for job in jobs:
        job |= {"storage": dict(storage), "schedule": _schedule(4)}
    place = {"destinationType": "BackupRepository", "backupServerName": NAME, "backupRepositoryId": "@Store west 2"}
    local = {"destinationType": "LocalStorage", "path": "D:\\backup"}
    policies = (
        ("WindowsAgentBackupWorkstationPolicy", "Laptop policy", _agent("Laptops", LAPTOPS[0], windows), place),
        ("WindowsAgentBackupServerPolicy", "Kiosk policy", _agent("Kiosks", "kiosk01"), local),
        ("LinuxAgentBackupWorkstationPolicy", "Bench policy", _agent("Labs", LABS[0], linux), place),
        ("LinuxAgentBackupServerPolicy", "Rack policy", _agent("Labs", LABS[1], linux), place),
    )
    return jobs + [
        _job(kind, name, computers=[one], storage={"destination": where}, **mode) for kind, name, one, where in policies
    ]


def _data_jobs() -> list[Body]:
    files = [
        _job(
            "FileBackup",
            f"Files {number}",
            objects=[{"fileServerId": f"@{server}", "path": "share", "type": "Directory"}],
            backupRepository=_kept("Cloud files"),
            schedule=_schedule(5),
        )
        for number, server in enumerate(("\\\\nas01\\wards", "nas02:/labs"), 1)
    ]
    objects = [{"objectStorageServerId": "@Images", "container": "scans", "type": "Container"}]
    tenant = "@7c1d8a54-41f3-4d5e-8a58-4b1f8e6d3001"
    kept = {"backupRepositoryId": "@Store south 2", "retentionPolicy": dict(DAYS)}
    return [
        *files,
        _job(
            "ObjectStorageBackup",
            "Scans",
            objects=objects,
            backupRepository=_kept("Cloud objects"),
            schedule=_schedule(6),
        ),
        _job("EntraIDTenantBackup", "Directory", storage={"tenantId": tenant, "retentionPolicy": dict(DAYS)}),
        _job("EntraIDAuditLogBackup", "Sign-in logs", tenant={"tenantId": tenant}, storage=kept, schedule=_schedule(7)),
    ]


def _copy_jobs() -> list[Body]:
    target = {"backupRepositoryId": "@Orion pool", "retentionPolicy": {"type": "RestorePoints", "quantity": 7}}
    immediate: tuple[str, Body] = ("Immediate", {"scheduleMode": "Continuous"})
    daily = {"isEnabled": True, "localTime": "08:00"}
    periodic: tuple[str, Body] = ("Periodic", {"runAutomatically": True, "daily": daily})
    copies = [
        _job(
            "BackupCopy",
            f"Copy of tier {number:02}",
            mode=mode,
            sourceObjects={"includes": {"jobs": [{"id": f"@Tier {number:02}", "name": f"Tier {number:02}"}]}},
            target={**target, "gfsPolicy": dict(GFS)},
            schedule={"type": mode, **when},
        )
        for number, (mode, when) in zip((1, 3, 6, 9), (immediate, periodic) * 2, strict=True)
    ]
    kept = {"retentionPolicy": dict(DAYS)}
    plain: list[Body] = [
        {"type": "FileBackupCopy", "name": "Files copy", "primaryJobId": "@Files 1"}
        | {"backupRepositoryId": "@Cloud objects", **kept},
        {"type": "EntraIDTenantBackupCopy", "name": "Directory copy", "primaryJobId": "@Directory"}
        | {"backupRepositoryId": "@Store west 1", **kept},
    ]
    checks = {"malwareScanEnabled": True, "yaraScanEnabled": False}
    linked = {"includes": [{"id": "@Tier 02", "name": "Tier 02", "type": "VSphereBackup"}]}
    return [*copies, *plain, _job("SureBackupContentScan", "Scan", verificationOptions=checks, linkedJobs=linked)]


def _listed_only() -> list[Body]:
    kinds = ("LegacyBackupCopy", "CloudBackupAzure", "ProxmoxBackupJob")
    return [{"type": kind, "name": f"{kind} of Orion", "description": ""} for kind in kinds]
