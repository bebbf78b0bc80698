# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An estate with deeply nested objects and many enums: the shipped seed, and one more object of each such kind.

The objects are written in the shape of the newest revision, as the simulator stores them.
"""

from __future__ import annotations

from typing import Any

from simulator.demo import SOURCE, read_seed

Body = dict[str, Any]
DEEP_JOB = "Databases"
ALL_HOURS = ",".join(["1"] * 24)


def deep_seed() -> Body:
    """The seed of the source with one deeply nested object more of each kind that has such objects."""
    seed = read_seed(SOURCE)
    estate = seed["estate"]
    estate["managedServers"]["windowsHosts"].append(_windows_host())
    estate["managedServers"].setdefault("cloudDirectorHosts", []).append(_cloud_director())
    estate["repositories"]["AmazonS3Storages"] = [_s3()]
    estate["repositories"]["LinuxHardenedRepositories"] = [_hardened()]
    estate["jobs"]["jobs"].append(_job(estate["jobs"]["jobs"][0]))
    return seed


def _account(name: str, tag: str) -> Body:
    return {"credentialsName": name, "credentialsTag": tag}


DOMAIN = _account("tech\\username02", "main-domain-credentials")
LINUX = _account("username01", "main-linux-credentials")
MACHINE = {
    "platform": "VSphere",
    "type": "VirtualMachine",
    "hostName": "vcenter02.tech.local",
    "name": "sql01",
    "objectId": "vm-1021",
}


def _windows_host() -> Body:
    return {
        "type": "WindowsHost",
        "name": "win07.tech.local",
        "description": "Gateway",
        "credentials": DOMAIN,
        "networkSettings": {
            "portRangeStart": 2500,
            "portRangeEnd": 3300,
            "serverSide": True,
            "components": [
                {"componentName": "TransportSvc", "port": 6162},
                {"componentName": "VPowerNFS", "port": 6161},
            ],
        },
    }


def _cloud_director() -> Body:
    return {
        "type": "CloudDirectorHost",
        "name": "vcd01.tech.local",
        "description": "Tenants",
        "credentials": DOMAIN,
        "url": "https://vcd01.tech.local:443",
        "certificateThumbprint": "9A60A379FAA0F1359C2696A0E20C0DA03D539E0A",
        "viServers": [{"viServerName": "vcenter01.tech.local", "viCredentials": DOMAIN}],
    }


def _mount_server(host: str) -> Body:
    return {
        "mountServerSettingsType": "Windows",
        "windows": {
            "mountServerName": host,
            "writeCacheFolder": "C:\\ProgramData\\Veeam\\Backup\\IRCache\\",
            "vPowerNFSEnabled": True,
            "vPowerNFSPortSettings": {"mountPort": 1058, "vPowerNFSPort": 1058},
        },
    }


def _s3() -> Body:
    return {
        "type": "AmazonS3",
        "name": "Offsite bucket",
        "description": "",
        "uniqueId": "5E1B7D0A6C244F5B9D02AA8C3B1F7E61",
        "enableTaskLimit": True,
        "maxTaskCount": 4,
        "account": {
            "credentials": {
                "name": "AKIATECHLOCALEXAMPLE",
                "tag": "0B6F1C52-6C4E-4B0D-9C53-5A2C1C7A1E03",
                "type": "Amazon",
            },
            "regionType": "Global",
            "connectionSettings": {"connectionType": "SelectedGateway", "gatewayServers": ["win07.tech.local"]},
        },
        "bucket": {
            "regionId": "eu-central-1",
            "bucketName": "tech-backups",
            "folderName": "veeam",
            "storageConsumptionLimit": {"isEnabled": True, "consumptionLimitCount": 10, "consumptionLimitKind": "TB"},
            "immutability": {"isEnabled": True, "daysCount": 30, "immutabilityMode": "RepositorySettings"},
            "infrequentAccessStorage": {"isEnabled": True, "singleZoneEnabled": False},
        },
        "mountServer": _mount_server("win07.tech.local"),
        "proxyAppliance": {
            "ec2InstanceType": "c5.2xlarge",
            "vpcName": "backup",
            "vpcId": "vpc-08a1",
            "subnetName": "backup-a",
            "subnetId": "subnet-31cd",
            "securityGroup": "backup",
            "redirectorPort": 443,
        },
    }


def _hardened() -> Body:
    return {
        "type": "LinuxHardened",
        "name": "Hardened",
        "description": "",
        "uniqueId": "0F3C9E7D18B64B55A1D27C4E9B80F36A",
        "hostName": "enterprise05.tech.local",
        "repository": {
            "path": "/hardened",
            "taskLimitEnabled": True,
            "maxTaskCount": 8,
            "readWriteLimitEnabled": False,
            "readWriteRate": 0,
            "useFastCloningOnXFSVolumes": True,
            "makeRecentBackupsImmutableDays": 14,
            "advancedSettings": {"perVmBackup": True, "RotatedDriveCleanupMode": "ClearBackupFolder"},
        },
        "mountServer": _mount_server("win07.tech.local"),
    }


def _job(model: Body) -> Body:
    """A job with what the job of the seed does not have: databases, encryption, GFS, e-mail, a job before it."""
    return {
        **model,
        "name": DEEP_JOB,
        "isHighPriority": True,
        "virtualMachines": {"includes": [MACHINE], "excludes": model["virtualMachines"]["excludes"]},
        "storage": _storage(model["storage"]),
        "guestProcessing": {**model["guestProcessing"], **_guests()},
        "schedule": {**model["schedule"], **_schedule(model["name"])},
    }


def _storage(model: Body) -> Body:
    advanced = model["advancedSettings"]
    encryption = {
        "isEnabled": True,
        "encryptionType": "ByUserPassword",
        "encryptionPasswordUniqueId": "7D0C6A1B-3E84-4B6C-8B4D-9A6B2F1C0E11",
    }
    data = {"compressionLevel": "Extreme", "storageOptimization": "256KB", "encryption": encryption}
    return {
        **model,
        "backupRepository": {"name": "Hardened", "uniqueId": "0F3C9E7D18B64B55A1D27C4E9B80F36A"},
        "retentionPolicy": {"type": "Days", "quantity": 31},
        "gfsPolicy": {
            "isEnabled": True,
            "weekly": {"desiredTime": "Friday", "isEnabled": True, "keepForNumberOfWeeks": 4},
            "monthly": {"desiredTime": "Last", "isEnabled": True, "keepForNumberOfMonths": 12},
            "yearly": {"desiredTime": "December", "isEnabled": True, "keepForNumberOfYears": 7},
        },
        "advancedSettings": {
            **advanced,
            "storageData": {**advanced["storageData"], **data},
            "notifications": {**advanced["notifications"], "emailNotifications": _mail()},
        },
    }


def _guests() -> Body:
    per_machine = {"vmObject": MACHINE, "windowsCreds": DOMAIN, "linuxCreds": LINUX, "default": False}
    return {
        "applicationAwareProcessing": {"isEnabled": True, "appSettings": [_databases()]},
        "guestInteractionProxies": {"automaticSelection": False, "proxies": ["win07.tech.local"]},
        "guestCredentials": {"creds": DOMAIN, "credentialsPerMachine": [per_machine]},
    }


def _schedule(predecessor: str) -> Body:
    return {
        "periodically": {
            "isEnabled": True,
            "periodicallyKind": "Minutes",
            "frequency": 30,
            "backupWindow": {"days": [{"day": "Wednesday", "hours": ALL_HOURS}]},
            "startTimeWithinAnHour": 15,
        },
        "afterThisJob": {"isEnabled": True, "jobName": predecessor},
    }


def _mail() -> Body:
    return {
        "isEnabled": True,
        "recipients": ["backup@tech.local"],
        "notificationType": "UseCustomNotificationSettings",
        "customNotificationSettings": {
            "subject": "[%JobResult%] %JobName%",
            "notifyOnSuccess": False,
            "notifyOnWarning": True,
            "notifyOnError": True,
            "SuppressNotificationUntilLastRetry": True,
        },
    }


def _databases() -> Body:
    shipping = {"autoSelectEnabled": False, "shippingServerNames": ["win07.tech.local"]}
    return {
        "vmObject": MACHINE,
        "vss": "RequireSuccess",
        "usePersistentGuestAgent": True,
        "transactionLogs": "Process",
        "sql": {
            "logsProcessing": "Backup",
            "backupMinsCount": 15,
            "retainLogBackups": "UntilBackupDeleted",
            "logShippingServers": shipping,
        },
        "oracle": {
            "useGuestCredentials": False,
            "credentials": LINUX,
            "archiveLogs": "DeleteExpiredHours",
            "deleteHoursCount": 24,
            "backupLogs": True,
            "backupMinsCount": 15,
            "retainLogBackups": "KeepOnlyDays",
            "keepDaysCount": 15,
            "logShippingServers": shipping,
        },
        "postgreSQL": {
            "useGuestCredentials": True,
            "userConnectionType": "PasswordFile",
            "backupLogs": True,
            "backupMinsCount": 15,
            "retainLogBackups": "UntilBackupDeleted",
            "tempArchiveLogsPath": "/var/tmp",
            "logShippingServers": shipping,
        },
        "exclusions": {"exclusionPolicy": "ExcludeOnly", "itemsList": ["C:\\Temp"]},
        "scripts": {
            "scriptProcessingMode": "IgnoreExecFailures",
            "windowsScripts": {"preFreezeScript": "C:\\freeze.cmd", "postThawScript": "C:\\thaw.cmd"},
            "linuxScripts": {"preFreezeScript": "/opt/freeze", "postThawScript": "/opt/thaw"},
        },
    }
