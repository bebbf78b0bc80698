# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed `headquarters`: a mixed server of some 250 objects, with every type of job and things that no call moves.

Ids of other objects stand as `@` and a name. The server, its host and its templates are those of the shipped source.
"""

from __future__ import annotations

import json
from pathlib import Path

from .headquarters_jobs import (
    DIRECTOR,
    LABS,
    LAPTOPS,
    NAME,
    OFF,
    STORES,
    VCENTER,
    WARDS,
    Body,
    copied,
    jobs_of,
    machine,
)

SHIPPED = Path(__file__).parent / "vbr_source.json"
ACCOUNT = {"credentialsName": "orion\\service01", "credentialsTag": "orion-service-01"}


# Protection groups that nobody creates, and one of a type that only the console does.
OF_THE_SERVER = [
    {"type": kind, "name": name, "description": ""}
    for kind, name in (("ManuallyAdded", "Manually Added"), ("Unmanaged", "Unmanaged"), ("MongoDB", "Charts"))
]


def document() -> Body:
    """The whole seed."""
    shipped: Body = json.loads(SHIPPED.read_text().replace("srv04.tech.local", NAME))
    estate: Body = shipped["estate"]
    _accounts(estate)
    _hosts(estate)
    _storage(estate)
    _keys_and_directories(estate)
    _agents(estate)
    _data(estate)
    estate["jobs"] = jobs_of(estate["jobs"]["jobs"][0])
    estate |= {"users": {"users": _users()}, "roles": {"roles": _roles()}}
    return {"server": {"name": NAME}, "estate": estate, "records": _shown_only()}


def _store(name: str, object_id: str) -> Body:
    return {**machine(name, object_id), "type": "Datastore", "urn": f"vc:{VCENTER};datastore:{object_id}"}


def _shown_only() -> Body:
    """What a server shows and takes from nobody."""
    return {
        "wanAccelerators": [{"name": "hq-wan"}, {"name": "branch-wan"}],
        "licensedWorkloads": [
            {"name": "tape01", "type": "Tape", "platform": "File2TapeServer", "used": 1.0},
            {"name": "ORCL", "type": "Oracle RMAN plug-in", "platform": "Application", "used": 1.0},
            {"name": "mail01", "type": "AWS EC2", "platform": "AwsEc2", "used": 1.0},
            {"name": "ward01", "type": "Server", "platform": "WindowsServer", "used": 1.0},
        ],
        "replicas": [{"name": "till-cdp", "type": "CDP"}],
        "otherJobs": [{"name": "Vault tapes", "type": "Unknown"}],
        "recoveryTokens": [{"name": "ward01"}],
        "malwareExclusions": [{"name": "filesrv02", "platform": "VMware", "note": "test data"}],
        "slowDatastores": [
            {"storageObject": _store("datastore1", "datastore-29"), "latencyLimitMs": 5, "throttlingIOLimitMs": 8}
        ],
        "helperAppliances": [{"account": "tech-azure", "vmName": "helper-west", "location": "westeurope"}],
        "applianceTemplates": [{"location": "northeurope"}],
        "bestPractices": [
            {"bestPractice": "Remote Registry service should be disabled", "status": "Suppressed", "note": "agreed"},
            {"bestPractice": "MFA should be enabled", "status": "Violation"},
        ],
    }


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
    servers["linuxHosts"] += [copied(linux, name=f"store-{name}.orion.local", description=name) for name in STORES]
    servers["windowsHosts"] += [
        copied(servers["windowsHosts"][0], name=f"win{number:02}.orion.local", credentials=ACCOUNT, _state={})
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
        copied(proxies[-1], server={**proxies[-1]["server"], "hostName": f"store-{name}.orion.local"})
        for name in STORES
    ]
    estate["proxies"]["otherProxies"] = [
        *(_proxy("HvProxy", f"hv{number:02}.orion.local") for number in range(1, 4)),
        *(_proxy("GeneralPurposeProxy", f"win{number:02}.orion.local") for number in range(1, 4)),
        _proxy("PVE", "pve.orion.local"),
    ]
    estate["mountServers"] = {"mountServers": []}


def _proxy(kind: str, host: str) -> Body:
    return {"type": kind, "description": "", "server": {"hostName": host, "maxTaskCount": 4}}


def _storage(estate: Body) -> None:
    repositories = estate["repositories"]
    linux = repositories["LinuxLocalRepositories"][0]
    repositories["LinuxLocalRepositories"] += [
        copied(
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


def _keys_and_directories(estate: Body) -> None:
    certificate = {"certificate": "Kq4&orion+certificate%Zx9=", "formatType": "Pfx", "password": "Kq5&orion+key%Zx8="}
    kms: Body = {"type": "KMS", "name": "Keys of Orion", "description": "", "port": 5696}
    kms |= {"serverCertificate": certificate, "clientCertificate": certificate}
    domains = [{"serverName": f"dc0{number}.orion.local", "credentialsId": "@orion\\service03"} for number in (1, 2)]
    estate |= {"kmsServers": {"kmsServers": [kms]}, "adDomains": {"adDomains": domains}}
    excluded = ("filesrv02", "vm-45006"), ("srv01", "vm-34739")
    estate["globalExclusions"] = {
        "globalExclusions": [{"inventoryObject": machine(*each), "note": "decommissioned"} for each in excluded]
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
        *OF_THE_SERVER,
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
