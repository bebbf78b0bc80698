# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The step from 1.2-rev1 to 1.3-rev0: wrapped mount servers, block sizes by their size, components by new names."""

from __future__ import annotations

from .places import JOB_INVENTORY, MAINTENANCE, PROXY_INVENTORY, STORAGE_DATA
from .rules import Rename, Step, Values
from .shapes import ManagementPort, MountServer

_PLATFORMS = (("VMware", "VSphere"),)
_COMPONENTS = (
    ("Transport", "TransportSvc"),
    ("Nfs", "vPowerNFS"),
    ("DeployerSvc", "InstallerSvc"),
    ("Tape", "TapeProxy"),
    ("CloudGate", "CloudGateway"),
    ("CloudServiceInvoker", "CloudSvcInvoker"),
    ("CloudServiceRemoting", "CloudSvcRemoting"),
    ("EpAgent", "Agent"),
    ("EpAgentSqlLocalDB", "AgentSqlLocalDB"),
    ("EpAgentSharedManagementObjects", "AgentSharedMgmtObjects"),
    ("EpAgentSqlSysClrTypes", "AgentSqlSysClrTypes"),
    ("AgentConfigureService", "DistributionSvc"),
    ("FileSystemVssIntegration", "VssIntegration"),
    ("VssHwSnapshotProvider", "VssHvSnapshotProvider"),
    ("Cdp", "CdpSvc"),
)
_BLOCK_SIZES = (
    ("WANTarget", "256KB"),
    ("LANTarget", "512KB"),
    ("LocalTarget", "1MB"),
    ("LocalTargetLarge", "4MB"),
    ("LocalTargetLarge4096", "4MB"),
    # Not a value of 1.3-rev0 and 1.3-rev1, but of 1.3-rev2: the bounds see to that.
    ("LocalTargetLarge8192", "8MB"),
)

STEP = Step(
    "1.2-rev1",
    "1.3-rev0",
    {
        "managedServers": (
            Values("networkSettings.components[]", "componentName", _COMPONENTS),
            ManagementPort(),
        ),
        "repositories": (MountServer(),),
        "proxies": tuple(Values(place, "platform", _PLATFORMS) for place in PROXY_INVENTORY),
        "jobs": (
            Values("", "type", (("Backup", "VSphereBackup"),)),
            *(Values(place, "platform", _PLATFORMS) for place in JOB_INVENTORY),
            Values(STORAGE_DATA, "storageOptimization", _BLOCK_SIZES),
            *(Rename(f"{place}.monthly", "dayOfMonths", "dayOfMonth") for place in MAINTENANCE),
        ),
    },
)
