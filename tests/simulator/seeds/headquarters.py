# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed `headquarters`: a mixed server of some 250 objects, with every type of job and things that no call moves.

Ids of other objects stand as `@` and a name. The server, its host and its templates are those of the shipped source.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Body = dict[str, Any]
SHIPPED = Path(__file__).parent / "vbr_source.json"
NAME = "hq01.orion.local"
VCENTER, DIRECTOR = "vcenter01.tech.local", "vcd01.orion.local"
STORES = ("north", "south", "east", "west")
WARDS = tuple(f"ward{number:02}" for number in range(1, 13))
LABS = tuple(f"linlab{number:02}" for number in range(1, 9))
LAPTOPS = tuple(f"laptop{number:02}" for number in range(1, 11))
ACCOUNT = {"credentialsName": "orion\\service01", "credentialsTag": "orion-service-01"}
OFF = {"isEnabled": False}
DAYS = {"type": "Days", "quantity": 14}
GFS = {
    "isEnabled": True,
    "weekly": {"isEnabled": True, "keepForNumberOfWeeks": 4, "desiredTime": "Sunday"},
    "monthly": {"isEnabled": True, "keepForNumberOfMonths": 12, "desiredTime": "First"},
}


def document() -> Body:
    """The whole seed."""
    shipped: Body = json.loads(SHIPPED.read_text().replace("srv04.tech.local", NAME))
    estate: Body = shipped["estate"]
    _accounts(estate)
    _hosts(estate)
    _storage(estate)
    _agents(estate)
    _data(estate)
    template = estate["jobs"]["jobs"][0]
    estate["jobs"] = {"jobs": _vsphere_jobs(template), "otherJobs": [*_jobs(), *_listed_only()]}
    estate |= {"users": {"users": _users()}, "roles": {"roles": _roles()}}
    records = {
        "wanAccelerators": [{"name": "hq-wan"}, {"name": "branch-wan"}],
        "licensedWorkloads": [{"name": "tape01", "type": "Tape", "platform": "File2TapeServer", "used": 1.0}],
        "replicas": [{"name": "till-cdp", "type": "CDP"}],
        "otherJobs": [{"name": "Vault tapes", "type": "Unknown"}],
    }
    return {"server": {"name": NAME}, "estate": estate, "records": records}


def _copy(body: Body, **changes: Any) -> Body:
    copied: Body = json.loads(json.dumps(body))
    return {**copied, **changes}


def _accounts(estate: Body) -> None:
    estate["credentials"]["credentials"] += [
        {
            "type": "Standard",
            "username": f"orion\\service{number:02}",
            "password": f"Hq7&orion+{number:02}%Vs3=#",
            "description": f"Service account {number}",
            "uniqueId": f"orion-service-{number:02}",
            "linuxAdditionalSettings": None,
        }
        for number in range(1, 21)
    ]


def _hosts(estate: Body) -> None:
    servers = estate["managedServers"]
    linux = servers["linuxHosts"][0]
    servers["linuxHosts"] += [_copy(linux, name=f"store-{name}.orion.local", description=name) for name in STORES]
    servers["windowsHosts"] += [
        _copy(servers["windowsHosts"][0], name=f"win{number:02}.orion.local", credentials=ACCOUNT, _state={})
        for number in range(1, 5)
    ]
    servers["cloudDirectorHosts"] = [
        {"type": "CloudDirectorHost", "name": DIRECTOR, "description": "", "credentials": ACCOUNT, "url": DIRECTOR}
        | {"viServers": [{"viServerName": VCENTER, "viCredentials": ACCOUNT}]}
    ]
    account = {"credentialsId": "@orion\\service02"}
    hyper_v = {"type": "HvServer", "description": "", "credentialsStorageType": "Permanent", **account}
    servers["otherHosts"] = [
        *({**hyper_v, "name": f"hv{number:02}.orion.local", "maxTaskCount": 4} for number in range(1, 4)),
        {"type": "HvCluster", "name": "hvcluster.orion.local", "description": "Wards", **account}
        | {"hvServers": [{"hvServerName": "hv02.orion.local"}, {"hvServerName": "hv03.orion.local"}]},
        {"type": "SmbV3Cluster", "name": "smb.orion.local", "description": "", **account},
        {"type": "ProxmoxNode", "name": "pve.orion.local", "description": "Test lab"},
    ]
    proxies = estate["proxies"]["proxies"]
    proxies += [
        _copy(proxies[-1], server={**proxies[-1]["server"], "hostName": f"store-{name}.orion.local"}) for name in STORES
    ]
    estate["proxies"]["otherProxies"] = [
        *(_proxy("HvProxy", f"hv{number:02}.orion.local") for number in range(1, 4)),
        *(_proxy("GeneralPurposeProxy", f"win{number:02}.orion.local") for number in range(1, 4)),
    ]
    estate["mountServers"] = {"mountServers": []}


def _proxy(kind: str, host: str) -> Body:
    return {"type": kind, "description": "", "server": {"hostName": host, "maxTaskCount": 4}}


def _storage(estate: Body) -> None:
    repositories = estate["repositories"]
    linux = repositories["LinuxLocalRepositories"][0]
    repositories["LinuxLocalRepositories"] += [
        _copy(
            linux,
            name=f"Store {name} {number}",
            uniqueId=f"{index}{number}".rjust(32, "A"),
            hostName=f"store-{name}.orion.local",
            repository={**linux["repository"], "path": f"/backups/{number}"},
        )
        for index, name in enumerate(STORES)
        for number in range(1, 5)
    ]
    cloud = {"name": "AKIATECHLOCALEXAMPLE", "tag": "0B6F1C52-6C4E-4B0D-9C53-5A2C1C7A1E03", "type": "Amazon"}
    link = {"connectionType": "Direct", "gatewayServers": []}
    repositories["AmazonS3Storages"] = [
        {
            "type": "AmazonS3",
            "name": f"Cloud {name}",
            "description": "",
            "uniqueId": name.rjust(32, "C"),
            "enableTaskLimit": False,
            "maxTaskCount": 2,
            "account": {"credentials": cloud, "regionType": "Global", "connectionSettings": link},
            "bucket": {"regionId": "eu-west-1", "bucketName": f"orion-{name}", "folderName": "backups"},
            "mountServer": repositories["LinuxLocalRepositories"][0]["mountServer"],
        }
        for name in ("capacity", "files", "objects")
    ]
    estate["scaleOutRepositories"] = {
        "scaleOutRepositories": [
            _scale_out("Orion pool", ("Store north 3", "Store south 3"), "Cloud capacity"),
            _scale_out("Wards pool", ("Store east 3", "Store west 3"), ""),
        ]
    }
    certificate = {"certificate": "Kq4&orion+certificate%Zx9=", "formatType": "Pfx", "password": "Kq5&orion+key%Zx8="}
    kms: Body = {"type": "KMS", "name": "Keys of Orion", "description": "", "port": 5696}
    kms |= {"serverCertificate": certificate, "clientCertificate": certificate}
    domains = [{"serverName": f"dc0{number}.orion.local", "credentialsId": "@orion\\service03"} for number in (1, 2)]
    estate |= {"kmsServers": {"kmsServers": [kms]}, "adDomains": {"adDomains": domains}}
    excluded = ("filesrv02", "vm-45006"), ("srv01", "vm-34739")
    estate["globalExclusions"] = {
        "globalExclusions": [{"inventoryObject": _machine(*each), "note": "decommissioned"} for each in excluded]
    }


def _scale_out(name: str, extents: tuple[str, ...], cloud: str) -> Body:
    body: Body = {
        "name": name,
        "description": "",
        "uniqueId": name.replace(" ", "-"),
        "performanceTier": {"performanceExtents": [{"extent": each} for each in extents]},
        "placementPolicy": {"type": "DataLocality", "settings": []},
        "capacityTier": {"isEnabled": bool(cloud), "extents": [{"extent": cloud}] if cloud else []},
        "archiveTier": OFF,
    }
    return body


def _machine(name: str, object_id: str, host: str = VCENTER, platform: str = "VSphere") -> Body:
    urn = f"vc:{host};vm:{object_id}"
    machine = {"platform": platform, "type": "VirtualMachine", "hostName": host, "name": name}
    return {**machine, "objectId": object_id, "urn": urn}


# --- agents, files, directories ---------------------------------------------------------------------------------------


def _agents(estate: Body) -> None:
    one = {"connectionType": "PermanentCredentials", "credentialsId": "@orion\\service04"}
    single = {
        "username": "root",
        "type": "Linux",
        "authenticationType": "Password",
        "password": "Sg3&orion+single%Tq6=",
    }
    once = {"connectionType": "SingleUseCredentials", "singleUseCredentials": single}
    individual: Body = {"type": "IndividualComputers", "description": ""}
    controller = {"id": "@dc01.orion.local", "name": "dc01.orion.local", "serverName": "dc01.orion.local"}
    controller["credentialsId"] = "@orion\\service03"
    directory = {"domainControllerSettings": controller, "objects": [_directory(name) for name in LAPTOPS]}
    accounts = {"masterConnectionType": "PermanentCredentials", "masterCredentialsId": "@orion\\service03"}
    accounts["useCustomCredentials"] = False  # type: ignore[assignment]
    groups: list[Body] = [
        {**individual, "name": "Wards", "computers": [{"hostName": name, **one} for name in WARDS]},
        {**individual, "name": "Labs", "computers": [{"hostName": name, **once} for name in LABS]},
        {
            "type": "ADObjects",
            "name": "Laptops",
            "description": "",
            "activeDirectory": directory,
            "credentials": accounts,
        },
        {"type": "CSVFile", "name": "Kiosks", "description": "", "file": {"path": "C:\\lists\\kiosks.csv"}}
        | {
            "credentials": {"masterCredentialsId": "@orion\\service04"},
            "_state": {"computers": ["kiosk01", "kiosk02"]},
        },
        {"type": "PreInstalledAgents", "name": "Field", "description": ""},
        {"type": "ManuallyAdded", "name": "Manually Added", "description": ""},
    ]
    found = {"Wards": WARDS, "Labs": LABS, "Laptops": LAPTOPS, "Kiosks": ("kiosk01", "kiosk02")}
    entities = [
        {"protectionGroupId": f"@{group}", "name": name, "type": "Computer", "linux": group == "Labs"}
        for group, names in found.items()
        for name in names
    ]
    estate |= {"protectionGroups": {"protectionGroups": groups}, "discoveredEntities": {"discoveredEntities": entities}}


def _directory(name: str) -> Body:
    place = f"CN={name},DC=orion,DC=local"
    ids = {"id": "5f1a6c1e-1d0b-4c57-9a0f-00000000ad01", "domainId": "@dc01.orion.local"}
    return {**ids, "fullName": name, "distinguishedName": place, "type": "Computer"}


def _agent(group: str, name: str, kind: str = "WindowsComputer") -> Body:
    ids = {"id": f"@{name}", "protectionGroupId": f"@{group}"}
    return {"platform": "Agent", "name": name, "type": kind, **ids}


def _data(estate: Body) -> None:
    processing = {"cacheRepositoryId": "@Store north 1", "backupIOControlLevel": "Medium"}
    shared = {**processing, "backupProxies": {"autoSelectEnabled": True}}
    share = {"accessCredentialsRequired": True, "accessCredentialsId": "@orion\\service05", "processing": shared}
    bucket = {"friendlyName": "Images", "credentialsId": "@AKIATECHLOCALEXAMPLE", "regionType": "Global"}
    servers: list[Body] = [
        *(
            {"type": "FileServer", "hostId": f"@win{number:02}.orion.local", "processing": processing}
            for number in (1, 2)
        ),
        {"type": "SMBShare", "path": "\\\\nas01\\wards", **share},
        {"type": "NFSShare", "path": "nas02:/labs", "processing": shared},
        {"type": "AmazonS3", "account": {**bucket, "regionId": "eu-west-1"}, "processing": shared},
    ]
    secret = "Em2&orion+tenant%Rk8="
    tenants = [
        {
            "azureTenantId": f"7c1d8a54-41f3-4d5e-8a58-4b1f8e6d300{number}",
            "description": "",
            "cacheRepositoryId": "@Store south 1",
            "region": "Global",
            "authentication": {"applicationId": f"8a1f2c3d-0000-4000-8000-00000000000{number}", "secret": secret},
            "_state": {"name": f"orion{number}.example"},
        }
        for number in (1, 2)
    ]
    estate["unstructuredDataServers"] = {"unstructuredDataServers": servers}
    estate["entraTenants"] = {"entraTenants": tenants}


# --- jobs -------------------------------------------------------------------------------------------------------------


def _schedule(hour: int, after: str = "") -> Body:
    daily = {"isEnabled": not after, "localTime": f"{hour:02}:30", "dailyKind": "Everyday"}
    chained = {"isEnabled": bool(after), **({"jobName": after} if after else {})}
    return {"runAutomatically": True, "daily": daily, "afterThisJob": chained}


def _vsphere_jobs(template: Body) -> list[Body]:
    """Jobs of the kind that automation moves; the second of each three follows the first, and the third has GFS."""
    jobs = []
    for number in range(1, 22):
        job = _copy(template, name=f"Tier {number:02}", description=f"Tier {number}")
        job["virtualMachines"]["includes"] = [
            _machine(f"app{number:02}{side}", f"vm-7{number:02}{side}") for side in "ab"
        ]
        name = f"Store {STORES[number % 4]} 1"
        unique = f"{number % 4}1".rjust(32, "A")
        job["storage"]["backupRepository"] = {"name": name, "uniqueId": unique}
        if number % 3 == 2:
            job["schedule"]["afterThisJob"] = {"isEnabled": True, "jobName": f"Tier {number - 1:02}"}
        if number % 3 == 0:
            job["storage"]["gfsPolicy"] = dict(GFS)
        if number == 12:
            job["storage"]["backupRepository"] = {"name": "Orion pool", "uniqueId": "Orion-pool"}
            job["_state"] = {**job.get("_state", {}), "disabled": True}
        jobs.append(job)
    return jobs


def _job(kind: str, name: str, **more: Any) -> Body:
    return {"type": kind, "name": name, "description": f"{name} of Orion", **more}


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
            virtualMachines={"includes": [_machine(f"hvm{number}", f"hv-{number}", "hv01.orion.local", "HyperV")]},
            storage=_machines_kept("Store north 2", {"proxyType": "OnHost"}),
            guestProcessing=guest,
            schedule=_schedule(1, f"Hyper-V {number - 1}" if number > 1 else ""),
        )
        for number in range(1, 4)
    ]
    director = _job(
        "CloudDirectorBackup",
        "Shop",
        virtualMachines={"includes": [_machine("shop-web", "urn:vcloud:vm:1", DIRECTOR, "CloudDirector")]},
        storage=_machines_kept("Store south 2", {"autoSelectEnabled": True}),
        guestProcessing=guest,
        schedule=_schedule(2),
    )
    settings = {"metadataRepositoryId": "@Store east 1", "replicaNameSuffix": "_replica", "restorePointsToKeep": 7}
    host = {**_machine("esx03.tech.local", "host-28"), "type": "Host"}
    replica = _job(
        "VSphereReplica",
        "Till standby",
        virtualMachines={"includes": [_machine("srv02", "vm-32843")]},
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
    return {field: {**_machine(name, row_id), "type": kind} for field, (kind, name, row_id) in kinds.items()}


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


# --- users ------------------------------------------------------------------------------------------------------------


def _users() -> list[Body]:
    people = {
        "night": "Backup Operator",
        "audit": "Backup Viewer",
        "restore": "Restore Operator",
        "tape": "Tape Operator",
    }
    users: list[Body] = [
        {
            "name": f"ORION\\{name}",
            "type": "ExternalUser",
            "isServiceAccount": name == "audit",
            "roles": [{"id": f"@{role}"}],
        }
        for name, role in people.items()
    ]
    users[0]["roles"].append({"id": "@Ward team"})
    return users


def _roles() -> list[Body]:
    workloads = [{"type": "Jobs", "backups": [], "jobs": [{"jobId": "@Ward agents 1", "jobName": "Ward agents 1"}]}]
    role: Body = {"name": "Ward team", "description": "", "manageBackups": True, "manageRestores": False}
    role["inventoryScope"] = {"entireInventory": False, "workloads": workloads}
    places = [{"repositoryId": "@Store east 3", "repositoryName": "Store east 3"}]
    role["repositoryScope"] = {"allRepositories": False, "repositories": places}
    return [role]
