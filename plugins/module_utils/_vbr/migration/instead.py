# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the administrator does instead of a call that there is not, by the kind and the type of what stays. Pure.

Sources: facts/vbr_beyond_automation.md 6 (what is not reproducible) and 7 (what no call moves).
"""

from __future__ import annotations

from collections.abc import Mapping

from .kinds import (
    JOBS,
    MANAGED_SERVERS,
    OTHER_SETTINGS,
    OTHER_WORKLOADS,
    PROTECTION_GROUPS,
    PROXIES,
    RECOVERY_TOKENS,
    REPOSITORIES,
    WAN_ACCELERATORS,
)
from .signs import CDP, CLOUD_CONNECT

TAPE = "add the tape servers and libraries to the target in its console, and create media pools and tape jobs there"
CONTINUOUS = "install the proxies and filters of continuous data protection from the target's console, and create the "
CONTINUOUS += "policies there; delete those of the source first"
PLATFORM = "add the cluster and its workers to the target in its console, and create the jobs there"
CLOUD = "connect the cloud appliance to the target in its console; its policies stay with it"
APPLICATION = "set the plug-in on these machines to the target and its repository, or create its policy in the console"
CONNECT = "set up Cloud Connect (gateways, tenants, repositories) in the console of the target"
AGENT = "set the agent on this computer to the target, or install one of the target's there"
MONGO_DB = "add it to the target in its console, as a protection group of MongoDB"
LAB = "create the virtual lab, the application group and the job in the console of the target"
STORAGE = "add the storage array to the target in its console"
EXTERNAL = "add it to the target in its console, as the repository that it is"
POLICIES_OF_PLATFORMS = f"for a platform or an appliance: {PLATFORM}, or {CLOUD}"
UNKNOWN = "see in the console of the source what it is (tape, continuous data protection, a plug-in ...), and "
UNKNOWN += "create it in the console of the target"
ANYTHING = "create it on the target by hand, under the same name, if it is needed there"

Types = Mapping[str, str]


def _all(sentence: str, *types: str) -> dict[str, str]:
    return dict.fromkeys(types, sentence)


_OF_JOBS: Types = {
    "Unknown": UNKNOWN,
    "LegacyBackupCopy": "create a backup copy job of today's sort on the target, and map it to the old chain there",
    **_all(CLOUD, "CloudBackupAzure", "CloudBackupAWS", "CloudBackupGoogle"),
    **_all(PLATFORM, "NutanixAHVBackupJob", "ProxmoxBackupJob"),
}
_OF_SERVERS: Types = _all(
    "add it to the target in its console, with the plug-in of its platform",
    *("NutanixCluster", "PrismCentral", "ProxmoxNode", "ProxmoxCluster"),
)
_OF_PROXIES: Types = _all("deploy a worker from the console of the target", "NutanixAHV", "PVE")
_OF_GROUPS: Types = {
    "ManuallyAdded": "put its computers into a protection group of the target; jobs of single computers make this one",
    "Unmanaged": AGENT,
    "MongoDB": MONGO_DB,
}
_OF_REPOSITORIES: Types = {
    **_all(
        EXTERNAL,
        *("AmazonS3External", "AzureStorageExternal", "PlatformServiceExternal", "GoogleCloudStorageExternal"),
        *("PlatformServiceVmbApi", "AmazonS3GlacierExternal", "GoogleArchiveStorageExternal"),
        *("AzureArchiveStorageExternal", "VeeamDataCloudVaultAwsExternal", "VeeamDataCloudVaultAzureExternal"),
    ),
    "Tape": TAPE,
    "Cloud": "connect the service provider to the target in its console",
    "SanSnapshotOnly": STORAGE,
    "AbrVirtual": APPLICATION,
    **_all(
        "sign in to the vault from the console of the target, and add it there",
        *("VeeamDataCloudVault", "VeeamDataCloudVaultArchive", "VeeamVault"),
    ),
}
_OF_WORKLOADS: Types = {
    **_all(
        TAPE,
        *("File2TapeShare", "File2TapeServer", "Amazon2Tape", "Azure2Tape", "S3Compatible2Tape", "NdmpNetApp2Tape"),
        "Tape",
    ),
    **_all(CONTINUOUS, CDP, "UniversalCdpWindows", "UniversalCdpLinux"),
    **_all(
        PLATFORM,
        *("NutanixAhv", "Nutanix", "Proxmox", "Kvm", "Scp", "XcpNg", "XenServer", "HpeVme"),
        *("Sfr", "Kbv", "Onl", "Pl9", "Vrg", "Rho", "Vtz"),
    ),
    **_all(
        CLOUD,
        *("AwsEc2", "AwsRds", "AwsEfs", "AwsRdsCluster", "AwsDynamoDb", "AwsFsx", "AwsRedshift"),
        *("AwsRedshiftServerless", "AzureVm", "AzureSql", "AzureFileShare", "AzureCosmosDb"),
        *("GcpVm", "GcpSql", "GcpSpanner", "AWSEC2", "AzureCompute", "GCE"),
    ),
    **_all(APPLICATION, "Application", "AbrBackup", "ApplicationBackupRepository"),
    "CustomPlatform": f"if it is of a plug-in of an application: {APPLICATION}; if of a platform: {PLATFORM}",
    **_all(CONNECT, CLOUD_CONNECT, "CloudBackup", "CloudBackupWorkstation", "CloudBackupServer", "CloudReplica"),
    **_all(
        AGENT,
        *("UnixServer", "MacWorkstation", "MacServer", "OracleSolaris", "IbmAix", "LinuxPpcServer"),
        *("LinuxPhysicalPpc", "EndpointBackup"),
    ),
    **_all(MONGO_DB, "MongoDB", "MongoDb"),
    "SureBackup": LAB,
    "FailoverPlan": "create the failover plan in the console of the target, when the replicas are known there",
    "StorageDiscovery": STORAGE,
    **_all(
        POLICIES_OF_PLATFORMS,
        *("PlatformServiceJob", "PlatformBackupJob", "PlatformSnapshotJob", "PlatformSnapshotCopyJob"),
    ),
    "Unknown": UNKNOWN,
}
_OF_SETTINGS: Types = {
    "default mount server": "name the default mount servers in the console of the target",
    "volumes": "set the volumes of the host in the console of the target, when the host is there",
    "helper appliance": "set it up for the cloud account in the target's console, which makes a machine of its own",
    "helper appliance template": "deploy one from the console of the target",
    "suppressed best practice": "suppress it on the target again, if the reason for it still holds there",
    "malware exclusion": "exclude the object again in the console of the target, when its backups are known there",
    "trusted hosts": "export the trusted hosts in the console of the source, and import them on the target before its "
    "mode is changed",
    "second factor": "switch it on at the target when the migration is over, and enrol each user again; the account of "
    "the migration has to be a service account first",
    "high availability cluster": "make the target a cluster of its own, when everything is on it",
    "events of the appliance": "set the forwarding of events in the console of the target, if it is an appliance",
    "metrics of the appliance": "share its metrics again in the console of the target, if it is an appliance, with a "
    "password of its own",
}
INSTEAD: Mapping[str, Types] = {
    JOBS.name: _OF_JOBS,
    MANAGED_SERVERS.name: _OF_SERVERS,
    PROXIES.name: _OF_PROXIES,
    PROTECTION_GROUPS.name: _OF_GROUPS,
    REPOSITORIES.name: _OF_REPOSITORIES,
    WAN_ACCELERATORS.name: {"": "give the role to a host in the console of the target, under the same name"},
    RECOVERY_TOKENS.name: {"": "issue a new one on the target, when its backups are known there"},
    OTHER_WORKLOADS.name: _OF_WORKLOADS,
    OTHER_SETTINGS.name: _OF_SETTINGS,
}


def instead(kind: str, type_: str) -> str:
    """What to do about an object that no call creates."""
    return INSTEAD.get(kind, {}).get(type_, UNKNOWN if kind == OTHER_WORKLOADS.name else ANYTHING)
