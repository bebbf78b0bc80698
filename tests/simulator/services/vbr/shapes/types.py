# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Of what type the fields of requests are, in all revisions: a field has one type wherever it stands, but for a few."""

from __future__ import annotations

from enum import Enum


class Type(Enum):
    """The types of fields; a list is one of texts or one of objects."""

    TEXT = "a text"
    FLAG = "true or false"
    NUMBER = "a whole number"
    OBJECT = "an object"
    TEXTS = "a list of texts"
    OBJECTS = "a list of objects"


_TEXT = """
    accessKey allowedBackups applicationId archiveLogs authenticationType autoUpdateDeadline azureSubscriptionId
    azureSubscriptionName backupModeType backupRepositoryId bucketName certificateThumbprint cloudDirectorViServerName
    clusterId command componentName compressionLevel connectionName connectionType consumptionLimitKind containerName
    creationMode creationTime credentialsId credentialsName credentialsStorageType credentialsTag credentialsType
    credsId credsType cryptoKeyId dailyKind dailySummaryLocalTime data day dayNumberInMonth ddBoostEncryptionType
    ddServername deploymentType description desiredTime direction disksToProcess displayName ec2InstanceType
    encryptionPasswordId encryptionPasswordIdOrNull encryptionPasswordTag encryptionPasswordUniqueId encryptionType
    exclusionPolicy extentCryptoKeyId extentId field folder folderName formatType gatewayServerId gatewayServerName
    guestFSIndexingMode handshakeCode hierarchyType hint hostId hostName hostTag hostUniqueId hours hvServerName id
    immutabilityMode instanceSize keyFile kmsServerId lastModified lastSuccessfulTime linuxCredsId localTime
    logsProcessing managedServerId modificationTime modificationTimeFrom mountServerId mountServerName
    mountServerSettingsType name newSecretKey nodeId notes notificationType objectId operation optionalComponent
    parentHostId parentHostName parentObjectId passphrase password passwordId path periodicallyKind periodicityType
    permissionScope platform postThawScript powerState preFreezeScript prismCentralId privateKey projectId property
    region regionId regionType resourceGroup retainLogBackups rootPassword RotatedDriveCleanupMode
    scriptProcessingMode secret secretKey securityGroup serverName serviceEndpoint servicePoint sessionId settingsType
    sharedKey sharePath size sshFingerprint storageContainerName storageOptimization storeOnceServerName subject
    subnet subnetId subnetName subscriptionId syncRestorePoints tag tempArchiveLogsPath tenantId transactionLogs
    transportMode type uniqueId updatesState url urn userConnectionType username value vaultId vaultName
    verificationCode viCredentialsId viHostType virtualNetwork viServerName vpc vpcId vpcName vss windowsCredsId
    writeCacheFolder
"""
_FLAG = """
    addAllServers addToSudoers alignDataBlocks appendToExisitingValue appendToExistingValue
    archiveDeduplicationEnabled autoElevated automaticSelection autoSelect autoSelectEnabled autoSelection backupLogs
    cancelChainedJobs copyPolicyEnabled costOptimizedArchiveEnabled datastoreSpaceThresholdEnabled
    ddBoostEncryptionEnabled decompressBeforeStoring default elevateToRoot enableAutoProvision enableCBTautomatically
    enabled enableGovernanceMode enableInlineDataDedup enableReadWriteLimit enableTaskLimit
    enableVMWareToolsQuiescence enforceStrictPlacementPolicy excludeDeletedFileBlocks excludeFromIncremental
    excludeSwapFileBlocks failoverToNetwork failoverToStandardBackup fullWhenExtentOffline gracefullStop gracefulStop
    hostToProxyEncryption immutabilityEnabled importBackup importIndex inlineDataDedupEnabled isAllowed isBackupServer
    isDefaultAppliance isDefaultMountServer isDisabled isEnabled isFullHealthCheckEnabled isHighPriority isImported
    isInitialized isLastDayOfMonth isVBRLinuxAppliance limitProcessedVm mfaEnabled movePolicyEnabled
    nearlineStorageEnabled notifyOnError notifyOnSuccess notifyOnSupportExpiration notifyOnUpdates notifyOnWarning
    performActiveFull
    perVmBackup processedVmsLimitEnabled readWriteLimitEnabled removeFromVMConfiguration resetCBTonActiveFull
    rotatedDrives runAutomatically sendDailySummary sendSNMPNotifications serverSide serverThisSide showHiddenCreds
    singleZoneEnabled skipVMSpaceThresholdEnabled SNMPEnabled startChainedJobs storageSpaceThresholdEnabled
    SuppressNotificationUntilLastRetry taskLimitEnabled useAgentManagementCredentials useDeepArchive
    useFastCloningOnXFSVolumes useFCConnectivity useGuestCredentials useImmutableBackups usePersistentGuestAgent
    useStoreOnceWanLink useSu vPowerNFSEnabled
"""
_NUMBER = """
    afterDays archivePeriodDays awaitMinutes backupMinsCount consumptionLimitCount datastoreSpaceThreshold dayOfMonth
    dayOfMonths daysCount deleteGBsCount deleteHoursCount frequency governanceModeRetentionDays keepDaysCount
    keepForNumberOfMonths keepForNumberOfWeeks keepForNumberOfYears limit limitProcessedVmCount
    makeRecentBackupsImmutableDays managementPort maxTaskCount mountPort operationalRestorePeriodDays
    overrideSpaceThresholdPercents port portRangeEnd portRangeStart processedVmsCount quantity readWriteRate
    redirectorPort restorePointsToKeep retryCount runScriptEvery skip skipVMSpaceThreshold SSHPort sshTimeOutMs
    startTimeWithinAnHour storageSpaceThreshold vmCount vPowerNFSPort workloadsPerBucketLimit
"""
_OBJECT = """
    aclInfo activeFulls advancedSettings afterThisJob appAwareProcessing applicationAwareProcessing archiveTier
    backupHealth backupProxies backupRepository backupWindow bucket capacityTier changedBlockTracking
    connectedDatastores connectionSettings container continuously creds customNotificationSettings daily datastore
    defragmentAndCompact dellDataDomain deployment emailNotifications encryption excludes exclusions existingAccount
    filter fullBackupMaintenance gatewayServer gfsPolicy guestCredentials guestFileSystemIndexing guestFSIndexing
    guestInteractionProxies guestProcessing hpeStoreOnce immutability importOptions infrequentAccessStorage
    inventoryObject lastSuccessfulBackup linux linuxAdditionalSettings linuxCreds LinuxIndexing linuxScripts
    logShippingServers monthly mountServer mountServers networkSettings newAccount notifications offloadWindow oracle
    overridePolicy pagination performanceTier periodically placementPolicy postCommand postgreSQL preCommand
    proxyAppliance RemoveData removeData repository retentionPolicy retry schedule scripts server share
    singleUseCredentials SMTPSettings sorting sql sshSettings storage storageConsumptionLimit storageData
    storageIntegration subscription synthenticFulls syntheticFulls templates vault viCredentials virtualMachines
    vmAttribute vmObject vPowerNFSPortSettings vSphere weekly windows windowsCreds WindowSetting WindowsIndexing
    windowsScripts yearly
"""
_TEXTS = """
    folders gatewayServerIds gatewayServers hints ids indexingList itemsList months names proxyIds recipients
    repositoryIds shippingServerIds shippingServerNames tags types
"""
_OBJECTS = """
    amazon AmazonS3GlacierStorages AmazonS3Storages AmazonSnowballEdgeStorages appSettings AzureArchiveStorages
    AzureBlobStorages azureCompute AzureDataBoxStorages azureStorage childServers cloudDirectorHosts components
    credentialsPerMachine datastores encryptionPasswords extents google GoogleCloudStorages hvServers IBMCloudStorages
    includes indexingSettings items jobs LinuxHardenedRepositories linuxHosts LinuxLocalRepositories metadata
    NfsRepositories performanceExtents S3CompatibleStorages settings SmbRepositories subscriptions viHosts viServers
    vms WasabiCloudStorages windowsHosts WindowsLocalRepositories
"""
_WORDS = {
    Type.TEXT: _TEXT,
    Type.FLAG: _FLAG,
    Type.NUMBER: _NUMBER,
    Type.OBJECT: _OBJECT,
    Type.TEXTS: _TEXTS,
    Type.OBJECTS: _OBJECTS,
}
TYPES = {name: kind for kind, names in _WORDS.items() for name in names.split()}
# What the fields of a body stand in that stand in no other field.
ROOT = "/"
# Field -> its types by the field that it stands in; "" is any other.
# None: that depends on the object, and whoever reads the object checks it.
BY_PARENT: dict[str, dict[str, Type | None]] = {
    "account": {ROOT: None, "azureStorage": Type.TEXT, "": Type.OBJECT},
    "certificate": {"subscription": Type.OBJECT, "": Type.TEXT},
    "credentials": {ROOT: Type.OBJECTS, "credentialsPerMachine": Type.OBJECTS, "": Type.OBJECT},
    "dayOfWeek": {"scripts": Type.TEXTS, "": Type.TEXT},
    "days": {**dict.fromkeys(("backupWindow", "offloadWindow", "WindowSetting"), Type.OBJECTS), "": Type.TEXTS},
    "disks": {"disks": Type.TEXTS, "": Type.OBJECTS},
    "optionalComponents": {"optionalComponents": Type.OBJECTS, "": Type.OBJECT},
    "proxies": {"guestInteractionProxies": Type.TEXTS, "": Type.OBJECTS},
}
# Fields with the id of an object: where there is none, a server may say so by an id of zeros.
_GUIDS = """
    backupRepositoryId credentialsId credsId cryptoKeyId encryptionPasswordId encryptionPasswordIdOrNull
    extentCryptoKeyId extentId gatewayServerId hostId kmsServerId linuxCredsId managedServerId mountServerId
    parentHostId parentSessionId passwordId platformId relatedSessionId repositoryId resourceId sessionId
    viCredentialsId windowsCredsId
"""
GUIDS = frozenset(_GUIDS.split())


def type_of(name: str, parent: str) -> Type | None:
    """The type of a field; None when requests have no such field, or when its type depends on more than its place."""
    if name in BY_PARENT:
        places = BY_PARENT[name]
        return places.get(parent, places[""])
    return TYPES.get(name)
