# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between revisions in everything but jobs: credentials, servers, proxies, repositories, inventory."""

from __future__ import annotations

from dataclasses import dataclass

from ..revisions import CASE_WAVE, TAG_WAVE, older
from .rules import Body, Default, Lowered, Narrowed, Only, Rename, Rule, Values

PLATFORMS = {"VSphere": "VMware"}


def inventory_rules(path: str) -> tuple[Rule, ...]:
    """The rules for a reference to an inventory object at `path`: from 1.2 on it names its platform."""
    return (
        Values(f"{path}.platform", PLATFORMS, "1.3-rev0"),
        Default(f"{path}.platform", "VSphere", "1.2-rev1"),
        Only(f"{path}.size", since="1.2-rev1"),
        Only(f"{path}.urn", since="1.2-rev1"),
        Only(f"{path}.metadata", since="1.3-rev0"),
        Only(f"{path}.powerState", since="1.3-rev2"),
        Only(f"{path}.aclInfo", since="1.3-rev2"),
        Only(f"{path}.isEnabled", since="1.3-rev0", until="1.3-rev1"),
    )


CREDENTIALS: tuple[Rule, ...] = (
    Rename("uniqueId", "tag", TAG_WAVE),
    Rename("linuxAdditionalSettings.elevateToRoot", "autoElevated", TAG_WAVE),
)

CLOUD_CREDENTIALS: tuple[Rule, ...] = (
    Rename("uniqueId", "tag", TAG_WAVE),
    Narrowed("existingAccount.subscription.certificate.formatType", {"Pem": "Pfx"}, "1.3-rev0"),
    Lowered("existingAccount.subscription.certificate.formatType", CASE_WAVE),
    Narrowed("existingAccount.deployment.region", {"Germany": "Global"}, since="1.3-rev0"),
)

ENCRYPTION_PASSWORDS: tuple[Rule, ...] = (Rename("uniqueId", "tag", TAG_WAVE),)

# Component of a host -> its name in 1.2 and older.
OLD_COMPONENTS = {
    "TransportSvc": "Transport",
    "VPowerNFS": "Nfs",
    "InstallerSvc": "DeployerSvc",
    "TapeProxy": "Tape",
    "CloudGateway": "CloudGate",
    "CloudSvcInvoker": "CloudServiceInvoker",
    "CloudSvcRemoting": "CloudServiceRemoting",
    "Agent": "EpAgent",
    "AgentSqlLocalDB": "EpAgentSqlLocalDB",
    "AgentSharedMgmtObjects": "EpAgentSharedManagementObjects",
    "AgentSqlSysClrTypes": "EpAgentSqlSysClrTypes",
    "DistributionSvc": "AgentConfigureService",
    "VssIntegration": "FileSystemVssIntegration",
    "VssHvSnapshotProvider": "VssHwSnapshotProvider",
    "CdpSvc": "Cdp",
}


def _components(path: str) -> tuple[Rule, ...]:
    return (
        Values(path, OLD_COMPONENTS, "1.3-rev0", read_also={"vPowerNFS": "VPowerNFS"}),
        Values(path, {"OpenSSL300": "OpenSSL3v13"}, "1.3-rev2"),
        Values(path, {"VPowerNFS": "vPowerNFS"}, CASE_WAVE),
    )


COMPONENTS: tuple[Rule, ...] = _components("networkSettings.components[].componentName")
MANAGED_SERVERS: tuple[Rule, ...] = (
    *COMPONENTS,
    *_components("sshSettings.components[].componentName"),
    Rename("networkSettings.serverSide", "serverThisSide", TAG_WAVE),
    Rename("sshSettings.serverSide", "serverThisSide", TAG_WAVE),
    Only("sshSettings.managementPort", until="1.2-rev1"),
    Only("sshSettings.components", since="1.3-rev0"),
)

PROXIES: tuple[Rule, ...] = (
    *inventory_rules("server.connectedDatastores.datastores[].datastore"),
    Rename("server.connectedDatastores.autoSelectEnabled", "autoSelect", TAG_WAVE),
    Rename("server.hostUniqueId", "hostTag", TAG_WAVE),
    Lowered("server.transportMode", CASE_WAVE),
)


@dataclass(frozen=True)
class FlatMountServer:
    """Before 1.3 a repository had one mount server; since then one per platform, wrapped and named."""

    before: str = "1.3-rev0"

    def concerns(self, revision: str) -> bool:
        return older(revision, self.before)

    def render(self, body: Body) -> None:
        wrapped = body.get("mountServer")
        if not isinstance(wrapped, dict) or "mountServerSettingsType" not in wrapped:
            return
        linux_only = str(wrapped["mountServerSettingsType"]).lower() == "linux"
        first, second = ("linux", "windows") if linux_only else ("windows", "linux")
        body["mountServer"] = wrapped.get(first) or wrapped.get(second)

    def parse(self, body: Body) -> None:
        flat = body.get("mountServer")
        if isinstance(flat, dict) and "mountServerSettingsType" not in flat:
            body["mountServer"] = {"mountServerSettingsType": "Windows", "windows": flat}


REPOSITORIES: tuple[Rule, ...] = (
    Rename("uniqueId", "tag", TAG_WAVE),
    Rename("repository.taskLimitEnabled", "enableTaskLimit", TAG_WAVE),
    Rename("repository.readWriteLimitEnabled", "enableReadWriteLimit", TAG_WAVE),
    Rename("share.gatewayServer.autoSelectEnabled", "autoSelect", TAG_WAVE),
    Only("repository.enableTaskLimit", since="1.1-rev0"),
    Only("repository.enableReadWriteLimit", since="1.1-rev0"),
    Only("repository.advancedSettings.RotatedDriveCleanupMode", since="1.1-rev0"),
    Only("repository.useImmutableBackups", until="1.0-rev2"),
    Only("repository.enableGovernanceMode", since="1.3-rev2"),
    Only("repository.governanceModeRetentionDays", since="1.3-rev2"),
    Only("bucket.immutability.immutabilityMode", since="1.3-rev0"),
    Only("bucket.enableAutoProvision", since=CASE_WAVE),
    Only("bucket.workloadsPerBucketLimit", since=CASE_WAVE),
    Only("container.immutability", since="1.3-rev0"),
    Narrowed("account.regionType", {"Germany": "Global"}, since="1.3-rev0"),
    FlatMountServer(),
    Lowered("mountServer.mountServerSettingsType", CASE_WAVE),
)
# In 1.0 a Linux repository may be immutable; newer revisions have another type of repository for that.
LINUX_LOCAL: tuple[Rule, ...] = (*REPOSITORIES, Only("repository.makeRecentBackupsImmutableDays", until="1.0-rev2"))
AMAZON: tuple[Rule, ...] = (
    *REPOSITORIES,
    Rename("proxyAppliance.vpcId", "vpc", TAG_WAVE),
    Rename("proxyAppliance.subnetId", "subnet", TAG_WAVE),
    Only("proxyAppliance.vpcName", since=TAG_WAVE),
    Only("proxyAppliance.subnetName", since=TAG_WAVE),
)
GOOGLE: tuple[Rule, ...] = (*REPOSITORIES, Only("bucket.immutability", since="1.3-rev0"))
AZURE_ARCHIVE: tuple[Rule, ...] = (*REPOSITORIES, Only("container.immutabilityEnabled", since="1.3-rev0"))

_ENCRYPTION = "capacityTier.encryption"
_HEALTH = "capacityTier.backupHealth"
_SINCE_REV2 = (
    "archiveTier.extentCryptoKeyId",
    "archiveTier.copyPolicyEnabled",
    "archiveTier.movePolicyEnabled",
    "archiveTier.encryption",
    "capacityTier.extents[].cryptoKeyId",
)
_DAYS = ("capacityTier.offloadWindow.days[].day", f"{_HEALTH}.weekly.days[]", f"{_HEALTH}.monthly.dayOfWeek")

SCALE_OUT_REPOSITORIES: tuple[Rule, ...] = (
    Rename("uniqueId", "tag", TAG_WAVE),
    Rename("capacityTier.isEnabled", "enabled", TAG_WAVE),
    Rename(f"{_ENCRYPTION}.encryptionPasswordId", "encryptionPasswordIdOrNull", TAG_WAVE),
    Rename(f"{_ENCRYPTION}.encryptionPasswordUniqueId", "encryptionPasswordTag", TAG_WAVE),
    Only(f"{_ENCRYPTION}.encryptionType", since=TAG_WAVE),
    Only(f"{_ENCRYPTION}.kmsServerId", since=TAG_WAVE),
    Only(_HEALTH, since="1.3-rev0"),
    *(Only(path, since="1.3-rev2") for path in _SINCE_REV2),
    *(Lowered(path, CASE_WAVE) for path in _DAYS),
)
