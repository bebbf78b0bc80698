# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things stand in an estate: the lists of each kind, and the places in a record that several tables name."""

from __future__ import annotations

from collections.abc import Mapping

from ...revisions import NEW_NAMES_SINCE, Span, since
from ..kinds import CLOUD_CREDENTIALS

_ALWAYS = since("1.0-rev2")
_V12 = since("1.1-rev0")
_V12_1 = since(NEW_NAMES_SINCE)

# kind -> list -> the revisions that have it. A list that is not here is unknown.
KIND_LISTS: Mapping[str, Mapping[str, Span]] = {
    "credentials": {"credentials": _ALWAYS},
    "cloudcredentials": dict.fromkeys(
        ("azureStorage", "azureCompute", "amazon", "google"), since(CLOUD_CREDENTIALS.since)
    ),
    "encryptionPasswords": {"encryptionPasswords": _ALWAYS},
    "managedServers": {
        **dict.fromkeys(("windowsHosts", "linuxHosts", "viHosts"), _ALWAYS),
        "cloudDirectorHosts": _V12_1,
    },
    "repositories": {
        **dict.fromkeys(
            ("WindowsLocalRepositories", "LinuxLocalRepositories", "SmbRepositories", "NfsRepositories"), _ALWAYS
        ),
        **dict.fromkeys(
            (
                "AzureBlobStorages",
                "AzureDataBoxStorages",
                "AmazonS3Storages",
                "AmazonSnowballEdgeStorages",
                "S3CompatibleStorages",
                "GoogleCloudStorages",
                "IBMCloudStorages",
                "AmazonS3GlacierStorages",
                "AzureArchiveStorages",
                "WasabiCloudStorages",
                "LinuxHardenedRepositories",
            ),
            _V12,
        ),
    },
    "proxies": {"proxies": _ALWAYS},
    "jobs": {"jobs": _ALWAYS},
}
# Storage that belongs to one backup server at a time: to the last one that connected (facts/peers.md 3.5).
OWNED_LISTS = frozenset(KIND_LISTS["repositories"]) - {
    "WindowsLocalRepositories",
    "LinuxLocalRepositories",
    "LinuxHardenedRepositories",
    "SmbRepositories",
    "NfsRepositories",
}
# Appliances of which a unit or a store belongs to one server (facts/updates.md).
OWNED_TYPES = frozenset({"DellDataDomain", "HPEStoreOnce"})
S3_APPLIANCE_LISTS = frozenset({"AmazonS3Storages", "AmazonS3GlacierStorages"})
# Archive storages are never mounted from.
ARCHIVE_LISTS = frozenset({"AmazonS3GlacierStorages", "AzureArchiveStorages"})

# Where a job or a proxy names a virtual machine or another object of the virtual infrastructure.
JOB_INVENTORY = (
    "virtualMachines.includes[]",
    "virtualMachines.excludes.vms[]",
    "virtualMachines.excludes.disks[].vmObject",
    "guestProcessing.applicationAwareProcessing.appSettings[].vmObject",
    "guestProcessing.guestFileSystemIndexing.indexingSettings[].vmObject",
    "guestProcessing.guestCredentials.credentialsPerMachine[].vmObject",
)
PROXY_INVENTORY = ("server.connectedDatastores.datastores[].datastore",)

ADVANCED = "storage.advancedSettings"
STORAGE_DATA = f"{ADVANCED}.storageData"
JOB_ENCRYPTION = f"{STORAGE_DATA}.encryption"
# So the field is called up to 1.3-rev1.
SYNTHETIC = f"{ADVANCED}.synthenticFulls"
# The settings of a job that have a weekly and a monthly schedule of their own.
MAINTENANCE = (
    SYNTHETIC,
    f"{ADVANCED}.activeFulls",
    f"{ADVANCED}.backupHealth",
    f"{ADVANCED}.fullBackupMaintenance.defragmentAndCompact",
)
APPLICATIONS = "guestProcessing.applicationAwareProcessing.appSettings[]"
