# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The step from 1.1-rev0 to 1.2-rev1: tags become unique ids, switches get one manner of name, times 24 hours."""

from __future__ import annotations

from .places import (
    ADVANCED,
    APPLICATIONS,
    ENCRYPTION,
    JOB_INVENTORY,
    PROXY_INVENTORY,
    S3_APPLIANCE_LISTS,
    STORAGE_DATA,
)
from .rules import Add, Rename, Step, Values
from .shapes import Clock, NameOrId

_TAG = Rename("", "tag", "uniqueId")
_INTEGRATION = f"{ADVANCED}.storageIntegration"

STEP = Step(
    "1.1-rev0",
    "1.2-rev1",
    {
        "credentials": (_TAG, Rename("linuxAdditionalSettings", "autoElevated", "elevateToRoot")),
        "cloudcredentials": (_TAG,),
        "encryptionPasswords": (_TAG,),
        "managedServers": (
            Rename("networkSettings", "serverThisSide", "serverSide"),
            Rename("sshSettings", "serverThisSide", "serverSide"),
        ),
        "repositories": (
            _TAG,
            # Object storages keep their own enableTaskLimit, outside `repository`, in every revision.
            Rename("repository", "enableTaskLimit", "taskLimitEnabled"),
            Rename("repository", "enableReadWriteLimit", "readWriteLimitEnabled"),
            Rename("share.gatewayServer", "autoSelect", "autoSelectEnabled"),
            NameOrId("proxyAppliance", "vpc", "vpcName", "vpcId", "vpc-", S3_APPLIANCE_LISTS),
            NameOrId("proxyAppliance", "subnet", "subnetName", "subnetId", "subnet-", S3_APPLIANCE_LISTS),
        ),
        "proxies": (
            Rename("server", "hostTag", "hostUniqueId"),
            Rename("server.connectedDatastores", "autoSelect", "autoSelectEnabled"),
            *(Add(place, "platform", "VMware") for place in PROXY_INVENTORY),
        ),
        "jobs": (
            Rename("storage.backupRepository", "tag", "uniqueId"),
            Rename("storage.backupProxies.proxies[]", "tag", "uniqueId"),
            Rename(STORAGE_DATA, "enableInlineDataDedup", "inlineDataDedupEnabled"),
            Rename(ENCRYPTION, "encryptionPasswordIdOrNull", "encryptionPasswordId"),
            Rename(ENCRYPTION, "encryptionPasswordTag", "encryptionPasswordUniqueId"),
            Add(ENCRYPTION, "encryptionType", "ByUserPassword", when="isEnabled"),
            Values(ADVANCED, "backupModeType", (("Transofrm", "Transform"),)),
            Rename(f"{ADVANCED}.notifications.vmAttribute", "appendToExisitingValue", "appendToExistingValue"),
            Rename(_INTEGRATION, "limitProcessedVm", "processedVmsLimitEnabled"),
            Rename(_INTEGRATION, "limitProcessedVmCount", "processedVmsCount"),
            Rename(f"{APPLICATIONS}.sql.logShippingServers", "autoSelection", "autoSelectEnabled"),
            Rename(f"{APPLICATIONS}.oracle.logShippingServers", "autoSelection", "autoSelectEnabled"),
            *(Add(place, "platform", "VMware") for place in JOB_INVENTORY),
            Clock("schedule.daily", "localTime"),
            Clock("schedule.monthly", "localTime"),
        ),
    },
)
