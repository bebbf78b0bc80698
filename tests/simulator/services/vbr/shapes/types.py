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
    accessCredentialsId accessKey accessPolicy accountType agentThrottlingTarget agentType allowedBackups
    alternateDNSServer alternateWINSServer appClientId application applicationId archivalType archiveLogs
    archiveRepositoryId authenticationType autoUpdateDeadline azureSubscriptionId azureSubscriptionName azureTenantId
    backupId backupIOControlLevel backupMode backupModeType backupName backupRepositoryId backupServerName biosUuid
    bucketName cacheRepositoryId certificateThumbprint cidrNotation clientCertificateThumbprint clientSecret
    cloudDirectorType cloudDirectorViServerName cloudMachinesType clusterId command communityString componentName
    compressionLevel computerId computerName connectionName connectionType consumptionLimitKind containerName
    creationMode creationTime credentialsId credentialsName credentialsStorageType credentialsTag credentialsType
    credsId credsType cryptoKeyId dailyKind dailyReportSummarylocalTime dailyScanLocalTime dailySendTime
    dailySummaryLocalTime data day dayNumberInMonth ddBoostEncryptionType ddServername deploymentType description
    desiredTime destinationType detectionEngine direction diskName disksToProcess diskType displayName
    distinguishedName distributionRepositoryId distributionServerId domainId ec2InstanceType encryptionPasswordId
    encryptionPasswordIdOrNull encryptionPasswordTag encryptionPasswordUniqueId encryptionState encryptionType
    entityId eventId exclusionPolicy extentCryptoKeyId extentId field fileServerId folderName formatType friendlyName
    from fullName gatewayServerId gatewayServerName group groupScope guestFSIndexingMode handshakeCode hierarchyType
    hint hostId hostName hostTag hostType hostUniqueId hours hvClusterName hvServerName id immutabilityMode
    instanceSize ipAddress jobId jobName keyFile kmsServerId lastModified lastSuccessfulTime linuxCredsId localPath
    localTime logsProcessing mailServer managedServerId masterConnectionType masterCredentialsId metadataRepositoryId
    mode modificationTime modificationTimeFrom mountServerId mountServerName mountServerSettingsType name
    networkCredentialsId networkShareType newSecretKey nodeId note notes notificationsSchedule notificationType
    objectId objectStorageServerId operation optionalComponent owner parentHostId parentHostName parentObjectId
    passphrase password passwordFilePath passwordId path periodicallyKind periodicityType permissionScope platform
    platformId platformName postBackupAction postJobScript postThawScript powerOffAction powerState preferredDNSServer
    preferredWINSServer preFreezeScript preJobScript primaryJobId prismCentralId privateKey processingMode projectId
    property protectionGroupId protectionGroupType proxyType receiver region regionDisplayName regionId regionType
    replicaNameSuffix repositoryId repositoryName resourceGroup retainLogBackups rootPassword RotatedDriveCleanupMode
    ruleType scheduleMode scriptProcessingMode scvmmHostId secret secretKey securityGroup sendDailyReportsAt
    sensitivity serverCertificateThumbprint serverId serverName serviceEndpoint servicePoint sessionId settingsType
    sharedKey sharePath size sizeUnit smtpServerName sourceBackupId sourceIPAddress sourceIPEnd sourceIPStart
    sourceIPv6Address sourceSubnetMask sourceType sourceWANAcceleratorId sshFingerprint storageContainerName
    storageHostId storageOptimization storageSnapshotPath storeOnceServerName subject subnet subnetId subnetMask
    subnetName subscriptionId syncRestorePoints tag targetDefaultGateway targetIPAddress targetIPEnd targetIPStart
    targetIPv6Address targetJobId targetSubnetMask targetWANAcceleratorId tempArchiveLogsPath tenantId throttlingUnit
    to transactionLogs transferMode transportMode transportProtocol type uniqueId updatesState url urn
    userConnectionType username value vaultId vaultName verificationCode versionRetentionType viCredentialsId
    viHostType virtualNetwork viServerName viType volumesBackupMode vpc vpcId vpcName vss VSSprovider windowsCredsId
    writeCacheFolder yaraScanRule
"""
_FLAG = """
    accessCredentialsRequired addAllServers addToSudoers agentThrottlingEnabled aiPoweredReportEnabled alignDataBlocks
    allOptions allRepositories appData appendToExisitingValue appendToExistingValue archiveDeduplicationEnabled
    archivePreviousFileVersions archiveRecentFileVersions archivesScanEnabled assignIamRole authRequired authRequred
    autoElevated automaticSelection autoResolveEventAfterCleanScan autoSelect autoSelectEnabled autoSelection
    autoSignatureBasedScanEnabled autoUpdateMalwareDefinitions backupAtLock backupAtLogoff backupAtStorageAttach
    backupLogs backupOS backupPersonalFiles cancelChainedJobs copyPolicyEnabled costOptimizedArchiveEnabled
    crashConsistentBackup createEmbeddedRecoveryMedia dailyScanEnabled datastoreSpaceThresholdEnabled
    ddBoostEncryptionEnabled decompressBeforeStoring default desktop detectIndicatorsOfCompromise
    directBackupFailoverEnabled diskContentValidationEnabled documents downloads ejectStorageAfterBackup elevateToRoot
    enableAutoProvision enableCBTautomatically enabled enableGovernanceMode enableInlineDataDedup enableReadWriteLimit
    enableTaskLimit enableTransactionLogCopy enableVMWareToolsQuiescence encryptBackups encryptionEnabled
    enforceStrictPlacementPolicy entireBackupScope entireImageScanEnabled entireInventory excludeDeletedFileBlocks
    excludeFromIncremental excludeOfflineComputers excludeOneDrive excludeSelectedObjects excludeSwapFileBlocks
    excludeVMs failoverToNetwork failoverToOnHostAgent failoverToOnHostBackup failoverToStandardBackup
    failoverToVSSProvider favorites FLRWithoutAdminAccountEnabled fullWhenExtentOffline gracefullStop gracefulStop
    guestIndexScanEnabled hostToProxyEncryption immutabilityEnabled importBackup importIndex
    includeSymbolicLinkContent includeUsbDrives inlineDataDedupEnabled inlineMalwareScanEnabled
    installApplicationPlugins installBackupAgent installCBTDriver installNoSnapAgent isAllowed isBackupServer
    isBuiltIn isDefault isDefaultApp isDefaultAppliance isDefaultMountServer isDisabled isEnabled isExecutionEnabled
    isFullHealthCheckEnabled isHighPriority isImported isInitialized isLastDayOfMonth isObjectTag isProcessingEnabled
    isServiceAccount isServiceAccountEnable isVBRLinuxAppliance lastRunFailed limitProcessedVm malwareScanEnabled
    manageBackups manageRestores metricsSharingEnabled mfaEnabled movePolicyEnabled music nativeChangeTrackingEnabled
    nearlineStorageEnabled notificationEnabled notificationsEnabled notifyOnError notifyOnFailure notifyOnLastRetry
    notifyOnSuccess notifyOnSupportExpiration notifyOnUpdates notifyOnWarning originalLocation other performActiveFull
    perVmBackup pictures processedVmsLimitEnabled processRandomMachines quickBackupOnExternalEventEnabled
    readEntireRestorePoint readWriteLimitEnabled rebootIfRequired removeFromVMConfiguration resetCBTonActiveFull
    restrictBackupOverMeteredConnection restrictBackupOverVPNConnection roamingProfiles rotatedDrives runAutomatically
    sendDailySummary sendEmailToRecipients sendScanResults sendSNMPNotifications serverSide serverThisSide
    setAsDefault showHiddenCreds singleZoneEnabled skipVMSpaceThresholdEnabled SNMPEnabled SNMPEventsEnabled
    SSLEnabled startChainedJobs storageLatencyControlEnabled storageSpaceThresholdEnabled
    SuppressNotificationUntilLastRetry SyslogEventsEnabled taskLimitEnabled throttlingEnabled throttlingWindowEnabled
    tlsEnabled triggerAttributeIssueJobWarning triggerIssueJobWarning updateAutomatically
    useAgentManagementCredentials useCustomCredentials useCustomEncryption useCustomRetention useDeepArchive
    useFastCloningOnXFSVolumes useFCConnectivity useGeneralSyslogOptions useGuestCredentials useImmutableBackups
    useMasterCredentials useMostRecentRestorePoint useMultipleStreamsPerJob useNetworkCredentials usePasswordFile
    usePersistentGuestAgent useProtectionGroupCredentials useSnapshotlessFileLevelBackup useSpecifiedWifiNetworks
    useStoreOnceWanLink useSu video volumeSnapshots vPowerNFSEnabled waitForLinkedJobs yaraScanEnabled
"""
_NUMBER = """
    activeVersionRetention afterDays archivePeriodDays awaitMinutes backupMinsCount code consumptionLimitCount
    datastoreSpaceThreshold dayOfMonth dayOfMonths daysCount deletedVersionRetention deleteGBsCount deleteHoursCount
    frequency governanceModeRetentionDays keepDaysCount keepForNumberOfMonths keepForNumberOfWeeks
    keepForNumberOfYears latencyLimitMs limit limitProcessedVmCount makeRecentBackupsImmutableDays managementPort
    maxConcurrentMachinesCount maxRandomMachinesCount maxSnapshots maxTaskCount mountPort operationalRestorePeriodDays
    overrideSpaceThresholdPercents port portRangeEnd portRangeStart processedVmsCount quantity readWriteRate
    redirectorPort restorePointsCount restorePointsToKeep retryCount runScriptEvery sizeLimit skip
    skipVMSpaceThreshold sourceSubnetPrefixLength SSHPort sshTimeOutMs startTimeWithinAnHour storageSpaceThreshold
    targetSubnetPrefixLength throttlingIOLimitMs throttlingValue timeoutMs trustedHostCount uploadStreamsCount vmCount
    vPowerNFSPort waitTimeMinutes workloadsPerBucketLimit
"""
_OBJECT = """
    aclHandling aclInfo activeDirectory activeFulls advancedSettings advancedSmtpOptions afterThisJob
    appAwareProcessing applicationAwareProcessing archiveRepository archiveRetentionPolicy archiveTier atEvents auth
    authentication backupCache backupHealth backupMonitoring backupProxies backupRepository backupTimeout backupWindow
    bucket capacityTier clientCertificate cloudAccount configurationFilesDatastoreMapping connectedDatastores
    connectionSettings continuously creds customNotificationSettings customWindow daily datastore dataTransfer
    defragmentAndCompact dellDataDomain deployment destination domainControllerSettings emailNotifications
    emailSettings encryption encryptionDetectionSettings encryptionSettings exclusions existingAccount file
    fileArchiveSettings fileDetectionSettings files fileVersions filter fullBackupMaintenance gatewayServer gfsPolicy
    guestCredentials guestFileSystemIndexing guestFSIndexing guestInteractionProxies guestProcessing guestQuiescence
    host hpeStoreOnce hyperV immutability importOptions incidentAPISettings indexing infrequentAccessStorage
    initialSeeding integration inventoryObject inventoryScope ipv4 ipv6 jobScripts jobSettings lastSuccessfulBackup
    linkedJobs linux linuxAdditionalSettings linuxCreds LinuxIndexing linuxScripts logShippingServers machineObject
    monthly mountServer mountServers mySql networkSettings newAccount newBackupThreshold newLogBackupThreshold
    notifications notificationSettings object objectVersions offHostBackupProxies offHostSettings offloadWindow
    options oracle originalVM overridePolicy pagination performanceTier periodically personalFiles placementPolicy
    postCommand postgreSql postgreSQL preCommand preferredNetworks principal processing proxyAppliance reIp removeData
    RemoveData replicaMapping replicaVM repository repositoryScope rescanSchedule resourcePool restoreBackupScope
    restorePermissionsScope restoreTargets restoreTargetScope retentionPolicy retry rpoMonitor schedule scripts
    seeding server serverCertificate share sharePoint siemIntegration signatureDetectionSettings singleUseCredentials
    SMTPSettings snapshotImmutabilityOptions snapshotScripts sorting sourceNetwork sourceObjects sourceProxies
    sourceRepositories sql sshSettings storage storageConsumptionLimit storageData storageIntegration
    storageLatencyControlOptions storageObject subscription symbolicLinks synthenticFulls syntheticFulls syslogServer
    SyslogServer target targetNetwork targetProxies templates throttlingWindowOptions traffic unstructuredLinkedJobs
    vault verificationOptions viCredentials virtualMachines vmAttribute vmObject volume volumeSettings
    vPowerNFSPortSettings vSphere wanAcceleratorSettings weekly windows windowsAgentSettings windowsCreds
    WindowSetting WindowsIndexing windowsScripts yearly
"""
_TEXTS = """
    applicationPlugins backupIds backupObjects computerNames customFiles entityIds excludeMasks folders
    gatewayServerIds gatewayServers hints ids includeMasks indexingList itemsList levels months names
    protectionGroupIds protectionScope proxyIds repositoryIds rights severity shippingServerIds shippingServerNames
    suspiciousObjects tags thumbprints trustedExtensions trustedPaths types wifiNetworks
"""
_OBJECTS = """
    advancedFilters advancedOptions amazon AmazonS3GlacierStorages AmazonS3Storages AmazonSnowballEdgeStorages
    appSettings AzureArchiveStorages AzureBlobStorages azureCompute AzureDataBoxStorages azureStorage backups
    backupSources childServers cloudDirectorHosts cloudMachines components computers credentialsPerMachine
    customCredentials datastores diskFilesMapping effectiveAccess encryptionPasswords excludedObjects exclusionTagMask
    extents fileShares google GoogleCloudStorages hvServers IBMCloudStorages inclusionTagMask indexingSettings
    inventoryObjects items jobs LinuxHardenedRepositories linuxHosts LinuxLocalRepositories mappingRules metadata
    network networks NfsRepositories objects objectStorageServer performanceExtents repositories roles rules
    S3CompatibleStorages secondaryTargets servers SmbRepositories SNMPServers sources subscriptions
    syslogEventFiltering trafficRules viHosts viServers vms volumeObject WasabiCloudStorages windowsHosts
    WindowsLocalRepositories workloads
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
WINDOWS = ("backupWindow", "BackupWindow", "offloadWindow", "throttlingWindowOptions", "WindowSetting")
# What the fields of a body stand in that stand in no other field.
ROOT = "/"
# Field -> its types by the field that it stands in; "" is any other.
# None: that depends on the object, and whoever reads the object checks it.
BY_PARENT: dict[str, dict[str, Type | None]] = {
    "account": {ROOT: None, "azureStorage": Type.TEXT, "": Type.OBJECT},
    "certificate": {ROOT: None, "authentication": Type.OBJECT, "subscription": Type.OBJECT, "": Type.TEXT},
    "changedBlockTracking": {ROOT: Type.FLAG, "hyperV": Type.FLAG, "": Type.OBJECT},
    "container": {"objects": Type.TEXT, "": Type.OBJECT},
    "credentials": {ROOT: None, "credentialsPerMachine": Type.OBJECTS, "": Type.OBJECT},
    "dayOfWeek": {"scripts": Type.TEXTS, "": Type.TEXT},
    "days": {
        **dict.fromkeys(WINDOWS, Type.OBJECTS),
        "snapshotImmutabilityOptions": Type.NUMBER,
        "": Type.TEXTS,
    },
    "disks": {"disks": Type.TEXTS, "": Type.OBJECTS},
    "excludes": {"linkedJobs": Type.OBJECTS, "": Type.OBJECT},
    "exclusionMask": {"fileArchiveSettings": Type.TEXTS, "": None},
    "exclusionPathMask": {"": None},
    "folder": {"destination": Type.OBJECT, "": Type.TEXT},
    "includes": {**dict.fromkeys(("personalFiles", "sourceObjects"), Type.OBJECT), "": Type.OBJECTS},
    "inclusionMask": {"fileArchiveSettings": Type.TEXTS, "": None},
    "optionalComponents": {"optionalComponents": Type.OBJECTS, "": Type.OBJECT},
    "proxies": {"guestInteractionProxies": Type.TEXTS, "": Type.OBJECTS},
    "recipients": {ROOT: Type.TEXT, "notificationSettings": Type.TEXT, "": Type.TEXTS},
    "restoreOptions": {"restorePermissionsScope": Type.OBJECT, "": Type.OBJECTS},
    "settings": {"placementPolicy": Type.OBJECTS, "": Type.OBJECT},
    "tenant": {ROOT: None, "": Type.OBJECT},
    "volumes": {ROOT: None, "": Type.OBJECT},
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
