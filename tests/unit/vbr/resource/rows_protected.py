# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for what is protected beside machines of vSphere, such as computers and shares, and for what is left out."""

from __future__ import annotations

from support.quartet import RECENT, Row

SINCE_1_3 = RECENT[1:]
SINCE_REV1 = RECENT[2:]
STORE, OTHER_STORE = "Main Big Repository", "Linux Direct Backup Repository 1"
FRONT = {"host_name": "front01.tech.local", "credentials": "linux01"}
ONCE = {
    "host_name": "lab01.tech.local",
    "connection_type": "SingleUseCredentials",
    "single_use_account": "installer",
    "single_use_password": "Rz3&single+use%=#Tk9",
    "single_use_elevate_to_root": True,
}
TENANT = "2f0b6f0c-5ef8-4a73-9a34-6d8e5a0c7f21"
MACHINE = {"host_name": "vcenter02.tech.local", "name": "filesrv02"}

ROWS = [
    Row(
        "protection_group",
        "computers one by one",
        common={"name": "Reception"},
        steps={
            "create": {"computers": [FRONT], "install_agent": True, "distribution_server": "srv04.tech.local"},
            "update": {"computers": [ONCE, FRONT], "description": "Computers at the entrance"},
            "disable": {"state": "disabled"},
            "update and enable": {"state": "enabled", "reboot_if_required": False},
            "delete": {"state": "absent"},
        },
        revisions=SINCE_1_3,
    ),
    Row(
        "protection_group",
        "computers in a file",
        common={"name": "Kiosks", "type": "CSVFile"},
        steps={
            "create": {"csv_path": "C:\\lists\\kiosks.csv", "credentials": "linux01"},
            "update": {"credentials": "username01", "settings": {"options": {"installApplicationPlugins": False}}},
            "delete": {"state": "absent"},
        },
        revisions=SINCE_1_3,
    ),
    Row(
        "unstructured_data_server",
        "share",
        common={"type": "SMBShare", "path": "\\\\nas\\drawings"},
        steps={
            "create": {"cache_repository": STORE, "credentials": "linux01", "io_control": "Low"},
            "update": {"cache_repository": OTHER_STORE, "credentials": ""},
            "delete": {"state": "absent"},
        },
        revisions=SINCE_REV1,
    ),
    Row(
        "unstructured_data_server",
        "file server",
        common={"type": "FileServer", "host": "enterprise05.tech.local"},
        steps={
            "create": {"cache_repository": STORE},
            "update": {"io_control": "Highest"},
            "delete": {"state": "absent"},
        },
        revisions=SINCE_REV1,
    ),
    Row(
        "unstructured_data_server",
        "buckets",
        common={"type": "AmazonS3", "friendly_name": "Drawings"},
        steps={
            "create": {"cache_repository": STORE, "cloud_credentials": "AKIATECHLOCALEXAMPLE", "region_type": "Global"},
            "update": {"region": "eu-west-1"},
            "delete": {"state": "absent"},
        },
        revisions=SINCE_REV1,
    ),
    Row(
        "unstructured_data_server",
        "containers",
        common={"type": "AzureBlob", "friendly_name": "Drawings"},
        steps={
            "create": {"cache_repository": STORE, "cloud_credentials": "techbackups", "region_type": "Global"},
            "update": {"io_control": "Medium"},
            "delete": {"state": "absent"},
        },
        revisions=SINCE_REV1,
    ),
    Row(
        "entra_tenant",
        "with a secret",
        common={"azure_tenant_id": TENANT},
        steps={
            "create": {
                "application_id": "6a7e1d94-0c3e-4b3c-8f64-51b0b6f2c9d3",
                "application_secret": "Sx8&entra+secret%=#Lm5",
                "cache_repository": STORE,
                "region": "Global",
            },
            "update": {"description": "tech.example", "cache_repository": OTHER_STORE},
            "delete": {"state": "absent"},
        },
    ),
    Row(
        "entra_tenant",
        "with a certificate",
        common={"azure_tenant_id": TENANT},
        steps={
            "create": {
                "application_id": "6a7e1d94-0c3e-4b3c-8f64-51b0b6f2c9d3",
                "certificate": "MIIKzQIBAzCCCpMGCSqGSIb3Qz6tenantPfx",
                "certificate_format": "Pfx",
                "certificate_password": "Sx9&entra+pfx%=#Lm6",
            },
            "delete": {"state": "absent"},
        },
    ),
    Row(
        "vm_exclusion",
        "life",
        common=MACHINE,
        steps={
            "create": {"note": "Retired"},
            "update": {"note": "Moved away"},
            "delete": {"state": "absent"},
            "create without a note": {},
        },
        revisions=SINCE_1_3,
    ),
]
