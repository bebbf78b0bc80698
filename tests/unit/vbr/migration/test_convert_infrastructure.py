# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How everything but jobs changes from revision to revision: one named case per difference and direction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.convert import convert
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.findings import (
    ERROR,
    INFO,
    WARNING,
)
from unit.vbr.migration.convert_cases import (
    R10,
    R11,
    R12,
    R130,
    R131,
    R132,
    REFUSED,
    Case,
    Record,
    at,
    both,
    down,
    outcome,
    records_of,
    renamed,
)

GATEWAY = "share.gatewayServer"
HARDENED = {"path": "/backups", "makeRecentBackupsImmutableDays": 7}
MOUNT = {"mountServerName": "srv04", "writeCacheFolder": "D:\\Cache", "vPowerNFSEnabled": True}


def keys() -> Iterator[Case]:
    cloud = {"type": "Amazon", "accessKey": "AKIA"}
    yield down("cloud credentials kind", "cloudcredentials", R11, R10, cloud, REFUSED, ERROR, "amazon")
    for kind in ("credentials", "cloudcredentials", "encryptionPasswords", "repositories"):
        yield from both("record key", kind, R11, R12, {"tag": "one"}, {"uniqueId": "one"})
    for place in ("storage.backupRepository", "storage.backupProxies.proxies[]"):
        yield from renamed("repository and proxy key", "jobs", place, "tag", "uniqueId", R11, R12)
    yield from renamed("proxy host key", "proxies", "server", "hostTag", "hostUniqueId", R11, R12)


def credentials() -> Iterator[Case]:
    yield from renamed("elevation", "credentials", "linuxAdditionalSettings", "autoElevated", "elevateToRoot", R11, R12)
    google = {"type": "GoogleService"}
    yield down("credentials type", "cloudcredentials", R12, R11, google, REFUSED, ERROR, "google")
    account = at("account.credentials", google)
    yield down("credentials type", "repositories", R12, R11, account, REFUSED, ERROR, "GoogleCloudStorages")
    yield down("credentials type", "credentials", R130, R12, {"type": "ManagedService"}, REFUSED, ERROR)
    region = "existingAccount.deployment.region"
    german = at(region, "Germany")
    yield Case("Germany", "cloudcredentials", R12, R130, german, at(region, "Global"), (WARNING,))
    yield Case(
        "Germany",
        "repositories",
        R12,
        R132,
        {"account": {"regionType": "Germany"}},
        {"account": {"regionType": "Global"}},
        (WARNING,),
        "AzureArchiveStorages",
    )
    certificate = "existingAccount.subscription.certificate.formatType"
    yield from both(
        "certificate format", "cloudcredentials", R130, R131, at(certificate, "pfx"), at(certificate, "Pfx")
    )
    yield down("certificate format", "cloudcredentials", R131, R12, at(certificate, "Pem"), REFUSED, ERROR)


def servers() -> Iterator[Case]:
    for place, group in (("networkSettings", "windowsHosts"), ("sshSettings", "linuxHosts")):
        yield from renamed("server side", "managedServers", place, "serverThisSide", "serverSide", R11, R12, group)
    port = at("sshSettings.managementPort", 6162)
    component = {"componentName": "TransportSvc", "port": 6162}
    yield from both(
        "management port", "managedServers", R12, R130, port, at("sshSettings.components[]", component), said=WARNING
    )
    installer = {"componentName": "InstallerSvc", "port": 6160}
    several = {"sshSettings": {"components": [component, installer]}}
    yield down("management port", "managedServers", R131, R12, several, port, WARNING)
    yield down(
        "cloud director hosts", "managedServers", R12, R11, {"name": "vcd"}, REFUSED, ERROR, "cloudDirectorHosts"
    )
    place = "networkSettings.components[].componentName"
    for before, after, old, new in (
        ("Transport", "TransportSvc", R12, R130),
        ("AgentConfigureService", "DistributionSvc", R11, R130),
        ("vPowerNFS", "VPowerNFS", R130, R131),
        ("Nfs", "VPowerNFS", R12, R131),
        ("OpenSSL3v13", "OpenSSL300", R131, R132),
    ):
        yield from both("component names", "managedServers", old, new, at(place, before), at(place, after))
    for before, after, old, new in (("vPowerNFS", "VPowerNFS", R130, R131), ("OpenSSL3v13", "OpenSSL300", R131, R132)):
        place = "sshSettings.components[].componentName"
        yield from both("component names", "managedServers", old, new, at(place, before), at(place, after))
    for name, new, old in (("CdpAgent", R131, R130), ("HotAdd", R132, R131)):
        given, left = at("sshSettings.components[].componentName", name), at("sshSettings.components", [])
        yield down("component names", "managedServers", new, old, given, left, WARNING)
    place = "networkSettings.components[].componentName"
    none: Record = {"networkSettings": {"components": []}}
    for name, new, old in (("Vddk", R130, R12), ("CdpAgent", R131, R130), ("HotAdd", R132, R131)):
        yield down("component names", "managedServers", new, old, at(place, name), none, WARNING)
    slow, slower = at("sshSettings.sshTimeOutMs", 100_000), at("sshSettings.sshTimeOutMs", 200_000)
    yield Case("time-out limits", "managedServers", R12, R130, slower, slow, (WARNING,))


def repositories() -> Iterator[Case]:
    limits = {"maxTaskCount": 8, "readWriteRate": 0}
    flags = {**limits, "enableTaskLimit": True, "enableReadWriteLimit": False}
    yield from both("limit flags", "repositories", R10, R11, at("repository", limits), at("repository", flags))
    unlimited = {**limits, "enableTaskLimit": False, "enableReadWriteLimit": False}
    yield down("limit flags", "repositories", R11, R10, at("repository", unlimited), at("repository", limits), WARNING)
    yield from renamed("limit flags", "repositories", "repository", "enableTaskLimit", "taskLimitEnabled", R11, R12)
    yield from renamed(
        "limit flags", "repositories", "repository", "enableReadWriteLimit", "readWriteLimitEnabled", R11, R12
    )
    bucket = {"enableTaskLimit": True, "maxTaskCount": 2}
    yield from both("object storage task flag", "repositories", R11, R12, bucket, bucket, "AmazonS3Storages")
    mode = "repository.advancedSettings.RotatedDriveCleanupMode"
    empty: Record = {"repository": {"advancedSettings": {}}}
    yield down("rotated drives", "repositories", R11, R10, at(mode, "Disabled"), empty, INFO)
    yield down("rotated drives", "repositories", R11, R10, at(mode, "ClearBackupFolder"), empty, WARNING)
    yield from renamed("gateway", "repositories", GATEWAY, "autoSelect", "autoSelectEnabled", R11, R12)
    for given, name, identity in (("vpc", "vpcName", "vpcId"), ("subnet", "subnetName", "subnetId")):
        place = f"proxyAppliance.{given}"
        by_name, by_id = at(f"proxyAppliance.{name}", "main"), at(f"proxyAppliance.{identity}", f"{given}-0ab1")
        yield from both("S3 appliance", "repositories", R11, R12, at(place, "main"), by_name, "AmazonS3Storages")
        old = at(place, f"{given}-0ab1")
        yield from both("S3 appliance", "repositories", R11, R12, old, by_id, "AmazonS3GlacierStorages")
    two = {"proxyAppliance": {"vpcName": "main", "vpcId": "vpc-0ab1"}}
    one = {"proxyAppliance": {"vpc": "main"}}
    yield down("S3 appliance", "repositories", R12, R11, two, one, WARNING, "AmazonS3Storages")
    azure = {"proxyAppliance": {"subnet": "main", "virtualNetwork": "vn"}}
    yield from both("S3 appliance", "repositories", R11, R12, azure, azure, "AzureArchiveStorages")


def mount_servers() -> Iterator[Case]:
    wrapped = {"mountServer": {"mountServerSettingsType": "windows", "windows": MOUNT}}
    capitalised = {"mountServer": {"mountServerSettingsType": "Windows", "windows": MOUNT}}
    flat = {"mountServer": MOUNT}
    yield from both("mount server", "repositories", R12, R130, flat, wrapped, said=INFO)
    yield from both("mount server", "repositories", R130, R131, wrapped, capitalised)
    yield from both("mount server", "repositories", R12, R131, flat, capitalised, said=INFO)
    pair = {"mountServerSettingsType": "Both", "windows": MOUNT, "linux": MOUNT}
    yield down("mount server", "repositories", R131, R12, {"mountServer": pair}, flat, WARNING)
    linux = {"mountServer": {"mountServerSettingsType": "Linux", "linux": MOUNT}}
    yield down("mount server", "repositories", R131, R12, linux, REFUSED, ERROR)
    yield down("mount server optional", "repositories", R132, R131, {"type": "Smb"}, REFUSED, ERROR)
    archive = {"type": "AzureArchive"}
    yield from both("mount server optional", "repositories", R131, R132, archive, archive, "AzureArchiveStorages")
    pathless = {"repository": {"maxTaskCount": 1}}
    yield Case("path required", "repositories", R131, R132, pathless, REFUSED, (ERROR,), "LinuxLocalRepositories")


def immutability() -> Iterator[Case]:
    for name in ("LinuxHardenedRepositories", "AmazonS3Storages", "WasabiCloudStorages"):
        yield down("lists of 1.1", "repositories", R11, R10, {"type": "any"}, REFUSED, ERROR, name)
    # What becomes of one that is immutable is shown in test_an_immutable_linux_repository_becomes_a_hardened_one.
    off = at("repository", {"useImmutableBackups": False, **HARDENED})
    plain = at("repository.path", "/backups")
    yield Case("Linux immutability", "repositories", R10, R11, off, plain, (INFO,), "LinuxLocalRepositories")
    governed = {"path": "/b", "enableGovernanceMode": True, "governanceModeRetentionDays": 7}
    kept = {"mountServer": {"mountServerSettingsType": "Windows", "windows": MOUNT}}
    yield down(
        "governance",
        "repositories",
        R132,
        R131,
        {**at("repository", governed), **kept},
        {**at("repository.path", "/b"), **kept},
        WARNING,
        "LinuxLocalRepositories",
    )
    for group, place, field, value in (
        ("AzureBlobStorages", "container", "immutability", {"isEnabled": True, "daysCount": 3}),
        ("AzureArchiveStorages", "container", "immutabilityEnabled", True),
        ("GoogleCloudStorages", "bucket", "immutability", {"isEnabled": True}),
        ("WasabiCloudStorages", "bucket.immutability", "immutabilityMode", "RetentionSettings"),
    ):
        given = at(f"{place}.{field}", value)
        yield down("cloud immutability", "repositories", R130, R12, given, at(place, {}), WARNING, group)
    off = at("container.immutability", {"isEnabled": False})
    yield down("cloud immutability", "repositories", R130, R12, off, {"container": {}}, INFO, "AzureBlobStorages")
    for field in ("enableAutoProvision", "workloadsPerBucketLimit"):
        given = at(f"bucket.{field}", 5)
        yield down("provisioning", "repositories", R131, R130, given, {"bucket": {}}, WARNING, "S3CompatibleStorages")
    for before, after in (("DDBoost", "DellDataDomain"), ("SmartObjectS3", "S3Integrated")):
        older, newer = {"type": before, "mountServer": MOUNT}, {"type": after, "mountServer": MOUNT}
        yield from both("repository types", "repositories", R131, R132, older, newer)


def proxies() -> Iterator[Case]:
    place = "server.connectedDatastores"
    yield from renamed("datastore selection", "proxies", place, "autoSelect", "autoSelectEnabled", R11, R12)
    modes = at("server.transportMode", "virtualAppliance"), at("server.transportMode", "VirtualAppliance")
    yield from both("transport mode", "proxies", R130, R131, *modes)
    yield down("proxy types", "proxies", R130, R12, {"type": "HvProxy"}, REFUSED, ERROR)
    yield down("proxy types", "proxies", R132, R131, {"type": "PVE"}, REFUSED, ERROR)


SECTIONS = (keys, credentials, servers, repositories, mount_servers, immutability, proxies)
CASES = [case for section in SECTIONS for case in section()]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_difference_is_translated_or_reported(case: Case) -> None:
    assert outcome(case) == (records_of(case), case.said)


def test_an_immutable_linux_repository_becomes_a_hardened_one() -> None:
    linux = {"type": "LinuxLocal", "name": "vault", "repository": {"useImmutableBackups": True, **HARDENED}}
    converted, [finding] = convert({"repositories": {"LinuxLocalRepositories": [linux]}}, R10, R11)
    hardened = {"type": "LinuxHardened", "name": "vault", "repository": HARDENED}
    assert converted == {"repositories": {"LinuxLocalRepositories": [], "LinuxHardenedRepositories": [hardened]}}
    assert (finding.severity, finding.key) == (WARNING, "vault")
