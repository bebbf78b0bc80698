# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fields the records of an import have, in which revisions. `tests/contract/test_known_fields.py` proves it.

Kind, then the field that has them (RECORD for a record itself, whatever its list), then its fields. What stands in
several places under one name is one. `uniqueId:1.1-rev1..` came with a revision, `tag:..1.1-rev0` went after one.
"""

from __future__ import annotations

from collections.abc import Mapping

RECORD = ""

FIELDS: Mapping[str, Mapping[str, str]] = {
    "credentials": {
        RECORD: "description linuxAdditionalSettings password tag:..1.1-rev0 type uniqueId:1.1-rev1.. username",
        "linuxAdditionalSettings": (
            "addToSudoers autoElevated:..1.1-rev0 elevateToRoot:1.1-rev1.. passphrase privateKey rootPassword "
            "SSHPort useSu"
        ),
    },
    "cloudcredentials": {
        RECORD: (
            "accessKey account connectionName description existingAccount secretKey sharedKey tag:..1.1-rev0 type "
            "uniqueId:1.1-rev1.."
        ),
        "certificate": "certificate formatType password",
        "deployment": "deploymentType region",
        "existingAccount": "deployment subscription",
        "subscription": "applicationId certificate secret tenantId",
    },
    "encryptionPasswords": {
        RECORD: "hint password tag:..1.1-rev0 uniqueId:1.1-rev1..",
    },
    "managedServers": {
        RECORD: (
            "certificateThumbprint credentials description name networkSettings port sshFingerprint sshSettings "
            "type url:1.1-rev1.. viHostType viServers:1.1-rev1.."
        ),
        "components": "componentName port",
        "credentials": "credentialsName credentialsTag",
        "networkSettings": ("components portRangeEnd portRangeStart serverSide:1.1-rev1.. serverThisSide:..1.1-rev0"),
        "sshSettings": (
            "components:1.3-rev0.. managementPort:..1.2-rev1 portRangeEnd portRangeStart serverSide:1.1-rev1.. "
            "serverThisSide:..1.1-rev0 sshTimeOutMs"
        ),
        "viCredentials": "credentialsName:1.1-rev1.. credentialsTag:1.1-rev1..",
        "viServers": "certificateThumbprint:1.1-rev1.. viCredentials:1.1-rev1.. viServerName:1.1-rev1..",
    },
    "repositories": {
        RECORD: (
            "account:1.1-rev0.. bucket:1.1-rev0.. container:1.1-rev0.. description enableTaskLimit:1.1-rev0.. "
            "hostName maxTaskCount:1.1-rev0.. mountServer name proxyAppliance:1.1-rev0.. repository share "
            "tag:..1.1-rev0 type uniqueId:1.1-rev1.."
        ),
        "account": (
            "connectionSettings:1.1-rev0.. credentials:1.1-rev0.. regionId:1.1-rev0.. regionType:1.1-rev0.. "
            "serviceEndpoint:1.1-rev0.. servicePoint:1.1-rev0.."
        ),
        "advancedSettings": (
            "alignDataBlocks decompressBeforeStoring perVmBackup RotatedDriveCleanupMode:1.1-rev0.. rotatedDrives"
        ),
        "bucket": (
            "bucketName:1.1-rev0.. enableAutoProvision:1.3-rev1.. folderName:1.1-rev0.. immutability:1.1-rev0.. "
            "immutabilityEnabled:1.1-rev0.. infrequentAccessStorage:1.1-rev0.. nearlineStorageEnabled:1.1-rev0.. "
            "regionId:1.1-rev0.. storageConsumptionLimit:1.1-rev0.. useDeepArchive:1.1-rev0.. "
            "workloadsPerBucketLimit:1.3-rev1.."
        ),
        "connectionSettings": "connectionType:1.1-rev0.. gatewayServers:1.1-rev0..",
        "container": (
            "containerName:1.1-rev0.. folderName:1.1-rev0.. immutability:1.3-rev0.. "
            "immutabilityEnabled:1.3-rev0.. storageConsumptionLimit:1.1-rev0.."
        ),
        "credentials": "credentialsName credentialsTag name:1.1-rev0.. tag:1.1-rev0.. type:1.1-rev0..",
        "gatewayServer": "autoSelect:..1.1-rev0 autoSelectEnabled:1.1-rev1.. gatewayServerName",
        "immutability": "daysCount:1.1-rev0.. immutabilityMode:1.3-rev0.. isEnabled:1.1-rev0..",
        "infrequentAccessStorage": "isEnabled:1.1-rev0.. singleZoneEnabled:1.1-rev0..",
        **dict.fromkeys(
            ("linux", "windows"),
            "mountServerName:1.3-rev0.. vPowerNFSEnabled:1.3-rev0.. vPowerNFSPortSettings:1.3-rev0.. "
            "writeCacheFolder:1.3-rev0..",
        ),
        "mountServer": (
            "linux:1.3-rev0.. mountServerName:..1.2-rev1 mountServerSettingsType:1.3-rev0.. "
            "vPowerNFSEnabled:..1.2-rev1 vPowerNFSPortSettings:..1.2-rev1 windows:1.3-rev0.. "
            "writeCacheFolder:..1.2-rev1"
        ),
        "proxyAppliance": (
            "ec2InstanceType:1.1-rev0.. instanceSize:1.1-rev0.. managedServerId:1.1-rev0.. "
            "redirectorPort:1.1-rev0.. resourceGroup:1.1-rev0.. securityGroup:1.1-rev0.. subnet:1.1-rev0.. "
            "subnetId:1.1-rev1.. subnetName:1.1-rev1.. subscriptionId:1.1-rev0.. virtualNetwork:1.1-rev0.. "
            "vpc:1.1-rev0..1.1-rev0 vpcId:1.1-rev1.. vpcName:1.1-rev1.."
        ),
        "repository": (
            "advancedSettings enableGovernanceMode:1.3-rev2.. enableReadWriteLimit:1.1-rev0..1.1-rev0 "
            "enableTaskLimit:1.1-rev0..1.1-rev0 governanceModeRetentionDays:1.3-rev2.. "
            "makeRecentBackupsImmutableDays maxTaskCount path readWriteLimitEnabled:1.1-rev1.. readWriteRate "
            "taskLimitEnabled:1.1-rev1.. useFastCloningOnXFSVolumes useImmutableBackups:..1.0-rev2"
        ),
        "share": "credentials gatewayServer sharePath",
        "storageConsumptionLimit": (
            "consumptionLimitCount:1.1-rev0.. consumptionLimitKind:1.1-rev0.. isEnabled:1.1-rev0.."
        ),
        "vPowerNFSPortSettings": "mountPort vPowerNFSPort",
    },
    "proxies": {
        RECORD: "description server type",
        "aclInfo": "isAllowed:1.3-rev2..",
        "connectedDatastores": "autoSelect:..1.1-rev0 autoSelectEnabled:1.1-rev1.. datastores",
        "datastore": (
            "aclInfo:1.3-rev2.. cloudMachinesType:1.3-rev2.. clusterId:1.3-rev2.. hostName id:1.3-rev0.. "
            "isEnabled:1.3-rev0..1.3-rev1 metadata:1.3-rev0.. name nodeId:1.3-rev2.. objectId "
            "parentObjectId:1.3-rev0.. path:1.3-rev0.. platform:1.1-rev1.. powerState:1.3-rev2.. "
            "prismCentralId:1.3-rev2.. protectionGroupId:1.3-rev0.. protectionGroupType:1.3-rev2.. "
            "size:1.1-rev1.. type urn:1.1-rev1.."
        ),
        "datastores": "datastore vmCount",
        "metadata": "data:1.3-rev0.. field:1.3-rev0..",
        "server": (
            "connectedDatastores failoverToNetwork hostName hostTag:..1.1-rev0 hostToProxyEncryption "
            "hostUniqueId:1.1-rev1.. maxTaskCount transportMode"
        ),
    },
    "jobs": {
        RECORD: "description guestProcessing isHighPriority name schedule storage type virtualMachines",
        **dict.fromkeys(("LinuxIndexing", "WindowsIndexing"), "guestFSIndexingMode indexingList"),
        "RemoveData": "afterDays:..1.3-rev1 isEnabled:..1.3-rev1",
        "aclInfo": "isAllowed:1.3-rev2..",
        **dict.fromkeys(("activeFulls", "backupHealth", "defragmentAndCompact"), "isEnabled monthly weekly"),
        "advancedSettings": (
            "activeFulls backupHealth backupModeType fullBackupMaintenance notifications scripts storageData "
            "storageIntegration synthenticFulls:..1.3-rev1 syntheticFulls:1.3-rev2.. vSphere"
        ),
        "afterThisJob": "isEnabled jobName",
        "appSettings": (
            "exclusions oracle postgreSQL:1.3-rev0.. scripts sql transactionLogs usePersistentGuestAgent vmObject vss"
        ),
        "applicationAwareProcessing": "appSettings isEnabled",
        **dict.fromkeys(("backupProxies", "guestInteractionProxies"), "automaticSelection proxies"),
        "backupRepository": "name tag:..1.1-rev0 uniqueId:1.1-rev1..",
        "backupWindow": "backupWindow days isEnabled",
        "changedBlockTracking": "enableCBTautomatically isEnabled resetCBTonActiveFull",
        "continuously": "backupWindow isEnabled",
        **dict.fromkeys(("credentials", "creds", "linuxCreds", "windowsCreds"), "credentialsName credentialsTag"),
        "credentialsPerMachine": "default:1.3-rev0.. linuxCreds vmObject windowsCreds",
        "customNotificationSettings": (
            "notifyOnError notifyOnSuccess notifyOnWarning subject SuppressNotificationUntilLastRetry"
        ),
        "daily": "dailyKind days isEnabled localTime",
        "days": "day hours",
        "disks": "disks disksToProcess removeFromVMConfiguration vmObject",
        "emailNotifications": (
            "customNotificationSettings dailySummaryLocalTime:1.3-rev2.. isEnabled notificationType recipients "
            "sendDailySummary:1.3-rev2.."
        ),
        "encryption": (
            "encryptionPasswordId:1.1-rev1.. encryptionPasswordIdOrNull:..1.1-rev0 "
            "encryptionPasswordTag:..1.1-rev0 encryptionPasswordUniqueId:1.1-rev1.. encryptionType:1.1-rev1.. "
            "isEnabled kmsServerId:1.1-rev1.."
        ),
        "excludes": "disks templates vms",
        "exclusions": "exclusionPolicy itemsList",
        "fullBackupMaintenance": "defragmentAndCompact RemoveData:..1.3-rev1 removeData:1.3-rev2..",
        "gfsPolicy": "isEnabled monthly weekly yearly",
        "guestCredentials": "credentialsPerMachine creds",
        "guestFileSystemIndexing": "indexingSettings isEnabled",
        "guestProcessing": (
            "applicationAwareProcessing guestCredentials guestFileSystemIndexing guestInteractionProxies"
        ),
        **dict.fromkeys(
            ("includes", "vmObject", "vms"),
            "aclInfo:1.3-rev2.. cloudMachinesType:1.3-rev2.. clusterId:1.3-rev2.. hostName id:1.3-rev0.. "
            "isEnabled:1.3-rev0..1.3-rev1 metadata:1.3-rev0.. name nodeId:1.3-rev2.. objectId "
            "parentObjectId:1.3-rev0.. path:1.3-rev0.. platform:1.1-rev1.. powerState:1.3-rev2.. "
            "prismCentralId:1.3-rev2.. protectionGroupId:1.3-rev0.. protectionGroupType:1.3-rev2.. "
            "size:1.1-rev1.. type urn:1.1-rev1..",
        ),
        "indexingSettings": "LinuxIndexing vmObject WindowsIndexing",
        **dict.fromkeys(("linuxScripts", "windowsScripts"), "postThawScript preFreezeScript"),
        "logShippingServers": "autoSelectEnabled:1.1-rev1.. autoSelection:..1.1-rev0 shippingServerNames",
        "metadata": "data:1.3-rev0.. field:1.3-rev0..",
        "monthly": (
            "dayNumberInMonth dayOfMonth dayOfMonths:..1.2-rev1 dayOfWeek desiredTime isEnabled "
            "isLastDayOfMonth:1.3-rev0.. keepForNumberOfMonths localTime months"
        ),
        "notifications": "emailNotifications sendSNMPNotifications vmAttribute",
        "oracle": (
            "archiveLogs backupLogs backupMinsCount credentials deleteGBsCount deleteHoursCount keepDaysCount "
            "logShippingServers retainLogBackups useGuestCredentials"
        ),
        "periodically": "backupWindow frequency isEnabled periodicallyKind startTimeWithinAnHour",
        **dict.fromkeys(("postCommand", "preCommand"), "command isEnabled"),
        "postgreSQL": (
            "backupLogs:1.3-rev0.. backupMinsCount:1.3-rev0.. credentials:1.3-rev0.. keepDaysCount:1.3-rev0.. "
            "logShippingServers:1.3-rev0.. retainLogBackups:1.3-rev0.. tempArchiveLogsPath:1.3-rev0.. "
            "useGuestCredentials:1.3-rev0.. userConnectionType:1.3-rev0.."
        ),
        "proxies": "name tag:..1.1-rev0 type uniqueId:1.1-rev1..",
        "removeData": "afterDays:1.3-rev2.. isEnabled:1.3-rev2..",
        "retentionPolicy": "quantity type",
        "retry": "awaitMinutes isEnabled retryCount",
        "schedule": "afterThisJob backupWindow continuously daily monthly periodically retry runAutomatically",
        "scripts": (
            "dayOfWeek linuxScripts periodicityType postCommand preCommand runScriptEvery scriptProcessingMode "
            "windowsScripts"
        ),
        "sql": "backupMinsCount keepDaysCount logShippingServers logsProcessing retainLogBackups",
        "storage": "advancedSettings backupProxies backupRepository gfsPolicy retentionPolicy",
        "storageData": (
            "compressionLevel enableInlineDataDedup:..1.1-rev0 encryption excludeDeletedFileBlocks "
            "excludeSwapFileBlocks inlineDataDedupEnabled:1.1-rev1.. storageOptimization"
        ),
        "storageIntegration": (
            "failoverToStandardBackup isEnabled limitProcessedVm:..1.1-rev0 limitProcessedVmCount:..1.1-rev0 "
            "processedVmsCount:1.1-rev1.. processedVmsLimitEnabled:1.1-rev1.."
        ),
        "synthenticFulls": (
            "days:..1.0-rev2 isEnabled:..1.3-rev1 monthly:1.1-rev0..1.3-rev1 weekly:1.1-rev0..1.3-rev1"
        ),
        "syntheticFulls": "isEnabled:1.3-rev2.. monthly:1.3-rev2.. weekly:1.3-rev2..",
        "templates": "excludeFromIncremental isEnabled",
        "vSphere": "changedBlockTracking enableVMWareToolsQuiescence",
        "virtualMachines": "excludes includes",
        "vmAttribute": "appendToExisitingValue:..1.1-rev0 appendToExistingValue:1.1-rev1.. isEnabled notes",
        "weekly": "days desiredTime isEnabled keepForNumberOfWeeks localTime:1.3-rev0..",
        "yearly": "desiredTime isEnabled keepForNumberOfYears",
    },
}
