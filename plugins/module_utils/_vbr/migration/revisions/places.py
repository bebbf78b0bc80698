# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Places inside a record that several rules speak of."""

from __future__ import annotations

# Where a job names a virtual machine or another object of the virtual infrastructure.
JOB_INVENTORY = (
    "virtualMachines.includes[]",
    "virtualMachines.excludes.vms[]",
    "virtualMachines.excludes.disks[].vmObject",
    "guestProcessing.applicationAwareProcessing.appSettings[].vmObject",
    "guestProcessing.guestFileSystemIndexing.indexingSettings[].vmObject",
    "guestProcessing.guestCredentials.credentialsPerMachine[].vmObject",
)
PROXY_INVENTORY = ("server.connectedDatastores.datastores[].datastore",)
INVENTORY = {"jobs": JOB_INVENTORY, "proxies": PROXY_INVENTORY}

ADVANCED = "storage.advancedSettings"
STORAGE_DATA = f"{ADVANCED}.storageData"
ENCRYPTION = f"{STORAGE_DATA}.encryption"
SYNTHETIC = f"{ADVANCED}.synthenticFulls"
# The settings of a job that have a weekly and a monthly schedule of their own; the first is misspelt up to 1.3-rev1.
MAINTENANCE = (
    SYNTHETIC,
    f"{ADVANCED}.activeFulls",
    f"{ADVANCED}.backupHealth",
    f"{ADVANCED}.fullBackupMaintenance.defragmentAndCompact",
)
APPLICATIONS = "guestProcessing.applicationAwareProcessing.appSettings[]"

S3_APPLIANCE_LISTS = frozenset({"AmazonS3Storages", "AmazonS3GlacierStorages"})
# Archive storages are never mounted from.
ARCHIVE_LISTS = frozenset({"AmazonS3GlacierStorages", "AzureArchiveStorages"})
